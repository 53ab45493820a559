"""Student's t: tails against closed forms and R."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peereval.errors import StatisticsError
from peereval.stats.basics.student import (
    check_level,
    critical_t,
    t_of_two_sided_p,
    two_sided_p,
    upper_tail,
)


@given(st.floats(-1e6, 1e6))
def test_one_df_is_cauchy(t):
    assert upper_tail(t, 1) == pytest.approx(0.5 - math.atan(t) / math.pi, abs=1e-15)


@given(st.floats(0.001, 1e6))
def test_two_df_has_a_closed_form(t):
    root = math.sqrt(2 + t * t)
    # 1 - t / root without cancellation.
    assert two_sided_p(t, 2) == pytest.approx(2 / (root * (root + t)), rel=1e-12)


def test_far_tail_survives():
    # R: pt(-11.6811185700642, 96), the case btheb_bdi_2m of paired.json.
    assert upper_tail(11.6811185700642, 96) == pytest.approx(1.93459438991488e-20, rel=1e-9, abs=0)
    assert upper_tail(math.inf, 5) == 0


@given(st.floats(0.01, 0.999999), st.integers(1, 100_000))
def test_critical_value_inverts_the_tail(level, df):
    t = critical_t(level, df)
    assert two_sided_p(t, df) == pytest.approx(1 - level, rel=1e-9)


def test_critical_value_of_a_table():
    # The 5% points in any printed table of t.
    assert [round(critical_t(0.95, df), 3) for df in (1, 4, 9, 30, 120)] == [
        *(12.706, 2.776, 2.262, 2.042, 1.980),
    ]


@given(st.floats(-300, -1e-9), st.floats(1, 1e6))
def test_the_quantile_undoes_the_two_sided_p(exponent, df):
    p = 10 ** (exponent / 3)
    assert two_sided_p(t_of_two_sided_p(p, df), df) == pytest.approx(p, rel=1e-9)


@pytest.mark.parametrize("level", [0, 1, -1, math.nan, math.inf, 1e-16, 1 - 1e-16])
def test_levels_without_an_interval_are_refused(level):
    with pytest.raises(StatisticsError, match="ci_level is"):
        check_level(level)
