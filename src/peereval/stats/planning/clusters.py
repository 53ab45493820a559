"""People of one peer group change together: what that costs, and who must be invited."""

from __future__ import annotations

import math
from dataclasses import dataclass

from peereval.stats.planning.unknown import LARGEST, PlanningError, between, finite, share


def cluster_design_effect(*, group_size: float, icc: float, cv: float = 0.0) -> float:
    r"""How many times as many people it takes when people come in groups.

    .. math:: D = 1 + \{(cv^2 + 1)\, \bar m - 1\}\, \rho

    For a *change* the intraclass correlation is that of the changes: the share of the variance of
    change that lies between groups. A group whose scores are all high, before and after, adds
    nothing to it, so the correlation of the scores themselves (what most publications print) is
    the wrong one, as a rule too large.

    Parameters
    ----------
    group_size : float
        Mean number of people of a group with a score before and after.
    icc : float
        Intraclass correlation of the changes, from 0 to 1.
    cv : float, default 0
        Coefficient of variation of the group sizes: their SD divided by their mean.

    Returns
    -------
    float
        The variance of a mean change relative to that of as many people in no groups; 1 or more
        where a group has a person at least.

    Raises
    ------
    PlanningError
        If a number is outside its limits.

    References
    ----------
    Eldridge, Ashby & Kerry (2006). Sample size for cluster randomized trials: effect of
    coefficient of variation of cluster size and analysis method. International Journal of
    Epidemiology 35(5), 1292-1300.

    Examples
    --------
    >>> round(cluster_design_effect(group_size=8, icc=0.05), 2)
    1.35
    >>> round(cluster_design_effect(group_size=8, icc=0.05, cv=0.6), 2)
    1.49
    """
    size = finite("group_size", group_size)
    if size < 1:
        raise PlanningError(f"group_size is {group_size!r}.", expected="1 or more people")
    between_groups, spread = finite("icc", icc), finite("cv", cv)
    if max(size, spread) > LARGEST:
        raise PlanningError(
            f"group_size is {group_size!r} and cv is {cv!r}.", expected=f"at most {LARGEST:g} each"
        )
    if not 0 <= between_groups <= 1:
        raise PlanningError(
            f"icc is {icc!r}.",
            expected="a share of the variance of change, from 0 to 1",
            fix="0.05 is a usual guess where nothing is known.",
        )
    if spread < 0:
        raise PlanningError(f"cv is {cv!r}.", expected="0 or more: the SD of group sizes / mean")
    return 1 + ((spread**2 + 1) * size - 1) * between_groups


@dataclass(frozen=True, slots=True, kw_only=True)
class Clusters:
    """The peer groups people come in, for `paired_power` and `equivalence_power`.

    The mean change is then tested with one degree of freedom for every group, less one for every
    region with a mean of its own, since groups and not people change independently. With equal
    groups that test is exact; the mixed model of a report finds more degrees of freedom where
    groups are seen to differ little, so a plan made with this errs on the safe side.

    Attributes
    ----------
    group_size, icc, cv : float
        As in `cluster_design_effect`.
    regions : int
        Regions with a mean change of their own, which groups are nested in.

    Examples
    --------
    >>> groups = Clusters(group_size=8, icc=0.05)
    >>> round(groups.effective_n(80), 1), groups.df(80)
    (59.3, 9.0)
    """

    group_size: float
    icc: float
    cv: float = 0.0
    regions: int = 1

    def __post_init__(self) -> None:
        cluster_design_effect(group_size=self.group_size, icc=self.icc, cv=self.cv)
        if self.regions < 1 or self.regions != int(self.regions):
            raise PlanningError(f"regions is {self.regions!r}.", expected="1, 2, 3 or more")

    @property
    def design_effect(self) -> float:
        """How many times as many people it takes."""
        return cluster_design_effect(group_size=self.group_size, icc=self.icc, cv=self.cv)

    def effective_n(self, n: float) -> float:
        """People in no groups whose mean change would be as precise as that of n in groups."""
        return n / self.design_effect

    def df(self, n: float) -> float:
        """Degrees of freedom of the mean change of n people: groups less regions."""
        return n / self.group_size - self.regions

    @property
    def fewest(self) -> float:
        """The smallest n with a degree of freedom: one group more than there are regions."""
        return float(self.group_size * (self.regions + 1))


@dataclass(frozen=True, slots=True)
class NoClusters:
    """People who change independently of each other, all in one group or none.

    Examples
    --------
    >>> NoClusters().df(34)
    33
    """

    fewest = 2.0

    def effective_n(self, n: float) -> float:
        """The same n."""
        return n

    def df(self, n: float) -> float:
        """Degrees of freedom of the mean change of n pairs."""
        return n - 1


def n_to_invite(n: float, *, lost: float, certainty: float | None = None) -> int:
    r"""How many people to start with, so that n of them come back.

    On average :math:`n / (1 - lost)`, rounded up, come back as n; in about half of all
    evaluations fewer do. With a `certainty` it is the smallest number of whom n or more come
    back with that probability, when people come back independently of each other (binomial).

    Parameters
    ----------
    n : float
        People wanted with a score before and after; rounded up.
    lost : float
        Share of people who do not come back, from 0 to below 1.
    certainty : float, optional
        Probability with which n must come back, e.g. 0.9; on average by default.

    Returns
    -------
    int

    Raises
    ------
    PlanningError
        If a number is outside its limits.

    Examples
    --------
    >>> n_to_invite(34, lost=0.3), n_to_invite(34, lost=0.3, certainty=0.9)
    (49, 55)
    """
    people, away = math.ceil(between("n", n, 0, LARGEST)), share("lost", lost)
    # 2 / (1 - 0.8) is 10.000000000000002: rounding must not invite one more.
    on_average = math.ceil(people / (1 - away) * (1 - 1e-12))
    sure = None if certainty is None else between("certainty", certainty, 0, 1)
    if sure is None or away == 0:
        return on_average
    from scipy.special import betainc

    def enough(invited: int) -> bool:
        # The binomial P(X >= people), for numbers beyond a 32-bit integer as well.
        return float(betainc(people, invited - people + 1, 1 - away)) >= sure

    few, many = people - 1, on_average
    while not enough(many):
        few, many = many, 2 * many
    while many - few > 1:
        middle = (few + many) // 2
        few, many = (few, middle) if enough(middle) else (middle, many)
    return many
