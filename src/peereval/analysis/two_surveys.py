"""The difference of the two surveys by everybody's scores: partly matched, and not matched at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from peereval.analysis.change import IGNORES_CLUSTERS
from peereval.results.estimate import NotEstimated
from peereval.results.ledger import estimate_row
from peereval.stats import compare_overlapping, compare_waves

if TYPE_CHECKING:
    from collections.abc import Iterator

    from peereval.analysis.pairs import PairTable
    from peereval.results.facts import EvaluationFacts, OutcomeFacts
    from peereval.results.ledger import LedgerRow

UNKNOWN = {"independent": 0.0, "widest": -1.0, "narrowest": 1.0}
"""Correlations of a person's two scores, which nobody knows without IDs."""


def two_survey_rows(
    outcome: OutcomeFacts, pairs: PairTable, facts: EvaluationFacts, group: str, *, clustered: bool
) -> Iterator[LedgerRow]:
    """Mean of all later scores minus mean of all earlier ones, in one group.

    Where people can be matched: the partially overlapping samples t test, analysis ``overlap``.
    Where they cannot: two samples, analysis ``unmatched``, and its bounds over the unknown
    correlation; the level says which, ``"correlation 0"``, ``"correlation -1"`` (the widest
    interval there can be) and ``"correlation 1"``.

    Parameters
    ----------
    outcome, facts : OutcomeFacts, EvaluationFacts
        What is analysed.
    pairs : PairTable
        Scores before and after.
    group : str
        ``"all"`` or ``"region=NAME"``.
    clustered : bool
        Whether people shared peer groups, which neither test allows for.

    Yields
    ------
    LedgerRow
    """
    before, after = pairs.scores(outcome.name, group)
    if pairs.matched:
        found = compare_overlapping(before, after, ci_level=facts.ci_level)
        estimates = {"": found.get("mean_difference")}
    else:
        waves = compare_waves(
            before[np.isfinite(before)], after[np.isfinite(after)], ci_level=facts.ci_level
        )
        estimates = {f"correlation {r:g}": getattr(waves, name) for name, r in UNKNOWN.items()}
    for level, estimate in estimates.items():
        row = estimate_row(
            estimate,
            outcome=outcome.name,
            domain=outcome.domain,
            group=group,
            analysis="overlap" if pairs.matched else "unmatched",
            contrast=facts.contrast,
            level=level,
            n_excluded=0,
        )
        noted = clustered and not isinstance(estimate, NotEstimated)
        yield row.with_note(IGNORES_CLUSTERS) if noted else row
