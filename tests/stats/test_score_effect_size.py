"""Effect sizes in SDs of the scores: R, identities, and how often the intervals hold the truth."""

from __future__ import annotations

import math

import numpy as np
import pytest

from peereval.stats import paired_change
from peereval.stats.basics.moments import Moments, moments
from peereval.stats.basics.pairs import complete_pairs
from peereval.stats.change.effect_size import d_z, g_z, hedges_correction
from peereval.stats.change.score_effect_size import FEWEST, FEWEST_FOR_D_RM, d_av, d_pre, d_rm, g_av

from .references import change_cases

Z = 1.959963984540054


def equal_sds(n=40, mean=2.0, sd=5.0, r=0.68):
    return Moments(
        n=n,
        mean_pre=20.0,
        mean_post=20.0 + mean,
        mean_change=mean,
        sd_pre=sd,
        sd_post=sd,
        sd_change=sd * math.sqrt(2 * (1 - r)),
        correlation=r,
    )


def test_with_equal_sds_the_three_sizes_agree():
    m = equal_sds()
    assert d_av(m).value == pytest.approx(0.4)
    assert d_pre(m).value == pytest.approx(0.4)
    assert d_rm(m).value == pytest.approx(0.4)
    assert d_z(m).value == pytest.approx(0.5)


def test_corrected_sizes_keep_the_interval():
    m = equal_sds()
    for plain, corrected in ((d_z(m), g_z(m)), (d_av(m), g_av(m))):
        assert corrected.value == pytest.approx(plain.value * hedges_correction(39))
        assert (corrected.ci_low, corrected.ci_high) == (plain.ci_low, plain.ci_high)


@pytest.mark.parametrize("size", [d_av, d_rm])
def test_intervals_are_bonetts_when_sds_are_equal(size):
    # Bonett (2008): standardiser the root of the mean variance; all agree for equal SDs.
    m = equal_sds()
    variance = (2 * (1 - 0.68) + 0.4**2 * (1 + 0.68**2) / 4) / 39
    half = Z * math.sqrt(variance)
    assert size(m).ci_low == pytest.approx(0.4 - half)
    assert size(m).ci_high == pytest.approx(0.4 + half)


@pytest.mark.parametrize(("pre", "post", "expected"), change_cases())
def test_standard_error_of_d_rm_matches_numerical_derivatives_in_r(pre, post, expected):
    # Derivatives by central differences: about 1e-10 of the value.
    d = d_rm(moments(complete_pairs(pre, post)))
    assert d.value == pytest.approx(expected["d_rm"]["value"], rel=1e-9)
    if pre.size < FEWEST_FOR_D_RM:
        assert math.isnan(d.ci_low)
    else:
        half = Z * expected["d_rm"]["se"]
        assert (d.ci_low, d.ci_high) == pytest.approx((d.value - half, d.value + half), rel=1e-8)


@pytest.mark.parametrize(("size", "sd_post"), [(d_av, 1.4), (d_pre, 1.4), (d_av, 0.7), (d_rm, 1.4)])
@pytest.mark.parametrize("n", [None, 25])
def test_large_sample_intervals_cover(size, sd_post, n):
    rng = np.random.default_rng(20)
    mean, r, runs = 0.6, 0.6, 1500
    n = n or (FEWEST_FOR_D_RM if size is d_rm else FEWEST)
    sd_change = math.sqrt(1 + sd_post**2 - 2 * r * sd_post)
    truth = {
        d_av: mean / ((1 + sd_post) / 2),
        d_pre: mean,
        d_rm: mean / sd_change * math.sqrt(2 * (1 - r)),
    }[size]
    hits = 0
    for _ in range(runs):
        first, second = rng.standard_normal((2, n))
        post = mean + sd_post * (r * first + math.sqrt(1 - r * r) * second)
        estimate = size(moments(complete_pairs(first, post)))
        hits += estimate.ci_low <= truth <= estimate.ci_high
    # The standard error of a share of 95% in 1500 runs is 0.6 points.
    assert 0.93 < hits / runs < 0.98


@pytest.mark.parametrize(("size", "fewest"), [(d_av, FEWEST), (d_pre, FEWEST), (d_rm, 8)])
def test_few_people_have_no_interval(size, fewest):
    rng = np.random.default_rng(1)
    for n in (fewest - 1, fewest):
        d = size(moments(complete_pairs(rng.normal(size=n), rng.normal(size=n))))
        assert math.isnan(d.ci_low) == (n < fewest)
        assert (f"no interval below {fewest} pairs" in d.method) == (n < fewest)
        assert math.isnan(d.ci_level) == (n < fewest)


def test_nearly_perfect_correlation_has_a_narrow_interval():
    pre = np.arange(1.0, 13)
    post = 1.5 * pre + np.tile([1e-5, -1e-5], 6)
    d = d_rm(moments(complete_pairs(pre, post)))
    assert d.ci_low <= d.value <= d.ci_high
    assert d.ci_high - d.ci_low < 1e-4


def test_an_effect_size_that_no_number_holds_is_not_estimated():
    change = paired_change([5e-324, 1e-310, 0, 2e-310, 1e-315, 0], [1.0, 5, 2, 7, 3, 9])
    assert change.get("d_pre").reason == "above_1e307"
    assert change.get("d_av").value > 0


def test_units_that_differ_leave_the_interval_finite():
    change = paired_change([1.0, 2, 3, 4, 5, 6], [1e300, -1e300, 5e299, 2e299, 0, 1e299])
    d = change.get("d_pre")
    assert d.ci_low < d.value < d.ci_high < math.inf
