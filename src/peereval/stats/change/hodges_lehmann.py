"""The Hodges-Lehmann estimate of the typical change, with its signed-rank interval."""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from peereval.results.estimate import Estimate, NotEstimated
from peereval.stats.basics.student import normal_quantile
from peereval.stats.change.sign_sums import positive_sum_distribution
from peereval.stats.change.walsh import smallest_walsh_averages

if TYPE_CHECKING:
    from peereval.typing import FloatVector

EXACT_UP_TO = 200
"""Number of people up to which the interval rests on the exact signed-rank distribution."""


def hodges_lehmann(change: FloatVector, *, ci_level: float = 0.95) -> Estimate | NotEstimated:
    r"""Median of the N = n (n + 1) / 2 Walsh averages (d_i + d_j) / 2, i <= j, zeros included.

    The interval runs from the k-th smallest to the k-th largest Walsh average, both included. k is
    the largest number with

    .. math:: P(W^+ \le k - 1) \le (1 - c) / 2

    where W+ is the signed-rank sum of n changes without ties that are symmetric about zero: exact
    up to 200 people, above by the normal distribution with continuity correction. Ties and zeros
    stay as they are and need no other k: with them the interval covers at least as often (Noether
    1967). `method` says the level that is reached, which is at least c; it goes in steps, so that
    no interval of 95% exists below six people. The estimate is that of the centre of symmetry, or,
    where changes are skewed, of their pseudomedian.

    Parameters
    ----------
    change : ndarray of float, shape (n,)
        Post minus pre in scale points, no missing values.
    ci_level : float, default 0.95
        Confidence level c.

    Returns
    -------
    Estimate or NotEstimated
        In scale points. Without an interval, and `method` says why, where n is too small for the
        level. Reason: ``no_pairs``.

    References
    ----------
    Hodges & Lehmann (1963). Estimates of location based on rank tests. Annals of Mathematical
    Statistics 34(2), 598-611.
    Noether (1967). Wilcoxon confidence intervals for location parameters in the discrete case.
    Journal of the American Statistical Association 62, 184-188.

    Examples
    --------
    >>> typical = hodges_lehmann(np.array([1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4]))
    >>> f"{typical.value:.1f} ({typical.ci_low:.1f} to {typical.ci_high:.1f})"
    '1.3 (0.9 to 2.7)'
    >>> typical.method
    'median of all Walsh averages, zeros included; exact signed-rank interval, level 0.9512'
    """
    n = change.size
    if n == 0:
        return NotEstimated(name="hodges_lehmann", reason="no_pairs")
    total = n * (n + 1) // 2
    k, level, how = interval_depth(n, ci_level)
    places = ((total + 1) // 2, total // 2 + 1, *((k, total + 1 - k) if k else ()))
    lower, upper, *limits = smallest_walsh_averages(change, places)
    return Estimate(
        name="hodges_lehmann",
        value=lower / 2 + upper / 2,
        ci_low=limits[0] if k else math.nan,
        ci_high=limits[1] if k else math.nan,
        ci_level=ci_level if k else math.nan,
        n=n,
        unit="scale points",
        method="median of all Walsh averages, zeros included; "
        + (f"{how} signed-rank interval, level {level:.4f}" if k else how),
        source="Hodges & Lehmann (1963); Noether (1967)",
    )


@cache
def interval_depth(n: int, ci_level: float) -> tuple[int, float, str]:
    """How many Walsh averages the limits lie inside, the level reached, and how it was found.

    Examples
    --------
    >>> interval_depth(6, 0.95)
    (1, 0.96875, 'exact')
    >>> interval_depth(5, 0.95)
    (0, nan, 'no interval at this level below 6 pairs')
    """
    tail = (1 - ci_level) / 2
    k, outside = _exact_depth(n, tail) if n <= EXACT_UP_TO else _normal_depth(n, tail)
    if k < 1:
        return 0, math.nan, f"no interval at this level below {math.ceil(-math.log2(tail))} pairs"
    return k, 1 - 2 * outside, "exact" if n <= EXACT_UP_TO else "normal"


def _exact_depth(n: int, tail: float) -> tuple[int, float]:
    """The largest k with P(W+ <= k - 1) <= tail, and that probability."""
    up_to = np.cumsum(positive_sum_distribution(np.arange(1, n + 1)))
    k = int(np.searchsorted(up_to, tail, side="right"))
    return k, float(up_to[k - 1])


def _normal_depth(n: int, tail: float) -> tuple[int, float]:
    """The same by the normal distribution with continuity correction."""
    from scipy.special import ndtr

    mean, sd = n * (n + 1) / 4, math.sqrt(n * (n + 1) * (2 * n + 1) / 24)
    k = math.floor(mean + 0.5 + sd * normal_quantile(tail))
    return k, float(ndtr((k - 0.5 - mean) / sd))
