"""One question with a few answers in order, before and after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from peereval.errors import StatisticsError
from peereval.stats.basics.pairs import complete_pairs
from peereval.stats.categories.shifts import ShiftTable, shift_of_codes
from peereval.stats.change.rank import sign_test

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from peereval.results.estimate import Estimate, NotEstimated
    from peereval.stats.categories.homogeneity import MarginalHomogeneity
    from peereval.typing import FloatVector

MOST_ANSWERS = 11
"""Answers that one question may have and still be counted answer by answer, 0 to 10."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LikertChange:
    """How the answers to one question changed.

    Attributes
    ----------
    answers : tuple of int
        The possible answers, from the lowest to the highest.
    table : ShiftTable
        People by answer before and after; its margins are the people by answer.
    homogeneity : MarginalHomogeneity
        Tests of whether the answers are spread as before.
    sign_test : Estimate or NotEstimated
        Exact test of whether as many moved up as down.
    net_up : Estimate or NotEstimated
        Share that moved up less share that moved down, with its interval.
    """

    answers: tuple[int, ...]
    table: ShiftTable
    homogeneity: MarginalHomogeneity
    sign_test: Estimate | NotEstimated
    net_up: Estimate | NotEstimated


def likert_change(
    pre: ArrayLike, post: ArrayLike, *, low: int, high: int, ci_level: float = 0.95
) -> LikertChange:
    """Change of the answers to one question, answer by answer.

    Parameters
    ----------
    pre, post : array_like of float, shape (people,)
        Answers, whole numbers from `low` to `high`, NaN where missing.
    low, high : int
        The lowest and the highest possible answer; at most 11 answers.
    ci_level : float, default 0.95
        Level of the interval of the net share.

    Returns
    -------
    LikertChange

    Raises
    ------
    UnmatchedPairsError, StatisticsError
        If the answers are not pairs, are not whole numbers within the range, or the range is not
        one of two to eleven whole numbers.

    Examples
    --------
    >>> found = likert_change([1, 2, 2, 3, 4], [2, 3, 2, 4, 3], low=1, high=5)
    >>> found.table.before, found.table.after
    ((1, 2, 1, 1, 0), (0, 2, 2, 1, 0))
    >>> found.table.moves, round(found.net_up.value)
    ({'up': 3, 'same': 1, 'down': 1}, 40)
    """
    answers = possible_answers(low, high)
    if not answers:
        raise StatisticsError(
            f"The answers run from {low!r} to {high!r}.",
            expected=f"2 to {MOST_ANSWERS} whole numbers",
            fix="give the lowest and the highest answer of the question; for a scale with more "
            "values use paired_change().",
        )
    pairs = complete_pairs(pre, post)
    before = _codes(pairs.pre, answers, "before")
    after = _codes(pairs.post, answers, "after")
    found = shift_of_codes(before, after, tuple(map(str, answers)))
    table = ShiftTable(
        bands=found.bands, counts=found.counts, n=found.n, n_excluded=pairs.n_excluded
    )
    return LikertChange(
        answers=answers,
        table=table,
        homogeneity=table.homogeneity(),
        sign_test=sign_test(pairs.change),
        net_up=table.net_up(ci_level),
    )


def possible_answers(low: float, high: float) -> tuple[int, ...]:
    """The answers of one question; empty when they are not 2 to 11 whole numbers.

    Examples
    --------
    >>> possible_answers(1, 5), possible_answers(0, 63), possible_answers(0, 2.5)
    ((1, 2, 3, 4, 5), (), ())
    """
    if low != np.floor(low) or high != np.floor(high) or not 1 <= high - low < MOST_ANSWERS:
        return ()
    return tuple(range(int(low), int(high) + 1))


def _codes(given: FloatVector, answers: tuple[int, ...], wave: str) -> np.ndarray:
    """Positions of the answers."""
    codes = given - answers[0]
    wrong = given[(codes != np.floor(codes)) | (codes < 0) | (codes >= len(answers))]
    if wrong.size:
        raise StatisticsError(
            f"{wrong.size} answers {wave} are not possible, such as {wrong[0]:g}.",
            expected=f"whole numbers from {answers[0]} to {answers[-1]}",
            fix="correct them, or count them as missing (NaN).",
        )
    return codes.astype(np.intp)
