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
            test = f"F({row.df_num:.0f}) = {fmt.fixed(row.statistic_value, 2)}"
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
        + "Mixed model, large-sample (z) inference, which is somewhat too sure with few people.",
    )


def certainty_table(ledger: Ledger, facts: EvaluationFacts) -> Table:
    """The same change by three analyses, and p after allowing for many tests."""
    rows = []
    for outcome in facts.outcomes:
        get = Lookup(ledger, facts, outcome.name)
        family = get.only("verdict", "tests_in_family")
        tests = number(family, 0)
        rows.append(
            (
                label(outcome),
                with_interval(get("paired", "mean_change"), outcome.places),
                p_cell(get("paired", "mean_change")),
                f"{p_cell(get.only('verdict', 'p_adjusted'))} (of {tests})",
                with_interval(get("mixed", "mean_change"), outcome.places),
                p_cell(get("mixed", "mean_change")),
                number(get("rank", "hodges_lehmann"), outcome.places, signed=True),
                p_cell(get("rank", "wilcoxon")),
                n_cell(get("paired", "mean_change")),
                n_cell(get("mixed", "mean_change")),
            )
        )
    level = fmt.level_text(facts.ci_level)
    return Table(
        id="certainty",
        caption="The same change by three analyses",
        header=(
            "Outcome",
            f"Paired t ({level} interval)",
            "p",
            "p adjusted (number of tests)",
            f"Mixed model ({level} interval)",
            "p",
            "Hodges-Lehmann",
            "Wilcoxon p",
            "n paired",
            "n mixed",
        ),
        rows=tuple(rows),
        note=f"Adjusted: Holm within the outcome's family of tests.{mark_note(facts)}",
    )


def main_analysis_table(ledger: Ledger, facts: EvaluationFacts) -> Table:
    """The paired analysis with the digits that another program can be held against."""
    rows = []
    for outcome in facts.outcomes:
        for group in facts.groups:
            row = Lookup(ledger, facts, outcome.name, group)("paired", "mean_change")
            shown = row is not None and not math.isnan(row.value)
            t_df = (
                f"t({fmt.fixed(row.df, 0)}) = {fmt.fixed(row.statistic_value, 3)}"
                if row is not None and shown and not math.isnan(row.df)
                else fmt.NOT_SHOWN
            )
            rows.append(
                (
                    outcome.label,
                    group_name(group),
                    with_interval(row, 4),
                    t_df,
                    p_cell(row),
                    n_cell(row),
                )
            )
    level = fmt.level_text(facts.ci_level)
    return Table(
        id="main-analysis",
        caption="The paired analysis in full",
        header=("Outcome", "Region", f"Change ({level} interval)", "Test", "p", "n"),
        rows=tuple(rows),
        note="Later minus earlier, in scale points, to four decimals for checking elsewhere.",
    )


def effect_table(ledger: Ledger, facts: EvaluationFacts) -> Table:
    """Effect sizes, each with its denominator in its name."""
    rows = []
    for outcome in facts.outcomes:
        get = Lookup(ledger, facts, outcome.name)
        rows.append(
            (
                outcome.label,
                *(with_interval(get("effect_size", name), 2) for name in ("d_z", "d_av", "g_av")),
                n_cell(get("effect_size", "d_z")),
            )
        )
    return Table(
        id="effects",
        caption="Effect sizes",
        header=("Outcome", "d_z (SD of change)", "d_av (mean of both SDs)", "g_av", "n"),
        rows=tuple(rows),
        note="Sign as the scores moved: plus means the score rose. g_av is d_av corrected for "
        "small samples. These are changes within people, not differences from a comparison group.",
    )


def equivalence_table(ledger: Ledger, facts: EvaluationFacts) -> Table:
    """The smallest change that matters, and the test of no change that matters."""
    rows = []
    for outcome in facts.outcomes:
        get = Lookup(ledger, facts, outcome.name)
        smallest = get("verdict", "smallest_change", contrast=False)
        bounds = get("equivalence", "smallest_bounds")
        narrow = get("verdict", "change_with_90_interval")
        rows.append(
            (
                outcome.label,
                number(smallest, outcome.places),
                smallest.source if smallest is not None else "",
                with_interval(narrow, outcome.places),
                p_cell(get("equivalence", "equivalence")),
                p_cell(get.only("verdict", "equivalence_p_adjusted")),
                number(bounds, outcome.places),
                n_cell(get("equivalence", "equivalence")),
            )
        )
    return Table(
        id="equivalence",
        caption="Is there no change that matters? Equivalence tests",
        header=(
            "Outcome",
            "Smallest change that matters",
            "Where it is from",
            "Change (90% interval)",
            "p of equivalence",
            "p adjusted",
            "Smallest bounds these data could show",
            "n",
        ),
        rows=tuple(rows),
        note="No change that matters is claimed only when the whole 90% interval lies between "
        "minus and plus the smallest change that matters; a large p of a test of change is no "
        "evidence of no change.",
    )


def ledger_table(ledger: Ledger) -> Table:
    """Every row of the disclosed ledger, for the technical report."""
    rows = tuple(
        (
            row.outcome,
            row.group,
            row.analysis,
            row.statistic,
            row.level,
            "hidden" if row.suppressed else fmt.fixed(row.value, 4),
            fmt.NOT_SHOWN
            if math.isnan(row.ci_low)
            else f"{fmt.interval(row.ci_low, row.ci_high, 4)} ({fmt.level_text(row.ci_level)})",
            fmt.NOT_SHOWN if math.isnan(row.statistic_value) else fmt.fixed(row.statistic_value, 3),
            fmt.NOT_SHOWN if math.isnan(row.df) else fmt.fixed(row.df, 1),
            p_cell(row),
            fmt.NOT_SHOWN if row.n is None else fmt.count(row.n),
            f"not estimated: {reason_text(row.reason)}" if row.reason else row.method,
        )
        for row in ledger
        if row.analysis != "distribution"
    )
    return Table(
        id="ledger",
        caption="Every number of this report",
        header=(
            "Outcome",
            "Group",
            "Analysis",
            "Statistic",
            "Level",
            "Value",
            "Interval",
            "Test statistic",
            "df",
            "p",
            "n",
            "Method",
        ),
        rows=rows,
    )
