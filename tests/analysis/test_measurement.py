"""Reliability, items, ends of the scale and uniform answers in the ledger."""

import math

import numpy as np
import pandas as pd
import pytest

from peereval.stats import cronbach_alpha
from peereval.stats.basics.proportions import wilson_interval

from .studies import MOOD, one

OWN = """
[[outcome]]
name = "own"
domain = "hope"
items = ["q1", "q2", "q3", "q4"]
reverse = ["q4"]
range = [1, 5]
score = "{score}"
max_missing = {max_missing}
higher_is = "better"
"""
ITEMS = ["q1", "q2", "q3", "q4"]


def answers(n=60, seed=1):
    """A long frame of four items at two waves; the fourth is worded the other way round."""
    rng = np.random.default_rng(seed)
    rows = []
    for i in range(n):
        person = rng.normal()
        for wave, shift in (("before", 0.0), ("after", 0.4)):
            q = np.clip(np.rint(3 + person + shift + rng.normal(0, 0.8, 4)), 1, 5)
            q[3] = 6 - q[3]
            rows.append((f"P{i:03d}", wave, "NS"[i % 2], *q))
    return pd.DataFrame(rows, columns=["id", "wave", "region", *ITEMS])


def at(frame, wave):
    """The items at one wave, the fourth turned round."""
    items = frame.loc[frame["wave"] == wave, ITEMS].to_numpy(float, copy=True)
    items[:, 3] = 6 - items[:, 3]
    return items


def own(score="sum", max_missing=1):
    return OWN.format(score=score, max_missing=max_missing)


def test_both_waves_have_their_reliability(evaluated):
    frame = answers()
    found = evaluated(frame, outcomes=own())
    for wave in ("before", "after"):
        row = one(found, "alpha", "reliability", outcome="own", level=wave)
        alpha = cronbach_alpha(at(frame, wave))
        assert (row.value, row.ci_low, row.ci_high) == (alpha.value, alpha.ci_low, alpha.ci_high)
        assert (row.n, row.n_excluded, row.ci_level) == (60, 0, 0.95)
        for statistic in ("alpha_standardised", "omega_total"):
            value = one(found, statistic, "reliability", outcome="own", level=wave).value
            assert value == pytest.approx(alpha.value, abs=0.03)
    items = [r.level for r in found.rows.where(statistic="item_rest_correlation")]
    assert items == [f"{wave} | {q}" for wave in ("before", "after") for q in ITEMS]
    assert all(r.group == "all" for r in found.rows.where(analysis="reliability"))


@pytest.mark.parametrize(("score", "factor"), [("sum", 1), ("mean", 1 / 4)])
def test_the_error_of_measurement_is_in_points_of_the_score(evaluated, score, factor):
    frame = answers()
    found = evaluated(frame, outcomes=own(score))
    items = at(frame, "before")
    sd = factor * items.sum(axis=1).std(ddof=1)
    sem = one(found, "sem", "reliability", outcome="own", level="before")
    assert sem.value == pytest.approx(sd * math.sqrt(1 - cronbach_alpha(items).value))
    sdc = one(found, "sdc", "reliability", outcome="own", level="before")
    assert sdc.value == pytest.approx(1.959963984540054 * math.sqrt(2) * sem.value)
    assert sem.unit == sdc.unit == "scale points"


def test_incomplete_forms_are_left_out_of_alpha_and_not_of_the_error(evaluated):
    frame = answers()
    frame.loc[frame["id"] < "P012", "q1"] = np.nan
    found = evaluated(frame, outcomes=own())
    alpha = one(found, "alpha", "reliability", outcome="own", level="before")
    assert (alpha.n, alpha.n_excluded) == (48, 12)
    sem = one(found, "sem", "reliability", outcome="own", level="before")
    assert (sem.n, sem.n_excluded) == (60, 0)
    sd = one(found, "sd", "scores", outcome="own", level="before").value
    assert sem.value == pytest.approx(sd * math.sqrt(1 - alpha.value))


def test_a_question_turned_round_twice_runs_against_the_others(evaluated):
    frame = answers()
    frame["q4"] = 6 - frame["q4"]
    found = evaluated(frame, outcomes=own())
    rest = {
        q: one(
            found, "item_rest_correlation", "reliability", outcome="own", level=f"before | {q}"
        ).value
        for q in ITEMS
    }
    assert [q for q, r in rest.items() if r < 0] == ["q4"]


def test_people_who_tick_one_column_are_counted(evaluated):
    frame = answers()
    first = frame["wave"] == "before"
    frame.loc[first & (frame["id"] < "P009"), ITEMS] = 5.0  # says two opposite things
    frame.loc[first & (frame["id"] >= "P057"), ITEMS] = 3.0  # the middle of everything
    given = frame.loc[first, ITEMS].to_numpy()
    same = (given == given[:, :1]).all(axis=1)
    expected, opposite = int(same.sum()), int((same & (given[:, 0] != 3)).sum())
    assert 12 <= expected < 20
    found = evaluated(frame, outcomes=own())
    straight = one(found, "straight_lined", "quality", outcome="own", level="before")
    assert (straight.value, straight.n) == (expected, 60)
    contradictory = one(found, "contradictory", "quality", outcome="own", level="before")
    assert contradictory.value == opposite < expected
    percent = one(found, "percent_straight_lined", "quality", outcome="own", level="before")
    assert percent.value == pytest.approx(100 * expected / 60)
    assert percent.ci_low == pytest.approx(100 * wilson_interval(expected, 60)[0])


def test_without_reversed_questions_nothing_can_be_contradictory(evaluated):
    outcomes = own().replace('reverse = ["q4"]\n', "")
    found = evaluated(answers(), outcomes=outcomes)
    assert found.rows.where(statistic="straight_lined")
    assert not found.rows.where(statistic="contradictory")


def test_two_questions_have_alpha_and_no_pattern(evaluated):
    outcomes = own().replace(', "q3", "q4"]', "]").replace('reverse = ["q4"]\n', "")
    found = evaluated(answers(), outcomes=outcomes)
    assert one(found, "alpha", "reliability", outcome="own", level="before").value > 0.5
    omega = one(found, "omega_total", "reliability", outcome="own", level="before")
    assert omega.reason == "not_identified"
    assert not found.rows.where(analysis="quality")


def test_a_score_that_was_already_in_the_data_has_no_items(people, evaluated):
    found = evaluated(people(), outcomes=MOOD)
    assert not found.rows.where(analysis="reliability")
    assert not found.rows.where(analysis="quality")


def test_a_wave_on_which_nobody_answered_everything_has_reasons(evaluated):
    frame = answers()
    frame.loc[frame["wave"] == "after", "q2"] = np.nan
    found = evaluated(frame, outcomes=own())
    rows = [
        r
        for r in found.rows.where(analysis="reliability")
        if r.level.startswith("after") and r.statistic not in ("sem", "sdc")
    ]
    assert {r.reason for r in rows} == {"fewer_than_two_complete_forms"}
    assert one(found, "percent_straight_lined", "quality", outcome="own", level="after").reason


def test_ends_of_the_scale_are_percentages_in_every_group(evaluated):
    frame = answers()
    frame.loc[(frame["wave"] == "before") & (frame["id"] < "P010"), ITEMS] = [5.0, 5, 5, 1]
    found = evaluated(frame, outcomes=own())
    for group in ("all", "region=N", "region=S"):
        for end in ("at_lowest", "at_highest"):
            count = one(found, end, "scores", outcome="own", group=group, level="before")
            percent = one(
                found, f"percent_{end}", "scores", outcome="own", group=group, level="before"
            )
            assert percent.value == pytest.approx(100 * count.value / count.n)
            assert percent.n == count.n
            limits = wilson_interval(int(count.value), count.n)
            assert [percent.ci_low, percent.ci_high] == pytest.approx([100 * x for x in limits])


def test_every_sample_questionnaire_has_its_reliability(two_regions):
    scored = {o.name for o in two_regions.facts.outcomes}
    measured = {r.outcome for r in two_regions.rows.where(statistic="alpha")}
    assert measured == scored
    for row in two_regions.rows.where(statistic="alpha"):
        assert 0.6 < row.value < 0.95
    # The HHI's own key turns items 3 and 6 round, and none runs against the others.
    rest = two_regions.rows.where(outcome="hope", statistic="item_rest_correlation")
    assert len(rest) == 24
    assert all(r.value > 0 for r in rest)
