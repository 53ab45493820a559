"""What `peereval power` says, line by line."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from peereval.results.format import count, fixed, percent, places_for, plural

if TYPE_CHECKING:
    from collections.abc import Iterator

    from peereval.analysis.planned_test import PeopleNeeded, PlannedTest
    from peereval.analysis.planning import SimulatedPower
    from peereval.analysis.present_data import ChangeFound
    from peereval.analysis.region_design import RegionDesign

_BOTH = "with scores before and after"
_ORIGINS = {
    "plan": "from the plan",
    "questionnaire": "from the questionnaire's sources, meant for individuals",
    "software": "0.2 SD before, a yardstick of the software",
}


def people_for_change(test: PlannedTest, change: float) -> Iterator[str]:
    """How many people find a change."""
    d_z = fixed(abs(change) / test.sd_change, 2)
    yield f"To {find(change)} ({d_z} SD of change) with {_wanted(test)}:"
    yield from _needed(test, test.people_for_change(change))


def people_for_equivalence(test: PlannedTest, bound: float) -> Iterator[str]:
    """How many people show that there is no change that matters."""
    yield f"To {show_none(bound)}, if in truth there is none, with {_wanted(test)}:"
    yield from _needed(test, test.people_for_equivalence(bound))


def what_people_show(
    test: PlannedTest, n: float, change: float | None, bound: float | None
) -> Iterator[str]:
    """What the people there are can show."""
    people = _people(n)
    if test.groups is None:
        yield f"With {people} {_BOTH}:"
    else:
        start = round(n / (1 - test.lost))
        yield f"With {people} {_BOTH}, out of n = {count(start)} who start, in groups:"
    yield from _smallest(test, n, places_for(4 * test.sd_change))
    if change is not None:
        yield f"  {people} {find(change)} with {_power(test.power_of_change(change, n))}."
    if bound is not None:
        power = _power(test.power_of_equivalence(bound, n))
        yield f"  {people} {show_none(bound)}, if in truth there is none, with {power}."


def regions(test: PlannedTest, design: RegionDesign, difference: float | None) -> Iterator[str]:
    """What the comparison of regions can show, by simulation."""
    from peereval.analysis.planning import simulate_regions

    found = simulate_regions(design)
    people = f"n = {count(design.n)} people who start"
    smallest = found.smallest_difference(test.power, alpha=test.alpha)
    yield ""
    yield f"Whether {count(design.regions)} regions change differently, with {people}:"
    if math.isfinite(smallest):
        more = _points(_up(smallest, places_for(4 * test.sd_change)))
        yield (
            f"  {people} find, with {_wanted(test)}, that one region changes by {more} more than "
            "the others."
        )
    else:
        yield f"  {people} find no difference, however large, with {_wanted(test)}."
    if difference is not None:
        power = found.power_of_difference(difference, alpha=test.alpha)
        yield f"  {people} find that it changes by {_points(abs(difference))} more with {_chance(power)}."
    false = found.type_one(alpha=test.alpha)
    yield f"  {people} find a difference where there is none with {_chance(false)}."
    yield (
        f"  Simulated: {count(found.runs)} evaluations drawn, each fitted with {design.model.written}."
    )


def outcome(found: ChangeFound, test: PlannedTest | None, disclosure: str) -> Iterator[str]:
    """What the data that are there tell of one outcome."""
    if test is None or found.n is None:
        why = (
            "hidden, because it would tell what few people answered (disclosure = "
            f'"{disclosure}" in the plan)'
            if found.hidden
            else "there is no SD of change"
        )
        yield f"{found.label}: {why}."
        yield ""
        return
    low, high = fixed(found.sd_low, found.places), fixed(found.sd_high, found.places)
    yield (
        f"{found.label}: SD of change {fixed(found.sd_change, found.places)} points "
        f"(95% interval {low} to {high}), {_people(found.n)} {_BOTH}."
    )
    if math.isnan(found.smallest_change):
        yield "  No smallest change that matters to plan for."
    else:
        smallest = _down(found.smallest_change, found.places)
        origin = _ORIGINS.get(found.origin, found.origin)
        yield f"  Smallest change that matters: {_points(smallest)} ({origin})."
        for goal, needed in (
            (find(smallest), test.people_for_change(smallest)),
            (
                f"{show_none(smallest)}, if in truth there is none,",
                test.people_for_equivalence(smallest),
            ),
        ):
            yield f"  To {goal} with {_wanted(test)}:"
            yield from (f"  {line}" for line in _needed(test, needed))
    if test.groups is None:
        yield f"  As it is, with {_people(found.n)}:"
        yield from (f"  {line}" for line in _smallest(test, found.n, found.places))
    yield ""


def assumptions(
    test: PlannedTest, *, from_data: bool = False, correlation: float | None = None
) -> Iterator[str]:
    """What all of it rests on."""
    clusters, groups = test.clusters, test.groups
    if not from_data:
        yield ""
    yield "Assumed:"
    spread = "as found in these data" if from_data else f"{_points(test.sd_change)} in everyone"
    yield f"  SD of change {spread}; changes roughly normal."
    yield (
        f"  Paired t test, two-sided, at alpha {test.alpha:g}; no change is shown by two one-sided "
        f"tests at alpha {test.alpha:g} each, with a true change of 0."
    )
    if clusters is None or groups is None:
        yield "  People change independently; for peer groups give --group-size and --icc."
    else:
        yield (
            f"  People of one group change together: ICC of the changes (not of the scores) "
            f"{groups.icc:g}, so that {fixed(clusters.design_effect, 2)} times as many people are "
            f"needed, and degrees of freedom are those of groups less regions."
        )
    if test.lost:
        yield f"  {percent(test.lost, 1)} do not come back, whatever their change."
    else:
        yield "  Everybody comes back; otherwise give --lost."
    if correlation is not None:
        yield (
            f"  Comparison of regions: groups of equal size; correlation of scores before and after "
            f"{correlation:g} (--correlation)."
        )
    yield "A change that is found is a change between two surveys; its cause takes a comparison group."


def find(change: float) -> str:
    """The finding of a change, as it follows "people can"."""
    return f"find a change of {_points(abs(change))}"


def show_none(bound: float) -> str:
    """The finding of no change that matters, as it follows "people can"."""
    return f"show that there is no change of {_points(bound)} or more"


def _needed(test: PlannedTest, needed: PeopleNeeded) -> Iterator[str]:
    """The people it takes, a line for each way of counting them."""
    yield f"  {_people(needed.n_pairs)} {_BOTH} ({_power(needed.power)})"
    groups = test.groups
    if groups is not None and needed.groups is not None:
        n_groups = plural(needed.groups * groups.regions, "group")
        where = (
            f", {needed.groups} in each of {groups.regions} regions" if groups.regions > 1 else ""
        )
        yield f"  {_people(needed.n_start)} who start, in {n_groups} of {groups.size}{where}"
    elif needed.n_start_sure is not None:
        away = percent(test.lost, 1)
        yield f"  {_people(needed.n_start)} who start, if {away} do not come back"
        yield (
            f"  {_people(needed.n_start_sure)} who start, to be 90% sure that "
            f"{count(needed.n_pairs)} come back"
        )


def _smallest(test: PlannedTest, n: float, places: int) -> Iterator[str]:
    """The smallest change that n people find, and the smallest that they rule out."""
    change, bound = (
        _up(points, places) for points in (test.smallest_change(n), test.smallest_bound(n))
    )
    people, wanted = _people(n), _wanted(test)
    yield f"  {people} {find(change)} or more with {wanted}."
    yield f"  {people} {show_none(bound)}, if in truth there is none, with {wanted}."


def _people(n: float) -> str:
    """A number of people, as every line has it."""
    return f"n = {count(math.floor(n + 0.5))} people"


def _points(points: float) -> str:
    """A size in scale points."""
    return f"{points:g} point{'' if points == 1 else 's'}"


def _wanted(test: PlannedTest) -> str:
    """The power wanted."""
    return f"{100 * test.power:g}% power"


def _power(power: float) -> str:
    """A power that is reached; never 100%."""
    return "more than 99.9% power" if power > 0.999 else f"{fixed(100 * power, 1)}% power"


def _chance(found: SimulatedPower) -> str:
    """A simulated probability with what it is uncertain by."""
    low, high = (fixed(100 * limit, 0) for limit in (found.ci_low, found.ci_high))
    return f"a probability of {fixed(100 * found.value, 0)}% (simulated: {low}% to {high}%)"


def _up(points: float, places: int) -> float:
    """Rounded up: so much, and not less, can be shown."""
    scale = 10.0**places
    return math.ceil(points * scale * (1 - 1e-12)) / scale


def _down(points: float, places: int) -> float:
    """Rounded down: who can find so much finds more, too."""
    scale = 10.0**places
    return math.floor(points * scale * (1 + 1e-12)) / scale or points
