"""Complete pairs: what is refused, what is dropped, and when two scores are the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from peereval.errors import StatisticsError, UnmatchedPairsError
from peereval.stats.basics.numbers import as_floats

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from peereval.typing import FloatVector

SMALLEST, LARGEST = 1e-300, 1e300
"""Size that the largest score may have, so that no sum or interval leaves the number range."""

ROUNDING = 8 * float(np.finfo(np.float64).eps)
"""Relative size below which a difference is rounding: 0.1 + 0.2 and 0.3 are the same score."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Pairs:
    """People with a score before and after.

    Attributes
    ----------
    pre, post : ndarray of float, shape (n,)
        Finite scores in scale points; element i of both belongs to the same person.
    change : ndarray of float, shape (n,)
        post - pre; exactly 0 where the two differ by no more than rounding.
    n_excluded : int
        People left out because one score or both were missing.
    kept : ndarray of bool, shape (n + n_excluded,)
        Who of the people given has both scores.
    """

    pre: FloatVector
    post: FloatVector
    change: FloatVector
    n_excluded: int
    kept: NDArray[np.bool_]

    @property
    def n(self) -> int:
        """Number of complete pairs."""
        return int(self.pre.size)


def complete_pairs(pre: ArrayLike, post: ArrayLike) -> Pairs:
    """Keep the people who have both scores; refuse what cannot be pairs.

    Parameters
    ----------
    pre, post : array_like of float, shape (n,)
        Scores in scale points; NaN or None means missing.

    Returns
    -------
    Pairs
        Copies; the inputs stay as they were.

    Raises
    ------
    UnmatchedPairsError
        If the lengths differ, or both carry row labels (as a pandas Series does) that differ.
    StatisticsError
        If scores are not numbers, not one-dimensional, infinite, or of a size beyond
        1e-300 to 1e300.

    Examples
    --------
    >>> pairs = complete_pairs([19, 22, None], [23, 21, 29])
    >>> pairs.n, pairs.n_excluded, pairs.change.tolist()
    (2, 1, [4.0, -1.0])
    """
    before, after = score_vector(pre, "pre"), score_vector(post, "post")
    if before.size != after.size:
        raise UnmatchedPairsError(
            f"{before.size} pre scores but {after.size} post scores.",
            expected="one pre and one post score per person, in the same order",
            fix="match people by participant code, and give a missing score as NaN.",
        )
    refuse_other_labels(pre, post)
    keep = ~(np.isnan(before) | np.isnan(after))
    before, after = before[keep], after[keep]
    refuse_extreme_size(before, after)
    change = after - before
    change[np.abs(change) <= ROUNDING * np.maximum(np.abs(before), np.abs(after))] = 0.0
    return Pairs(pre=before, post=after, change=change, n_excluded=int((~keep).sum()), kept=keep)


def score_vector(given: ArrayLike, wave: str) -> FloatVector:
    """One wave as a vector of float, NaN where missing."""
    scores = as_floats(given, f"{wave} scores")
    if scores.ndim != 1:
        raise StatisticsError(
            f"The {wave} scores have {scores.ndim} dimensions.",
            expected="a vector with one score per person",
            fix="give one column of scores.",
        )
    infinite = int(np.isinf(scores).sum())
    if infinite:
        raise StatisticsError(
            f"{infinite} of {scores.size} {wave} scores are infinite.",
            expected="finite numbers, NaN where a score is missing",
            fix="find where the score was divided by zero, or give it as NaN.",
        )
    return scores


def refuse_other_labels(pre: Any, post: Any) -> None:
    """Two labelled vectors must carry the same labels, or people would be mixed up."""
    same = getattr(getattr(pre, "index", None), "equals", None)
    labels = getattr(post, "index", None)
    if same is not None and hasattr(labels, "equals") and not same(labels):
        raise UnmatchedPairsError(
            "The row labels of the pre scores and of the post scores differ.",
            expected="the same labels in the same order, or no labels",
            fix="align the two by participant code, or give plain arrays.",
        )


def refuse_extreme_size(pre: FloatVector, post: FloatVector) -> None:
    """Sizes at which sums or intervals would leave the number range are not scores."""
    largest = max(np.abs(pre).max(initial=0.0), np.abs(post).max(initial=0.0))
    if largest > LARGEST or 0 < largest < SMALLEST:
        raise StatisticsError(
            f"The largest score in size is {largest:.3g}.",
            expected="scores between 1e-300 and 1e300 in size, or all zero",
            fix="check the units of the scores.",
        )
