"""Microsoft Forms and Google Forms: one row of names, which are the texts of the questions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from peereval.data.exports.header_rows import named, one_line, row_of
from peereval.data.grid import Export

if TYPE_CHECKING:
    from peereval.data.grid import Grid

_DAY_AND_TIME = re.compile(
    r"[0-9]{1,4}[/.-][0-9]{1,2}[/.-][0-9]{1,4}[ T,]+[0-9]{1,2}[:.][0-9]{2}.*"
)
_DONE = "columns are called by the texts of their questions, on one line with single spaces"


def microsoft_table_of(grid: Grid) -> Grid | None:
    """The answers of a Microsoft Forms export; None for any other table."""
    header = [one_line(text) for text in grid.header]
    if [text.lower() for text in header[:3]] != ["id", "start time", "completion time"]:
        return None
    export = Export(system="Microsoft Forms", done=_DONE, response_ids=(header[0],))
    return named(grid, header, export)


def google_table_of(grid: Grid) -> Grid | None:
    """The answers of a Google Forms export; None for any other table."""
    header = [one_line(text) for text in grid.header]
    first = row_of(grid, 0)
    if header[:1] != ["Timestamp"] or len(header) < 2 or not first:
        return None
    if _DAY_AND_TIME.fullmatch(first[0]) is None:
        return None
    return named(grid, header, Export(system="Google Forms", done=_DONE))
