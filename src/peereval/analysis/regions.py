"""The mixed model in the ledger: change of everyone and each region, and between regions."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from peereval.analysis.modelled_change import SOURCE, ModelledChange
from peereval.results.estimate import NotEstimated
from peereval.results.ledger import NOT_ESTIMATED, LedgerRow, estimate_row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from peereval.analysis.mixed_change import ChangeModel
    from peereval.results.estimate import Estimate
    from peereval.results.facts import EvaluationFacts, OutcomeFacts

ANALYSIS = "mixed"


def mixed_rows(
    outcome: OutcomeFacts,
    model: ChangeModel | NotEstimated,
    facts: EvaluationFacts,
    smallest_change: float | None,
) -> Iterator[LedgerRow]:
    """Change and equivalence test of everyone and each region, and the difference of regions.

    Parameters
    ----------
    outcome, facts : OutcomeFacts, EvaluationFacts
        What is analysed.
    model : ChangeModel or NotEstimated
        The fitted model, or why there is none.
    smallest_change : float or None
        Bounds of the equivalence test, in scale points on either side of zero.

    Yields
    ------
    LedgerRow
    """
    for group in facts.groups:
        change = model if isinstance(model, NotEstimated) else model.change(group)
        for estimate in _estimates(change, facts, smallest_change):
            row = estimate_row(
                estimate,
                outcome=outcome.name,
                domain=outcome.domain,
                group=group,
                analysis=ANALYSIS,
                contrast=facts.contrast,
            )
            if isinstance(change, ModelledChange) and group == "all":
                row = replace(row, n_excluded=change.n_excluded)
            if isinstance(model, NotEstimated) and group != "all":
                # Without a model its n is that of everyone.
                row = replace(row, n=None)
            yield row if isinstance(change, NotEstimated) else _noted(row, change.notes)
    if len(facts.regions) > 1:
        yield _difference_row(outcome, model, facts)


def _estimates(
    change: ModelledChange | NotEstimated, facts: EvaluationFacts, smallest: float | None
) -> Iterator[Estimate | NotEstimated]:
    """The change with its interval, and whether it is too small to matter."""
    names = ("mean_change", "equivalence", "smallest_bounds")
    if isinstance(change, NotEstimated):
        yield from (replace(change, name=name) for name in names)
        return
    yield change.estimate("mean_change", ci_level=facts.ci_level)
    yield (
        NotEstimated(name="equivalence", reason="no_smallest_change", n=change.n)
        if smallest is None
        else change.equivalence(smallest)
    )
    yield change.smallest_bounds()


def _difference_row(
    outcome: OutcomeFacts, model: ChangeModel | NotEstimated, facts: EvaluationFacts
) -> LedgerRow:
    """Whether regions changed differently: F test; with two regions also the difference."""
    row = LedgerRow(
        outcome=outcome.name,
        domain=outcome.domain,
        group="all",
        analysis=ANALYSIS,
        statistic="region_difference",
        contrast=facts.contrast,
    )
    test = model if isinstance(model, NotEstimated) else model.region_test(facts.regions)
    if isinstance(test, NotEstimated):
        return replace(row, n=test.n, note=f"{NOT_ESTIMATED}{test.reason}")
    low = high = math.nan
    if test.difference is not None:
        low, high = test.difference.limits(facts.ci_level)
    found = replace(
        row,
        value=math.nan if test.difference is None else test.difference.value,
        ci_low=low,
        ci_high=high,
        ci_level=math.nan if test.difference is None else facts.ci_level,
        statistic_value=test.statistic,
        df_num=test.df_num,
        df=test.df,
        p_value=test.p_value,
        unit="scale points",
        n=test.n,
        method=test.method,
        source=SOURCE,
    )
    return _noted(found, test.notes)


def _noted(row: LedgerRow, notes: tuple[str, ...]) -> LedgerRow:
    """The row with what readers should know of its model, where it has a number."""
    if not row.reason:
        for code in notes:
            row = row.with_note(code)
    return row
