"""Judge the change of one outcome in one group: by the mixed model, else by the pairs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from peereval.results.estimate import Estimate, NotEstimated
from peereval.stats.basics.moments import moments
from peereval.stats.basics.pairs import complete_pairs
from peereval.stats.change.equivalence import equivalence_tests
from peereval.stats.change.mean import t_interval
from peereval.stats.verdict import reach_verdict, smallest_change_that_matters

if TYPE_CHECKING:
    from peereval.analysis.mixed_change import ChangeModel
    from peereval.analysis.modelled_change import ModelledChange
    from peereval.analysis.pairs import PairTable
    from peereval.results.facts import OutcomeFacts
    from peereval.stats.verdict import SmallestChange, Verdict

BY_MODEL = "mixed model, Kenward-Roger (main analysis)"
BY_PAIRS = "paired t interval (the mixed model could not be fitted)"
BY_NOTHING = "none: the surveys could not be linked person by person"


def smallest_change_of(outcome: OutcomeFacts, pairs: PairTable) -> SmallestChange | None:
    """The smallest change that matters: plan, else questionnaire, else 0.2 SD before.

    The SD is that of everyone with a score at the first wave; one value serves all groups.
    """
    before, _ = pairs.scores(outcome.name, "all")
    scored = before[np.isfinite(before)]
    # Equal decimals can leave an SD of rounding noise, which would make an absurd yardstick.
    varies = scored.size > 1 and np.ptp(scored) > 1e-9 * float(np.abs(scored).max())
    sd_pre = float(scored.std(ddof=1)) if varies else None
    return smallest_change_that_matters(
        plan=outcome.smallest_change, mcid=outcome.mcid, sd_pre=sd_pre
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupVerdict:
    """The verdict on one outcome in one group, with the change it rests on.

    Attributes
    ----------
    outcome : OutcomeFacts
        What is judged.
    group : str
        ``"all"`` or ``"region=NAME"``.
    change, narrow : Estimate or NotEstimated
        Mean change with its 95% and its 90% interval.
    equivalence_p : float
        p of the equivalence test of the same analysis; NaN where there is none.
    method : str
        Which analysis the verdict rests on.
    verdict : Verdict
        The code and the intervals, good turned up.
    """

    outcome: OutcomeFacts
    group: str
    change: Estimate | NotEstimated
    narrow: Estimate | NotEstimated
    equivalence_p: float
    method: str
    verdict: Verdict


def judge(
    outcome: OutcomeFacts,
    pairs: PairTable,
    model: ChangeModel | NotEstimated,
    group: str,
    smallest: SmallestChange | None,
) -> GroupVerdict:
    """Apply the verdict rule to the 95% and 90% intervals of the main analysis.

    That is the mixed model on every usable score; the paired analysis where no model could be
    fitted. Where nobody can be matched there is neither: the difference of two surveys that
    different people may have answered is no change, and earns no verdict.
    """
    bound = None if smallest is None else smallest.value
    method = BY_MODEL
    if isinstance(model, NotEstimated):
        method = BY_PAIRS if pairs.matched else BY_NOTHING
        wide, narrow, p = _by_pairs(outcome, pairs, group, bound)
    else:
        wide, narrow, p = _by_model(model.change(group), bound)
    verdict = reach_verdict(
        interval_95=_limits(wide),
        interval_90=_limits(narrow),
        smallest_change=bound,
        higher_is=outcome.higher_is,
        reason=wide.reason if isinstance(wide, NotEstimated) else "",
    )
    return GroupVerdict(
        outcome=outcome,
        group=group,
        change=wide,
        narrow=narrow,
        equivalence_p=p,
        method=method,
        verdict=verdict,
    )


_Judged = tuple[Estimate | NotEstimated, Estimate | NotEstimated, float]


def _by_model(change: ModelledChange | NotEstimated, bound: float | None) -> _Judged:
    """The change of the mixed model at 95% and 90%, and its equivalence p."""
    if isinstance(change, NotEstimated):
        return change, change, math.nan
    p = math.nan if bound is None else change.equivalence(bound).p_value
    return (
        change.estimate("mean_change", ci_level=0.95),
        change.estimate("mean_change", ci_level=0.90),
        p,
    )


def _by_pairs(outcome: OutcomeFacts, pairs: PairTable, group: str, bound: float | None) -> _Judged:
    """The paired change at 95% and 90%, and its equivalence p."""
    described = moments(complete_pairs(*pairs.scores(outcome.name, group)))
    if (reason := pairs.cannot_compare("mean_change")) is not None:
        return reason, reason, math.nan
    p = math.nan
    if bound is not None:
        test = equivalence_tests(described, (-bound, bound))[-1]
        p = test.p_value if isinstance(test, Estimate) else math.nan
    return t_interval(described, ci_level=0.95), t_interval(described, ci_level=0.90), p


def _limits(change: Estimate | NotEstimated) -> tuple[float, float] | None:
    """The interval of a change; None where there is none."""
    return (change.ci_low, change.ci_high) if isinstance(change, Estimate) else None
