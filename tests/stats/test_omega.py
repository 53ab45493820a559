"""Omega and its factor against an independent minimisation in R, and where there is none."""

from __future__ import annotations

import numpy as np
import pytest

from peereval.errors import StatisticsError
from peereval.stats import cronbach_alpha, omega_total
from peereval.stats.measurement.factor import one_factor

from .references import cases
from .test_reliability import hope_items

# R's minimiser stops when the loss is flat to its digits, which leaves 7 digits of the loadings.
RTOL_R = 3e-7

CASES = [
    pytest.param(case, id=case["id"])
    for case in cases("reliability_items")
    if "omega" in case["expected"]
]


def with_loadings(*loadings):
    """Correlations that have exactly one factor."""
    found = np.outer(loadings, loadings)
    np.fill_diagonal(found, 1.0)
    return found


def answers_with(correlations, n=50):
    """Answers whose correlations are exactly these."""
    x = np.random.default_rng(1).normal(size=(n, len(correlations)))
    x -= x.mean(axis=0)
    x = x @ np.linalg.inv(np.linalg.cholesky(np.cov(x.T))).T
    return x @ np.linalg.cholesky(correlations).T


@pytest.mark.parametrize("case", CASES)
def test_omega_matches_an_independent_minimisation(case):
    expected, omega = case["expected"], omega_total(case["data"])
    assert omega.value == pytest.approx(expected["omega"], rel=RTOL_R)
    assert omega.loadings == pytest.approx(expected["loadings"], abs=RTOL_R)
    heywood = expected["heywood"]
    assert list(omega.heywood) == (heywood if isinstance(heywood, list) else [heywood])


@pytest.mark.parametrize("case", [c for c in CASES if c.id != "heywood"])
def test_loadings_match_psych_to_the_digits_it_stops_at(case):
    expected = case["expected"]
    assert omega_total(case["data"]).loadings == pytest.approx(
        expected["psych_fa_loadings"], abs=1e-5
    )


def test_omega_of_the_hope_items():
    (case,) = cases("reliability")
    omega = omega_total(hope_items())
    assert omega.value == pytest.approx(case["expected"]["omega_total_one_factor_minres"], rel=1e-8)
    assert (omega.n, omega.n_items, omega.n_excluded) == (134, 12, 16)


@pytest.mark.parametrize(
    "loadings", [(0.8, 0.7, 0.6), (0.9, 0.5, 0.3, 0.2), (0.7, -0.4, 0.6, 0.5), (1.0, 0.5, 0.4)]
)
def test_an_exact_factor_is_found_to_the_last_digit(loadings):
    fit = one_factor(with_loadings(*loadings))
    assert fit.loadings == pytest.approx(loadings, abs=1e-13)
    assert fit.residual == pytest.approx(0, abs=1e-28)
    assert fit.identified
    assert not fit.at_bound.any()


def test_omega_is_the_reliability_of_the_sum_under_one_factor():
    loadings = np.array([0.9, 0.7, 0.5, 0.6])
    omega = omega_total(answers_with(with_loadings(*loadings)))
    of_factor = loadings.sum() ** 2
    assert omega.value == pytest.approx(of_factor / (of_factor + (1 - loadings**2).sum()))


def test_omega_is_alpha_where_all_items_are_alike():
    x = answers_with(with_loadings(0.7, 0.7, 0.7, 0.7))
    assert omega_total(x).value == pytest.approx(cronbach_alpha(x).value, rel=1e-9)


def test_no_other_loadings_leave_less():
    rng = np.random.default_rng(3)
    for _ in range(60):
        p, n = int(rng.integers(3, 9)), int(rng.integers(5, 30))
        r = np.corrcoef((rng.normal(size=(n, p)) + rng.normal(size=(n, 1))).T)
        fit = one_factor(r)
        free = ~fit.at_bound
        residual = r - np.outer(fit.loadings, fit.loadings)
        np.fill_diagonal(residual, 0)
        assert np.abs(residual @ fit.loadings)[free].max(initial=0) < 1e-12
        for _ in range(50):
            near = np.clip(fit.loadings + rng.normal(0, 10 ** -rng.uniform(0, 5), p), -1, 1)
            other = r - np.outer(near, near)
            np.fill_diagonal(other, 0)
            assert (other**2).sum() / 2 >= fit.residual - 1e-15


def test_a_heywood_case_is_held_at_the_bound_and_told():
    # r12 r13 / r23 = 2.4: the first item would explain more than all of itself.
    r = np.array([[1, 0.9, 0.8], [0.9, 1, 0.3], [0.8, 0.3, 1]])
    fit = one_factor(r)
    assert fit.at_bound.tolist() == [True, False, False]
    assert fit.loadings[0] == 1.0
    # Given the first, the others solve a cubic each: checked by the slope being zero.
    a, b = fit.loadings[1:]
    assert (a - 0.9) + b * (a * b - 0.3) == pytest.approx(0, abs=1e-13)
    assert (b - 0.8) + a * (a * b - 0.3) == pytest.approx(0, abs=1e-13)


def test_a_heywood_case_stands_in_the_words():
    case = next(c for c in cases("reliability_items") if c["id"] == "heywood")
    omega = omega_total(case["data"])
    assert omega.heywood == (1,)
    assert "no uniqueness left to item 1" in omega.method


@pytest.mark.parametrize(
    "correlations",
    [
        np.eye(4),
        np.array([[1, 0.5, 0], [0.5, 1, 0], [0, 0, 1]]),
        np.kron(np.eye(2), np.array([[1, 0.5], [0.5, 1]])),
    ],
    ids=["unrelated", "one pair", "two pairs"],
)
def test_loadings_that_do_not_follow_from_the_correlations_are_said_not_to(correlations):
    assert not one_factor(correlations).identified


def test_two_items_do_not_determine_two_loadings():
    with pytest.raises(StatisticsError, match="2 items do not determine one factor"):
        omega_total([[1, 2], [2, 2], [3, 4]])


def test_items_that_agree_exactly_have_omega_1():
    omega = omega_total(np.outer([1, 2, 4, 7], [1, 1, 2]))
    assert omega.value == pytest.approx(1)
    assert omega.heywood == ()


def test_a_total_that_cannot_vary_has_no_omega():
    half = np.array([[1.0, 2], [2, 4], [3, 3], [5, 1]])
    with pytest.raises(StatisticsError, match="same total"):
        omega_total(np.column_stack([half, -half]))


def test_other_items_of_the_same_people():
    x = answers_with(with_loadings(0.9, 0.7, 0.5, 0.6))
    omega = omega_total(x)
    turned = omega_total(x[:, ::-1] * [1, 10, 1e200, 3] + 5)
    assert turned.value == pytest.approx(omega.value, rel=1e-9)
    assert turned.loadings[::-1] == pytest.approx(omega.loadings, rel=1e-9)


@pytest.mark.parametrize(
    ("items", "text"),
    [
        ([[1, 2, 3], [2, 2, 1]], "same answer on all 2"),
        ([[1, 2, 3]], "1 of 1 people"),
        ([[1], [2]], "1 item"),
    ],
)
def test_what_has_no_omega_is_refused(items, text):
    with pytest.raises(StatisticsError, match=text):
        omega_total(items)
