"""Parquet and Feather files, read with pyarrow where it is installed."""

from __future__ import annotations

import importlib.util
import io
from typing import TYPE_CHECKING

from peereval.data.frame import columns_of_any_frame
from peereval.data.grid import Grid
from peereval.data.limits import check_shape
from peereval.errors import InputFileError

if TYPE_CHECKING:
    from pathlib import Path


def grid_from_columnar(content: bytes, *, path: Path, kind: str) -> Grid:
    """Read the bytes of a Parquet or Feather file.

    Parameters
    ----------
    content : bytes
        The file.
    path : Path
        Its name, for messages.
    kind : str
        ``"Parquet"`` or ``"Feather"``.

    Returns
    -------
    Grid
        Rows are numbered from 1: these files have no header row.

    Raises
    ------
    InputFileError
        If pyarrow is not installed, or the file is damaged.
    """
    if importlib.util.find_spec("pyarrow") is None:
        raise InputFileError(
            f"'{path.name}' is a {kind} file, for which peereval needs the package 'pyarrow'.",
            fix="run: pip install 'peereval[parquet]'; or save the data as CSV.",
        )
    import pyarrow as pa
    import pyarrow.feather
    import pyarrow.parquet

    read = pa.parquet.read_table if kind == "Parquet" else pa.feather.read_table
    try:
        if kind == "Parquet":
            told = pa.parquet.read_metadata(io.BytesIO(content))
            check_shape(told.num_rows, told.num_columns, path.name)
        table = read(io.BytesIO(content))
        check_shape(table.num_rows, table.num_columns, path.name)
    except InputFileError:
        raise
    except (pa.ArrowException, OSError, ValueError) as err:
        raise InputFileError(
            f"'{path.name}' is damaged or is not a {kind} file.",
            fix="export the data again, or as CSV.",
        ) from err
    return Grid(
        header=list(table.column_names),
        columns=columns_of_any_frame(table),
        row_numbers=range(1, table.num_rows + 1),
        format=f"{kind} file",
    )
