"""A planned test in whole people and whole groups, and what present data tell a planner."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

import peereval as pe
from peereval.analysis.planned_test import PeerGroups, PlannedTest
from peereval.analysis.present_data import changes_found
from peereval.errors import StatisticsError

tests = st.builds(
    PlannedTest,
    sd_change=st.floats(1, 20),
    power=st.sampled_from([0.5, 0.8, 0.95]),
    lost=st.sampled_from([0.0, 0.3, 0.6]),
    groups=st.one_of(
        st.none(),
        st.builds(
            PeerGroups,
            size=st.integers(4, 12),
            icc=st.floats(0, 0.3),
            cv=st.floats(0, 0.8),
            regions=st.integers(1, 4),
        ),
    ),
)


@given(tests, st.floats(1, 10))
def test_whole_people_have_the_power_wanted_and_fewer_have_not(test, points):
    for needed, power_of in (
        (test.people_for_change(points), lambda n: test.power_of_change(points, n)),
        (test.people_for_equivalence(points), lambda n: test.power_of_equivalence(points, n)),
    ):
        assert needed.power >= test.power - 1e-6
        assert needed.n_start >= needed.n_pairs
        clusters, groups = test.clusters, test.groups
        if groups is None:
            fewer = needed.n_pairs - 1
            fewest = 2
        else:
            assert needed.n_start == needed.groups * groups.regions * groups.size
            fewer = (needed.groups - 1) * groups.regions * clusters.group_size
            fewest = clusters.fewest
        if fewer >= fewest:
            assert power_of(fewer) < test.power


@given(tests, st.integers(200, 400))
def test_the_smallest_change_and_bound_have_the_power_wanted(test, n):
    assert test.power_of_change(test.smallest_change(n), n) == pytest.approx(test.power)
    assert test.power_of_equivalence(test.smallest_bound(n), n) == pytest.approx(test.power)


def test_groups_vary_by_chance_when_people_do_not_come_back():
    clusters = PlannedTest(
        sd_change=6, lost=0.3, groups=PeerGroups(size=8, icc=0.05, cv=0.5)
    ).clusters
    # Binomial: mean 8 * .7, variance 8 * .7 * .3.
    assert clusters.group_size == pytest.approx(5.6)
    assert clusters.cv == pytest.approx(math.sqrt(0.5**2 + 8 * 0.7 * 0.3 / 5.6**2))


def test_groups_that_nobody_stays_in_are_refused():
    with pytest.raises(StatisticsError, match=r"About 0\.8 people of every group of 8"):
        _ = PlannedTest(sd_change=6, lost=0.9, groups=PeerGroups(size=8, icc=0.05)).clusters


def test_a_curve_passes_the_people_needed():
    test = PlannedTest(sd_change=6)
    n, power = test.curve(lambda k: test.power_of_change(3, k), 34)
    assert n[0] == 2
    assert n[-1] == pytest.approx(1.7 * 34)
    assert (power[1:] > power[:-1]).all()


def test_what_present_data_tell_is_what_the_ledger_tells():
    evaluation = pe.evaluate(pe.read_study(*pe.sample("two_regions")))
    found = changes_found(evaluation)
    assert [f.label for f in found] == [o.label for o in evaluation.facts.outcomes]
    hope = found[0]
    ledger = evaluation.ledger.query("outcome == 'hope' and group == 'all'")
    row = ledger[ledger["statistic"] == "sd_change"].iloc[0]
    assert (hope.sd_change, hope.n) == (row["value"], row["n"])
    assert (hope.smallest_change, hope.origin) == (2.0, "plan")
    df = hope.n - 1
    limits = hope.sd_change * (df / stats.chi2.ppf([0.975, 0.025], df)) ** 0.5
    assert (hope.sd_low, hope.sd_high) == pytest.approx(tuple(limits))
