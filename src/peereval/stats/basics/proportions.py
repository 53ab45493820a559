"""A share of people with its interval."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from peereval.errors import StatisticsError
from peereval.results.estimate import Estimate, NotEstimated
from peereval.stats.basics.student import check_level, normal_quantile

if TYPE_CHECKING:
    from collections.abc import Mapping

PERCENT = "percent"
WILSON = "Wilson score interval"
WILSON_SOURCE = "Wilson (1927)"


def wilson_interval(k: int, n: int, ci_level: float = 0.95) -> tuple[float, float]:
    r"""Score interval of a proportion, without continuity correction.

    .. math:: \frac{k + z^2/2 \pm z \sqrt{k (n - k) / n + z^2 / 4}}{n + z^2}

    with z the normal quantile at (1 + `ci_level`) / 2.

    Parameters
    ----------
    k, n : int
        People counted, and people there were.
    ci_level : float, default 0.95
        Confidence level.

    Returns
    -------
    (float, float)
        Lower and upper limit, as proportions from 0 to 1; exactly 0 when nobody is counted and
        exactly 1 when everybody is.

    Raises
    ------
    StatisticsError
        If `k` and `n` are not whole numbers with 0 <= k <= n and n >= 1, or `ci_level` is not
        between 0 and 1.

    References
    ----------
    Wilson (1927). Probable inference, the law of succession, and statistical inference. Journal
    of the American Statistical Association 22, 209-212.

    Examples
    --------
    >>> low, high = wilson_interval(8, 19)
    >>> f"{low:.4f} to {high:.4f}"
    '0.2314 to 0.6372'
    """
    check_level(ci_level)
    k, n = whole_count(k, "k"), whole_count(n, "n")
    if not (n >= 1 and k <= n):
        raise StatisticsError(
            f"{k} of {n} people is not a proportion.",
            expected="at least one person, and no more counted than there were",
            fix="check the numerator and the denominator.",
        )
    z = normal_quantile((1 + ci_level) / 2)
    middle, half = k + z * z / 2, z * math.sqrt(k * ((n - k) / n) + z * z / 4)
    low = 0.0 if k == 0 else (middle - half) / (n + z * z)
    high = 1.0 if k == n else (middle + half) / (n + z * z)
    return low, high


def percentage(name: str, k: int, n: int, ci_level: float = 0.95) -> Estimate | NotEstimated:
    """A share of people in per cent, with its Wilson interval.

    Returns
    -------
    Estimate or NotEstimated
        In per cent, from 0 to 100; the reason is ``nobody_to_count`` when there is nobody to
        take a share of.

    Examples
    --------
    >>> share = percentage("recovery", 8, 19)
    >>> f"{share.value:.1f}% of {share.n}, {share.ci_low:.1f} to {share.ci_high:.1f}"
    '42.1% of 19, 23.1 to 63.7'
    >>> percentage("recovery", 0, 0).reason
    'nobody_to_count'
    """
    if n == 0:
        return NotEstimated(name=name, reason="nobody_to_count", n=0)
    low, high = wilson_interval(k, n, ci_level)
    return Estimate(
        name=name,
        value=100 * k / n,
        ci_low=100 * low,
        ci_high=100 * high,
        ci_level=ci_level,
        n=n,
        unit=PERCENT,
        method=WILSON,
        source=WILSON_SOURCE,
    )


def percentages(
    counts: Mapping[str, int], n: int, ci_level: float = 0.95
) -> tuple[Estimate | NotEstimated, ...]:
    """The share of each count in `n` people, in the order given.

    Examples
    --------
    >>> [share.value for share in percentages({"up": 3, "down": 1}, 8)]
    [37.5, 12.5]
    """
    return tuple(percentage(name, k, n, ci_level) for name, k in counts.items())


def value_and_limits(share: Estimate | NotEstimated) -> tuple[float, float, float]:
    """The value and both limits for a table; NaN where there is nothing to estimate.

    Examples
    --------
    >>> value_and_limits(percentage("recovery", 0, 0))
    (nan, nan, nan)
    """
    if isinstance(share, Estimate):
        return share.value, share.ci_low, share.ci_high
    return math.nan, math.nan, math.nan


def whole_count(value: float, name: str) -> int:
    """The count as an int; what is no count of people is refused.

    Examples
    --------
    >>> whole_count(3.0, "k")
    3
    """
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if not (number >= 0 and number < 2**53 and number == math.floor(number)):
        raise StatisticsError(
            f"{name} is {value!r}.",
            expected="a count of people: a whole number, 0 or more",
            fix="give counts, not shares or percentages.",
        )
    return int(number)


def half_binomial_tail(k: int, n: int) -> float:
    """P(X <= k) for X binomial (n, 1/2), k below n; for any number of people.

    Examples
    --------
    >>> half_binomial_tail(1, 11)
    0.005859375
    """
    from scipy.special import betainc

    return float(betainc(n - k, k + 1, 0.5))
