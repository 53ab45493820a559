"""Text files: encoding, delimiter, decimal mark, and records that span several lines."""

from __future__ import annotations

import csv
import io
import re
from itertools import islice
from typing import TYPE_CHECKING

from peereval.data.grid import Grid
from peereval.data.limits import check_cells
from peereval.errors import InputFileError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_BINARY = {
    b"PK\x03\x04": "a workbook or another zip file",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"%PDF": "a PDF",
    b"\x1f\x8b": "a compressed file",
    b"$FL": "an SPSS file",
}
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x19\x1b-\x1f]")
# Three digits after the comma could be thousands; such a cell decides nothing by itself.
_COMMA_DECIMAL = re.compile(r"\s*[+-]?(?:0,[0-9]+|[0-9]+,(?:[0-9]{1,2}|[0-9]{4,}))\s*")
_POINT_DECIMAL = re.compile(r"\s*[+-]?[0-9]*\.[0-9]+\s*")


def grid_from_text(content: bytes, *, path: Path, kind: str) -> Grid:
    r"""Read the bytes of a delimited text file.

    Parameters
    ----------
    content : bytes
        The file.
    path : Path
        Its name, for messages.
    kind : str
        ``"CSV"``, ``"TSV"`` or ``"text"``.

    Returns
    -------
    Grid

    Raises
    ------
    InputFileError
        If it is not text, or its lines do not have as many cells as its header.

    Examples
    --------
    >>> from pathlib import Path
    >>> grid = grid_from_text(b"id;score\n001;2,5\n", path=Path("a.csv"), kind="CSV")
    >>> grid.columns, grid.format
    ([('001',), ('2,5',)], 'CSV, semicolon, UTF-8, decimal comma')
    """
    text, encoding = _decoded(content, path)
    delimiter, text, skipped = _declared_delimiter(text)
    delimiter = delimiter or _likely_delimiter(text, kind)
    check_cells(text.count(delimiter) + text.count("\n") + text.count("\r"), path.name)
    records, starts = _records(text, delimiter, path)
    header, rows, starts = _table(records, starts, path)
    columns = list(zip(*rows, strict=True)) or [() for _ in header]
    comma = _has_decimal_comma(text, delimiter, columns)
    words = [kind, _DELIMITERS.get(delimiter, f"'{delimiter}'"), encoding]
    if comma:
        words.append("decimal comma")
    return Grid(
        header=header,
        columns=columns,
        row_numbers=[start + skipped for start in starts],
        format=", ".join(words),
        decimal_comma=comma,
    )


def _decoded(content: bytes, path: Path) -> tuple[str, str]:
    """Text of the file and the name of its encoding."""
    for magic, what in _BINARY.items():
        if content.startswith(magic):
            raise InputFileError(
                f"'{path.name}' is {what}, not a text file.",
                fix="give it its right ending, or save the data as CSV.",
            )
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        choices = [("utf-16", "UTF-16")]
    else:
        choices = [("utf-8-sig", "UTF-8"), ("cp1252", "Windows-1252")]
    for codec, name in choices:
        try:
            text = content.decode(codec)
        except UnicodeDecodeError:
            continue
        if _CONTROL.search(text):
            break
        if not text.strip():
            raise InputFileError(f"'{path.name}' is empty.", fix="export the data again.")
        return text, name
    raise InputFileError(
        f"'{path.name}' is not a text file that can be read.",
        expected="text in UTF-8, in UTF-16 with a byte order mark, or in Windows-1252",
        fix="save the data as 'CSV UTF-8', or as .xlsx.",
    )


def _declared_delimiter(text: str) -> tuple[str, str, int]:
    """Delimiter of a first line such as ``sep=;``, the text after it, and lines skipped."""
    declared = re.match(r'"?sep=(.)"?(?:\r\n|\r|\n)', text, flags=re.IGNORECASE)
    return (declared[1], text[declared.end() :], 1) if declared else ("", text, 0)


def _likely_delimiter(text: str, kind: str) -> str:
    """The delimiter that gives most lines as many cells as the header has."""
    sample = text[:100_000]
    fits: dict[str, tuple[float, int]] = {}
    for delimiter in ("\t", ";", "|", ",") if kind == "TSV" else (",", ";", "\t", "|"):
        reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
        try:
            widths = [len(record) for record in islice(reader, 500) if record]
        except csv.Error:
            continue
        # The last record of the sample may be cut in two.
        widths = widths[:-1] if len(text) > len(sample) else widths
        if widths and widths[0] > 1:
            fits[delimiter] = (widths.count(widths[0]) / len(widths), widths[0])
    if not fits:
        return "\t" if kind == "TSV" else ","
    return max(fits, key=lambda delimiter: fits[delimiter])


def _records(text: str, delimiter: str, path: Path) -> tuple[list[list[str]], list[int]]:
    """All records and the number of each one's first line."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    records: list[list[str]] = []
    starts: list[int] = []
    line = 0
    try:
        for record in reader:
            records.append(record)
            starts.append(line + 1)
            line = reader.line_num
    except csv.Error as err:
        raise InputFileError(
            f"'{path.name}' cannot be read at line {line + 1}: {err}.",
            expected='cells that hold a quotation mark or a line break to stand between ""',
            fix="correct that line; a quotation mark may be missing.",
        ) from err
    return records, starts


def _table(
    records: list[list[str]], starts: list[int], path: Path
) -> tuple[list[str], list[list[str]], list[int]]:
    """Header, rows and line numbers; blank lines inside become empty rows."""
    while records and not records[-1]:
        records.pop()
    filled = (i for i, record in enumerate(records) if any(cell.strip() for cell in record))
    first = next(filled, None)
    if first is None:
        raise InputFileError(f"'{path.name}' has no header and no data.")
    header, rows, starts = records[first], records[first + 1 :], starts[first + 1 : len(records)]
    width = len(header)
    for i, row in enumerate(rows):
        if len(row) != width:
            if row:
                raise InputFileError(
                    f"Line {starts[i]} of '{path.name}' has {_cells(len(row))}, but the header "
                    f"names {width}.",
                    expected="as many cells in every line as there are column names",
                    fix="correct that line; text that holds the delimiter needs quotation marks.",
                )
            rows[i] = [""] * width
    return header, rows, starts


def _cells(n: int) -> str:
    """The count in words."""
    return "1 cell" if n == 1 else f"{n} cells"


def _has_decimal_comma(text: str, delimiter: str, columns: Sequence[Sequence[str]]) -> bool:
    """Whether more cells are clearly written with a decimal comma than with a point.

    Either way the minority stays text and is refused later, so nothing is misread.
    """
    if ("," not in text) or (delimiter == "," and '"' not in text):
        return False
    n_comma = n_point = 0
    for column in columns:
        for cell in column:
            if "," in cell:
                n_comma += _COMMA_DECIMAL.fullmatch(cell) is not None
            elif "." in cell:
                n_point += _POINT_DECIMAL.fullmatch(cell) is not None
    return n_comma > n_point
