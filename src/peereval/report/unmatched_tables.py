"""The difference of two surveys that could not be linked: cells are ledger rows as text."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from peereval.figures.flow import group_name
from peereval.report.cells import (
    Lookup,
    hidden_note,
    label,
    mark_note,
    mean_sd,
    n_cell,
    p_cell,
    with_interval,
)
from peereval.report.document import Table
from peereval.results import format as fmt

if TYPE_CHECKING:
    from peereval.results.facts import EvaluationFacts, OutcomeFacts
    from peereval.results.ledger import Ledger, LedgerRow

INDEPENDENT, WIDEST, NARROWEST = "correlation 0", "correlation -1", "correlation 1"


def difference_table(ledger: Ledger, facts: EvaluationFacts) -> Table | None:
    """The difference of the two means, and what linking might change; None without such rows."""
    rows = []
    for outcome in facts.outcomes:
        for group in facts.groups:
            found = {
                level: Lookup(ledger, facts, outcome.name, group)(
                    "unmatched", "mean_difference", level=level
                )
                for level in (INDEPENDENT, WIDEST, NARROWEST)
            }
            if found[INDEPENDENT] is None:
                continue
            rows.append(
                (
                    outcome.label,
                    group_name(group),
                    with_interval(found[INDEPENDENT], outcome.places),
                    p_cell(found[INDEPENDENT]),
                    _limits(found[WIDEST], outcome.places),
                    p_cell(found[WIDEST]),
                    _limits(found[NARROWEST], outcome.places),
                    p_cell(found[NARROWEST]),
                    n_cell(found[INDEPENDENT]),
                )
            )
    if not rows:
        return None
    level = fmt.level_text(facts.ci_level)
    return Table(
        id="difference",
        caption="Difference between the two surveys, not of people",
        header=(
            "Outcome",
            "Region",
            f"Difference ({level} interval), two samples",
            "p",
            "Widest interval",
            "largest p",
            "Narrowest interval",
            "smallest p",
            "n, both surveys",
        ),
        rows=tuple(rows),
        note="Later minus earlier mean, in scale points; Welch's t test of two samples. Nobody knows "
        "who answered both surveys, and how a person's two scores go together: the widest and the "
        "narrowest interval are those of the two extremes. Where people's scores rise and fall "
        "together, as they nearly always do, the standard error is smaller than that of two samples, "
        f"which is on the safe side.{hidden_note(rows)}",
    )


def _limits(row: LedgerRow | None, places: int) -> str:
    """An interval alone."""
    if row is None or math.isnan(row.ci_low):
        return with_interval(row, places)
    return fmt.interval(row.ci_low, row.ci_high, places)


def survey_list(ledger: Ledger, facts: EvaluationFacts) -> Table:
    """Both surveys and their difference for everyone, one line per outcome."""
    rows = []
    for outcome in facts.outcomes:
        get = Lookup(ledger, facts, outcome.name)
        cells = []
        for wave in (facts.first_wave, facts.last_wave):
            mean, sd = (get("scores", s, level=wave, contrast=False) for s in ("mean", "sd"))
            cells += [mean_sd(mean, sd, outcome.places), n_cell(mean)]
        difference = with_interval(
            get("unmatched", "mean_difference", level=INDEPENDENT), outcome.places
        )
        better = "higher" if outcome.good == 1 else "lower"
        rows.append((label(outcome), *cells, difference, better))
    level = fmt.level_text(facts.ci_level)
    return Table(
        id="survey-list",
        caption="Scores at each survey, everyone",
        header=(
            "Outcome",
            f"{facts.first_wave}: mean (SD)",
            f"n, {facts.first_wave}",
            f"{facts.last_wave}: mean (SD)",
            f"n, {facts.last_wave}",
            f"Difference ({level} interval)",
            "Better is",
        ),
        rows=tuple(rows),
        note="Later minus earlier mean, in scale points, as of two samples. This is a difference between "
        "surveys, not a change of people: nobody knows who answered both."
        f"{hidden_note(rows)}{mark_note(facts)}",
    )


def difference_sentence(row: LedgerRow | None, outcome: OutcomeFacts) -> str:
    """How far apart the two means are, and that this is no change of people; empty without it."""
    if row is None or math.isnan(row.value):
        return ""
    better = "higher" if outcome.good == 1 else "lower"
    level = fmt.level_text(row.ci_level)
    forms = "n hidden" if row.n is None else fmt.plural(row.n, "form")
    low, high = (_side(limit, outcome.places) for limit in (row.ci_low, row.ci_high))
    return (
        f"The mean of the later survey was {_side(row.value, outcome.places)} "
        f"({level} interval, as of two samples, from {low} to {high}; {forms}); {better} is better. "
        "This is a difference between surveys: it is not known whether the same people answered "
        "both."
    )


def _side(points: float, places: int) -> str:
    """A difference of two means in words: ``1.2 points higher``, ``no different``."""
    size = fmt.fixed(abs(points), places)
    if not any(d in size for d in "123456789"):
        return "no different"
    return f"{size} points {'higher' if points > 0 else 'lower'}"
