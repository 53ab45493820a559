"""Workbooks: the first sheet with data, as the text a person sees."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from peereval.data.frame import cell_text
from peereval.data.grid import Grid
from peereval.data.unpack import check_packed
from peereval.data.words import full_stop
from peereval.errors import InputFileError, did_you_mean

if TYPE_CHECKING:
    from pathlib import Path


def grid_from_workbook(content: bytes, *, path: Path, kind: str, sheet: str | None = None) -> Grid:
    """Read one sheet: the one named, else the first that is not empty.

    Parameters
    ----------
    content : bytes
        The file.
    path : Path
        Its name, for messages.
    kind : str
        What it is, in words.
    sheet : str, optional
        Name of a sheet, which may be hidden.

    Returns
    -------
    Grid
        Numbers as text without ".0", dates in ISO form. A format that only shows zeros in
        front of a number does not put them into the text.

    Raises
    ------
    InputFileError
        If the workbook is damaged, protected or empty, or has no such sheet.
    """
    sheets = _sheets(content, path, sheet)
    filled = [name for name, rows in sheets if rows]
    if not filled:
        where = f"The sheet '{sheet}' of '{path.name}'" if sheet else f"'{path.name}'"
        raise InputFileError(f"{where} is empty.", fix="export the data again.")
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


def _sheets(content: bytes, path: Path, wanted: str | None) -> list[tuple[str, list[list[str]]]]:
    """Names of the worksheets and their cells as text; no rows when a sheet is empty."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    check_packed(content, path.name)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = [
            (name, workbook.get_sheet_by_name(name).to_python(skip_empty_area=False))
            for name in _worksheets(workbook, path, wanted)
        ]
    except InputFileError:
        raise
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


def _worksheets(workbook: Any, path: Path, wanted: str | None) -> list[str]:
    """The sheet wanted, or all that hold cells and can be seen, without charts."""
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    there = [s for s in workbook.sheets_metadata if s.typ == SheetTypeEnum.WorkSheet]
    if wanted is None:
        return [sheet.name for sheet in there if sheet.visible == SheetVisibleEnum.Visible]
    for sheet in there:
        if sheet.name.strip() == wanted.strip():
            return [sheet.name]
    raise InputFileError(
        full_stop(
            f"'{path.name}' has no sheet called '{wanted}'; "
            f"{did_you_mean(wanted, (sheet.name for sheet in there))}"
        )
    )


def _text_rows(rows: list[list[Any]]) -> list[list[str]]:
    """Cells as text; no rows at all when every cell is empty."""
    texts = [[cell_text(cell) for cell in row] for row in rows]
    return texts if any(cell.strip() for row in texts for cell in row) else []
