"""How the answers to the single items of a scale changed, allowing for their number."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from peereval.analysis.change import IGNORES_CLUSTERS
from peereval.results.estimate import NotEstimated
from peereval.results.ledger import NOT_ESTIMATED, LedgerRow, estimate_row
from peereval.stats.basics.moments import moments
from peereval.stats.basics.pairs import complete_pairs
from peereval.stats.change.mean import t_interval
from peereval.stats.multiplicity import adjust_p

if TYPE_CHECKING:
    from collections.abc import Iterator

    from peereval.analysis.item_answers import ItemAnswers
    from peereval.analysis.score_outcomes import ScoredStudy
    from peereval.results.estimate import Estimate
    from peereval.results.facts import EvaluationFacts, OutcomeFacts
    from peereval.typing import FloatMatrix

ANALYSIS = "items"
_METHOD = "Benjamini-Hochberg over the items of the scale"
_SOURCE = "Benjamini & Hochberg (1995)"


def item_change_rows(
    outcome: OutcomeFacts,
    items: ItemAnswers,
    scored: ScoredStudy,
    facts: EvaluationFacts,
    *,
    clustered: bool,
) -> Iterator[LedgerRow]:
    """Change of every item of a scale, in what it adds to the score.

    All items rest on the same people, who answered each of them at both surveys: the changes of the
    items of a sum then add up to the change of the sum.

    Parameters
    ----------
    outcome, facts : OutcomeFacts, EvaluationFacts
        What is analysed.
    items : ItemAnswers
        The answers behind its score.
    scored : ScoredStudy
        Who answered when, rows as in `items`; nothing is yielded for unmatched surveys.
    clustered : bool
        Whether people shared peer groups, which these intervals ignore.

    Yields
    ------
    LedgerRow
        ``mean_change`` and ``p_adjusted`` by item (level), and ``tests_in_family``.
    """
    if not scored.matched:
        return
    before, after = _both_waves(items, scored, facts)
    there = ~np.isnan(before).any(axis=1)
    both = there & ~np.isnan(after).any(axis=1)
    n_people = int((there | ~np.isnan(after).any(axis=1)).sum())
    found = [
        t_interval(moments(complete_pairs(x, y)), ci_level=facts.ci_level)
        for x, y in zip(before[both].T, after[both].T, strict=True)
    ]
    yield from _rows(outcome, items, facts, found, n_people - int(both.sum()), clustered=clustered)


def _both_waves(
    items: ItemAnswers, scored: ScoredStudy, facts: EvaluationFacts
) -> tuple[FloatMatrix, FloatMatrix]:
    """What each item added to each person's score, before and after, NaN where missing."""
    people, row_of = np.unique(scored.rows["participant"].to_numpy(dtype=str), return_inverse=True)
    waves = []
    for wave in (facts.first_wave, facts.last_wave):
        asked = (scored.rows["wave"] == wave).to_numpy()
        table = np.full((len(people), len(items.names)), np.nan)
        table[row_of[asked]] = items.points[asked]
        waves.append(table)
    return waves[0], waves[1]


def _rows(
    outcome: OutcomeFacts,
    items: ItemAnswers,
    facts: EvaluationFacts,
    found: list[Estimate | NotEstimated],
    n_excluded: int,
    *,
    clustered: bool,
) -> Iterator[LedgerRow]:
    """Rows of the changes found."""
    tested = [np.nan if isinstance(e, NotEstimated) else e.p_value for e in found]
    adjusted = adjust_p(tested, "BH").tolist()
    base = LedgerRow(
        outcome=outcome.name,
        domain=outcome.domain,
        group="all",
        analysis=ANALYSIS,
        statistic="p_adjusted",
        contrast=facts.contrast,
        n=found[0].n,
        n_excluded=n_excluded,
        method=_METHOD,
        source=_SOURCE,
    )
    for name, estimate, p in zip(items.names, found, adjusted, strict=True):
        row = estimate_row(
            estimate,
            outcome=outcome.name,
            domain=outcome.domain,
            group="all",
            analysis=ANALYSIS,
            contrast=facts.contrast,
            level=name,
            n_excluded=n_excluded,
        )
        if isinstance(estimate, NotEstimated):
            yield row
            yield replace(base, level=name, note=f"{NOT_ESTIMATED}not_tested")
            continue
        rows = (row, replace(base, level=name, p_value=p))
        yield from (r.with_note(IGNORES_CLUSTERS) if clustered else r for r in rows)
    yield replace(
        base,
        statistic="tests_in_family",
        value=float(np.isfinite(tested).sum()),
        unit="tests",
        n=None,
        n_excluded=None,
    )
