"""Jisc Online Surveys, formerly BOS: a number for every response, then the questions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from peereval.data.exports.header_rows import named, one_line
from peereval.data.grid import Export

if TYPE_CHECKING:
    from peereval.data.grid import Grid


def table_of(grid: Grid) -> Grid | None:
    """The answers of a Jisc Online Surveys export; None for any other table."""
    header = [one_line(text) for text in grid.header]
    if not header or header[0].lower() != "unique response number":
        return None
    export = Export(
        system="Jisc Online Surveys",
        done="columns are called by the numbers and texts of their questions, on one line with "
        "single spaces",
        response_ids=(header[0],),
    )
    return named(grid, header, export)
