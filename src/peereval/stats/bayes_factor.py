"""The Bayes factor of a mean change against none (JZS)."""

from __future__ import annotations

import math

import numpy as np

from peereval.results.estimate import Estimate, NotEstimated

CAUCHY_SCALE = math.sqrt(2) / 2
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


def jzs_bayes_factor(t: float, n: int) -> Estimate | NotEstimated:
    """BF10 of a paired t test, two-sided, Cauchy prior of scale sqrt(2) / 2 on d_z.

    Not estimated with the reason ``"above_1e307"`` when it is beyond the number range; its
    logarithm is there all the same, see `log_bayes_factor`.

    Parameters
    ----------
    t : float
        Paired t statistic.
    n : int
        Number of pairs, at least 2.

    Returns
    -------
    Estimate or NotEstimated
        A ratio without unit: above 1 the data speak for a change, below 1 for none.

    Examples
    --------
    >>> round(jzs_bayes_factor(0.0, 50).value, 3)
    0.154
    """
    log_value = log_bayes_factor(t, n)
    if log_value > _LARGEST_LOG - 2:
        return NotEstimated(name="bayes_factor", reason="above_1e307", n=n)
    return Estimate(
        name="bayes_factor",
        value=math.exp(log_value),
        n=n,
        unit="ratio",
        method="JZS Bayes factor, two-sided, Cauchy prior of scale 0.707 on d_z",
        source="Rouder et al. (2009)",
    )
