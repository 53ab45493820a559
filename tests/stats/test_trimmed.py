"""Yuen's paired test: the published formula in R, identities, edges."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from peereval.results.estimate import NotEstimated
from peereval.stats.basics.moments import moments
from peereval.stats.basics.pairs import complete_pairs
from peereval.stats.change.mean import t_interval
from peereval.stats.change.trimmed import yuen

from .references import change_cases

people = st.lists(
    st.tuples(st.integers(-50, 50), st.integers(-50, 50)), min_size=2, max_size=40
).map(lambda rows: np.array(rows, float).T)


@pytest.mark.parametrize(("pre", "post", "expected"), change_cases())
@pytest.mark.parametrize(("level", "key"), [(0.95, "yuen"), (0.9, "yuen_90")])
def test_matches_r(pre, post, expected, level, key):
    found, wanted = yuen(complete_pairs(pre, post), ci_level=level), expected[key]
    assert found.value == pytest.approx(wanted["value"], rel=1e-9)
    assert (found.ci_low, found.ci_high) == pytest.approx((wanted["low"], wanted["high"]), rel=1e-9)
    assert found.statistic == pytest.approx(wanted["statistic"], rel=1e-9)
    assert found.df == wanted["df"]
    assert found.p_value == pytest.approx(wanted["p_value"], rel=1e-8, abs=0)


@given(people)
def test_is_the_change_of_scipys_trimmed_mean(scores):
    found = yuen(complete_pairs(*scores))
    if not isinstance(found, NotEstimated):
        # An integer share of n: 0.2 n may fall just short of a whole number.
        before, after = (stats.trim_mean(s, 0.2 + 1e-9) for s in scores)
        assert found.value == pytest.approx(after - before, abs=1e-12)


@given(people)
def test_below_five_people_nothing_is_trimmed(scores):
    few = complete_pairs(*scores[:, :4])
    found, plain = yuen(few), t_interval(moments(few))
    if isinstance(plain, NotEstimated):
        assert isinstance(found, NotEstimated)
        return
    for number in ("value", "ci_low", "ci_high", "statistic", "df", "p_value"):
        assert getattr(found, number) == pytest.approx(getattr(plain, number), abs=1e-12), number


def test_one_wild_score_does_not_matter():
    pre = np.array([3.0, 4, 5, 6, 7, 8, 9, 10, 11, 12])
    post = pre + np.array([1.0, 2, 0, 1, 3, 1, 2, 0, 1, 2])
    wild = post.copy()
    wild[-1] = 1e6
    calm, shaken = yuen(complete_pairs(pre, post)), yuen(complete_pairs(pre, wild))
    assert shaken.value == calm.value
    assert t_interval(moments(complete_pairs(pre, wild))).value > 1e4


def test_reasons():
    assert yuen(complete_pairs([], [])).reason == "no_pairs"
    assert yuen(complete_pairs([1], [2])).reason == "fewer_than_two_pairs"
    # Only the lowest and the highest score differ: none of them is left.
    same = complete_pairs([1, 5, 5, 5, 9], [2, 5, 5, 5, 7])
    assert yuen(same).reason == "no_variance_trimmed"
