"""Values of a data frame or a workbook as the text a person would type."""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING, Any

from peereval.data.grid import Grid
from peereval.errors import InputFileError

if TYPE_CHECKING:
    import pandas as pd


def cell_text(value: Any) -> str:
    """Text of one value: no ".0" after whole numbers, ISO dates, nothing for a missing value.

    Examples
    --------
    >>> cell_text(7.0), cell_text("007"), cell_text(None), cell_text(1.5), cell_text(True)
    ('7', '007', '', '1.5', 'TRUE')
    """
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        return _float_text(value)
    if value is None:
        return ""
    return _other_text(value)


def _float_text(value: float) -> str:
    """Shortest text that gives the number back; whole numbers without a decimal point."""
    if math.isnan(value):
        return ""
    return str(int(value)) if value.is_integer() else repr(float(value))


def _other_text(value: Any) -> str:
    """Text of a value that is neither text nor a Python float."""
    import numpy as np
    import pandas as pd

    if isinstance(value, (bool, np.bool_)):
        return "TRUE" if value else "FALSE"
    if isinstance(value, np.floating):
        # Single precision: repr of the double would show digits nobody typed.
        text = _float_text(float(value))
        return text if float(value).is_integer() or not text else str(value)
    if pd.api.types.is_scalar(value) and pd.isna(value):
        return ""
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date().isoformat()
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    return str(value)


def grid_from_frame(frame: pd.DataFrame) -> Grid:
    """Text of a data frame, numbered as if it were saved with one header row.

    Parameters
    ----------
    frame : pandas.DataFrame
        Any column types; its index is not data.

    Returns
    -------
    Grid

    Raises
    ------
    InputFileError
        If the columns have several levels.

    Examples
    --------
    >>> import pandas as pd
    >>> grid_from_frame(pd.DataFrame({"q": pd.Categorical([3, 1, None])})).columns
    [['3', '1', '']]
    """
    if frame.columns.nlevels > 1:
        raise InputFileError(
            f"The data frame has {frame.columns.nlevels} levels of column names.",
            expected="one name per column",
            fix="join the levels into one name each.",
        )
    return Grid(
        header=[cell_text(name) for name in frame.columns],
        columns=[_column_text(frame.iloc[:, i]) for i in range(frame.shape[1])],
        row_numbers=range(2, len(frame) + 2),
        format="data frame in memory",
    )


def _column_text(column: pd.Series[Any]) -> list[str]:
    """Text of one column; each different value is turned into text once."""
    import pandas as pd

    if pd.api.types.is_string_dtype(column.dtype) or column.dtype == object:
        return [cell_text(value) for value in column.tolist()]
    codes, values = pd.factorize(column)
    # tolist() would turn single precision into double, with digits that nobody typed.
    single = pd.api.types.is_float_dtype(column.dtype)
    texts = [cell_text(value) for value in (values.to_numpy() if single else values.tolist())]
    # The code of a missing value is -1, which finds the empty text at the end.
    texts.append("")
    return [texts[code] for code in codes.tolist()]


def grid_from_any_frame(frame: Any) -> Grid:
    """Text of a polars or Arrow table, numbered as `grid_from_frame` numbers it.

    Parameters
    ----------
    frame : polars.DataFrame, pyarrow.Table, ...
        Any table in memory that narwhals knows.

    Returns
    -------
    Grid
    """
    columns = columns_of_any_frame(frame)
    return Grid(
        header=[str(name) for name in _narwhals(frame).columns],
        columns=columns,
        row_numbers=range(2, len(next(iter(columns), [])) + 2),
        format=f"{type(frame).__module__.partition('.')[0]} table in memory",
    )


def columns_of_any_frame(frame: Any) -> list[list[str]]:
    """Text of every column of a table that narwhals knows."""
    import narwhals

    return [
        # to_list() would turn single precision into double, with digits that nobody typed.
        [cell_text(v) for v in (c.to_numpy() if c.dtype == narwhals.Float32 else c.to_list())]
        for c in _narwhals(frame).iter_columns()
    ]


def is_frame(data: object) -> bool:
    """Whether something is a table in memory that can be read.

    Examples
    --------
    >>> import pandas as pd
    >>> is_frame(pd.DataFrame()), is_frame("data.csv"), is_frame([1])
    (True, False, False)
    """
    import narwhals

    found = narwhals.from_native(data, eager_only=True, pass_through=True)
    return isinstance(found, narwhals.DataFrame)


def _narwhals(frame: Any) -> Any:
    """The table behind the interface that all kinds of tables share."""
    import narwhals

    return narwhals.from_native(frame, eager_only=True)
