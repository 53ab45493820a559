"""The noncentral t distribution, and the interval of a noncentrality."""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from peereval.stats.basics.student import normal_quantile

if TYPE_CHECKING:
    from peereval.typing import FloatVector

NODES = 128


@cache
def _legendre() -> tuple[FloatVector, FloatVector]:
    """Nodes and weights of Gauss-Legendre quadrature on -1 to 1."""
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    return nodes, weights


def crowded_grid(first: float, last: float) -> tuple[FloatVector, FloatVector]:
    """Nodes and weights between two limits, crowded at the first, where a broken power begins.

    The first limit may be the larger one: the weights are then negative, as for an integral.
    """
    nodes, weights = _legendre()
    share = (nodes + 1) / 2
    return first + (last - first) * share**4, 2 * (last - first) * share**3 * weights


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
        return noncentral_t_sf(-t, df, -delta)
    form = _over_chi if t * t <= 2 * df else _over_normal
    return form(t, df, delta, upper=False)


def noncentral_t_sf(t: float, df: float, delta: float) -> float:
    """P(T > t), the complement of `noncentral_t_cdf` without its loss of digits in the tail.

    Parameters
    ----------
    t, df, delta : float
        Argument, degrees of freedom (at least 1), noncentrality.

    Returns
    -------
    float
        Upper tail, accurate to about 1e-13 of itself down to 1e-15.

    Examples
    --------
    >>> round(noncentral_t_sf(2.0, 20, 2.5), 4)
    0.6919
    """
    if t < 0:
        return noncentral_t_cdf(-t, df, -delta)
    form = _over_chi if t * t <= 2 * df else _over_normal
    return form(t, df, delta, upper=True)


def chi_density(df: float, most: float = math.inf) -> tuple[FloatVector, FloatVector]:
    """Nodes and weights that average over S, a chi divided by the root of its df.

    Parameters
    ----------
    df : float
        Degrees of freedom, at least 1.
    most : float, optional
        Where to end: what lies above has no part in the average.

    Returns
    -------
    ndarray of float, shape (128,)
        The weights sum to P(S < most).

    Examples
    --------
    >>> s, weights = chi_density(4)
    >>> round(float(weights @ s**2), 12)
    1.0
    """
    from scipy.special import chdtr, chdtri, gammaincinv

    low = math.sqrt(2 * float(gammaincinv(df / 2, 1e-18)) / df)
    high = math.sqrt(float(chdtri(df, 1e-18)) / df)
    if most <= low:
        return np.array([low]), np.zeros(1)
    s, weights = crowded_grid(low, min(high, most))
    # By the distance from 1: the terms of a large df would cancel each other's digits.
    off = s - 1
    log_density = df * (np.log(s) - off - off * off / 2) - np.log(s)
    # Normalising by the sum spares the constant, which loses digits when df is large.
    density = weights * np.exp(log_density - log_density.max())
    total = float(chdtr(df, df * most * most)) if most < high else 1.0
    return s, total * density / density.sum()


def _over_chi(t: float, df: float, delta: float, *, upper: bool) -> float:
    """First form: average over the estimated SD."""
    from scipy.special import ndtr

    s, density = chi_density(df)
    return float(density @ ndtr(delta - t * s if upper else t * s - delta))


def _over_normal(t: float, df: float, delta: float, *, upper: bool) -> float:
    """Second form: average over the normal part; below -delta every S will do."""
    from scipy.special import chdtr, chdtrc, ndtr

    low = max(-delta, -9.0)
    below = 0.0 if upper else float(ndtr(low))
    if low >= 9:
        return below
    z, weights = crowded_grid(low, 9.0)
    density = weights * np.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    tail = chdtr if upper else chdtrc
    return below + float(density @ tail(df, df * ((z + delta) / t) ** 2))


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
    from scipy.special import chdtri

    tail = (1 - ci_level) / 2
    # Outside these limits the probability is surely beyond the tail asked for.
    far = -normal_quantile(tail / 4)
    ends = -far, t * math.sqrt(float(chdtri(df, tail / 4)) / df) + far

    def solve(p: float) -> float:
        return float(brentq(lambda delta: noncentral_t_cdf(t, df, delta) - p, *ends, xtol=1e-13))

    return solve(1 - tail), solve(tail)
