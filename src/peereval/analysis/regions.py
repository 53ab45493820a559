"""The mixed model of one outcome: change for everyone, per region, and between regions."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from peereval.mixed.random_intercept import METHOD, CellMeansFit, NotFittedError, fit_cell_means
from peereval.results.ledger import NOT_ESTIMATED, LedgerRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from peereval.analysis.pairs import PairTable
    from peereval.analysis.score_outcomes import ScoredStudy
    from peereval.results.facts import EvaluationFacts, OutcomeFacts
    from peereval.typing import FloatVector


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cells:
    """Rows of one outcome with the number of their cell (wave within region)."""

    score: FloatVector
    person: np.ndarray
    cell: np.ndarray
    index: dict[tuple[str, str], int]
    people_at_first: dict[str, int]
    people_in_cell: dict[tuple[str, str], int]


def _cells(outcome: OutcomeFacts, scored: ScoredStudy, pairs: PairTable) -> _Cells:
    """Every usable row of the outcome: any wave, whether or not the person has a pair."""
    position = {p: i for i, p in enumerate(pairs.before.index)}
    score = scored.scores[outcome.name].to_numpy(dtype=float)
    usable = np.isfinite(score)
    person = scored.rows["participant"].map(position).to_numpy(dtype=int)[usable]
    region = pairs.region[person]
    wave = scored.rows["wave"].to_numpy(dtype=str)[usable]
    labels = list(zip(region.tolist(), wave.tolist(), strict=True))
    index = {label: i for i, label in enumerate(sorted(set(labels)))}
    cell = np.array([index[label] for label in labels], dtype=int)
    counts = dict(zip(index, np.bincount(cell, minlength=len(index)).tolist(), strict=True))
    first = scored.plan.waves.first
    return _Cells(
        score=score[usable],
        person=person,
        cell=cell,
        index=index,
        people_at_first={r: counts.get((r, first), 0) for r, _ in index},
        people_in_cell=counts,
    )


def mixed_rows(
    outcome: OutcomeFacts, scored: ScoredStudy, pairs: PairTable, facts: EvaluationFacts
) -> Iterator[LedgerRow]:
    """Change from the mixed model: everyone, each region, and the difference between regions.

    Everyone's change weighs the regions by their people at the first wave. People without a
    region form a level of their own, so that they count for everyone's change. A region with
    fewer than two people at either wave has no change of its own.

    Yields
    ------
    LedgerRow
    """
    cells = _cells(outcome, scored, pairs)
    if not scored.matched:
        yield from _not_fitted("unmatched", outcome, facts, cells)
        return
    try:
        fit = fit_cell_means(cells.score, cells.person, cells.cell)
    except NotFittedError as err:
        yield from _not_fitted(err.reason, outcome, facts, cells)
        return
    changes = {
        region: _change_weights(cells, region, facts)
        for region in dict.fromkeys(r for r, _ in cells.index)
    }
    estimable = {region: w for region, w in changes.items() if w is not None}
    yield _overall(fit, cells, estimable, outcome, facts)
    for region in facts.regions:
        yield _one_region(fit, cells, changes.get(region), outcome, facts, region)
    if len(facts.regions) > 1:
        named = [estimable[r] for r in facts.regions if r in estimable]
        yield _difference(fit, named, outcome, facts)


def _change_weights(cells: _Cells, region: str, facts: EvaluationFacts) -> FloatVector | None:
    """Weights over the cells that give a region's change; None when it has too few people."""
    before, after = (region, facts.first_wave), (region, facts.last_wave)
    if min(cells.people_in_cell.get(before, 0), cells.people_in_cell.get(after, 0)) < 2:
        return None
    weights = np.zeros(len(cells.index))
    weights[cells.index[before]], weights[cells.index[after]] = -1.0, 1.0
    return weights


def _base(outcome: OutcomeFacts, facts: EvaluationFacts, group: str, statistic: str) -> LedgerRow:
    """An empty row of the mixed model, with the columns that name it."""
    return LedgerRow(
        outcome=outcome.name,
        domain=outcome.domain,
        group=group,
        analysis="mixed",
        statistic=statistic,
        contrast=facts.contrast,
    )


def _estimated(
    row: LedgerRow, fit: CellMeansFit, weights: FloatVector, facts: EvaluationFacts
) -> LedgerRow:
    """The row with value, interval and z test of a contrast of the cell means."""
    from scipy import stats as st

    value, se = fit.contrast(weights)
    reach = float(st.norm.ppf(0.5 + facts.ci_level / 2)) * se
    z = value / se
    return replace(
        row,
        value=value,
        ci_low=value - reach,
        ci_high=value + reach,
        ci_level=facts.ci_level,
        statistic_value=z,
        df=math.inf,
        p_value=float(2 * st.norm.sf(abs(z))),
        unit="scale points",
        method=METHOD,
    )


def _people(cells: _Cells, regions: Iterable[str]) -> int:
    """Number of people with a usable score in some regions."""
    wanted = set(regions)
    inside = np.array([region in wanted for region, _ in cells.index])
    return int(np.unique(cells.person[inside[cells.cell]]).size)


def _overall(
    fit: CellMeansFit,
    cells: _Cells,
    estimable: dict[str, FloatVector],
    outcome: OutcomeFacts,
    facts: EvaluationFacts,
) -> LedgerRow:
    """Everyone's change: regions weighted by their people at the first wave."""
    row = _base(outcome, facts, "all", "mean_change")
    if not estimable:
        return replace(row, n=fit.n_people, note=f"{NOT_ESTIMATED}too_few_rows")
    people = {region: cells.people_at_first[region] for region in estimable}
    total = sum(people.values())
    weights = sum(
        (people[region] / total * w for region, w in estimable.items()),
        start=np.zeros(len(cells.index)),
    )
    n = _people(cells, estimable)
    return replace(
        _estimated(row, fit, weights, facts),
        n=n,
        n_excluded=fit.n_people - n,
        method=f"{METHOD}; regions weighted by people at the first wave",
    )


def _one_region(
    fit: CellMeansFit,
    cells: _Cells,
    weights: FloatVector | None,
    outcome: OutcomeFacts,
    facts: EvaluationFacts,
    region: str,
) -> LedgerRow:
    """The change in one region."""
    row = replace(
        _base(outcome, facts, f"region={region}", "mean_change"), n=_people(cells, [region])
    )
    if weights is None:
        return row.with_note(f"{NOT_ESTIMATED}fewer_than_two_people")
    return _estimated(row, fit, weights, facts)


def _difference(
    fit: CellMeansFit,
    named: list[FloatVector],
    outcome: OutcomeFacts,
    facts: EvaluationFacts,
) -> LedgerRow:
    """Whether regions changed differently: Wald F; with two regions also the difference."""
    from scipy import stats as st

    row = replace(_base(outcome, facts, "all", "region_difference"), n=fit.n_people)
    if len(named) < 2:
        return row.with_note(f"{NOT_ESTIMATED}fewer_than_two_regions")
    f_value, df_num = fit.wald(np.array([w - named[0] for w in named[1:]]))
    if len(named) == 2:
        row = _estimated(row, fit, named[1] - named[0], facts)
    return replace(
        row,
        statistic_value=f_value,
        df_num=float(df_num),
        df=math.inf,
        p_value=float(st.chi2.sf(f_value * df_num, df_num)),
        unit="scale points",
        method=f"{METHOD}; Wald F of region by wave",
    )


def _not_fitted(
    reason: str, outcome: OutcomeFacts, facts: EvaluationFacts, cells: _Cells
) -> Iterator[LedgerRow]:
    """Rows that say why there is no model."""
    n = np.unique(cells.person).size
    for group in facts.groups:
        base = _base(outcome, facts, group, "mean_change")
        yield replace(base, n=n if group == "all" else None, note=f"{NOT_ESTIMATED}{reason}")
    if len(facts.regions) > 1:
        base = _base(outcome, facts, "all", "region_difference")
        yield replace(base, n=n, note=f"{NOT_ESTIMATED}{reason}")
