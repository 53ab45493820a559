"""People who gave the same answer again and again: long runs and straight lines."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from peereval.errors import StatisticsError
from peereval.results.estimate import Estimate, NotEstimated
from peereval.stats.basics.estimates import row_of
from peereval.stats.basics.proportions import WILSON, percentage
from peereval.stats.basics.student import check_level
from peereval.stats.measurement.items import answer_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    from peereval.typing import FloatMatrix

FEWEST = 3
"""Answers a person must have given to be judged; two that agree are no pattern."""

_COLUMNS = ("name", "value", "ci_low", "ci_high", "n", "unit", "method")


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class ResponseStyle:
    """How uniformly each person answered.

    Attributes
    ----------
    longest_run : ndarray of int, shape (people,)
        Length of the longest run of equal answers in the order of the form.
    judged : ndarray of bool, shape (people,)
        People with three answers or more.
    straight_lined : ndarray of bool, shape (people,)
        People judged whose answers are all the same.
    contradictory : ndarray of bool, shape (people,)
        Those of them who gave that answer to plain and to reversed items, and so said two
        opposite things.
    ci_level : float
        Level of the intervals of `tidy`.
    """

    longest_run: NDArray[np.intp]
    judged: NDArray[np.bool_]
    straight_lined: NDArray[np.bool_]
    contradictory: NDArray[np.bool_]
    ci_level: float

    @property
    def n(self) -> int:
        """Number of people judged."""
        return int(self.judged.sum())

    @property
    def n_excluded(self) -> int:
        """Number of people with too few answers to be judged."""
        return int(self.judged.size) - self.n

    @property
    def estimates(self) -> tuple[Estimate | NotEstimated, ...]:
        """Per cent of the people judged, with Wilson's interval, and their longest run."""
        if not self.n:
            names = ("straight_lined", "contradictory", "longest_run")
            return tuple(NotEstimated(name=name, reason="nobody_to_count") for name in names)
        return (
            self._percent("straight_lined", self.straight_lined, "all answers the same"),
            self._percent(
                "contradictory",
                self.contradictory,
                "all answers the same, on plain and on reversed items",
            ),
            Estimate(
                name="longest_run",
                value=float(self.longest_run[self.judged].max()),
                n=self.n,
                unit="answers",
                method="longest run of equal answers of anybody",
                source="Johnson (2005)",
            ),
        )

    def tidy(self) -> pd.DataFrame:
        """One row each for the percentages and for the longest run.

        Examples
        --------
        >>> style = response_style_of([[3, 3, 3, 3], [1, 2, 2, 4]])
        >>> style.tidy().set_index("name").loc["straight_lined", "value"].item()
        50.0
        """
        import pandas as pd

        rows = [row_of(e, _COLUMNS) for e in self.estimates]
        return pd.DataFrame(rows, columns=list(_COLUMNS))

    def _percent(
        self, name: str, people: NDArray[np.bool_], method: str
    ) -> Estimate | NotEstimated:
        """The percentage of the people judged."""
        found = percentage(name, int(people.sum()), self.n, self.ci_level)
        if isinstance(found, NotEstimated):
            return found
        return replace(found, method=f"{method}; {WILSON}", source="Johnson (2005)")


def response_style_of(
    answers: ArrayLike,
    *,
    reversed_items: Sequence[int] = (),
    middle: float | None = None,
    ci_level: float = 0.95,
) -> ResponseStyle:
    """Find people who gave the same answer to every item, and how long their runs are.

    One answer all through is a sign of answering without reading only where the items could not
    all be answered so in earnest: a person without symptoms ticks "not at all" everywhere. Where
    some items are reversed the same answer says two opposite things, and the person is also
    `contradictory`, unless the answer is the middle one.

    A missing answer ends a run, because the person did something else there; it is no answer when
    it is asked whether all are the same. People with fewer than three answers are not judged.

    Parameters
    ----------
    answers : array_like of float, shape (people, items)
        Answers **as given**, in the order of the form, nothing turned round; NaN where missing.
    reversed_items : sequence of int
        Numbers, from 1, of the items that are scored the other way round.
    middle : float, optional
        The answer that stays itself when it is turned round, where the form has one.
    ci_level : float, default 0.95
        Confidence level of the percentages.

    Returns
    -------
    ResponseStyle

    Raises
    ------
    StatisticsError
        If answers are not a table of finite numbers, or a reversed item is not there.

    References
    ----------
    Johnson (2005). Ascertaining the validity of individual protocols from web-based personality
    inventories. Journal of Research in Personality 39, 103-129.

    Examples
    --------
    >>> answers = [[4, 4, 4, 4], [1, 1, 1, 1], [3, 3, 3, 3], [2, 2, None, 2]]
    >>> style = response_style_of(answers, reversed_items=[2], middle=3)
    >>> style.straight_lined.tolist(), style.contradictory.tolist()
    ([True, True, True, True], [True, True, False, True])
    >>> style.longest_run.tolist()
    [4, 4, 4, 2]
    """
    check_level(ci_level)
    table = answer_table(answers)
    turned = _mask(reversed_items, table.shape[1])
    given = ~np.isnan(table)
    judged = given.sum(axis=1) >= FEWEST
    low = np.where(given, table, np.inf).min(axis=1, initial=np.inf)
    high = np.where(given, table, -np.inf).max(axis=1, initial=-np.inf)
    same = judged & (low == high)
    both = given[:, turned].any(axis=1) & given[:, ~turned].any(axis=1)
    opposite = both if middle is None else both & (low != middle)
    return ResponseStyle(
        longest_run=_longest_runs(table),
        judged=judged,
        straight_lined=same,
        contradictory=same & opposite,
        ci_level=ci_level,
    )


def _mask(reversed_items: Sequence[int], n_items: int) -> NDArray[np.bool_]:
    """Which columns hold reversed items."""
    mask = np.zeros(n_items, dtype=bool)
    for number in reversed_items:
        if not 1 <= number <= n_items:
            raise StatisticsError(
                f"Item {number} is said to be reversed.",
                expected=f"a number from 1 to {n_items}",
                fix="count the items from 1, in the order of the form.",
            )
        mask[number - 1] = True
    return mask


def _longest_runs(table: FloatMatrix) -> NDArray[np.intp]:
    """The longest run of equal answers of each person."""
    run = np.zeros(table.shape[0], dtype=np.intp)
    longest = run.copy()
    for column in range(table.shape[1]):
        answer = table[:, column]
        # A missing answer equals nothing, itself included.
        repeated = answer == table[:, column - 1] if column else np.zeros(run.size, dtype=bool)
        run = np.where(repeated, run + 1, ~np.isnan(answer))
        longest = np.maximum(longest, run)
    return np.asarray(longest)
