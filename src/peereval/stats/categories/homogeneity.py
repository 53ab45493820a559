"""Whether people spread over the categories after as they did before."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from peereval.errors import StatisticsError
from peereval.results.estimate import Estimate, NotEstimated
from peereval.stats.basics.estimates import row_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    from peereval.typing import FloatMatrix, FloatVector

EXACT_UP_TO = 1000
"""People who moved, up to whom the test for ordered categories is exact."""

NOBODY_MOVED = "nobody_changed_category"
ALL_ALIKE = "everybody_moved_alike"


@dataclass(frozen=True, slots=True, kw_only=True)
class MarginalHomogeneity:
    """Three tests of whether the two margins of a square table are the same.

    Attributes
    ----------
    stuart_maxwell, bhapkar : Estimate or NotEstimated
        Chi-squared, its df and p; for categories without an order.
    ordered_shift : Estimate or NotEstimated
        For categories in order: the mean shift in categories, z and p.
    unused : tuple of int
        Positions of categories that nobody was in; they were left out.
    """

    stuart_maxwell: Estimate | NotEstimated
    bhapkar: Estimate | NotEstimated
    ordered_shift: Estimate | NotEstimated
    unused: tuple[int, ...]

    @property
    def tests(self) -> tuple[Estimate | NotEstimated, ...]:
        """The three, in this order."""
        return (self.stuart_maxwell, self.bhapkar, self.ordered_shift)

    def tidy(self) -> pd.DataFrame:
        """One row per test.

        Examples
        --------
        >>> table = marginal_homogeneity([[20, 4, 2], [9, 18, 5], [3, 7, 22]]).tidy()
        >>> table["df"].tolist()[:2]
        [2.0, 2.0]
        """
        import pandas as pd

        columns = ("name", "value", "statistic", "df", "p_value", "n", "method")
        rows = [row_of(test, columns) for test in self.tests]
        return pd.DataFrame(rows, columns=list(columns))


def marginal_homogeneity(table: ArrayLike) -> MarginalHomogeneity:
    r"""Tests of marginal homogeneity: Stuart-Maxwell, Bhapkar, and one for ordered categories.

    With n_ij people in category i before and j after, and d_i = n_i. - n_.i:

    .. math::
        \chi^2_{Stuart} = d' S^- d \qquad
        S_{ii} = n_{i.} + n_{.i} - 2 n_{ii} \qquad S_{ij} = -(n_{ij} + n_{ji})

        \chi^2_{Bhapkar} = \frac{\chi^2_{Stuart}}{1 - \chi^2_{Stuart} / n} \qquad
        z = \frac{\sum_{ij} (j - i)\, n_{ij}}{\sqrt{\sum_{ij} (j - i)^2\, n_{ij}}}

    Both chi-squared have k - c degrees of freedom, where the moves join the k categories that
    anybody was in to c groups without a move between them: k - 1 as a rule, fewer where S has
    less rank. z is the mean-score test with the scores 1, 2, ..., k; its p is that of the
    permutation distribution in which every person who moved could have moved as far the other
    way (exact for up to 1000 people who moved, else normal).

    Parameters
    ----------
    table : array_like of int, shape (k, k)
        Rows: category before, columns: category after, both in the same order, k at least 2.

    Returns
    -------
    MarginalHomogeneity
        Reasons: ``nobody_changed_category``; for Bhapkar ``everybody_moved_alike``, when the
        moves leave no variance.

    Raises
    ------
    StatisticsError
        If the table is not square, or does not hold counts.

    References
    ----------
    Stuart (1955), Biometrika 42, 412-416. Maxwell (1970), British Journal of Psychiatry 116,
    651-655. Bhapkar (1966), Journal of the American Statistical Association 61, 228-235. White,
    Landis & Cooper (1982), International Statistical Review 50, 27-34 (ordered categories).

    Examples
    --------
    >>> found = marginal_homogeneity([[20, 4, 2], [9, 18, 5], [3, 7, 22]])
    >>> test = found.stuart_maxwell
    >>> f"chi2({test.df:.0f}) = {test.statistic:.3f}, p = {test.p_value:.3f}"
    'chi2(2) = 2.114, p = 0.348'
    >>> round(found.ordered_shift.value, 3)
    -0.1
    """
    counts = _counts(table)
    n = int(counts.sum())
    unused = np.flatnonzero(counts.sum(axis=0) + counts.sum(axis=1) == 0)
    moves = counts - np.diag(np.diag(counts))
    first, second, third = _tests(moves, n)
    return MarginalHomogeneity(
        stuart_maxwell=first,
        bhapkar=second,
        ordered_shift=third,
        unused=tuple(int(i) for i in unused),
    )


def _tests(
    moves: NDArray[np.int64], n: int
) -> tuple[Estimate | NotEstimated, Estimate | NotEstimated, Estimate | NotEstimated]:
    """The three tests, of the people who are not in the same category after."""
    if not moves.any():
        return (
            NotEstimated(name="stuart_maxwell", reason=NOBODY_MOVED, n=n),
            NotEstimated(name="bhapkar", reason=NOBODY_MOVED, n=n),
            NotEstimated(name="ordered_shift", reason=NOBODY_MOVED, n=n),
        )
    chi2, df = _stuart(moves)
    left = 1 - chi2 / n
    return (
        _chi2_test("stuart_maxwell", chi2, df, n, "Stuart-Maxwell", "Stuart (1955)"),
        _chi2_test("bhapkar", chi2 / left, df, n, "Bhapkar", "Bhapkar (1966)")
        if left > 1e-12
        else NotEstimated(name="bhapkar", reason=ALL_ALIKE, n=n),
        _ordered_shift(moves, n),
    )


def _counts(table: ArrayLike) -> NDArray[np.int64]:
    """The table as whole numbers."""
    try:
        given = np.asarray(table, dtype=np.float64)
    except (TypeError, ValueError):
        given = np.empty(0)
    square = given.ndim == 2 and given.shape[0] == given.shape[1] >= 2
    if not square or not (np.isfinite(given).all() and (given >= 0).all()):
        raise StatisticsError(
            f"This is not a square table of counts: its shape is {given.shape}.",
            expected="as many rows (before) as columns (after), at least two, with counts",
            fix="count people by their category before and after.",
        )
    if (given != np.floor(given)).any() or given.sum() >= 2**53:
        raise StatisticsError(
            "The table holds numbers that are not counts of people.",
            expected="whole numbers, 0 or more",
            fix="give counts, not shares or percentages.",
        )
    return given.astype(np.int64)


def _stuart(moves: NDArray[np.int64]) -> tuple[float, int]:
    """Stuart's chi-squared and its degrees of freedom.

    S is the Laplacian of the graph whose edges are the moves, so its rank is the number of
    categories less the number of connected groups, and each group can be solved by itself.
    """
    both_ways = moves + moves.T
    laplacian = np.diag(both_ways.sum(axis=1)) - both_ways
    surplus = (moves.sum(axis=1) - moves.sum(axis=0)).astype(np.float64)
    chi2, df = 0.0, 0
    for members in _connected(both_ways > 0):
        # Without one of its categories the block of a group has full rank.
        free = members[1:]
        if free:
            block: FloatMatrix = laplacian[np.ix_(free, free)].astype(np.float64)
            d = surplus[free]
            chi2 += float(d @ np.linalg.solve(block, d))
            df += len(free)
    return chi2, df


def _connected(joined: NDArray[np.bool_]) -> Iterator[list[int]]:
    """Groups of categories that moves join, directly or by way of others."""
    left = set(range(joined.shape[0]))
    while left:
        group, new = set[int](), {min(left)}
        while new:
            group |= new
            reached = np.flatnonzero(joined[sorted(new)].any(axis=0))
            new = {int(i) for i in reached} - group
        left -= group
        yield sorted(group)


def _chi2_test(name: str, chi2: float, df: int, n: int, who: str, source: str) -> Estimate:
    """A chi-squared test without a value of its own."""
    from scipy.special import chdtrc

    return Estimate(
        name=name,
        value=math.nan,
        n=n,
        unit="",
        method=f"{who} test of marginal homogeneity, chi-squared",
        statistic=chi2,
        df=float(df),
        p_value=float(chdtrc(df, chi2)),
        source=source,
    )


def _ordered_shift(moves: NDArray[np.int64], n: int) -> Estimate:
    """The mean-score test, when anybody moved."""
    from scipy.special import ndtr

    size = moves.shape[0]
    up = np.array([int(np.trace(moves, offset=step)) for step in range(1, size)])
    down = np.array([int(np.trace(moves, offset=-step)) for step in range(1, size)])
    steps, moved = np.arange(1, size), up + down
    total = int(steps @ (up - down))
    z = total / math.sqrt(int(steps**2 @ moved))
    if int(moved.sum()) <= EXACT_UP_TO:
        how, p = "exact permutation distribution", _exact_p(steps, up, moved)
    else:
        how, p = "normal approximation", min(1.0, 2 * float(ndtr(-abs(z))))
    return Estimate(
        name="ordered_shift",
        value=total / n,
        n=n,
        unit="categories",
        method=f"mean-score test for ordered categories, scores 1 to {size}, {how}; statistic z",
        statistic=z,
        p_value=p,
        source="White, Landis & Cooper (1982)",
    )


def _exact_p(steps: NDArray[np.int64], up: NDArray[np.int64], moved: NDArray[np.int64]) -> float:
    """Twice the smaller tail of the sum of steps up, each person's way up or down equally likely."""
    from scipy.special import binom

    law: FloatVector = np.ones(1)
    for step, people in zip(steps.tolist(), moved.tolist(), strict=True):
        spaced = np.zeros(step * people + 1)
        spaced[::step] = binom(people, np.arange(people + 1)) * 0.5**people
        law = np.convolve(law, spaced)
    observed = int(steps @ up)
    tail = min(float(law[: observed + 1].sum()), float(law[observed:].sum()))
    return min(1.0, 2 * tail)
