"""The form a person fills in: its items, their response ranges and the reversed ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from peereval.errors import InstrumentError

if TYPE_CHECKING:
    from peereval.typing import FloatMatrix


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRange:
    """The response range of one item that differs from the rest of the form.

    Attributes
    ----------
    number : int
        Position on the form, from 1.
    low, high : float
        Lowest and highest answer the item takes.
    """

    number: int
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The form: how many items, what each can be answered with, which are reversed.

    Attributes
    ----------
    n_items : int
        Numbered items on the form, fillers included.
    response_min, response_max : float
        Range of an item's answers; NaN where the definition gives none.
    own_ranges : tuple of ItemRange
        Items whose range differs.
    reverse : tuple of int
        Items turned round (``min + max - x``) before anything else.
    unscored : tuple of int
        Fillers and other items that never enter a score.
    left_out : tuple of int
        Unscored items that need not even be asked, because a variant leaves them out.
    """

    n_items: int
    response_min: float
    response_max: float
    own_ranges: tuple[ItemRange, ...] = ()
    reverse: tuple[int, ...] = ()
    unscored: tuple[int, ...] = ()
    left_out: tuple[int, ...] = ()

    @property
    def numbers(self) -> tuple[int, ...]:
        """All item numbers, in form order."""
        return tuple(range(1, self.n_items + 1))

    @property
    def scored(self) -> tuple[int, ...]:
        """Numbers of the items that may enter a score, in form order."""
        return tuple(i for i in self.numbers if i not in self.unscored)

    @property
    def answered(self) -> tuple[int, ...]:
        """Numbers of the items that have to be there, in form order."""
        return tuple(i for i in self.numbers if i not in self.left_out)

    def range_of(self, number: int) -> tuple[float, float]:
        """Lowest and highest answer of one item.

        Raises
        ------
        InstrumentError
            If the form has no item of that number.
        """
        if number not in self.numbers:
            raise InstrumentError(
                f"There is no item {number} on this form.",
                expected=f"an item number from 1 to {self.n_items}",
            )
        for own in self.own_ranges:
            if own.number == number:
                return own.low, own.high
        return self.response_min, self.response_max

    def turn_round(self, answers: FloatMatrix, items: tuple[int, ...]) -> FloatMatrix:
        """Answers to some items with the reversed ones turned round, as a new matrix.

        Parameters
        ----------
        answers : ndarray of float, shape (people, n_items)
            Answers to the whole form.
        items : tuple of int
            Item numbers wanted.

        Returns
        -------
        ndarray of float, shape (people, len(items))
        """
        turned = answers[:, [i - 1 for i in items]]
        for column, number in enumerate(items):
            if number in self.reverse:
                low, high = self.range_of(number)
                turned[:, column] = low + high - turned[:, column]
        return turned
