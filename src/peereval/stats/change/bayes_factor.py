"""The Bayes factor of a mean change against none (JZS), over prior scales."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from peereval.errors import StatisticsError
from peereval.results.estimate import Estimate, NotEstimated
from peereval.stats.basics.moments import moments
from peereval.stats.basics.pairs import complete_pairs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike

    from peereval.stats.basics.moments import Moments

CAUCHY_SCALE = math.sqrt(2) / 2
SCALES = {
    "bayes_factor": CAUCHY_SCALE,
    "bayes_factor_narrow": 0.5,
    "bayes_factor_wide": 1.0,
    "bayes_factor_ultrawide": math.sqrt(2),
}
"""Prior scales by the name of the estimate; wide and ultrawide as in R's BayesFactor."""
SMALLEST_SCALE, LARGEST_SCALE = 0.001, 1000
_STEP = 1 / 16
_LARGEST_LOG = 709.0


def log_bayes_factor(t: float, n: int, *, scale: float = CAUCHY_SCALE) -> float:
    r"""Natural log of BF10 for a paired t test with a Cauchy prior on d_z.

    .. math:: BF_{10} = \frac{\int_0^\infty (1 + n g)^{-1/2}
        \left(1 + \frac{t^2}{(1 + n g) v}\right)^{-(v+1)/2} \pi(g)\, dg}
        {(1 + t^2 / v)^{-(v+1)/2}}, \quad v = n - 1

    where g is inverse gamma with shape 1/2 and scale r^2 / 2, which makes the prior on d_z a
    Cauchy of scale r. With x = log g the integrand is smooth and falls off exponentially at both
    ends, so equally spaced points give it to rounding; all of it is kept in logarithms.

    Parameters
    ----------
    t : float
        Paired t statistic, up to 1e150 in size.
    n : int
        Number of pairs, at least 2.
    scale : float, default sqrt(2) / 2
        Scale r of the Cauchy prior on d_z.

    Returns
    -------
    float
        Above 0: the data speak for a change; below 0: for none.

    References
    ----------
    Rouder, Speckman, Sun, Morey & Iverson (2009). Bayesian t tests for accepting and rejecting
    the null hypothesis. Psychonomic Bulletin & Review 16, 225-237, equation 1.

    Examples
    --------
    >>> round(math.exp(log_bayes_factor(4.06212768338204, 10)), 3)
    17.259
    """
    v = n - 1
    log_null = math.log1p(t * t / v)
    # Left of the grid the prior, right of it prior times likelihood, is below 1e-18 of the whole.
    x = np.arange(math.log(scale**2 / 2) - 8, log_null + math.log(max(v, 2)) + 60, _STEP)
    shrink = np.logaddexp(0.0, x + math.log(n))  # log(1 + n g)
    log_ratio = np.log1p(t * t / v * np.exp(-shrink))
    log_prior = math.log(scale) - math.log(2 * math.pi) / 2 - x / 2 - scale**2 / 2 * np.exp(-x)
    terms = -shrink / 2 + (v + 1) / 2 * (log_null - log_ratio) + log_prior
    return float(np.logaddexp.reduce(terms)) + math.log(_STEP)


def jzs_bayes_factor(
    t: float, n: int, *, scale: float = CAUCHY_SCALE, name: str = "bayes_factor"
) -> Estimate | NotEstimated:
    """BF10 of a paired t test, two-sided, with a Cauchy prior on d_z.

    Not estimated with the reason ``"above_1e307"`` when it is beyond the number range; its
    logarithm is there all the same, see `log_bayes_factor`.

    Parameters
    ----------
    t : float
        Paired t statistic.
    n : int
        Number of pairs, at least 2.
    scale : float, default sqrt(2) / 2
        Scale of the prior: half of its probability lies within this many SDs of change.
    name : str, default "bayes_factor"
        Name of the estimate.

    Returns
    -------
    Estimate or NotEstimated
        A ratio without unit: above 1 the data speak for a change, below 1 for none.

    Examples
    --------
    >>> round(jzs_bayes_factor(0.0, 50).value, 3)
    0.154
    """
    log_value = log_bayes_factor(t, n, scale=scale)
    if log_value > _LARGEST_LOG - 2:
        return NotEstimated(name=name, reason="above_1e307", n=n)
    return Estimate(
        name=name,
        value=math.exp(log_value),
        n=n,
        unit="ratio",
        method=f"JZS Bayes factor, two-sided, Cauchy prior of scale {scale:.3g} on d_z",
        source="Rouder et al. (2009)",
    )


def bayes_factors_of(
    m: Moments, scales: Mapping[str, float] = SCALES
) -> tuple[Estimate | NotEstimated, ...]:
    """The Bayes factor for every prior scale, named as in `scales`.

    Whoever reads them sees how far the evidence hangs on the prior: a wider one expects larger
    changes, and so finds more in favour of none when the change is small.

    Examples
    --------
    >>> from peereval.stats.basics.moments import Moments
    >>> m = Moments(n=25, mean_pre=20, mean_post=20.5, mean_change=0.5, sd_pre=5, sd_post=5,
    ...             sd_change=4, correlation=0.68)
    >>> [f"{bf.name} {bf.value:.2f}" for bf in bayes_factors_of(m)]
    ['bayes_factor 0.25', 'bayes_factor_narrow 0.33', 'bayes_factor_wide 0.19',
     'bayes_factor_ultrawide 0.13']
    """
    if m.untestable:
        return tuple(NotEstimated(name=name, reason=m.untestable, n=m.n) for name in scales)
    return tuple(jzs_bayes_factor(m.t, m.n, scale=r, name=name) for name, r in scales.items())


def bayes_factors(
    pre: ArrayLike, post: ArrayLike, *, scales: Sequence[float] = tuple(SCALES.values())
) -> dict[float, Estimate | NotEstimated]:
    """JZS Bayes factors of the change of complete pairs over several prior scales.

    Parameters
    ----------
    pre, post : array_like of float, shape (n,)
        Scores in scale points, NaN where missing; pairs with a missing score are left out.
    scales : sequence of float
        Scales of the Cauchy prior on d_z, from 0.001 to 1000.

    Returns
    -------
    dict of float to Estimate or NotEstimated
        By scale, in the order given. Reasons: ``no_pairs``, ``fewer_than_two_pairs``,
        ``no_variance``, ``above_1e307``.

    Raises
    ------
    UnmatchedPairsError
        If the vectors differ in length or in their row labels.
    StatisticsError
        If scores are not finite numbers, or a scale is not between 0.001 and 1000.

    Examples
    --------
    >>> found = bayes_factors([19, 22, 25, 18, 21], [23, 22, 29, 20, 26], scales=(0.5, 1))
    >>> {r: round(bf.value, 2) for r, bf in found.items()}
    {0.5: 3.0, 1: 3.49}
    """
    for scale in scales:
        if not SMALLEST_SCALE <= scale <= LARGEST_SCALE:
            raise StatisticsError(
                f"A prior scale is {scale!r}.",
                expected=f"a number from {SMALLEST_SCALE} to {LARGEST_SCALE}, in SDs of change",
                fix="write scales=(0.5, 1) for a narrow and a wide prior.",
            )
    m = moments(complete_pairs(pre, post))
    if m.untestable:
        return {r: NotEstimated(name="bayes_factor", reason=m.untestable, n=m.n) for r in scales}
    return {r: jzs_bayes_factor(m.t, m.n, scale=r) for r in scales}
