"""Hodges-Lehmann with its signed-rank interval: R, coverage, duality with the test, few people."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from peereval.stats.change.hodges_lehmann import EXACT_UP_TO, hodges_lehmann, interval_depth
from peereval.stats.change.rank import wilcoxon

from .references import change_cases


@pytest.mark.parametrize(("pre", "post", "expected"), change_cases())
def test_matches_r(pre, post, expected):
    # As in the script: changes of scores with one decimal are equal where they are so on paper.
    change = np.round(post - pre, 9)
    for case in filter(None, expected["hodges_lehmann"]):
        typical = hodges_lehmann(change, ci_level=case["level"])
        k, level, how = interval_depth(change.size, case["level"])
        assert (k, how) == (case["k"], "exact")
        assert level == pytest.approx(case["achieved"], rel=1e-12)
        assert f"level {level:.4f}" in typical.method
        limits = (typical.ci_low, typical.ci_high)
        assert limits == pytest.approx((case["low"], case["high"]), rel=1e-12)
        if "wilcox_test" in case:
            found = case["wilcox_test"]
            assert limits == pytest.approx((found["low"], found["high"]), rel=1e-12)
            assert typical.value == pytest.approx(found["estimate"], rel=1e-12)


def test_exact_intervals_of_ties_reach_their_level():
    # Noether (1967). Five possible changes, symmetric about 0.4, n = 7: every outcome written out.
    steps, chances = np.array([-2.0, -1, 0, 1, 2]), np.array([0.1, 0.2, 0.4, 0.2, 0.1])
    covered = 0.0
    for counts in itertools.product(range(8), repeat=5):
        if sum(counts) == 7:
            ways = math.factorial(7) / math.prod(map(math.factorial, counts))
            typical = hodges_lehmann(np.repeat(steps + 0.4, counts))
            inside = typical.ci_low - 1e-9 <= 0.4 <= typical.ci_high + 1e-9
            covered += ways * float(np.prod(chances**counts)) * inside
    assert covered >= interval_depth(7, 0.95)[1] >= 0.95


@given(st.lists(st.integers(-1000, 1000), min_size=6, max_size=40, unique_by=abs))
def test_without_ties_the_interval_holds_what_the_test_does_not_reject(values):
    change = np.array([v + 0.5 for v in values if v != 0] + [2000.25])
    typical, n = hodges_lehmann(change), change.size
    if n < 6:
        return
    for limit, inward in ((typical.ci_low, 1e-3), (typical.ci_high, -1e-3)):
        inside, outside = (wilcoxon(change - limit - s * inward).p_value for s in (1, -1))
        assert outside <= 0.05 < inside or math.isclose(outside, 0.05)


@pytest.mark.parametrize("n", [EXACT_UP_TO, EXACT_UP_TO + 1, 3000])
def test_above_the_limit_it_is_normal_and_nearly_the_same(n):
    k, level, how = interval_depth(n, 0.95)
    assert how == ("exact" if n <= EXACT_UP_TO else "normal")
    assert 0.95 <= level < 0.95 + 2 / n
    exact_mean, sd = n * (n + 1) / 4, math.sqrt(n * (n + 1) * (2 * n + 1) / 24)
    assert k == pytest.approx(exact_mean - 1.959964 * sd, abs=2 + 1e-4 * sd)


@pytest.mark.parametrize(("level", "fewest"), [(0.5, 2), (0.9, 5), (0.95, 6), (0.99, 8)])
def test_too_few_people_for_the_level(level, fewest):
    # With n people no interval can reach more than 1 - 2 / 2^n.
    few = hodges_lehmann(np.arange(1.0, fewest), ci_level=level)
    assert math.isnan(few.ci_low)
    assert few.method.endswith(f"no interval at this level below {fewest} pairs")
    enough = hodges_lehmann(np.arange(1.0, fewest + 1), ci_level=level)
    assert (enough.ci_low, enough.ci_high, enough.ci_level) == (1.0, fewest, level)


def test_symmetric_changes_have_their_centre():
    assert hodges_lehmann(np.array([1.0, 2.0, 3.0, 4.0, 5.0])).value == 3


def test_all_tied():
    typical = hodges_lehmann(np.full(8, 2.0))
    assert (typical.ci_low, typical.value, typical.ci_high) == (2, 2, 2)


def test_nobody():
    assert hodges_lehmann(np.array([])).reason == "no_pairs"
