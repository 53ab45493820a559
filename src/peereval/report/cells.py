"""Ledger rows as the text of a table's cells."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from peereval.disclosure.rules import PROFILES
from peereval.report.sentences import in_sentence
from peereval.results import format as fmt

if TYPE_CHECKING:
    from collections.abc import Iterable

    from peereval.results.facts import EvaluationFacts, OutcomeFacts
    from peereval.results.ledger import Ledger, LedgerRow

HIDDEN = "hidden"


def number(row: LedgerRow | None, places: int, *, signed: bool = False) -> str:
    """The value of a row, or why there is none."""
    if row is None:
        return fmt.NOT_SHOWN
    if row.suppressed:
        return HIDDEN
    if row.reason or math.isnan(row.value):
        return fmt.NOT_SHOWN
    return fmt.signed(row.value, places) if signed else fmt.fixed(row.value, places)


def with_interval(row: LedgerRow | None, places: int) -> str:
    """A change with its interval, ``+2.2 (1.0 to 3.5)``."""
    text = number(row, places, signed=True)
    if row is None or text in (HIDDEN, fmt.NOT_SHOWN) or math.isnan(row.ci_low):
        return text
    return f"{text} ({fmt.interval(row.ci_low, row.ci_high, places)})"


def p_cell(row: LedgerRow | None) -> str:
    """The p-value of a row."""
    if row is None or math.isnan(row.p_value):
        return HIDDEN if row is not None and row.suppressed else fmt.NOT_SHOWN
    return fmt.p_text(row.p_value).removeprefix("p = ").removeprefix("p ")


def n_cell(row: LedgerRow | None) -> str:
    """The n of a row."""
    if row is None or row.suppressed:
        return HIDDEN if row is not None else fmt.NOT_SHOWN
    if row.n is None:
        # A number without its n: the n would give a small count away.
        return fmt.NOT_SHOWN if math.isnan(row.value) else HIDDEN
    return fmt.count(row.n)


class Lookup:
    """Ledger rows of one outcome in one group, by name."""

    def __init__(
        self, ledger: Ledger, facts: EvaluationFacts, outcome: str, group: str = "all"
    ) -> None:
        self._ledger, self._facts, self._outcome, self._group = ledger, facts, outcome, group

    def __call__(
        self, analysis: str, statistic: str, *, level: str = "", contrast: bool = True
    ) -> LedgerRow | None:
        """The row, or None; `contrast` says whether it is about the change."""
        return self._ledger.get(
            self._outcome,
            statistic,
            group=self._group,
            analysis=analysis,
            contrast=self._facts.contrast if contrast else "",
            level=level,
        )

    def main(self, statistic: str) -> LedgerRow | None:
        """A number of the main analysis: the mixed model, or the pairs where there is none."""
        row = self("mixed", statistic)
        if row is not None and not row.reason:
            return row
        paired = self("paired" if statistic == "mean_change" else "equivalence", statistic)
        return paired or row

    def verdict(self) -> LedgerRow | None:
        """The verdict, whatever its code."""
        return self._ledger.only(
            outcome=self._outcome, group=self._group, analysis="verdict", statistic="verdict"
        )

    def only(self, analysis: str, statistic: str) -> LedgerRow | None:
        """The one row of that analysis and statistic, whatever its level."""
        return self._ledger.only(
            outcome=self._outcome, group=self._group, analysis=analysis, statistic=statistic
        )


def hidden_note(rows: Iterable[tuple[str, ...]]) -> str:
    """Why cells of a table are hidden, where some are."""
    if not any(HIDDEN in cells for cells in rows):
        return ""
    return (
        " Hidden: a number of too few people, or one beside which others would tell what a few "
        "people answered."
    )


def rounded_note(facts: EvaluationFacts) -> str:
    """What rounding does to percentages, where the disclosure profile rounds counts."""
    step = PROFILES[facts.disclosure].round_to
    if step == 1:
        return ""
    return (
        f" Counts are rounded to the nearest {step} and percentages are of the rounded counts: those "
        "of few people are rough."
    )


def by_pairs_note(facts: EvaluationFacts) -> str:
    """Which outcomes the paired analysis stands for, where no model could be fitted."""
    labels = [in_sentence(o.short_label) for o in without_model(facts)]
    if not (facts.matched and labels):
        return ""
    return (
        f" No model could be fitted to {fmt.listing(labels)}: there the change and its n are those "
        "of people with both surveys."
    )


def without_model(facts: EvaluationFacts) -> tuple[OutcomeFacts, ...]:
    """Outcomes to which no mixed model could be fitted."""
    return tuple(o for o in facts.outcomes if o.name not in facts.models)


def mean_sd(mean: LedgerRow | None, sd: LedgerRow | None, places: int) -> str:
    """A mean with its SD in brackets."""
    text = number(mean, places)
    return text if text in (HIDDEN, fmt.NOT_SHOWN) else f"{text} ({number(sd, places)})"


def label(outcome: OutcomeFacts) -> str:
    """An outcome's label, marked when it is primary."""
    return f"{outcome.label} *" if outcome.primary else outcome.label


def mark_note(facts: EvaluationFacts) -> str:
    """What the star means, where there is one."""
    primary = any(o.primary for o in facts.outcomes)
    return " * primary outcome, declared in the plan." if primary else ""


def share_cell(row: LedgerRow | None) -> str:
    """A count with its denominator; the count alone where that is hidden."""
    if row is None or row.suppressed:
        return HIDDEN
    if row.n is None:
        return fmt.count(round(row.value))
    return fmt.share(round(row.value), row.n) if row.n else fmt.NOT_SHOWN


def share_with_interval(people: LedgerRow | None, percent: LedgerRow | None) -> str:
    """A count with its denominator, percent and interval: ``8 of 19 (42%, 23 to 64)``."""
    if people is None:
        return fmt.NOT_SHOWN
    text = share_cell(people)
    if percent is None or math.isnan(percent.ci_low) or not text.endswith(")"):
        return text
    return f"{text[:-1]}, {fmt.interval(percent.ci_low, percent.ci_high, 0)})"
