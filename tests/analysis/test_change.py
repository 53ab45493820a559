"""Data that cannot show something: the report goes on, and every gap has a reason in words."""

import math
import re
from pathlib import Path

import numpy as np
import pytest

import peereval
from peereval.analysis.judge import BY_PAIRS
from peereval.report.sentences import REASONS

from .studies import ALWAYS, one, verdict

SOURCE = Path(peereval.__file__).parent
# Places in the code that name a reason: results without a number, refusals of the model, notes.
REASON = re.compile(
    r"""(?:reason=|_none\(|not_estimated:|NOT_ESTIMATED\}|reason = (?:.*else )?)"?([a-z]\w+)"""
)
RETURNED = re.compile(r'return "(\w+)" if \w+(?:\.n)? else "(\w+)"')


def complete(evaluation):
    """Every promised row is there, and whatever has no number has a reason with words."""
    for outcome in evaluation.facts.outcomes:
        for group in evaluation.facts.groups:
            for statistic, analysis in ALWAYS.items():
                one(evaluation, statistic, analysis, outcome=outcome.name, group=group)
            one(evaluation, "mean_change", "mixed", outcome=outcome.name, group=group)
    for row in evaluation.rows:
        if math.isnan(row.value) and math.isnan(row.p_value) and math.isnan(row.ci_low):
            assert row.reason in REASONS, row
    return evaluation


def with_scores(frame, wave, scores):
    """The frame with other scores at one wave."""
    frame.loc[frame["wave"] == wave, "mood"] = scores
    return frame


def test_every_reason_the_code_can_give_has_words():
    found = set()
    for path in (
        p for part in ("stats", "mixed", "analysis") for p in (SOURCE / part).rglob("*.py")
    ):
        text = re.sub(r"(?s)\"\"\".*?\"\"\"", "", path.read_text("utf-8"))
        found |= set(REASON.findall(text))
        found |= {code for pair in RETURNED.findall(text) for code in pair}
    names_of_variables = {"reason", "wide", "m", "d", "no_correlation", "pairs", "missing", "why"}
    names_of_variables |= {"data", "test", "self", "err", "forms", "alpha", "estimate"}
    reasons = found - names_of_variables
    assert {"no_pairs", "no_variance", "unmatched", "no_convergence", "too_few_scores"} <= reasons
    assert reasons <= set(REASONS)


def test_effect_sizes_are_bootstrapped_with_the_same_draws_every_time(people, evaluated):
    frame = people()
    found, again = evaluated(frame), evaluated(frame.sample(frac=1, random_state=3))
    for statistic in ("mean_change", "d_z", "g_z", "d_av", "g_av", "d_rm", "d_pre"):
        row, other = (one(e, statistic, "bootstrap") for e in (found, again))
        assert row == other
        assert row.ci_low < row.value < row.ci_high
        assert "10000 resamples, seed" in row.method
        plain = one(found, statistic, "paired" if statistic == "mean_change" else "effect_size")
        assert (row.value, row.unit, row.n) == (plain.value, plain.unit, plain.n)


def test_many_people_need_no_bootstrap(people, evaluated, monkeypatch):
    monkeypatch.setattr("peereval.analysis.change.BOOTSTRAP_UP_TO", 12)
    found = complete(evaluated(people()))
    names = [r.statistic for r in found.rows.where(analysis="bootstrap", group="all")]
    assert names == ["mean_change", "d_z", "g_z", "d_av", "g_av", "d_rm", "d_pre"]
    assert one(found, "d_av", "bootstrap").reason == "many_pairs"
    assert one(found, "d_av", "bootstrap", group="region=North").ci_low < 3


def test_further_tests_stand_in_parts_of_their_own(people, evaluated):
    found = evaluated(people())
    for statistic, analysis in (
        ("yuen", "trimmed"),
        ("sign_flip", "permutation"),
        ("probability_of_increase", "rank"),
        ("bayes_factor_wide", "bayes_factor"),
    ):
        row = one(found, statistic, analysis)
        assert not row.reason
        assert row.contrast == "after - before"


def test_an_outcome_that_never_varies(people, evaluated):
    found = complete(evaluated(people().assign(mood=5.0)))
    assert verdict(found).note == "not_estimated:no_variance"
    assert one(found, "mean_change", "mixed").reason == "no_variance"
    assert one(found, "sd_pre").value == 0
    assert one(found, "smallest_change", "verdict").reason == "no_variance_pre"


def test_everybody_the_same_before(people, evaluated):
    found = complete(evaluated(with_scores(people(), "before", 5.0)))
    # The model's waves have variances of their own, and one of them is none: the pairs decide.
    assert one(found, "mean_change", "mixed").reason == "no_variance_pre"
    assert (verdict(found).level, verdict(found).method) == ("improved", BY_PAIRS)
    assert one(found, "equivalence", "equivalence").reason == "no_smallest_change"
    assert one(found, "correlation").reason == "no_variance_pre"
    assert one(found, "d_pre", "effect_size").reason == "no_variance_pre"


def test_everybody_the_same_after(people, evaluated):
    found = complete(evaluated(with_scores(people(), "after", 5.0)))
    assert verdict(found).level.startswith("worsened")
    assert one(found, "correlation").reason == "no_variance_post"


def test_everybody_changes_alike(people, evaluated):
    frame = people()
    before = frame.loc[frame["wave"] == "before", "mood"].to_numpy()
    found = complete(evaluated(with_scores(frame, "after", before + 3)))
    assert verdict(found).reason == "no_variance"
    # An interval of rounding noise would be worse than none.
    assert one(found, "mean_change", "mixed").reason == "no_variance"


def test_nobody_changes(people, evaluated):
    frame = people()
    before = frame.loc[frame["wave"] == "before", "mood"].to_numpy()
    found = complete(evaluated(with_scores(frame, "after", before)))
    assert one(found, "wilcoxon", "rank").reason == "all_zero_differences"


def test_a_region_with_one_person(people, evaluated):
    frame = people()
    frame.loc[frame["id"] == "P000", "region"] = "East"
    found = complete(evaluated(frame))
    assert found.facts.regions == ("East", "North", "South")
    assert verdict(found, group="region=East").reason == "fewer_than_two_people"
    assert one(found, "mean_change", "mixed", group="region=East").reason == "fewer_than_two_people"
    # The one person counts for everybody.
    assert one(found, "mean_change").n == 24
    assert one(found, "mean_change", "mixed").n_excluded == 1


def test_a_region_without_follow_up(people, evaluated):
    frame = people()
    found = complete(evaluated(frame[(frame["region"] == "North") | (frame["wave"] == "before")]))
    assert verdict(found, group="region=South").reason == "fewer_than_two_people"
    assert one(found, "mean_change", group="region=South").reason == "no_pairs"
    assert one(found, "region_difference", "mixed").reason == "fewer_than_two_regions"
    assert one(found, "n_post", "scores", group="region=South").value == 0
    assert one(found, "mean_change").n_excluded == 12


@pytest.mark.parametrize("region", ["", 'region = "region"'])
def test_without_any_region_there_is_everybody(people, evaluated, region):
    found = complete(evaluated(people().assign(region=""), region=region))
    assert found.facts.groups == ("all",)
    assert not found.rows.where(statistic="region_difference")


def test_people_without_a_region_count_for_everybody(people, evaluated):
    frame = people(regions=("North", "South", ""))
    found = complete(evaluated(frame))
    in_regions = [one(found, "n_pairs", group=f"region={r}").value for r in ("North", "South")]
    assert in_regions == [8, 8]
    assert one(found, "n_pairs").value == 24
    assert one(found, "mean_change", "mixed").n == 24


def test_twelve_regions(people, evaluated):
    found = complete(evaluated(people(48, regions=[f"R{i:02d}" for i in range(12)])))
    assert len(found.facts.regions) == 12
    assert one(found, "region_difference", "mixed").df_num == 11
    assert one(found, "mean_change", group="region=R07").n == 4


def test_without_a_range_nobody_is_at_an_end(people, evaluated):
    found = complete(evaluated(people()))
    assert not found.rows.where(statistic="at_lowest")
    ranged = evaluated(people().round(0), more="range = [-50, 50]")
    assert len(ranged.rows.where(statistic="at_lowest", group="all")) == 2


def test_unmatched_surveys_show_scores_and_no_change(people, evaluated):
    found = complete(evaluated(people(), participant="unmatched = true"))
    assert not found.facts.matched
    assert verdict(found).note == "not_estimated:unmatched"
    for statistic, analysis in (
        ("mean_change", "paired"),
        ("wilcoxon", "rank"),
        ("d_z", "effect_size"),
    ):
        assert one(found, statistic, analysis).reason == "unmatched"
    assert one(found, "n_pre", "scores").value == 24
    assert np.isfinite(one(found, "mean", "scores", level="after").value)


def test_too_few_scores_at_a_wave(people, evaluated):
    frame = people(4)
    found = complete(evaluated(frame[(frame["wave"] == "before") | (frame["id"] < "P002")]))
    assert (
        one(found, "sd", "scores", group="region=South", level="after").reason == "too_few_scores"
    )
