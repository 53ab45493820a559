"""Shift tables and single questions: counts, identities, missing people, refusals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from peereval.errors import StatisticsError, UnmatchedPairsError
from peereval.results.estimate import NotEstimated
from peereval.stats import likert_change, mcnemar, shift_table, tango_interval
from peereval.stats.categories.likert import possible_answers

BANDS = ["minimal", "mild", "severe"]
bands = st.sampled_from([*BANDS, None])
people = st.lists(st.tuples(bands, bands), max_size=40)
answers = st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), max_size=40)


def columns(pairs):
    return [a for a, _ in pairs], [b for _, b in pairs]


@given(people)
def test_everybody_with_both_bands_is_counted_once(pairs):
    before, after = columns(pairs)
    table = shift_table(before, after, BANDS)
    both = [(a, b) for a, b in pairs if a and b]
    assert table.n == len(both) == table.counts.sum()
    assert table.n_excluded == len(pairs) - len(both)
    assert sum(table.before) == sum(table.after) == sum(table.moves.values()) == table.n
    assert table.before == tuple(sum(a == band for a, _ in both) for band in BANDS)
    assert table.after == tuple(sum(b == band for _, b in both) for band in BANDS)
    rank = BANDS.index
    assert table.moves["up"] == sum(rank(b) > rank(a) for a, b in both)
    assert table.moves["down"] == sum(rank(b) < rank(a) for a, b in both)


@given(people)
def test_swapping_the_surveys_swaps_up_and_down(pairs):
    before, after = columns(pairs)
    there, back = shift_table(before, after, BANDS), shift_table(after, before, BANDS)
    np.testing.assert_array_equal(there.counts, back.counts.T)
    assert there.moves["up"] == back.moves["down"]
    if there.n:
        assert there.net_up().value == pytest.approx(-back.net_up().value)
        assert there.net_up().ci_low == pytest.approx(-back.net_up().ci_high)


def test_percentages_say_of_how_many_people():
    table = shift_table(["mild"] * 8, ["severe"] * 3 + ["mild"] * 4 + ["minimal"], BANDS)
    up, same, down = table.move_percentages()
    assert [(x.name, x.value, x.n) for x in (up, same, down)] == [
        ("up", 37.5, 8),
        ("same", 50.0, 8),
        ("down", 12.5, 8),
    ]
    net = table.net_up()
    assert (net.value, net.unit) == (25.0, "percentage points")
    assert (net.ci_low, net.ci_high) == pytest.approx([100 * x for x in tango_interval(1, 3, 8)])
    assert table.tidy().loc[3:5, "percent_of_before"].tolist() == [12.5, 50.0, 37.5]


def test_labels_may_come_as_a_categorical_or_an_array():
    before = pd.Series(pd.Categorical(["mild", None, "severe"], BANDS))
    after = np.array(["mild", "mild", "minimal"])
    table = shift_table(before, after, BANDS)
    assert (table.n, table.n_excluded) == (2, 1)
    assert table.moves == {"up": 0, "same": 1, "down": 1}


def test_nobody_with_both_bands_has_no_share():
    table = shift_table([None], ["mild"], BANDS)
    assert isinstance(table.net_up(), NotEstimated)
    assert {share.reason for share in table.move_percentages()} == {"nobody_to_count"}
    assert {test.reason for test in table.homogeneity().tests} == {"nobody_changed_category"}


@pytest.mark.parametrize(
    ("before", "after", "names", "words"),
    [
        (["mild"], ["mild"], ["mild"], "at least two"),
        (["mild"], ["mild"], ["mild", "mild"], "different names"),
        (["midl"], ["mild"], BANDS, "no band 'midl'; did you mean 'mild'"),
    ],
)
def test_bands_that_cannot_be_counted_are_refused(before, after, names, words):
    with pytest.raises(StatisticsError, match=words):
        shift_table(before, after, names)


def test_lists_of_different_lengths_are_refused():
    with pytest.raises(UnmatchedPairsError, match="2 bands before but 1 after"):
        shift_table(["mild", "mild"], ["mild"], BANDS)


@given(answers)
def test_a_question_is_counted_answer_by_answer(pairs):
    before, after = (np.array(x, float) for x in columns(pairs))
    found = likert_change(before, after, low=1, high=5)
    assert found.answers == (1, 2, 3, 4, 5)
    assert found.table.before == tuple(int((before == a).sum()) for a in found.answers)
    assert found.table.after == tuple(int((after == a).sum()) for a in found.answers)
    up, down = found.table.moves["up"], found.table.moves["down"]
    assert (up, down) == (int((after > before).sum()), int((after < before).sum()))
    if up + down:
        assert found.sign_test.p_value == pytest.approx(mcnemar(down, up).p_exact)
        # The mean shift in answers is the mean change.
        assert found.homogeneity.ordered_shift.value == pytest.approx((after - before).mean())
    elif pairs:
        assert found.sign_test.reason == "all_zero_differences"


def test_missing_answers_are_left_out_and_counted():
    found = likert_change([1, None, 3], [2, 2, None], low=1, high=3)
    assert (found.table.n, found.table.n_excluded) == (1, 2)


@pytest.mark.parametrize(
    ("low", "high", "n"), [(1, 5, 5), (0, 10, 11), (-2, 2, 5), (0, 11, 0), (1, 1, 0), (1, 4.5, 0)]
)
def test_a_question_has_two_to_eleven_answers(low, high, n):
    assert len(possible_answers(low, high)) == n


@pytest.mark.parametrize(
    ("pre", "low", "high", "words"),
    [
        ([6], 1, 5, "1 answers before are not possible, such as 6"),
        ([2.5], 1, 5, "such as 2.5"),
        ([1], 0, 63, "The answers run from 0 to 63"),
    ],
)
def test_answers_that_are_not_possible_are_refused(pre, low, high, words):
    with pytest.raises(StatisticsError, match=words):
        likert_change(pre, [1], low=low, high=high)
