"""The mean change in SDs of the scores: d_av, g_av, d_pre and d_rm.

All have the sign of the mean change, post minus pre.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from peereval.results.estimate import Estimate, NotEstimated
from peereval.stats.basics.student import normal_quantile
from peereval.stats.change.effect_size import small_sample_corrected

if TYPE_CHECKING:
    from peereval.stats.basics.moments import Moments

ALL_BUT_PERFECT = 1e-12
"""Distance of a correlation from 1 below which it is 1 but for rounding."""
FEWEST = 5
"""Pairs from which d_av and d_pre have an interval."""
FEWEST_FOR_D_RM = 8
"""Pairs from which d_rm has one."""


def d_av(m: Moments, *, ci_level: float = 0.95) -> Estimate | NotEstimated:
    r"""Mean change over the mean of the two SDs.

    .. math:: d_{av} = \bar d / s_{av}, \qquad s_{av} = (s_{pre} + s_{post}) / 2

    .. math:: var(d_{av}) = \frac{1}{n - 1} \left[ \frac{s_d^2}{s_{av}^2}
        + d_{av}^2\, \frac{s_{pre}^2 + s_{post}^2 + 2 r^2 s_{pre} s_{post}}{8 s_{av}^2} \right]

    with a normal quantile. This is the argument of Bonett (2008, the variance for the root of the
    mean variance) carried over to the mean of the SDs by the delta method: the sampling variance
    of an SD is s^2 / (2 (n - 1)), the covariance of the two r^2 s_pre s_post / (2 (n - 1)).
    Below five pairs no interval is given, and `method` says so; from five simulated 95% intervals
    cover 94 to 96% (the cases named at `d_rm`).

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
        before nor after), ``above_1e307`` (SDs so small beside the change that no number holds it).

    References
    ----------
    Bonett (2008). Confidence intervals for standardized linear contrasts of means.
    Psychological Methods 13(2), 99-109.

    Examples
    --------
    >>> from peereval.stats.basics.moments import Moments
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
    return _large_sample(m, "d_av", s, spread, unit="mean of the two SDs", ci_level=ci_level)


def g_av(m: Moments, *, ci_level: float = 0.95) -> Estimate | NotEstimated:
    """d_av times `hedges_correction` of n - 1; its interval is that of d_av.

    Not estimated with two pairs, where the correction is 0 (``fewer_than_three_pairs``).

    Examples
    --------
    >>> from peereval.stats.basics.moments import Moments
    >>> m = Moments(n=40, mean_pre=20, mean_post=22, mean_change=2, sd_pre=5, sd_post=5,
    ...             sd_change=4, correlation=0.68)
    >>> round(g_av(m).value, 3)
    0.392
    """
    return small_sample_corrected(d_av(m, ci_level=ci_level), "g_av")


def d_pre(m: Moments, *, ci_level: float = 0.95) -> Estimate | NotEstimated:
    r"""Mean change over the SD before (Glass).

    .. math:: d_{pre} = \bar d / s_{pre}, \qquad var(d_{pre}) = \frac{1}{n - 1}
        \left[ \frac{s_d^2}{s_{pre}^2} + \frac{d_{pre}^2}{2} \right]

    with a normal quantile (Bonett 2008, unequal variances). Below five pairs no interval is given;
    from five simulated 95% intervals cover 94 to 96% (the cases named at `d_rm`).

    Returns
    -------
    Estimate or NotEstimated
        In SDs before. Reasons: ``no_pairs``, ``fewer_than_two_pairs``, ``no_variance_pre``,
        ``above_1e307``.

    References
    ----------
    Bonett (2008), as for `d_av`. Becker (1988). Synthesizing standardized mean-change measures.
    British Journal of Mathematical and Statistical Psychology 41(2), 257-278.

    Examples
    --------
    >>> from peereval.stats.basics.moments import Moments
    >>> m = Moments(n=40, mean_pre=20, mean_post=22, mean_change=2, sd_pre=4, sd_post=5,
    ...             sd_change=4, correlation=0.625)
    >>> d_pre(m).value
    0.5
    """
    return _large_sample(m, "d_pre", m.sd_pre, 0.5, unit="SD before", ci_level=ci_level)


def d_rm(m: Moments, *, ci_level: float = 0.95) -> Estimate | NotEstimated:
    r"""Mean change over the SD of change, freed of the correlation.

    .. math:: d_{rm} = \frac{\bar d}{s_d} \sqrt{2 (1 - r)}, \qquad var(d_{rm}) = \frac{1}{n - 1}
        \left[ 2 (1 - r) + \frac{d_{rm}^2}{4} \left( 2 + (1 + r)^2
        + 2\, \frac{2 q_1 q_2 - r (q_1^2 + q_2^2)}{1 - r} \right) \right]

    with a normal quantile; q_1 and q_2 are the correlations of the change with the scores before
    and after. This is the argument of Bonett (2008) carried over by the delta method: the SD of
    change and r are both estimated, and not independently. With equal SDs the second term is
    Bonett's d^2 (1 + r^2) / 4. Below eight pairs no interval is given; from eight simulated 95%
    intervals cover 93 to 96% (mean changes of 0 to 1.2 SD, r of 0 to 0.9, ratios of SDs of 0.7 to
    1.4), from 30 94.6 to 95.3%. The formula of Borenstein, Hedges, Higgins & Rothstein (2009,
    eq. 4.28) takes r as known: with 30 pairs it covers 76% at a change of 1.2 SD and r = 0.9,
    98% at r = 0.

    With r = 1 (always so with two pairs that move the same way) the factor is 0 and nothing is
    estimated (``perfect_correlation``).

    Parameters
    ----------
    m : Moments
        Means and SDs in scale points.
    ci_level : float, default 0.95
        Confidence level.

    Returns
    -------
    Estimate or NotEstimated
        Further reasons: ``no_variance``, ``no_variance_pre``, ``no_variance_post``.

    References
    ----------
    Morris & DeShon (2002). Combining effect size estimates in meta-analysis with repeated
    measures and independent-groups designs. Psychological Methods 7(1), 105-125. For the interval
    Bonett (2008), as for `d_av`.

    Examples
    --------
    >>> from peereval.stats.basics.moments import Moments
    >>> m = Moments(n=40, mean_pre=20, mean_post=22, mean_change=2, sd_pre=5, sd_post=5,
    ...             sd_change=4, correlation=0.68)
    >>> d = d_rm(m)
    >>> f"{d.value:.2f} ({d.ci_low:.2f} to {d.ci_high:.2f})"
    '0.40 (0.14 to 0.66)'
    """
    reason = m.untestable or m.uncorrelated
    if not reason and 1 - m.correlation < ALL_BUT_PERFECT:
        reason = "perfect_correlation"
    if reason:
        return NotEstimated(name="d_rm", reason=reason, n=m.n)
    return _large_sample(
        m,
        "d_rm",
        m.sd_change / math.sqrt(2 * (1 - m.correlation)),
        _spread_rm(m),
        unit="SD of scores, by the SD of change and the correlation",
        divided_by="SD of change, times sqrt(2 (1 - r))",
        source="Morris & DeShon (2002); Bonett (2008)",
        fewest=FEWEST_FOR_D_RM,
        ci_level=ci_level,
    )


def _spread_rm(m: Moments) -> float:
    """Squared relative error of the standardiser of d_rm, times n - 1."""
    r, larger = m.correlation, max(m.sd_pre, m.sd_post)
    a, b = m.sd_pre / larger, m.sd_post / larger
    # From a, b and r rather than the SD of change: a row entered by hand is rounded.
    sd = math.sqrt(a * a + b * b - 2 * r * a * b)
    q_1, q_2 = (r * b - a) / sd, (b - r * a) / sd
    return (2 + (1 + r) ** 2 + 2 * (2 * q_1 * q_2 - r * (q_1**2 + q_2**2)) / (1 - r)) / 4


def _large_sample(
    m: Moments,
    name: str,
    standardiser: float,
    spread: float,
    *,
    unit: str,
    ci_level: float,
    divided_by: str = "",
    source: str = "Bonett (2008)",
    fewest: int = FEWEST,
) -> Estimate | NotEstimated:
    """Mean change over a standardiser whose squared relative error is spread / (n - 1)."""
    if m.n < 2:
        return NotEstimated(name=name, reason=m.untestable, n=m.n)
    if not standardiser > 0:
        reason = "no_variance_pre" if name == "d_pre" else "no_variance"
        return NotEstimated(name=name, reason=reason, n=m.n)
    value = m.mean_change / standardiser
    standard_error = math.hypot(m.sd_change / standardiser, value * math.sqrt(max(0.0, spread)))
    half = -normal_quantile((1 - ci_level) / 2) * standard_error / math.sqrt(m.n - 1)
    if not math.isfinite(abs(value) + half):
        return NotEstimated(name=name, reason="above_1e307", n=m.n)
    known = m.n >= fewest
    if not known:
        half = math.nan
    large = "large-sample interval that allows unequal SDs"
    interval = large if known else f"no interval below {fewest} pairs"
    return Estimate(
        name=name,
        value=value,
        ci_low=value - half,
        ci_high=value + half,
        ci_level=ci_level if known else math.nan,
        n=m.n,
        unit=unit,
        method=f"mean change over the {divided_by or unit}; {interval}",
        source=source,
    )
