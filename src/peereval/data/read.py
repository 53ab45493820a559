"""From a file or a data frame to a table of text, with the row numbers its owner sees."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from peereval.data.exports.recognise import recognised
from peereval.data.limits import check_shape, check_size
from peereval.data.study import Source
from peereval.errors import InputFileError
from peereval.hidden import has_hidden, without_hidden

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from peereval.data.grid import Export, Grid

TEXT_FORMATS = {".csv": "CSV", ".tsv": "TSV", ".tab": "TSV", ".txt": "text"}
WORKBOOK_FORMATS = {
    ".xlsx": "Excel workbook",
    ".xlsm": "Excel workbook",
    ".xlsb": "Excel workbook",
    ".xls": "Excel workbook",
    ".ods": "OpenDocument spreadsheet",
}
STATISTICAL_FORMATS = {
    ".sav": "SPSS",
    ".zsav": "SPSS",
    ".dta": "Stata",
    ".sas7bdat": "SAS",
    ".xpt": "SAS",
}
COLUMNAR_FORMATS = {".parquet": "Parquet", ".feather": "Feather"}
JSON_FORMATS = (".jsonl", ".ndjson")
FORMATS = (
    *(*TEXT_FORMATS, *WORKBOOK_FORMATS, *STATISTICAL_FORMATS),
    *(*COLUMNAR_FORMATS, *JSON_FORMATS),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A sheet or file within a table made of several.

    Attributes
    ----------
    name : str
        Its name.
    start : int
        What its own row numbers were raised by.
    """

    name: str
    start: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RawTable:
    """What stands in a file, as text.

    Attributes
    ----------
    cells : pandas.DataFrame
        Every cell as text, empty text for an empty cell; columns as in the header, without
        spaces around their names.
    row_numbers : ndarray of int, shape (n,)
        Row numbers as a spreadsheet shows them, counted from 1, header included. A record of
        a text file that spans several lines has the number of its first line.
    source : Source
        Which input it was, and how it was read.
    decimal_comma : bool
        Whether numbers are written with a decimal comma.
    value_labels : mapping of str to mapping of str to str
        Per column, what the file says its codes mean.
    no_answer : mapping of str to int
        Per column, how many cells the file itself declares to be "no answer".
    export : Export or None
        The survey system that wrote it, where its layout was recognised.
    parts : tuple of Part
        Sheets or files it was made of; empty for a single one.
    """

    cells: pd.DataFrame
    row_numbers: NDArray[np.int64]
    source: Source
    decimal_comma: bool = False
    value_labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    no_answer: Mapping[str, int] = field(default_factory=dict)
    export: Export | None = None
    parts: tuple[Part, ...] = ()


def read_table(data: str | Path | Any, *, sheet: str | None = None) -> RawTable:
    """Read a file or a data frame as text; nothing is interpreted yet.

    Parameters
    ----------
    data : str, Path or data frame
        A text file (.csv, .tsv, .tab, .txt), a workbook (.xlsx, .xlsm, .xlsb, .xls, .ods), a
        file of SPSS (.sav, .zsav), Stata (.dta) or SAS (.sas7bdat, .xpt), JSON lines (.jsonl,
        .ndjson), with pyarrow a .parquet or .feather file; or a table of pandas, polars or
        Arrow in memory, which stays as it is.
    sheet : str, optional
        Sheet of a workbook; the first that is not empty by default.

    Returns
    -------
    RawTable

    Raises
    ------
    InputFileError
        If there is no such file or sheet, it cannot be read, it is not what its name says, or
        its header or lines do not make a table.

    Examples
    --------
    >>> import pandas as pd
    >>> table = read_table(pd.DataFrame({"id": [7.0, None], "q1": ["2", "n/a"]}))
    >>> table.cells.to_dict("list"), table.row_numbers.tolist()
    ({'id': ['7', ''], 'q1': ['2', 'n/a']}, [2, 3])
    """
    if isinstance(data, (str, Path)):
        path = Path(data)
        content = _content(path)
        grid = recognised(_grid(content, path, sheet))
        return _raw_table(grid, name=path.name, sha256=hashlib.sha256(content).hexdigest())
    grid = recognised(_grid_in_memory(data))
    return _raw_table(grid, name="data frame", sha256=_checksum_of_grid(grid))


def _grid(content: bytes, path: Path, sheet: str | None) -> Grid:
    """Text of a file, by the reader for its ending."""
    kind = path.suffix.lower()
    if kind in WORKBOOK_FORMATS:
        from peereval.data.workbook import grid_from_workbook

        return grid_from_workbook(content, path=path, kind=WORKBOOK_FORMATS[kind], sheet=sheet)
    if sheet is not None:
        raise InputFileError(
            f"The plan names the sheet '{sheet}', but '{path.name}' is not a workbook.",
            fix="take the sheet out of the plan, or give the workbook.",
        )
    if kind in TEXT_FORMATS:
        from peereval.data.delimited import grid_from_text

        return grid_from_text(content, path=path, kind=TEXT_FORMATS[kind])
    if kind in STATISTICAL_FORMATS:
        from peereval.data.formats.statistical import grid_from_statistical

        return grid_from_statistical(content, path=path, kind=STATISTICAL_FORMATS[kind])
    if kind in COLUMNAR_FORMATS:
        from peereval.data.formats.columnar import grid_from_columnar

        return grid_from_columnar(content, path=path, kind=COLUMNAR_FORMATS[kind])
    from peereval.data.formats.json_lines import grid_from_json_lines

    return grid_from_json_lines(content, path=path)


def _grid_in_memory(data: object) -> Grid:
    """Text of a table in memory."""
    import pandas as pd

    from peereval.data.frame import grid_from_any_frame, grid_from_frame, is_frame

    if isinstance(data, pd.DataFrame):
        return grid_from_frame(data)
    if is_frame(data):
        return grid_from_any_frame(data)
    raise InputFileError(
        f"Data of type '{type(data).__name__}' cannot be read.",
        expected="the path of a file, or a pandas, polars or Arrow table",
    )


def _content(path: Path) -> bytes:
    """Bytes of the file, or a refusal that says why there are none."""
    try:
        _refuse_kind(path)
        check_size(path.stat().st_size, path.name)
        content = path.read_bytes()
    except InputFileError:
        raise
    except FileNotFoundError as err:
        raise InputFileError(
            f"There is no file at '{path}'.", fix="check the folder and the spelling."
        ) from err
    except PermissionError as err:
        raise InputFileError(
            f"You are not permitted to read '{path}'.",
            fix="ask its owner for access, or close it if another program holds it open.",
        ) from err
    except (OSError, ValueError) as err:
        raise InputFileError(f"'{path}' cannot be read: {err}.") from err
    if not content:
        raise InputFileError(f"'{path.name}' is empty.", fix="export the data again.")
    return content


def _refuse_kind(path: Path) -> None:
    """Refuse a folder, and a file of a kind that is not known."""
    if path.is_dir():
        raise InputFileError(
            f"'{path}' is a folder, not a data file.",
            fix="name the file inside it; [waves.files] says which file of a folder is which wave.",
        )
    if path.exists() and not path.is_file():
        raise InputFileError(
            f"'{path}' is a device or a pipe, not a data file.", fix="save the data to a file."
        )
    if path.exists() and path.suffix.lower() not in FORMATS:
        ending = f"the ending '{path.suffix}'" if path.suffix else "no ending"
        raise InputFileError(
            f"'{path.name}' has {ending}, so peereval does not know how to read it.",
            expected=f"one of {', '.join(sorted(FORMATS))}",
            fix="save the data as .csv or .xlsx.",
        )


def _checksum_of_grid(grid: Grid) -> str:
    """SHA-256 of the table written as CSV text."""
    import csv
    import io

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(grid.header)
    writer.writerows(zip(*grid.columns, strict=True))
    # A frame may hold text that no file can, such as half of a surrogate pair.
    return hashlib.sha256(out.getvalue().encode("utf-8", "surrogatepass")).hexdigest()


def _raw_table(grid: Grid, *, name: str, sha256: str) -> RawTable:
    """Check the header and put the columns into a frame of text."""
    import numpy as np
    import pandas as pd

    check_shape(len(grid.row_numbers), len(grid.header), name)
    named = _named_columns(grid, name)
    if not grid.row_numbers:
        raise InputFileError(
            f"'{name}' has a header and no rows under it.",
            fix=f"export the data again; it was read as {grid.format}.",
        )
    cells = pd.DataFrame({column: pd.Series(text, dtype="str") for column, text in named.items()})
    source = Source(
        # A file name may hold bytes that are no text.
        name=without_hidden(name.encode("utf-8", "replace").decode()),
        sha256=sha256,
        format=without_hidden(grid.format) + _taken_out(grid.header),
        n_rows=len(grid.row_numbers),
    )
    return RawTable(
        cells=cells,
        row_numbers=np.asarray(grid.row_numbers, dtype=np.int64),
        source=source,
        decimal_comma=grid.decimal_comma,
        value_labels={_plain(name): labels for name, labels in grid.value_labels.items()},
        no_answer={_plain(name): n for name, n in grid.no_answer.items()},
        export=grid.export,
    )


def _named_columns(grid: Grid, name: str) -> dict[str, Sequence[str]]:
    """Columns by name, without columns that have neither a name nor data."""
    header = [_plain(text) for text in grid.header]
    unnamed = [
        column_letter(i)
        for i, text in enumerate(header)
        if not text and any(cell.strip() for cell in grid.columns[i])
    ]
    if unnamed:
        raise InputFileError(
            f"'{name}' has data without a column name in column {', '.join(unnamed)}.",
            expected="one header row that names every column with data",
            fix="give these columns a name, or delete them.",
        )
    twice = [f"'{text}'" for text, n in Counter(header).items() if text and n > 1]
    if twice:
        raise InputFileError(
            f"'{name}' has more than one column called {', '.join(twice)}.",
            fix="rename or delete the extra columns, so that each name stands once.",
        )
    named = {text: grid.columns[i] for i, text in enumerate(header) if text}
    if not named:
        raise InputFileError(f"'{name}' has no header.", expected="column names in the first row")
    return named


def _plain(name: str) -> str:
    """The name of a column as the plan writes it."""
    return without_hidden(name).strip()


def _taken_out(header: Sequence[str]) -> str:
    """Words about column names that held characters nobody sees."""
    n = sum(map(has_hidden, header))
    names = "1 column name" if n == 1 else f"{n} column names"
    return f", characters that cannot be seen taken out of {names}" if n else ""


def column_letter(index: int) -> str:
    """Letters that a spreadsheet shows over a column, counted from 0.

    Examples
    --------
    >>> column_letter(0), column_letter(27)
    ('A', 'AB')
    """
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
