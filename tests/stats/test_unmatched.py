"""Two surveys without IDs: Welch's test, and the bounds that any matching keeps to."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from peereval.errors import StatisticsError
from peereval.stats import compare_overlapping, compare_waves, paired_change

from .references import SLEEP_POST, SLEEP_PRE, cases

whole = st.integers(-20, 20)
surveys = st.tuples(
    st.lists(whole, min_size=2, max_size=20), st.lists(whole, min_size=2, max_size=20)
).map(lambda two: tuple(np.array(x, dtype=float) for x in two))


def test_independent_surveys_are_compared_by_welch():
    for case in cases("overlap"):
        first, last = (np.array(case[w], dtype=float) for w in ("pre", "post"))
        found = compare_waves(first, last).independent
        for name, value in case["expected"]["welch"].items():
            assert getattr(found, name) == pytest.approx(value, rel=1e-9), (case["id"], name)


def test_it_is_never_called_paired():
    found = compare_waves(SLEEP_PRE, SLEEP_POST)
    for estimate in (found.independent, found.widest, found.narrowest, found.at(0.4)):
        assert "not paired" in estimate.method


def test_at_the_correlation_of_the_pairs_it_gives_their_interval():
    r = np.corrcoef(SLEEP_PRE, SLEEP_POST)[0, 1]
    found = compare_waves(SLEEP_PRE, SLEEP_POST).at(r)
    paired = paired_change(SLEEP_PRE, SLEEP_POST).get("mean_change")
    for name in ("value", "ci_low", "ci_high", "statistic", "df", "p_value"):
        assert getattr(found, name) == pytest.approx(getattr(paired, name)), name


@settings(max_examples=80, deadline=None)
@given(two=surveys, seed=st.integers(0, 1000), complete=st.booleans())
def test_no_matching_leaves_the_bounds(two, seed, complete):
    first, last = two
    found = compare_waves(first, last)
    assume(not hasattr(found.independent, "reason"))
    # Match as many people as wanted, in whatever way.
    rng = np.random.default_rng(seed)
    most = min(first.size, last.size)
    n_pairs = most if complete else int(rng.integers(2, most + 1))
    pre = np.r_[rng.permutation(first), np.full(last.size - n_pairs, np.nan)]
    other = rng.permutation(last)
    post = np.r_[other[:n_pairs], np.full(first.size - n_pairs, np.nan), other[n_pairs:]]
    matched = compare_overlapping(pre, post).get("mean_difference")
    assume(not hasattr(matched, "reason"))
    widest, narrowest = found.widest, found.narrowest
    if complete:
        assert widest.ci_low <= matched.ci_low + 1e-9
        assert matched.ci_high <= widest.ci_high + 1e-9
        assert matched.p_value <= widest.p_value + 1e-9
    error = (matched.ci_high - matched.value) / stats.t.ppf(0.975, matched.df)
    assert found.standard_error(1) <= error * (1 + 1e-9)
    assert error <= found.standard_error(-1) * (1 + 1e-9)
    assert narrowest.ci_high - narrowest.value <= widest.ci_high - widest.value


@settings(max_examples=60, deadline=None)
@given(two=surveys)
def test_what_every_comparison_satisfies(two):
    there, back = compare_waves(*two), compare_waves(*two[::-1])
    assume(not hasattr(there.independent, "reason"))
    assert back.independent.value == pytest.approx(-there.independent.value)
    assert back.widest.p_value == pytest.approx(there.widest.p_value)
    errors = [there.standard_error(r) for r in (-1, -0.5, 0, 0.5, 0.9, 1)]
    assert errors == sorted(errors, reverse=True)
    # The safe side: no positive correlation makes the interval of independent surveys too narrow.
    assert there.standard_error(0.9) <= there.standard_error(0)
    assert there.independent.p_value <= there.widest.p_value + 1e-12
    moved = compare_waves(two[0] * 3 + 1, two[1] * 3 + 1)
    assert moved.independent.statistic == pytest.approx(there.independent.statistic, abs=1e-9)


def test_a_plausible_range_gives_narrower_bounds():
    found = compare_waves(SLEEP_PRE, SLEEP_POST, correlation=(0, 0.9))
    everything = compare_waves(SLEEP_PRE, SLEEP_POST)
    # With as many pairs as there can be, and their df: nothing in the range is wider than its end.
    assert found.widest.statistic == found.independent.statistic
    assert found.widest.df == 9 < found.independent.df
    assert found.widest.p_value > found.at(1e-6).p_value > found.independent.p_value
    assert everything.widest.ci_low < found.widest.ci_low
    assert found.narrowest == everything.at(0.9)
    assert found.tidy()["correlation"].tolist() == [0.0, 0.0, 0.9]


def test_surveys_alike_but_for_a_shift_would_be_certain_if_matched_perfectly():
    found = compare_waves([1, 2, 3, 6], [2, 3, 4, 7])
    assert found.standard_error(1) == 0
    sure = found.narrowest
    assert (sure.ci_low, sure.ci_high, sure.p_value) == (1, 1, 0)
    assert compare_waves([1, 2, 3], [1, 2, 3]).narrowest.p_value == 1


@pytest.mark.parametrize("scale", [1e-290, 1e290])
def test_the_size_of_the_scores_does_not_matter(scale):
    plain, scaled = (compare_waves(SLEEP_PRE * s, SLEEP_POST * s) for s in (1, scale))
    assert scaled.independent.p_value == pytest.approx(plain.independent.p_value)
    assert scaled.widest.ci_high == pytest.approx(plain.widest.ci_high * scale)


@pytest.mark.parametrize(
    ("first", "last", "reason"),
    [
        ([], [], "fewer_than_two_people"),
        ([1], [2, 3], "fewer_than_two_people"),
        ([1, math.nan], [2, 3], "fewer_than_two_people"),
        ([1, 1], [2, 2, 2], "no_variance"),
    ],
)
def test_every_gap_has_its_reason(first, last, reason):
    found = compare_waves(first, last)
    assert {e.reason for e in (found.independent, found.widest, found.narrowest)} == {reason}
    assert len(found.tidy()) == 3


def test_one_survey_may_be_without_spread():
    found = compare_waves([5, 5, 5], [6, 7, 9])
    assert found.independent.df == 2
    assert found.standard_error(-1) == found.standard_error(1)


def test_missing_scores_are_counted():
    found = compare_waves([1, None, 3], [2, 4, None, 5])
    assert (found.n_first, found.n_last, found.n_excluded) == (2, 3, 2)


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"correlation": (-2, 1)}, "The correlation is -2"),
        ({"correlation": (0, math.nan)}, "The correlation is nan"),
        ({"correlation": (0.5, 0.1)}, "range of correlations"),
        ({"ci_level": 95}, "ci_level"),
    ],
)
def test_refused_options(changes, text):
    with pytest.raises(StatisticsError, match=text):
        compare_waves([1, 2], [2, 3], **changes)


def test_a_correlation_that_is_none_is_refused_later_too():
    with pytest.raises(StatisticsError, match=r"The correlation is 1\.1"):
        compare_waves([1, 2], [2, 4]).at(1.1)
