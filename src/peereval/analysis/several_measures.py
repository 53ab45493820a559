"""Recovery and reliable change over all measures with a published threshold and caseness."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from peereval.analysis.change import IGNORES_CLUSTERS
from peereval.analysis.individuals import case_rule
from peereval.results.format import listing
from peereval.results.ledger import LedgerRow, with_estimate
from peereval.stats import change_over_measures

if TYPE_CHECKING:
    from collections.abc import Iterator

    from peereval.analysis.pairs import PairTable
    from peereval.results.facts import EvaluationFacts

WITH_MEASURES, AT_CASENESS = "with_measures", "at_caseness"
"""Levels of the two denominators."""

_SOURCE = (
    "NHS Digital (2020), Psychological therapies: reports on the use of IAPT services, Outcomes"
)


def recovery_rows(
    pairs: PairTable, facts: EvaluationFacts, group: str, *, clustered: bool
) -> Iterator[LedgerRow]:
    """Recovery, reliable improvement, recovery and deterioration over several measures.

    Over every outcome that has a published threshold of reliable change and a caseness; an
    outcome with a reliability in the plan is judged by itself and does not take part.

    Yields
    ------
    LedgerRow
        Of the outcome ``study``: a count and a percentage per rate, and the two denominators;
        none when fewer than two outcomes take part.
    """
    measures = [
        (outcome, outcome.reliable_change, rule)
        for outcome in facts.outcomes
        if outcome.index is None
        and outcome.reliable_change is not None
        and (rule := case_rule(outcome)) is not None
    ]
    if len(measures) < 2 or not pairs.matched:
        return
    scores = [pairs.scores(outcome.name, group) for outcome, _, _ in measures]
    found = change_over_measures(
        np.column_stack([before for before, _ in scores]),
        np.column_stack([after for _, after in scores]),
        thresholds=[threshold for _, threshold, _ in measures],
        caseness=[rule for _, _, rule in measures],
        higher_is=[outcome.higher_is for outcome, _, _ in measures],
    )
    rules = [
        f"{outcome.name} (change >= {threshold:g}, case {rule})"
        for outcome, threshold, rule in measures
    ]
    base = LedgerRow(
        outcome="study",
        domain="",
        group=group,
        analysis="individual_change",
        statistic="people",
        contrast=facts.contrast,
        n=found.n,
        n_excluded=found.n_excluded,
        method=f"NHS Talking Therapies rules over {listing(rules)}; of each person the measures "
        "of both surveys",
        source=_SOURCE,
    )
    yield replace(base, level=WITH_MEASURES, value=float(found.n), unit="people")
    yield replace(base, level=AT_CASENESS, value=float(found.n_cases), unit="people")
    for (name, people), rate in zip(found.counts.items(), found.rates(facts.ci_level), strict=True):
        yield replace(base, level=name, value=float(people), unit="people", n=rate.n)
        row = with_estimate(replace(base, statistic=name), rate)
        row = replace(row, method=f"{base.method}; Wilson score interval", source=base.source)
        yield row.with_note(IGNORES_CLUSTERS) if clustered else row
