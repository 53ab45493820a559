"""An evaluation in several regions as it is planned, and evaluations drawn from it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from peereval.analysis.mixed_change import LEAST_PEOPLE
from peereval.mixed import DesignFacts, choose_model
from peereval.stats.planning.unknown import PlanningError, finite, positive, share

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from peereval.mixed import ChosenModel
    from peereval.typing import Codes, FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionDesign:
    """An evaluation as it is planned: two waves, people in peer groups in regions.

    A person's score before is the level of their group plus their own and noise; their score
    after is the same levels plus the change of their region, the change of their group and new
    noise.

    Attributes
    ----------
    regions : int
        Regions, 2 or more.
    groups : int
        Peer groups in each region.
    people : int
        People of each group who have a score before.
    lost : float
        Share of them without a score after, at random.
    sd_person, sd_noise : float
        SD of people's levels within a group, and of the noise in a score, in scale points.
    sd_level, sd_group : float
        SD of the levels of groups, and of their changes, in scale points.

    Examples
    --------
    >>> design = RegionDesign.of_change(
    ...     sd_change=6, icc=0.05, correlation=0.5, regions=2, groups=5, people=8)
    >>> round(design.sd_noise, 2), round(design.sd_person, 2), round(design.sd_group, 2)
    (4.14, 4.14, 1.34)
    """

    regions: int
    groups: int
    people: int
    lost: float = 0.0
    sd_person: float
    sd_noise: float
    sd_level: float = 0.0
    sd_group: float = 0.0

    def __post_init__(self) -> None:
        for name, least in (("regions", 2), ("groups", 1), ("people", 1)):
            value = getattr(self, name)
            if value != int(value) or value < least:
                raise PlanningError(
                    f"{name} is {value!r}.", expected=f"a whole number, {least} or more"
                )
        positive("sd_noise", self.sd_noise)
        for name in ("sd_person", "sd_level", "sd_group"):
            if finite(name, getattr(self, name)) < 0:
                raise PlanningError(f"{name} is {getattr(self, name)!r}.", expected="0 or more")
        share("lost", self.lost)
        coming_back = self.groups * self.people * (1 - self.lost)
        if coming_back < LEAST_PEOPLE + 1:
            raise PlanningError(
                f"About {coming_back:.3g} people of each region would come back.",
                expected=f"{LEAST_PEOPLE + 1} or more",
                fix="plan for more people in each region.",
            )

    @classmethod
    def of_change(
        cls,
        *,
        sd_change: float,
        icc: float,
        correlation: float,
        regions: int,
        groups: int,
        people: int,
        lost: float = 0.0,
    ) -> RegionDesign:
        """The design in which changes have a given SD.

        Parameters
        ----------
        sd_change : float
            SD of the change of people, in scale points.
        icc : float
            Share of its variance that lies between groups, from 0 to below 1; the levels of
            groups are taken to be the same share of the variance of people's levels.
        correlation : float
            Between the scores before and after of people of one group; it matters where people do
            not come back.
        regions, groups, people, lost
            As in the class.
        """
        sd, between_groups = positive("sd_change", sd_change), share("icc", icc)
        r = share("correlation", correlation)
        noise = sd * math.sqrt((1 - between_groups) / 2)
        person = noise * math.sqrt(r / (1 - r))
        return cls(
            regions=regions,
            groups=groups,
            people=people,
            lost=lost,
            sd_person=person,
            sd_noise=noise,
            sd_level=person * math.sqrt(between_groups / (1 - between_groups)),
            sd_group=sd * math.sqrt(between_groups),
        )

    @property
    def n(self) -> int:
        """People with a score before."""
        return self.regions * self.groups * self.people

    @property
    def region_of_group(self) -> Codes:
        """Region of every group."""
        return np.repeat(np.arange(self.regions), self.groups)

    @property
    def model(self) -> ChosenModel:
        """The model that a report would choose for the comparison of regions."""
        before = self.groups * self.people
        facts = DesignFacts(
            waves=("before", "after"),
            before="before",
            after="after",
            people=((before, round(before * (1 - self.lost))),) * self.regions,
            n_groups=self.regions * self.groups,
            n_people=self.n,
        )
        return choose_model(facts, compare_regions=True)

    def draw(self, runs: int, rng: np.random.Generator) -> tuple[FloatArray, NDArray[np.bool_]]:
        """Evaluations in which no region changes.

        Parameters
        ----------
        runs : int
            How many.
        rng : numpy.random.Generator
            Where chance comes from.

        Returns
        -------
        scores : ndarray of float, shape (runs, groups, people, 2)
            Before and after, groups of the first region first.
        back : ndarray of bool, shape (runs, groups, people)
            Who has a score after.
        """
        shape = runs, self.regions * self.groups, self.people
        scores = rng.normal(0, self.sd_noise, (*shape, 2))
        level = rng.normal(0, self.sd_level, shape[:2])[..., None]
        scores += (level + rng.normal(0, self.sd_person, shape))[..., None]
        scores[..., 1] += rng.normal(0, self.sd_group, shape[:2])[..., None]
        return scores, rng.random(shape) >= self.lost
