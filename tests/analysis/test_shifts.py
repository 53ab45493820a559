"""Bands of severity and single questions in the ledger."""

import numpy as np
import pandas as pd
import pytest

from peereval.errors import InstrumentError
from peereval.stats import likert_change, marginal_homogeneity

from .studies import MOOD, one

PHQ = """
[[outcome]]
name = "mood"
domain = "clinical"
instrument = "phq9"
column = "mood"
"""
QUESTION = MOOD + "range = [1, 5]\n"


def study(before, after, **columns):
    ids = [f"P{i:03d}" for i in range(len(before))]
    return pd.concat(
        pd.DataFrame({"id": ids, "wave": wave, "mood": scores, **columns})
        for wave, scores in (("before", before), ("after", after))
    )


@pytest.fixture
def answers():
    rng = np.random.default_rng(5)
    before = rng.integers(1, 6, 80)
    return before, np.clip(before + rng.integers(-1, 3, 80), 1, 5)


def test_people_are_counted_by_band_before_and_after(evaluated):
    found = evaluated(
        study([4, 5, 9, 12, 20, 27], [0, 4.5, 10, 12, 14.9, 27]), outcomes=PHQ, region=""
    )
    rows = found.rows.where(analysis="bands")
    before = {r.level: r.value for r in rows if r.statistic == "people_pre"}
    assert before == {
        "minimal or none (0 to 4)": 1,
        "mild (5 to 9)": 2,
        "moderate (10 to 14)": 1,
        "moderately severe (15 to 19)": 0,
        "severe (20 to 27)": 2,
    }
    # A score between two bands belongs to the lower one: 4.5 is minimal, 14.9 moderate.
    after = {r.level.split(" (")[0]: r.value for r in rows if r.statistic == "people_post"}
    assert after == {
        "minimal or none": 2,
        "mild": 0,
        "moderate": 3,
        "moderately severe": 0,
        "severe": 1,
    }
    moves = {r.level: r.value for r in rows if r.statistic == "people_moved"}
    assert moves == {"up": 1, "same": 3, "down": 2}
    cells = {r.level: r.value for r in rows if r.statistic == "people"}
    assert cells["severe (20 to 27) | moderate (10 to 14)"] == 1
    assert sum(cells.values()) == 6
    assert all(r.contrast == "" for r in rows if r.statistic in ("people_pre", "people_post"))


def test_the_tests_are_those_of_the_table(evaluated, answers):
    found = evaluated(study(*answers), outcomes=QUESTION, region="")
    direct = likert_change(*answers, low=1, high=5)
    for test in direct.homogeneity.tests:
        row = one(found, test.name, "categories")
        assert (row.p_value, row.statistic_value) == (test.p_value, test.statistic)
        assert row.n == 80
    net = one(found, "net_moved_up", "categories")
    assert (net.value, net.ci_low, net.ci_high) == (
        direct.net_up.value,
        direct.net_up.ci_low,
        direct.net_up.ci_high,
    )
    # The mean shift in answers is the mean change of the paired analysis.
    shift = one(found, "ordered_shift", "categories").value
    assert shift == pytest.approx(one(found, "mean_change").value)
    share = one(found, "percent_moved", "categories", level="up")
    assert share.value == pytest.approx(100 * direct.table.moves["up"] / 80)


def test_regions_have_margins_and_moves_that_add_up(evaluated, answers):
    found = evaluated(study(*answers, region=["A", "B"] * 40), outcomes=QUESTION)
    for statistic in ("people_pre", "people_post", "people_moved"):
        rows = found.rows.where(analysis="categories", statistic=statistic)
        for row in rows.where(group="all"):
            parts = [r.value for r in rows if r.level == row.level and r.group != "all"]
            assert sum(parts) == row.value
    cells = found.rows.where(analysis="categories", statistic="people")
    assert {row.group for row in cells} == {"all"}


def test_a_single_question_without_range_or_with_fractions_is_none(evaluated, people):
    assert not evaluated(people()).rows.where(analysis="categories")
    frame = people().assign(mood=lambda f: (f["mood"] / 4).clip(1, 5))
    assert not evaluated(frame, outcomes=QUESTION).rows.where(analysis="categories")


def test_another_set_of_bands_may_be_chosen(evaluated):
    bands = PHQ.replace("phq9", "who5")
    scores = study([20, 40, 60, 80], [40, 60, 80, 100])
    default = evaluated(scores, outcomes=bands, region="").facts.outcomes[0].bands
    assert len(default) > 1
    with pytest.raises(InstrumentError, match="no set of bands 'mine'"):
        evaluated(scores, outcomes=f'{bands}band_set = "mine"\n', region="")


def test_where_nobody_moved_there_is_nothing_to_test(evaluated):
    frame = study([1, 2, 3, 4], [1, 2, 3, 4])
    found = evaluated(frame, outcomes=QUESTION, region="")
    assert one(found, "stuart_maxwell", "categories").reason == "nobody_changed_category"
    assert one(found, "net_moved_up", "categories").value == 0


def test_unmatched_surveys_have_no_shifts(evaluated, answers):
    found = evaluated(
        study(*answers).drop(columns="id"),
        outcomes=QUESTION,
        region="",
        participant="",
        data="unmatched = true",
    )
    assert not found.rows.where(analysis="categories")


def test_sharing_peer_groups_is_noted(evaluated, answers):
    frame = study(*answers, group=[f"g{i % 8}" for i in range(80)])
    found = evaluated(frame, outcomes=QUESTION, region="", data='group = "group"')
    row = one(found, "stuart_maxwell", "categories")
    assert "ignores_clusters" in row.notes
    table = np.zeros((5, 5), int)
    np.add.at(table, (answers[0] - 1, answers[1] - 1), 1)
    assert row.p_value == marginal_homogeneity(table).stuart_maxwell.p_value
