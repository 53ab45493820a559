import pytest
from hypothesis import given
from hypothesis import strategies as st

from peereval.data.numbers import MissingCodes, is_date, number


@pytest.mark.parametrize(
    ("text", "value"),
    [("0", 0), (" 3 ", 3), ("-9.0", -9), ("+2", 2), (".5", 0.5), ("2.", 2), ("1e2", 100), ("3\xa0", 3)],
)  # fmt: skip
def test_numbers_are_read(text, value):
    assert number(text) == value


@pytest.mark.parametrize(
    "text",
    ["", "a", "1,5", "1,234", "1 234", "1_000", "0x1F", "1e400", "inf", "nan", "NaN",
     "٣", "½", "--1", "1e", "."],
)  # fmt: skip
def test_nothing_is_guessed(text):
    assert number(text) is None


def test_a_file_with_decimal_commas_has_no_decimal_points():
    assert number("2,5", decimal_comma=True) == 2.5
    assert number("2.5", decimal_comma=True) is None
    assert number("1,2,3", decimal_comma=True) is None


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_number_python_writes_is_read_back(value):
    assert number(repr(value)) == value


@given(st.text())
def test_any_text_is_a_finite_number_or_none(text):
    value = number(text)
    assert value is None or abs(value) < float("inf")


@pytest.mark.parametrize(
    "text",
    ["2026-01-03", "2026-01-03 00:00:00", "03/01/2026", "3/1/26", "3-1-2026",
     "3.1.2026", "3/1", "03-Jan", "3 January 2026", "Jan-03"],
)  # fmt: skip
def test_dates_are_recognised(text):
    assert is_date(text)


@pytest.mark.parametrize("text", ["3", "2.5", "often", "3-4", "1/2/3/4", "march", ""])
def test_other_texts_are_no_dates(text):
    assert not is_date(text)


def test_missing_codes_match_as_text_and_as_numbers():
    codes = MissingCodes(["-9", "n/a", "prefer not to say"])
    assert all(
        codes.covers(t) for t in ("", "  ", "-9", "-9.0", " -9 ", "n/a", "prefer not to say")
    )
    assert not any(codes.covers(t) for t in ("9", "N/A", "-99", "nan", "NA"))


def test_missing_codes_know_the_decimal_comma():
    assert MissingCodes(["-9"], decimal_comma=True).covers("-9,0")
