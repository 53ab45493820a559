"""Differences of the two surveys by everybody's scores, in the ledger."""

import math

import numpy as np
import pytest
from scipy import stats

from peereval.analysis.judge import BY_NOTHING
from peereval.stats import compare_overlapping

from .studies import one, verdict

UNMATCHED = "unmatched = true"


def test_partly_matched_surveys_are_compared_beside_the_pairs(people, evaluated):
    frame = people(60)
    frame = frame[~((frame["wave"] == "after") & (frame["id"] < "P020"))]
    frame = frame[~((frame["wave"] == "before") & (frame["id"] >= "P050"))]
    found = evaluated(frame)
    wide = frame.pivot(index="id", columns="wave", values="mood")
    expected = compare_overlapping(wide["before"], wide["after"]).get("mean_difference")
    row = one(found, "mean_difference", "overlap")
    for name in ("value", "ci_low", "ci_high", "df", "p_value"):
        assert getattr(row, name) == pytest.approx(getattr(expected, name)), name
    assert row.statistic_value == pytest.approx(expected.statistic)
    assert (row.n, row.n_excluded, row.contrast) == (60, 0, "after - before")
    assert row.source.startswith("Derrick")
    assert one(found, "mean_change").n == 30
    groups = [r.group for r in found.rows.where(analysis="overlap")]
    assert groups == ["all", "region=North", "region=South"]


def test_where_everybody_answered_twice_it_is_the_paired_test(people, evaluated):
    found = evaluated(people())
    overlap, paired = one(found, "mean_difference", "overlap"), one(found, "mean_change")
    for name in ("value", "ci_low", "ci_high", "df", "p_value", "statistic_value"):
        assert getattr(overlap, name) == pytest.approx(getattr(paired, name)), name


def test_peer_groups_are_said_to_be_ignored(people, evaluated):
    frame = people(40)
    frame["group"] = [f"G{int(i[1:]) % 4}" for i in frame["id"]]
    data = 'group = "group"'
    assert (
        "ignores_clusters" in one(evaluated(frame, data=data), "mean_difference", "overlap").notes
    )
    found = evaluated(frame, data=data, participant=UNMATCHED)
    assert all("ignores_clusters" in r.notes for r in found.rows.where(analysis="unmatched"))


def test_unmatched_surveys_are_compared_as_two_samples_with_bounds(people, evaluated):
    frame = people(40)
    found = evaluated(frame, participant=UNMATCHED)
    before, after = (frame.loc[frame["wave"] == w, "mood"] for w in ("before", "after"))
    test = stats.ttest_ind(after, before, equal_var=False)
    independent, widest, narrowest = (
        one(found, "mean_difference", "unmatched", level=f"correlation {r}") for r in (0, -1, 1)
    )
    assert independent.value == pytest.approx(after.mean() - before.mean())
    assert independent.p_value == pytest.approx(test.pvalue)
    assert independent.df == pytest.approx(test.df)
    assert widest.ci_low < independent.ci_low < narrowest.ci_low
    assert narrowest.p_value < independent.p_value < widest.p_value
    # What the pairs would have given lies within the bounds.
    paired = one(evaluated(frame), "mean_change")
    assert widest.ci_low < paired.ci_low
    assert paired.ci_high < widest.ci_high
    assert narrowest.p_value <= paired.p_value <= widest.p_value
    assert {r.group for r in found.rows.where(analysis="unmatched")} == set(found.facts.groups)


def test_unmatched_surveys_are_never_called_paired(people, evaluated):
    found = evaluated(people(40), participant=UNMATCHED)
    assert not found.rows.where(analysis="overlap")
    for row in found.rows.where(analysis="unmatched"):
        assert "not paired" in row.method
    pairs = one(found, "n_pairs")
    assert math.isnan(pairs.value)
    assert (pairs.n, pairs.n_excluded, pairs.reason) == (None, None, "unmatched")
    # The difference of two surveys is no change of anybody, and earns no verdict.
    assert verdict(found).reason == "unmatched"
    assert verdict(found).method == BY_NOTHING
    assert one(found, "p_adjusted", "verdict").reason == "not_tested"


def test_unmatched_surveys_may_differ_in_size(people, evaluated):
    frame = people(40)
    frame = frame[(frame["wave"] == "before") | (frame["id"] < "P011")]
    found = evaluated(frame, participant=UNMATCHED)
    row = one(found, "mean_difference", "unmatched", level="correlation 0")
    assert row.n == 51
    assert one(found, "mean_difference", "unmatched", level="correlation -1").df == 10


def test_too_few_at_a_survey_have_a_reason(people, evaluated):
    frame = people(12, regions=("North", "South"))
    lone = (frame["region"] == "South") & (frame["wave"] == "after") & (frame["id"] > "P001")
    found = evaluated(frame[~lone], participant=UNMATCHED)
    rows = found.rows.where(analysis="unmatched", group="region=South")
    assert {r.reason for r in rows} == {"fewer_than_two_people"}
    assert np.isfinite(one(found, "mean_difference", "unmatched", level="correlation 0").value)


def test_one_pair_among_many_has_no_correlation(people, evaluated):
    frame = people(30)
    keep = ((frame["wave"] == "before") & (frame["id"] < "P016")) | (
        (frame["wave"] == "after") & (frame["id"] >= "P014")
    )
    found = evaluated(frame[keep])
    assert one(found, "n_pairs").value == 2
    assert np.isfinite(one(found, "mean_difference", "overlap").value)
    assert one(found, "mean_difference", "overlap", group="region=North").reason == "one_pair"
