"""How single people changed: counts and percentages by reliable change and caseness."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

import numpy as np

from peereval.analysis.change import IGNORES_CLUSTERS
from peereval.errors import UndefinedError
from peereval.results.estimate import NotEstimated
from peereval.results.ledger import LedgerRow, with_estimate
from peereval.stats import Caseness, change_by_threshold, individual_change
from peereval.stats.individuals.reliable_change import SOURCES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from peereval.analysis.pairs import PairTable
    from peereval.results.facts import EvaluationFacts, OutcomeFacts
    from peereval.stats import IndividualChange
    from peereval.stats.individuals.caseness import CaseRule
    from peereval.stats.individuals.clinical_cutoff import CutoffName
    from peereval.stats.individuals.reliable_change import IndexMethod
    from peereval.typing import FloatVector

_WITHOUT_CUTOFF = ("improved", "unchanged", "deteriorated")


def individual_rows(
    outcome: OutcomeFacts,
    pairs: PairTable,
    facts: EvaluationFacts,
    group: str,
    *,
    clustered: bool,
) -> Iterator[LedgerRow]:
    """People by what became of them, where the plan gives a reliability or a threshold exists.

    With a reliability in the plan by its index of reliable change; else by the questionnaire's
    published threshold, where a change of exactly the threshold counts (``>=``), as NHS England
    counts it. Without a cut-off, of the plan or published, nobody is recovered or harmed.

    Parameters
    ----------
    outcome, facts : OutcomeFacts, EvaluationFacts
        What is analysed.
    pairs : PairTable
        Scores before and after.
    group : str
        ``"all"`` or ``"region=NAME"``.
    clustered : bool
        Whether people shared peer groups, which the intervals do not allow for.

    Yields
    ------
    LedgerRow
        A count and a percentage per category, and the cut-off; none for a measure without
        threshold and reliability, and none where people could not be followed.
    """
    if not pairs.matched or (outcome.index is None and outcome.reliable_change is None):
        return
    base = LedgerRow(
        outcome=outcome.name,
        domain=outcome.domain,
        group=group,
        analysis="individual_change",
        statistic="people",
        contrast=facts.contrast,
        source=_source(outcome),
    )
    before, after = pairs.scores(outcome.name, group)
    try:
        found = _judged(outcome, before, after)
    except UndefinedError as err:
        n = int((np.isfinite(before) & np.isfinite(after)).sum())
        yield with_estimate(base, NotEstimated(name="people", reason=err.reason, n=n))
        return
    base = replace(base, n=found.n, n_excluded=found.n_excluded, method=found.method)
    for (category, people), share in zip(
        found.counts.items(), found.percentages(facts.ci_level), strict=True
    ):
        if found.cutoff is None and category not in _WITHOUT_CUTOFF:
            continue
        yield replace(base, level=category, value=float(people), unit="people")
        row = with_estimate(replace(base, statistic="percent", level=category), share)
        yield row.with_note(IGNORES_CLUSTERS) if clustered else row
    if found.cutoff is not None:
        yield replace(
            base,
            statistic="cutoff",
            value=found.cutoff,
            unit="scale points",
            # Only the cut-off c is made of scores; others are the plan's, or published.
            n=found.n if _functional(outcome) else None,
            n_excluded=None,
        )


def case_rule(outcome: OutcomeFacts) -> Caseness | None:
    """Who is a case, as the statistics take it."""
    case = outcome.case
    if case is None:
        return None
    return Caseness(value=case.cutoff, rule=cast("CaseRule", case.rule))


def _judged(outcome: OutcomeFacts, before: FloatVector, after: FloatVector) -> IndividualChange:
    """What became of every person, by the plan's index or else by the published threshold."""
    index = outcome.index
    if index is None:
        return change_by_threshold(
            before,
            after,
            threshold=cast("float", outcome.reliable_change),
            caseness=case_rule(outcome),
            higher_is=outcome.higher_is,
        )
    cutoff: CutoffName | Caseness | None = "c" if _functional(outcome) else case_rule(outcome)
    return individual_change(
        before,
        after,
        reliability=index.reliability,
        method=cast("IndexMethod", index.method),
        higher_is=outcome.higher_is,
        functional_mean=index.functional_mean,
        functional_sd=index.functional_sd,
        cutoff=cutoff,
    )


def _functional(outcome: OutcomeFacts) -> bool:
    """Whether the cut-off lies between the people before and people who are well."""
    return outcome.index is not None and outcome.index.functional_mean is not None


def _source(outcome: OutcomeFacts) -> str:
    """Where the threshold, or the reliability, and the cut-off are from."""
    if outcome.index is not None:
        method = SOURCES[cast("IndexMethod", outcome.index.method)]
        source = f"{method}, reliability of the plan"
        if _functional(outcome):
            return f"{source}, functional mean and SD of the plan"
    else:
        source = outcome.reliable_change_source
    case = outcome.case
    if case is None or case.source == source:
        return source
    return f"{source}; caseness: {case.source}"
