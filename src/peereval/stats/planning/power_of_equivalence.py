"""Power of showing that there is no change that matters, by two one-sided paired t tests."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from peereval.stats.basics.noncentral_t import chi_density, crowded_grid
from peereval.stats.basics.student import t_of_two_sided_p
from peereval.stats.planning.clusters import NoClusters
from peereval.stats.planning.power import enough_people
from peereval.stats.planning.unknown import (
    LARGEST,
    SMALLEST_ALPHA,
    PlanningError,
    between,
    check_one_unknown,
    finite,
    positive,
    solve_rising,
)

if TYPE_CHECKING:
    from peereval.stats.planning.clusters import Clusters

_FAR = 1e140


def equivalence_power(
    *,
    bound: float | None,
    sd_change: float,
    alpha: float,
    true_change: float = 0.0,
    n: float | None = None,
    power: float | None = None,
    clusters: Clusters | None = None,
) -> float:
    r"""Power of two one-sided tests of a mean change, or the n or the bounds that a power takes.

    No change of `bound` or more, m, is shown when the (1 - 2 alpha) interval of the mean change
    lies inside -m to m. With S the estimated over the true SD of change, a chi divided by the
    root of its df, and k = n over the design effect, that happens with probability

    .. math:: \int_0^{m\sqrt k / (\sigma t)}
              \{\Phi(\tfrac{(m - \Delta)\sqrt k}{\sigma} - t s)
              - \Phi(t s - \tfrac{(m + \Delta)\sqrt k}{\sigma})\}\, f_S(s)\, ds,
              \qquad t = t_{n-1,\,1-\alpha}

    which is a difference of two of Owen's Q functions; it is exact. Bounds that are not
    symmetric, a to b, are the same question about `bound` (b - a) / 2 and a true change less
    (a + b) / 2.

    Parameters
    ----------
    bound : float or None
        The smallest change that matters, in scale points, above 0.
    sd_change : float
        SD of change in scale points.
    alpha : float
        Level of each one-sided test, below 0.5; 0.05 goes with a 90% interval.
    true_change : float, default 0
        The true mean change in scale points.
    n : float, optional
        People with a score before and after, 2 or more; need not be whole.
    power : float, optional
        Probability of showing equivalence, above `alpha` and below 1. (Below `alpha` more people
        can mean less power, as two or three people now and then hardly seem to vary.)
    clusters : Clusters, optional
        The peer groups that people come in.

    Returns
    -------
    float
        What was left out of `bound`, `n` and `power`. n is not rounded up, and is 2 (with
        clusters: one group more than there are regions) where so few have that power or more.

    Raises
    ------
    PlanningError
        If a number is outside its limits, not exactly one is left out, or no n gives the power
        because the true change is not inside the bounds.

    References
    ----------
    Owen (1965). A special case of a bivariate non-central t-distribution. Biometrika 52, 437-446.
    Phillips (1990). Power of the two one-sided tests procedure in bioequivalence. Journal of
    Pharmacokinetics and Biopharmaceutics 18, 137-144.

    Examples
    --------
    >>> round(equivalence_power(bound=2, sd_change=6, alpha=0.05, n=80), 4)
    0.8101
    >>> round(equivalence_power(bound=2, sd_change=6, alpha=0.05, power=0.8), 2)
    78.45
    >>> round(equivalence_power(bound=None, sd_change=6, alpha=0.05, n=40, power=0.8), 2)
    2.83
    """
    level, sd = between("alpha", alpha, SMALLEST_ALPHA, 0.5), positive("sd_change", sd_change)
    design = NoClusters() if clusters is None else clusters
    check_one_unknown(bound=bound, n=n, power=power)
    truth = _in_sds(abs(finite("true_change", true_change)), sd)
    limit = math.nan if bound is None else _in_sds(positive("bound", bound), sd)
    people = None if n is None else enough_people(n, design)
    wanted = math.nan if power is None else between("power", power, level, 1)

    def power_of(limit: float, people: float) -> float:
        root = math.sqrt(design.effective_n(people))
        return tost_power(limit * root, truth * root, design.df(people), level)

    if people is not None and power is None:
        return power_of(limit, people)
    if people is not None:
        none = f"With alpha {level:g} and n {people:g} no bounds give a power of {wanted:g}."
        step = 1 / math.sqrt(people)
        return sd * solve_rising(lambda x: power_of(x, people), wanted, truth, step, none)
    if bound is not None and abs(true_change) >= bound:
        raise PlanningError(
            f"The true change, {true_change:g}, is not inside the bounds, {bound:g} either side of "
            f"zero: no number of people shows that it is.",
            expected="a true change inside the bounds",
            fix="plan with a true change of 0, or with a larger smallest change that matters.",
        )
    return solve_rising(
        lambda x: power_of(limit, x),
        wanted,
        design.fewest,
        design.fewest,
        f"A power of {wanted:g} takes more than {LARGEST:g} people.",
    )


def tost_power(limit: float, truth: float, df: float, alpha: float) -> float:
    """Probability that both one-sided tests are significant.

    Parameters
    ----------
    limit, truth : float
        Bound and true change, neither negative, divided by the true standard error.
    df : float
        Degrees of freedom, at least 1.
    alpha : float
        Level of each test.

    Returns
    -------
    float

    Examples
    --------
    >>> round(tost_power(3.0, 0.0, 30, 0.05), 4)
    0.8017
    """
    t = t_of_two_sided_p(2 * alpha, df)
    form = _over_chi if t * t <= 2 * df else _over_normal
    return min(form(limit, truth, df, t), 1.0)


def _over_chi(limit: float, truth: float, df: float, t: float) -> float:
    """Average over the estimated SD; smooth when t is small."""
    from scipy.special import ndtr

    s, density = chi_density(df, limit / t)
    high, low = limit - truth - t * s, t * s - limit - truth
    return float(density @ (ndtr(high) - ndtr(low)))


def _over_normal(limit: float, truth: float, df: float, t: float) -> float:
    """Average over the size u of the estimated change; smooth when t is large."""
    from scipy.special import chdtr

    low, high = max(truth - 9.0, 0.0), min(limit, truth + 9.0)
    if low >= high:
        return 0.0
    u, weights = crowded_grid(high, low)
    density = np.exp(-((u - truth) ** 2) / 2) + np.exp(-((u + truth) ** 2) / 2)
    room = chdtr(df, df * ((limit - u) / t) ** 2)
    return float(-weights @ (density * room)) / math.sqrt(2 * math.pi)


def _in_sds(points: float, sd: float) -> float:
    """Points in SDs of change, short of the largest number."""
    with np.errstate(over="ignore"):
        return float(min(np.float64(points) / sd, _FAR))
