"""Numbers as they are given: lists, arrays, masked arrays, data frames, whatever marks the gaps."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from peereval.errors import StatisticsError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from peereval.typing import FloatMatrix


def is_gap(cell: object) -> bool:
    """Whether this marks something missing: None, NaN, or the NA of pandas' nullable columns.

    Examples
    --------
    >>> is_gap(None), is_gap(math.nan), is_gap("")
    (True, True, False)
    """
    if isinstance(cell, float):
        return math.isnan(cell)
    return cell is None or type(cell).__name__ == "NAType"


def as_floats(given: ArrayLike, what: str) -> FloatMatrix:
    """A copy as float, of any shape; NaN where a number is None, pd.NA, NaN or masked.

    Parameters
    ----------
    given : array_like
        Numbers; text is refused even where it looks like a number.
    what : str
        What they are, in the plural, for the refusal.

    Raises
    ------
    StatisticsError
        If they are not numbers, or rows differ in length.

    Examples
    --------
    >>> as_floats(np.ma.masked_array([1, 2, 3], [0, 1, 0]), "scores").tolist()
    [1.0, nan, 3.0]
    """
    try:
        raw = np.asarray(given)
    except ValueError:
        raise StatisticsError(
            f"The {what} are rows of different lengths.",
            expected="as many numbers in every row",
            fix="give NaN where one is missing.",
        ) from None
    kind = raw.dtype.kind
    cells = raw.ravel().tolist() if kind in "OUS" else []
    text = [x for x in cells if isinstance(x, (str, bytes))]
    if not text and kind in "biufO":
        try:
            known = [math.nan if is_gap(x) else x for x in cells]
            numbers = np.array(known if cells else raw, dtype=np.float64).reshape(raw.shape)
        except (TypeError, ValueError, OverflowError):
            pass
        else:
            if isinstance(given, np.ma.MaskedArray):
                numbers[np.ma.getmaskarray(given)] = math.nan
            return numbers
    found = f"such as {text[0]!r}" if text else f"of type {raw.dtype}"
    raise StatisticsError(
        f"The {what} are not numbers: values {found}.",
        expected="numbers, NaN where one is missing",
        fix="turn words into numbers first.",
    )
