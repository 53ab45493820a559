"""Alpha against R's psych, and what it must satisfy."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from peereval.errors import StatisticsError
from peereval.stats import cronbach_alpha, standardised_alpha

from .references import REFERENCE, cases

RTOL = 1e-9  # Both sides are closed-form; only rounding differs.

CASES = [pytest.param(case, id=case["id"]) for case in cases("reliability_items")]

answers = st.lists(
    st.lists(st.integers(1, 5), min_size=4, max_size=4), min_size=3, max_size=30
).map(lambda rows: np.array(rows, dtype=float))


def hope_items():
    """The hope items with 3 and 6 turned round, missing answers and all."""
    items = (
        pd.read_csv(REFERENCE / "data" / "hope_items.csv").iloc[:, 1:].to_numpy(float, copy=True)
    )
    items[:, [2, 5]] = 5 - items[:, [2, 5]]
    return items


@pytest.mark.parametrize("case", CASES)
def test_alpha_matches_psych(case):
    expected, alpha = case["expected"], cronbach_alpha(case["data"])
    assert alpha.value == pytest.approx(expected["alpha"], rel=RTOL)
    assert alpha.ci_low == pytest.approx(expected["feldt"][0], rel=RTOL)
    assert alpha.ci_high == pytest.approx(expected["feldt"][1], rel=RTOL)
    narrow = cronbach_alpha(case["data"], ci_level=0.9)
    assert (narrow.ci_low, narrow.ci_high) == pytest.approx(expected["feldt_90"], rel=RTOL)
    assert standardised_alpha(case["data"]).value == pytest.approx(expected["alpha_std"], rel=RTOL)
    assert alpha.n == expected["n"]


def test_incomplete_forms_are_left_out_and_counted():
    (case,) = cases("reliability")
    expected, items = case["expected"], hope_items()
    before = items.copy()
    alpha = cronbach_alpha(items)
    assert alpha.value == pytest.approx(expected["alpha_complete"], rel=RTOL)
    assert (alpha.ci_low, alpha.ci_high) == pytest.approx(expected["feldt_ci"], rel=RTOL)
    standardised = standardised_alpha(items).value
    assert standardised == pytest.approx(expected["alpha_std_complete"], rel=RTOL)
    assert (alpha.n, alpha.n_items, alpha.n_excluded) == (expected["n_complete"], 12, 16)
    np.testing.assert_array_equal(items, before)


def test_two_items_of_equal_variance_give_the_spearman_brown_formula():
    items = np.array([[1.0, 2], [2, 1], [3, 4], [4, 5], [5, 3]])
    r = np.corrcoef(items.T)[0, 1]
    assert cronbach_alpha(items).value == pytest.approx(2 * r / (1 + r))
    assert standardised_alpha(items).value == pytest.approx(2 * r / (1 + r))


@settings(max_examples=60, deadline=None)
@given(x=answers)
def test_the_order_of_items_and_a_constant_change_nothing(x):
    assume(np.ptp(x.sum(axis=1)) > 0)
    alpha = cronbach_alpha(x)
    for same in (x[:, ::-1], x + 3, x * 7):
        assert cronbach_alpha(same).value == pytest.approx(alpha.value, rel=1e-9, abs=1e-9)
    assert alpha.ci_low <= alpha.value <= alpha.ci_high <= 1


@settings(max_examples=60, deadline=None)
@given(x=answers)
def test_standardised_alpha_is_alpha_of_standardised_items(x):
    assume((np.ptp(x, axis=0) > 0).all())
    z = (x - x.mean(axis=0)) / x.std(axis=0, ddof=1)
    assume(np.var(z.sum(axis=1)) > 1e-6)
    assert standardised_alpha(x).value == pytest.approx(cronbach_alpha(z).value, rel=1e-7)


def test_feldt_interval_holds_alpha_of_parallel_items_as_often_as_it_says():
    # Parallel normal items: alpha of the population is exactly 4 x 0.5 / (1 + 3 x 0.5) = 0.8.
    rng = np.random.default_rng(1)
    found = []
    for _ in range(2000):
        x = rng.normal(size=(20, 1)) + rng.normal(size=(20, 4))
        alpha = cronbach_alpha(x)
        found.append(alpha.ci_low <= 0.8 <= alpha.ci_high)
    # Standard error of a share of 2,000: 0.005.
    assert np.mean(found) == pytest.approx(0.95, abs=0.015)


@pytest.mark.parametrize("scale", [1e-290, 1e290])
def test_the_size_of_the_answers_does_not_matter(scale):
    x = np.array([[1, 2, 1], [2, 2, 3], [3, 4, 3], [4, 4, 4.0]])
    assert cronbach_alpha(x * scale).value == pytest.approx(cronbach_alpha(x).value)
    assert standardised_alpha(x * scale).value == pytest.approx(standardised_alpha(x).value)


def test_items_that_agree_exactly_have_alpha_1_and_no_doubt():
    alpha = cronbach_alpha([[1, 1], [2, 2], [4, 4]])
    assert (alpha.value, alpha.ci_low, alpha.ci_high) == (1.0, 1.0, 1.0)


def test_an_item_that_never_varies_counts_for_alpha_and_not_for_the_standardised_one():
    x = [[1, 2, 3], [2, 3, 3], [4, 4, 3]]
    assert cronbach_alpha(x).value == pytest.approx(1.5 * (1 - (7 / 3 + 1) / (19 / 3)))
    with pytest.raises(StatisticsError, match="same answer on all 3 complete forms"):
        standardised_alpha(x)


@pytest.mark.parametrize(
    ("items", "text"),
    [
        ([1, 2, 3], "1 dimension"),
        ([[1], [2], [3]], "1 item"),
        ([[1, 2]], "1 of 1 people answered every item"),
        ([[1, None], [None, 2], [1, 2]], "1 of 3 people answered every item"),
        (np.empty((0, 3)), "0 of 0 people"),
        ([[1, 3], [2, 2], [3, 1]], "all 3 complete forms have the same total"),
        ([[0.1, 0.2], [0.2, 0.1], [0.3, 0.0]], "same total"),
        ([["a", 1], ["b", 2]], "are not numbers"),
        ([[1, np.inf], [2, 3]], "1 of 4 answers are infinite"),
        ([[1e301, 1], [1, 2]], r"largest answer in size is 1e\+301"),
        ([[1e-302, 0], [0, 0]], "largest answer in size is 1e-302"),
    ],
)
def test_what_has_no_alpha_is_refused(items, text):
    with pytest.raises(StatisticsError, match=text):
        cronbach_alpha(items)


def test_a_level_that_is_none_is_refused():
    with pytest.raises(StatisticsError, match="ci_level"):
        cronbach_alpha([[1, 2], [2, 3]], ci_level=95)
