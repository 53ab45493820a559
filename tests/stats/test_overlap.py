"""The partially overlapping samples t test against its paper, base R and the tests at its limits."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from peereval.errors import StatisticsError, UnmatchedPairsError
from peereval.stats import compare_overlapping, paired_change

from .references import SLEEP_POST, SLEEP_PRE, cases

RTOL = 1e-9
NONE = math.nan
CASES = [pytest.param(case, id=case["id"]) for case in cases("overlap")]
NAMES = {"unequal": "mean_difference", "equal": "mean_difference_equal_variances"}

whole = st.integers(-20, 20)
partly = st.lists(
    st.tuples(st.one_of(whole, st.none()), st.one_of(whole, st.none())), min_size=4, max_size=40
).map(lambda rows: np.array(rows, dtype=float).T)


def vectors(case):
    return (np.array(case[w], dtype=float) for w in ("pre", "post"))


def same(estimate, expected):
    for name, value in expected.items():
        assert getattr(estimate, name) == pytest.approx(value, rel=1e-8, abs=1e-12), name


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("version", ["unequal", "equal"])
def test_both_versions_match_the_formulae_in_r(case, version):
    same(compare_overlapping(*vectors(case)).get(NAMES[version]), case["expected"][version])


# Derrick, Toher & White (2017), TQMP 13(2), 120-126, as their package prints it.
def test_the_example_of_the_paper():
    case = next(c for c in cases("overlap") if c["id"] == "derrick_example")
    found = compare_overlapping(*vectors(case))
    assert (found.n_pairs, found.n_only_pre, found.n_only_post) == (8, 8, 8)
    assert round(found.get("mean_difference_equal_variances").p_value, 3) == 0.026


def test_without_pairs_it_is_welch_and_student():
    before, after = np.r_[SLEEP_PRE, [NONE] * 8], np.r_[[NONE] * 10, SLEEP_POST[:8]]
    found = compare_overlapping(before, after)
    for name, equal in zip(NAMES.values(), (False, True), strict=True):
        test = stats.ttest_ind(SLEEP_POST[:8], SLEEP_PRE, equal_var=equal)
        interval = test.confidence_interval(0.95)
        expected = {"statistic": test.statistic, "df": test.df, "p_value": test.pvalue}
        same(found.get(name), {**expected, "ci_low": interval.low, "ci_high": interval.high})
    assert math.isnan(found.correlation)


def test_with_pairs_alone_it_is_the_paired_t_test():
    found = compare_overlapping(SLEEP_PRE, SLEEP_POST)
    paired = paired_change(SLEEP_PRE, SLEEP_POST).get("mean_change")
    names = ("value", "statistic", "df", "p_value", "ci_low", "ci_high")
    same(found.get("mean_difference"), {name: getattr(paired, name) for name in names})


def test_with_pairs_alone_and_equal_spread_so_is_the_other_version():
    post = SLEEP_PRE[::-1] + 2
    found = compare_overlapping(SLEEP_PRE, post)
    paired = paired_change(SLEEP_PRE, post).get("mean_change")
    assert found.get(NAMES["equal"]).statistic == pytest.approx(paired.statistic)
    assert found.get(NAMES["equal"]).df == paired.df


@settings(max_examples=100, deadline=None)
@given(x=partly)
def test_what_both_versions_satisfy(x):
    there, back = compare_overlapping(*x), compare_overlapping(*x[::-1])
    assert there.n_pairs + there.n_only_pre + there.n_only_post + there.n_excluded == x.shape[1]
    for name in NAMES.values():
        a, b = there.get(name), back.get(name)
        if hasattr(a, "reason"):
            assert (a.reason, a.n) == (b.reason, b.n)
            continue
        assert b.value == pytest.approx(-a.value)
        assert b.df == pytest.approx(a.df)
        assert b.p_value == pytest.approx(a.p_value, abs=1e-12)
        assert a.n == x.shape[1] - there.n_excluded
        means = np.nanmean(x[1]) - np.nanmean(x[0])
        assert a.value == pytest.approx(means, abs=1e-12)
        moved = compare_overlapping(*(x * 3 + 7)).get(name)
        assert moved.value == pytest.approx(3 * a.value, abs=1e-12)
        assert moved.statistic == pytest.approx(a.statistic, rel=1e-6, abs=1e-9)
        assert there.n_pairs - 1 <= a.df + 1e-9


@settings(max_examples=60, deadline=None)
@given(x=partly)
def test_a_positive_correlation_narrows_the_interval_of_independent_samples(x):
    found = compare_overlapping(*x)
    assume(found.n_pairs > 2 and not hasattr(found.get("mean_difference"), "reason"))
    n = (~np.isnan(x)).sum(axis=1)
    apart = math.sqrt((np.nanvar(x, axis=1, ddof=1) / n).sum())
    estimate = found.get("mean_difference")
    assume(estimate.value != 0)
    narrower = estimate.value / estimate.statistic <= apart * (1 + 1e-9)
    assert narrower == (found.correlation >= 0) or abs(found.correlation) < 1e-9


def test_under_no_difference_p_is_below_5_percent_as_often_as_that():
    rng = np.random.default_rng(1)
    below = 0
    for _ in range(2000):
        x = rng.multivariate_normal([0, 0], [[1, 0.6], [0.6, 2.25]], 30).T
        x[0, 18:] = NONE
        x[1, :5] = NONE
        below += compare_overlapping(*x).get("mean_difference").p_value < 0.05
    # Standard error of a share of 2,000: 0.005; Derrick et al. find 0.04 to 0.06.
    assert below / 2000 == pytest.approx(0.05, abs=0.015)


@pytest.mark.parametrize("scale", [1e-290, 1e290])
def test_the_size_of_the_scores_does_not_matter(scale):
    case = next(c for c in cases("overlap") if c["id"] == "derrick_example")
    x, y = vectors(case)
    found = compare_overlapping(x * scale, y * scale).get("mean_difference")
    expected = case["expected"]["unequal"]
    assert found.p_value == pytest.approx(expected["p_value"])
    assert found.ci_low == pytest.approx(expected["ci_low"] * scale)


@pytest.mark.parametrize(
    ("pre", "post", "reason"),
    [
        ([], [], "fewer_than_two_people"),
        ([1, 2, 3], [NONE, NONE, 4], "fewer_than_two_people"),
        ([1, 2, NONE], [NONE, 3, 4], "one_pair"),
        ([1, 1, NONE, NONE], [NONE, NONE, 2, 2], "no_variance"),
        ([1, 2, 5], [3, 4, 7], "no_variance"),
        ([0.1, 0.2, 0.7], [0.2, 0.3, 0.8], "no_variance"),
        ([0, 0, 0], [0, 0, 0], "no_variance"),
    ],
)
def test_every_gap_has_its_reason(pre, post, reason):
    found = compare_overlapping(pre, post)
    assert {e.reason for e in found.estimates} == {reason}
    assert found.tidy()["method"].unique().tolist() == [f"not estimated: {reason}"]


def test_pairs_whose_scores_agree_at_one_survey_have_no_correlation_to_use():
    found = compare_overlapping([5, 5, 5, 9, 4, NONE], [6, 9, 7, NONE, NONE, 8])
    assert found.correlation == 0
    assert found.get("mean_difference").value == pytest.approx(1.9)


@pytest.mark.parametrize(
    ("pre", "post", "error", "text"),
    [
        ([1, 2], [1], UnmatchedPairsError, "2 pre scores but 1 post scores"),
        ([1, math.inf], [1, 2], StatisticsError, "infinite"),
        ([1e301, 1], [1, 2], StatisticsError, "largest score"),
        (["1", "2"], [1, 2], StatisticsError, "not numbers"),
        ([[1, 2]], [1, 2], StatisticsError, "dimensions"),
    ],
)
def test_refused_scores(pre, post, error, text):
    with pytest.raises(error, match=text):
        compare_overlapping(pre, post)


def test_the_names_of_estimates_are_suggested():
    with pytest.raises(StatisticsError, match="did you mean"):
        compare_overlapping([1, 2], [3, 5]).get("mean_diff")
