"""Categories in order, before and after: bands of severity, or the answers to one question."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from peereval.errors import StatisticsError, UnmatchedPairsError, did_you_mean
from peereval.results.estimate import Estimate, NotEstimated
from peereval.stats.basics.numbers import is_gap
from peereval.stats.basics.paired_proportions import tango_interval
from peereval.stats.basics.pairs import refuse_other_labels
from peereval.stats.basics.proportions import percentages
from peereval.stats.categories.homogeneity import MarginalHomogeneity, marginal_homogeneity

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from peereval.typing import Codes


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ShiftTable:
    """People by category before and after.

    Attributes
    ----------
    bands : tuple of str
        Categories in order, from the lowest scores to the highest.
    counts : ndarray of int, shape (k, k)
        People by category before (rows) and after (columns).
    n, n_excluded : int
        People with a category at both surveys, and people left out.
    """

    bands: tuple[str, ...]
    counts: NDArray[np.int64]
    n: int
    n_excluded: int

    @property
    def before(self) -> tuple[int, ...]:
        """People in each category before."""
        return tuple(int(x) for x in self.counts.sum(axis=1))

    @property
    def after(self) -> tuple[int, ...]:
        """People in each category after."""
        return tuple(int(x) for x in self.counts.sum(axis=0))

    @property
    def moves(self) -> dict[str, int]:
        """People in a higher category after (``up``), the ``same``, and a lower one (``down``).

        By the order of scores, whether or not higher is better.
        """
        up = int(np.triu(self.counts, 1).sum())
        down = int(np.tril(self.counts, -1).sum())
        return {"up": up, "same": self.n - up - down, "down": down}

    def move_percentages(self, ci_level: float = 0.95) -> tuple[Estimate | NotEstimated, ...]:
        """Share that moved up, stayed and moved down in per cent, with Wilson intervals."""
        return percentages(self.moves, self.n, ci_level)

    def net_up(self, ci_level: float = 0.95) -> Estimate | NotEstimated:
        """Share that moved up less share that moved down, with Tango's interval.

        Examples
        --------
        >>> net = shift_table(["low", "low", "high"], ["high", "low", "high"],
        ...                   ["low", "high"]).net_up()
        >>> f"{net.value:.1f} percentage points ({net.ci_low:.1f} to {net.ci_high:.1f})"
        '33.3 percentage points (-41.5 to 79.2)'
        """
        if self.n == 0:
            return NotEstimated(name="net_moved_up", reason="no_pairs", n=0)
        up, down = self.moves["up"], self.moves["down"]
        low, high = tango_interval(down, up, self.n, ci_level)
        return Estimate(
            name="net_moved_up",
            value=100 * (up - down) / self.n,
            ci_low=100 * low,
            ci_high=100 * high,
            ci_level=ci_level,
            n=self.n,
            unit="percentage points",
            method="share that moved up less share that moved down; score interval of Tango",
            source="Tango (1998)",
        )

    def homogeneity(self) -> MarginalHomogeneity:
        """Stuart-Maxwell, Bhapkar and the test for ordered categories."""
        return marginal_homogeneity(self.counts)

    def tidy(self) -> pd.DataFrame:
        """One row per pair of categories: before, after, count, and per cent of those before.

        Examples
        --------
        >>> table = shift_table(["low", "low"], ["high", "low"], ["low", "high"]).tidy()
        >>> table["percent_of_before"].tolist()
        [50.0, 50.0, nan, nan]
        """
        import pandas as pd

        rows = [
            (
                before,
                after,
                int(self.counts[i, j]),
                100 * int(self.counts[i, j]) / self.before[i] if self.before[i] else math.nan,
                self.n,
            )
            for i, before in enumerate(self.bands)
            for j, after in enumerate(self.bands)
        ]
        return pd.DataFrame(rows, columns=["before", "after", "count", "percent_of_before", "n"])


def shift_table(
    before: Iterable[object], after: Iterable[object], bands: Sequence[str]
) -> ShiftTable:
    """Count people by their band of severity before and after.

    Parameters
    ----------
    before, after : iterable of str, length (people,)
        Band of each person, as a list, array, Series or Categorical; None or NaN where missing.
        A person without both is left out and counted.
    bands : sequence of str
        The bands, from the lowest scores to the highest.

    Returns
    -------
    ShiftTable

    Raises
    ------
    UnmatchedPairsError
        If the lengths differ, or both carry row labels (as a pandas Series does) that differ.
    StatisticsError
        If there are fewer than two bands, a band comes twice, or a person has an unknown one.

    Examples
    --------
    >>> table = shift_table(["severe", "mild", "mild"], ["mild", "mild", None], ["mild", "severe"])
    >>> table.counts.tolist(), table.moves, table.n_excluded
    ([[1, 0], [1, 0]], {'up': 0, 'same': 1, 'down': 1}, 1)
    """
    names = tuple(bands)
    if len(names) < 2 or len(set(names)) < len(names):
        raise StatisticsError(
            f"The bands are {list(names)}.",
            expected="at least two different names, from the lowest scores to the highest",
            fix="name every band once.",
        )
    refuse_other_labels(before, after)
    codes_before, codes_after = _codes(before, names), _codes(after, names)
    return shift_of_codes(codes_before, codes_after, names)


def shift_of_codes(before: Codes, after: Codes, bands: tuple[str, ...]) -> ShiftTable:
    """The table of categories given by their positions, -1 where missing."""
    if before.size != after.size:
        raise UnmatchedPairsError(
            f"{before.size} bands before but {after.size} after.",
            expected="one before and one after per person, in the same order",
            fix="match people by participant code, and give a missing one as None.",
        )
    both = (before >= 0) & (after >= 0)
    counts = np.zeros((len(bands), len(bands)), dtype=np.int64)
    np.add.at(counts, (before[both], after[both]), 1)
    n = int(both.sum())
    return ShiftTable(bands=bands, counts=counts, n=n, n_excluded=before.size - n)


def _codes(given: Iterable[object], bands: tuple[str, ...]) -> Codes:
    """Positions of the bands, -1 where missing."""
    place: dict[object, int] = {name: i for i, name in enumerate(bands)}
    found = []
    for label in given:
        missing = is_gap(label)
        if not missing and label not in place:
            raise StatisticsError(f"There is no band '{label}'; {did_you_mean(str(label), bands)}")
        found.append(-1 if missing else place[label])
    return np.array(found, dtype=np.intp)
