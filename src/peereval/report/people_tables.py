"""Tables that count people: who took part, who is scored, who is at the ends of a scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

from peereval.figures.flow import flow_counts, group_name, shown
from peereval.report.cells import (
    Lookup,
    n_cell,
    share_cell,
)
from peereval.report.document import Table
from peereval.results import format as fmt

if TYPE_CHECKING:
    from peereval.results.facts import EvaluationFacts
    from peereval.results.ledger import Ledger


def flow_table(ledger: Ledger, facts: EvaluationFacts) -> Table:
    """Counts of people by step and group."""
    columns = {g: flow_counts(ledger, facts, g) for g in facts.groups}
    steps = [s for s, row in columns["all"].items() if row is not None]
    if not facts.matched:
        steps.append(f"answered {fmt.at(facts.last_wave)}")
        for group, counts in columns.items():
            counts[steps[-1]] = ledger.get(
                "study", "people_at_wave", group=group, analysis="flow", level=facts.last_wave
            )
    return Table(
        id="flow",
        caption="Number of people at each step",
        header=("People who", *(group_name(g) for g in facts.groups)),
        rows=tuple((step, *(shown(columns[g][step]) for g in facts.groups)) for step in steps),
        note="Hidden: a number too small to show, or one that would give such a number away."
        if any(shown(columns[g][step]) == "hidden" for g in facts.groups for step in steps)
        else "",
    )


def score_counts_table(ledger: Ledger, facts: EvaluationFacts) -> Table:
    """How many people have a usable score, by outcome and wave."""
    rows = []
    for outcome in facts.outcomes:
        get = Lookup(ledger, facts, outcome.name)
        rows.append(
            (
                outcome.label,
                n_cell(get("scores", "n_pre", contrast=False)),
                n_cell(get("scores", "n_post", contrast=False)),
                n_cell(get("paired", "n_pairs", contrast=False)),
            )
        )
    return Table(
        id="score-counts",
        caption="People with a usable score",
        header=("Outcome", _when(facts.first_wave), _when(facts.last_wave), "At both"),
        rows=tuple(rows),
        note="A form with too many questions left open has no score.",
    )


def ends_table(ledger: Ledger, facts: EvaluationFacts) -> Table | None:
    """People at the ends of each scale; None when no scale has known ends."""
    rows = []
    for outcome in facts.outcomes:
        get = Lookup(ledger, facts, outcome.name)
        cells = [
            get("scores", statistic, level=wave, contrast=False)
            for statistic in ("at_lowest", "at_highest")
            for wave in (facts.first_wave, facts.last_wave)
        ]
        if any(cells):
            rows.append((outcome.label, *map(share_cell, cells)))
    if not rows:
        return None
    first, last = facts.first_wave, facts.last_wave
    return Table(
        id="ends",
        caption="People at the lowest and highest possible score",
        header=(
            "Outcome",
            f"Lowest, {first}",
            f"Lowest, {last}",
            f"Highest, {first}",
            f"Highest, {last}",
        ),
        rows=tuple(rows),
        note="More than 15% at an end means that the scale could not show all change there "
        "(Terwee et al. 2007).",
    )


def _when(wave: str) -> str:
    """A wave as the head of a column."""
    words = fmt.at(wave)
    return words[0].upper() + words[1:]
