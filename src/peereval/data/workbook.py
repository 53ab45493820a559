"""Workbooks: the first sheet with data, as the text a person sees."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from peereval.data.frame import cell_text
from peereval.data.grid import Grid
from peereval.data.unpack import check_packed
from peereval.errors import InputFileError

if TYPE_CHECKING:
    from pathlib import Path


def grid_from_workbook(content: bytes, *, path: Path, kind: str) -> Grid:
    """Read the first sheet that is not empty.

    Parameters
    ----------
    content : bytes
        The file.
    path : Path
        Its name, for messages.
    kind : str
        What it is, in words.

    Returns
    -------
    Grid
        Numbers as text without ".0", dates in ISO form. A format that only shows zeros in
        front of a number does not put them into the text.

    Raises
    ------
    InputFileError
        If the workbook is damaged, protected or empty.
    """
    sheets = _sheets(content, path)
    filled = [name for name, rows in sheets if rows]
    if not filled:
        raise InputFileError(f"'{path.name}' is empty.", fix="export the data again.")
    name, rows = next((name, rows) for name, rows in sheets if rows)
    words = [kind, f"sheet '{name}'"]
    if len(filled) > 1:
        others = ", ".join(f"'{other}'" for other in filled[1:])
        words.append(f"the first of {len(filled)} sheets with data (not read: {others})")
    first = next(i for i, row in enumerate(rows) if any(cell.strip() for cell in row))
    below = rows[first + 1 :]
    return Grid(
        header=rows[first],
        columns=list(zip(*below, strict=True)) or [() for _ in rows[first]],
        row_numbers=range(first + 2, len(rows) + 1),
        format=", ".join(words),
    )


def _sheets(content: bytes, path: Path) -> list[tuple[str, list[list[str]]]]:
    """Names of the worksheets and their cells as text; no rows when a sheet is empty."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    check_packed(content, path.name)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = [
            (name, workbook.get_sheet_by_name(name).to_python(skip_empty_area=False))
            for name in _worksheets(workbook)
        ]
    except PasswordError as err:
        raise InputFileError(
            f"'{path.name}' is protected with a password.",
            fix="save a copy without the password, or as CSV.",
        ) from err
    except BaseException as err:
        # A panic of the reader, as Rust calls it, comes as an exception that is no Exception.
        if isinstance(err, (CalamineError, OSError, ValueError)) or _is_panic(err):
            raise InputFileError(
                f"'{path.name}' is damaged or is not a workbook.",
                fix="open it in a spreadsheet program and save it again as .xlsx or CSV.",
            ) from err
        raise
    return [(name, _text_rows(rows)) for name, rows in sheets]


def _is_panic(err: BaseException) -> bool:
    """Whether the reader met something its authors thought impossible."""
    return type(err).__module__ == "pyo3_runtime"


def _worksheets(workbook: Any) -> list[str]:
    """Sheets that hold cells and can be seen; charts and hidden sheets are left alone."""
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    return [
        sheet.name
        for sheet in workbook.sheets_metadata
        if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
    ]


def _text_rows(rows: list[list[Any]]) -> list[list[str]]:
    """Cells as text; no rows at all when every cell is empty."""
    texts = [[cell_text(cell) for cell in row] for row in rows]
    return texts if any(cell.strip() for row in texts for cell in row) else []
