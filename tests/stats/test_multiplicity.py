"""Adjusted p-values against R; families and the gate."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from peereval.errors import StatisticsError
from peereval.stats import FamilyTest, adjust_p, assess_families

from .references import cases

METHODS = ["holm", "hochberg", "BH", "BY", "bonferroni"]
NAN = math.nan
probabilities = st.lists(st.floats(0, 1), max_size=12)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("order", [slice(None), slice(None, None, -1)])
def test_adjusted_p_matches_r(method, order):
    case = cases("p_adjust")[0]
    got = adjust_p(np.array(case["args"]["p"])[order], method)
    assert got == pytest.approx(np.array(case["expected"][method])[order], rel=1e-12)


@pytest.mark.parametrize("method", METHODS)
@given(probabilities)
def test_adjusting_keeps_the_order_and_never_helps(method, p):
    given_p = np.array(p)
    adjusted = adjust_p(p, method)
    assert (adjusted >= given_p * (1 - 1e-12)).all()
    assert (adjusted <= 1).all()
    ordered = adjusted[np.argsort(given_p, kind="stable")]
    assert (np.diff(ordered) >= -1e-15).all()


@pytest.mark.parametrize("method", METHODS)
@given(probabilities, st.randoms())
def test_missing_tests_stay_missing_and_do_not_count(method, p, random):
    mixed = [*p, NAN, NAN]
    random.shuffle(mixed)
    adjusted = adjust_p(mixed, method)
    made = ~np.isnan(mixed)
    np.testing.assert_array_equal(np.isnan(adjusted), ~made)
    np.testing.assert_array_equal(adjusted[made], adjust_p(np.array(mixed)[made], method))


def test_ties_get_the_same_answer_and_nothing_gives_nothing():
    assert adjust_p([0.02, 0.02, 0.5], "holm").tolist() == [0.06, 0.06, 0.5]
    assert adjust_p([], "BH").size == 0
    assert np.isnan(adjust_p([NAN], "BY")).all()


def test_inputs_are_unchanged():
    p = np.array([0.04, 0.01])
    p.flags.writeable = False
    adjust_p(p, "holm")
    assert p.tolist() == [0.04, 0.01]


@pytest.mark.parametrize("p", [[0.1, 1.2], [-0.1], [math.inf], 0.05, [[0.1]], None])
def test_refused_p(p):
    with pytest.raises(StatisticsError, match="not p-values"):
        adjust_p(p, "holm")


def test_text_is_refused_even_where_it_looks_like_a_number():
    with pytest.raises(StatisticsError, match="The p-values are not numbers: values such as"):
        adjust_p(["0.01", "0.04"], "holm")


def test_a_masked_p_is_no_test():
    masked = np.ma.masked_array([0.01, 0.04, 0.5, 0.03], [0, 0, 1, 0])
    assert adjust_p(masked, "holm") == pytest.approx([0.03, 0.06, NAN, 0.06], nan_ok=True)


def test_refused_method():
    with pytest.raises(StatisticsError, match="no adjustment 'bh'; did you mean 'BH'"):
        adjust_p([0.1], "bh")


def make(name, domain, p, *, primary=False):
    return FamilyTest(outcome=name, domain=domain, primary=primary, p_value=p)


def plan(hope=0.01, power=0.02):
    return [
        make("hope", "hope", hope, primary=True),
        make("power", "empowerment", power, primary=True),
        make("phq9", "clinical", 0.02),
        make("gad7", "clinical", 0.03),
        make("lonely", "social", 0.04),
        make("meaning", "hope", 0.60),
    ]


def test_default_families():
    standing = assess_families(plan())
    assert {k: (v.family, v.n_tests) for k, v in standing.items()} == {
        "hope": ("primary", 2),
        "power": ("primary", 2),
        "phq9": ("domain:clinical", 2),
        "gad7": ("domain:clinical", 2),
        "lonely": ("domain:social", 1),
        "meaning": ("domain:hope", 1),
    }
    assert list(standing) == [t.outcome for t in plan()]


def test_gate_open_when_every_primary_is_significant():
    standing = assess_families(plan())
    assert all(s.gate_open for s in standing.values())
    assert {k: s.p_adjusted for k, s in standing.items()} == {
        "hope": 0.02,
        "power": 0.02,
        "phq9": 0.04,
        "gad7": 0.04,
        "lonely": 0.04,
        "meaning": 0.60,
    }
    assert [k for k, s in standing.items() if s.exploratory] == ["meaning"]


def test_gate_closed_when_one_primary_is_not():
    standing = assess_families(plan(power=0.06))
    assert not standing["hope"].exploratory
    assert standing["power"].exploratory
    assert standing["power"].gate_open
    for name in ("phq9", "gad7", "lonely", "meaning"):
        assert not standing[name].gate_open
        assert standing[name].exploratory


def test_a_primary_significant_only_before_adjustment_keeps_the_gate_closed():
    standing = assess_families(plan(hope=0.03, power=0.04))
    assert standing["hope"].p_adjusted == pytest.approx(0.06)
    assert not standing["lonely"].gate_open


def test_a_primary_without_a_test_keeps_the_gate_closed():
    standing = assess_families(plan(power=NAN))
    hope, power = standing["hope"], standing["power"]
    assert (hope.n_tests, hope.p_adjusted, hope.exploratory) == (1, 0.01, False)
    assert math.isnan(power.p_adjusted)
    assert power.exploratory
    assert not standing["phq9"].gate_open


def test_exactly_five_hundredths_is_not_significant():
    standing = assess_families([make("hope", "hope", 0.05, primary=True)])
    assert standing["hope"].exploratory


def test_without_primaries_everything_is_exploratory():
    standing = assess_families([make("a", "x", 1e-9), make("b", "y", 1e-9)])
    for s in standing.values():
        assert s.exploratory
        assert not s.gate_open


def test_only_primaries():
    standing = assess_families([make("a", "x", 0.01, primary=True)])
    assert not standing["a"].exploratory


def test_no_tests():
    assert assess_families([]) == {}


def test_own_families_without_a_primary_stand_behind_the_gate():
    own = {"well-being": ["phq9", "lonely"]}
    open_, closed = (assess_families(plan(power=p), families=own)["lonely"] for p in (0.02, 0.9))
    assert (open_.family, open_.n_tests, open_.p_adjusted) == ("well-being", 2, 0.04)
    assert (open_.gate_open, closed.gate_open) == (True, False)
    # An outcome that is not named keeps its default family, now smaller.
    gad7 = assess_families(plan(), families=own)["gad7"]
    assert (gad7.family, gad7.n_tests) == ("domain:clinical", 1)


def test_own_families_with_a_primary_stand_before_the_gate():
    own = {"first": ["hope", "meaning", "phq9"]}
    standing = assess_families(plan(power=0.9), families=own)
    assert standing["hope"].p_adjusted == pytest.approx(0.03)
    assert standing["phq9"].p_adjusted == pytest.approx(0.04)
    assert not standing["phq9"].exploratory
    assert not standing["gad7"].gate_open
    # The gate asks about primaries only: 'meaning' is not significant, and need not be.
    assert assess_families(plan(), families=own)["gad7"].gate_open


def test_own_family_called_primary_joins_it():
    standing = assess_families(plan(), families={"primary": ["lonely"]})
    assert (standing["lonely"].family, standing["hope"].n_tests) == ("primary", 3)
    alone = assess_families([make("a", "x", 0.001)], families={"primary": ["a"]})
    assert alone["a"].exploratory


def test_refusals():
    with pytest.raises(StatisticsError, match="'hope' comes twice"):
        assess_families([*plan(), make("hope", "hope", 0.5)])
    with pytest.raises(StatisticsError, match=r"names outcome 'lonley'.*did you mean 'lonely'"):
        assess_families(plan(), families={"x": ["lonley"]})
    with pytest.raises(StatisticsError, match="'hope' stands in two families"):
        assess_families(plan(), families={"x": ["hope"], "y": ["hope"]})
    with pytest.raises(StatisticsError, match=r"not p-values: such as 1\.5"):
        assess_families([make("a", "x", 1.5)])
