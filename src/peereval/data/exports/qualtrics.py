"""Qualtrics: names, then question texts, then a row of import IDs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from peereval.data.exports.header_rows import named, row_of
from peereval.data.grid import Export

if TYPE_CHECKING:
    from peereval.data.grid import Grid

_IMPORT_ID = '{"ImportId":'


def table_of(grid: Grid) -> Grid | None:
    """The answers of a Qualtrics export, named by its first row; None for any other table."""
    ids = row_of(grid, 1)
    if not ids or not all(text.startswith(_IMPORT_ID) for text in ids if text) or not any(ids):
        return None
    export = Export(
        system="Qualtrics",
        done="the two rows below the names, question texts and import IDs, are not read as "
        "answers; the plan names columns as the first row does",
        response_ids=("ResponseId", "ResponseID"),
    )
    return named(grid, grid.header, export, without=2)
