"""The whole way from a file to a ledger: what is promised to readers of the ledger."""

import math
from dataclasses import asdict

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peereval import Plan, evaluate, read_study, sample
from peereval.report.sentences import VERDICT_WORDS

from .studies import ALWAYS, one, plan_text, verdict

SAMPLES = ["two_regions", "beat_the_blues"]


@pytest.fixture(params=SAMPLES)
def evaluation(request):
    return request.getfixturevalue(request.param)


def test_what_every_outcome_must_have(evaluation):
    facts = evaluation.facts
    for outcome in facts.outcomes:
        for group in facts.groups:
            for statistic, analysis in ALWAYS.items():
                rows = evaluation.rows.where(
                    outcome=outcome.name, group=group, analysis=analysis, statistic=statistic
                )
                assert len(rows) == 1, (outcome.name, group, statistic)
            mixed = evaluation.rows.where(
                outcome=outcome.name, group=group, analysis="mixed", statistic="mean_change"
            )
            assert len(mixed) == 1
        if len(facts.regions) > 1:
            difference = one(evaluation, "region_difference", "mixed", outcome=outcome.name)
            assert difference.df_num == len(facts.regions) - 1


def test_the_name_of_a_row_is_its_own(evaluation):
    keys = [row.key for row in evaluation.rows]
    assert len(set(keys)) == len(keys)


def test_every_row_has_a_number_or_says_why_not(evaluation):
    for row in evaluation.rows:
        numbers = (row.value, row.ci_low, row.statistic_value, row.p_value)
        assert row.reason or not all(map(math.isnan, numbers)), row.key
        assert not any(map(math.isinf, (row.value, row.ci_low, row.ci_high))), row.key


def test_changes_keep_their_raw_sign(two_regions):
    for outcome in two_regions.facts.outcomes:
        change = one(two_regions, "mean_change", outcome=outcome.name)
        before = one(two_regions, "mean_pre", outcome=outcome.name)
        after = one(two_regions, "mean_post", outcome=outcome.name)
        assert change.value == pytest.approx(after.value - before.value)
        assert change.contrast == "12 weeks - baseline"
        assert one(two_regions, "d_z", "effect_size", outcome=outcome.name).value * change.value > 0


def test_published_change_of_beat_the_blues(beat_the_blues):
    # R: t.test(bdi.2m, bdi.pre, paired = TRUE) on HSAUR3::BtheB; rounded to 4 decimals.
    row = one(beat_the_blues, "mean_change", outcome="bdi")
    assert [round(x, 4) for x in (row.value, row.ci_low, row.ci_high)] == [
        -6.2371,
        -8.1466,
        -4.3276,
    ]
    assert (row.df, row.n, row.n_excluded) == (96, 97, 3)


def test_the_same_input_gives_the_same_ledger(two_regions):
    again = evaluate(read_study(*sample("two_regions")))
    assert again.rows.csv_text() == two_regions.rows.csv_text()


def test_the_table_of_outcomes(two_regions):
    table = two_regions.outcomes
    assert list(table.columns) == [
        *("outcome", "label", "domain", "n", "change", "ci_low", "ci_high", "p_value"),
        *("smallest_change", "verdict", "exploratory"),
    ]
    assert list(table["outcome"]) == [o.name for o in two_regions.facts.outcomes]
    assert set(table["verdict"]) <= set(VERDICT_WORDS)
    assert (table["ci_low"] < table["ci_high"]).all()
    assert "<table" in two_regions._repr_html_()


def numbers(evaluation):
    """Every number of a ledger by the name of its row; rounding noise taken away.

    How IDs are spelt is what matching, and the change without joined IDs, are about.
    """
    kept = {}
    for row in evaluation.rows:
        if row.analysis in ("matching", "sensitivity"):
            continue
        values = [x for x in asdict(row).values() if isinstance(x, float | int)]
        kept[row.key] = [None if math.isnan(x) else float(f"{x:.7g}") for x in values]
    return kept


@settings(max_examples=2, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_neither_the_order_of_rows_nor_names_change_a_number(seed):
    rng = np.random.default_rng(seed)
    frame = pd.read_csv(sample("two_regions")[0], dtype=str, keep_default_na=False)
    plan = Plan.from_toml(sample("two_regions")[1].read_text("utf-8"))
    # IDs that differ only by case and spaces are one person by this plan, under any name.
    person = frame["participant"].str.strip().str.casefold()
    fresh = rng.permutation(person.nunique())
    name = dict(zip(person.unique(), (f"Q{i:04d}" for i in fresh), strict=True))
    renamed = frame.assign(participant=person.map(name))
    # Rows of one person and wave stay in their order: the plan keeps the first of equals.
    block = (person + frame["wave"]).factorize()[0]
    order = np.argsort(rng.permutation(block.max() + 1)[block], kind="stable")
    plain, other = (evaluate(read_study(f, plan)) for f in (frame, renamed.iloc[order]))
    first, second = numbers(plain), numbers(other)
    assert first.keys() == second.keys()
    for key, values in first.items():
        # A model's optimum is found to a few digits less than a mean.
        tolerance = 1e-4 if {"mixed", "verdict"} & set(key) else 1e-6
        for one_, two in zip(values, second[key], strict=True):
            assert two == (
                one_ if one_ is None else pytest.approx(one_, rel=tolerance, abs=1e-7)
            ), key


def test_the_frame_given_stays_as_it_is(people):
    frame = people()
    copy = frame.copy(deep=True)
    evaluate(read_study(frame, Plan.from_toml(plan_text())))
    pd.testing.assert_frame_equal(frame, copy)


def test_three_waves_compare_the_first_with_the_last(people, evaluated):
    frame = people(waves=("before", "middle", "after"))
    order = 'order = ["before", "middle", "after"]'
    last = evaluated(frame, order=order)
    middle = evaluated(frame, order=f'{order}\nafter = "middle"')
    assert verdict(last).contrast == "after - before"
    assert verdict(middle).contrast == "middle - before"
    wide = frame.pivot_table(index="id", columns="wave", values="mood")
    assert verdict(last).value == pytest.approx((wide["after"] - wide["before"]).mean())
    assert verdict(middle).value == pytest.approx((wide["middle"] - wide["before"]).mean())
    # The model uses every wave, also the one in between.
    assert "us(wave | participant)" in one(last, "mean_change", "mixed").method


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        ("", ("IDs", "compared exactly")),
        ('ids = "trim"', ("IDs", "compared without case and spaces")),
        ('missing = ["-9", "x"]', ("Codes for no answer", "-9, x")),
        ('duplicates = "last"', ("Two rows for one person and wave", "the last row is used")),
        ('out_of_range = "missing"', ("Values a scale cannot take", "counted as no answer")),
    ],
)
def test_the_rules_for_mess_are_told_in_words(people, evaluated, data, rule):
    assert rule in evaluated(people(), data=data).facts.rules


def test_unknown_figure(beat_the_blues):
    with pytest.raises(ValueError, match=r"no figure 'chnage'.*did you mean 'change'"):
        beat_the_blues.figure("chnage")


def test_what_a_notebook_shows_by_itself_holds_no_person():
    study = read_study(*sample("two_regions"))
    shown = repr(study) + repr(evaluate(study))
    assert "303 rows read, 300 used" in shown
    assert not any(person in shown for person in study.rows["participant"])
    assert len(shown) < 300


def test_only_tests_of_change_stand_at_the_gate(two_regions):
    for row in two_regions.rows.where(statistic="equivalence_tests_in_family"):
        assert row.note == ""
    for row in two_regions.rows.where(analysis="verdict", statistic="tests_in_family"):
        assert row.note in ("gate_open", "gate_closed")


def test_every_number_says_how_it_was_made_and_on_how_many_it_rests(two_regions):
    without_n = {("individual_change", "cutoff")}
    of_tests = {"smallest_change", "tests_in_family", "equivalence_tests_in_family"}
    for row in two_regions.rows:
        if row.reason:
            continue
        assert row.method, row.key
        named = (row.analysis, row.statistic)
        assert row.n is not None or named in without_n or row.statistic in of_tests, row.key
        assert row.unit or np.isnan(row.value), row.key
        assert all(code == code.strip() and " " not in code for code in row.notes), row.key
