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
    """One row per outcome: before, after, change by the main analysis, verdict."""
    rows = []
    for outcome in facts.outcomes:
        get = Lookup(ledger, facts, outcome.name)
        smallest = get("verdict", "smallest_change", contrast=False)
        rows.append(
            (
                label(outcome),
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
                n_cell(get("paired", "n_pairs", contrast=False)),
                with_interval(get.main("mean_change"), outcome.places),
                n_cell(get.main("mean_change")),
                "higher" if outcome.good == 1 else "lower",
                number(smallest, outcome.places),
                verdict_words(get.verdict()),
            )
        )
    level = fmt.level_text(facts.ci_level)
    return Table(
        id="outcomes",
        caption="Change in every outcome",
        header=(
            "Outcome",
            f"{facts.first_wave}: mean (SD)",
            f"{facts.last_wave}: mean (SD)",
            "n, both surveys",
            f"Change ({level} interval)",
            "n, any survey",
            "Better is",
            "Smallest change that matters",
            "Verdict",
        ),
        rows=tuple(rows),
        note="Means and SDs are of people with both surveys. The change is that of the main "
        "analysis, which also uses the scores of people who answered once; it can differ a little from the "
        "difference of the two means. Changes are later minus earlier, in scale points: plus "
        f"means the score rose, whether or not that is better.{mark_note(facts)}",
    )


def region_table(ledger: Ledger, facts: EvaluationFacts) -> Table:
    """Change by outcome and region, from the main analysis and paired."""
    rows = []
    for outcome in facts.outcomes:
        for group in facts.groups:
            get = Lookup(ledger, facts, outcome.name, group)
            rows.append(
                (
                    outcome.label,
                    group_name(group),
                    with_interval(get.main("mean_change"), outcome.places),
                    n_cell(get.main("mean_change")),
                    with_interval(get("paired", "mean_change"), outcome.places),
                    n_cell(get("paired", "n_pairs", contrast=False)),
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
            f"Change ({level} interval)",
            "n, any survey",
            f"Change, both surveys only ({level} interval)",
            "n, both surveys",
            "Verdict",
        ),
        rows=tuple(rows),
        note="Later minus earlier, in scale points. The first change is that of the main analysis. "
        "Verdicts on single regions are exploratory.",
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
            df = f"{row.df_num:.0f}, {fmt.fixed(row.df, 1)}"
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
        + "Later minus earlier change, in scale points, from the mixed model; F test with the "
        "degrees of freedom of Kenward and Roger.",
    )
