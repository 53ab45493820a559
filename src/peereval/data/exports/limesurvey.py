"""LimeSurvey: codes of questions as names of columns, or their texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from peereval.data.exports.header_rows import named, one_line
from peereval.data.grid import Export

if TYPE_CHECKING:
    from peereval.data.grid import Grid

_CODES = ("id", "submitdate", "lastpage", "startlanguage")
_TEXTS = ("Response ID", "Date submitted", "Last page", "Start language")


def table_of(grid: Grid) -> Grid | None:
    """The answers of a LimeSurvey export; None for any other table."""
    header = [one_line(text) for text in grid.header]
    for columns, names in ((_CODES, "codes"), (_TEXTS, "texts")):
        if set(columns) <= set(header):
            export = Export(
                system="LimeSurvey",
                done=f"columns are called by the {names} of their questions, with the row of an "
                "array in square brackets",
                response_ids=(columns[0],),
            )
            return named(grid, header, export)
    return None
