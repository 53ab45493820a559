"""What counts as an answer, and what is refused."""

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from peereval import instruments
from peereval.errors import InstrumentError


@pytest.fixture
def gad2():
    return instruments.get("gad2")


def test_index_and_input_stay_as_they_are(gad2):
    frame = pd.DataFrame({"a": [1, 2], "b": [3, 0]}, index=["p1", "p2"])
    array = np.array([[1.0, 3.0], [np.nan, 0.0]])
    frame_before, array_before = frame.copy(), array.copy()
    scores = gad2.score(frame)
    gad2.score(array)
    assert scores.index.tolist() == ["p1", "p2"]
    pd.testing.assert_frame_equal(frame, frame_before)
    np.testing.assert_array_equal(array, array_before)


def test_index_may_repeat(gad2):
    frame = pd.DataFrame([[1, 2], [3, 3]], index=["p1", "p1"])
    assert gad2.score(frame)["total"].tolist() == [3, 6]


@pytest.mark.parametrize(
    "responses",
    [
        np.array([[1, 2], [0, np.nan]]),
        np.array([[1, 2], [0, None]], dtype=object),
        np.ma.masked_equal([[1, 2], [0, 9]], 9),
        [[1, 2], [0, None]],
        pd.DataFrame({"a": [1, 0], "b": [2, np.nan]}),
        pd.DataFrame({"a": [1, 0], "b": [2, None]}, dtype="Int64"),
        pd.DataFrame({"a": [1, 0], "b": [2, None]}, dtype=object),
        pd.DataFrame({"a": [True, False], "b": [2, pd.NA]}),
        pd.DataFrame({"a": pd.Categorical([1, 0]), "b": [2, np.nan]}),
    ],
    ids=["float", "object", "masked", "list", "frame", "Int64", "objects", "bool", "categorical"],
)
def test_all_kinds_of_tables_give_the_same(gad2, responses):
    total = gad2.score(responses)["total"].to_numpy()
    np.testing.assert_array_equal(total, [3, np.nan])


def test_nobody(gad2):
    frame = gad2.score(np.empty((0, 2)))
    assert frame.columns.tolist() == ["total", "band"]
    assert len(frame) == 0
    frame = instruments.get("phq9").score(pd.DataFrame(columns=[f"q{i}" for i in range(9)]))
    assert frame.columns.tolist() == ["total", "band"]
    assert len(frame) == 0


@pytest.mark.parametrize("bad", [4, -1, 2.5, np.inf, -np.inf, 99])
def test_impossible_answers_are_refused_by_row_item_and_value(gad2, bad):
    frame = pd.DataFrame({"gad_1": [1.0, 2.0], "gad_2": [0.0, bad]}, index=["p7", "p8"])
    with pytest.raises(InstrumentError) as refusal:
        gad2.score(frame)
    text = str(refusal.value)
    assert f"row p8, item 2 (gad_2): {float(bad)} (takes 0 to 3)" in text
    assert "declare the code as missing" in text
    assert isinstance(refusal.value, ValueError)


@pytest.mark.parametrize("bad", ["3", "n/a", "", 1 + 0j, pd.Timestamp("2020-01-01"), [1]])
def test_what_is_not_a_number_is_refused(gad2, bad):
    frame = pd.DataFrame({"a": [1, 2], "b": [0, 0]}, dtype=object)
    frame["b"] = pd.Series([0, bad], dtype=object)
    with pytest.raises(InstrumentError, match="row 1, item 2"):
        gad2.score(frame)


def test_text_columns_dates_and_complex_numbers_are_refused(gad2):
    for bad in (["1", "2"], pd.to_datetime(["2020-01-01", "2020-01-02"]), np.array([1j, 2j])):
        with pytest.raises(InstrumentError, match="cannot take 2 answers"):
            gad2.score(pd.DataFrame({"a": [1, 2], "b": bad}))


def test_decimals_are_refused(gad2):
    # Whoever reads a database converts its decimals; here they could be anything.
    frame = pd.DataFrame({"a": [1], "b": pd.Series([Decimal(2)], dtype=object)})
    with pytest.raises(InstrumentError, match="item 2"):
        gad2.score(frame)


def test_many_wrong_answers_are_counted_and_the_first_shown(gad2):
    with pytest.raises(InstrumentError, match=r"20 answers: row 0, item 1: 9.*and 15 more"):
        gad2.score(np.full((10, 2), 9))


def test_fillers_are_checked_too():
    person = [8] * 12
    person[2] = 99
    with pytest.raises(InstrumentError, match="item 3: 99"):
        instruments.get("ahs").score([person])


def test_each_item_has_its_own_range():
    osss3 = instruments.get("osss3")
    assert osss3.score([[4, 5, 5]]).loc[0, "total"] == 14
    with pytest.raises(InstrumentError, match=r"item 1: 5 \(takes 1 to 4\)"):
        osss3.score([[5, 5, 5]])


@pytest.mark.parametrize("columns", [1, 3])
def test_wrong_number_of_items_is_refused(gad2, columns):
    with pytest.raises(InstrumentError, match=f"{columns} columns of answers, but GAD-2 has 2"):
        gad2.score(np.zeros((1, columns)))


@pytest.mark.parametrize("bad", [[1, 2], 3, np.zeros((1, 2, 3)), [[1, 2], [1]], "12", None])
def test_what_is_not_a_table_is_refused(gad2, bad):
    with pytest.raises(InstrumentError, match="not a table"):
        gad2.score(bad)


def test_a_form_without_its_fillers_is_refused():
    with pytest.raises(InstrumentError, match="unscored items included"):
        instruments.get("ahs").score(np.ones((1, 8)))
