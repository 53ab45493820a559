"""The synthetic sample: what its README says of it is true, and true changes are what was asked."""

from __future__ import annotations

import importlib.util
import sys
import time
import tomllib
from importlib.resources import files
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from peereval.plan import Plan

FOLDER = Path(__file__).parents[2] / "data" / "sample" / "two_regions"
# Items each form may lack and still have a score; from the definitions and the plan.
MAX_MISSING = {"self_efficacy": 3, "depression": 2, "anxiety": 2, "empowerment": 1}
KEYS = ["participant", "wave"]


def _load():
    spec = importlib.util.spec_from_file_location("two_regions_generate", FOLDER / "generate.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


gen = _load()
PLAN = Plan.from_file(FOLDER / "plan.toml")
NAMES = [o.name for o in PLAN.outcomes]


def columns_of(name):
    """Item columns of an outcome, found through the plan and not through the generator."""
    outcome = next(o for o in PLAN.outcomes if o.name == name)
    if outcome.bespoke:
        return list(outcome.items)
    n = facts(outcome.instrument)["n_items"]
    return [outcome.items.format(item=i) for i in range(1, n + 1)]


def facts(instrument):
    path = files("peereval") / "instruments" / "definitions" / f"{instrument}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def limits(name):
    outcome = next(o for o in PLAN.outcomes if o.name == name)
    if outcome.bespoke:
        return 1, 5
    known = facts(outcome.instrument)
    return known["response_min"], known["response_max"]


def scores(frame, name):
    """Score as the definitions say, written without the generator's score table."""
    outcome = next(o for o in PLAN.outcomes if o.name == name)
    columns = columns_of(name)
    answers = frame[columns].apply(pd.to_numeric, errors="coerce").to_numpy(float, copy=True)
    low, high = limits(name)
    answers[(answers < low) | (answers > high)] = np.nan
    reverse = [3] if outcome.bespoke else [i - 1 for i in facts(outcome.instrument)["reverse"]]
    answers[:, reverse] = low + high - answers[:, reverse]
    answered = np.isfinite(answers).sum(axis=1)
    enough = len(columns) - answered <= MAX_MISSING.get(name, 0)
    score = np.full(len(frame), np.nan)
    score[enough] = np.nansum(answers[enough], axis=1) / answered[enough]
    if outcome.bespoke:
        return score
    score = score * len(columns)
    if outcome.instrument == "swemwbs":
        table = facts("swemwbs")["scoring"]["table"]
        score = np.interp(score, table["raw"], table["value"])
    return score


def changes(frame, name):
    """Post minus pre of everyone with both scores, tidied as the plan says."""
    scored = frame[KEYS].assign(
        participant=frame["participant"].str.strip().str.upper(), score=scores(frame, name)
    )
    # The original of every pair of duplicates comes first, and is the more complete one.
    scored = scored.drop_duplicates(KEYS)
    before, after = (scored[scored["wave"] == w].set_index("participant") for w in gen.WAVES)
    return (after["score"] - before["score"]).dropna().to_numpy()


def read(path):
    return pd.read_csv(path, dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def clean():
    return gen.generate(gen.SHIPPED_SEED, mess=False)


@pytest.fixture(scope="module")
def shipped():
    return read(FOLDER / "data.csv")


@pytest.fixture(scope="module")
def items():
    return [c for name in NAMES for c in columns_of(name)]


def test_shipped_file_is_what_the_script_writes(tmp_path):
    gen.main(["--out", str(tmp_path / "again.csv")])
    assert (tmp_path / "again.csv").read_bytes() == (FOLDER / "data.csv").read_bytes()


def test_same_seed_same_bytes_other_seed_other_bytes(tmp_path):
    for name, seed in (("a", 3), ("b", 3), ("c", 4)):
        gen.main(["--seed", str(seed), "--out", str(tmp_path / name)])
    a, b, c = ((tmp_path / name).read_bytes() for name in "abc")
    assert a == b
    assert a != c


def test_a_generator_may_be_passed_in():
    pd.testing.assert_frame_equal(gen.generate(np.random.default_rng(5)), gen.generate(5))


def test_columns_are_those_of_the_plan(shipped, items):
    assert list(shipped.columns) == ["participant", "wave", "region", "group", *items]


def test_plan_says_synthetic_and_shows_every_origin_of_the_smallest_change():
    assert "synthetic" in PLAN.title
    given = {o.name for o in PLAN.outcomes if o.smallest_change is not None}
    assert given == {"hope", "empowerment", "depression", "wellbeing"}
    # The GAD-7 has a verified value of its own; GSE and UCLA-3 have none.
    assert "mcid" in facts("gad7")["change"]
    assert not any("change" in field for field in facts("gad7")["verification"]["unverified"])
    assert "mcid" not in facts("gse").get("change", {})
    assert "mcid" not in facts("ucla3").get("change", {})


def test_a_third_is_lost_and_nobody_appears(clean):
    before, after = (set(clean.loc[clean["wave"] == w, "participant"]) for w in gen.WAVES)
    assert len(before) == 180
    assert len(after) == 120
    assert after < before


def test_loss_is_uniform():
    kept = pd.concat(gen.generate(s, mess=False) for s in range(100))
    before, after = (kept.loc[kept["wave"] == w, "group"].value_counts() for w in gen.WAVES)
    share = after / before
    # About 1,800 people per group over the seeds: 4 standard errors of a share of 2/3.
    assert np.allclose(share, 2 / 3, atol=4 * np.sqrt(2 / 9 / 1800))


def test_groups_are_nested_in_regions(clean):
    pairs = clean[["group", "region"]].drop_duplicates()
    assert len(pairs) == 10
    assert pairs["region"].value_counts().to_dict() == {"Northvale": 5, "Southmoor": 5}
    assert clean.groupby("participant")["group"].nunique().max() == 1


@pytest.mark.parametrize("name", NAMES)
def test_clean_answers_keep_to_the_response_range(clean, name):
    low, high = limits(name)
    answers = clean[columns_of(name)].to_numpy()
    assert answers.dtype.kind == "i"
    assert answers.min() == low
    assert answers.max() == high


@pytest.mark.parametrize("asked", ["shipped", "other"])
def test_true_change_is_reached(asked):
    other = {
        "hope": -3.0,
        "empowerment": -0.5,
        "self_efficacy": 4.0,
        "depression": -5.0,
        "anxiety": 2.5,
        "loneliness": -1.0,
        "wellbeing": 2.0,
    }
    true = None if asked == "shipped" else other
    expected = dict(gen.TRUE_CHANGES) if asked == "shipped" else other
    frame = gen.generate(20, true_changes=true, people=40_000, lost=0, mess=False)
    for name in NAMES:
        change = changes(frame, name)
        error = change.std(ddof=1) / np.sqrt(change.size)
        # 14 comparisons over both cases: 3.5 standard errors by chance in 1 run of 150.
        assert abs(change.mean() - expected.get(name, 0)) < 3.5 * error, name


def test_levels_at_baseline():
    levels = (31.0, 2.8, 25.0, 14.0, 11.0, 6.5, 19.0)
    frame = gen.generate(21, people=40_000, lost=0, mess=False)
    frame = frame[frame["wave"] == "baseline"]
    for name, level in zip(NAMES, levels, strict=True):
        score = scores(frame, name)
        assert abs(score.mean() - level) < 4 * score.std() / np.sqrt(score.size), name


def test_true_change_is_reached_over_groups_that_change_together():
    true = {"hope": 2.0, "depression": -3.0}
    means = {name: [] for name in ("hope", "depression", "wellbeing")}
    for seed in range(150):
        frame = gen.generate(
            seed, true_changes=true, people=100, group_change_sd=1.0, lost=0, mess=False
        )
        for name, drawn in means.items():
            drawn.append(changes(frame, name).mean())
    for name, drawn in means.items():
        error = np.std(drawn, ddof=1) / np.sqrt(len(drawn))
        assert abs(np.mean(drawn) - true.get(name, 0)) < 3.5 * error, name


def test_group_change_makes_groups_differ():
    def between(sd):
        frame = gen.generate(8, people=2000, group_change_sd=sd, lost=0, mess=False)
        group = frame.drop_duplicates("participant").set_index("participant")["group"]
        change = pd.Series(changes(frame, "hope"), index=sorted(group.index))
        return change.groupby(group).mean().std()

    assert between(0.5) > 3 * between(0.0)


def test_no_true_change_leaves_the_model_as_it_was():
    assert [gen.latent_shift(name, 0.0) for name in NAMES] == [0.0] * 7
    # Solving for 0 gives the same answer as knowing it.
    assert gen.latent_shift("wellbeing", 1e-12) == pytest.approx(0, abs=1e-9)


def test_expected_score_of_a_plain_sum_is_the_sum_of_item_means():
    # No convolution on this side, and the factor is integrated by a fine sum.
    outcome = gen.outcomes()[NAMES.index("loneliness")]
    cuts = outcome.thresholds(0.2)
    factor = np.linspace(-9, 9, 20_001)
    weight = stats.norm.pdf(factor, loc=0.4, scale=1.1)
    weight /= weight.sum()
    expected = 0.0
    for j, loading in enumerate(outcome.loading):
        above = stats.norm.sf((cuts[j][:, None] - loading * factor) / np.sqrt(1 - loading**2))
        expected += 1 + (above.sum(axis=0) * weight).sum()
    value = gen.expected_score(outcome, cuts, mean=0.4, sd=1.1)
    assert value == pytest.approx(expected, abs=1e-7)


def test_messy_and_clean_data_are_the_same_people(shipped, clean, items):
    clean = clean.astype(str)
    originals = shipped.iloc[: len(clean)]
    differ = originals != clean
    counts = pd.Series(originals[items].to_numpy()[differ[items].to_numpy()]).value_counts()
    assert counts.to_dict().keys() == {"", "-9", "n/a", "7", "44"}
    assert [counts[v] for v in ("-9", "n/a", "7", "44")] == [5, 4, 1, 1]
    assert differ["participant"].sum() == 3
    assert differ["region"].sum() == 2
    assert not differ[["wave", "group"]].to_numpy().any()


def test_blanks(shipped, clean):
    originals = shipped.iloc[: len(clean)]
    skipped, blank = 0, 0
    for name in NAMES:
        empty = (originals[columns_of(name)] == "").sum(axis=1)
        whole = empty == len(columns_of(name))
        skipped += whole.sum()
        blank += empty[~whole].sum()
    assert skipped == 6
    assert blank == 159


def test_impossible_values_stand_in_the_forms_named(shipped):
    assert (shipped[columns_of("depression")] == "7").to_numpy().sum() == 1
    assert (shipped[columns_of("hope")] == "44").to_numpy().sum() == 1


def test_duplicates(shipped, items):
    originals, copies = shipped.iloc[:-3], shipped.iloc[-3:]
    assert not originals.duplicated(KEYS).any()
    gaps = []
    for _, copy in copies.iterrows():
        original = originals[(originals[KEYS] == copy[KEYS]).all(axis=1)].iloc[0]
        differ = original != copy
        assert (copy[differ] == "").all()
        assert (original[items] != "").all()
        gaps.append(int(differ.sum()))
    assert gaps == [0, 5, 5]


def test_untidy_ids_and_regions_are_at_follow_up(shipped, clean):
    originals = shipped.iloc[: len(clean)]
    untidy = originals[originals["participant"] != clean["participant"]]
    tidy = untidy["participant"].str.strip().str.upper()
    assert (tidy == clean.loc[untidy.index, "participant"]).all()
    assert (untidy["wave"] == "12 weeks").all()
    blank = originals[originals["region"] == ""]
    assert (blank["wave"] == "12 weeks").all()


@pytest.mark.parametrize("seed", range(20))
def test_mess_comes_in_the_same_numbers_for_every_seed(seed):
    frame = gen.generate(seed)
    assert len(frame) == 303
    text = frame.astype(object).to_numpy().ravel()
    assert [sum(1 for v in text if v == code) for code in ("-9", "n/a", 7, 44)] == [5, 4, 1, 1]


def test_seed_is_typical_as_the_readme_says():
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    improved = 0
    for seed in range(1, 201):
        frame = gen.generate(seed)
        low = min(_interval(changes(frame, name))[0] for name in ("hope", "empowerment"))
        improved += low > 0
    assert improved / 200 > 0.95
    assert f"in {improved} of 200" in readme


@pytest.mark.parametrize("name", NAMES)
def test_shipped_estimates_are_within_one_standard_error(name, shipped):
    change = changes(shipped, name)
    error = change.std(ddof=1) / np.sqrt(change.size)
    assert abs(change.mean() - gen.TRUE_CHANGES.get(name, 0)) < error
    low, high = _interval(change)
    rises = name in gen.TRUE_CHANGES
    assert (low > 0) == rises
    assert high > 0


@pytest.mark.parametrize("name", NAMES)
def test_shipped_regions_are_alike(name, shipped):
    north, south = (changes(shipped[shipped["group"].str[0] == letter], name) for letter in "NS")
    error = np.sqrt(north.var(ddof=1) / north.size + south.var(ddof=1) / south.size)
    assert abs(north.mean() - south.mean()) < 1.5 * error


def _interval(change):
    return stats.t.interval(
        0.95, change.size - 1, loc=change.mean(), scale=change.std(ddof=1) / np.sqrt(change.size)
    )


def test_drawing_is_quick_once_solved():
    gen.generate(1, mess=False)
    spent = []
    for seed in range(5):
        start = time.perf_counter()
        gen.generate(seed, mess=False)
        spent.append(time.perf_counter() - start)
    assert min(spent) < 0.1


def test_unknown_outcome_is_refused():
    with pytest.raises(ValueError, match="no outcome 'hop'; use one of hope, empowerment"):
        gen.generate(1, true_changes={"hop": 1.0})


def test_change_beyond_the_scale_is_refused():
    with pytest.raises(ValueError, match="'loneliness' cannot change by 5: from"):
        gen.generate(1, true_changes={"loneliness": 5.0})


def test_too_few_people_for_the_mess_are_refused():
    with pytest.raises(ValueError, match="12 people are too few for the mess"):
        gen.generate(1, people=12)
    assert len(gen.generate(1, people=12, mess=False)) == 20
