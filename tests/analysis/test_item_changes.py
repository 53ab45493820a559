"""The change of single items, in the ledger and as it is disclosed."""

import numpy as np
import pytest

from peereval.disclosure.suppress import disclose
from peereval.stats import adjust_p, mean_change, paired_change

from .studies import MOOD, one
from .test_measurement import ITEMS, answers, at, own


def item(evaluation, name, statistic="mean_change"):
    return one(evaluation, statistic, "items", outcome="own", level=name)


def test_each_item_has_its_paired_change_turned_as_the_score_is(evaluated):
    frame = answers()
    found = evaluated(frame, outcomes=own())
    before, after = at(frame, "before"), at(frame, "after")
    for j, name in enumerate(ITEMS):
        row, change = item(found, name), mean_change(before[:, j], after[:, j])
        assert (row.value, row.ci_low, row.ci_high, row.p_value, row.df, row.n) == (
            pytest.approx(change.value),
            pytest.approx(change.ci_low),
            pytest.approx(change.ci_high),
            pytest.approx(change.p_value),
            59,
            60,
        )


def test_the_changes_of_the_items_add_up_to_that_of_the_sum(evaluated):
    found = evaluated(answers(), outcomes=own())
    total = one(found, "mean_change", outcome="own").value
    assert sum(item(found, name).value for name in ITEMS) == pytest.approx(total)


def test_p_allows_for_the_number_of_items(evaluated):
    found = evaluated(answers(), outcomes=own())
    adjusted = adjust_p([item(found, name).p_value for name in ITEMS], "BH")
    for name, p in zip(ITEMS, adjusted, strict=True):
        assert item(found, name, "p_adjusted").p_value == pytest.approx(p)
    assert one(found, "tests_in_family", "items", outcome="own").value == 4


def test_people_who_left_an_item_out_are_in_no_item(evaluated):
    frame = answers()
    frame.loc[frame.index[:20:2], "q1"] = np.nan
    found = evaluated(frame, outcomes=own(), data='missing = ["nan"]')
    assert {(item(found, name).n, item(found, name).n_excluded) for name in ITEMS} == {(50, 10)}
    kept = frame.iloc[20:]
    change = paired_change(at(kept, "before")[:, 2], at(kept, "after")[:, 2]).get("mean_change")
    assert item(found, "q3").value == pytest.approx(change.value)


@pytest.mark.parametrize(("incomplete", "is_hidden"), [(0, False), (3, True), (10, False)])
def test_few_incomplete_forms_hide_the_items(evaluated, incomplete, is_hidden):
    # The change of the sum, less those of the items, would be that of the few.
    frame = answers()
    frame.loc[frame.index[: 2 * incomplete : 2], "q1"] = np.nan
    evaluation = evaluated(frame, outcomes=own(), data='missing = ["nan"]')
    shown = disclose(evaluation.rows, "charity").where(analysis="items", statistic="mean_change")
    assert {row.suppressed for row in shown} == {is_hidden}


def test_an_item_that_nobody_answered_differently_has_no_test(evaluated):
    frame = answers().assign(q2=3.0)
    found = evaluated(frame, outcomes=own())
    assert item(found, "q2").reason == "no_variance"
    assert item(found, "q2", "p_adjusted").reason == "not_tested"
    assert one(found, "tests_in_family", "items", outcome="own").value == 3


def test_scores_without_items_and_unmatched_surveys_have_no_such_rows(evaluated, people):
    assert len(evaluated(people(), outcomes=MOOD).rows.where(analysis="items")) == 0
    unmatched = evaluated(answers(), outcomes=own(), participant="", data="unmatched = true")
    assert len(unmatched.rows.where(analysis="items")) == 0
