"""McNemar's test of whether as many people start as stop."""

from __future__ import annotations

from dataclasses import dataclass

from peereval.stats.basics.proportions import half_binomial_tail, whole_count


@dataclass(frozen=True, slots=True, kw_only=True)
class McNemar:
    """McNemar's test of a yes-or-no answer before and after.

    Attributes
    ----------
    only_before, only_after : int
        People who said yes before only, and after only.
    p_exact : float
        Two-sided exact p: twice the smaller binomial tail, at most 1.
    p_mid : float
        Mid-p: twice the smaller tail, less the probability of the count observed.
    """

    only_before: int
    only_after: int
    p_exact: float
    p_mid: float

    @property
    def n_discordant(self) -> int:
        """People whose answer changed."""
        return self.only_before + self.only_after


def mcnemar(only_before: int, only_after: int) -> McNemar:
    r"""McNemar's test, exact and mid-p.

    With m people whose answer changed and X binomial (m, 1/2), b the smaller of the two counts:

    .. math:: p_{exact} = \min(1,\ 2 P(X \le b)) \qquad p_{mid} = p_{exact} - P(X = b)

    The mid-p is less conservative and still rejects too often hardly ever (Fagerland et al. 2013).
    Where nobody changed there is nothing to test, and both are 1.

    Parameters
    ----------
    only_before, only_after : int
        People who said yes before and no after, and no before and yes after.

    Returns
    -------
    McNemar

    Raises
    ------
    StatisticsError
        If they are not counts.

    References
    ----------
    McNemar (1947), Psychometrika 12, 153-157. Fagerland, Lydersen & Laake (2013). The McNemar
    test for binary matched-pairs data: mid-p and asymptotic are better than exact conditional.
    BMC Medical Research Methodology 13, 91.

    Examples
    --------
    >>> test = mcnemar(1, 10)
    >>> test.p_exact, test.p_mid
    (0.01171875, 0.00634765625)
    """
    before = whole_count(only_before, "only_before")
    after = whole_count(only_after, "only_after")
    smaller, changed = min(before, after), before + after
    if changed == 0:
        return McNemar(only_before=0, only_after=0, p_exact=1.0, p_mid=1.0)
    tail = half_binomial_tail(smaller, changed)
    below = half_binomial_tail(smaller - 1, changed) if smaller else 0.0
    p_exact = min(1.0, 2 * tail)
    # Twice the tail less the probability of b loses no digits this way.
    p_mid = tail + below if 2 * tail <= 1 else 1.0 - (tail - below)
    return McNemar(only_before=before, only_after=after, p_exact=p_exact, p_mid=p_mid)
