"""What peer groups cost, and who must be invited."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from peereval.errors import StatisticsError
from peereval.stats import Clusters, cluster_design_effect, n_to_invite
from peereval.stats.planning.unknown import PlanningError


def test_the_formula_of_eldridge_ashby_and_kerry():
    # 1 + ((cv^2 + 1) m - 1) icc, worked by hand.
    assert cluster_design_effect(group_size=10, icc=0.05) == pytest.approx(1.45)
    unequal = cluster_design_effect(group_size=10, icc=0.05, cv=0.6)
    assert unequal == pytest.approx(1.63)


@given(st.lists(st.integers(1, 30), min_size=2, max_size=12), st.floats(0, 1))
def test_it_is_the_variance_of_the_mean_of_unequal_groups(sizes, icc):
    # Variance of the mean of everyone: sum of m_i (1 + (m_i - 1) icc) over n^2.
    n, mean = sum(sizes), sum(sizes) / len(sizes)
    cv = math.sqrt(sum((m - mean) ** 2 for m in sizes) / len(sizes)) / mean
    exact = sum(m * (1 + (m - 1) * icc) for m in sizes) / n
    assert cluster_design_effect(group_size=mean, icc=icc, cv=cv) == pytest.approx(exact)


def test_effective_n():
    groups = Clusters(group_size=8, icc=0.05)
    assert groups.effective_n(80) == pytest.approx(80 / 1.35)
    assert groups.df(80) == 9
    assert Clusters(group_size=8, icc=0.05, regions=2).df(80) == 8


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"group_size": 0.5, "icc": 0.1}, "group_size is 0.5"),
        ({"group_size": math.nan, "icc": 0.1}, "group_size is nan"),
        ({"group_size": 8, "icc": -0.1}, r"icc is -0\.1.*from 0 to 1"),
        ({"group_size": 8, "icc": 1.1}, "icc is 1.1"),
        ({"group_size": 8, "icc": 0.1, "cv": -1}, "cv is -1"),
    ],
)
def test_refusals(asked, words):
    with pytest.raises(StatisticsError, match=words):
        cluster_design_effect(**asked)
    with pytest.raises(StatisticsError, match=words):
        Clusters(**asked)


@pytest.mark.parametrize("regions", [0, -1, 1.5])
def test_regions_are_counted(regions):
    with pytest.raises(StatisticsError, match="regions is"):
        Clusters(group_size=8, icc=0.1, regions=regions)


@given(st.integers(1, 500), st.floats(0, 0.95), st.floats(0.5, 0.999))
def test_enough_come_back(n, lost, certainty):
    on_average = n_to_invite(n, lost=lost)
    assert on_average * (1 - lost) >= n * (1 - 1e-9)
    assert (on_average - 1) * (1 - lost) < n
    sure = n_to_invite(n, lost=lost, certainty=certainty)
    if lost > 0:
        assert stats.binom.sf(n - 1, sure, 1 - lost) >= certainty * (1 - 1e-9)
        assert stats.binom.sf(n - 1, sure - 1, 1 - lost) < certainty * (1 + 1e-9)


def test_nobody_is_lost():
    assert n_to_invite(33.4, lost=0) == n_to_invite(33.4, lost=0, certainty=0.99) == 34


def test_rounding_does_not_invite_one_more():
    assert 2 / (1 - 0.8) > 10
    assert n_to_invite(2, lost=0.8) == 10


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"n": 0, "lost": 0.3}, "n is 0"),
        ({"n": math.inf, "lost": 0.3}, "n is inf"),
        ({"n": 5, "lost": 1}, "lost is 1"),
        ({"n": 5, "lost": 30}, r"lost is 30.*write 0\.3 for 30%"),
        ({"n": 5, "lost": 0.3, "certainty": 1}, "certainty is 1"),
    ],
)
def test_invitations_that_make_no_sense(asked, words):
    with pytest.raises(StatisticsError, match=words):
        n_to_invite(**asked)


def test_very_many_to_invite():
    assert n_to_invite(1e6, lost=0.999999, certainty=0.99) == pytest.approx(1.00232e12, rel=1e-4)


def test_a_certainty_is_checked_even_where_nobody_is_lost():
    with pytest.raises(PlanningError, match="certainty"):
        n_to_invite(10, lost=0, certainty=2)


def test_sizes_beyond_any_evaluation_are_refused():
    with pytest.raises(PlanningError, match="at most"):
        cluster_design_effect(group_size=8, icc=0.05, cv=1e200)
