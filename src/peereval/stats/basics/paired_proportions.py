"""The difference of two proportions of the same people, with score intervals."""

from __future__ import annotations

import math
from typing import Literal, TypeAlias, get_args

from peereval.errors import StatisticsError
from peereval.results.estimate import Estimate
from peereval.stats.basics.choices import check_choice
from peereval.stats.basics.proportions import whole_count, wilson_interval
from peereval.stats.basics.student import check_level, normal_quantile

PairedInterval: TypeAlias = Literal["tango", "newcombe"]
"""Whose interval."""


def paired_proportion_difference(
    both: int,
    only_before: int,
    only_after: int,
    neither: int,
    *,
    method: PairedInterval = "tango",
    ci_level: float = 0.95,
) -> Estimate:
    """Share of yes after minus share of yes before, in the same people.

    Parameters
    ----------
    both, only_before, only_after, neither : int
        People who said yes before and after, before only, after only, and never.
    method : {"tango", "newcombe"}
        ``tango`` inverts the score test; ``newcombe`` is method 10 of Newcombe (1998), which
        joins two Wilson intervals by the correlation phi with its continuity correction.
    ci_level : float, default 0.95
        Confidence level.

    Returns
    -------
    Estimate
        A difference of proportions from -1 to 1; positive means more people said yes after.

    Raises
    ------
    StatisticsError
        If the numbers are not counts, there are no people, or an option is unknown.

    References
    ----------
    Tango (1998). Equivalence test and confidence interval for the difference in proportions for
    the paired-sample design. Statistics in Medicine 17, 891-908. Newcombe (1998). Improved
    confidence intervals for the difference between binomial proportions based on paired data.
    Statistics in Medicine 17, 2635-2650.

    Examples
    --------
    >>> found = paired_proportion_difference(1, 1, 7, 12)
    >>> f"{found.value:.3f} ({found.ci_low:.3f} to {found.ci_high:.3f})"
    '0.286 (0.026 to 0.517)'
    """
    check_choice(method, "method", get_args(PairedInterval))
    a, b = whole_count(both, "both"), whole_count(only_before, "only_before")
    c, d = whole_count(only_after, "only_after"), whole_count(neither, "neither")
    n = a + b + c + d
    if method == "tango":
        low, high = tango_interval(b, c, n, ci_level)
        words, source = "score interval of Tango", "Tango (1998)"
    else:
        low, high = _newcombe_interval(a, b, c, d, ci_level)
        words = "Newcombe's method 10: Wilson intervals joined by phi, continuity-corrected"
        source = "Newcombe (1998)"
    return Estimate(
        name="difference",
        value=(c - b) / n,
        ci_low=low,
        ci_high=high,
        ci_level=ci_level,
        n=n,
        unit="proportion",
        method=words,
        source=source,
    )


def tango_interval(
    only_before: int, only_after: int, n: int, ci_level: float = 0.95
) -> tuple[float, float]:
    r"""Score interval of the difference of two paired proportions.

    The differences D with \|T(D)\| <= z, where

    .. math:: T(D) = \frac{b - c - n D}{\sqrt{n (2 \hat q + D (1 - D))}}

    with b people after only, c before only, and q the maximum-likelihood share of "before only"
    under D: the larger root of 2 n q^2 - [b + c - (2n - b + c) D] q - c D (1 - D) = 0. The same
    interval holds for a net share: people who moved up less people who moved down, of n.

    Parameters
    ----------
    only_before, only_after : int
        People who said yes before only, and after only.
    n : int
        All people, those who did not change included.
    ci_level : float, default 0.95
        Confidence level.

    Returns
    -------
    (float, float)
        Limits of (only_after - only_before) / n.

    Raises
    ------
    StatisticsError
        If the numbers are not counts, or more people changed than there were, or nobody was.

    References
    ----------
    Tango (1998), Statistics in Medicine 17, 891-908, equations 24 to 26.

    Examples
    --------
    >>> low, high = tango_interval(3, 9, 32)
    >>> f"{low:.3f} to {high:.3f}"
    '-0.027 to 0.390'
    """
    check_level(ci_level)
    c, b = whole_count(only_before, "only_before"), whole_count(only_after, "only_after")
    n = whole_count(n, "n")
    if n < 1 or b + c > n:
        raise StatisticsError(
            f"{b + c} of {n} people changed.",
            expected="at least one person, and no more who changed than there were",
            fix="check the counts.",
        )
    z = normal_quantile((1 + ci_level) / 2)
    return -_upper_limit(c, b, n, z), _upper_limit(b, c, n, z)


def _upper_limit(b: int, c: int, n: int, z: float) -> float:
    """The largest difference (b - c) / n that the score test does not reject."""
    from scipy.optimize import brentq

    z2 = z * z
    if b == n:
        return 1.0
    if b == c == 0:
        return z2 / (n + z2)
    if c == n:
        return (z2 - n) / (n + z2)

    def excess(difference: float) -> float:
        """Above 0 where the score test rejects; 1 - D and D are at most 1, so nothing overflows."""
        spread = 2 * _share_before_only(b, c, n, difference) + difference * (1 - difference)
        return float((b - c - n * difference) ** 2 / n - z2 * spread)

    return float(brentq(excess, (b - c) / n, 1.0, xtol=1e-15, rtol=1e-14))


def _share_before_only(b: int, c: int, n: int, difference: float) -> float:
    """The likeliest share of "before only" when the difference is this."""
    middle = (b + c - (2 * n - b + c) * difference) / n
    last = c / n * difference * (1 - difference)
    root = math.sqrt(max(0.0, middle * middle + 8 * last))
    # Of the two forms of the root, the one that subtracts nothing.
    return (middle + root) / 4 if middle > 0 else 2 * last / (root - middle or 1.0)


def _newcombe_interval(a: int, b: int, c: int, d: int, ci_level: float) -> tuple[float, float]:
    """Newcombe's method 10 for (a + c) / n - (a + b) / n."""
    n = a + b + c + d
    low_before, high_before = wilson_interval(a + b, n, ci_level)
    low_after, high_after = wilson_interval(a + c, n, ci_level)
    before, after = (a + b) / n, (a + c) / n
    phi = _corrected_phi(a, b, c, d)
    down = _joined(after - low_after, high_before - before, phi)
    up = _joined(high_after - after, before - low_before, phi)
    difference = (c - b) / n
    return max(-1.0, difference - down), min(1.0, difference + up)


def _joined(x: float, y: float, phi: float) -> float:
    """Length of the sum of two errors that correlate by -phi."""
    return math.sqrt(max(0.0, x * x - 2 * phi * x * y + y * y))


def _corrected_phi(a: int, b: int, c: int, d: int) -> float:
    """Correlation of the two answers, drawn towards 0 by half a person where it is positive."""
    margins = (a + b) * (c + d) * (a + c) * (b + d)
    if margins == 0:
        return 0.0
    agreement = float(a * d - b * c)
    if agreement > 0:
        agreement = max(0.0, agreement - (a + b + c + d) / 2)
    return agreement / math.sqrt(margins)
