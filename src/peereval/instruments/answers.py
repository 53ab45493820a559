"""Answers as they come in: checked against the form, never repaired."""

from __future__ import annotations

from numbers import Real
from typing import TYPE_CHECKING, Any, TypeAlias

from peereval.errors import InstrumentError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from peereval.instruments.form import Form
    from peereval.typing import FloatMatrix

Responses: TypeAlias = "pd.DataFrame | NDArray[Any] | Sequence[Sequence[float | None]]"
"""Rows people, columns items in form order, missing answers NaN (or None)."""

SHOWN = 5
"""How many wrong answers an error message lists."""


def as_frame(responses: Responses, name: str) -> pd.DataFrame:
    """The answers as a data frame, one column per item; the input is not changed."""
    import numpy as np
    import pandas as pd

    if isinstance(responses, pd.DataFrame):
        return responses
    if isinstance(responses, np.ma.MaskedArray):
        responses = np.ma.filled(responses.astype(float), np.nan)
    try:
        table = np.asarray(responses)
    except ValueError:
        table = np.empty(0)
    if table.ndim != 2:
        raise InstrumentError(
            f"The answers to {name} are not a table.",
            expected="a 2-D array or DataFrame: rows are people, columns items in form order",
        )
    return pd.DataFrame(table)


def answer_matrix(frame: pd.DataFrame, form: Form, name: str) -> FloatMatrix:
    """Answers as a new float matrix of shape (people, n_items), every value checked.

    Parameters
    ----------
    frame : pandas.DataFrame
        Columns are the items in form order. Where a variant leaves items out, its own items
        alone are enough.
    form : Form
        What the items can be answered with.
    name : str
        Questionnaire, for the error text.

    Raises
    ------
    InstrumentError
        If the number of columns is wrong, or an answer is text, infinite, not a whole number
        or outside the response range. Unscored items are checked too.
    """
    import numpy as np

    numbers = _columns(frame, form, name)
    answers = np.full((len(frame), form.n_items), np.nan)
    wrong: list[tuple[int, int, int, object]] = []
    for position, number in enumerate(numbers):
        values, bad = _column(frame.iloc[:, position], form.range_of(number))
        answers[:, number - 1] = values
        wrong += [(row, position, number, frame.iloc[row, position]) for row in bad]
    if wrong:
        _refuse(frame, form, name, sorted(wrong, key=lambda w: w[:2]))
    return answers


def _columns(frame: pd.DataFrame, form: Form, name: str) -> tuple[int, ...]:
    """Item number of each column, or a refusal when their count is not the form's."""
    if frame.shape[1] == form.n_items:
        return form.numbers
    if frame.shape[1] == len(form.answered):
        return form.answered
    raise InstrumentError(
        f"{frame.shape[1]} columns of answers, but {name} has {form.n_items} items.",
        expected="one column per item in form order, unscored items included",
    )


def _column(column: pd.Series[Any], limits: tuple[float, float]) -> tuple[Any, NDArray[np.intp]]:
    """One item's answers as float, and the rows that hold what the item cannot take."""
    import numpy as np
    import pandas as pd

    text = np.zeros(len(column), dtype=bool)
    if getattr(column.dtype, "kind", "O") in "biuf":
        values = column.to_numpy(dtype=float, na_value=np.nan)
    else:
        cells = list(column)
        numeric = [isinstance(v, Real) for v in cells]
        values = np.array(
            [float(v) if ok else np.nan for v, ok in zip(cells, numeric, strict=True)]
        )
        absent = [v is None or v is pd.NA or v is pd.NaT for v in cells]
        text = ~(np.array(numeric, dtype=bool) | np.array(absent, dtype=bool))
    outside = ~np.isnan(values) & ((values < limits[0]) | (values > limits[1]))
    # A fractional answer is a data error (or a score put where an item belongs).
    fraction = np.isfinite(values) & (values != np.floor(values))
    return values, np.flatnonzero(text | outside | fraction)


def _refuse(
    frame: pd.DataFrame, form: Form, name: str, wrong: list[tuple[int, int, int, object]]
) -> None:
    """Name row, item and value of the first wrong answers and say how many there are."""
    places = []
    for row, position, number, value in wrong[:SHOWN]:
        low, high = form.range_of(number)
        label = str(frame.columns[position])
        item = f"item {number}" + ("" if label in {str(number), str(position)} else f" ({label})")
        places.append(f"row {frame.index[row]}, {item}: {value} (takes {low:g} to {high:g})")
    more = f"; and {len(wrong) - SHOWN} more" if len(wrong) > SHOWN else ""
    count = "1 answer" if len(wrong) == 1 else f"{len(wrong)} answers"
    raise InstrumentError(
        f"{name} cannot take {count}: {'; '.join(places)}{more}.",
        expected="whole numbers in the item's response range, NaN where there is no answer",
        fix="correct the data, or declare the code as missing.",
    )
