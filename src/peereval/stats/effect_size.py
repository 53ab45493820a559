"""Standardised mean changes; each name says what the change is divided by.

All have the sign of the mean change, post minus pre.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from peereval.results.estimate import Estimate, NotEstimated
from peereval.stats.noncentral_t import noncentrality_interval

if TYPE_CHECKING:
    from peereval.stats.moments import Moments

_EXACT = "noncentral t interval"
_BONETT = "large-sample interval that allows unequal SDs"
_CORRECTION = "exact small-sample correction"
FEWEST_FOR_LARGE_SAMPLE = 5
"""Pairs from which a large-sample interval is given: simulated 95% intervals cover 94 to 97%."""


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
    >>> from peereval.stats.moments import moments
    >>> from peereval.stats.pairs import complete_pairs
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
        method=f"mean change over the SD of change; {_EXACT}",
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
    >>> from peereval.stats.moments import moments
    >>> from peereval.stats.pairs import complete_pairs
    >>> m = moments(complete_pairs([19, 22, 25, 18, 21], [23, 22, 29, 20, 26]))
    >>> round(g_z(m).value, 3)
    1.197
    """
    return _corrected(d_z(m, ci_level=ci_level), "g_z")


def d_av(m: Moments, *, ci_level: float = 0.95) -> Estimate | NotEstimated:
    r"""Mean change over the mean of the two SDs.

    .. math:: d_{av} = \bar d / s_{av}, \qquad s_{av} = (s_{pre} + s_{post}) / 2

    .. math:: var(d_{av}) = \frac{1}{n - 1} \left[ \frac{s_d^2}{s_{av}^2}
        + d_{av}^2\, \frac{s_{pre}^2 + s_{post}^2 + 2 r^2 s_{pre} s_{post}}{8 s_{av}^2} \right]

    with a normal quantile. This is the argument of Bonett (2008, the variance for the root of the
    mean variance) carried over to the mean of the SDs by the delta method: the sampling variance
    of an SD is s^2 / (2 (n - 1)), the covariance of the two r^2 s_pre s_post / (2 (n - 1)).
    Below five pairs no interval is given, and `method` says so.

    Parameters
    ----------
    m : Moments
        Means and SDs in scale points.
    ci_level : float, default 0.95
        Confidence level.

    Returns
    -------
    Estimate or NotEstimated
        In mean SDs. Reasons: ``no_pairs``, ``fewer_than_two_pairs``, ``no_variance`` (neither
        before nor after).

    References
    ----------
    Bonett (2008). Confidence intervals for standardized linear contrasts of means.
    Psychological Methods 13(2), 99-109.

    Examples
    --------
    >>> from peereval.stats.moments import Moments
    >>> m = Moments(n=40, mean_pre=20, mean_post=22, mean_change=2, sd_pre=5, sd_post=5,
    ...             sd_change=4, correlation=0.68)
    >>> d = d_av(m)
    >>> f"{d.value:.2f} ({d.ci_low:.2f} to {d.ci_high:.2f})"
    '0.40 (0.14 to 0.66)'
    """
    s = (m.sd_pre + m.sd_post) / 2
    a, b = (m.sd_pre / s, m.sd_post / s) if s > 0 else (math.nan, math.nan)
    # Without variance in one wave the product below is 0, whatever the correlation.
    r = 0.0 if math.isnan(m.correlation) else m.correlation
    spread = (a * a + b * b + 2 * r * r * a * b) / 8
    return _large_sample(m, "d_av", s, spread, "mean of the two SDs", ci_level)


def g_av(m: Moments, *, ci_level: float = 0.95) -> Estimate | NotEstimated:
    """d_av times `hedges_correction` of n - 1; its interval is that of d_av.

    Not estimated with two pairs, where the correction is 0 (``fewer_than_three_pairs``).

    Examples
    --------
    >>> from peereval.stats.moments import Moments
    >>> m = Moments(n=40, mean_pre=20, mean_post=22, mean_change=2, sd_pre=5, sd_post=5,
    ...             sd_change=4, correlation=0.68)
    >>> round(g_av(m).value, 3)
    0.392
    """
    return _corrected(d_av(m, ci_level=ci_level), "g_av")


def d_pre(m: Moments, *, ci_level: float = 0.95) -> Estimate | NotEstimated:
    r"""Mean change over the SD before (Glass).

    .. math:: d_{pre} = \bar d / s_{pre}, \qquad var(d_{pre}) = \frac{1}{n - 1}
        \left[ \frac{s_d^2}{s_{pre}^2} + \frac{d_{pre}^2}{2} \right]

    with a normal quantile (Bonett 2008, unequal variances). Below five pairs no interval is given.

    Returns
    -------
    Estimate or NotEstimated
        In SDs before. Reasons: ``no_pairs``, ``fewer_than_two_pairs``, ``no_variance_pre``.

    References
    ----------
    Bonett (2008), as for `d_av`. Becker (1988). Synthesizing standardized mean-change measures.
    British Journal of Mathematical and Statistical Psychology 41(2), 257-278.

    Examples
    --------
    >>> from peereval.stats.moments import Moments
    >>> m = Moments(n=40, mean_pre=20, mean_post=22, mean_change=2, sd_pre=4, sd_post=5,
    ...             sd_change=4, correlation=0.625)
    >>> d_pre(m).value
    0.5
    """
    return _large_sample(m, "d_pre", m.sd_pre, 0.5, "SD before", ci_level)


def d_rm(m: Moments) -> Estimate | NotEstimated:
    r"""Mean change over the SD of change, freed of the correlation.

    .. math:: d_{rm} = \frac{\bar d}{s_d} \sqrt{2 (1 - r)}

    Without an interval: none is generally agreed. With r = 1 (always so with two pairs that move
    the same way) the factor is 0 and nothing is estimated (``perfect_correlation``).

    Returns
    -------
    Estimate or NotEstimated
        Further reasons: ``no_variance``, ``no_variance_pre``, ``no_variance_post``.

    References
    ----------
    Morris & DeShon (2002). Combining effect size estimates in meta-analysis with repeated
    measures and independent-groups designs. Psychological Methods 7(1), 105-125.

    Examples
    --------
    >>> from peereval.stats.moments import Moments
    >>> m = Moments(n=40, mean_pre=20, mean_post=22, mean_change=2, sd_pre=5, sd_post=5,
    ...             sd_change=4, correlation=0.68)
    >>> round(d_rm(m).value, 3)
    0.4
    """
    reason = m.untestable or no_correlation(m)
    if not reason and 1 - m.correlation < 1e-12:
        reason = "perfect_correlation"
    if reason:
        return NotEstimated(name="d_rm", reason=reason, n=m.n)
    return Estimate(
        name="d_rm",
        value=m.mean_change / m.sd_change * math.sqrt(2 * (1 - m.correlation)),
        n=m.n,
        unit="SD of scores, by the SD of change and the correlation",
        method="mean change over the SD of change, times sqrt(2 (1 - r)); no interval",
        source="Morris & DeShon (2002)",
    )


def no_correlation(m: Moments) -> str:
    """Reason code why pre and post have no correlation; empty when they have one."""
    if m.n < 2:
        return "fewer_than_two_pairs" if m.n else "no_pairs"
    if m.sd_pre > 0 and m.sd_post > 0:
        return ""
    return "no_variance_post" if m.sd_pre > 0 else "no_variance_pre"


def _large_sample(
    m: Moments, name: str, standardiser: float, spread: float, unit: str, ci_level: float
) -> Estimate | NotEstimated:
    """Mean change over a standardiser whose squared relative error is spread / (n - 1)."""
    from scipy.special import ndtri

    if m.n < 2:
        return NotEstimated(name=name, reason=no_correlation(m), n=m.n)
    if not standardiser > 0:
        reason = "no_variance_pre" if name == "d_pre" else "no_variance"
        return NotEstimated(name=name, reason=reason, n=m.n)
    value = m.mean_change / standardiser
    known = m.n >= FEWEST_FOR_LARGE_SAMPLE
    variance = ((m.sd_change / standardiser) ** 2 + value * value * spread) / (m.n - 1)
    half = -float(ndtri((1 - ci_level) / 2)) * math.sqrt(variance) if known else math.nan
    interval = _BONETT if known else f"no interval below {FEWEST_FOR_LARGE_SAMPLE} pairs"
    return Estimate(
        name=name,
        value=value,
        ci_low=value - half,
        ci_high=value + half,
        ci_level=ci_level if known else math.nan,
        n=m.n,
        unit=unit,
        method=f"mean change over the {unit}; {interval}",
        source="Bonett (2008)",
    )


def _corrected(d: Estimate | NotEstimated, name: str) -> Estimate | NotEstimated:
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
        method=f"{d.name} with the {_CORRECTION}; interval of {d.name}",
        source=f"Hedges (1981); {d.source}",
    )
