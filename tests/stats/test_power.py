"""Power of the paired t test, against R, its inverses and its limits."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peereval.errors import StatisticsError
from peereval.stats import Clusters, paired_power
from peereval.stats.planning.power import t_test_power
from peereval.stats.planning.unknown import solve_rising

from .references import cases

# R's noncentral t is exact to about 1e-12 in absolute terms.
PAIRED = cases("power")["paired"]
effects = st.floats(0.05, 3)
levels = st.floats(1e-4, 0.3)
people = st.floats(2, 500)


@pytest.mark.parametrize("case", PAIRED, ids=lambda c: f"{c['kind']} {c['args']}")
def test_matches_r(case):
    args, kind = case["args"], case["kind"]
    found = paired_power(**{"d_z": None, **args})
    assert found == pytest.approx(case["expected"][kind], rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("case", cases("power_paired"), ids=lambda c: c["id"])
def test_matches_power_t_test(case):
    args, expected = case["args"], case["expected"]
    n = paired_power(d_z=args["dz"], alpha=args["alpha"], power=args["power"])
    # power.t.test stops searching at this.
    assert n == pytest.approx(expected["n"], rel=3e-6)
    found = paired_power(d_z=args["dz"], alpha=args["alpha"], n=50)
    assert found == pytest.approx(expected["power_at_50"], rel=1e-9)


@given(effects, levels, people)
def test_n_and_d_z_undo_power(d_z, alpha, n):
    power = paired_power(d_z=d_z, alpha=alpha, n=n)
    if alpha < power < 1 - 1e-9:
        assert paired_power(d_z=d_z, alpha=alpha, power=power) == pytest.approx(n, rel=1e-6)
        assert paired_power(d_z=None, alpha=alpha, n=n, power=power) == pytest.approx(d_z, rel=1e-6)


@given(effects, levels, people, st.floats(1.05, 3))
def test_power_rises_with_people_and_with_the_change(d_z, alpha, n, more):
    power = paired_power(d_z=d_z, alpha=alpha, n=n)
    assert alpha < power <= 1
    assert paired_power(d_z=d_z, alpha=alpha, n=n * more) >= power - 1e-13
    assert paired_power(d_z=d_z * more, alpha=alpha, n=n) >= power - 1e-13


@given(st.floats(-3, 3), levels, people)
def test_the_sign_of_the_change_does_not_matter(d_z, alpha, n):
    there = paired_power(d_z=d_z, alpha=alpha, n=n)
    assert there == paired_power(d_z=-d_z, alpha=alpha, n=n)


@given(st.floats(1e-12, 1 - 1e-9), people)
def test_without_a_change_it_is_alpha(alpha, n):
    assert paired_power(d_z=0, alpha=alpha, n=n) == pytest.approx(alpha, rel=1e-9)


@pytest.mark.parametrize("n", [2, 2.0, 1e12])
@pytest.mark.parametrize("d_z", [0.0, 1e-300, 1e300])
def test_extremes_are_probabilities(d_z, n):
    power = paired_power(d_z=d_z, alpha=0.05, n=n)
    assert power == pytest.approx(1.0 if d_z > 1 else 0.05, rel=1e-9)
    assert power <= 1


def test_a_huge_change_takes_two_people():
    assert paired_power(d_z=1e300, alpha=0.05, power=0.8) == 2.0


def test_power_close_to_one():
    n = paired_power(d_z=0.5, alpha=0.05, power=1 - 1e-9)
    assert 1 - paired_power(d_z=0.5, alpha=0.05, n=n) == pytest.approx(1e-9, rel=1e-5)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"d_z": 0.5, "power": 0.04}, r"power is 0\.04.*above 0\.05 and below 1"),
        ({"d_z": 0.5, "power": 0.05}, "above 0.05"),
        ({"d_z": 0.5, "power": 1.0}, "below 1"),
        ({"d_z": 0.0, "power": 0.8}, "d_z is 0, and no number of people"),
        ({"d_z": 1e-9, "power": 0.8}, r"takes more than 1e\+12 people"),
        ({"d_z": 0.5, "n": 1.0001}, r"n is 1\.0001.*2 people or more"),
        ({"d_z": 0.5, "n": 1e300}, r"at most 1e\+12 people"),
        ({"d_z": 0.5, "n": math.nan}, "n is nan"),
        ({"d_z": math.inf, "n": 5}, "d_z is inf"),
        ({"d_z": "big", "n": 5}, "d_z is 'big'"),
        ({"d_z": 0.5}, "n and power are left out"),
        ({"d_z": 0.5, "n": 5, "power": 0.8}, "all of them are given"),
        ({"d_z": None, "n": 5}, "d_z and power are left out"),
    ],
)
def test_refusals(asked, words):
    with pytest.raises(StatisticsError, match=words):
        paired_power(alpha=0.05, **asked)


@pytest.mark.parametrize("alpha", [0, 1, -0.05, math.nan, "5%"])
def test_alpha_is_a_probability(alpha):
    with pytest.raises(StatisticsError, match="alpha is"):
        paired_power(d_z=0.5, alpha=alpha, n=20)


def test_an_alpha_that_nothing_reaches_is_refused():
    with pytest.raises(StatisticsError, match="no change gives a power"):
        paired_power(d_z=None, alpha=1e-90, n=2, power=0.8)


def test_groups_of_one_person_are_no_groups():
    alone = Clusters(group_size=1, icc=0.5)
    for asked in ({"n": 20}, {"power": 0.8}):
        with_groups = paired_power(d_z=0.5, alpha=0.05, clusters=alone, **asked)
        assert with_groups == pytest.approx(paired_power(d_z=0.5, alpha=0.05, **asked), rel=1e-9)


def test_groups_that_change_as_one_count_as_people():
    # With an ICC of 1 a group of 8 is one observation.
    as_one = Clusters(group_size=8, icc=1.0)
    found = paired_power(d_z=0.5, alpha=0.05, n=80, clusters=as_one)
    assert found == pytest.approx(paired_power(d_z=0.5, alpha=0.05, n=10), rel=1e-12)


def test_power_with_groups_is_that_of_the_t_test_of_group_means():
    # 12 groups of 6 in 3 regions: 9 df, variance of the mean 1 + 5 * .1 over 72.
    groups = Clusters(group_size=6, icc=0.1, regions=3)
    found = paired_power(d_z=0.4, alpha=0.05, n=72, clusters=groups)
    assert found == t_test_power(0.4 * math.sqrt(72 / 1.5), 9, 0.05)


def test_fewest_groups():
    groups = Clusters(group_size=8, icc=0.05, regions=2)
    assert paired_power(d_z=50, alpha=0.05, power=0.8, clusters=groups) == 24.0
    with pytest.raises(StatisticsError, match=r"2\.88 groups of 8.*3 groups or more, 24 people"):
        paired_power(d_z=0.5, alpha=0.05, n=23, clusters=groups)


def test_a_value_that_is_there_from_the_start_is_the_start():
    assert solve_rising(lambda x: x, 1.0, 3.0, 1.0, "never") == 3.0
