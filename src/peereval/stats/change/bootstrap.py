"""BCa bootstrap intervals of the mean change and of every effect size."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from peereval.errors import StatisticsError
from peereval.results.estimate import Estimate, NotEstimated
from peereval.stats.basics.moments import moments
from peereval.stats.basics.pairs import complete_pairs
from peereval.stats.basics.student import check_level, normal_quantile
from peereval.stats.change.effect_size import d_z, g_z, hedges_correction
from peereval.stats.change.mean import t_interval
from peereval.stats.change.paired_result import PairedChange
from peereval.stats.change.resample import PairSums
from peereval.stats.change.score_effect_size import d_av, d_pre, d_rm, g_av

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from peereval.stats.basics.moments import Moments
    from peereval.stats.basics.pairs import Pairs
    from peereval.typing import FloatVector

FEWEST = 10
"""Pairs from which an interval is given."""
FEWEST_RESAMPLES = 1_000
MOST_DEGENERATE = 0.01
"""Share of resamples without variance up to which they are left out and counted."""

_POINTS = (t_interval, d_z, g_z, d_av, g_av, d_rm, d_pre)
_UNCORRECTED = {"g_z": "d_z", "g_av": "d_av"}
_ROUNDING = 1e-12


def bootstrap_effects(
    pre: ArrayLike,
    post: ArrayLike,
    *,
    seed: int,
    resamples: int = 10_000,
    ci_level: float = 0.95,
) -> PairedChange:
    r"""Mean change and effect sizes with bias-corrected and accelerated bootstrap intervals.

    People are drawn with replacement, each with both scores, and everything is computed from the
    moments of the same resamples. The limits are the quantiles of the resampled values at

    .. math:: \Phi\left(z_0 + \frac{z_0 \pm z}{1 - a (z_0 \pm z)}\right)

    with z_0 the normal quantile of the share of resamples below the estimate (ties count half) and
    a from the skewness of the leave-one-out values,
    :math:`\sum (\bar\theta - \theta_i)^3 / 6 (\sum (\bar\theta - \theta_i)^2)^{3/2}`.

    Intervals of this kind need no normal scores, but people enough: in simulations with normal and
    with skewed (gamma) scores 95% intervals of the mean change cover 88 to 91% of 10 pairs, 92% of
    20 and 93 to 96% from 30, those of the effect sizes 90 to 94%, 93 to 95% and 93 to 96%. Below
    ten pairs there is none, and `method` says so. Resamples in which the effect size has no denominator
    (nobody's score differs, or before and after are perfectly correlated for d_rm) are left out and
    counted in `method`; with more than one in a hundred of them nothing is estimated.

    Parameters
    ----------
    pre, post : array_like of float, shape (n,)
        Scores in scale points, NaN where missing; pairs with a missing score are left out.
    seed : int
        Where the draws start: the same seed gives the same intervals, whatever the order of people.
    resamples : int, default 10000
        How many, at least 1000.
    ci_level : float, default 0.95
        Level of the intervals.

    Returns
    -------
    PairedChange
        ``mean_change``, ``d_z``, ``g_z``, ``d_av``, ``g_av``, ``d_rm``, ``d_pre``. Further reasons
        than those of the effect sizes: ``degenerate_resamples``.

    Raises
    ------
    UnmatchedPairsError
        If the vectors differ in length or in their row labels.
    StatisticsError
        If scores are not finite numbers, or `ci_level`, `seed` or `resamples` make no sense.

    References
    ----------
    Efron (1987). Better bootstrap confidence intervals. Journal of the American Statistical
    Association 82, 171-185.

    Examples
    --------
    >>> pre = [19, 22, 25, 18, 21, 24, 30, 17, 22, 26, 20, 23]
    >>> post = [23, 22, 29, 20, 26, 23, 31, 22, 24, 29, 19, 27]
    >>> d = bootstrap_effects(pre, post, seed=1).get("d_av")
    >>> f"{d.value:.2f} ({d.ci_low:.1f} to {d.ci_high:.1f})"
    '0.62 (0.2 to 1.1)'
    """
    check_level(ci_level)
    _check_draws(seed, resamples)
    pairs = complete_pairs(pre, post)
    m = moments(pairs)
    points = [make(m) for make in _POINTS]
    found: list[Estimate | NotEstimated]
    if m.untestable:
        found = [NotEstimated(name=p.name, reason=m.untestable, n=m.n) for p in points]
    else:
        draws = _draw(pairs, m, seed, resamples) if m.n >= FEWEST else None
        found = [p if isinstance(p, NotEstimated) else _with(p, draws, ci_level) for p in points]
    return PairedChange(
        estimates=tuple(found),
        n_pairs=pairs.n,
        n_excluded=pairs.n_excluded,
        sd_change=m.sd_change,
        ci_level=ci_level,
    )


def bca_limits(
    drawn: FloatVector, estimate: float, without_one: FloatVector, ci_level: float
) -> tuple[float, float] | None:
    """Limits of the bias-corrected and accelerated interval; None where it breaks down.

    Parameters
    ----------
    drawn : ndarray of float, shape (resamples,)
        Values of the statistic in the resamples.
    estimate : float
        Its value in the data.
    without_one : ndarray of float, shape (n,)
        Its values without one person each.
    ci_level : float
        Confidence level.

    Examples
    --------
    >>> drawn = np.random.default_rng(1).normal(5, 1, 10_000)
    >>> low, high = bca_limits(drawn, 5.0, np.array([4.9, 5.0, 5.1]), 0.95)
    >>> round(low, 1), round(high, 1)
    (3.1, 7.0)
    """
    from scipy.special import ndtr

    gap = drawn - estimate
    # Values that are equal on paper may differ in their last digits.
    side = np.where(np.abs(gap) <= _ROUNDING * np.abs(drawn).max(), 0.0, np.sign(gap))
    bias = normal_quantile((1 - float(side.mean())) / 2)
    if not math.isfinite(bias):
        return None
    skew = without_one.mean() - without_one
    spread = float((skew**2).sum()) ** 1.5
    acceleration = float((skew**3).sum()) / (6 * spread) if spread > 0 else 0.0
    z = normal_quantile((1 + ci_level) / 2)
    shifted = np.array([bias - z, bias + z])
    stretch = 1 - acceleration * shifted
    if not (stretch > 0).all():
        return None
    low, high = np.quantile(drawn, ndtr(bias + shifted / stretch))
    return float(low), float(high)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draws:
    """Values of the effect sizes by name, and how they were drawn."""

    whole: dict[str, FloatVector]
    without_one: dict[str, FloatVector]
    resampled: dict[str, FloatVector]
    sd_change: float
    words: str


def _draw(pairs: Pairs, m: Moments, seed: int, resamples: int) -> _Draws:
    """Draw the resamples."""
    sums = PairSums(pairs, m)
    return _Draws(
        whole=sums.whole(),
        without_one=sums.without_one(),
        resampled=sums.resampled(seed, resamples),
        sd_change=m.sd_change,
        words=f"{resamples} resamples, seed {seed}",
    )


def _with(point: Estimate, draws: _Draws | None, ci_level: float) -> Estimate | NotEstimated:
    """The estimate with its bootstrap interval in place of the analytic one."""
    plain = Estimate(
        name=point.name,
        value=point.value,
        n=point.n,
        unit=point.unit,
        method=f"no bootstrap interval below {FEWEST} pairs",
        source="Efron (1987)",
    )
    if draws is None:
        return plain
    name = _UNCORRECTED.get(point.name, point.name)
    drawn = draws.resampled[name]
    kept = drawn[~np.isnan(drawn)]
    left_out = drawn.size - kept.size
    limits = None
    if left_out <= MOST_DEGENERATE * drawn.size:
        whole, without_one = float(draws.whole[name][0]), draws.without_one[name]
        limits = bca_limits(kept, whole, without_one, ci_level)
    if limits is None:
        return NotEstimated(name=point.name, reason="degenerate_resamples", n=point.n)
    factor = draws.sd_change if name == "mean_change" else 1.0
    if name != point.name:
        factor = hedges_correction(point.n - 1)
    without = f", {left_out} without variance left out" if left_out else ""
    return replace(
        plain,
        ci_low=limits[0] * factor,
        ci_high=limits[1] * factor,
        ci_level=ci_level,
        method=f"BCa bootstrap interval, {draws.words}{without}",
    )


def _check_draws(seed: object, resamples: object) -> None:
    """Refuse a seed or a number of resamples that makes no sense."""
    if not (isinstance(seed, (int, np.integer)) and seed >= 0):
        raise StatisticsError(
            f"seed is {seed!r}.",
            expected="a whole number, 0 or above",
            fix="write seed=1; the same seed gives the same intervals.",
        )
    if not (isinstance(resamples, (int, np.integer)) and resamples >= FEWEST_RESAMPLES):
        raise StatisticsError(
            f"resamples is {resamples!r}.",
            expected=f"a whole number, {FEWEST_RESAMPLES} or above",
            fix="leave it out for 10000.",
        )
