"""Yuen's paired test: the change of trimmed means."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from peereval.results.estimate import Estimate, NotEstimated
from peereval.stats.basics.moments import moments
from peereval.stats.basics.student import critical_t, two_sided_p

if TYPE_CHECKING:
    from peereval.stats.basics.pairs import Pairs
    from peereval.typing import FloatVector


def yuen(pairs: Pairs, *, ci_level: float = 0.95) -> Estimate | NotEstimated:
    r"""Change of the 20% trimmed mean, with Yuen's paired t interval and test.

    With g = floor(n / 5) and h = n - 2 g, the trimmed mean of a wave leaves out its g lowest and
    its g highest scores, and its winsorised scores have them drawn in to the nearest score left.

    .. math:: t = \frac{\bar y_t - \bar x_t}{\sqrt{(n - 1)\, s_w^2 / (h (h - 1))}},
        \qquad df = h - 1

    where :math:`s_w^2 = s_{wx}^2 + s_{wy}^2 - 2 s_{wxy}`, the winsorised variances and covariance,
    is the variance of the difference of the winsorised scores.

    It compares the trimmed means of the two waves (as ``yuend`` of Wilcox), so that the change is
    the difference of two numbers one can print for each wave, as `mean_change` is. The trimmed
    mean of the changes is another quantity, and in general another number.

    Parameters
    ----------
    pairs : Pairs
        Complete pairs, in scale points.
    ci_level : float, default 0.95
        Confidence level.

    Returns
    -------
    Estimate or NotEstimated
        In scale points, raw sign. Reasons: ``no_pairs``, ``fewer_than_two_pairs``,
        ``no_variance_trimmed``.

    References
    ----------
    Yuen (1974). The two-sample trimmed t for unequal population variances. Biometrika 61(1),
    165-170.
    Wilcox (2012). Introduction to robust estimation and hypothesis testing (3rd ed.), section
    5.9.5. Academic Press.

    Examples
    --------
    >>> from peereval.stats.basics.pairs import complete_pairs
    >>> pairs = complete_pairs([19, 22, 25, 18, 21, 40], [23, 22, 29, 20, 26, 12])
    >>> change = yuen(pairs)
    >>> f"{change.value:.2f} ({change.ci_low:.2f} to {change.ci_high:.2f})"
    '1.00 (-6.23 to 8.23)'
    """
    n = pairs.n
    if n < 2:
        reason = "fewer_than_two_pairs" if n else "no_pairs"
        return NotEstimated(name="yuen", reason=reason, n=n)
    g = n // 5
    h = n - 2 * g
    low, high = np.sort(pairs.pre)[g : n - g], np.sort(pairs.post)[g : n - g]
    before, after = _drawn_in(pairs.pre, low), _drawn_in(pairs.post, high)
    winsorised = replace(pairs, pre=before, post=after, change=after - before)
    spread = moments(winsorised).sd_change
    if not spread > 0:
        return NotEstimated(name="yuen", reason="no_variance_trimmed", n=n)
    value = float(high.mean()) - float(low.mean())
    standard_error = spread * math.sqrt((n - 1) / (h * (h - 1)))
    half = critical_t(ci_level, h - 1) * standard_error
    t = value / standard_error
    return Estimate(
        name="yuen",
        value=value,
        ci_low=value - half,
        ci_high=value + half,
        ci_level=ci_level,
        statistic=t,
        df=h - 1,
        p_value=two_sided_p(t, h - 1),
        n=n,
        unit="scale points",
        method="change of the 20% trimmed mean, Yuen's paired t interval and test",
        source="Yuen (1974); Wilcox (2012)",
    )


def _drawn_in(scores: FloatVector, kept: FloatVector) -> FloatVector:
    """Winsorised scores: those outside the sorted kept ones drawn in to the nearest of them."""
    return np.asarray(np.clip(scores, kept[0], kept[-1]))
