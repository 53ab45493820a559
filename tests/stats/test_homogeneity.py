"""Marginal homogeneity: R, statsmodels, published tables, identities, tables of little rank."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from peereval.errors import StatisticsError
from peereval.results.estimate import NotEstimated
from peereval.stats import marginal_homogeneity, mcnemar
from peereval.stats.categories.homogeneity import ALL_ALIKE, EXACT_UP_TO, NOBODY_MOVED

from .references import cases

RTOL = 1e-10

tables = st.integers(2, 5).flatmap(
    lambda k: st.lists(st.lists(st.integers(0, 6), min_size=k, max_size=k), min_size=k, max_size=k)
)


@pytest.mark.parametrize(
    "case",
    [
        *(c for c in cases("categories") if c["kind"] == "marginal_homogeneity"),
        *(c for c in cases("mcnemar") if c["kind"] == "marginal_homogeneity"),
    ],
    ids=lambda c: c["id"],
)
def test_tests_match_coin(case):
    expected = case["expected"]
    found = marginal_homogeneity(case["args"]["table"])
    stuart = found.stuart_maxwell
    chi2 = expected.get("stuart_maxwell", expected.get("stuart_maxwell_chi2"))
    assert stuart.statistic == pytest.approx(chi2, rel=RTOL)
    assert (stuart.df, stuart.p_value) == (expected["df"], pytest.approx(expected["p"], rel=RTOL))
    if "z_squared" in expected:
        shift = found.ordered_shift
        assert shift.statistic**2 == pytest.approx(expected["z_squared"], rel=RTOL)
        assert shift.p_value == pytest.approx(expected["p_exact"], rel=RTOL)


@pytest.mark.parametrize(
    ("table", "statistic", "df", "p_value"),
    [
        # By statsmodels 0.15.0, SquareTable(table, shift_zeros=False).homogeneity("bhapkar").
        ([[20, 4, 2], [9, 18, 5], [3, 7, 22]], 2.1647230320699697, 2, 0.33879451154179896),
        ([[25, 14], [5, 30]], 4.523773584905659, 1, 0.03342702581390389),
    ],
)
def test_bhapkar_matches_statsmodels(table, statistic, df, p_value):
    test = marginal_homogeneity(table).bhapkar
    assert (test.statistic, test.df, test.p_value) == pytest.approx((statistic, df, p_value))


def test_the_example_of_peterson_and_others_2007():
    # Susceptibility of pathogens before therapy, in Fagerland, Lydersen & Laake (2017), chapter 9.
    table = [[596, 18, 6, 5], [0, 2, 0, 0], [0, 0, 42, 0], [11, 0, 0, 0]]
    found = marginal_homogeneity(table)
    stuart, bhapkar = found.stuart_maxwell, found.bhapkar
    assert (round(stuart.statistic, 3), stuart.df, round(stuart.p_value, 6)) == (26.250, 3, 8e-6)
    assert (round(bhapkar.statistic, 3), bhapkar.df, round(bhapkar.p_value, 6)) == (27.304, 3, 5e-6)


@given(st.integers(0, 30), st.integers(0, 30), st.integers(0, 30))
def test_two_categories_are_mcnemars_test(same, down, up):
    found = marginal_homogeneity([[same, up], [down, 0]])
    if up == down == 0:
        assert {test.reason for test in found.tests} == {NOBODY_MOVED}
        return
    chi2 = (up - down) ** 2 / (up + down)
    assert found.stuart_maxwell.statistic == pytest.approx(chi2)
    assert found.stuart_maxwell.df == 1
    assert found.ordered_shift.p_value == pytest.approx(mcnemar(down, up).p_exact)
    assert found.ordered_shift.statistic == pytest.approx((up - down) / math.sqrt(up + down))


@given(tables)
def test_swapping_the_surveys_turns_the_shift_and_nothing_else(table):
    there, back = marginal_homogeneity(table), marginal_homogeneity(np.array(table).T)
    for a, b in zip(there.tests[:2], back.tests[:2], strict=True):
        if isinstance(a, NotEstimated):
            assert a == b
            continue
        assert (b.statistic, b.df) == (pytest.approx(a.statistic, abs=1e-9), a.df)
    if not isinstance(there.ordered_shift, NotEstimated):
        assert back.ordered_shift.value == pytest.approx(-there.ordered_shift.value)
        assert back.ordered_shift.p_value == pytest.approx(there.ordered_shift.p_value)


@given(tables)
def test_people_who_stayed_and_categories_nobody_used_leave_stuart_alone(table):
    plain = marginal_homogeneity(table).stuart_maxwell
    size = len(table)
    wider = np.zeros((size + 1, size + 1), int)
    wider[:size, :size] = np.array(table) + 3 * np.eye(size, dtype=int)
    found = marginal_homogeneity(wider)
    assert found.unused == (size,)
    if not isinstance(plain, NotEstimated):
        assert found.stuart_maxwell.statistic == pytest.approx(plain.statistic, abs=1e-9)
        assert found.stuart_maxwell.df == plain.df


@given(tables)
def test_stuart_is_the_quadratic_form_with_any_generalised_inverse(table):
    counts = np.array(table, float)
    test = marginal_homogeneity(table).stuart_maxwell
    if isinstance(test, NotEstimated):
        assert not (counts - np.diag(np.diag(counts))).any()
        return
    d = counts.sum(axis=1) - counts.sum(axis=0)
    s = np.diag(counts.sum(axis=1) + counts.sum(axis=0)) - counts - counts.T
    assert test.statistic == pytest.approx(d @ np.linalg.pinv(s, rcond=1e-10) @ d, abs=1e-8)
    assert test.df == np.linalg.matrix_rank(s, tol=1e-8)


def test_moves_within_two_separate_pairs_of_categories_have_two_degrees_of_freedom():
    table = [[5, 4, 0, 0], [1, 5, 0, 0], [0, 0, 5, 7], [0, 0, 2, 5]]
    test = marginal_homogeneity(table).stuart_maxwell
    assert test.df == 2
    assert test.statistic == pytest.approx(3**2 / 5 + 5**2 / 9)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=9))
def test_the_exact_p_is_that_of_all_ways_each_person_could_have_moved(moves):
    table = np.zeros((4, 4), int)
    np.add.at(table, tuple(np.array(moves).T), 1)
    test = marginal_homogeneity(table).ordered_shift
    steps = [after - before for before, after in moves if before != after]
    if not steps:
        assert test.reason == NOBODY_MOVED
        return
    sums = [
        sum(s * abs(step) for s, step in zip(signs, steps, strict=True))
        for signs in itertools.product((-1, 1), repeat=len(steps))
    ]
    low, high = np.mean(np.array(sums) <= sum(steps)), np.mean(np.array(sums) >= sum(steps))
    assert test.p_value == pytest.approx(min(1, 2 * min(low, high)))
    assert test.value == pytest.approx(sum(steps) / len(moves))


def test_many_people_who_moved_are_compared_with_the_normal_distribution():
    few, many = (
        marginal_homogeneity([[0, EXACT_UP_TO // 2 + extra], [EXACT_UP_TO // 2 - 60, 0]])
        for extra in (60, 61)
    )
    assert "exact" in few.ordered_shift.method
    assert "normal" in many.ordered_shift.method
    assert many.ordered_shift.p_value == pytest.approx(few.ordered_shift.p_value, rel=0.25)


def test_where_everybody_moved_alike_bhapkar_has_no_variance():
    found = marginal_homogeneity([[0, 9], [0, 0]])
    assert found.stuart_maxwell.statistic == pytest.approx(9)
    assert found.bhapkar.reason == ALL_ALIKE
    assert found.ordered_shift.p_value == pytest.approx(2 * 0.5**9)


@pytest.mark.parametrize("n", [0, 1, 2])
def test_small_tables_have_an_answer_or_a_reason(n):
    assert marginal_homogeneity([[n, 0], [0, 0]]).stuart_maxwell.reason == NOBODY_MOVED
    assert marginal_homogeneity([[0, 1], [0, n]]).ordered_shift.p_value == 1


@pytest.mark.parametrize(
    "table",
    [
        [[1, 2], [3]],
        [[1, 2, 3], [4, 5, 6]],
        [[1]],
        [1, 2, 3],
        [[1, -2], [3, 4]],
        [[1, 0.5], [3, 4]],
        [[1, float("nan")], [3, 4]],
        [["a", "b"], ["c", "d"]],
    ],
)
def test_what_is_no_table_of_counts_is_refused(table):
    with pytest.raises(StatisticsError, match="count"):
        marginal_homogeneity(table)


def test_the_table_of_tests_has_a_row_each():
    table = marginal_homogeneity([[0, 9], [0, 0]]).tidy()
    assert table["name"].tolist() == ["stuart_maxwell", "bhapkar", "ordered_shift"]
    assert table["method"].tolist()[1] == f"not estimated: {ALL_ALIKE}"
