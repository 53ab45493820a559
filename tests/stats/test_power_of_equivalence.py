"""Power of two one-sided tests, against R, simulation and its limits."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from peereval.errors import StatisticsError
from peereval.stats import Clusters, equivalence_power, paired_change

from .references import cases

EQUIVALENCE = cases("power")["equivalence"]
levels = st.floats(1e-3, 0.4)
people = st.floats(2, 500)
truths = st.floats(-3, 3)


@pytest.mark.parametrize("case", EQUIVALENCE, ids=lambda c: f"{c['kind']} {c['args']}")
def test_matches_r(case):
    found = equivalence_power(**{"bound": None, **case["args"]})
    # R's searches stop at 1e-9 and 1e-11.
    assert found == pytest.approx(case["expected"][case["kind"]], rel=1e-10, abs=1e-13)


def test_it_is_how_often_the_test_of_this_package_shows_equivalence():
    rng = np.random.default_rng(4)
    runs, n = 2000, 12
    change = rng.normal(0.5, 3, (runs, n))
    shown = [
        paired_change(np.zeros(n), d, equivalence=(-2, 2)).get("equivalence").p_value < 0.05
        for d in change
    ]
    power = equivalence_power(bound=2, sd_change=3, alpha=0.05, true_change=0.5, n=n)
    error = math.sqrt(power * (1 - power) / runs)
    assert abs(np.mean(shown) - power) < 3.5 * error


@given(st.floats(0.1, 5), truths, levels, people)
def test_it_is_symmetric_in_the_true_change(bound, truth, alpha, n):
    asked = {"bound": bound, "sd_change": 2.5, "alpha": alpha, "n": n}
    there = equivalence_power(true_change=truth, **asked)
    assert there == equivalence_power(true_change=-truth, **asked)
    assert 0 <= there <= equivalence_power(**asked) + 1e-13


@given(st.floats(0.1, 5), truths, levels, people, st.floats(1e-3, 1e3))
def test_the_unit_does_not_matter(bound, truth, alpha, n, unit):
    there = equivalence_power(bound=bound, sd_change=2, true_change=truth, alpha=alpha, n=n)
    other = equivalence_power(
        bound=bound * unit, sd_change=2 * unit, true_change=truth * unit, alpha=alpha, n=n
    )
    assert other == pytest.approx(there, rel=1e-9, abs=1e-13)


@given(st.floats(0.5, 5), st.floats(0, 0.8), levels, people)
def test_n_and_bound_undo_power(bound, share, alpha, n):
    asked = {"sd_change": 3.0, "alpha": alpha, "true_change": share * bound}
    power = equivalence_power(bound=bound, n=n, **asked)
    assume(alpha < power < 1 - 1e-9)
    again = equivalence_power(bound=bound, power=power, **asked)
    assert again == pytest.approx(n, rel=1e-6)
    again = equivalence_power(bound=None, n=n, power=power, **asked)
    assert again == pytest.approx(bound, rel=1e-6)


@given(st.floats(0.5, 5), levels, people, st.floats(1.05, 3))
def test_power_rises_with_people_and_with_the_bounds(bound, alpha, n, more):
    asked = {"sd_change": 3.0, "alpha": alpha}
    power = equivalence_power(bound=bound, n=n, **asked)
    assert equivalence_power(bound=bound * more, n=n, **asked) >= power - 1e-13
    # Below alpha it can fall: with two or three people S is often close to zero.
    if power > alpha:
        assert equivalence_power(bound=bound, n=n * more, **asked) >= power - 1e-13


@given(st.floats(2, 1e5), st.floats(0.01, 0.4))
def test_at_the_bound_it_is_alpha_at_most(n, alpha):
    power = equivalence_power(bound=2, sd_change=3, alpha=alpha, true_change=2, n=n)
    assert power <= alpha + 1e-12
    if n > 1e4:
        assert power == pytest.approx(alpha, abs=1e-6)


def test_the_two_forms_of_the_integral_meet():
    from peereval.stats.planning import power_of_equivalence as module

    for df, t in ((2.0, 2.0), (5.3, 3.2), (40.0, 9.0)):
        for limit, truth in ((4.0, 0.0), (12.0, 3.0), (12.0, 11.0), (3.0, 4.0)):
            by_sd = module._over_chi(limit, truth, df, t)
            by_change = module._over_normal(limit, truth, df, t)
            assert by_change == pytest.approx(by_sd, abs=1e-12)


@pytest.mark.parametrize("size", [1e-300, 1e-150, 1, 1e150, 1e300])
def test_sizes_of_scales(size):
    power = equivalence_power(bound=2 * size, sd_change=size, alpha=0.05, n=10)
    assert power == pytest.approx(equivalence_power(bound=2, sd_change=1, alpha=0.05, n=10))
    bound = equivalence_power(bound=None, sd_change=size, alpha=0.05, n=10, power=0.8)
    assert bound / size == pytest.approx(1.0069, rel=1e-2)


def test_extremes():
    asked = {"alpha": 0.05, "n": 2}
    sure = equivalence_power(bound=1e300, sd_change=1e-300, **asked)
    assert sure == pytest.approx(1.0, abs=1e-12)
    assert equivalence_power(bound=1e-300, sd_change=1e300, **asked) == 0.0
    assert equivalence_power(bound=2, sd_change=1, true_change=1e300, **asked) == 0.0


def test_groups_that_change_as_one_count_as_people():
    as_one = Clusters(group_size=8, icc=1.0)
    asked = {"bound": 2, "sd_change": 3, "alpha": 0.05}
    found = equivalence_power(n=80, clusters=as_one, **asked)
    assert found == pytest.approx(equivalence_power(n=10, **asked), rel=1e-12)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"alpha": 0.5}, r"alpha is 0\.5.*below 0\.5"),
        ({"sd_change": 0}, "sd_change is 0"),
        ({"bound": -2}, "bound is -2"),
        ({"true_change": 2.0}, "The true change, 2, is not inside the bounds"),
        ({"true_change": -3.0}, "The true change, -3, is not inside the bounds"),
        ({"true_change": math.nan}, "true_change is nan"),
        ({"bound": 1e-300, "sd_change": 1e300}, r"more than 1e\+12 people"),
        ({"power": 1.0}, "power is 1"),
        ({"power": 0.05}, "above 0.05 and below 1"),
        ({"n": 12}, "all of them are given"),
        ({"power": None}, "n and power are left out"),
        ({"power": None, "n": 1}, "2 people or more"),
    ],
)
def test_refusals(changed, words):
    asked = {"bound": 2, "sd_change": 6, "alpha": 0.05, "power": 0.8} | changed
    with pytest.raises(StatisticsError, match=words):
        equivalence_power(**asked)


def test_bounds_that_nothing_reaches_are_refused():
    with pytest.raises(StatisticsError, match="no bounds give a power"):
        equivalence_power(bound=None, sd_change=1, alpha=1e-90, n=2, power=0.8)
