"""JSON lines: one object a line, whose keys are the columns."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from peereval.data.grid import Grid
from peereval.data.limits import check_shape
from peereval.errors import InputFileError

if TYPE_CHECKING:
    from pathlib import Path


def grid_from_json_lines(content: bytes, *, path: Path) -> Grid:
    r"""Read the bytes of a file with one JSON object a line.

    Parameters
    ----------
    content : bytes
        The file, in UTF-8.
    path : Path
        Its name, for messages.

    Returns
    -------
    Grid
        Columns in order of appearance, numbers as they are written, nothing for null and for
        keys that an object does not have. Rows have the numbers of their lines.

    Raises
    ------
    InputFileError
        If a line is no JSON object, or names a key twice.

    Examples
    --------
    >>> from pathlib import Path
    >>> lines = b'{"id": "007", "q1": 2}\n{"id": "8", "q2": 1.50}\n'
    >>> grid = grid_from_json_lines(lines, path=Path("a.jsonl"))
    >>> grid.header, grid.columns
    (['id', 'q1', 'q2'], [['007', '8'], ['2', ''], ['', '1.50']])
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as err:
        raise InputFileError(
            f"'{path.name}' is not a text file in UTF-8.", fix="export the data again."
        ) from err
    rows, numbers = [], []
    # Only these end a line of the format; text may hold other line separators.
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), start=1):
        if line.strip():
            rows.append(_row(line, number, path))
            numbers.append(number)
    header = list(dict.fromkeys(key for row in rows for key in row))
    check_shape(len(rows), len(header), path.name)
    return Grid(
        header=header,
        columns=[[row.get(key, "") for row in rows] for key in header],
        row_numbers=numbers,
        format="JSON lines, UTF-8",
    )


def _row(line: str, number: int, path: Path) -> dict[str, str]:
    """Texts of one line by key."""
    try:
        row = json.loads(line, parse_int=str, parse_float=str, object_pairs_hook=_only_once)
    except (ValueError, RecursionError) as err:
        raise InputFileError(
            f"Line {number} of '{path.name}' cannot be read as JSON: {err}.",
            expected="one JSON object in every line",
            fix="export the data again, or as CSV.",
        ) from err
    if not isinstance(row, dict):
        raise InputFileError(
            f"Line {number} of '{path.name}' is not a JSON object.",
            expected='lines such as {"participant": "P001", "q1": 2}',
            fix="export the data again, or as CSV.",
        )
    return {key: _text(value) for key, value in row.items()}


def _only_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object of its pairs; a key that stands twice would lose a value."""
    made = dict(pairs)
    if len(made) < len(pairs):
        raise ValueError("a key stands twice in it")
    return made


def _text(value: Any) -> str:
    """Text of a value; numbers are texts already."""
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, float):
        # NaN and infinities, which JSON does not have, are the only floats left.
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return json.dumps(value, ensure_ascii=False)
