"""The noncentral t distribution, and the interval of a noncentrality."""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from peereval.typing import FloatVector

NODES = 128


@cache
def _legendre() -> tuple[FloatVector, FloatVector]:
    """Nodes and weights of Gauss-Legendre quadrature on -1 to 1."""
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    return nodes, weights


def _grid(low: float, high: float) -> tuple[FloatVector, FloatVector]:
    """Nodes and weights between two limits."""
    nodes, weights = _legendre()
    half = (high - low) / 2
    return low + half * (nodes + 1), half * weights


def noncentral_t_cdf(t: float, df: float, delta: float) -> float:
    r"""P(T <= t) for the noncentral t with `df` degrees of freedom.

    T = (Z + delta) / S, with Z standard normal and S a chi divided by the root of its df.

    .. math:: P(T \le t) = \int \Phi(t s - \delta)\, f_S(s)\, ds
              = \int \varphi(z)\, P(S \ge (z + \delta) / t)\, dz \quad (t > 0)

    The first form is smooth when t is small, the second when t is large; each is used where
    128 Gauss-Legendre nodes reach about 1e-14.

    Parameters
    ----------
    t, df, delta : float
        Argument, degrees of freedom (at least 1), noncentrality.

    Returns
    -------
    float
        Lower tail, absolute accuracy about 1e-14.

    References
    ----------
    Johnson & Welch (1940). Applications of the non-central t-distribution.
    Biometrika 31(3/4), 362-389.

    Examples
    --------
    >>> round(noncentral_t_cdf(0.0, 5, 1.959964), 4)
    0.025
    """
    if t < 0:
        return 1 - noncentral_t_cdf(-t, df, -delta)
    if t * t <= 2 * df:
        return _over_chi(t, df, delta)
    return _over_normal(t, df, delta)


def _over_chi(t: float, df: float, delta: float) -> float:
    """First form: average over the estimated SD."""
    from scipy.special import chdtri, gammaincinv, ndtr

    low = math.sqrt(2 * float(gammaincinv(df / 2, 1e-18)) / df)
    s, weights = _grid(low, math.sqrt(float(chdtri(df, 1e-18)) / df))
    log_density = (df - 1) * np.log(s) - df * (s * s - 1) / 2
    # Normalising by the sum spares the constant, which loses digits when df is large.
    density = weights * np.exp(log_density - log_density.max())
    return float(density @ ndtr(t * s - delta) / density.sum())


def _over_normal(t: float, df: float, delta: float) -> float:
    """Second form: average over the normal part; below -delta every S will do."""
    from scipy.special import chdtrc, ndtr

    low = max(-delta, -9.0)
    below = float(ndtr(low))
    if low >= 9:
        return below
    z, weights = _grid(low, 9.0)
    density = weights * np.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    return below + float(density @ chdtrc(df, df * ((z + delta) / t) ** 2))


def noncentrality_interval(t: float, df: float, ci_level: float) -> tuple[float, float]:
    """The two noncentralities at which the observed t lies on the edge of its distribution.

    With c = `ci_level`: P(T <= t) is (1 + c) / 2 at the lower limit and (1 - c) / 2 at the upper.

    Examples
    --------
    >>> low, high = noncentrality_interval(2.5, 24, 0.95)
    >>> round(low, 3), round(high, 3)
    (0.395, 4.559)
    """
    if t < 0:
        low, high = noncentrality_interval(-t, df, ci_level)
        return -high, -low
    from scipy.optimize import brentq
    from scipy.special import chdtri, ndtri

    tail = (1 - ci_level) / 2
    # Outside these limits the probability is surely beyond the tail asked for.
    far = -float(ndtri(tail / 4))
    ends = -far, t * math.sqrt(float(chdtri(df, tail / 4)) / df) + far

    def solve(p: float) -> float:
        return float(brentq(lambda delta: noncentral_t_cdf(t, df, delta) - p, *ends, xtol=1e-13))

    return solve(1 - tail), solve(tail)
