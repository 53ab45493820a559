"""Two one-sided tests: R, duality with the 90% interval in every unit, refusals."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from peereval.errors import StatisticsError
from peereval.results.estimate import Estimate
from peereval.stats.basics.moments import moments
from peereval.stats.basics.pairs import complete_pairs
from peereval.stats.change.equivalence import equivalence_tests, smallest_bounds
from peereval.stats.change.mean import t_interval

from .references import change_cases

change = st.lists(st.integers(-20, 20), min_size=2, max_size=30)


def from_changes(values):
    return moments(complete_pairs(np.zeros(len(values)), np.array(values, float)))


@given(change, st.floats(-15, 15), st.floats(0.1, 20))
def test_significant_exactly_when_the_90_interval_is_inside(values, low, width):
    m = from_changes(values)
    assume(not m.untestable)
    interval, both = t_interval(m, ci_level=0.90), equivalence_tests(m, (low, low + width))[2]
    assert (both.ci_low, both.ci_high) == pytest.approx((interval.ci_low, interval.ci_high))
    assume(abs(both.p_value - 0.05) > 1e-9)
    inside = low < interval.ci_low and interval.ci_high < low + width
    assert (both.p_value < 0.05) == inside


@given(change)
def test_smallest_bounds_are_the_edge(values):
    m = from_changes(values)
    assume(not m.untestable)
    edge = smallest_bounds(m).value
    wider, narrower = edge * (1 + 1e-6), edge * (1 - 1e-6)
    assert equivalence_tests(m, (-wider, wider))[2].p_value < 0.05
    assert equivalence_tests(m, (-narrower, narrower))[2].p_value > 0.05


@pytest.mark.parametrize(
    "bounds",
    [(3, -3), (1, 1), (math.inf, -math.inf), (math.inf, math.inf), (-1, math.nan), (1,), (1, 2, 3)],
)
def test_refused_bounds(bounds):
    with pytest.raises(StatisticsError, match="lower first"):
        equivalence_tests(from_changes([1, 2, 4]), bounds)


@pytest.mark.parametrize("bounds", [3, ("a", "b"), None])
def test_bounds_that_are_no_numbers(bounds):
    with pytest.raises(StatisticsError, match="two numbers in d_z"):
        equivalence_tests(from_changes([1, 2, 4]), bounds, "d_z")


@pytest.mark.parametrize("unit", ["d", "D_z", "SD", None])
def test_unknown_units(unit):
    for call in (lambda m: equivalence_tests(m, (-1, 1), unit), lambda m: smallest_bounds(m, unit)):
        with pytest.raises(StatisticsError, match=r"Equivalence bounds in .* are unknown"):
            call(from_changes([1]))


@pytest.mark.parametrize(("pre", "post", "expected"), change_cases())
@pytest.mark.parametrize("unit", ["d_z", "d_av", "d_pre"])
def test_standardised_bounds_match_r(pre, post, expected, unit):
    tost, m = expected["tost"], moments(complete_pairs(pre, post))
    low, high, both = equivalence_tests(m, (tost["low"], tost["high"]), unit)
    # R's pt with a noncentrality is right to about 1e-12.
    assert low.p_value == pytest.approx(tost[unit]["p_low"], rel=1e-9, abs=1e-12)
    assert high.p_value == pytest.approx(tost[unit]["p_high"], rel=1e-9, abs=1e-12)
    assert both.p_value == max(low.p_value, high.p_value)
    if unit != "d_z":
        limits = (tost[unit]["low"], tost[unit]["high"])
        assert both.value == pytest.approx(tost[unit]["value"], rel=1e-9)
        assert (both.ci_low, both.ci_high) == pytest.approx(limits, rel=1e-9)


scores = st.lists(
    st.tuples(st.integers(-20, 20), st.integers(-20, 20)), min_size=5, max_size=30
).map(lambda rows: moments(complete_pairs(*np.array(rows, float).T)))


@given(scores, st.floats(-1, 1), st.floats(0.1, 2), st.sampled_from(["d_z", "d_av", "d_pre"]))
def test_in_sds_too_the_90_interval_decides(m, low, width, unit):
    both = equivalence_tests(m, (low, low + width), unit)[2]
    assume(isinstance(both, Estimate) and abs(both.p_value - 0.05) > 1e-9)
    assert (both.p_value < 0.05) == (low < both.ci_low and both.ci_high < low + width)
    edge = smallest_bounds(m, unit).value
    for factor, shown in ((1 + 1e-6, True), (1 - 1e-6, False)):
        bounds = (-edge * factor, edge * factor)
        assert (equivalence_tests(m, bounds, unit)[2].p_value < 0.05) == shown


@given(scores, st.sampled_from(["points", "d_z", "d_av", "d_pre"]))
def test_infinite_bounds_ask_nothing(m, unit):
    whole, above = ((-math.inf, math.inf), (-1.0, math.inf))
    low, high, both = equivalence_tests(m, whole, unit)
    assume(isinstance(both, Estimate))
    assert low.p_value == high.p_value == both.p_value == 0
    low, high, both = equivalence_tests(m, above, unit)
    assert (high.p_value, both.p_value) == (0, low.p_value)
    finite = equivalence_tests(m, (-1.0, 1.0), unit)[0]
    assert low.p_value == finite.p_value


def test_few_people_and_no_variance_in_sds():
    four = from_changes([1, 2, 4, 3])
    assert equivalence_tests(four, (-1, 1), "d_z")[2].ci_low < 0.99
    assert {e.reason for e in equivalence_tests(four, (-1, 1), "d_av")} == {"fewer_than_five_pairs"}
    assert smallest_bounds(four, "d_av").reason == "fewer_than_five_pairs"
    five = from_changes([1, 2, 4, 3, 5])
    assert equivalence_tests(five, (-1, 1), "d_pre")[0].reason == "no_variance_pre"
    for unit in ("d_z", "d_av", "d_pre"):
        found = equivalence_tests(from_changes([2, 2, 2, 2, 2]), (-1, 1), unit)
        assert {e.reason for e in found} == {"no_variance"}


def test_bounds_are_checked_before_the_data():
    with pytest.raises(StatisticsError):
        equivalence_tests(from_changes([1]), (3, -3))


def test_bounds_far_beyond_the_scale_of_the_data():
    low, high, both = equivalence_tests(from_changes([1e-200, 3e-200]), (-1e200, 1e200))
    assert low.p_value == high.p_value == both.p_value == 0


def test_no_variance():
    for estimate in equivalence_tests(from_changes([2, 2]), (-3, 3)):
        assert estimate.reason == "no_variance"
