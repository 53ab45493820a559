import datetime as dt

import numpy as np
import pandas as pd
import pytest

from peereval.data.frame import cell_text
from peereval.data.read import read_table
from peereval.errors import InputFileError


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ([7.0, np.nan, 1.5], ["7", "", "1.5"]),
        (np.array([0.1, 2], dtype=np.float32), ["0.1", "2"]),
        ([1, 2], ["1", "2"]),
        (pd.array([1, None], dtype="Int64"), ["1", ""]),
        (pd.array([1.5, None], dtype="Float64"), ["1.5", ""]),
        (pd.array([True, None], dtype="boolean"), ["TRUE", ""]),
        ([True, False], ["TRUE", "FALSE"]),
        (pd.Categorical(["b", None, "a"]), ["b", "", "a"]),
        (pd.Categorical([3.0, 1.0, np.nan]), ["3", "1", ""]),
        (["007", None, "NA", "nan", "None", "1e5"], ["007", "", "NA", "nan", "None", "1e5"]),
        (["7", 7.0, 8, None, np.nan, pd.NA, pd.NaT], ["7", "7", "8", "", "", "", ""]),
        ([dt.date(2026, 1, 3), dt.datetime(2026, 1, 3)], ["2026-01-03", "2026-01-03"]),  # noqa: DTZ001
        (pd.to_datetime(["2026-01-03", None]), ["2026-01-03", ""]),
        ([1e20, np.inf], ["100000000000000000000", "inf"]),
    ],
)  # fmt: skip
def test_values_become_the_text_a_person_would_type(values, texts):
    assert read_table(pd.DataFrame({"x": values})).cells["x"].tolist() == texts


def test_times_and_numpy_values_have_a_text():
    assert cell_text(dt.time(9, 30)) == "09:30:00"
    assert cell_text(np.int64(4)) == "4"
    assert cell_text(np.bool_(True)) == "TRUE"


def test_column_names_that_are_numbers_become_text():
    assert read_table(pd.DataFrame({1: [2], "a": [3]})).cells.columns.tolist() == ["1", "a"]


def test_several_levels_of_names_are_refused():
    frame = pd.DataFrame([[1]], columns=pd.MultiIndex.from_tuples([("a", "b")]))
    with pytest.raises(InputFileError, match="2 levels of column names"):
        read_table(frame)


def test_double_names_and_empty_frames_are_refused():
    with pytest.raises(InputFileError, match="more than one column called 'a'"):
        read_table(pd.DataFrame([[1, 2]], columns=["a", "a"]))
    with pytest.raises(InputFileError, match="has a header and no rows"):
        read_table(pd.DataFrame({"a": []}))
    with pytest.raises(InputFileError, match="has no header"):
        read_table(pd.DataFrame())


def test_the_frame_stays_as_it_is():
    frame = pd.DataFrame({"x": [1.0, np.nan], "c": pd.Categorical(["a", "b"])}, index=[5, 5])
    before = frame.copy(deep=True)
    read_table(frame)
    pd.testing.assert_frame_equal(frame, before)
