"""Bands of severity and answers to single questions, before and after."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from peereval.analysis.change import IGNORES_CLUSTERS
from peereval.instruments.score import band_codes
from peereval.results.ledger import LedgerRow, with_estimate
from peereval.stats.categories.shifts import shift_of_codes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from peereval.analysis.pairs import PairTable
    from peereval.results.facts import EvaluationFacts, OutcomeFacts
    from peereval.stats import ShiftTable


@dataclass(frozen=True, slots=True, kw_only=True)
class _Classes:
    """Classes in which an outcome is counted.

    Attributes
    ----------
    analysis : {"bands", "categories"}
        What the ledger calls the analysis.
    names : tuple of str
        From low to high.
    starts : tuple of float
        Lowest score of each.
    words : str
        How people are counted.
    source : str
        Publication they are from.
    """

    analysis: str
    names: tuple[str, ...]
    starts: tuple[float, ...]
    words: str
    source: str


def shift_rows(
    outcome: OutcomeFacts,
    pairs: PairTable,
    facts: EvaluationFacts,
    group: str,
    *,
    clustered: bool,
) -> Iterator[LedgerRow]:
    """People by band of severity (or by answer) before and after, and tests of the shift.

    Pairs of bands are counted for everyone only; each region has its people by band before and
    after, and those who moved up, stayed and moved down. Up is by scores, whether or not higher
    is better.

    Parameters
    ----------
    outcome, facts : OutcomeFacts, EvaluationFacts
        What is analysed.
    pairs : PairTable
        Scores before and after.
    group : str
        ``"all"`` or ``"region=NAME"``.
    clustered : bool
        Whether people shared peer groups, which intervals and tests do not allow for.

    Yields
    ------
    LedgerRow
        None for an outcome without bands that is no single question.
    """
    classes = _classes(outcome)
    if classes is None or not pairs.matched:
        return
    before, after = pairs.scores(outcome.name, group)
    table = shift_of_codes(
        band_codes(before, classes.starts), band_codes(after, classes.starts), classes.names
    )
    base = LedgerRow(
        outcome=outcome.name,
        domain=outcome.domain,
        group=group,
        analysis=classes.analysis,
        statistic="",
        contrast=facts.contrast,
        n=table.n,
        n_excluded=table.n_excluded,
        source=classes.source,
    )
    people = replace(base, unit="people", method=classes.words)
    if group == "all":
        yield from _cells(table, people)
    for statistic, counts in (("people_pre", table.before), ("people_post", table.after)):
        for name, count in zip(table.bands, counts, strict=True):
            yield replace(people, statistic=statistic, contrast="", level=name, value=float(count))
    for (move, count), share in zip(
        table.moves.items(), table.move_percentages(facts.ci_level), strict=True
    ):
        yield replace(people, statistic="people_moved", level=move, value=float(count))
        row = with_estimate(replace(base, statistic="percent_moved", level=move), share)
        yield row.with_note(IGNORES_CLUSTERS) if clustered else row
    for estimate in (table.net_up(facts.ci_level), *table.homogeneity().tests):
        row = with_estimate(replace(base, statistic=estimate.name), estimate)
        yield row.with_note(IGNORES_CLUSTERS) if clustered else row


def _cells(table: ShiftTable, people: LedgerRow) -> Iterator[LedgerRow]:
    """People by band before and after, for every pair of bands that holds anyone."""
    for i, j in zip(*np.nonzero(table.counts), strict=True):
        count = int(table.counts[i, j])
        yield replace(
            people,
            statistic="people",
            level=f"{table.bands[i]} | {table.bands[j]}",
            value=float(count),
            n=count,
        )


def _classes(outcome: OutcomeFacts) -> _Classes | None:
    """The bands of a questionnaire, or the answers of a single question."""
    if len(outcome.bands) > 1:
        return _Classes(
            analysis="bands",
            names=tuple(band.name for band in outcome.bands),
            starts=tuple(band.low for band in outcome.bands),
            words="people with both scores by band of severity, from low scores to high",
            source=outcome.bands_source,
        )
    if outcome.answers:
        return _Classes(
            analysis="categories",
            names=tuple(map(str, outcome.answers)),
            starts=tuple(map(float, outcome.answers)),
            words="people with both answers by answer, from low to high",
            source="",
        )
    return None
