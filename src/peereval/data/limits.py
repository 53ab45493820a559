"""How large an input may be: what is larger is refused in words before it fills the memory."""

from __future__ import annotations

from peereval.errors import InputFileError

MOST_BYTES = 500_000_000
"""Bytes of a data file."""
MOST_UNPACKED = 300_000_000
"""Bytes of everything inside a workbook once it is unpacked."""
MOST_COLUMNS = 16_384
"""Columns of a table; a spreadsheet cannot hold more."""
MOST_CELLS = 100_000_000
"""Cells of a text file."""
MOST_SHEET_CELLS = 10_000_000
"""Cells of one sheet, from its first cell to the last one that is filled."""


def check_size(n_bytes: int, name: str, *, most: int = MOST_BYTES) -> None:
    """Refuse a file that is too large to be read.

    Raises
    ------
    InputFileError
        If it has more bytes than `most`.

    Examples
    --------
    >>> check_size(2_000_000_000, "all.csv")
    Traceback (most recent call last):
        ...
    peereval.errors.InputFileError: 'all.csv' has 2,000 MB. Expected: at most 500 MB. To mend it: \
leave out columns that the plan does not use, or split the file.
    """
    if n_bytes > most:
        raise InputFileError(
            f"'{name}' has {n_bytes / 1e6:,.0f} MB.",
            expected=f"at most {most / 1e6:,.0f} MB",
            fix="leave out columns that the plan does not use, or split the file.",
        )


def check_shape(n_rows: int, n_columns: int, name: str, *, most: int = MOST_CELLS) -> None:
    """Refuse a table with more columns or cells than can be worked on.

    Parameters
    ----------
    n_rows, n_columns : int
        From the first cell to the last one that is filled.
    name : str
        Of the file or sheet, for messages.
    most : int
        Cells that are let through.

    Raises
    ------
    InputFileError
        If there are more.
    """
    if n_columns > MOST_COLUMNS:
        raise InputFileError(
            f"'{name}' has {n_columns:,} columns.",
            expected=f"at most {MOST_COLUMNS:,}, as many as a spreadsheet holds",
            fix="leave out columns that the plan does not use; the delimiter may be wrong.",
        )
    check_cells(n_rows * n_columns, name, most=most)


def check_cells(n_cells: int, name: str, *, most: int = MOST_CELLS) -> None:
    """Refuse more cells than can be worked on.

    Raises
    ------
    InputFileError
        If there are more than `most`.
    """
    if n_cells > most:
        raise InputFileError(
            f"'{name}' spans {n_cells:,} cells.",
            expected=f"at most {most:,}",
            fix="leave out columns that the plan does not use, delete what stands far from the "
            "table, or save the data as CSV.",
        )
