"""Change by a published threshold: edges of the threshold and of caseness, properties, refusals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from peereval.errors import StatisticsError
from peereval.stats import Caseness, change_by_threshold

people = st.lists(st.tuples(st.integers(0, 27), st.integers(0, 27)), max_size=30)


def columns(pairs):
    table = np.array(pairs, float).reshape(-1, 2)
    return table[:, 0], table[:, 1]


def test_a_change_of_exactly_the_threshold_counts_unless_told_otherwise():
    pre, post = [10, 10, 10, 10], [16, 15, 4, 5]
    found = change_by_threshold(pre, post, threshold=6)
    assert found.category.tolist() == ["improved", "unchanged", "deteriorated", "unchanged"]
    assert found.method == "reliable change: at least 6 points either way (>=)"
    strict = change_by_threshold(pre, post, threshold=6, inclusive=False)
    assert strict.counts["unchanged"] == 4
    assert strict.method == "reliable change: more than 6 points either way (>)"


def test_a_prorated_change_of_the_threshold_counts_despite_its_rounding():
    # Seven of nine items of the PHQ-9 answered: 15 x 9/7 - 8 x 9/7 = 9 points.
    change = 15 * 9 / 7 - 8 * 9 / 7
    assert change < 9
    found = change_by_threshold([8 * 9 / 7], [15 * 9 / 7], threshold=9, higher_is="worse")
    assert found.category.tolist() == ["deteriorated"]
    strict = change_by_threshold([15 * 9 / 7], [8 * 9 / 7], threshold=9, inclusive=False)
    assert strict.category.tolist() == ["unchanged"]


def test_recovery_takes_a_case_before_none_after_and_a_reliable_change():
    #        recovered, case still, change too small, never a case, fell ill, fell ill a little
    pre = [15, 25, 11, 8, 4, 8]
    post = [9, 10, 9, 1, 12, 11]
    found = change_by_threshold(pre, post, threshold=6, caseness=10, higher_is="worse")
    assert found.category.tolist() == [
        "recovered",
        "improved",
        "unchanged",
        "improved",
        "harmed",
        "unchanged",
    ]
    assert found.cutoff == 10
    assert found.method.endswith("; case: a score >= 10")


@pytest.mark.parametrize(
    ("rule", "higher_is", "at_cutoff"),
    [(">=", "worse", True), (">", "worse", False), ("<=", "better", True), ("<", "better", False)],
)
def test_a_score_on_the_cut_off_is_a_case_as_the_rule_says(rule, higher_is, at_cutoff):
    noisy = [np.nextafter(10, 0), 10.0, np.nextafter(10, 20)]
    assert Caseness(value=10, rule=rule).is_case(np.array(noisy)).tolist() == [at_cutoff] * 3
    good = 1 if higher_is == "better" else -1
    found = change_by_threshold(
        noisy,
        np.array(noisy) + 6 * good,
        threshold=6,
        caseness=Caseness(value=10, rule=rule),
        higher_is=higher_is,
    )
    assert found.counts["recovered" if at_cutoff else "improved"] == 3


def test_nan_is_no_case():
    assert not Caseness(value=10, rule="<").is_case(np.array([np.nan])).any()


@given(people, st.integers(1, 10), st.integers(1, 26))
def test_negating_the_scores_and_their_meaning_changes_nothing(pairs, threshold, cutoff):
    pre, post = columns(pairs)
    there = change_by_threshold(pre, post, threshold=threshold, caseness=cutoff, higher_is="worse")
    back = change_by_threshold(-pre, -post, threshold=threshold, caseness=-cutoff)
    assert there.category.tolist() == back.category.tolist()
    assert sum(there.counts.values()) == there.n


@given(people, st.integers(1, 10))
def test_caseness_only_divides_those_who_changed(pairs, threshold):
    pre, post = columns(pairs)
    plain = change_by_threshold(pre, post, threshold=threshold, higher_is="worse").counts
    cases = change_by_threshold(
        pre, post, threshold=threshold, caseness=10, higher_is="worse"
    ).counts
    assert cases["recovered"] + cases["improved"] == plain["improved"]
    assert cases["harmed"] + cases["deteriorated"] == plain["deteriorated"]
    assert cases["unchanged"] == plain["unchanged"]


@given(people, st.integers(1, 9))
def test_a_higher_threshold_counts_no_more_people(pairs, threshold):
    pre, post = columns(pairs)
    low, high = (
        change_by_threshold(pre, post, threshold=t).counts for t in (threshold, threshold + 1)
    )
    assert high["improved"] <= low["improved"]
    assert high["deteriorated"] <= low["deteriorated"]


def test_nobody_to_count_is_said_and_not_divided_by():
    found = change_by_threshold([None, 3], [4, None], threshold=2)
    assert (found.n, found.n_excluded) == (0, 2)
    assert found.counts["unchanged"] == 0
    assert found.tidy()["percent"].isna().all()
    assert {share.reason for share in found.percentages()} == {"nobody_to_count"}


@pytest.mark.parametrize("scale", [1e-300, 1e300])
def test_extreme_units_are_counted_like_others(scale):
    found = change_by_threshold([0.0, 0.0], [scale, scale / 2], threshold=scale)
    assert found.category.tolist() == ["improved", "unchanged"]


@pytest.mark.parametrize("threshold", [0, -3, float("nan"), float("inf")])
def test_a_threshold_that_is_none_is_refused(threshold):
    with pytest.raises(StatisticsError, match="threshold is"):
        change_by_threshold([1], [2], threshold=threshold)


def test_a_caseness_on_the_good_side_is_refused():
    with pytest.raises(StatisticsError, match="score >= 10, but higher is better"):
        change_by_threshold([1], [2], threshold=1, caseness=Caseness(value=10, rule=">="))
    with pytest.raises(StatisticsError, match="finite number"):
        Caseness(value=float("nan"), rule=">=")
    with pytest.raises(StatisticsError, match="one of >="):
        Caseness(value=3, rule="=>")
