"""From the row numbers of a table made of several sheets or files back to those of each."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd

    from peereval.data.read import Part
    from peereval.notes import Cell, Finding


def cells_in_parts(findings: Iterable[Finding], parts: Sequence[Part]) -> list[Finding]:
    """Findings whose cells name the sheet or file, and the row in it."""
    if not parts:
        return list(findings)
    return [replace(f, cells=tuple(in_part(cell, parts) for cell in f.cells)) for f in findings]


def in_part(cell: Cell, parts: Sequence[Part]) -> Cell:
    """A cell with the sheet or file it stands in, where there are several."""
    if not parts:
        return cell
    part = next(part for part in reversed(parts) if part.start < cell.row)
    # Without matching a person is called by the row, whose number is not that of the file.
    person = "" if cell.participant == f"row {cell.row}" else cell.participant
    return replace(cell, row=cell.row - part.start, part=part.name, participant=person)


def rows_in_parts(frame: pd.DataFrame, parts: Sequence[Part]) -> pd.DataFrame:
    """A frame whose ``row`` is the row in the sheet or file that a column ``part`` names."""
    if not parts:
        return frame
    import numpy as np

    starts = np.array([part.start for part in parts])
    row: Any = frame["row"].to_numpy()
    which = np.searchsorted(starts, row, side="left") - 1
    names = np.array([part.name for part in parts], dtype=object)
    return frame.assign(part=names[which], row=row - starts[which])
