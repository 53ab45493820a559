"""People by class of score before and after, never a single person's scores."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from peereval.results.ledger import LedgerRow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from peereval.analysis.pairs import PairTable
    from peereval.results.facts import EvaluationFacts, OutcomeFacts
    from peereval.typing import FloatVector

_CLASSES = 6


def distribution_rows(
    outcome: OutcomeFacts, pairs: PairTable, facts: EvaluationFacts
) -> Iterator[LedgerRow]:
    """People in each class of score before and after, never a single person's scores.

    The level of a row holds the class limits: ``"0 to 5 | 5 to 10"``, before and after;
    a class holds its lower limit and not its upper one, the last class holds both.

    Yields
    ------
    LedgerRow
        One per pair of classes that holds anyone.
    """
    before, after = pairs.scores(outcome.name, "all")
    both = np.isfinite(before) & np.isfinite(after)
    if not both.any():
        return
    edges = class_edges(outcome, np.concatenate([before[both], after[both]]))
    counts, _, _ = np.histogram2d(before[both], after[both], bins=[edges, edges])
    names = [f"{low:.15g} to {high:.15g}" for low, high in pairwise(edges)]
    for i, j in zip(*np.nonzero(counts), strict=True):
        yield LedgerRow(
            outcome=outcome.name,
            domain=outcome.domain,
            group="all",
            analysis="distribution",
            statistic="people",
            contrast=facts.contrast,
            level=f"{names[i]} | {names[j]}",
            value=float(counts[i, j]),
            unit="people",
            n=int(counts[i, j]),
            method="people by class of score before and after",
        )


def class_edges(outcome: OutcomeFacts, scores: FloatVector) -> FloatVector:
    """Limits of at most six classes of equal, round width over the possible scores.

    Where nobody gives a range, over the scores found; the limits are then round numbers too,
    so that the lowest of them is no person's own score.
    """
    low = float(scores.min()) if outcome.score_low is None else outcome.score_low
    high = float(scores.max()) if outcome.score_high is None else outcome.score_high
    if high <= low:
        high = low + 1.0
    step = _step((high - low) / _CLASSES)
    if outcome.score_low is None:
        low = step * float(np.floor(low / step))
    return low + step * np.arange(np.ceil((high - low) / step - 1e-9) + 1)


def _step(wanted: float) -> float:
    """The smallest number not below `wanted` that is round: 1, 1.2, 1.5, 2, ... by powers of ten."""
    power = 10.0 ** np.floor(np.log10(wanted))
    return float(
        next(
            m * power for m in (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 10) if m * power >= wanted - 1e-12
        )
    )
