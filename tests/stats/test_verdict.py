"""Every cell of the table of verdicts, its mirror and its edges."""

from __future__ import annotations

import math
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peereval.errors import StatisticsError
from peereval.stats import SmallestChange, VerdictCode, reach_verdict, smallest_change_that_matters

NAN = math.nan

# (L, U), (l, u), m, code; the scale is one on which higher is better.
CELLS = [
    pytest.param((3.5, 7.5), (4, 7), 3, "improved_meaningfully", id="well beyond m"),
    pytest.param((3, 7), (3.5, 6.5), 3, "improved_meaningfully", id="L is m"),
    pytest.param((0.2, 2.6), (0.4, 2.4), 3, "improved_trivially", id="u below m"),
    pytest.param((0.2, 3.2), (0.4, 2.9), 3, "improved_trivially", id="u below m, U beyond"),
    pytest.param((0.2, 3.2), (0.4, 3.0), 3, "improved", id="u is m"),
    pytest.param((1, 5), (1.5, 4.5), 3, "improved", id="m inside"),
    pytest.param((2.999, 5), (3.1, 4.5), 3, "improved", id="L just below m, l beyond"),
    pytest.param((-1, 1), (-0.8, 0.8), 3, "no_meaningful_change", id="well inside"),
    pytest.param((0, 2), (0.2, 1.8), 3, "no_meaningful_change", id="L is 0"),
    pytest.param((-2, 0), (-1.8, -0.2), 3, "no_meaningful_change", id="U is 0"),
    pytest.param((-3.2, 3.2), (-2.9, 2.9), 3, "no_meaningful_change", id="95% wider than m"),
    pytest.param((-3.2, 3.2), (-3, 2.9), 3, "inconclusive", id="l is -m"),
    pytest.param((-3.2, 3.2), (-2.9, 3), 3, "inconclusive", id="u is m, 0 inside"),
    pytest.param((-1, 5), (-0.5, 4.5), 3, "inconclusive", id="m inside, 0 inside"),
    pytest.param((0, 5), (0.5, 4.5), 3, "inconclusive", id="L is 0, u beyond m"),
    pytest.param((-9, 9), (-8, 8), 3, "inconclusive", id="both m inside"),
    pytest.param((-math.inf, math.inf), (-math.inf, math.inf), 3, "inconclusive", id="no limit"),
    pytest.param((2, 2), (2, 2), 3, "improved_trivially", id="no width"),
]
MIRROR = {
    "improved_meaningfully": "worsened_meaningfully",
    "improved_trivially": "worsened_trivially",
    "improved": "worsened",
}


def turned(interval):
    return -interval[1], -interval[0]


@pytest.mark.parametrize(("outer", "inner", "m", "code"), CELLS)
def test_cells_and_their_mirrors(outer, inner, m, code):
    def judge(a, b, higher_is):
        return reach_verdict(interval_95=a, interval_90=b, smallest_change=m, higher_is=higher_is)

    good = judge(outer, inner, "better")
    assert good.code == code
    assert judge(turned(outer), turned(inner), "worse").code == code
    mirrored = MIRROR.get(code, code)
    assert judge(turned(outer), turned(inner), "better").code == mirrored
    assert judge(outer, inner, "worse").code == mirrored
    assert good.reason == ""
    assert (good.interval_95, good.interval_90, good.smallest_change) == (outer, inner, m)
    assert judge(turned(outer), turned(inner), "worse").interval_95 == outer


def test_turning_leaves_no_minus_zero():
    verdict = reach_verdict(
        interval_95=(0.0, 2.0), interval_90=(0.0, 1.0), smallest_change=3, higher_is="worse"
    )
    assert math.copysign(1, verdict.interval_95[1]) == 1


@pytest.mark.parametrize(
    ("outer", "inner", "code", "reason"),
    [
        ((1, 5), (1.5, 4.5), "improved", ""),
        ((-5, -1), (-4.5, -1.5), "worsened", ""),
        ((-1, 1), (-0.5, 0.5), "not_estimated", "no_smallest_change"),
        ((0, 1), (0.2, 0.5), "not_estimated", "no_smallest_change"),
        (None, None, "not_estimated", "no_interval"),
    ],
)
def test_without_a_smallest_change(outer, inner, code, reason):
    verdict = reach_verdict(
        interval_95=outer, interval_90=inner, smallest_change=None, higher_is="better"
    )
    assert (verdict.code, verdict.reason) == (code, reason)
    assert math.isnan(verdict.smallest_change)


@pytest.mark.parametrize(
    ("outer", "inner"),
    [(None, None), ((NAN, NAN), (NAN, NAN)), ((1, 2), None), (None, (1, 2)), ((1, NAN), (1, 2))],
)
def test_without_an_interval(outer, inner):
    verdict = reach_verdict(
        interval_95=outer,
        interval_90=inner,
        smallest_change=3,
        higher_is="better",
        reason="no_variance",
    )
    assert (verdict.code, verdict.reason) == ("not_estimated", "no_variance")


@pytest.mark.parametrize("m", [0, -3, NAN, math.inf])
def test_refused_smallest_change(m):
    with pytest.raises(StatisticsError, match="above 0"):
        reach_verdict(interval_95=(1, 2), interval_90=(1, 2), smallest_change=m, higher_is="better")


@pytest.mark.parametrize(
    ("outer", "inner"), [((1, 2), (0.5, 2)), ((1, 2), (1, 3)), ((2, 1), (1, 2)), ((1, 4), (3, 2))]
)
def test_refused_intervals(outer, inner):
    with pytest.raises(StatisticsError, match="does not lie inside"):
        reach_verdict(interval_95=outer, interval_90=inner, smallest_change=1, higher_is="better")


def test_refused_direction():
    with pytest.raises(StatisticsError, match="higher_is is 'up'"):
        reach_verdict(interval_95=(1, 2), interval_90=(1, 2), smallest_change=1, higher_is="up")


limits = st.lists(st.floats(-20, 20), min_size=4, max_size=4).map(sorted)


@given(limits, st.floats(0.01, 15))
def test_every_interval_has_a_verdict_and_a_mirror(x, m):
    outer, inner = (x[0], x[3]), (x[1], x[2])
    one = reach_verdict(interval_95=outer, interval_90=inner, smallest_change=m, higher_is="better")
    two = reach_verdict(interval_95=outer, interval_90=inner, smallest_change=m, higher_is="worse")
    assert one.code in get_args(VerdictCode)
    both = {**MIRROR, **{bad: good for good, bad in MIRROR.items()}}
    assert two.code == both.get(one.code, one.code)


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        ({"plan": 3}, SmallestChange(value=3.0, origin="plan")),
        ({"plan": 3, "mcid": 5, "sd_pre": 2}, SmallestChange(value=3.0, origin="plan")),
        ({"plan": 3, "sd_pre": NAN}, SmallestChange(value=3.0, origin="plan")),
        ({"mcid": 2, "sd_pre": 6}, SmallestChange(value=2.0, origin="questionnaire")),
        ({"mcid": 3, "sd_pre": 6}, SmallestChange(value=3.0, origin="questionnaire")),
        ({"mcid": 5, "sd_pre": 6}, SmallestChange(value=3.0, origin="questionnaire", capped=True)),
        ({"sd_pre": 6}, SmallestChange(value=0.2 * 6, origin="software")),
        ({"mcid": 5}, None),
        ({"mcid": 5, "sd_pre": 0}, None),
        ({"sd_pre": 0}, None),
        ({"sd_pre": NAN}, None),
        ({}, None),
    ],
)
def test_smallest_change(given_, expected):
    assert smallest_change_that_matters(**given_) == expected


@pytest.mark.parametrize(
    ("given_", "text"),
    [
        ({"plan": 0}, "plan is 0"),
        ({"plan": NAN}, "plan is nan"),
        ({"mcid": -1, "sd_pre": 3}, "mcid is -1"),
        ({"sd_pre": -2}, "sd_pre is -2"),
        ({"plan": 1, "sd_pre": math.inf}, "sd_pre is inf"),
    ],
)
def test_refused_smallest_changes(given_, text):
    with pytest.raises(StatisticsError, match=text):
        smallest_change_that_matters(**given_)
