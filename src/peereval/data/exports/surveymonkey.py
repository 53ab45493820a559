"""SurveyMonkey: question texts, and below them what was asked within a question."""

from __future__ import annotations

from typing import TYPE_CHECKING

from peereval.data.exports.header_rows import named, one_line, row_of
from peereval.data.grid import Export

if TYPE_CHECKING:
    from peereval.data.grid import Grid

_IDS = ("respondent id", "collector id")
# What the second row says below a question that has a single column.
_SINGLE = ("response", "open-ended response")


def table_of(grid: Grid) -> Grid | None:
    """The answers of a SurveyMonkey export, one name a column; None for any other table."""
    header = [one_line(text) for text in grid.header]
    below = row_of(grid, 0)
    ids = [text.replace("_", " ").lower() for text in header[:2]]
    if tuple(ids) != _IDS or not below or any(below[:2]) or not any(below):
        return None
    export = Export(
        system="SurveyMonkey",
        done="its two header rows are read as one: a column is called by its question, with "
        "the row of a grid in square brackets, as in 'Question [Row]'",
        response_ids=(header[0],),
    )
    return named(grid, _names(header, [one_line(text) for text in below]), export, without=1)


def _names(header: list[str], below: list[str]) -> list[str]:
    """Names of columns; a question stands only over the first of its columns."""
    names, question = [], ""
    for text, part in zip(header, below, strict=True):
        question = text or question
        if not part or part.lower() in _SINGLE:
            names.append(text)
        else:
            names.append(f"{question} [{part}]")
    return names
