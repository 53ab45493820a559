"""Ranks and signs: enumeration, identities, edges."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from peereval.results.estimate import NotEstimated
from peereval.stats.change.rank import (
    mean_ranks,
    rank_biserial,
    sign_test,
    wilcoxon,
    wilcoxon_pratt,
)

changes = st.lists(st.integers(-6, 6), min_size=1, max_size=60).map(lambda x: np.array(x, float))


@given(st.lists(st.integers(-5, 5), min_size=1, max_size=9).filter(any))
def test_exact_p_is_that_of_all_signs(values):
    moved = np.array([v for v in values if v], float)
    ranks = stats.rankdata(np.abs(moved))
    sums = [
        sum(r for r, up in zip(ranks, signs, strict=True) if up)
        for signs in itertools.product((False, True), repeat=moved.size)
    ]
    observed = ranks[moved > 0].sum()
    tails = [np.mean(np.array(sums) <= observed), np.mean(np.array(sums) >= observed)]
    test = wilcoxon(np.array(values, float))
    assert test.statistic == observed
    assert test.p_value == pytest.approx(min(1, 2 * min(tails)))


@given(changes)
def test_sums_of_ranks_add_up(change):
    up, down = wilcoxon(change), wilcoxon(-change)
    if isinstance(up, NotEstimated):
        assert up.reason == down.reason == "all_zero_differences"
        return
    n = int((change != 0).sum())
    assert up.statistic + down.statistic == n * (n + 1) / 2
    assert up.p_value == down.p_value
    biserial = (up.statistic - down.statistic) / (n * (n + 1) / 2)
    assert rank_biserial(change).value == pytest.approx(biserial)


@given(changes)
def test_mean_ranks_are_those_of_scipy(change):
    assert mean_ranks(change).tolist() == stats.rankdata(change).tolist()


def test_exact_without_ties_matches_the_printed_tables():
    # Critical value for n = 10 at two-sided .05 is 8: 25 of 1024 choices of sign are as extreme.
    def with_negative_ranks(*ranks):
        return np.array([-k if k in ranks else k for k in range(1, 11)], float)

    assert wilcoxon(with_negative_ranks(8)).p_value == pytest.approx(2 * 25 / 1024)
    assert wilcoxon(with_negative_ranks(9)).p_value == pytest.approx(2 * 33 / 1024)


@pytest.mark.parametrize(("n", "how"), [(50, "exact"), (51, "normal")])
def test_exact_up_to_fifty(n, how):
    change = np.arange(1.0, n + 1)
    assert how in wilcoxon(change).method
    assert how in wilcoxon(np.append(change, np.zeros(30))).method
    if how == "exact":
        assert wilcoxon(change).p_value == 2 / 2**50


def test_without_zeros_pratt_is_the_normal_test():
    change = np.array([1.0, -2.0, 3.0, 4.0, 5.0, -5.0, 7.0])
    ranks = stats.rankdata(np.abs(change))
    z = (ranks[change > 0].sum() - ranks.sum() / 2) / math.sqrt((ranks**2).sum() / 4)
    pratt = wilcoxon_pratt(change)
    assert pratt.statistic == pytest.approx(z)
    assert pratt.p_value == pytest.approx(2 * stats.norm.sf(abs(z)))


def test_sign_test_matches_scipy():
    change = np.array([1.0] * 13 + [-1.0] * 4 + [0.0] * 3)
    assert sign_test(change).p_value == pytest.approx(stats.binomtest(4, 17).pvalue)
    assert sign_test(np.array([1.0, -1.0])).p_value == 1


@pytest.mark.parametrize("test", [wilcoxon, wilcoxon_pratt, rank_biserial, sign_test])
def test_nothing_to_rank(test):
    assert test(np.array([])).reason == "no_pairs"
    assert test(np.zeros(4)) == NotEstimated(name=test.__name__, reason="all_zero_differences", n=4)


@pytest.mark.parametrize("test", [wilcoxon, wilcoxon_pratt, sign_test])
def test_many_people_all_tied(test):
    assert test(np.ones(5000)).p_value == pytest.approx(0, abs=1e-300)
