"""Moments: identities between them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from peereval.stats.basics.moments import moments
from peereval.stats.basics.pairs import complete_pairs

score = st.integers(0, 80)


@given(st.lists(st.tuples(score, score), min_size=2, max_size=40))
def test_variance_of_change_is_the_sum_less_twice_the_covariance(rows):
    pre, post = np.array(rows).T
    m = moments(complete_pairs(pre, post))
    r = 0.0 if math.isnan(m.correlation) else m.correlation
    expected = m.sd_pre**2 + m.sd_post**2 - 2 * r * m.sd_pre * m.sd_post
    assert m.sd_change**2 == pytest.approx(expected, abs=1e-9)
    assert not abs(m.correlation) > 1


def test_equal_scores_have_exactly_no_spread():
    # The mean of three times 0.1 is not 0.1 in the computer.
    m = moments(complete_pairs([0.1, 0.1, 0.1], [0.3, 0.2, 0.1]))
    assert m.sd_pre == 0.0
    assert math.isnan(m.correlation)


def test_squares_of_large_scores_do_not_overflow():
    m = moments(complete_pairs([1e200, 3e200], [2e200, 2e200]))
    assert m.sd_pre == pytest.approx(math.sqrt(2) * 1e200)
    assert m.mean_change == 0
    assert m.untestable == ""
