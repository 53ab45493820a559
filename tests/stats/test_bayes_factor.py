"""The JZS Bayes factor: R, another form of the same integral, extremes."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from peereval.errors import StatisticsError
from peereval.stats import bayes_factors, paired_change
from peereval.stats.change.bayes_factor import (
    CAUCHY_SCALE,
    SCALES,
    jzs_bayes_factor,
    log_bayes_factor,
)

from .references import change_cases


# Older scipy loses digits in the noncentral t density that the check is made with.
@pytest.mark.newest
@pytest.mark.parametrize(("t", "n"), [(0.0, 5), (0.7, 2), (2.2, 29), (-4.1, 10), (3.0, 60)])
def test_is_the_noncentral_t_averaged_over_the_cauchy_prior(t, n):
    # Rouder et al. (2009): the same Bayes factor without g, as a mean over d_z.
    def weighted(d):
        return stats.nct.pdf(t, n - 1, d * math.sqrt(n)) * stats.cauchy.pdf(d, scale=CAUCHY_SCALE)

    # Beyond eight standard errors of d_z the density of t is nil, save for very few people.
    reach = 8 / math.sqrt(n) * (1 + 5 / n) + abs(t) * 2 / n
    centre = t / math.sqrt(n)
    pieces = [centre - 6 * reach, centre - reach, centre, centre + reach, centre + 6 * reach]
    marginal = sum(
        integrate.quad(weighted, a, b, epsabs=1e-13, epsrel=1e-8)[0]
        for a, b in itertools.pairwise(pieces)
    )
    expected = marginal / stats.t.pdf(t, n - 1)
    assert jzs_bayes_factor(t, n).value == pytest.approx(expected, rel=1e-5)


@given(st.floats(-1e15, 1e15), st.integers(2, 5000))
def test_always_a_number_and_even_in_t(t, n):
    value = log_bayes_factor(t, n)
    assert math.isfinite(value)
    assert log_bayes_factor(-t, n) == value


@given(st.floats(0, 1e8), st.integers(2, 5000))
def test_grows_with_the_size_of_t(t, n):
    assert log_bayes_factor(t * 1.01 + 0.01, n) >= log_bayes_factor(t, n) - 1e-9


@pytest.mark.parametrize(("pre", "post", "expected"), change_cases())
def test_every_prior_scale_matches_r(pre, post, expected):
    # R: BayesFactor::ttestBF, whose own quadrature is good to about 1e-9.
    wanted = {case["scale"]: case["bf10"] for case in expected["bayes_factor"]}
    found = bayes_factors(pre, post, scales=tuple(wanted))
    for scale, bf10 in wanted.items():
        assert found[scale].value == pytest.approx(bf10, rel=1e-8)
        assert f"scale {scale:.3g} on d_z" in found[scale].method
    by_name = paired_change(pre, post)
    for name, scale in SCALES.items():
        assert by_name.get(name).value == pytest.approx(wanted[float(f"{scale:.15g}")], rel=1e-8)


def test_a_wider_prior_finds_more_for_none_when_there_is_none():
    factors = bayes_factors([1, 2, 3, 4], [2, 1, 4, 3], scales=(0.001, 0.5, 1, 1000))
    values = [bf.value for bf in factors.values()]
    assert values == sorted(values, reverse=True)
    assert values[0] == pytest.approx(1, abs=2e-3)
    assert values[-1] < 0.01


@pytest.mark.parametrize("scale", [0, -1, 1e-4, 1001, math.nan, math.inf])
def test_refused_scales(scale):
    with pytest.raises(StatisticsError, match=r"from 0\.001 to 1000"):
        bayes_factors([1, 2], [2, 4], scales=(1, scale))


def test_reasons_by_scale():
    assert {bf.reason for bf in bayes_factors([1], [2]).values()} == {"fewer_than_two_pairs"}
    assert {bf.reason for bf in bayes_factors([1, 2], [2, 3]).values()} == {"no_variance"}
    assert bayes_factors([], [], scales=(2,))[2].reason == "no_pairs"


def test_beyond_the_number_range_it_says_so():
    assert jzs_bayes_factor(200.0, 1000).reason == "above_1e307"
    assert log_bayes_factor(200.0, 1000) > 709


def test_a_smaller_step_changes_nothing(monkeypatch):
    from peereval.stats.change import bayes_factor

    grid = [(t, n) for t in (0.0, 1.0, 10.0, 1e6) for n in (2, 30, 5000)]
    coarse = np.array([log_bayes_factor(t, n) for t, n in grid])
    monkeypatch.setattr(bayes_factor, "_STEP", 1 / 64)
    fine = np.array([log_bayes_factor(t, n) for t, n in grid])
    np.testing.assert_allclose(coarse, fine, rtol=1e-12, atol=1e-12)
