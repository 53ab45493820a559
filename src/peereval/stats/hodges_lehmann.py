"""The Hodges-Lehmann estimate of the typical change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from peereval.results.estimate import Estimate, NotEstimated

if TYPE_CHECKING:
    from peereval.typing import FloatVector

ALL_AT_ONCE = 1000
"""Number of people up to which every Walsh average is written out (4 MB)."""


def hodges_lehmann(change: FloatVector) -> Estimate | NotEstimated:
    """Median of the n (n + 1) / 2 Walsh averages (d_i + d_j) / 2, i <= j, zeros included.

    For more than 1000 people the median is found by counting, in memory linear in n.

    Parameters
    ----------
    change : ndarray of float, shape (n,)
        Post minus pre in scale points, no missing values.

    Returns
    -------
    Estimate or NotEstimated
        In scale points, without an interval. Reason: ``no_pairs``.

    References
    ----------
    Hodges & Lehmann (1963). Estimates of location based on rank tests. Annals of Mathematical
    Statistics 34(2), 598-611.

    Examples
    --------
    >>> hodges_lehmann(np.array([1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4])).value
    1.3
    """
    if change.size == 0:
        return NotEstimated(name="hodges_lehmann", reason="no_pairs")
    halves = np.sort(change) / 2
    few = change.size <= ALL_AT_ONCE
    return Estimate(
        name="hodges_lehmann",
        value=_median_of_all(halves) if few else _median_by_counting(halves),
        n=change.size,
        unit="scale points",
        method="median of all Walsh averages, zeros included",
        source="Hodges & Lehmann (1963)",
    )


def _median_of_all(halves: FloatVector) -> float:
    """Median of all h_i + h_j, i <= j, written out."""
    i, j = np.triu_indices(halves.size)
    return float(np.median(halves[i] + halves[j]))


def _median_by_counting(halves: FloatVector) -> float:
    """Median of all h_i + h_j, i <= j, of sorted h, without writing them out."""
    total = halves.size * (halves.size + 1) // 2
    middle = {(total + 1) // 2, total // 2 + 1}
    values = [_kth_smallest(halves, k) for k in middle]
    return sum(v / len(values) for v in values)


def _kth_smallest(halves: FloatVector, k: int) -> float:
    """The k-th smallest h_i + h_j, i <= j, by bisection on its value."""
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
