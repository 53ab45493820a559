"""Tables of change: cells are ledger rows as text, nothing is computed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from peereval.figures.flow import group_name
from peereval.report.cells import (
    Lookup,
    label,
    mark_note,
    mean_sd,
    n_cell,
    number,
    p_cell,
    with_interval,
)
from peereval.report.document import Table
from peereval.report.sentences import reason_text, verdict_words
from peereval.results import format as fmt

if TYPE_CHECKING:
    from peereval.results.facts import EvaluationFacts
    from peereval.results.ledger import Ledger


def outcome_table(ledger: Ledger, facts: EvaluationFacts) -> Table:
    """One row per outcome: before, after, change, verdict."""
    rows = []
    for outcome in facts.outcomes:
        get = Lookup(ledger, facts, outcome.name)
        smallest = get("verdict", "smallest_change", contrast=False)
        rows.append(
            (
                label(outcome),
                n_cell(get("paired", "n_pairs", contrast=False)),
                mean_sd(
                    get("paired", "mean_pre", contrast=False),
                    get("paired", "sd_pre", contrast=False),
                    outcome.places,
                ),
                mean_sd(
                    get("paired", "mean_post", contrast=False),
                    get("paired", "sd_post", contrast=False),
                    outcome.places,
                ),
                with_interval(get("paired", "mean_change"), outcome.places),
                "higher" if outcome.good == 1 else "lower",
                number(smallest, outcome.places),
                verdict_words(get.verdict()),
            )
        )
    level = fmt.level_text(facts.ci_level)
    return Table(
        id="outcomes",
        caption="Change in every outcome, people with both surveys",
        header=(
            "Outcome",
            "n",
            f"{facts.first_wave}: mean (SD)",
            f"{facts.last_wave}: mean (SD)",
            f"Change ({level} interval)",
            "Better is",
            "Smallest change that matters",
            "Verdict",
        ),
        rows=tuple(rows),
        note="Changes are later minus earlier, in scale points: plus means the score rose, whether "
        f"or not that is better.{mark_note(facts)}",
    )


def region_table(ledger: Ledger, facts: EvaluationFacts) -> Table:
    """Change by outcome and region, paired and from the mixed model."""
    rows = []
    for outcome in facts.outcomes:
        for group in facts.groups:
            get = Lookup(ledger, facts, outcome.name, group)
            rows.append(
                (
                    outcome.label,
                    group_name(group),
                    n_cell(get("paired", "n_pairs", contrast=False)),
                    with_interval(get("paired", "mean_change"), outcome.places),
                    with_interval(get("mixed", "mean_change"), outcome.places),
                    n_cell(get("mixed", "mean_change")),
                    verdict_words(get.verdict()),
                )
            )
    level = fmt.level_text(facts.ci_level)
    return Table(
        id="regions",
        caption="Change by region",
        header=(
            "Outcome",
            "Region",
            "n, both surveys",
            f"Change, both surveys ({level} interval)",
            f"Change, mixed model ({level} interval)",
            "n, mixed model",
            "Verdict",
        ),
        rows=tuple(rows),
        note="Later minus earlier, in scale points. Verdicts on single regions are exploratory.",
    )


def region_difference_table(ledger: Ledger, facts: EvaluationFacts) -> Table:
    """Whether the regions changed differently."""
    rows = []
    for outcome in facts.outcomes:
        row = Lookup(ledger, facts, outcome.name)("mixed", "region_difference")
        if row is None:
            continue
        test = fmt.NOT_SHOWN
        if not math.isnan(row.statistic_value):
            df = f"{row.df_num:.0f}, {fmt.fixed(row.df, 0)}"
            test = f"F({df}) = {fmt.fixed(row.statistic_value, 2)}"
        rows.append(
            (
                outcome.label,
                with_interval(row, outcome.places),
                test,
                p_cell(row) if not row.reason else f"not estimated: {reason_text(row.reason)}",
                n_cell(row),
            )
        )
    order = " minus ".join(reversed(facts.regions)) if len(facts.regions) == 2 else ""
    level = fmt.level_text(facts.ci_level)
    return Table(
        id="region-differences",
        caption="Did the regions change differently?",
        header=("Outcome", f"Difference in change ({level} interval)", "Test", "p", "n"),
        rows=tuple(rows),
        note=(f"Difference: {order}. " if order else "")
        + "Later minus earlier change, in scale points, from the mixed model with large-sample "
        "inference, which is somewhat too sure with few people.",
    )
