"""The sign-flip test: R, enumeration, its three ways of counting, edges."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from peereval.stats.basics.pairs import complete_pairs
from peereval.stats.change import sign_flip
from peereval.stats.change.sign_flip import sign_flip_test

from .references import change_cases

whole = st.lists(st.integers(-9, 9), min_size=1, max_size=10).map(lambda x: np.array(x, float))


def written_out(change):
    """Share of all choices of sign whose sum is as far from zero, by writing them out."""
    signs = np.array(list(itertools.product((-1, 1), repeat=change.size)))
    return np.mean(np.abs(signs @ change) >= abs(change.sum()) * (1 - 1e-12) - 1e-12)


@pytest.mark.parametrize(("pre", "post", "expected"), change_cases())
def test_matches_r(pre, post, expected):
    # Every choice written out in R (up to 20 people), and exactRankTests::perm.test.
    test = sign_flip_test(complete_pairs(pre, post).change)
    assert test.statistic == pytest.approx((post - pre).mean(), rel=1e-12)
    for p in dict(expected["sign_flip"]).values():
        assert test.p_value == pytest.approx(p, rel=1e-9, abs=0)
        assert "all choices of sign" in test.method


@given(whole)
def test_whole_changes_are_counted_exactly(change):
    assert sign_flip_test(change).p_value == pytest.approx(written_out(change), rel=1e-12)
    assert sign_flip_test(change / 10).p_value == pytest.approx(written_out(change), rel=1e-12)


@given(whole, st.integers(0, 1000))
def test_other_changes_are_counted_exactly_by_halves(change, seed):
    odd = change + np.random.default_rng(seed).normal(size=change.size)
    assert sign_flip_test(odd).p_value == pytest.approx(written_out(odd), rel=1e-12)


@given(st.lists(st.integers(-99, 99), min_size=1, max_size=24))
def test_both_ways_of_counting_agree(values):
    change = np.array(values, float)
    sizes, edge = np.abs(change[change != 0]), abs(change.sum()) - 1e-9
    if edge > 0:
        by_halves = sign_flip._share_by_halves(sizes, edge)
        assert sign_flip_test(change).p_value == pytest.approx(by_halves, rel=1e-9)


def test_drawn_choices_are_near_the_exact_share(monkeypatch):
    rng = np.random.default_rng(3)
    change = rng.integers(-7, 12, 60).astype(float)
    exact = sign_flip_test(change).p_value
    monkeypatch.setattr(sign_flip, "_MOST_WORK", 0)
    drawn = sign_flip_test(change)
    assert "9999 choices of sign drawn with seed" in drawn.method
    error = math.sqrt(exact * (1 - exact) / 9999)
    assert 0.01 < exact < 0.5
    assert drawn.p_value == pytest.approx(exact, abs=4 * error)
    assert drawn == sign_flip_test(change)
    assert drawn.p_value != sign_flip_test(change, seed=1).p_value


def test_drawn_p_is_never_zero_and_blocks_change_nothing(monkeypatch):
    change = 5 + np.random.default_rng(1).normal(size=64)
    assert sign_flip_test(change).p_value == 1 / 10_000
    wide = change - 4.8
    at_once = sign_flip_test(wide).p_value
    monkeypatch.setattr(sign_flip, "_AT_ONCE", 1000)
    assert sign_flip_test(wide).p_value == at_once


def test_the_order_of_people_does_not_matter():
    rng = np.random.default_rng(2)
    change = rng.normal(0.2, 1, 80)
    p_values = {sign_flip_test(rng.permutation(change)).p_value for _ in range(5)}
    assert len(p_values) == 1
    assert sign_flip_test(-change).p_value in p_values


def test_zeros_change_nothing():
    change = np.array([1.0, 2.5, -0.5, 3.0])
    with_zeros = sign_flip_test(np.append(change, np.zeros(50)))
    assert with_zeros.p_value == sign_flip_test(change).p_value
    assert with_zeros.n == 54


def test_edges():
    assert sign_flip_test(np.array([])).reason == "no_pairs"
    assert sign_flip_test(np.array([2.0])).p_value == 1
    assert sign_flip_test(np.zeros(40)).p_value == 1
    assert sign_flip_test(np.full(40, 2.0)).p_value == pytest.approx(2 / 2**40)
    assert sign_flip_test(np.full(2000, 2.0)).p_value == pytest.approx(0, abs=1e-300)
    assert sign_flip_test(np.array([3.0, -3.0])).p_value == 1


@pytest.mark.parametrize("scale", [1e-300, 1e300])
def test_any_scale(scale):
    change = np.array([0.5, -0.25, 1.0, 0.75, 0.9])
    assert sign_flip_test(change * scale).p_value == sign_flip_test(change).p_value
