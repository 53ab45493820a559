"""Pairs: what is kept."""

from __future__ import annotations

import numpy as np

from peereval.stats.basics.pairs import complete_pairs


def test_change_is_post_minus_pre():
    pairs = complete_pairs([1, 2, 3], [5, 2, 1])
    assert pairs.change.tolist() == [4, 0, -2]
    assert pairs.n == 3


def test_the_result_is_a_copy():
    pre = np.array([1.0, 2.0])
    pairs = complete_pairs(pre, pre)
    pairs.pre[0] = 99
    assert pre[0] == 1


def test_rounding_is_relative_to_the_scores():
    tiny = complete_pairs([0.0, 1e-9], [1e-12, 1.0])
    assert (tiny.change != 0).all()
    assert complete_pairs([1e6], [1e6 + 1e-10]).change[0] == 0


def test_infinite_and_missing_together():
    pairs = complete_pairs([np.nan, 1.0], [2.0, 3.0])
    assert pairs.n_excluded == 1
    assert pairs.pre.tolist() == [1.0]
