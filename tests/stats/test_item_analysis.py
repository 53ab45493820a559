"""Items against R, errors of measurement, and what can be said of scales that hardly are any."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peereval.errors import StatisticsError
from peereval.results.estimate import NotEstimated
from peereval.stats import (
    analyse_items,
    cronbach_alpha,
    omega_total,
    smallest_detectable_change,
    standard_error_of_measurement,
    standardised_alpha,
)

from .references import cases
from .test_reliability import hope_items

RTOL = 1e-9

CASES = [pytest.param(case, id=case["id"]) for case in cases("reliability_items")]


@pytest.mark.parametrize("case", CASES)
def test_items_match_psych(case):
    expected, found = case["expected"], analyse_items(case["data"])
    rest = [i.rest_correlation.value for i in found.items]
    assert rest == pytest.approx(expected["item_rest"], rel=RTOL)
    assert rest == pytest.approx(expected["psych_r_drop"], rel=RTOL)
    assert [i.mean.value for i in found.items] == pytest.approx(expected["item_mean"], rel=RTOL)
    assert [i.sd.value for i in found.items] == pytest.approx(expected["item_sd"], rel=RTOL)
    if expected.get("alpha_if_dropped"):
        dropped = [i.alpha_if_dropped.value for i in found.items]
        assert dropped == pytest.approx(expected["alpha_if_dropped"], rel=RTOL)
    if expected["alpha"] > 0:
        assert found.get("sem").value == pytest.approx(expected["sem"], rel=RTOL)


def test_hope_items_match_the_reference():
    (case,) = cases("reliability")
    expected, found = case["expected"], analyse_items(hope_items())
    rest = [i.rest_correlation.value for i in found.items]
    assert rest == pytest.approx(expected["item_rest_r_complete"], rel=RTOL)
    dropped = [i.alpha_if_dropped.value for i in found.items]
    assert dropped == pytest.approx(expected["alpha_if_dropped_complete"], rel=RTOL)
    assert (found.n, found.n_excluded) == (134, 16)


def test_an_item_that_was_not_turned_round_runs_against_the_rest():
    items = hope_items()
    items[:, 4] = 5 - items[:, 4]
    rest = [i.rest_correlation.value for i in analyse_items(items).items]
    assert [k + 1 for k, r in enumerate(rest) if r < 0] == [5]


def test_the_parts_are_those_of_the_functions_alone():
    items = hope_items()
    found = analyse_items(items, ci_level=0.8)
    assert found.get("alpha") == cronbach_alpha(items, ci_level=0.8)
    assert found.get("alpha_standardised") == standardised_alpha(items)
    assert found.get("omega_total") == omega_total(items)
    last = found.items[-1].alpha_if_dropped.value
    complete = items[~np.isnan(items).any(axis=1)]
    assert last == pytest.approx(cronbach_alpha(complete[:, :-1]).value, rel=1e-12)


def test_the_error_of_measurement_is_in_points_of_the_score():
    items = hope_items()
    means = np.nanmean(items, axis=1)
    found = analyse_items(items, scores=means)
    alpha = found.get("alpha").value
    sem = np.std(means, ddof=1) * math.sqrt(1 - alpha)
    assert found.get("sem").value == pytest.approx(sem)
    assert found.get("sem").n == 150
    assert found.get("sdc").value == pytest.approx(1.959963984540054 * math.sqrt(2) * sem)
    assert found.get("sdc_group").value == pytest.approx(found.get("sdc").value / math.sqrt(150))


# Jacobson & Truax (1991), their example: SD 7.5, reliability .80: SE 3.35, S_diff 4.74.
def test_the_example_of_jacobson_and_truax():
    sem = standard_error_of_measurement(7.5, 0.80)
    assert round(sem, 3) == 3.354
    assert round(math.sqrt(2) * sem, 2) == 4.74
    assert smallest_detectable_change(sem) == pytest.approx(1.959963984540054 * 4.743416490252569)


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: standard_error_of_measurement(-1, 0.8), "The SD is -1"),
        (lambda: standard_error_of_measurement(math.nan, 0.8), "The SD is nan"),
        (lambda: standard_error_of_measurement(1, -0.2), "The reliability is -0.2"),
        (lambda: standard_error_of_measurement(1, 1.2), "The reliability is 1.2"),
        (lambda: smallest_detectable_change(math.inf), "error of measurement is inf"),
        (lambda: smallest_detectable_change(1, n=0), "n is 0"),
        (lambda: smallest_detectable_change(1, n=math.nan), "n is nan"),
    ],
)
def test_errors_of_measurement_that_make_no_sense(call, text):
    with pytest.raises(StatisticsError, match=text):
        call()


def test_a_perfect_reliability_leaves_no_error():
    found = analyse_items([[1, 1], [2, 2], [4, 4]])
    assert found.get("sem").value == 0
    assert found.get("sdc").value == 0


def test_a_negative_alpha_has_no_error_of_measurement():
    found = analyse_items([[1, 3], [2, 1], [3, 2], [1, 2]])
    assert found.get("alpha").value < 0
    assert {found.get(x).reason for x in ("sem", "sdc", "sdc_group")} == {"negative_alpha"}


@pytest.mark.parametrize(
    ("items", "reasons"),
    [
        (np.empty((0, 3)), {"fewer_than_two_complete_forms"}),
        ([[1, 2, 3]], {"fewer_than_two_complete_forms"}),
        ([[1], [2], [3]], {"fewer_than_two_items"}),
        ([[2, 2, 2], [2, 2, 2]], {"no_total_variance", "item_without_variance"}),
        ([[1, 2, 3], [2, 3, 1], [3, 1, 2]], {"no_total_variance"}),
        ([[1, 2], [2, 2], [3, 4]], {"fewer_than_two_items", "not_identified"}),
        (np.full((3, 3), np.nan), {"fewer_than_two_complete_forms"}),
    ],
)
def test_every_gap_has_its_reason(items, reasons):
    found = analyse_items(items)
    every = [*found.estimates, *(e for i in found.items for e in i.estimates)]
    assert {e.reason for e in every if isinstance(e, NotEstimated)} == reasons
    assert all(e.name for e in every)
    assert not any(math.isnan(e.value) for e in every if not isinstance(e, NotEstimated))


def test_an_item_that_never_varies_has_no_correlation_and_the_others_have():
    found = analyse_items([[1, 2, 3], [2, 3, 3], [4, 4, 3]])
    assert found.items[2].rest_correlation.reason == "item_without_variance"
    assert found.items[0].rest_correlation.value > 0.9
    assert found.get("alpha").value > 0


def test_names_are_those_given_or_of_the_columns_or_numbers():
    x = [[1, 2], [2, 3], [4, 4]]
    assert [i.item for i in analyse_items(x).items] == ["1", "2"]
    frame = pd.DataFrame(x, columns=["calm", "useful"])
    assert [i.item for i in analyse_items(frame).items] == ["calm", "useful"]
    assert [i.item for i in analyse_items(x, names=["a", "b"]).items] == ["a", "b"]
    for wrong in (["a"], ["a", "a"]):
        with pytest.raises(StatisticsError, match="different names for 2 items"):
            analyse_items(x, names=wrong)


def test_scores_of_other_people_are_refused():
    with pytest.raises(StatisticsError, match="2 scores for the answers of 3 people"):
        analyse_items([[1, 2], [2, 3], [4, 4]], scores=[3, 5])


def test_the_table_holds_every_number():
    found = analyse_items(hope_items())
    table = found.tidy()
    assert len(table) == 6 + 4 * 12
    assert not table.duplicated(["item", "name"]).any()
    assert table["value"].notna().all()
    assert "134 of 150 people answered every item; 16 left out." in found.summary()
    assert "134 of 150" in found._repr_html_()


def test_the_names_of_estimates_are_suggested():
    with pytest.raises(StatisticsError, match="did you mean 'omega_total'"):
        analyse_items([[1, 2], [2, 3], [4, 4]]).get("omega")


small = st.tuples(st.integers(0, 6), st.integers(0, 5)).flatmap(
    lambda shape: st.lists(
        st.lists(
            st.sampled_from([0.0, 1.0, 2.0, 0.3, np.nan]), min_size=shape[1], max_size=shape[1]
        ),
        min_size=shape[0],
        max_size=shape[0],
    ).map(lambda rows: np.array(rows, dtype=float).reshape(shape))
)


@settings(max_examples=300, deadline=None)
@given(x=small, scale=st.sampled_from([1.0, 1e-290, 1e290]), shift=st.sampled_from([0.0, 1e6]))
def test_whatever_was_answered_gives_numbers_or_reasons(x, scale, shift):
    found = analyse_items((x + shift) * scale)
    every = [*found.estimates, *(e for i in found.items for e in i.estimates)]
    for estimate in every:
        assert isinstance(estimate, NotEstimated) or math.isfinite(estimate.value)
    rest = [i.rest_correlation for i in found.items if hasattr(i.rest_correlation, "value")]
    assert all(-1 <= r.value <= 1 for r in rest)
    assert found.n + found.n_excluded == len(x)
