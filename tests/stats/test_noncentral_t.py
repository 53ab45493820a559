"""The noncentral t against scipy's independent implementation and its limits."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from peereval.stats.noncentral_t import noncentral_t_cdf, noncentrality_interval
from peereval.stats.student import two_sided_p


@pytest.mark.parametrize("df", [1, 2, 9, 96, 1000])
@pytest.mark.parametrize("t", [-3.0, 0.0, 0.5, 2.0, 8.0, 60.0])
@pytest.mark.parametrize("delta", [-2.0, 0.5, 5.0, 30.0])
def test_matches_scipy(t, df, delta):
    # scipy uses the series of Boost; here it is quadrature. Far in the tail scipy gives up.
    expected = stats.nct.cdf(t, df, delta)
    if math.isnan(expected):
        expected = 0.0
    assert noncentral_t_cdf(t, df, delta) == pytest.approx(expected, abs=1e-12)


@given(st.floats(-50, 50), st.integers(1, 3000))
def test_without_noncentrality_it_is_student(t, df):
    lower = two_sided_p(t, df) / 2 if t < 0 else 1 - two_sided_p(t, df) / 2
    assert noncentral_t_cdf(t, df, 0.0) == pytest.approx(lower, abs=1e-12)


@given(st.floats(-1e4, 1e4), st.integers(1, 5000), st.sampled_from([0.5, 0.9, 0.95, 0.999]))
def test_limits_hold_the_promised_probability(t, df, level):
    low, high = noncentrality_interval(t, df, level)
    assert low < high
    assert noncentral_t_cdf(t, df, low) == pytest.approx((1 + level) / 2, abs=1e-8)
    assert noncentral_t_cdf(t, df, high) == pytest.approx((1 - level) / 2, abs=1e-8)


@pytest.mark.parametrize("df", [1, 4, 500])
def test_a_huge_t_leaves_only_the_uncertainty_of_the_sd(df):
    # The quantiles of chi divided by the root of its df.
    low, high = noncentrality_interval(1e12, df, 0.95)
    for limit, q in ((low, 0.025), (high, 0.975)):
        assert limit / 1e12 == pytest.approx(math.sqrt(stats.chi2.ppf(q, df) / df), rel=1e-9)
