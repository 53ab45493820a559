"""A table of text as a file that any spreadsheet opens and none runs."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from peereval.results.spreadsheet import csv_line, safe_cell

if TYPE_CHECKING:
    import pandas as pd


def csv_bytes(cells: pd.DataFrame) -> bytes:
    r"""CSV in UTF-8.

    Examples
    --------
    >>> import pandas as pd
    >>> csv_bytes(pd.DataFrame({"q": ["2", "=1+1"]}))
    b"q\n2\n'=1+1\n"
    """
    header = csv_line(safe_cell(str(name)) for name in cells.columns)
    columns = [[safe_cell(text) for text in cells[name]] for name in cells.columns]
    lines = [csv_line(row) for row in zip(*columns, strict=True)]
    return "".join([header, *lines]).encode("utf-8", "replace")


def xlsx_bytes(cells: pd.DataFrame) -> bytes:
    """An Excel workbook of one sheet; numbers as numbers, everything else as text."""
    import xlsxwriter

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet("Data")
        for c, name in enumerate(cells.columns):
            sheet.write_string(0, c, safe_cell(str(name)))
            for r, text in enumerate(cells[name], start=1):
                if _is_plain_number(text):
                    sheet.write_number(r, c, float(text))
                elif text:
                    sheet.write_string(r, c, safe_cell(text))
    return out.getvalue()


def _is_plain_number(text: str) -> bool:
    """Whether a number keeps every digit, zeros in front included, when it is no text any more."""
    try:
        return f"{float(text):.15g}" == text
    except ValueError:
        return False
