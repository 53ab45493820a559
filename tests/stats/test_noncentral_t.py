"""The noncentral t against scipy's independent implementation and its limits."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from peereval.stats.basics.noncentral_t import (
    chi_density,
    noncentral_t_cdf,
    noncentral_t_sf,
    noncentrality_interval,
)
from peereval.stats.basics.student import two_sided_p


@pytest.mark.parametrize("df", [1, 1.05, 1.3, 2, 2.6, 9, 96, 1000])
@pytest.mark.parametrize("t", [-3.0, 0.0, 0.5, 2.0, 8.0, 60.0])
@pytest.mark.parametrize("delta", [-2.0, 0.5, 5.0, 30.0])
def test_matches_scipy(t, df, delta):
    # scipy uses the series of Boost; here it is quadrature. Far in the tail scipy gives up.
    expected = stats.nct.cdf(t, df, delta)
    if math.isnan(expected):
        expected = 0.0
    assert noncentral_t_cdf(t, df, delta) == pytest.approx(expected, abs=1e-12)


@given(st.floats(-20, 20), st.floats(1, 1e6), st.floats(-6, 6))
def test_both_tails_make_one(t, df, delta):
    whole = noncentral_t_cdf(t, df, delta) + noncentral_t_sf(t, df, delta)
    assert whole == pytest.approx(1, abs=1e-13)


@pytest.mark.parametrize("df", [1, 1.3, 7, 60])
def test_small_tails_keep_their_digits(df):
    # At noncentrality 0 it is Student's t, whose far tails scipy has.
    for t in (1.0, 5.0, 40.0, 1e4):
        expected = stats.t.sf(t, df)
        assert noncentral_t_sf(t, df, 0.0) == pytest.approx(expected, rel=1e-11, abs=1e-17)


@pytest.mark.parametrize("df", [1, 1.05, 2.6, 30, 1e6, 1e12])
def test_the_average_over_the_estimated_sd(df):
    s, weights = chi_density(df)
    assert weights.sum() == pytest.approx(1, rel=1e-14)
    assert weights @ s**2 == pytest.approx(1, rel=1e-12)
    s, weights = chi_density(df, 1.0)
    assert s.max() < 1
    assert weights.sum() == pytest.approx(stats.chi2.cdf(df, df), rel=1e-12)
    assert chi_density(df, 0.0)[1].sum() == 0


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
