"""Every variant of every instrument, and what happens to bands and thresholds."""

import numpy as np
import pandas as pd
import pytest

from peereval import instruments
from peereval.errors import InstrumentError

# instrument, variant, one person's answers, scores worked by hand
WORKED = [
    # Eight scored items x 4; agency and pathways 4 x 4.
    ("ahs", "four_point", [4] * 12, {"total": 32, "agency": 16, "pathways": 16}),
    # 3 + (6-2) + 4 + (6-1) + 5 + (6-3) = 24, added instead of averaged.
    ("brs", "sum", [3, 2, 4, 1, 5, 3], {"total": 24}),
    # Items at 0; the eight reversed ones become 4: sum 32, mean 32/34; domains stay x 10.
    ("core_om", "raw", [0] * 34, {"total": 32, "problems": 0, "risk": 0}),
    ("core_om", "mean_0_4", [0] * 34, {"total": 32 / 34, "problems": 0}),
    # 0-4 coding: 10 x 3.
    ("k10", "us_0_4", [3] * 10, {"total": 30}),
    # 1-5 coding: 6 x 5.
    ("k6", "australian_1_5", [5] * 6, {"total": 30}),
    # Twelve items at 6: 72; subscales stay means.
    ("mspss", "sum", [6] * 12, {"total": 72, "family": 6}),
    # Items 2 and 3 turned round: 4 + (6-1) + (6-2) = 13.
    ("osss3", "best_first_form", [4, 1, 2], {"total": 13}),
    # Items 18 19 20 (willingness) at 5, the others at 1: 3 x 5; total 15 + 21 = 36.
    (
        "ras24",
        "source_order_layout",
        [5 if i in {18, 19, 20} else 1 for i in range(1, 25)],
        {"total": 36, "willingness_ask_help": 15, "reliance_on_others": 4},
    ),
    # 41 items at 4.
    ("ras41", "mean", [4] * 41, {"total": 4, "willingness_ask_help": 12}),
    # Reversed 3 5 8 9 10 (not 2 5 6 8 9), each at 0 gives 3: all others at 3: 30.
    (
        "rses",
        "worth_first_order",
        [0 if i in {3, 5, 8, 9, 10} else 3 for i in range(1, 11)],
        {"total": 30},
    ),
    # 1-4: five items at 4, five reversed at 4 give 1: 25. 1-5: five at 5, five give 1: 30.
    ("rses", "likert_1_4", [4] * 10, {"total": 25}),
    ("rses", "likert_1_5", [5] * 10, {"total": 30}),
    # Ten items at 6, ten reversed at 6 give 1: 70 / 20 = 3.5.
    ("scs_r", "mean", [6] * 20, {"total": 3.5}),
    # Items 2-5: 1 + 2 + 3 + 4; item 1 does not matter.
    ("wsas", "no_work_item", [8, 1, 2, 3, 4], {"total": 10}),
    ("wsas", "no_work_item", [np.nan, 1, 2, 3, 4], {"total": 10}),
    ("wsas", "no_work_item", [1, 2, 3, 4], {"total": 10}),
]


@pytest.mark.parametrize(("name", "variant", "person", "want"), WORKED)
def test_worked_variant(name, variant, person, want):
    row = instruments.get(name).score([person], variant=variant).iloc[0]
    for column, value in want.items():
        assert row[column] == pytest.approx(value, abs=1e-12), column


def test_every_variant_with_a_key_is_worked_above():
    known = {(i.id, v.id) for i in instruments.list_instruments() for v in i.variants if v.has_key}
    assert known == {(name, variant) for name, variant, *_ in WORKED}


@pytest.mark.parametrize(
    ("name", "variant", "why"),
    [
        ("k10", "abs_1997_reversed", "upside down"),
        ("rogers_empowerment", "revised_25_item", "which three is not settled"),
        ("rogers_empowerment", "corrigan_two_factor", "item lists not confirmed"),
    ],
)
def test_variant_without_a_key_is_refused_with_its_reason(name, variant, why):
    one = instruments.get(name)
    with pytest.raises(InstrumentError, match=f"{variant}.*cannot be scored.*{why}"):
        one.score(np.ones((1, one.n_items)), variant=variant)


def test_answers_are_checked_against_the_range_of_the_variant():
    k10 = instruments.get("k10")
    assert k10.score([[0] * 10], variant="us_0_4").loc[0, "total"] == 0
    with pytest.raises(InstrumentError, match=r"item 1: 5 \(takes 0 to 4\)"):
        k10.score([[5] * 10], variant="us_0_4")


@pytest.mark.parametrize(
    ("name", "variant"), [(name, variant) for name, variant, *_ in WORKED if name != "wsas"]
)
def test_bands_hold_only_in_the_same_range(name, variant):
    one = instruments.get(name)
    low, _ = one.item_range(1, variant=variant)
    frame = one.score(np.full((1, one.n_items), low), variant=variant)
    same_range = one.score_range(variant=variant) == one.score_range()
    assert ("band" in frame) == (bool(one.bands) and same_range)


def test_a_band_set_that_the_variant_loses_is_refused():
    with pytest.raises(InstrumentError, match=r"bands 'abs' of .*do not hold .*'us_0_4'"):
        instruments.get("k10").score([[0] * 10], variant="us_0_4", band_set="abs")


def test_bands_stay_with_another_item_order_of_the_same_range():
    rses = instruments.get("rses")
    assert rses.score([[3] * 10], variant="worth_first_order").loc[0, "band"] == "normal"
    assert rses.same_ranges("worth_first_order")
    assert not rses.same_ranges("likert_1_4")


def test_misspelt_variant_names_the_nearest():
    with pytest.raises(InstrumentError, match="did you mean 'us_0_4'"):
        instruments.get("k10").score([[1] * 10], variant="us_04")
    with pytest.raises(InstrumentError, match="only the standard form"):
        instruments.get("phq9").score([[1] * 9], variant="short")


def test_item_and_score_range_follow_the_variant():
    ahs = instruments.get("ahs")
    assert ahs.item_range(1) == (1, 8)
    assert ahs.item_range(1, variant="four_point") == (1, 4)
    assert ahs.score_range("agency") == (4, 32)
    assert ahs.score_range("agency", variant="four_point") == (4, 16)


def test_subscales_of_a_variant_may_change_their_method(toy):
    one = toy(
        subscales={"front": {"items": [1, 2], "method": "sum", "score_min": 0, "score_max": 6}},
        variants=[
            {
                "id": "means",
                "score_min": 0,
                "score_max": 3,
                "subscale_min": 0,
                "subscale_max": 3,
            }
        ],
    )
    frame = one.score([[1, 2, 3, 0]], variant="means")
    pd.testing.assert_frame_equal(frame, pd.DataFrame({"total": [1.5], "front": [1.5]}))


def test_missing_answers_follow_the_rule_of_the_instrument_in_a_variant():
    # 33 items at 1 and one missing; reversed ones at 1 give 3: (25 + 8 x 3) x 34/33 = 1666/33.
    person = [1] * 34
    person[0] = np.nan  # item 1 is not reversed
    total = instruments.get("core_om").score([person], variant="raw").loc[0, "total"]
    assert total == pytest.approx((25 + 24) * 34 / 33)
