"""Every scoring method with every missing rule, worked by hand."""

import numpy as np
import pandas as pd
import pytest

from peereval import instruments

NONE = np.nan


def total(instrument, *people):
    return instrument.score(np.array(people, dtype=float))["total"].to_numpy()


def same(got, want):
    np.testing.assert_allclose(got, want, rtol=0, atol=1e-12)


def test_sum_of_a_complete_form_only(toy):
    # 1 + 2 + 3 + 0 = 6; one item missing, and no rule: no score.
    same(total(toy(), [1, 2, 3, 0], [1, 2, 3, NONE]), [6, NONE])


def test_sum_prorated(toy):
    one = toy(missing={"method": "prorate", "max_missing": 2})
    # (1 + 2 + 3) x 4/3 = 8; (1 + 2) x 4/2 = 6; three missing: none; all missing: none.
    people = [1, 2, 3, NONE], [1, 2, NONE, NONE], [1, NONE, NONE, NONE], [NONE] * 4
    same(total(one, *people), [8, 6, NONE, NONE])


def test_sum_by_mean_of_answered(toy):
    one = toy(missing={"method": "mean_of_answered", "max_missing": 3})
    # Mean of the answered x 4: 2 x 4 = 8; one answer of 3 stands for all: 12.
    same(total(one, [1, 2, 3, NONE], [NONE, 3, NONE, NONE], [NONE] * 4), [8, 12, NONE])


def test_sum_with_missing_as_zero(toy):
    one = toy(missing={"method": "count_as_zero", "max_missing": 1})
    # 1 + 2 + 3 + nothing = 6; two missing: none.
    same(total(one, [1, 2, 3, NONE], [1, 2, NONE, NONE]), [6, NONE])


@pytest.mark.parametrize("method", ["prorate", "mean_of_answered"])
def test_mean_of_the_answered_items(toy, method):
    scoring = {"method": "mean", "score_min": 0, "score_max": 3}
    one = toy(scoring=scoring, missing={"method": method, "max_missing": 2})
    # (1 + 2 + 3 + 0) / 4 = 1.5; (1 + 2 + 3) / 3 = 2; (0 + 1) / 2 = 0.5.
    same(total(one, [1, 2, 3, 0], [1, 2, 3, NONE], [0, 1, NONE, NONE]), [1.5, 2, 0.5])


def test_mean_with_missing_as_zero(toy):
    scoring = {"method": "mean", "score_min": 0, "score_max": 3}
    one = toy(scoring=scoring, missing={"method": "count_as_zero", "max_missing": 1})
    # (1 + 2 + 3) / 4 = 1.5: the missing item stays in the divisor.
    same(total(one, [1, 2, 3, NONE]), [1.5])


def test_linear_sum(toy):
    scoring = {
        "method": "linear_sum",
        "factor": 4,
        "offset": -2,
        "score_min": -2,
        "score_max": 46,
    }
    one = toy(scoring=scoring, missing={"method": "prorate", "max_missing": 1})
    # 4 x 6 - 2 = 22; 4 x (6 x 4/3) - 2 = 30.
    same(total(one, [1, 2, 3, 0], [1, 2, 3, NONE]), [22, 30])


def test_linear_mean_may_turn_the_scale_round(toy):
    scoring = {
        "method": "linear_mean",
        "factor": -10,
        "offset": 30,
        "score_min": 0,
        "score_max": 30,
    }
    one = toy(scoring=scoring, missing={"method": "mean_of_answered", "max_missing": 1})
    # 30 - 10 x 1.5 = 15; 30 - 10 x 2 = 10; all at the top: 0.
    same(total(one, [1, 2, 3, 0], [1, 2, 3, NONE], [3] * 4), [15, 10, 0])


def test_lookup_converts_the_raw_sum(toy):
    table = {"raw": list(range(13)), "value": [10 + i**2 for i in range(13)]}
    scoring = {"method": "lookup", "score_min": 10, "score_max": 154, "table": table}
    # Raw 0, 6 and 12 are 10 + 0, 10 + 36 and 10 + 144; an incomplete form has no raw sum.
    people = [0] * 4, [1, 2, 3, 0], [3] * 4, [1, 2, 3, NONE]
    same(total(toy(scoring=scoring), *people), [10, 46, 154, NONE])


COUNT = {
    "method": "count",
    "score_min": 0,
    "score_max": 4,
    "rules": [{"items": [1, 3], "values": [2, 3]}, {"items": [2, 4], "values": [0]}],
}


def test_count_of_answers_on_a_list(toy):
    # Item 1 = 2 counts, item 2 = 1 does not, item 3 = 1 does not, item 4 = 0 counts: 2.
    same(total(toy(scoring=COUNT), [2, 1, 1, 0], [2, 0, 3, 0], [0, 3, 0, 3]), [2, 4, 0])


def test_count_with_missing_as_zero_and_prorated(toy):
    person = [2, 1, 3, NONE]
    as_zero = toy(scoring=COUNT, missing={"method": "count_as_zero", "max_missing": 1})
    prorated = toy(scoring=COUNT, missing={"method": "prorate", "max_missing": 1})
    # Items 1 and 3 count: 2 of 3 answered. As zero 2; prorated 2 x 4/3.
    same(total(as_zero, person), [2])
    same(total(prorated, person), [8 / 3])


def test_count_as_zero_may_start_above_zero_answers(toy):
    # The manual of the De Jong Gierveld scale: answers 1-3, missing ones count nothing.
    rules = [{"items": [1, 2, 3, 4], "values": [1, 2]}]
    one = toy(
        response_min=1,
        response_max=3,
        scoring=COUNT | {"rules": rules},
        missing={"method": "count_as_zero", "max_missing": 1},
    )
    same(total(one, [1, 2, 3, NONE]), [2])


def test_sum_of_the_highest_item_of_each_domain(toy):
    scoring = {
        "method": "domain_max_sum",
        "score_min": 0,
        "score_max": 6,
        "domains": [[1, 3], [2, 4]],
    }
    # max(1, 3) + max(2, 0) = 5; an incomplete form has no score.
    same(total(toy(scoring=scoring), [1, 2, 3, 0], [1, 2, 3, NONE]), [5, NONE])


def test_qids_never_sums_sixteen_items():
    # max(3,0,0,1) + 2 + max(0,2,1,0) + 1 + 1 + 0 + 0 + 1 + max(0,3) = 3+2+2+1+1+0+0+1+3 = 13.
    person = [3, 0, 0, 1, 2, 0, 2, 1, 0, 1, 1, 0, 0, 1, 0, 3]
    same(total(instruments.get("qids_sr16"), person), [13])


def test_no_total_means_no_total_column():
    frame = instruments.get("ons4").score([[7, 8, 6, 3]])
    assert "total" not in frame
    assert frame.loc[0, ["life_satisfaction", "worthwhile", "happiness", "anxiety"]].tolist() == [
        *(7, 8, 6, 3)
    ]


def test_reversal_comes_first_and_by_each_items_own_range(toy):
    one = toy(
        reverse=[1, 4],
        items=[{"number": 4, "min": 1, "max": 2}],
        scoring={"score_min": 1, "score_max": 11},
    )
    # Item 1: 0 + 3 - 1 = 2; item 4: 1 + 2 - 1 = 2; total 2 + 2 + 3 + 2 = 9.
    same(total(one, [1, 2, 3, 1]), [9])


def test_missing_items_are_filled_after_reversal(toy):
    one = toy(reverse=[1], missing={"method": "prorate", "max_missing": 1})
    # Item 1: 3 - 0 = 3; (3 + 3 + 3) x 4/3 = 12, and not (0 + 3 + 3) x 4/3.
    same(total(one, [0, 3, 3, NONE]), [12])


def test_fillers_never_count(toy):
    one = toy(
        unscored=[2],
        scoring={"score_min": 0, "score_max": 9},
        missing={"method": "prorate", "max_missing": 1},
    )
    # 1 + 3 + 2 = 6 whatever the filler says; a missing filler is not a missing item.
    same(total(one, [1, 0, 3, 2], [1, 3, 3, 2], [1, NONE, 3, 2], [1, 0, 3, NONE]), [6, 6, 6, 6])
    same(total(one, [NONE, 3, NONE, NONE]), [NONE])


SUBSCALES = {
    "front": {"items": [1, 2], "method": "sum", "score_min": 0, "score_max": 6},
    "back": {"items": [3, 4], "method": "mean", "score_min": 0, "score_max": 3, "max_missing": 1},
}


def test_a_subscale_needs_all_items_unless_it_has_an_allowance(toy):
    one = toy(subscales=SUBSCALES, missing={"method": "prorate", "max_missing": 2})
    frame = one.score([[1, NONE, 3, NONE]])
    # Total (1 + 3) x 4/2 = 8; front lacks item 2; back: mean of the answered = 3.
    np.testing.assert_array_equal(frame.loc[0, ["total", "front", "back"]], [8, NONE, 3])


def test_under_mean_of_answered_a_subscale_shares_the_allowance(toy):
    one = toy(subscales=SUBSCALES, missing={"method": "mean_of_answered", "max_missing": 3})
    frame = one.score([[1, NONE, NONE, NONE]])
    # Front: 1 x 2 = 2, one of its two items missing; back: nothing was answered.
    np.testing.assert_array_equal(frame.loc[0, ["total", "front", "back"]], [4, 2, NONE])


def test_a_counting_subscale_uses_the_rules_of_the_total(toy):
    sub = {"front": {"items": [1, 2], "method": "count", "score_min": 0, "score_max": 2}}
    frame = toy(scoring=COUNT, subscales=sub).score([[2, 0, 0, 3]])
    assert frame.loc[0, ["total", "front"]].tolist() == [2, 2]


# Published instruments, one complete form or missing rule each, from their own manuals.
WORKED = [
    # 4 x (5 + 4 + 3 + 2 + 1) = 60.
    ("who5", [5, 4, 3, 2, 1], {"total": 60}),
    # Mean of 3, 6-2=4, 4, 6-1=5, 5, 6-3=3 is 24/6 = 4.
    ("brs", [3, 2, 4, 1, 5, 3], {"total": 4}),
    # 100 x (mean - 1) / 4 with mean (4x5 + 4x3)/8 = 4: 75; halves 100 and 50.
    ("mmos_ss", [5, 5, 5, 5, 3, 3, 3, 3], {"total": 75, "instrumental": 100, "emotional": 50}),
    # Depression items 3 5 10 13 16 17 21 at 2, the rest 0: 2 x 14 = 28, nothing else.
    (
        "dass21",
        [2 if i in {3, 5, 10, 13, 16, 17, 21} else 0 for i in range(1, 22)],
        {"total": 28, "depression": 28, "anxiety": 0, "stress": 0},
    ),
    # Three of ten missing are allowed: mean of seven 3s x 10 = 30; four are not.
    ("gse", [3] * 7 + [NONE] * 3, {"total": 30}),
    ("gse", [3] * 6 + [NONE] * 4, {"total": NONE}),
    # Item 1 takes 1-4, items 2 and 3 take 1-5: 4 + 5 + 2 = 11.
    ("osss3", [4, 5, 2], {"total": 11}),
    # 29 items at 1, items 7 14 24 26 27 reversed to 4: (24 + 20) / 29; 28 may be missing.
    ("ismi29", [1] * 29, {"total": 44 / 29, "stigma_resistance": 4, "alienation": 1}),
    ("ismi29", [NONE] * 28 + [2], {"total": 2}),
    # Reversed 4 5 7 8 at 0 give 4 each: 16, all of them in "lack of self-efficacy".
    ("pss10", [0] * 10, {"total": 16, "helplessness": 0, "lack_of_self_efficacy": 16}),
]


@pytest.mark.parametrize(("name", "person", "want"), WORKED)
def test_worked_example(name, person, want):
    row = instruments.get(name).score([person]).iloc[0]
    for column, value in want.items():
        assert row[column] == pytest.approx(value, nan_ok=True, abs=1e-12), column


def test_core_om_prorates_each_domain_by_its_own_rule():
    # All items at 2; reversed ones become 2. One risk item and one problem item missing:
    # 10 x 2 = 20 wherever the rule allows it; risk allows none.
    one = instruments.get("core_om")
    problem = next(s for s in one.subscales if s.name == "problems").items[0]
    risk = next(s for s in one.subscales if s.name == "risk").items[0]
    person = [NONE if i in {problem, risk} else 2 for i in range(1, 35)]
    row = one.score([person]).iloc[0]
    assert row[["total", "problems", "functioning", "well_being", "non_risk"]].tolist() == [20] * 5
    assert pd.isna(row["risk"])


def test_detail_counts_what_rests_on_missing_items(toy):
    one = toy(subscales=SUBSCALES, missing={"method": "prorate", "max_missing": 1})
    people = [[1, 2, 3, 0], [1, 2, 3, NONE], [1, 2, NONE, NONE], [NONE] * 4]
    scores = one.score_detail(people)
    pd.testing.assert_frame_equal(scores.frame, one.score(people))
    assert scores.n_people == 4
    assert scores.n_prorated == {"total": 1, "front": 0, "back": 1}
    assert scores.n_unscored == {"total": 2, "front": 1, "back": 2}
    assert scores.n_empty == {"total": 1, "front": 1, "back": 2}


def test_item_points_are_what_the_total_adds_up(toy):
    one = toy(reverse=[2])
    points = one.item_points([[1, 1, 3, NONE]])
    np.testing.assert_array_equal(points, [[1, 2, 3, NONE]])
    counted = toy(scoring=COUNT).item_points([[2, 1, NONE, 0]])
    np.testing.assert_array_equal(counted, [[1, 0, NONE, 1]])
