"""How many people a test of change takes, before any of them has answered."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from peereval.stats.planning.clusters import Clusters, n_to_invite
from peereval.stats.planning.power import paired_power
from peereval.stats.planning.power_of_equivalence import equivalence_power
from peereval.stats.planning.unknown import PlanningError, share

if TYPE_CHECKING:
    from collections.abc import Callable

    from peereval.typing import FloatVector

CERTAINTY = 0.9
"""How sure one may be that enough people come back, where that is asked."""
# Rounding may not add a person to a number that is whole.
_WHOLE = 1 - 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerGroups:
    """The peer groups that people are planned to come in.

    Attributes
    ----------
    size : int
        Mean number of people of a group with a score before.
    icc : float
        Share of the variance of *change* that lies between groups.
    cv : float
        SD of the group sizes divided by their mean.
    regions : int
        Regions with a mean change of their own.
    """

    size: int
    icc: float
    cv: float = 0.0
    regions: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleNeeded:
    """How many people a test takes, in whole people and whole groups.

    Attributes
    ----------
    n_pairs : int
        People with a score before and after.
    n_start : int
        People with a score before, of whom so many come back on average.
    n_start_sure : int or None
        People with a score before, of whom so many come back with a probability of 90%; None
        where everybody comes back or people come in groups.
    groups : int or None
        Peer groups in each region; None where people come in none.
    power : float
        Probability of the finding with these people.
    """

    n_pairs: int
    n_start: int
    n_start_sure: int | None
    groups: int | None
    power: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedTest:
    """A paired test as it is planned.

    Attributes
    ----------
    sd_change : float
        SD of change in scale points.
    alpha : float
        Two-sided level of the test of change, and level of each one-sided test of equivalence.
    power : float
        Probability of the finding that is wanted.
    lost : float
        Share of people who do not come back.
    groups : PeerGroups or None
        None where people change independently of each other.

    Examples
    --------
    >>> needed = PlannedTest(sd_change=6, lost=0.3).people_for_change(3)
    >>> needed.n_pairs, needed.n_start, needed.n_start_sure
    (34, 49, 55)
    >>> in_groups = PlannedTest(sd_change=6, groups=PeerGroups(size=8, icc=0.05))
    >>> needed = in_groups.people_for_change(3)
    >>> needed.n_pairs, needed.groups
    (64, 8)
    """

    sd_change: float
    alpha: float = 0.05
    power: float = 0.8
    lost: float = 0.0
    groups: PeerGroups | None = None

    @property
    def clusters(self) -> Clusters | None:
        """The groups of people who come back, which vary in size by chance."""
        groups = self.groups
        if groups is None:
            return None
        staying = 1 - share("lost", self.lost)
        size = groups.size * staying
        if size < 1:
            raise PlanningError(
                f"About {size:.3g} people of every group of {groups.size} would come back.",
                expected="1 or more",
                fix="plan for larger groups, or for fewer people lost.",
            )
        by_chance = self.lost / size
        return Clusters(
            group_size=size,
            icc=groups.icc,
            cv=math.sqrt(groups.cv**2 + by_chance),
            regions=groups.regions,
        )

    def people_for_change(self, change: float) -> PeopleNeeded:
        """How many people it takes to find a change of so many points."""
        n = paired_power(
            d_z=change / self.sd_change,
            alpha=self.alpha,
            power=self.power,
            clusters=self.clusters,
        )
        return self._whole(n, lambda people: self.power_of_change(change, people))

    def people_for_equivalence(self, bound: float) -> PeopleNeeded:
        """How many people it takes to show no change of so many points, if there is none."""
        n = equivalence_power(
            bound=bound,
            sd_change=self.sd_change,
            alpha=self.alpha,
            power=self.power,
            clusters=self.clusters,
        )
        return self._whole(n, lambda people: self.power_of_equivalence(bound, people))

    def power_of_change(self, change: float, n: float) -> float:
        """Probability that n people with both scores find a change of so many points."""
        d_z = change / self.sd_change
        return paired_power(d_z=d_z, alpha=self.alpha, n=n, clusters=self.clusters)

    def power_of_equivalence(self, bound: float, n: float) -> float:
        """Probability that n people show no change of so many points, if there is none."""
        return equivalence_power(
            bound=bound,
            sd_change=self.sd_change,
            alpha=self.alpha,
            n=n,
            clusters=self.clusters,
        )

    def smallest_change(self, n: float) -> float:
        """The change, in points, that n people with both scores find with the power wanted."""
        d_z = paired_power(
            d_z=None, alpha=self.alpha, n=n, power=self.power, clusters=self.clusters
        )
        return d_z * self.sd_change

    def smallest_bound(self, n: float) -> float:
        """The bound, in points, within which n people show that there is no change."""
        return equivalence_power(
            bound=None,
            sd_change=self.sd_change,
            alpha=self.alpha,
            n=n,
            power=self.power,
            clusters=self.clusters,
        )

    def curve(
        self, power_of: Callable[[float], float], n_needed: float
    ) -> tuple[FloatVector, FloatVector]:
        """People with both scores and the power they have, up to where it is nearly certain.

        Parameters
        ----------
        power_of : callable
            Power by people with both scores.
        n_needed : float
            People with both scores that the power wanted takes.

        Returns
        -------
        n, power : ndarray of float, shape (k,)
        """
        fewest = 2.0 if self.clusters is None else self.clusters.fewest
        n = np.linspace(fewest, max(1.7 * n_needed, fewest + 10), 120)
        return n, np.array([power_of(float(people)) for people in n])

    def _whole(self, n: float, power_of: Callable[[float], float]) -> PeopleNeeded:
        """The number of people, rounded up to whole people or whole groups."""
        clusters, groups = self.clusters, self.groups
        if clusters is None or groups is None:
            n_pairs = math.ceil(n * _WHOLE)
            sure = n_to_invite(n_pairs, lost=self.lost, certainty=CERTAINTY)
            return PeopleNeeded(
                n_pairs=n_pairs,
                n_start=n_to_invite(n_pairs, lost=self.lost),
                n_start_sure=sure if self.lost else None,
                groups=None,
                power=power_of(n_pairs),
            )
        in_region = math.ceil(n / (clusters.group_size * groups.regions) * _WHOLE)
        back = in_region * groups.regions * clusters.group_size
        return PeopleNeeded(
            n_pairs=math.floor(back + 0.5),
            n_start=in_region * groups.regions * groups.size,
            n_start_sure=None,
            groups=in_region,
            power=power_of(back),
        )
