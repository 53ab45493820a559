"""How well each outcome was measured: reliability, items, ends of the scale, uniform answers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from peereval.results.ledger import LedgerRow, estimate_row
from peereval.stats import analyse_items, percent_at_ends, response_style_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from peereval.analysis.item_answers import ItemAnswers
    from peereval.analysis.pairs import PairTable
    from peereval.analysis.score_outcomes import ScoredStudy
    from peereval.results.facts import EvaluationFacts, OutcomeFacts
    from peereval.stats import ItemAnalysis, ResponseStyle

_OF_SCALE = ("alpha", "alpha_standardised", "omega_total", "sem", "sdc")
FEWEST_ITEMS = 3
"""Items below which one answer all through is no pattern."""


def end_rows(
    outcome: OutcomeFacts, pairs: PairTable, facts: EvaluationFacts, group: str
) -> Iterator[LedgerRow]:
    """Per cent of people at the ends of the scale at each wave, with Wilson's interval."""
    if outcome.score_low is None or outcome.score_high is None:
        return
    scores = zip(
        (facts.first_wave, facts.last_wave), pairs.scores(outcome.name, group), strict=True
    )
    for wave, scored in scores:
        ends = percent_at_ends(
            scored, low=outcome.score_low, high=outcome.score_high, ci_level=facts.ci_level
        )
        for estimate in ends:
            yield estimate_row(
                estimate,
                outcome=outcome.name,
                domain=outcome.domain,
                group=group,
                analysis="scores",
                level=wave,
            )


def measurement_rows(
    outcome: OutcomeFacts, items: ItemAnswers, scored: ScoredStudy, facts: EvaluationFacts
) -> Iterator[LedgerRow]:
    """Reliability and uniform answers at the first and the last wave, for everyone.

    Coefficients and items rest on complete forms; the error of measurement on the SD of all
    scores at the wave. In the level of an item's rows its name stands after the wave:
    ``"baseline | hope_3"``.

    Parameters
    ----------
    outcome, facts : OutcomeFacts, EvaluationFacts
        What is analysed.
    items : ItemAnswers
        The answers behind its score.
    scored : ScoredStudy
        The scores, rows as in `items`.

    Yields
    ------
    LedgerRow
    """
    for wave in (facts.first_wave, facts.last_wave):
        rows = (scored.rows["wave"] == wave).to_numpy()
        scores = scored.scores.loc[rows, outcome.name].to_numpy(dtype=float)
        there = np.isfinite(scores)
        points, given = items.points[rows][there], items.given[rows][there]
        found = analyse_items(
            points, scores=scores[there], names=items.names, ci_level=facts.ci_level
        )
        yield from _reliability(outcome, found, wave)
        if len(items.names) >= FEWEST_ITEMS:
            style = response_style_of(
                given[~np.isnan(given).any(axis=1)],
                reversed_items=items.reversed_items,
                middle=items.middle,
            )
            yield from _uniform(outcome, items, style, found.n_excluded, wave)


def _reliability(outcome: OutcomeFacts, found: ItemAnalysis, wave: str) -> Iterator[LedgerRow]:
    """Rows of the scale, then two of each item."""
    n_people = found.n + found.n_excluded
    base = {"outcome": outcome.name, "domain": outcome.domain, "analysis": "reliability"}
    for name in _OF_SCALE:
        estimate = found.get(name)
        left_out = n_people - estimate.n
        yield estimate_row(estimate, group="all", level=wave, n_excluded=left_out, **base)
    for item in found.items:
        for estimate in (item.rest_correlation, item.alpha_if_dropped):
            level = f"{wave} | {item.item}"
            yield estimate_row(
                estimate, group="all", level=level, n_excluded=found.n_excluded, **base
            )


def _uniform(
    outcome: OutcomeFacts, items: ItemAnswers, style: ResponseStyle, n_excluded: int, wave: str
) -> Iterator[LedgerRow]:
    """People who gave one answer to all items, and those of them who contradicted themselves."""
    counts = {"straight_lined": (style.straight_lined, "all answers the same")}
    if 0 < len(items.reversed_items) < len(items.names):
        words = "all answers the same, on plain and on reversed items, and not the middle one"
        counts["contradictory"] = (style.contradictory, words)
    base = LedgerRow(
        outcome=outcome.name,
        domain=outcome.domain,
        group="all",
        analysis="quality",
        statistic="",
        level=wave,
        unit="people",
        n=style.n,
        n_excluded=n_excluded,
        source="Johnson (2005)",
    )
    percents = {e.name: e for e in style.estimates}
    for name, (people, words) in counts.items():
        method = f"{words}, complete forms"
        yield replace(base, statistic=name, value=float(people.sum()), method=method)
        yield estimate_row(
            replace(percents[name], name=f"percent_{name}"),
            outcome=outcome.name,
            domain=outcome.domain,
            group="all",
            analysis="quality",
            level=wave,
            n_excluded=n_excluded,
        )
