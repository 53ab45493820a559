"""Why a model was chosen, in sentences for a report, and the numbers the choice rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from peereval.results.format import listing, plural

if TYPE_CHECKING:
    from collections.abc import Iterator

    from peereval.mixed.chosen import ChosenModel, DesignFacts, Step
    from peereval.mixed.likelihood.covariance import WaveCovariance

REGIONS_TO_VARY = 10
"""Levels of region from which their spread can be estimated."""
GROUPS_TO_VARY = 5
"""Peer groups from which the spread of their changes can be estimated."""
PEOPLE_AT_OTHER_WAVE = 10
"""People that a survey needs to take part, other than the two that are compared."""

WITHIN_PERSON: dict[WaveCovariance, str] = {
    "us": "every survey has its own SD, and every two surveys their own correlation",
    "toeph": "every survey has its own SD, and surveys equally far apart in their order "
    "correlate alike",
    "csh": "every survey has its own SD, and any two surveys correlate alike",
    "cs": "all surveys share one SD and any two correlate alike, which can bias the change when "
    "people leave because of how they scored",
}
"""Covariances within the person, each a special case of the one before it, and what it says."""


def reasons_for(
    design: DesignFacts, waves: tuple[str, ...], *, regions_vary: bool, groups_vary: bool
) -> Iterator[str]:
    """Every choice with its why."""
    n_regions = len(design.people)
    regions = plural(design.n_regions, "region")
    if design.some_without_region:
        regions += " (people without one form another)"
    if regions_vary:
        yield (
            f"There are {regions}, enough to estimate how much regions vary: "
            "each has a change of its own around a common one, and the results of small regions "
            "are drawn towards it."
        )
    elif n_regions > 1:
        few = (
            f"too few to estimate how much regions vary (that takes {REGIONS_TO_VARY}), so"
            if design.n_regions < REGIONS_TO_VARY
            else "and for the test of their difference"
        )
        yield (
            f"There are {regions}, {few} each has a mean of its own at every "
            "survey, and with it a change of its own."
        )
    yield from _group_reasons(
        design, regions_vary=regions_vary, groups_vary=groups_vary, more=len(waves) > 2
    )
    left_out = [w for w in design.waves if w not in waves]
    if left_out:
        yield (
            f"Fewer than {PEOPLE_AT_OTHER_WAVE} people have a score at {listing(left_out)}, too "
            "few to take part in the model."
        )
    yield _person_reason(waves)


def _group_reasons(
    design: DesignFacts, *, regions_vary: bool, groups_vary: bool, more: bool
) -> Iterator[str]:
    """What is done about peer groups, and why."""
    n = design.n_groups
    if groups_vary:
        alone = " People without a group count as a group of their own." if design.n_alone else ""
        change = (
            f"a change of its own at {design.after} ({design.is_after}) and another at the "
            f"surveys that are not compared ({design.is_other})"
            if more
            else "a change of its own"
        )
        yield (
            f"People of one peer group may change together, so each of the {n} groups has a level "
            f"and {change}; a level alone would cancel out of the change.{alone}"
        )
    elif n == 0:
        yield "No peer groups are named, so people are taken to change independently."
    elif design.n_units == 1:
        yield "There is one peer group, so its change is that of everyone."
    elif not design.some_share_a_group:
        yield "No two people with a score share a peer group, so groups have no part in the model."
    elif regions_vary and 1 < n <= len(design.people):
        yield (
            "There is hardly more than one peer group to a region, so the regions' own changes "
            "stand for those of the groups."
        )
    else:
        why = (
            f"too few to estimate how much groups vary (that takes {GROUPS_TO_VARY})"
            if n < GROUPS_TO_VARY
            else "which cannot be told from their regions or from the people in them"
        )
        yield (
            f"There {'is' if n == 1 else 'are'} {plural(n, 'peer group')}, {why}, so the intervals "
            "do not allow for people of one group changing together and may be too narrow."
        )


def _person_reason(waves: tuple[str, ...]) -> str:
    """Why the covariance within the person is unstructured."""
    both = "both surveys have their" if len(waves) == 2 else "all surveys have their"
    return (
        "Scores of one person belong together, and everyone with any score counts: "
        f"{both} own SD and correlate freely within the person. One SD for all "
        "could bias the change when people leave because of how they scored."
    )


def stepped_down(chosen: ChosenModel, step: Step) -> str:
    """What is said when a simpler model than the chosen one was used."""
    parts = [f"within the person {step.words}"] if step.covariance != chosen.covariance else []
    if chosen.ladder[0].clusters and not step.clusters:
        parts.append(
            "groups have no changes of their own, so the intervals do not allow for people of "
            "one group changing together"
        )
    elif step.random != chosen.random:
        parts.append("of how groups or regions differ, only their change is estimated")
    return (
        "That model did not settle on an answer, so a simpler one stands in its place, "
        f"{chosen.written_as(step)}: {'; '.join(parts)}."
    )
