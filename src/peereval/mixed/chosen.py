"""What a choice of model rests on, and the model chosen: counts and names, no scores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from peereval.mixed.likelihood.covariance import WaveCovariance


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignFacts:
    """What a choice of model rests on: counts and names, no scores and no people.

    Attributes
    ----------
    waves : tuple of str
        Waves that have scores, in order.
    before, after : str
        The two of them that are compared.
    people : tuple of tuple of int
        People with a score, one tuple per region, in the order of `waves`; people without a
        region are a level of their own. One tuple where there are no regions.
    some_without_region : bool
        Whether one of the regions is people without one.
    n_groups : int
        Peer groups that have a name, counted within regions; 0 where none are named.
    n_alone : int
        People without a peer group: each counts as a group of their own.
    n_people : int or None
        People with a score at any wave; None where it is not known, which takes for granted that
        people share the groups.
    outcome, participant, wave, region, group : str
        Columns of the data that the model will be fitted to. `wave` holds 0, 1, ... in the order
        of the waves kept.
    is_after, is_other : str
        Columns that are 1 at the wave `after`, and at every wave but the two compared, else 0;
        needed where more than two waves are kept.
    """

    waves: tuple[str, ...]
    before: str
    after: str
    people: tuple[tuple[int, ...], ...]
    some_without_region: bool = False
    n_groups: int = 0
    n_alone: int = 0
    n_people: int | None = None
    outcome: str = "score"
    participant: str = "participant"
    wave: str = "wave"
    region: str = "region"
    group: str = "group"
    is_after: str = "is_after"
    is_other: str = "is_other"

    @property
    def n_regions(self) -> int:
        """Regions that have a name."""
        return len(self.people) - self.some_without_region

    @property
    def n_units(self) -> int:
        """Peer groups, with everyone who has none as a group of their own."""
        return self.n_groups + self.n_alone

    @property
    def some_share_a_group(self) -> bool:
        """Whether some people share a peer group, and not all people the same one."""
        fewer = self.n_people is None or self.n_units < self.n_people
        return self.n_groups > 0 and self.n_units > 1 and fewer


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One model of the ladder.

    Attributes
    ----------
    random : str or None
        Bars of the groupings above the person, for `fit_repeated`.
    covariance : str
        Covariance over the waves within the person.
    words : str
        What this model takes for granted, to be said when it is the one used.
    clusters : bool
        Whether it allows for people of one peer group changing together.
    """

    random: str | None
    covariance: WaveCovariance
    words: str
    clusters: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenModel:
    """The model that suits a design, with the simpler ones to fall back on.

    Attributes
    ----------
    design : DesignFacts
        What the choice rests on.
    waves : tuple of str
        Waves that take part.
    formula : str
        Fixed part, for `fit_repeated`.
    ladder : tuple of Step
        Random parts and covariances, the chosen one first, then simpler ones in the order in
        which they are tried when a fit does not converge.
    regions_vary : bool
        Whether regions are random; else each has its own mean at every wave.
    reasons : tuple of str
        Each choice with its why, as sentences.

    Examples
    --------
    >>> from peereval.mixed import choose_model
    >>> chosen = choose_model(DesignFacts(
    ...     waves=("before", "after"), before="before", after="after",
    ...     people=((60, 41), (52, 38)), n_groups=8))
    >>> chosen.written
    'score ~ wave * region + (1 + wave | group) + us(wave | participant)'
    """

    design: DesignFacts
    waves: tuple[str, ...]
    formula: str
    ladder: tuple[Step, ...]
    regions_vary: bool
    reasons: tuple[str, ...]

    @property
    def random(self) -> str | None:
        """Bars of the chosen model."""
        return self.ladder[0].random

    @property
    def covariance(self) -> WaveCovariance:
        """Covariance within the person of the chosen model."""
        return self.ladder[0].covariance

    @property
    def written(self) -> str:
        """The chosen model as a reader would write it."""
        return self.written_as(self.ladder[0])

    @property
    def notes(self) -> tuple[str, ...]:
        """Codes for a reader: ``ignores_clusters`` when named groups have no part in it."""
        return self.notes_of(self.ladder[0])

    def notes_of(self, step: Step) -> tuple[str, ...]:
        """The codes that hold for one step of the ladder."""
        if step.clusters or not self.design.some_share_a_group:
            return ()
        return ("ignores_clusters",)

    def written_as(self, step: Step) -> str:
        """One step of the ladder as a reader would write it."""
        d = self.design
        fixed = self.formula.replace(f"C({d.wave})", d.wave).replace(f"C({d.region})", d.region)
        bars = f" + {step.random}" if step.random else ""
        return f"{fixed}{bars} + {step.covariance}({d.wave} | {d.participant})"
