"""Wilson's interval against R, its equation, and refusals."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peereval.errors import StatisticsError
from peereval.results.estimate import NotEstimated
from peereval.stats import wilson_interval
from peereval.stats.basics.proportions import percentage
from peereval.stats.basics.student import normal_quantile

from .references import cases

RTOL = 1e-12

counts = st.integers(1, 10**6).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(
    "case", [c for c in cases("categories") if c["kind"] == "wilson"], ids=lambda c: c["id"]
)
@pytest.mark.parametrize(("level", "key"), [(0.95, "ci_95"), (0.9, "ci_90")])
def test_limits_match_r(case, level, key):
    found = wilson_interval(**case["args"], ci_level=level)
    assert found == pytest.approx(case["expected"][key], rel=RTOL)


@given(counts, st.floats(0.5, 0.999))
def test_limits_are_the_proportions_that_the_score_test_just_keeps(k_of_n, level):
    k, n = k_of_n
    low, high = wilson_interval(k, n, level)
    z = normal_quantile((1 + level) / 2)
    assert 0 <= low <= k / n <= high <= 1
    for limit, end in ((low, 0), (high, n)):
        if k != end:
            assert (k - n * limit) ** 2 == pytest.approx(z * z * n * limit * (1 - limit), rel=1e-6)


@given(counts)
def test_those_counted_and_those_not_mirror_each_other(k_of_n):
    k, n = k_of_n
    low, high = wilson_interval(k, n)
    assert wilson_interval(n - k, n) == pytest.approx((1 - high, 1 - low), abs=1e-12)


def test_the_ends_are_exact():
    assert wilson_interval(0, 12)[0] == 0
    assert wilson_interval(12, 12)[1] == 1


def test_a_percentage_carries_its_numerator_and_denominator():
    share = percentage("up", 3, 12)
    assert (share.value, share.n, share.unit) == (25.0, 12, "percent")
    assert (share.ci_low, share.ci_high) == pytest.approx([100 * x for x in wilson_interval(3, 12)])
    assert isinstance(percentage("up", 0, 0), NotEstimated)


@pytest.mark.parametrize(
    ("k", "n"), [(3, 2), (0, 0), (-1, 5), (1.5, 5), (1, float("nan")), ("a", 5), (1, float("inf"))]
)
def test_what_is_no_proportion_is_refused(k, n):
    with pytest.raises(StatisticsError):
        wilson_interval(k, n)


def test_a_level_that_is_none_is_refused():
    with pytest.raises(StatisticsError, match="ci_level is 95"):
        wilson_interval(1, 2, 95)
