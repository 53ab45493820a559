"""Header rows below the first, and texts of questions as names of columns."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from peereval.data.grid import Export, Grid


def row_of(grid: Grid, i: int) -> list[str]:
    """One row of a grid, counted from 0 below the first; empty when there is none."""
    return [column[i].strip() for column in grid.columns] if i < len(grid.row_numbers) else []


def named(grid: Grid, header: Sequence[str], export: Export, *, without: int = 0) -> Grid:
    """The grid with other column names, less a number of rows at its top."""
    return replace(
        grid,
        header=list(header),
        columns=[column[without:] for column in grid.columns],
        row_numbers=grid.row_numbers[without:],
        export=export,
    )


def one_line(text: str) -> str:
    r"""A question's text on one line, with single spaces.

    Examples
    --------
    >>> one_line("How often\n have you\xa0felt calm? ")
    'How often have you felt calm?'
    """
    return " ".join(text.split())
