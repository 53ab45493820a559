"""Recovery over several measures: the rules of NHS England case by case, and their algebra."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from peereval.errors import StatisticsError, UnmatchedPairsError
from peereval.stats import Caseness, change_by_threshold, change_over_measures, wilson_interval

NHS = {"thresholds": [6, 4], "caseness": [10, 8], "higher_is": "worse"}
none = float("nan")

phq9 = st.one_of(st.just(none), st.integers(0, 27))
gad7 = st.one_of(st.just(none), st.integers(0, 21))
people = st.lists(st.tuples(phq9, gad7, phq9, gad7), min_size=1, max_size=30)


def judged(before, after):
    """One person's standing: which rates count him or her."""
    found = change_over_measures([before], [after], **NHS)
    return {name for name, k in found.counts.items() if k}


@pytest.mark.parametrize(
    ("before", "after", "counted"),
    [
        # PHQ-9 and GAD-7 both below caseness after, and PHQ-9 down by exactly 6.
        ((15, 12), (9, 7), {"recovery", "reliable_improvement", "reliable_recovery"}),
        # Below caseness after, but by less than the thresholds.
        ((10, 7), (9, 7), {"recovery", "no_reliable_change"}),
        # A case on the GAD-7 alone before; on the PHQ-9 after: not recovered.
        ((9, 8), (10, 4), {"reliable_improvement"}),
        # Recovered on the PHQ-9, but the GAD-7 is still at caseness.
        ((16, 12), (9, 8), {"reliable_improvement"}),
        # Better on one, worse by exactly 4 on the other: deteriorated, not improved.
        ((16, 3), (9, 7), {"recovery", "reliable_deterioration"}),
        ((4, 3), (10, 3), {"reliable_deterioration"}),
        # Never a case: may improve, cannot recover.
        ((9, 7), (3, 7), {"reliable_improvement"}),
        ((9, 7), (9, 7), {"no_reliable_change"}),
        # One measure of two is missing at one survey: the other alone decides.
        ((15, none), (9, 20), {"recovery", "reliable_improvement", "reliable_recovery"}),
        ((none, 12), (3, 8), {"reliable_improvement"}),
        # No measure at both surveys: nobody.
        ((15, none), (none, 3), set()),
    ],
)
def test_the_rules_of_nhs_england_case_by_case(before, after, counted):
    assert judged(before, after) == counted


def test_recovery_is_among_those_who_were_a_case():
    before = [[15, 12], [11, 3], [9, 7], [none, none]]
    after = [[9, 7], [11, 3], [3, 7], [1, 1]]
    found = change_over_measures(before, after, **NHS)
    assert (found.n, found.n_excluded, found.n_partial, found.n_cases) == (3, 1, 0, 2)
    assert found.kept.tolist() == [True, True, True, False]
    rates = {rate.name: rate for rate in found.rates()}
    assert (rates["recovery"].value, rates["recovery"].n) == (50.0, 2)
    assert rates["reliable_improvement"].n == 3
    assert (rates["recovery"].ci_low, rates["recovery"].ci_high) == pytest.approx(
        [100 * x for x in wilson_interval(1, 2)]
    )
    assert found.tidy()["n"].tolist() == [2, 3, 2, 3, 3]


@given(people)
def test_the_rates_add_up(rows):
    table = np.array(rows, float)
    found = change_over_measures(table[:, :2], table[:, 2:], **NHS)
    k = found.counts
    assert found.n + found.n_excluded == len(rows)
    assert (
        k["reliable_improvement"] + k["reliable_deterioration"] + k["no_reliable_change"] == found.n
    )
    assert k["reliable_recovery"] <= min(k["recovery"], k["reliable_improvement"])
    assert k["recovery"] <= found.n_cases <= found.n
    assert found.n_mixed <= k["reliable_deterioration"]


@given(people)
def test_one_measure_is_change_by_its_threshold(rows):
    table = np.array(rows, float)
    found = change_over_measures(
        table[:, [0]], table[:, [2]], thresholds=[6], caseness=[10], higher_is="worse"
    )
    alone = change_by_threshold(
        table[:, 0], table[:, 2], threshold=6, caseness=10, higher_is="worse"
    )
    assert found.n == alone.n
    assert found.counts["reliable_improvement"] == (
        alone.counts["recovered"] + alone.counts["improved"]
    )
    assert found.counts["reliable_recovery"] == alone.counts["recovered"]
    assert found.n_partial == 0


@given(people)
def test_the_order_of_the_measures_does_not_matter(rows):
    table = np.array(rows, float)
    there = change_over_measures(table[:, :2], table[:, 2:], **NHS)
    back = change_over_measures(
        table[:, [1, 0]], table[:, [3, 2]], thresholds=[4, 6], caseness=[8, 10], higher_is="worse"
    )
    assert there.counts == back.counts


def test_measures_may_run_in_different_directions():
    found = change_over_measures(
        [[15, 20]],
        [[9, 26]],
        thresholds=[6, 5],
        caseness=[10, Caseness(value=25, rule="<")],
        higher_is=["worse", "better"],
    )
    assert found.counts["reliable_recovery"] == 1


def test_nobody_with_a_measure_at_both_surveys_is_said():
    found = change_over_measures([[none, none]], [[1, 1]], **NHS)
    assert found.n == 0
    assert {rate.reason for rate in found.rates()} == {"nobody_to_count"}
    assert found.tidy()["percent"].isna().all()


@pytest.mark.parametrize(
    ("pre", "post", "changed", "error", "words"),
    [
        ([[1, 2]], [[1, 2], [3, 4]], {}, UnmatchedPairsError, r"\(1, 2\).*\(2, 2\)"),
        ([1, 2], [1, 2], {}, StatisticsError, "one row per person"),
        ([[1, 2]], [[1, 2]], {"thresholds": [6]}, StatisticsError, "2 measures but 1 thresholds"),
        ([[1, 2]], [[1, 2]], {"caseness": [1]}, StatisticsError, "2 measures but 1 caseness"),
        ([[1, 2]], [[1, 2]], {"higher_is": ["worse"]}, StatisticsError, "1 directions"),
        ([[1, 2]], [[1, 2]], {"thresholds": [0, 4]}, StatisticsError, "threshold is 0"),
    ],
)
def test_what_does_not_fit_is_refused(pre, post, changed, error, words):
    with pytest.raises(error, match=words):
        change_over_measures(pre, post, **{**NHS, **changed})
