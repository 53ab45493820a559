"""Power of the paired t test: how many people, how sure, or how small a change."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from peereval.stats.basics.noncentral_t import noncentral_t_sf
from peereval.stats.basics.student import t_of_two_sided_p
from peereval.stats.planning.clusters import NoClusters
from peereval.stats.planning.unknown import (
    LARGEST,
    SMALLEST_ALPHA,
    PlanningError,
    between,
    check_one_unknown,
    finite,
    solve_rising,
)

if TYPE_CHECKING:
    from peereval.stats.planning.clusters import Clusters

# Noncentralities beyond this are all the same: the power is 1.
_FAR = 1e140


def paired_power(
    *,
    d_z: float | None,
    alpha: float,
    n: float | None = None,
    power: float | None = None,
    clusters: Clusters | None = None,
) -> float:
    r"""Power of the two-sided paired t test, or the n or the d_z that a power takes.

    .. math:: P(|T| > t_{n-1,\,1-\alpha/2}), \qquad
              T \sim t_{n-1}(d_z \sqrt{n})

    with T noncentral; both tails count. Of `d_z`, `n` and `power` one is left out (None), and is
    what is returned. With `clusters` n is divided by the design effect in the noncentrality, and
    the degrees of freedom are those of the groups.

    Parameters
    ----------
    d_z : float or None
        True mean change divided by the SD of change; its sign does not matter.
    alpha : float
        Two-sided level of the test, between 0 and 1.
    n : float, optional
        People with a score before and after, 2 or more; need not be whole.
    power : float, optional
        Probability that the test is significant, above `alpha` and below 1.
    clusters : Clusters, optional
        The peer groups that people come in.

    Returns
    -------
    float
        The power; or n, not rounded up, and 2 (with clusters: one group more than there are
        regions) where so few have that power or more; or the smallest d_z, positive.

    Raises
    ------
    PlanningError
        If a number is outside its limits, not exactly one is left out, or no n gives the power.

    References
    ----------
    Owen (1965). The power of Student's t-test. Journal of the American Statistical
    Association 60(309), 320-333.

    Examples
    --------
    >>> round(paired_power(d_z=0.5, alpha=0.05, n=34), 4)
    0.8078
    >>> round(paired_power(d_z=0.5, alpha=0.05, power=0.8), 2)
    33.37
    >>> round(paired_power(d_z=None, alpha=0.05, n=34, power=0.8), 3)
    0.495
    """
    level = between("alpha", alpha, SMALLEST_ALPHA, 1)
    design = NoClusters() if clusters is None else clusters
    check_one_unknown(d_z=d_z, n=n, power=power)
    size = 0.0 if d_z is None else abs(finite("d_z", d_z))
    people = None if n is None else enough_people(n, design)
    wanted = math.nan if power is None else between("power", power, level, 1)

    def power_of(effect: float, people: float) -> float:
        noncentrality = min(effect * math.sqrt(design.effective_n(people)), _FAR)
        return t_test_power(noncentrality, design.df(people), level)

    if people is not None and power is None:
        return power_of(size, people)
    if people is not None:
        return solve_rising(
            lambda x: power_of(x, people),
            wanted,
            0.0,
            1 / math.sqrt(people),
            f"With alpha {level:g} and n {people:g} no change gives a power of {wanted:g}.",
        )
    if size == 0:
        raise PlanningError(
            f"d_z is 0, and no number of people gives a power of {wanted:g} to find no change.",
            expected="a change that is not zero",
            fix="plan for the smallest change that matters.",
        )
    return solve_rising(
        lambda x: power_of(size, x),
        wanted,
        design.fewest,
        design.fewest,
        f"A d_z of {size:g} takes more than {LARGEST:g} people for a power of {wanted:g}.",
    )


def t_test_power(noncentrality: float, df: float, alpha: float) -> float:
    """Probability that a two-sided t test at level `alpha` is significant.

    Examples
    --------
    >>> round(t_test_power(0.0, 20, 0.05), 4)
    0.05
    """
    critical = t_of_two_sided_p(alpha, df)
    upper = noncentral_t_sf(critical, df, noncentrality)
    return min(upper + noncentral_t_sf(critical, df, -noncentrality), 1.0)


def enough_people(n: float, design: Clusters | NoClusters) -> float:
    """The number of people as a float; too few for a t test are refused."""
    people = finite("n", n)
    if design.fewest <= people <= LARGEST:
        return people
    if people > LARGEST:
        raise PlanningError(f"n is {n!r}.", expected=f"at most {LARGEST:g} people")
    if isinstance(design, NoClusters):
        raise PlanningError(
            f"n is {n!r}.", expected="2 people or more: an SD of change takes two changes"
        )
    raise PlanningError(
        f"n is {n!r}, which is {people / design.group_size:.3g} groups of {design.group_size:g}.",
        expected=f"{design.regions + 1} groups or more, {design.fewest:g} people: one group more "
        "than there are regions",
    )
