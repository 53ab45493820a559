"""Order statistics of the Walsh averages (d_i + d_j) / 2, i <= j."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from peereval.typing import FloatVector

ALL_AT_ONCE = 1000
"""Number of people up to which every Walsh average is written out (4 MB)."""


def smallest_walsh_averages(change: FloatVector, places: Sequence[int]) -> list[float]:
    """The k-th smallest of the n (n + 1) / 2 Walsh averages, for every k in `places`.

    For more than 1000 people each is found by counting, in memory linear in n.

    Parameters
    ----------
    change : ndarray of float, shape (n,)
        Post minus pre in scale points, at least one.
    places : sequence of int
        Each from 1 to n (n + 1) / 2.

    Examples
    --------
    >>> smallest_walsh_averages(np.array([1.0, 2.0, 4.0]), (1, 3, 6))
    [1.0, 2.0, 4.0]
    """
    halves = np.sort(change) / 2
    if halves.size > ALL_AT_ONCE:
        return [_by_counting(halves, k) for k in places]
    return _written_out(halves, places)


def _written_out(halves: FloatVector, places: Sequence[int]) -> list[float]:
    """The k-th smallest h_i + h_j, i <= j, from all of them."""
    i, j = np.triu_indices(halves.size)
    at = [k - 1 for k in places]
    return [float(v) for v in np.partition(halves[i] + halves[j], at)[at]]


def _by_counting(halves: FloatVector, k: int) -> float:
    """The k-th smallest h_i + h_j, i <= j, of sorted h, by bisection on its value."""
    low, high = float(2 * halves[0]), float(2 * halves[-1])
    if _count_up_to(halves, low) >= k:
        return low
    # Invariant: fewer than k sums are up to `low`, at least k up to `high`.
    resolution = 2.0**-52 * max(abs(low), abs(high))
    while high - low > resolution:
        middle = low + (high - low) / 2
        if _count_up_to(halves, middle) >= k:
            high = middle
        else:
            low = middle
    return _nearest_sum(halves, high)


def _count_up_to(halves: FloatVector, x: float) -> int:
    """How many sums h_i + h_j, i <= j, are at most x."""
    ordered = int(np.searchsorted(halves, x - halves, side="right").sum())
    own = int(np.searchsorted(halves, x / 2, side="right"))
    return (ordered + own) // 2


def _nearest_sum(halves: FloatVector, x: float) -> float:
    """The sum h_i + h_j nearest to x, so that the answer is a Walsh average to the last digit."""
    after = np.clip(np.searchsorted(halves, x - halves), 0, halves.size - 1)
    sums = np.concatenate([halves + halves[after], halves + halves[np.maximum(after - 1, 0)]])
    return float(sums[np.argmin(np.abs(sums - x))])
