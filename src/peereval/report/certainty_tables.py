"""Tables that show how far a result hangs on the analysis: cells are ledger rows as text."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from peereval.figures.flow import group_name
from peereval.report.cells import (
    Lookup,
    hidden_note,
    label,
    mark_note,
    n_cell,
    number,
    p_cell,
    with_interval,
)
from peereval.report.document import Table
from peereval.results import format as fmt

if TYPE_CHECKING:
    from peereval.results.facts import EvaluationFacts
    from peereval.results.ledger import Ledger, LedgerRow


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
                with_interval(get("mixed", "mean_change"), outcome.places),
                p_cell(get("mixed", "mean_change")),
                f"{p_cell(get.only('verdict', 'p_adjusted'))} (of {tests})",
                with_interval(get("paired", "mean_change"), outcome.places),
                p_cell(get("paired", "mean_change")),
                number(get("rank", "hodges_lehmann"), outcome.places, signed=True),
                p_cell(get("rank", "wilcoxon")),
                n_cell(get("mixed", "mean_change")),
                n_cell(get("paired", "mean_change")),
            )
        )
    level = fmt.level_text(facts.ci_level)
    return Table(
        id="certainty-table",
        caption="The same change by three analyses",
        header=(
            "Outcome",
            f"Mixed model, the main analysis ({level} interval)",
            "p",
            "p adjusted (number of tests)",
            f"Paired t ({level} interval)",
            "p",
            "Hodges-Lehmann",
            "Wilcoxon p",
            "n mixed",
            "n paired",
        ),
        rows=tuple(rows),
        note=f"Adjusted: Holm within the outcome's family of tests.{_clusters_note(ledger)}"
        f"{hidden_note(rows)}{mark_note(facts)}",
    )


def _clusters_note(ledger: Ledger) -> str:
    """That the paired analyses take people to change independently, where they came in groups."""
    if not any(r.analysis == "paired" and "ignores_clusters" in r.notes for r in ledger):
        return ""
    return (
        " The paired and rank analyses do not allow for people of one peer group changing "
        "together, so their intervals and p may be too sure."
    )


def full_table(ledger: Ledger, facts: EvaluationFacts, analysis: str) -> Table:
    """One analysis with the digits that another program can be held against.

    Parameters
    ----------
    ledger, facts : Ledger, EvaluationFacts
        Disclosed rows and the plan's facts.
    analysis : {"mixed", "paired"}
        Which.
    """
    rows = []
    for outcome in facts.outcomes:
        for group in facts.groups:
            row = Lookup(ledger, facts, outcome.name, group)(analysis, "mean_change")
            shown = row is not None and not math.isnan(row.value)
            t_df = (
                f"t({fmt.fixed(row.df, 0 if analysis == 'paired' else 1)}) = "
                f"{fmt.fixed(row.statistic_value, 3)}"
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
        id="paired-analysis" if analysis == "paired" else "main-analysis",
        caption="The paired analysis in full"
        if analysis == "paired"
        else "The main analysis in full: the mixed model",
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
        header=(
            "Outcome",
            "d_z (SD of change)",
            "d_av (mean of both SDs)",
            "g_av (mean of both SDs, corrected)",
            "n",
        ),
        rows=tuple(rows),
        note="Sign as the scores moved: plus means the score rose. g_av is d_av corrected for "
        "small samples. These are changes within people, not differences from a comparison group; "
        "they cannot be set beside the effect sizes of trials.",
    )


def equivalence_table(ledger: Ledger, facts: EvaluationFacts) -> Table:
    """The smallest change that matters, and the test of no change that matters."""
    rows = []
    for outcome in facts.outcomes:
        get = Lookup(ledger, facts, outcome.name)
        smallest = get("verdict", "smallest_change", contrast=False)
        bounds = get.main("smallest_bounds")
        narrow = get("verdict", "change_with_90_interval")
        rows.append(
            (
                outcome.label,
                number(smallest, outcome.places),
                _origin(smallest),
                with_interval(narrow, outcome.places),
                p_cell(get.main("equivalence")),
                p_cell(get.only("verdict", "equivalence_p_adjusted")),
                number(bounds, outcome.places),
                n_cell(get.main("equivalence")),
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
        "evidence of no change. From the main analysis.",
    )


def _origin(smallest: LedgerRow | None) -> str:
    """Where a smallest change that matters is from, in short."""
    if smallest is None or smallest.suppressed or smallest.reason:
        return fmt.NOT_SHOWN
    if "origin:questionnaire" not in smallest.notes:
        return smallest.source
    words = "the questionnaire's, meant for individuals"
    return f"{words}; lowered to half an SD before" if "capped" in smallest.notes else words
