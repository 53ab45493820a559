"""The probability that a score rose: R, Wilson, coverage, edges."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from peereval.stats import tango_interval
from peereval.stats.change.increase import probability_of_increase

from .references import SLEEP_POST, SLEEP_PRE, cases, change_cases


@pytest.mark.parametrize(("pre", "post", "expected"), change_cases())
def test_matches_r(pre, post, expected):
    # In R the nuisance probability is found by maximising the likelihood numerically, which leaves
    # about 1e-9 in the limits.
    change, wanted = np.round(post - pre, 9), expected["increase"]
    for level, key in ((0.95, "ci"), (0.9, "ci_90")):
        found = probability_of_increase(change, ci_level=level)
        assert found.value == pytest.approx(wanted["value"], rel=1e-12)
        assert (found.ci_low, found.ci_high) == pytest.approx(wanted[key], abs=1e-7)


def test_value_matches_the_committed_reference():
    sleep = next(c for c in cases("paired") if c["id"] == "sleep")
    found = probability_of_increase(SLEEP_POST - SLEEP_PRE)
    assert found.value == pytest.approx(sleep["expected"]["p_improved_raw"])


@given(st.integers(0, 60), st.integers(0, 60))
def test_without_unchanged_scores_it_is_wilsons(up, down):
    if up + down == 0:
        return
    low, high = tango_interval(down, up, up + down)
    wilson = stats.binomtest(up, up + down).proportion_ci(method="wilson")
    assert ((1 + low) / 2, (1 + high) / 2) == pytest.approx((wilson.low, wilson.high), abs=1e-9)


@given(st.integers(0, 40), st.integers(0, 40), st.integers(0, 40))
def test_within_bounds_around_the_value_and_symmetric(up, down, same):
    n = up + down + same
    if n == 0:
        return
    low, high = tango_interval(down, up, n)
    assert -1 <= low <= (up - down) / n <= high <= 1
    assert high - low > 0
    assert tango_interval(up, down, n) == pytest.approx((-high, -low), abs=1e-12)


@pytest.mark.parametrize(
    ("n", "up", "down"), [(10, 0.5, 0.3), (10, 0.25, 0.25), (30, 0.7, 0.1), (30, 0.5, 0.5)]
)
def test_exact_coverage(n, up, down):
    log_n = math.lgamma(n + 1)
    covered = 0.0
    for u in range(n + 1):
        for d in range(n + 1 - u):
            parts = ((u, up), (d, down), (n - u - d, 1 - up - down))
            if any(k and p < 1e-12 for k, p in parts):
                continue
            terms = (k * math.log(p) - math.lgamma(k + 1) for k, p in parts if k)
            low, high = tango_interval(d, u, n)
            inside = low - 1e-12 <= up - down <= high + 1e-12
            covered += math.exp(log_n + sum(terms)) * inside
    assert 0.94 < covered < 0.985


def test_edges():
    assert probability_of_increase(np.array([])).reason == "no_pairs"
    nobody = probability_of_increase(np.zeros(20))
    assert nobody.value == 0.5
    assert (nobody.ci_low, nobody.ci_high) == pytest.approx((0.5 - 0.0806, 0.5 + 0.0806), abs=1e-4)
    everybody = probability_of_increase(np.ones(20))
    assert (everybody.value, everybody.ci_high) == (1, 1)
    assert 0.8 < everybody.ci_low < 0.9
    one = probability_of_increase(np.array([-3.0]))
    assert (one.value, one.ci_low) == (0, 0)
    assert 0 < one.ci_high < 1
