"""Scores, paired change, effect sizes and equivalence of one outcome in one group."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from peereval.results.estimate import Estimate, NotEstimated
from peereval.results.ledger import NOT_ESTIMATED, LedgerRow, estimate_row
from peereval.stats import bootstrap_effects, paired_change
from peereval.stats.change.sign_flip import SEED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from peereval.analysis.pairs import PairTable
    from peereval.results.facts import EvaluationFacts, OutcomeFacts
    from peereval.stats import PairedChange
    from peereval.typing import FloatVector

# Which part of the ledger each statistic of the paired analysis belongs to.
ANALYSIS_OF = {
    "mean_pre": "paired",
    "mean_post": "paired",
    "sd_pre": "paired",
    "sd_post": "paired",
    "correlation": "paired",
    "sd_change": "paired",
    "mean_change": "paired",
    "d_z": "effect_size",
    "g_z": "effect_size",
    "d_av": "effect_size",
    "g_av": "effect_size",
    "d_rm": "effect_size",
    "d_pre": "effect_size",
    "yuen": "trimmed",
    "sign_flip": "permutation",
    "wilcoxon": "rank",
    "wilcoxon_pratt": "rank",
    "hodges_lehmann": "rank",
    "rank_biserial": "rank",
    "sign_test": "rank",
    "probability_of_increase": "rank",
    "tost_low": "equivalence",
    "tost_high": "equivalence",
    "equivalence": "equivalence",
    "smallest_bounds": "equivalence",
    "bayes_factor": "bayes_factor",
    "bayes_factor_narrow": "bayes_factor",
    "bayes_factor_wide": "bayes_factor",
    "bayes_factor_ultrawide": "bayes_factor",
}
BOOTSTRAP_UP_TO = 1_000
"""Pairs up to which effect sizes are bootstrapped too; above the other intervals are as good."""
_WITHOUT_CONTRAST = {"mean_pre", "mean_post", "sd_pre", "sd_post"}
IGNORES_CLUSTERS = "ignores_clusters"
"""Note on an interval or test that takes people of one peer group to change independently."""


def score_rows(
    outcome: OutcomeFacts, pairs: PairTable, facts: EvaluationFacts, group: str
) -> Iterator[LedgerRow]:
    """Everyone with a score at each wave, whether or not they have the other one."""
    before, after = pairs.scores(outcome.name, group)
    for wave, statistic, scores in (
        (facts.first_wave, "n_pre", before),
        (facts.last_wave, "n_post", after),
    ):
        scored = scores[np.isfinite(scores)]
        base = LedgerRow(
            outcome=outcome.name,
            domain=outcome.domain,
            group=group,
            analysis="scores",
            statistic="",
        )
        yield replace(
            base,
            statistic=statistic,
            value=float(scored.size),
            unit="people",
            n=scored.size,
            method="people with a score at this wave",
        )
        yield from _spread(scored, wave, base)
        yield from _ends(scored, wave, base, outcome)


def _spread(scored: FloatVector, wave: str, base: LedgerRow) -> Iterator[LedgerRow]:
    """Mean and SD of everyone with a score at a wave."""
    mean = float(scored.mean()) if scored.size else math.nan
    sd = float(scored.std(ddof=1)) if scored.size > 1 else math.nan
    for name, value in (("mean", mean), ("sd", sd)):
        yield replace(
            base,
            statistic=name,
            level=wave,
            value=value,
            unit="scale points",
            n=scored.size,
            method="everyone with a score at this wave",
            note="not_estimated:too_few_scores" if math.isnan(value) else "",
        )


def _ends(
    scored: FloatVector, wave: str, base: LedgerRow, outcome: OutcomeFacts
) -> Iterator[LedgerRow]:
    """People at the lowest and at the highest possible score."""
    for name, end in (("at_lowest", outcome.score_low), ("at_highest", outcome.score_high)):
        if end is not None:
            yield replace(
                base,
                statistic=name,
                level=wave,
                value=float(np.isclose(scored, end).sum()),
                unit="people",
                n=scored.size,
                method="people at the end of the scale",
            )


def paired_rows(
    outcome: OutcomeFacts,
    pairs: PairTable,
    facts: EvaluationFacts,
    group: str,
    smallest_change: float | None,
    *,
    clustered: bool,
) -> Iterator[LedgerRow]:
    """Every statistic of the paired analysis of one outcome in one group.

    Parameters
    ----------
    outcome, facts : OutcomeFacts, EvaluationFacts
        What is analysed.
    pairs : PairTable
        Scores before and after.
    group : str
        ``"all"`` or ``"region=NAME"``.
    smallest_change : float or None
        Bounds of the equivalence test, in scale points on either side of zero.
    clustered : bool
        Whether people shared peer groups, which none of these statistics allows for.

    Yields
    ------
    LedgerRow
    """
    before, after = pairs.scores(outcome.name, group)
    bounds = None if smallest_change is None else (-smallest_change, smallest_change)
    change = paired_change(before, after, ci_level=facts.ci_level, equivalence=bounds)
    n_people = int((np.isfinite(before) | np.isfinite(after)).sum())
    # Without IDs nobody knows how many answered both surveys: that is not 0.
    yield LedgerRow(
        outcome=outcome.name,
        domain=outcome.domain,
        group=group,
        analysis="paired",
        statistic="n_pairs",
        value=float(change.n_pairs) if pairs.matched else math.nan,
        unit="people" if pairs.matched else "",
        n=change.n_pairs if pairs.matched else None,
        n_excluded=n_people - change.n_pairs if pairs.matched else None,
        method="people with a score at both waves",
        note="" if pairs.matched else f"{NOT_ESTIMATED}unmatched",
    )
    if bounds is None:
        yield _row(
            NotEstimated(name="equivalence", reason="no_smallest_change", n=change.n_pairs),
            outcome,
            facts,
            group,
            n_people,
            "equivalence",
        )
    analysed = [(e, ANALYSIS_OF[e.name]) for e in change.estimates]
    analysed += [(e, "bootstrap") for e in _bootstrapped(before, after, change, facts.ci_level)]
    for estimate, analysis in analysed:
        reason = pairs.cannot_compare(estimate.name)
        row = _row(reason or estimate, outcome, facts, group, n_people, analysis)
        certain = math.isnan(row.p_value) and math.isnan(row.ci_low)
        yield row.with_note(IGNORES_CLUSTERS) if clustered and not certain else row


def _bootstrapped(
    before: FloatVector, after: FloatVector, change: PairedChange, ci_level: float
) -> tuple[Estimate | NotEstimated, ...]:
    """The mean change and the effect sizes with bootstrap intervals, always the same draws."""
    if change.n_pairs > BOOTSTRAP_UP_TO:
        names = ("mean_change", *(name for name, a in ANALYSIS_OF.items() if a == "effect_size"))
        return tuple(NotEstimated(name=x, reason="many_pairs", n=change.n_pairs) for x in names)
    return bootstrap_effects(before, after, seed=SEED, ci_level=ci_level).estimates


def _row(
    estimate: Estimate | NotEstimated,
    outcome: OutcomeFacts,
    facts: EvaluationFacts,
    group: str,
    n_people: int,
    analysis: str,
) -> LedgerRow:
    """The ledger row of one statistic of the paired analysis."""
    return estimate_row(
        estimate,
        outcome=outcome.name,
        domain=outcome.domain,
        group=group,
        analysis=analysis,
        contrast="" if estimate.name in _WITHOUT_CONTRAST else facts.contrast,
        n_excluded=n_people - estimate.n,
    )
