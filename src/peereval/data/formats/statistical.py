"""Files of SPSS, Stata and SAS: codes stay codes, labels come with them."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from peereval.data.frame import cell_text
from peereval.data.grid import Grid
from peereval.errors import InputFileError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path


def grid_from_statistical(content: bytes, *, path: Path, kind: str) -> Grid:
    """Read a file of a statistics program.

    Parameters
    ----------
    content : bytes
        The file.
    path : Path
        Its name; its ending says which program wrote it.
    kind : str
        The program: ``"SPSS"``, ``"Stata"`` or ``"SAS"``.

    Returns
    -------
    Grid
        Numbers as text without ".0", dates in ISO form. Codes are not replaced by their
        labels, which stand in `value_labels`. What the file declares as "no answer" (SPSS:
        user-missing values; Stata and SAS: ``.a`` to ``.z``) is an empty cell and counted in
        `no_answer`. Rows are numbered from 1, as these programs show them.

    Raises
    ------
    InputFileError
        If the file is damaged or not what its name says.
    """
    import pyreadstat

    readers: dict[str, Callable[[], Any]] = {
        ".sav": lambda: pyreadstat.read_sav(stream, user_missing=True, output_format="dict"),
        ".zsav": lambda: pyreadstat.read_sav(stream, user_missing=True, output_format="dict"),
        ".dta": lambda: pyreadstat.read_dta(stream, user_missing=True, output_format="dict"),
        ".sas7bdat": lambda: pyreadstat.read_sas7bdat(
            stream, user_missing=True, output_format="dict"
        ),
        ".xpt": lambda: pyreadstat.read_xport(stream, output_format="dict"),
    }
    stream = io.BytesIO(content)
    try:
        columns, meta = readers[path.suffix.lower()]()
    except (
        pyreadstat.ReadstatError,
        pyreadstat.PyreadstatError,
        UnicodeDecodeError,
        OverflowError,
        ValueError,
    ) as err:
        raise InputFileError(
            f"'{path.name}' is damaged, or {kind} did not write it: {err}.",
            fix=f"open it in {kind} and save it again, or export it as CSV.",
        ) from err
    texts, no_answer = {}, {}
    for name, values in columns.items():
        declared = _declared_missing(meta, name)
        texts[name] = ["" if declared(value) else cell_text(value) for value in values]
        if n := sum(declared(value) for value in values):
            no_answer[name] = n
    return Grid(
        header=list(texts),
        columns=list(texts.values()),
        row_numbers=range(1, len(next(iter(texts.values()), [])) + 1),
        format=f"{kind} file, {meta.file_encoding}" if meta.file_encoding else f"{kind} file",
        value_labels=_value_labels(meta.variable_value_labels),
        no_answer=no_answer,
    )


def _declared_missing(meta: Any, name: str) -> Callable[[Any], bool]:
    """Which values of a variable the file declares as "no answer"."""
    ranges: Sequence[Mapping[str, Any]] = meta.missing_ranges.get(name, [])
    letters = set(meta.missing_user_values.get(name, []))
    words = {r["lo"].strip() for r in ranges if isinstance(r["lo"], str)}
    spans = [(r["lo"], r["hi"]) for r in ranges if not isinstance(r["lo"], str)]

    def declared(value: Any) -> bool:
        if isinstance(value, str):
            return value in letters or value.strip() in words
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        return number and any(low <= value <= high for low, high in spans)

    return declared


def _value_labels(labels: Mapping[str, Mapping[Any, str]]) -> dict[str, dict[str, str]]:
    """Labels by the text of their code, without codes and labels that are empty."""
    return {
        name: {
            cell_text(code).strip(): label.strip()
            for code, label in own.items()
            if cell_text(code).strip() and label.strip()
        }
        for name, own in labels.items()
    }
