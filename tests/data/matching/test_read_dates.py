"""Dates as people write them."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peereval.data.matching.read_dates import read_dates


def iso(days):
    return [day and dt.date.fromordinal(day).isoformat() for day in days]


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-04",
        "2026/3/4",
        "2026-03-04T10:30:00Z",
        "2026-03-04 10:30:05.25 +01:00",
        "4 March 2026",
        "4th Mar 2026",
        "04-Mar-26",
        "4 Mar. 2026 10:15 am",
        "Wed, 4 March 2026",
        "Wednesday 4 March 2026",
        "March 4, 2026",
        "4mar2026",
    ],
)
def test_dates_that_read_in_one_way(text):
    assert iso(read_dates([text]).days) == ["2026-03-04"]


@pytest.mark.parametrize(
    "text", ["soon", "45292", "31/02/2026", "2026-13-01", "4 Mai 2026", "4/3", "", "0000-01-01"]
)
def test_what_is_no_date_is_not_made_one(text):
    assert read_dates([text]).days == (None,)


def test_one_date_decides_for_the_column():
    assert iso(read_dates(["03/04/2026", "13/04/2026"]).days) == ["2026-04-03", "2026-04-13"]
    assert iso(read_dates(["03/04/2026", "04/13/2026"]).days) == ["2026-03-04", "2026-04-13"]


def test_nothing_is_read_where_nothing_decides():
    found = read_dates(["03/04/2026", "2026-05-01", "1 June 2026"])
    assert found.ambiguous
    assert iso(found.days) == [None, "2026-05-01", "2026-06-01"]
    assert read_dates(["13/04/2026", "04/13/2026"]).ambiguous


def test_the_same_day_and_month_are_no_question():
    found = read_dates(["05/05/2026", "06.06.2026"])
    assert not found.ambiguous
    assert iso(found.days) == ["2026-05-05", "2026-06-06"]


@pytest.mark.parametrize(
    ("order", "day"), [("dmy", "2026-04-03"), ("mdy", "2026-03-04"), ("ymd", "2003-04-26")]
)
def test_the_plan_decides(order, day):
    assert iso(read_dates(["03/04/26"], order).days) == [day]


def test_more_dates_outvote_a_slip():
    found = read_dates(["13/01/2026", "14/01/2026", "01/15/2026"])
    assert (found.order, found.days[2]) == ("dmy", None)


@given(
    st.lists(st.dates(dt.date(1950, 1, 1), dt.date(2049, 12, 31)), min_size=1),
    st.sampled_from(["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d %b %Y", "%Y-%m-%d", "%d/%m/%Y %H:%M"]),
)
def test_british_dates_come_back(days, form):
    found = read_dates([day.strftime(form) for day in days], "dmy")
    assert [day.toordinal() for day in days] == list(found.days)


@given(st.lists(st.text(max_size=20)))
def test_any_text_is_read_or_left(texts):
    assert len(read_dates(texts).days) == len(texts)
