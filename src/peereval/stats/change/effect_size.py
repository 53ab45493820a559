"""The mean change in SDs of change: d_z and g_z; and the small-sample correction.

Standardised changes have the sign of the mean change, post minus pre.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from peereval.results.estimate import Estimate, NotEstimated
from peereval.stats.basics.noncentral_t import noncentrality_interval

if TYPE_CHECKING:
    from peereval.stats.basics.moments import Moments


def hedges_correction(df: float) -> float:
    r"""Factor that takes the small-sample bias out of a standardised mean change.

    .. math:: J(v) = \frac{\Gamma(v / 2)}{\sqrt{v / 2}\ \Gamma((v - 1) / 2)}

    Parameters
    ----------
    df : float
        Degrees of freedom v of the standard deviation, above 1.

    References
    ----------
    Hedges (1981). Distribution theory for Glass's estimator of effect size and related
    estimators. Journal of Educational Statistics 6(2), 107-128.

    Examples
    --------
    >>> round(hedges_correction(9), 6)
    0.913875
    """
    if df > 1e6:
        return 1 - 0.75 / df  # The difference of two logarithms of this size has no digits left.
    return math.exp(math.lgamma(df / 2) - math.lgamma((df - 1) / 2)) / math.sqrt(df / 2)


def d_z(m: Moments, *, ci_level: float = 0.95) -> Estimate | NotEstimated:
    r"""Mean change over the SD of change, with the exact noncentral t interval.

    .. math:: d_z = \bar d / s_d = t / \sqrt n

    The limits are the noncentralities at which the observed t has lower-tail probability
    (1 + c) / 2 and (1 - c) / 2 with n - 1 df, divided by the root of n.

    Parameters
    ----------
    m : Moments
        Means and SDs in scale points.
    ci_level : float, default 0.95
        Confidence level c.

    Returns
    -------
    Estimate or NotEstimated
        In SDs of change. Reasons: ``no_pairs``, ``fewer_than_two_pairs``, ``no_variance``.

    References
    ----------
    Cumming & Finch (2001). A primer on the understanding, use, and calculation of confidence
    intervals that are based on central and noncentral distributions. Educational and
    Psychological Measurement 61(4), 532-574.

    Examples
    --------
    >>> from peereval.stats.basics.moments import moments
    >>> from peereval.stats.basics.pairs import complete_pairs
    >>> m = moments(complete_pairs([19, 22, 25, 18, 21], [23, 22, 29, 20, 26]))
    >>> d = d_z(m)
    >>> f"{d.value:.2f} ({d.ci_low:.2f} to {d.ci_high:.2f})"
    '1.50 (0.14 to 2.80)'
    """
    if m.untestable:
        return NotEstimated(name="d_z", reason=m.untestable, n=m.n)
    limits = noncentrality_interval(m.t, m.n - 1, ci_level)
    return Estimate(
        name="d_z",
        value=m.mean_change / m.sd_change,
        ci_low=limits[0] / math.sqrt(m.n),
        ci_high=limits[1] / math.sqrt(m.n),
        ci_level=ci_level,
        n=m.n,
        unit="SD of change",
        method="mean change over the SD of change; noncentral t interval",
        source="Cumming & Finch (2001)",
    )


def g_z(m: Moments, *, ci_level: float = 0.95) -> Estimate | NotEstimated:
    """d_z times `hedges_correction` of n - 1.

    The interval is that of d_z: it is exact for the population value that both estimate, and the
    correction concerns the point estimate alone. With two pairs the correction is 0 and nothing
    is estimated (``fewer_than_three_pairs``).

    References
    ----------
    Hedges (1981), as for `hedges_correction`; for the interval Goulet-Pelletier & Cousineau
    (2018). A review of effect sizes and their confidence intervals, part I. The Quantitative
    Methods for Psychology 14(4), 242-265.

    Examples
    --------
    >>> from peereval.stats.basics.moments import moments
    >>> from peereval.stats.basics.pairs import complete_pairs
    >>> m = moments(complete_pairs([19, 22, 25, 18, 21], [23, 22, 29, 20, 26]))
    >>> round(g_z(m).value, 3)
    1.197
    """
    return small_sample_corrected(d_z(m, ci_level=ci_level), "g_z")


def small_sample_corrected(d: Estimate | NotEstimated, name: str) -> Estimate | NotEstimated:
    """The same effect size with the small-sample correction, n - 1 df."""
    if isinstance(d, NotEstimated):
        return NotEstimated(name=name, reason=d.reason, n=d.n)
    if d.n < 3:
        return NotEstimated(name=name, reason="fewer_than_three_pairs", n=d.n)
    return Estimate(
        name=name,
        value=d.value * hedges_correction(d.n - 1),
        ci_low=d.ci_low,
        ci_high=d.ci_high,
        ci_level=d.ci_level,
        n=d.n,
        unit=d.unit,
        method=f"{d.name} with the exact small-sample correction; interval of {d.name}",
        source=f"Hedges (1981); {d.source}",
    )
