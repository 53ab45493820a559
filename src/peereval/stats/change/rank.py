"""Change by ranks and signs: Wilcoxon, Pratt, rank-biserial, sign test.

All take the vector of changes (post minus pre) without missing values. Two changes are tied when
they are the same number in the computer, as in R; a change is none when it is exactly 0. So scores
that are means of items may lose ties to rounding which their sums have.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from peereval.results.estimate import Estimate, NotEstimated
from peereval.stats.basics.proportions import half_binomial_tail
from peereval.stats.change.sign_sums import positive_sum_distribution

if TYPE_CHECKING:
    from peereval.typing import FloatVector

EXACT_UP_TO = 50
"""Number of changes that are not zero up to which the Wilcoxon p is exact."""


def mean_ranks(values: FloatVector) -> FloatVector:
    """Ranks from 1, equal values sharing the mean of their ranks.

    Examples
    --------
    >>> mean_ranks(np.array([3.0, 1.0, 3.0])).tolist()
    [2.5, 1.0, 2.5]
    """
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[place])


def wilcoxon(change: FloatVector) -> Estimate | NotEstimated:
    r"""Wilcoxon signed-rank test; changes of zero are dropped, ties share their mean rank.

    W+ is the sum of the ranks of \|change\| where the change is positive. Up to 50 changes that
    are not zero, p is twice the smaller tail of W+ over all 2^n choices of sign (ties or not), at
    most 1. Above 50 it is normal, with

    .. math:: z = (W^+ - \textstyle\sum r / 2) / \sqrt{\sum r^2 / 4}

    and no continuity correction.

    Parameters
    ----------
    change : ndarray of float, shape (n,)
        Post minus pre, in any unit.

    Returns
    -------
    Estimate or NotEstimated
        Statistic W+ and two-sided p; no value. Reasons: ``no_pairs``, ``all_zero_differences``.

    References
    ----------
    Wilcoxon (1945). Individual comparisons by ranking methods. Biometrics Bulletin 1(6), 80-83.

    Examples
    --------
    >>> test = wilcoxon(np.array([1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4]))
    >>> test.statistic, test.p_value
    (45.0, 0.00390625)
    """
    reason = _nothing_to_rank(change)
    if reason:
        return NotEstimated(name="wilcoxon", reason=reason, n=change.size)
    moved = change[change != 0]
    ranks = mean_ranks(np.abs(moved))
    positive = float(ranks[moved > 0].sum())
    if moved.size <= EXACT_UP_TO:
        how, p = "exact permutation distribution", _exact_p(ranks, positive)
    else:
        how, p = "normal approximation", _normal_p(_z(ranks, positive))
    method = f"Wilcoxon signed-rank test, {how}, zeros dropped: {change.size - moved.size}"
    return _test("wilcoxon", change.size, positive, p, method, "Wilcoxon (1945)")


def wilcoxon_pratt(change: FloatVector) -> Estimate | NotEstimated:
    """Signed-rank test after Pratt: zeros are ranked, then their ranks are dropped.

    Normal, with the formula of `wilcoxon` over the changes that are not zero.

    Returns
    -------
    Estimate or NotEstimated
        Statistic z (positive: scores rose) and two-sided p; no value.

    References
    ----------
    Pratt (1959). Remarks on zeros and ties in the Wilcoxon signed rank procedures. Journal of
    the American Statistical Association 54, 655-667.

    Examples
    --------
    >>> test = wilcoxon_pratt(np.array([1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4]))
    >>> f"{test.p_value:.7f}"
    '0.0058250'
    """
    reason = _nothing_to_rank(change)
    if reason:
        return NotEstimated(name="wilcoxon_pratt", reason=reason, n=change.size)
    ranks = mean_ranks(np.abs(change))
    z = _z(ranks[change != 0], float(ranks[change > 0].sum()))
    zeros = int((change == 0).sum())
    method = f"Wilcoxon-Pratt test, normal approximation, zeros ranked: {zeros}; statistic z"
    return _test("wilcoxon_pratt", change.size, z, _normal_p(z), method, "Pratt (1959)")


def rank_biserial(change: FloatVector) -> Estimate | NotEstimated:
    """Matched-pairs rank-biserial correlation, (W+ - W-) / (W+ + W-), zeros dropped.

    Returns
    -------
    Estimate or NotEstimated
        From -1 (every change is down) to 1 (every change is up).

    References
    ----------
    Kerby (2014). The simple difference formula: an approach to teaching nonparametric
    correlation. Comprehensive Psychology 3, 1.

    Examples
    --------
    >>> rank_biserial(np.array([2.0, -1.0, 0.0, 3.0])).value
    0.6666666666666666
    """
    reason = _nothing_to_rank(change)
    if reason:
        return NotEstimated(name="rank_biserial", reason=reason, n=change.size)
    moved = change[change != 0]
    ranks = mean_ranks(np.abs(moved))
    return Estimate(
        name="rank_biserial",
        value=float((ranks @ np.sign(moved)) / ranks.sum()),
        n=change.size,
        unit="correlation",
        method=f"matched-pairs rank-biserial, zeros dropped: {change.size - moved.size}",
        source="Kerby (2014)",
    )


def sign_test(change: FloatVector) -> Estimate | NotEstimated:
    """Exact sign test of whether scores rose as often as they fell.

    Twice the smaller tail of the binomial distribution with probability 1/2, at most 1; changes
    of zero are dropped.

    Returns
    -------
    Estimate or NotEstimated
        Statistic: number of people whose score rose; two-sided p; no value.

    References
    ----------
    Dixon & Mood (1946). The statistical sign test. Journal of the American Statistical
    Association 41, 557-566.

    Examples
    --------
    >>> sign_test(np.array([1.0, 2.0, 1.0, 3.0, -1.0, 0.0])).p_value
    0.375
    """
    reason = _nothing_to_rank(change)
    if reason:
        return NotEstimated(name="sign_test", reason=reason, n=change.size)
    up, down = int((change > 0).sum()), int((change < 0).sum())
    p = min(1.0, 2 * half_binomial_tail(min(up, down), up + down))
    method = f"exact sign test, {up} up, {down} down, zeros dropped: {change.size - up - down}"
    return _test("sign_test", change.size, up, p, method, "Dixon & Mood (1946)")


def _nothing_to_rank(change: FloatVector) -> str:
    """Reason code why there is nothing to rank; empty when there is."""
    if change.size == 0:
        return "no_pairs"
    return "" if change.any() else "all_zero_differences"


def _exact_p(ranks: FloatVector, positive: float) -> float:
    """Twice the smaller tail of W+ over all choices of sign, each equally likely."""
    # Mean ranks are whole or half; doubled they are whole.
    probability = positive_sum_distribution(np.rint(2 * ranks).astype(np.intp))
    observed = round(2 * positive)
    tails = probability[: observed + 1].sum(), probability[observed:].sum()
    return min(1.0, 2 * float(min(tails)))


def _z(ranks: FloatVector, positive: float) -> float:
    """Sum of positive ranks, less its mean and over its SD under no change."""
    variance = float(ranks @ ranks) / 4
    return (positive - float(ranks.sum()) / 2) / math.sqrt(variance)


def _normal_p(z: float) -> float:
    """Two-sided normal p."""
    from scipy.special import ndtr

    return min(1.0, 2 * float(ndtr(-abs(z))))


def _test(name: str, n: int, statistic: float, p: float, method: str, source: str) -> Estimate:
    """A test without a value of its own."""
    return Estimate(
        name=name,
        value=math.nan,
        n=n,
        unit="",
        method=method,
        statistic=statistic,
        p_value=p,
        source=source,
    )
