"""Tails and quantiles of Student's t, accurate in the far tail, and of the normal distribution."""

from __future__ import annotations

import math

from peereval.errors import StatisticsError

NEAREST = 1e-9
"""How near to 0 or 1 a confidence level may come."""


def two_sided_p(t: float, df: float) -> float:
    r"""P(\|T\| >= \|t\|) for Student's t with `df` degrees of freedom.

    .. math:: p = I_{df / (df + t^2)}(df / 2,\ 1 / 2)

    with I the regularised incomplete beta function, so that small tails survive; for small t by
    its complement, so that small t survives.

    Examples
    --------
    >>> round(two_sided_p(2.262157, 9), 4)
    0.05
    """
    from scipy.special import betainc

    square = t * t
    if square < 1:
        return 1 - float(betainc(0.5, df / 2, square / (df + square)))
    return float(betainc(df / 2, 0.5, df / (df + square)))


def upper_tail(t: float, df: float) -> float:
    """P(T >= t) for Student's t with `df` degrees of freedom.

    Examples
    --------
    >>> round(upper_tail(1.833113, 9), 4), round(upper_tail(-1.833113, 9), 4)
    (0.05, 0.95)
    """
    half = two_sided_p(t, df) / 2
    return half if t >= 0 else 1 - half


def critical_t(ci_level: float, df: float) -> float:
    r"""The t that \|T\| stays below with probability `ci_level`.

    Examples
    --------
    >>> round(critical_t(0.95, 9), 6)
    2.262157
    """
    return t_of_two_sided_p(1 - ci_level, df)


def t_of_two_sided_p(p: float, df: float) -> float:
    """The t, not negative, whose two-sided p is `p`: the inverse of `two_sided_p`.

    Examples
    --------
    >>> round(t_of_two_sided_p(0.05, 9), 6)
    2.262157
    """
    from scipy.special import betainccinv, betaincinv

    # x = df / (df + t^2), y = 1 - x; whichever of the two is small is the one with digits to spare.
    x = float(betaincinv(df / 2, 0.5, p))
    if x < 0.5:
        return math.sqrt(df * (1 - x) / x)
    y = float(betainccinv(0.5, df / 2, p))
    return math.sqrt(df * y / (1 - y))


def check_level(ci_level: float) -> None:
    """Refuse a confidence level that is not between 0 and 1, or too near to leave an interval."""
    if not NEAREST <= ci_level <= 1 - NEAREST:
        raise StatisticsError(
            f"ci_level is {ci_level!r}.",
            expected="a number between 0 and 1",
            fix="write 0.95 for a 95% interval.",
        )


def normal_quantile(probability: float) -> float:
    """The value that a standard normal stays below with this probability.

    Examples
    --------
    >>> round(normal_quantile(0.975), 4)
    1.96
    """
    from scipy.special import ndtri

    return float(ndtri(probability))
