"""Rubin's rules against R's mice, and at their limits."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peereval.errors import StatisticsError
from peereval.stats import pool

from .references import cases

CASES = [pytest.param(case, id=case["id"]) for case in cases("rubin")]
ATTRIBUTES = ("estimate", "within", "between", "total", "df", "fmi")

numbers = st.integers(-1000, 1000).map(lambda k: k / 10)
imputed = st.lists(st.tuples(numbers, st.integers(1, 500)), min_size=2, max_size=20)


@pytest.mark.parametrize("case", CASES)
def test_pooling_matches_mice(case):
    df_complete = float(case["df_complete"])
    pooled = pool(case["estimate"], case["variance"], df_complete=df_complete)
    for name in ATTRIBUTES:
        assert getattr(pooled, name) == pytest.approx(case["expected"][name], rel=1e-9), name


@settings(max_examples=80, deadline=None)
@given(data=imputed, df_complete=st.integers(1, 500))
def test_what_every_pooled_estimate_satisfies(data, df_complete):
    q, u = (np.array(x, dtype=float) for x in zip(*data, strict=True))
    pooled = pool(q, u, df_complete=df_complete)
    assert pooled.total >= pooled.within
    assert 0 < pooled.df < df_complete
    assert 0 < pooled.fmi <= 1
    # fmi as the contract writes it.
    r = (1 + 1 / pooled.m) * pooled.between / pooled.within
    assert pooled.fmi == pytest.approx((r + 2 / (pooled.df + 3)) / (r + 1))
    larger = pool(q * 10 + 3, u * 100, df_complete=df_complete)
    assert larger.estimate == pytest.approx(pooled.estimate * 10 + 3)
    assert larger.df == pytest.approx(pooled.df, rel=1e-6)
    backwards = pool(q[::-1], u[::-1], df_complete=df_complete)
    assert backwards.total == pytest.approx(pooled.total)


def test_without_variance_between_nothing_is_missing_but_the_small_sample_term():
    pooled = pool([0.1 + 0.2, 0.3, 0.3], [2, 2, 2], df_complete=10)
    assert (pooled.between, pooled.total) == (0.0, 2.0)
    assert pooled.df == pytest.approx(11 / 13 * 10)
    assert pooled.fmi == pytest.approx(2 / (pooled.df + 3))
    large = pool([5, 5], [1, 2], df_complete=math.inf)
    assert (large.df, large.fmi) == (math.inf, 0.0)
    assert large.interval() == pytest.approx((5 - 1.959964 * 1.5**0.5, 5 + 1.959964 * 1.5**0.5))


@pytest.mark.parametrize("scale", [1e-70, 1e70])
def test_the_size_of_the_numbers_does_not_matter(scale):
    plain = pool([1, 2, 4], [1, 2, 1], df_complete=20)
    scaled = pool(np.array([1, 2, 4]) * scale, np.array([1, 2, 1]) * scale**2, df_complete=20)
    assert scaled.df == pytest.approx(plain.df)
    assert scaled.fmi == pytest.approx(plain.fmi)


def test_where_all_information_is_missing_there_is_no_interval():
    pooled = pool([1e150, -1e150], [1e-150, 1e-150], df_complete=10)
    assert (pooled.df, pooled.fmi) == (0.0, 1.0)
    assert pooled.interval() == (-math.inf, math.inf)
    assert pooled.tidy().loc[0, "m"] == 2


@pytest.mark.parametrize(
    ("estimates", "variances", "df", "text"),
    [
        ([1.0], [1.0], 10, "1 estimate to pool"),
        ([], [], 10, "0 estimates to pool"),
        ([1, 2], [1], 10, "2 estimates but 1 variances"),
        ([1, math.nan], [1, 1], 10, "missing or infinite"),
        ([1, 2], [1, math.inf], 10, "missing or infinite"),
        ([1, 2], [1, 0], 10, "1 of 2 variances are not positive"),
        ([1, 2], [-1, 0], 10, "2 of 2 variances are not positive"),
        ([1e200, 2], [1, 1], 10, "too large or too small"),
        ([1, 2], [1e-200, 1], 10, "too large or too small"),
        ([1, 2], [1, 1], 0, "df_complete is 0"),
        ([1, 2], [1, 1], math.nan, "df_complete is nan"),
        ([[1, 2]], [1, 1], 5, "2 dimensions"),
        (["a", "b"], [1, 1], 5, "not numbers"),
    ],
)
def test_what_cannot_be_pooled_is_refused(estimates, variances, df, text):
    with pytest.raises(StatisticsError, match=text):
        pool(estimates, variances, df_complete=df)
