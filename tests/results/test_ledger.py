"""The ledger: unique names, a fixed order of columns, and a CSV file that can be trusted."""

import csv
import io
import math
from dataclasses import asdict, fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peereval.results.estimate import Estimate, NotEstimated
from peereval.results.ledger import (
    COLUMNS,
    DuplicateRowError,
    Ledger,
    LedgerRow,
    estimate_row,
)

# The order promised to readers of ledger.csv.
PROMISED = [
    *("outcome", "domain", "group", "analysis", "statistic", "contrast", "level"),
    *("value", "ci_low", "ci_high", "ci_level", "statistic_value", "df", "df_num", "p_value"),
    *("unit", "n", "n_excluded", "method", "source", "note"),
]

letters = st.characters(codec="utf-8", exclude_characters="\0") | st.sampled_from(',";=-\r\n')
words = st.text(letters, max_size=8)
numbers = st.floats(allow_nan=True, allow_infinity=True)
counts = st.none() | st.integers(0, 10**6)
KINDS = {"n": counts, "n_excluded": counts}
rows = st.builds(
    LedgerRow,
    **{f.name: KINDS.get(f.name, words if f.type == "str" else numbers) for f in fields(LedgerRow)},
)


@pytest.fixture
def row():
    return LedgerRow(outcome="hope", domain="hope", group="all", analysis="paired", statistic="n")


def read(text):
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_columns_as_promised():
    assert list(COLUMNS) == PROMISED
    assert Ledger([]).csv_text() == ",".join(PROMISED) + "\n"


def test_two_rows_of_one_name_are_refused(row):
    with pytest.raises(DuplicateRowError, match="Two ledger rows are called"):
        Ledger([row, replace(row, value=3.0)])


@pytest.mark.parametrize(
    "column", ["outcome", "group", "analysis", "statistic", "contrast", "level"]
)
def test_any_column_of_the_name_tells_rows_apart(row, column):
    assert len(Ledger([row, replace(row, **{column: "other"})])) == 2


@given(st.lists(rows, max_size=4, unique_by=lambda r: r.key))
def test_csv_round_trip(made):
    back = read(Ledger(made).csv_text())
    assert len(back) == len(made)
    for one, cells in zip(made, back, strict=True):
        for name, value in asdict(one).items():
            cell = cells[name]
            if value is None or (isinstance(value, float) and math.isnan(value)):
                assert cell == ""
            elif isinstance(value, str):
                assert cell in (value, f"'{value}")
            else:
                # 12 significant digits; the largest floats round up to infinity.
                assert float(cell) == pytest.approx(value, rel=1e-11) or abs(value) > 1e308


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_is_run_as_a_formula(row, text):
    for column in ("outcome", "level", "source", "note"):
        cell = read(Ledger([replace(row, **{column: text})]).csv_text())[0][column]
        assert cell == f"'{text}"


def test_numbers_keep_their_minus(row):
    assert read(Ledger([replace(row, value=-6.2371)]).csv_text())[0]["value"] == "-6.2371"


def test_notes_and_reasons(row):
    noted = (
        row.with_note("exploratory").with_note("not_estimated:no_pairs").with_note("exploratory")
    )
    assert noted.notes == ("exploratory", "not_estimated:no_pairs")
    assert noted.reason == "no_pairs"
    assert not noted.suppressed
    assert row.with_note("suppressed").suppressed
    assert (row.reason, row.note) == ("", "")


def test_finding_rows(row):
    other = replace(row, group="region=North", value=4.0)
    ledger = Ledger([row, other])
    assert list(ledger) == [row, other]
    assert ledger.get("hope", "n", group="region=North", analysis="paired") is other
    assert ledger.get("hope", "n", analysis="rank") is None
    assert ledger.only(group="all") is row
    assert ledger.only(outcome="hope") is None
    assert [r.group for r in ledger.where(outcome="hope", analysis="paired")] == [
        "all",
        "region=North",
    ]


def test_frame_has_the_columns_even_when_empty(row):
    assert list(Ledger([]).frame().columns) == PROMISED
    frame = Ledger([replace(row, n=3)]).frame()
    assert frame["n"].dtype == "Int64"
    assert frame.loc[0, "n"] == 3


def test_an_estimate_becomes_a_row():
    estimate = Estimate(
        name="mean_change", value=3.0, n=5, unit="scale points", method="t", ci_low=0.5,
        ci_high=5.5, ci_level=0.95, statistic=3.3, df=4, p_value=0.03, source="Student (1908)",
    )  # fmt: skip
    row = estimate_row(
        estimate, outcome="hope", domain="hope", group="all", analysis="paired", n_excluded=2
    )
    assert (row.statistic, row.value, row.statistic_value, row.n) == ("mean_change", 3.0, 3.3, 5)
    assert (row.n_excluded, row.reason, row.source) == (2, "", "Student (1908)")


def test_what_could_not_be_estimated_becomes_a_row_with_its_reason():
    row = estimate_row(
        NotEstimated(name="d_z", reason="no_variance", n=5),
        outcome="hope", domain="hope", group="all", analysis="effect_size",
    )  # fmt: skip
    assert (row.statistic, row.n, row.note) == ("d_z", 5, "not_estimated:no_variance")
    assert math.isnan(row.value)
