"""Two one-sided tests: duality with the 90% interval, refusals."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from peereval.errors import StatisticsError
from peereval.stats.equivalence import equivalence_tests, smallest_bounds
from peereval.stats.moments import moments
from peereval.stats.mean import t_interval
from peereval.stats.pairs import complete_pairs

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
    "bounds", [(3, -3), (1, 1), (-math.inf, 3), (-1, math.nan), (1,), (1, 2, 3), 3, ("a", "b")]
)
def test_refused_bounds(bounds):
    with pytest.raises(StatisticsError, match="lower first"):
        equivalence_tests(from_changes([1, 2, 4]), bounds)


def test_bounds_are_checked_before_the_data():
    with pytest.raises(StatisticsError):
        equivalence_tests(from_changes([1]), (3, -3))


def test_bounds_far_beyond_the_scale_of_the_data():
    low, high, both = equivalence_tests(from_changes([1e-200, 3e-200]), (-1e200, 1e200))
    assert low.p_value == high.p_value == both.p_value == 0


def test_no_variance():
    for estimate in equivalence_tests(from_changes([2, 2]), (-3, 3)):
        assert estimate.reason == "no_variance"
