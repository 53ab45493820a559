"""How well each outcome was measured: a table, and what to doubt, from ledger rows."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from peereval.report.cells import HIDDEN, Lookup, hidden_note, n_cell, number, share_cell
from peereval.report.document import Table
from peereval.results import format as fmt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from peereval.results.facts import EvaluationFacts, OutcomeFacts
    from peereval.results.ledger import Ledger, LedgerRow

ENOUGH = 0.70
"""Alpha below which answers to the items agree too little (Terwee et al. 2007)."""


def reliability_table(ledger: Ledger, facts: EvaluationFacts) -> Table | None:
    """Reliability and error of each score at both surveys; None where no score has items."""
    rows = []
    for outcome in facts.outcomes:
        get = Lookup(ledger, facts, outcome.name)
        for wave in (facts.first_wave, facts.last_wave):
            found = {
                name: get("reliability", name, level=wave, contrast=False)
                for name in ("alpha", "omega_total", "sem", "sdc")
            }
            if found["alpha"] is None:
                continue
            same = get("quality", "straight_lined", level=wave, contrast=False)
            rows.append(
                (
                    outcome.label,
                    wave,
                    _coefficient(found["alpha"]),
                    number(found["omega_total"], 2),
                    number(found["sem"], outcome.places),
                    number(found["sdc"], outcome.places),
                    fmt.NOT_SHOWN if same is None else share_cell(same),
                    n_cell(found["alpha"]),
                )
            )
    if not rows:
        return None
    level = fmt.level_text(facts.ci_level)
    return Table(
        id="reliability",
        caption="How far the questions of each outcome agree",
        header=(
            "Outcome",
            "Survey",
            f"Alpha ({level} interval)",
            "Omega",
            "Error of one score (SEM)",
            "Change beyond error (SDC)",
            "Same answer to every question",
            "n, every question answered",
        ),
        rows=tuple(rows),
        note="Alpha (Cronbach 1951; interval by Feldt et al. 1987) and omega (one common factor): 1 is "
        "perfect agreement, below .70 is little (Terwee et al. 2007). SEM and SDC are in scale "
        "points; one person's change below the SDC can be measurement error alone. The same answer "
        "to every question can be meant in earnest, as by somebody without any symptom."
        f"{hidden_note(rows)}",
    )


def _coefficient(row: LedgerRow | None) -> str:
    """A coefficient with its interval."""
    text = number(row, 2)
    if row is None or text in (HIDDEN, fmt.NOT_SHOWN) or math.isnan(row.ci_low):
        return text
    return f"{text} ({fmt.interval(row.ci_low, row.ci_high, 2)})"


def doubtful_measurement(ledger: Ledger, facts: EvaluationFacts) -> tuple[str, ...]:
    """Scores whose questions agree little, and questions that run against the others."""
    return tuple(text for o in facts.outcomes for text in _doubts(ledger, facts, o))


def _doubts(ledger: Ledger, facts: EvaluationFacts, outcome: OutcomeFacts) -> Iterator[str]:
    """What to doubt about the questions of one outcome."""
    get = Lookup(ledger, facts, outcome.name)
    for wave in (facts.first_wave, facts.last_wave):
        alpha = get("reliability", "alpha", level=wave, contrast=False)
        if alpha is not None and alpha.value < ENOUGH:
            yield (
                f"{outcome.label}: the questions agree little {fmt.at(wave)} (alpha "
                f"{fmt.fixed(alpha.value, 2)}, below .70), so single scores are uncertain and a "
                "change is harder to see."
            )
    start = f"{facts.first_wave} | "
    against = [
        row.level.removeprefix(start)
        for row in ledger.where(
            outcome=outcome.name, analysis="reliability", statistic="item_rest_correlation"
        )
        if row.level.startswith(start) and row.value < 0
    ]
    if against:
        one = len(against) == 1
        yield (
            f"{outcome.label}: the question{'' if one else 's'} {fmt.listing(against)} "
            f"{'runs' if one else 'run'} against the others {fmt.at(facts.first_wave)}. Perhaps "
            f"{'it is' if one else 'they are'} scored the wrong way round, or had been turned round "
            "before the file was read."
        )
