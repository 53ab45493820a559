"""People at the ends of a scale, with Wilson's interval."""

from __future__ import annotations

import math

import numpy as np
import pytest

from peereval.errors import StatisticsError
from peereval.stats import percent_at_ends
from peereval.stats.basics.proportions import wilson_interval


# Newcombe (1998), Statistics in Medicine 17, 857-872, Table I, method 3 (score), as printed.
@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_intervals_as_newcombe_prints_them(k, n, low, high):
    assert wilson_interval(k, n) == pytest.approx((low, high), abs=5e-5)


def test_ends_are_shares_of_those_with_a_score():
    low, high = percent_at_ends([1, 1, 2, 5, None, 3, 5, 5], low=1, high=5)
    assert (low.value, low.n) == (pytest.approx(200 / 7), 7)
    assert high.value == pytest.approx(300 / 7)
    limits = [100 * x for x in wilson_interval(3, 7)]
    assert [high.ci_low, high.ci_high] == pytest.approx(limits)


def test_a_prorated_score_at_the_end_counts():
    _, high = percent_at_ends([3 * (0.1 + 0.2), 0.5], low=0, high=0.9)
    assert high.value == 50


def test_the_level_moves_the_interval():
    wide, narrow = (percent_at_ends([0, 1, 2], low=0, high=3, ci_level=c)[0] for c in (0.99, 0.5))
    assert wide.ci_low < narrow.ci_low < wide.value < narrow.ci_high < wide.ci_high


@pytest.mark.parametrize("scores", [[], [math.nan]])
def test_nobody_has_no_share(scores):
    assert {e.reason for e in percent_at_ends(scores, low=0, high=3)} == {"nobody_to_count"}


@pytest.mark.parametrize(
    ("scores", "low", "high", "text"),
    [
        ([1, 7], 0, 6, "1 of 2 scores lie outside 0 to 6"),
        ([1], 6, 0, "The scale runs from 6 to 0"),
        ([1], 0, np.inf, "The scale runs from 0 to inf"),
        ([1], -1e308, 1e308, "The scale runs from -1e\\+308 to 1e\\+308"),
        ([np.inf], 0, 6, "infinite"),
    ],
)
def test_what_is_no_scale_is_refused(scores, low, high, text):
    with pytest.raises(StatisticsError, match=text):
        percent_at_ends(scores, low=low, high=high)
