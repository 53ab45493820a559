"""Effect sizes: corrections, intervals and their coverage."""

from __future__ import annotations

import math

import numpy as np
import pytest

from peereval.stats import effect_size
from peereval.stats.effect_size import d_av, d_pre, d_rm, d_z, g_av, g_z, hedges_correction
from peereval.stats.moments import Moments, moments
from peereval.stats.pairs import complete_pairs

from .references import cases


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


@pytest.mark.parametrize("case", [pytest.param(c, id=c["id"]) for c in cases("paired")])
def test_correction_matches_r(case):
    expected = case["expected"]["hedges_correction_exact"]
    assert hedges_correction(case["expected"]["df"]) == pytest.approx(expected, rel=1e-12)


def test_correction_of_large_samples_is_continuous():
    assert hedges_correction(1e6) == pytest.approx(1 - 0.75 / 1e6, abs=1e-9)
    assert hedges_correction(1e12) == pytest.approx(1.0)


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


def test_interval_of_d_av_is_bonetts_when_sds_are_equal():
    # Bonett (2008): standardiser the root of the mean variance; the two agree for equal SDs.
    m = equal_sds()
    variance = (2 * (1 - 0.68) + 0.4**2 * (1 + 0.68**2) / 4) / 39
    half = 1.959963984540054 * math.sqrt(variance)
    assert d_av(m).ci_low == pytest.approx(0.4 - half)
    assert d_av(m).ci_high == pytest.approx(0.4 + half)


@pytest.mark.parametrize(("size", "sd_post"), [(d_av, 1.4), (d_pre, 1.4), (d_av, 0.7)])
@pytest.mark.parametrize("n", [effect_size.FEWEST_FOR_LARGE_SAMPLE, 25])
def test_large_sample_intervals_cover(size, sd_post, n):
    rng = np.random.default_rng(20)
    mean, r, runs = 0.6, 0.6, 1500
    truth = mean / (1 if size is d_pre else (1 + sd_post) / 2)
    hits = 0
    for _ in range(runs):
        first, second = rng.standard_normal((2, n))
        post = mean + sd_post * (r * first + math.sqrt(1 - r * r) * second)
        estimate = size(moments(complete_pairs(first, post)))
        hits += estimate.ci_low <= truth <= estimate.ci_high
    # The standard error of a share of 95% in 1500 runs is 0.6 points.
    assert 0.93 < hits / runs < 0.98
