"""Long runs and straight lines: defined for every pattern, missing answers too."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peereval.errors import StatisticsError
from peereval.stats import response_style_of

NONE = float("nan")

forms = st.lists(
    st.lists(st.sampled_from([1.0, 2.0, 3.0, NONE]), min_size=5, max_size=5),
    min_size=1,
    max_size=20,
)


def by_hand(row):
    """The longest run, by itertools: a missing answer is a run of nothing."""
    runs = [(value, len(list(same))) for value, same in itertools.groupby(row)]
    return max((n for value, n in runs if value == value), default=0)  # noqa: PLR0124 - NaN


@settings(max_examples=100, deadline=None)
@given(rows=forms)
def test_runs_are_those_counted_by_hand(rows):
    style = response_style_of(rows)
    assert style.longest_run.tolist() == [by_hand(row) for row in rows]
    for row, judged, straight in zip(rows, style.judged, style.straight_lined, strict=True):
        answers = [x for x in row if x == x]  # noqa: PLR0124 - NaN
        assert judged == (len(answers) >= 3)
        assert straight == (judged and len(set(answers)) == 1)
    assert style.n + style.n_excluded == len(rows)


def test_the_same_answer_to_plain_and_reversed_items_is_noticed():
    answers = [
        [4, 4, 4, 4],  # everything the same
        [4, 4, 4, 1],  # says the same thing of all, in other words
        [3, 3, 3, 3],  # the middle, which is its own opposite
        [4, 4, 4, NONE],  # the reversed item left open: nothing contradictory was said
        [NONE, NONE, 4, 4],  # too little to be judged
    ]
    style = response_style_of(answers, reversed_items=[4], middle=3)
    assert style.straight_lined.tolist() == [True, False, True, True, False]
    assert style.contradictory.tolist() == [True, False, False, False, False]
    without_middle = response_style_of(answers, reversed_items=[4])
    assert without_middle.contradictory.tolist() == [True, False, True, False, False]


@pytest.mark.parametrize("reversed_items", [(), (1, 2, 3)])
def test_without_opposites_nothing_is_contradictory(reversed_items):
    style = response_style_of([[2, 2, 2]], reversed_items=reversed_items)
    assert style.straight_lined.tolist() == [True]
    assert style.contradictory.tolist() == [False]


def test_percentages_stand_with_their_interval_and_number():
    style = response_style_of([[1, 1, 1], [1, 2, 1], [2, 2, 2], [1, NONE, 1]], reversed_items=[3])
    table = style.tidy().set_index("name")
    assert table.loc["straight_lined", "value"] == pytest.approx(200 / 3)
    assert table.loc["straight_lined", "n"] == 3
    # Wilson (1927), 2 of 3, from R: prop.test(2, 3, correct = FALSE)$conf.int
    assert table.loc["straight_lined", "ci_low"] == pytest.approx(20.76596, abs=1e-5)
    assert table.loc["straight_lined", "ci_high"] == pytest.approx(93.85081, abs=1e-5)
    assert table.loc["contradictory", "value"] == pytest.approx(200 / 3)
    assert table.loc["longest_run", "value"] == 3


@pytest.mark.parametrize("answers", [np.empty((0, 4)), np.full((3, 4), NONE), [[1, 1], [2, 3]]])
def test_where_nobody_can_be_judged_nothing_is_said(answers):
    style = response_style_of(answers)
    assert style.n == 0
    assert {e.reason for e in style.estimates} == {"nobody_to_count"}
    assert len(style.tidy()) == 3


def test_a_form_without_items_has_no_runs():
    assert response_style_of(np.empty((2, 0))).longest_run.tolist() == [0, 0]


def test_answers_stay_as_they_were():
    answers = np.array([[1.0, NONE, 1.0]])
    response_style_of(answers)
    np.testing.assert_array_equal(answers, [[1, NONE, 1]])


@pytest.mark.parametrize("number", [0, 5, -1])
def test_a_reversed_item_that_is_not_there_is_refused(number):
    with pytest.raises(StatisticsError, match=f"Item {number} is said to be reversed"):
        response_style_of([[1, 2, 3, 4]], reversed_items=[number])


def test_a_table_of_nobody_says_why():
    table = response_style_of([[3, 3, None], [1, None, None]]).tidy()
    assert set(table["method"]) == {"not estimated: nobody_to_count"}
