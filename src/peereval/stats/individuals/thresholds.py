"""Whether a number reaches a threshold, with rounding out of the way.

A prorated score is a mean times a number of items, so a change of exactly 6 points can come out
as 5.999999999999998. Everywhere in the project two numbers that differ by no more than
`pairs.ROUNDING` of the scores they are made of are the same number: such a change has reached 6
(``>=``), and has not passed it (``>``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from peereval.stats.basics.pairs import ROUNDING

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from peereval.typing import FloatArray

    Flags: TypeAlias = NDArray[np.bool_]
    Size: TypeAlias = float | FloatArray


def reaches(value: FloatArray, threshold: float, size: Size) -> Flags:
    """Whether values are at least the threshold (``>=``).

    Parameters
    ----------
    value : ndarray of float
        Numbers to judge; NaN reaches nothing.
    threshold : float
        What is to be reached.
    size : float or ndarray of float
        Size of the numbers that `value` was made of; differences that are small beside it are
        rounding. For a change: the larger score in size.

    Returns
    -------
    ndarray of bool

    Examples
    --------
    >>> prorated = np.array([16 / 7 * 9 - 102 / 7, 5.9])
    >>> float(prorated[0]) >= 6, reaches(prorated, 6, 21).tolist()
    (False, [True, False])
    """
    return np.asarray(value >= threshold - _rounding(threshold, size))


def passes(value: FloatArray, threshold: float, size: Size) -> Flags:
    """Whether values are strictly beyond the threshold (``>``); parameters as in `reaches`.

    Examples
    --------
    >>> passes(np.array([6.000000000000002, 6.1]), 6, 21).tolist()
    [False, True]
    """
    return np.asarray(value > threshold + _rounding(threshold, size))


def _rounding(threshold: float, size: Size) -> FloatArray:
    """Differences up to this are rounding."""
    return np.asarray(ROUNDING * np.maximum(abs(threshold), size))
