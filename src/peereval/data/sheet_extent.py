"""How far a sheet reaches, measured on its XML without opening the workbook."""

from __future__ import annotations

import re
from typing import Any
from xml.parsers import expat

from peereval.data.limits import MOST_COLUMNS

MOST_ROWS = 1_048_576
"""Rows of a sheet; a spreadsheet cannot hold more."""

_LONGEST = 4_000_000
_COLUMN = re.compile(rb"\sr\s*=\s*[\"']([A-Za-z]+)[0-9]")
_ROW = re.compile(rb"\sr\s*=\s*[\"'][A-Za-z]*([0-9]+)")
_CELL_TAG = re.compile(rb"<(?:\w+:)?c[\s/>]")
_ROW_TAG = re.compile(rb"<(?:\w+:)?row[\s/>]")


class SheetExtent:
    """Rows and columns from A1 to the last cell of an Excel sheet.

    Cells say where they are; those that do not are counted, and taken to stand behind the
    others, which can only make the sheet look larger. `feed` refuses what is no XML with
    ValueError.
    """

    def __init__(self) -> None:
        self._rest = b""
        self._columns: set[bytes] = set()
        self._rows: set[bytes] = set()
        self._placed = self._cells = self._n_rows = 0
        self._in_row = self._widest = 0

    def feed(self, piece: bytes) -> None:
        """Look at the next bytes."""
        whole = self._rest + piece
        end = whole.rfind(b">") + 1
        self._rest = whole[end:]
        if len(self._rest) > _LONGEST:
            raise ValueError("no XML, or a cell longer than any answer")
        whole = whole[:end]
        columns = _COLUMN.findall(whole)
        self._columns.update(columns)
        self._placed += len(columns)
        self._rows.update(_ROW.findall(whole))
        rows = _ROW_TAG.split(whole)
        self._n_rows += len(rows) - 1
        for i, row in enumerate(rows):
            cells = len(_CELL_TAG.findall(row))
            self._in_row = cells + (self._in_row if i == 0 else 0)
            self._widest = max(self._widest, self._in_row)
            self._cells += cells

    def close(self) -> tuple[int, int]:
        """Rows and columns; none of a file that is no sheet."""
        if not self._cells:
            return 0, 0
        rows = max((int(r) for r in self._rows), default=0)
        columns = max((_number(c) for c in self._columns), default=0)
        if self._placed < self._cells:
            rows, columns = rows + self._n_rows, columns + self._widest
        return rows, columns


def _number(letters: bytes) -> int:
    """Number of a column by its letters, from 1; anything long is beyond every limit."""
    if len(letters) > 3:
        return MOST_COLUMNS + 1
    number = 0
    for letter in letters.upper():
        number = 26 * number + letter - 64
    return number


class OpenDocumentExtent:
    """Rows and columns to the last filled cell of the largest sheet of an .ods file.

    A cell or row may say that it stands there many times over; empty ones at the end of a row
    or sheet, which programs write to fill it up, do not count. `feed` refuses what is no XML
    with ValueError.
    """

    def __init__(self) -> None:
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text
        self._largest = (0, 0)
        self._row = self._last_row = self._widest = 0
        self._column = self._last_column = 0
        self._repeats_row = self._repeats = 1
        self._filled = False

    def feed(self, piece: bytes) -> None:
        """Look at the next bytes."""
        try:
            self._parser.Parse(piece, False)
        except expat.ExpatError as err:
            raise ValueError("no XML") from err

    def close(self) -> tuple[int, int]:
        """Rows and columns."""
        return self._largest

    def _start(self, name: str, attributes: dict[str, Any]) -> None:
        local = name.rpartition(" ")[2]
        if local == "table":
            self._row = self._last_row = self._widest = 0
        elif local == "table-row":
            self._column = self._last_column = 0
            self._repeats_row = _repeats(attributes, "number-rows-repeated", MOST_ROWS)
        elif local in ("table-cell", "covered-table-cell"):
            self._repeats = _repeats(attributes, "number-columns-repeated", MOST_COLUMNS)
            self._filled = any(key.endswith(" value-type") for key in attributes)

    def _text(self, text: str) -> None:
        self._filled = self._filled or not text.isspace()

    def _end(self, name: str) -> None:
        local = name.rpartition(" ")[2]
        if local in ("table-cell", "covered-table-cell"):
            self._column += self._repeats
            if self._filled:
                self._last_column = self._column
            self._filled = False
        elif local == "table-row":
            self._row += self._repeats_row
            if self._last_column:
                self._last_row = self._row
                self._widest = max(self._widest, self._last_column)
        elif local == "table":
            here = (self._last_row, self._widest)
            self._largest = max(self._largest, here, key=lambda size: size[0] * size[1])


def _repeats(attributes: dict[str, Any], key: str, most: int) -> int:
    """How often a cell or row stands there; more than a sheet holds is cut to just beyond."""
    value = next((v for k, v in attributes.items() if k.rpartition(" ")[2] == key), "1")
    if not value.isascii() or not value.isdigit():
        raise ValueError("no number")
    return min(int(value[:10]), most + 1)
