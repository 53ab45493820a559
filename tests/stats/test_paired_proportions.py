"""Differences of paired proportions: R, the examples of the papers, the equations, the edges."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peereval.errors import StatisticsError
from peereval.stats import paired_proportion_difference, tango_interval
from peereval.stats.basics.student import normal_quantile

from .references import cases

METHODS = ("tango", "newcombe")
cells = st.tuples(*[st.integers(0, 60)] * 4).filter(any)


def interval(table, method, **more):
    found = paired_proportion_difference(*table, method=method, **more)
    return found.ci_low, found.ci_high


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "case", [c for c in cases("categories") if c["kind"] == "difference"], ids=lambda c: c["id"]
)
def test_intervals_match_r(case, method):
    found = interval(case["args"].values(), method)
    assert found == pytest.approx(case["expected"][method], rel=1e-10)


def test_the_examples_of_tango_1998():
    # Section 6.2, sleeping difficulties of marijuana users and controls: 9 and 3 of 32.
    assert [round(x, 3) for x in tango_interval(3, 9, 32)] == [-0.027, 0.390]
    # Section 6.1, cross-over trial of soft contact lenses: 0 and 1 of 44, 90% interval.
    assert round(tango_interval(1, 0, 44, 0.90)[0], 3) == -0.096


@pytest.mark.parametrize(
    ("table", "printed"),
    [
        # Before minus after in the paper, so the limits change sides and signs.
        ((36, 12, 2, 0), (0.0569, 0.3404)),
        ((54, 0, 0, 0), (-0.0664, 0.0664)),
        ((0, 30, 0, 0), (0.8395, 1.0)),
    ],
)
def test_method_10_of_newcombe_1998(table, printed):
    low, high = interval(table, "newcombe")
    assert (round(-high, 4), round(-low, 4)) == printed


@pytest.mark.parametrize(
    ("table", "method", "printed"),
    [
        # Complete response before and after consolidation therapy (Cavo et al. 2012).
        ((59, 6, 16, 80), "newcombe", (-0.1186, -0.0046)),
        ((59, 6, 16, 80), "tango", (-0.1240, -0.0054)),
    ],
)
def test_the_example_of_fagerland_lydersen_and_laake_2017(table, method, printed):
    low, high = interval(table, method)
    assert (round(-high, 4), round(-low, 4)) == printed


@given(cells, st.sampled_from(METHODS), st.floats(0.5, 0.999))
def test_swapping_the_surveys_swaps_the_limits(table, method, level):
    a, b, c, d = table
    low, high = interval((a, b, c, d), method, ci_level=level)
    assert interval((a, c, b, d), method, ci_level=level) == pytest.approx((-high, -low), abs=1e-12)
    assert -1 <= low <= (c - b) / sum(table) + 1e-12
    assert (c - b) / sum(table) - 1e-12 <= high <= 1


@given(cells)
def test_answering_the_other_way_round_turns_the_difference(table):
    a, b, c, d = table
    low, high = interval((a, b, c, d), "newcombe")
    # "No" instead of "yes": both becomes neither, before only becomes after only.
    assert interval((d, c, b, a), "newcombe") == pytest.approx((-high, -low), abs=1e-12)


@given(st.integers(0, 40), st.integers(0, 40), st.integers(0, 40))
def test_limits_are_the_differences_that_the_score_test_just_keeps(c, b, same):
    n = b + c + same
    if n == 0:
        return
    low, high = tango_interval(c, b, n)
    z2 = normal_quantile(0.975) ** 2
    for limit in (low, high):
        if abs(limit) == 1:
            continue
        # The likelihood of b and c of n has its maximum under this difference where
        # b / (q + D) + c / q = 2 same / (1 - 2q - D).
        q = _restricted_share(b, c, n, limit)
        spread = n * (2 * q + limit * (1 - limit))
        assert (b - c - n * limit) ** 2 == pytest.approx(z2 * spread, rel=1e-6, abs=1e-9)


def _restricted_share(b, c, n, difference):
    """The likeliest share of "before only", by bisection of the slope of the likelihood."""
    low, high = max(0.0, -difference), (1 - difference) / 2
    for _ in range(200):
        q = (low + high) / 2
        rest = 1 - 2 * q - difference
        slope = (b / (q + difference) if b else 0) + (c / q if c else 0)
        slope -= 2 * (n - b - c) / rest if n > b + c else 0
        low, high = (q, high) if slope > 0 else (low, q)
    return (low + high) / 2


def test_where_nobody_changed_both_intervals_are_symmetric():
    z2 = normal_quantile(0.975) ** 2
    for n in (1, 2, 3, 50):
        assert tango_interval(0, 0, n) == pytest.approx((-z2 / (n + z2), z2 / (n + z2)))


def test_where_everybody_changed_one_way_the_far_limit_is_exact():
    assert tango_interval(0, 5, 5)[1] == 1
    assert tango_interval(5, 0, 5)[0] == -1
    assert math.isfinite(tango_interval(1, 0, 1)[1])


@pytest.mark.parametrize(
    ("args", "words"),
    [((2, 3, 4), "5 of 4 people changed"), ((0, 0, 0), "0 of 0"), ((-1, 0, 4), "only_before")],
)
def test_impossible_counts_are_refused(args, words):
    with pytest.raises(StatisticsError, match=words):
        tango_interval(*args)


def test_unknown_methods_are_refused():
    with pytest.raises(StatisticsError, match="no method 'wald'"):
        paired_proportion_difference(1, 2, 3, 4, method="wald")
    for method in METHODS:
        with pytest.raises(StatisticsError):
            paired_proportion_difference(0, 0, 0, 0, method=method)
