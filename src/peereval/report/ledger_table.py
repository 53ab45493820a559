"""The technical report: every row of the disclosed ledger."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from peereval.report.cells import HIDDEN, p_cell
from peereval.report.document import Table
from peereval.report.sentences import reason_text
from peereval.results import format as fmt

if TYPE_CHECKING:
    from peereval.results.facts import EvaluationFacts
    from peereval.results.ledger import Ledger

_OF_MATCHED = (
    *("paired", "effect_size", "bootstrap", "trimmed", "permutation"),
    *("rank", "equivalence", "bayes_factor", "mixed"),
)
_COUNTED = ("people", "rows", "groups", "tests")


def ledger_table(ledger: Ledger, facts: EvaluationFacts) -> Table:
    """Every row of the disclosed ledger, for the technical report.

    Where nobody could be matched, without the empty rows of analyses of matched people.
    """
    left_out = {"distribution"} if facts.matched else {"distribution", *_OF_MATCHED}
    rows = tuple(
        (
            row.outcome,
            row.group,
            row.analysis,
            row.statistic,
            row.level,
            HIDDEN if row.suppressed else fmt.fixed(row.value, 0 if row.unit in _COUNTED else 4),
            fmt.NOT_SHOWN
            if math.isnan(row.ci_low)
            else f"{fmt.interval(row.ci_low, row.ci_high, 4)} ({fmt.level_text(row.ci_level)})",
            fmt.NOT_SHOWN if math.isnan(row.statistic_value) else fmt.fixed(row.statistic_value, 3),
            fmt.NOT_SHOWN if math.isnan(row.df) else fmt.fixed(row.df, 1),
            fmt.NOT_SHOWN if row.suppressed else p_cell(row),
            fmt.NOT_SHOWN if row.n is None else fmt.count(row.n),
            f"not estimated: {reason_text(row.reason)}" if row.reason else row.method,
        )
        for row in ledger
        if row.analysis not in left_out
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
        note="Classes of scores before and after, which the figure of individuals draws, are in "
        "ledger.csv.",
    )
