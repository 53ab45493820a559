"""McNemar's test against R, a published table, enumeration and its edges."""

from __future__ import annotations

from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peereval.errors import StatisticsError
from peereval.stats import mcnemar

from .references import cases

RTOL = 1e-8


@pytest.mark.parametrize(
    "case", [c for c in cases("mcnemar") if c["kind"] == "mcnemar"], ids=lambda c: c["id"]
)
def test_p_values_match_r(case):
    args, expected = case["args"], case["expected"]
    found = mcnemar(args["pre_yes_post_no"], args["pre_no_post_yes"])
    assert found.p_exact == pytest.approx(expected["p_exact"], rel=RTOL)
    assert found.p_mid == pytest.approx(expected["p_mid"], rel=RTOL)


@pytest.mark.parametrize(
    ("only_before", "only_after", "exact", "mid"),
    [
        # Complete response before and after consolidation therapy (Cavo et al. 2012).
        (6, 16, 0.052479, 0.034690),
    ],
)
def test_the_example_of_fagerland_lydersen_and_laake_2017(only_before, only_after, exact, mid):
    found = mcnemar(only_before, only_after)
    assert (round(found.p_exact, 6), round(found.p_mid, 6)) == (exact, mid)


@given(st.integers(0, 30), st.integers(0, 30))
def test_p_values_are_sums_of_the_binomial(b, c):
    found, m = mcnemar(b, c), b + c
    chance = [comb(m, k) / 2**m for k in range(m + 1)]
    tail = sum(chance[: min(b, c) + 1])
    assert found.p_exact == pytest.approx(min(1, 2 * tail))
    if m:
        assert found.p_mid == pytest.approx(min(1, 2 * tail) - chance[min(b, c)])
    assert (mcnemar(c, b).p_exact, mcnemar(c, b).p_mid) == (found.p_exact, found.p_mid)
    assert found.p_mid <= found.p_exact
    assert found.n_discordant == m


@pytest.mark.parametrize("count", [1, 17, 10**6])
def test_as_many_starting_as_stopping_is_no_evidence_of_change(count):
    found = mcnemar(count, count)
    assert found.p_exact == 1
    assert 0.5 <= found.p_mid < 1


def test_where_nobody_changed_there_is_nothing_to_test():
    assert (mcnemar(0, 0).p_exact, mcnemar(0, 0).p_mid) == (1, 1)


def test_far_tails_survive():
    assert mcnemar(0, 1000).p_exact == pytest.approx(2.0**-999)


@pytest.mark.parametrize("bad", [-1, 2.5, float("nan"), None, "3x"])
def test_what_is_no_count_is_refused(bad):
    with pytest.raises(StatisticsError, match="only_after is"):
        mcnemar(3, bad)


@pytest.mark.newest  # older incomplete beta functions have no digits at this size
def test_more_people_than_a_32_bit_integer_counts():
    test = mcnemar(10**15, 10**15 - 10**7)
    # The binomial is normal here: erfc of z = 10^7 / sqrt(2 10^15 - 10^7), over the root of 2.
    assert test.p_mid == pytest.approx(0.823063273323103, rel=1e-8)
    assert test.p_mid < test.p_exact < test.p_mid + 1e-7
