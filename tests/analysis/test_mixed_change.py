"""The main analysis: against nlme, against the paired t test, and where people leave."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peereval import Plan, evaluate, read_study
from peereval.analysis.judge import BY_MODEL

from .studies import MOOD, one, verdict

REFERENCE = Path(__file__).parents[1] / "reference"
CASES = {
    case["id"]: case
    for case in json.loads((REFERENCE / "main_analysis.json").read_text(encoding="utf-8"))
}
PLAN = """
[data]
participant = "participant"
wave = "wave"
region = "region"
group = "group"
[waves]
order = [{waves}]
[[outcome]]
name = "score"
domain = "clinical"
column = "score"
higher_is = "better"
"""


def evaluated_reference(case, request):
    """The evaluation of a reference case."""
    if case["id"] == "btheb":
        return request.getfixturevalue("beat_the_blues"), "bdi"
    frame = pd.read_csv(REFERENCE / "data" / f"{case['data']}.csv")
    waves = ", ".join(f'"{w}"' for w in sorted(frame["wave"].unique()))
    return evaluate(read_study(frame, Plan.from_toml(PLAN.format(waves=waves)))), "score"


@pytest.mark.parametrize("name", CASES)
def test_the_main_analysis_is_that_of_nlme(name, request):
    # Made by tests/reference/main_analysis.R. nlme stops a little short of the optimum where a
    # fit is singular; its standard errors are not adjusted, ours are, and only upwards.
    case = CASES[name]
    found, outcome = evaluated_reference(case, request)
    groups, values, errors = (
        [case[k]] if isinstance(case[k], float | str) else case[k]
        for k in ("group", "estimate", "std_error")
    )
    for group, value, error in zip(groups, values, errors, strict=True):
        group_ = group if group == "all" else f"region={group}"
        row = one(found, "mean_change", "mixed", outcome=outcome, group=group_)
        assert row.value == pytest.approx(value, abs=2e-4 * error)
        assert 1 <= row.value / row.statistic_value / error < 1.03


def test_beat_the_blues_is_judged_by_all_hundred_people(beat_the_blues):
    row = verdict(beat_the_blues, "bdi")
    assert (row.n, row.method) == (100, BY_MODEL)
    # nlme::gls with corSymm and varIdent over five waves: -6.3048.
    assert round(row.value, 4) == -6.3048
    # The paired change of the 97 stands beside it, as published.
    assert round(one(beat_the_blues, "mean_change", outcome="bdi").value, 4) == -6.2371


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), n=st.integers(5, 60))
def test_complete_pairs_give_exactly_the_paired_t_test(seed, n):
    rng = np.random.default_rng(seed)
    before = rng.normal(10, 3, n)
    after = rng.uniform(-1, 1) * before + rng.normal(3, rng.uniform(0.5, 4), n)
    frame = pd.DataFrame(
        {
            "id": np.tile([f"P{i}" for i in range(n)], 2),
            "wave": np.repeat(["before", "after"], n),
            "mood": np.concatenate([before, after]),
        }
    )
    plan = (
        f'[data]\nparticipant = "id"\nwave = "wave"\n[waves]\norder = ["before", "after"]\n{MOOD}'
    )
    found = evaluate(read_study(frame, Plan.from_toml(plan)))
    mixed, paired = (one(found, "mean_change", a) for a in ("mixed", "paired"))
    for name in ("value", "ci_low", "ci_high", "statistic_value", "df", "p_value"):
        assert getattr(mixed, name) == pytest.approx(getattr(paired, name), rel=1e-6, abs=1e-9)
    modelled, by_pairs = (one(found, "equivalence", a) for a in ("mixed", "equivalence"))
    for name in ("ci_low", "ci_high", "p_value"):
        there = getattr(by_pairs, name)
        assert getattr(modelled, name) == pytest.approx(there, rel=1e-6, abs=1e-9)
    bounds = [one(found, "smallest_bounds", a).value for a in ("mixed", "equivalence")]
    assert bounds[0] == pytest.approx(bounds[1], rel=1e-6)


def test_people_who_leave_by_their_first_score_do_not_bias_the_change(people, evaluated):
    # True change 2. Whoever starts low leaves more often, and change falls with the start.
    rng = np.random.default_rng(5)
    n = 4000
    before = rng.normal(10, 3, n)
    after = 12 + 0.5 * (before - 10) + rng.normal(0, 2, n)
    stays = rng.random(n) < 1 / (1 + np.exp(-(before - 10)))
    frame = pd.DataFrame(
        {
            "id": np.concatenate([np.arange(n), np.arange(n)[stays]]).astype(str),
            "wave": np.repeat(["before", "after"], [n, stays.sum()]),
            "region": "",
            "mood": np.concatenate([before, after[stays]]).round(6),
        }
    )
    found = evaluated(frame)
    mixed, paired = (one(found, "mean_change", a) for a in ("mixed", "paired"))
    assert mixed.ci_low < 2 < mixed.ci_high
    assert paired.ci_high < 1.5
    assert verdict(found).value == mixed.value


def in_groups(frame, n_groups, names=None):
    """The frame with its people in peer groups by turns."""
    names = names or [f"G{i}" for i in range(n_groups)]
    number = frame["id"].str[1:].astype(int)
    return frame.assign(team=[names[i % n_groups] for i in number])


def test_groups_count_within_their_region_and_paired_rows_say_that_they_ignore_them(
    people, evaluated
):
    # Three names used anew in two regions: six groups, enough to vary.
    frame = in_groups(people(48), 6, ["Mon", "Mon", "Tue", "Tue", "Wed", "Wed"])
    found = evaluated(frame, data='group = "team"')
    assert found.rows.get("study", "peer_groups", analysis="flow").value == 6
    mixed = one(found, "mean_change", "mixed")
    assert "(1 + wave | group)" in mixed.method
    assert "ignores_clusters" not in mixed.notes
    for statistic, analysis in (
        ("mean_change", "paired"),
        ("wilcoxon", "rank"),
        ("d_z", "effect_size"),
        ("equivalence", "equivalence"),
    ):
        assert "ignores_clusters" in one(found, statistic, analysis).notes
    assert one(found, "mean_pre").note == ""


def test_few_groups_are_ignored_and_said_to_be(people, evaluated):
    found = evaluated(in_groups(people(48), 3), data='group = "team"', region="")
    assert one(found, "mean_change", "mixed").notes == ("ignores_clusters", "two_surveys")
    assert any("3 peer groups, too few" in reason for reason in found.facts.models["mood"])
    alone = evaluated(people(48))
    assert one(alone, "mean_change").note == ""


@pytest.mark.parametrize("n_groups", [40, 1])
def test_groups_of_one_person_and_one_group_of_all_change_nothing(n_groups, people, evaluated):
    frame = people(40)
    alone = evaluated(frame, region="")
    found = evaluated(in_groups(frame, n_groups), data='group = "team"', region="")
    for analysis in ("mixed", "paired"):
        row, expected = (one(f, "mean_change", analysis) for f in (found, alone))
        assert (row.value, row.df, row.note) == (expected.value, expected.df, expected.note)
    assert "ignores_clusters" not in row.notes


def test_the_test_of_random_regions_says_that_it_ignores_their_only_groups(people, evaluated):
    regions = [f"R{i:02d}" for i in range(12)]
    frame = people(144, regions=regions)
    found = evaluated(frame.assign(team="Monday"), data='group = "team"')
    assert "ignores_clusters" not in one(found, "mean_change", "mixed").notes
    assert "ignores_clusters" in one(found, "region_difference", "mixed").notes
    assert "drawn_together" in one(found, "mean_change", "mixed", group="region=R03").notes
    assert "drawn_together" not in one(found, "mean_change", "mixed").notes


def test_a_wave_with_few_scores_is_left_out_of_the_model(people, evaluated):
    frame = people(40, waves=("before", "middle", "after"))
    few = frame[(frame["wave"] != "middle") | (frame["id"] < "P004")]
    order = 'order = ["before", "middle", "after"]'
    found = evaluated(few, order=order)
    without = evaluated(few[few["wave"] != "middle"])
    row, expected = (one(f, "mean_change", "mixed") for f in (found, without))
    assert row.value == pytest.approx(expected.value)
    assert "Fewer than 10 people have a score at middle" in " ".join(found.facts.models["mood"])


@pytest.mark.parametrize(
    ("n_pairs", "n_single", "reason"),
    [(3, 10, "too_few_rows"), (4, 10, ""), (3, 0, ""), (2, 0, "too_few_rows")],
)
def test_a_model_needs_one_pair_more_where_others_have_one_score(
    n_pairs, n_single, reason, people, evaluated
):
    # With 3 pairs and 10 single scores the model's 95% interval covered 86% in 300 runs.
    frame = people(n_pairs + n_single)
    kept = (frame["wave"] == "before") | (frame["id"] < f"P{n_pairs:03d}")
    assert one(evaluated(frame[kept], region=""), "mean_change", "mixed").reason == reason


def test_people_with_one_wave_only_are_too_few_pairs_for_a_model(people, evaluated):
    frame = people(30)
    found = evaluated(frame[(frame["wave"] == "before") | (frame["id"] < "P002")])
    assert one(found, "mean_change", "mixed").reason == "too_few_rows"
    assert verdict(found).method.startswith("paired t interval")
    assert verdict(found).n == 2
