"""Who each row is about, and which IDs may be one person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from peereval.notes import Cell


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class People:
    """Who each input row is about.

    Attributes
    ----------
    of_row : ndarray of int, shape (rows,)
        Position in `names` of each row's person; -1 where the row names nobody.
    names : ndarray of str, shape (people,)
        ID of each person.
    """

    of_row: NDArray[np.intp]
    names: NDArray[Any]

    def name(self, row: int) -> str:
        """ID of the person a row is about; empty when it names nobody."""
        code = self.of_row[row]
        return str(self.names[code]) if code >= 0 else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NearIds:
    """Two IDs that may be one person; for the evaluator's own screen, never for a report.

    Attributes
    ----------
    first, second : str
        The IDs as they stand in the file.
    cells : tuple of (Cell, Cell)
        Where each stands.
    surveys : tuple of (str, str)
        Wave or date of each.
    reason : str
        How they differ, in words.
    """

    first: str
    second: str
    cells: tuple[Cell, Cell]
    surveys: tuple[str, str]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubts:
    """IDs that were not joined although they may be one person.

    Attributes
    ----------
    near : tuple of NearIds
        Pairs that fit nobody else.
    n_ambiguous : int
        IDs that come near to more than one other, so that nobody can tell.
    """

    near: tuple[NearIds, ...] = ()
    n_ambiguous: int = 0
