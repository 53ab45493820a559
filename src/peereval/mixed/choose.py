"""Choose the model that suits the design of an evaluation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from peereval.mixed.choice_words import (
    GROUPS_TO_VARY,
    PEOPLE_AT_OTHER_WAVE,
    REGIONS_TO_VARY,
    WITHIN_PERSON,
    reasons_for,
)
from peereval.mixed.chosen import ChosenModel, DesignFacts, Step
from peereval.mixed.terms.design import DesignError
from peereval.results.format import plural

if TYPE_CHECKING:
    from collections.abc import Iterator


def choose_model(design: DesignFacts, *, compare_regions: bool = False) -> ChosenModel:
    """Choose the model of an evaluation from the facts of its design.

    - Regions are fixed, each with its own mean at every wave, below 10 levels; from 10 they are
      random, each with its own change.
    - Peer groups are random with their own change from 5 groups on, unless they cannot be told
      from the regions or from the people in them. A group intercept alone would cancel out of
      the change. With more than two waves a group has its own level, its
      own shift at the wave `after` and its own shift at all other waves but the first: enough
      for the change, and a fixed number of parameters.
    - Participants are random: a covariance over the waves within the person. Unstructured, so
      that the waves keep their own SDs; a person intercept would force them to be equal.
    - A wave that is not compared takes part when at least 10 people have a score at it.

    When a fit does not converge, the next model of the ladder is tried: for every covariance
    (unstructured, heterogeneous Toeplitz, heterogeneous compound symmetry, compound symmetry;
    each a special case of the one before), groups and regions with all their effects, then with
    their change alone; last without them.

    Parameters
    ----------
    design : DesignFacts
        Counts and names.
    compare_regions : bool, default False
        Whether the model is for the test of a difference between regions, for which they are
        fixed whatever their number.

    Returns
    -------
    ChosenModel

    Raises
    ------
    DesignError
        If the waves compared are not among the waves, or no wave comes with its people.

    Examples
    --------
    >>> chosen = choose_model(DesignFacts(
    ...     waves=("before", "after"), before="before", after="after", people=((60, 41),),
    ...     n_groups=3))
    >>> chosen.random, chosen.covariance, chosen.notes
    (None, 'us', ('ignores_clusters',))
    >>> print(chosen.reasons[0])
    There are 3 peer groups, too few to estimate how much groups vary (that takes 5), so the
    intervals do not allow for people of one group changing together and may be too narrow.
    """
    _refuse_impossible(design)
    waves = tuple(_kept(design))
    kept = [design.waves.index(w) for w in waves]
    n_rows = sum(counts[k] for counts in design.people for k in kept)
    n_regions = len(design.people)
    enough_regions = design.n_regions >= REGIONS_TO_VARY and n_regions < n_rows
    regions_vary = enough_regions and not compare_regions
    by_region = n_regions > 1 and not regions_vary
    terms = f"C({design.wave})" + (f" * C({design.region})" if by_region else "")
    # Where a region is one group, or a group one person, the two cannot be told from each other.
    more_than_regions = n_regions == 1 or design.n_groups > n_regions
    fewer_than_people = design.some_share_a_group and design.n_units < n_rows
    groups_vary = design.n_groups >= GROUPS_TO_VARY and more_than_regions and fewer_than_people
    varying = {}
    if regions_vary:
        varying[design.region] = n_regions
    if groups_vary:
        varying[design.group] = design.n_units
    return ChosenModel(
        design=design,
        waves=waves,
        formula=f"{design.outcome} ~ {terms}",
        ladder=tuple(_ladder(design, len(waves), varying, n_rows)),
        regions_vary=regions_vary,
        reasons=tuple(
            reasons_for(design, waves, regions_vary=regions_vary, groups_vary=groups_vary)
        ),
    )


def _refuse_impossible(design: DesignFacts) -> None:
    """Refuse facts that are not those of a comparison of two waves."""
    missing = [w for w in (design.before, design.after) if w not in design.waves]
    if missing or design.before == design.after:
        raise DesignError(
            f"'{design.before}' and '{design.after}' are compared, and the waves with scores are "
            f"{', '.join(design.waves) or 'none'}.",
            expected="two different waves that have scores",
        )
    if not design.people or any(len(c) != len(design.waves) for c in design.people):
        raise DesignError(
            "The counts of people do not fit the waves.",
            expected=f"{plural(len(design.waves), 'count')} for every region",
        )


def _kept(design: DesignFacts) -> Iterator[str]:
    """Waves that take part in the model."""
    for wave, counts in zip(design.waves, zip(*design.people, strict=True), strict=True):
        compared = wave in (design.before, design.after)
        if compared or sum(counts) >= PEOPLE_AT_OTHER_WAVE:
            yield wave


def _effects(design: DesignFacts, n_waves: int) -> tuple[str, ...]:
    """Effects of a region or group, all of them and then its change alone."""
    if n_waves == 2:
        return f"1 + {design.wave}", f"0 + {design.wave}"
    return (
        f"1 + {design.is_after} + {design.is_other}",
        f"1 + {design.is_after}",
        f"0 + {design.is_after}",
    )


def _ladder(
    design: DesignFacts, n_waves: int, varying: dict[str, int], n_rows: int
) -> Iterator[Step]:
    """Models from the chosen one down: first without some effects, last without the groups."""
    # Over two waves the first three covariances are one and the same.
    ladder = tuple(WITHIN_PERSON.items())
    covariances = ladder if n_waves > 2 else (ladder[0], ladder[-1])
    regions = [name for name in varying if name == design.region]
    for names in (list(varying), regions) if design.group in varying else (regions,):
        # Regions that hold one group each stand for the groups.
        clusters = design.group in names or bool(names and design.n_groups <= varying[names[0]])
        for covariance, words in covariances:
            for bars in _bars(_effects(design, n_waves), {n: varying[n] for n in names}, n_rows):
                yield Step(random=bars, covariance=covariance, words=words, clusters=clusters)


def _bars(effects: tuple[str, ...], varying: dict[str, int], n_rows: int) -> Iterator[str | None]:
    """Random parts with ever fewer effects; one without any where nothing varies."""
    if not varying:
        yield None
        return
    for terms in effects:
        n_effects = terms.count("+") + terms.startswith("1")
        # As many effects as rows could not be told from the residuals.
        if all(n * n_effects < n_rows for n in varying.values()):
            yield " + ".join(f"({terms} | {name})" for name in varying)
