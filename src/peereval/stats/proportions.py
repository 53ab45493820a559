"""Wilson's interval of a share of people."""

from __future__ import annotations

import math

from peereval.errors import StatisticsError
from peereval.stats.student import check_level


def wilson_interval(k: int, n: int, ci_level: float = 0.95) -> tuple[float, float]:
    r"""Wilson's score interval of k of n.

    .. math:: \frac{\hat p + z^2 / 2n \pm z \sqrt{\hat p (1 - \hat p) / n + z^2 / 4n^2}}
        {1 + z^2 / n}

    Parameters
    ----------
    k, n : int
        People counted, and people in all.
    ci_level : float, default 0.95
        Confidence level.

    Returns
    -------
    tuple of float
        Lower and upper limit, between 0 and 1.

    Raises
    ------
    StatisticsError
        If k is not between 0 and n, or n is 0.

    References
    ----------
    Wilson (1927). Probable inference, the law of succession, and statistical inference. Journal
    of the American Statistical Association 22, 209-212.

    Examples
    --------
    >>> low, high = wilson_interval(8, 19)
    >>> f"{low:.3f} to {high:.3f}"
    '0.231 to 0.637'
    """
    from scipy.special import ndtri

    check_level(ci_level)
    if not 0 <= k <= n or n == 0:
        raise StatisticsError(
            f"{k} of {n} people is no share.",
            expected="a count from 0 to the number of people, who are at least one",
        )
    z = float(ndtri((1 + ci_level) / 2))
    share = k / n
    middle = share + z * z / (2 * n)
    half = z * math.sqrt(share * (1 - share) / n + (z / (2 * n)) ** 2)
    low, high = ((middle + side * half) / (1 + z * z / n) for side in (-1, 1))
    # At the ends the limit is the end itself; rounding would miss it.
    return (0.0 if k == 0 else low, 1.0 if k == n else high)
