"""Reliability, uniform answers and comparisons of surveys tell nothing about few people."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peereval import Plan, evaluate, read_study
from peereval.disclosure.measured import followers
from peereval.disclosure.rules import PROFILES
from peereval.disclosure.sums import determined
from peereval.disclosure.suppress import disclose
from peereval.disclosure.ties import complete_name, counts_by_outcome
from peereval.results.ledger import Ledger
from peereval.stats import cronbach_alpha, wilson_interval

from .rows import FIRST, LAST, REGION, row, scores
from .test_told import ledgers, people, value

ITEMS = ("q1", "q2", "q3", "q4")
PLAN = """
[data]
participant = "id"
wave = "wave"
{region}
[waves]
order = ["before", "after"]
[report]
disclosure = "{profile}"
[[outcome]]
name = "own"
domain = "hope"
items = ["q1", "q2", "q3", "q4"]
range = [1, 5]
score = "sum"
max_missing = 1
higher_is = "better"
smallest_change = 2
"""


def forms(n=60, *, incomplete=0, same=0, seed=1):
    """Items of people at two waves; some leave one open, some tick 3 throughout, at the first."""
    rng = np.random.default_rng(seed)
    rows = []
    for i in range(n):
        person = rng.normal()
        for wave in ("before", "after"):
            q = np.clip(np.rint(3 + person + rng.normal(0, 0.8, 4)), 1, 5)
            if (q == q[0]).all():
                q[0] = 1 + q[0] % 5
            if wave == "before" and i < incomplete:
                q[0] = np.nan
            if wave == "before" and n - 1 - i < same:
                q[:] = 3
            rows.append((f"P{i:03d}", wave, "NS"[i % 2], *q))
    return pd.DataFrame(rows, columns=["id", "wave", "region", *ITEMS])


def evaluated(frame, *, profile="charity", region=""):
    """All rows, and those that are shown."""
    plan = Plan.from_toml(PLAN.format(profile=profile, region=region))
    found = evaluate(read_study(frame, plan))
    return found.rows, found.disclosed


def found(ledger, analysis, statistic, level="before"):
    return ledger.only(analysis=analysis, statistic=statistic, level=level, group="all")


@pytest.mark.parametrize("leavers", [1, 3, 7])
@pytest.mark.parametrize("waves", [("before", "after"), ("before", "middle", "after")])
def test_the_mean_of_a_few_leavers_does_not_follow_from_the_two_surveys(leavers, waves):
    frame = people(40, waves=waves)
    left = frame["id"] < f"P{leavers:03d}"
    everything, shown = ledgers(frame[~(left & (frame["wave"] == "after"))], waves=waves)
    truth = frame.loc[left & (frame["wave"] == "before"), "mood"].mean()

    def mean_of_leavers(ledger):
        everybody = value(ledger, "paired", "mean_post") - value(
            ledger, "overlap", "mean_difference"
        )
        return (40 * everybody - (40 - leavers) * value(ledger, "paired", "mean_pre")) / leavers

    assert mean_of_leavers(everything) == pytest.approx(truth)
    assert math.isnan(value(shown, "overlap", "mean_difference"))
    hidden = shown.only(analysis="overlap")
    assert (hidden.n, hidden.df, hidden.ci_low, hidden.p_value) == (
        None,
        *[pytest.approx(math.nan, nan_ok=True)] * 3,
    )
    assert not math.isnan(value(shown, "mixed", "mean_change"))


@pytest.mark.parametrize("leavers", [0, 8])
def test_where_nobody_or_many_left_the_two_surveys_are_compared(leavers):
    frame = people(40)
    left = (frame["id"] < f"P{leavers:03d}") & (frame["wave"] == "after")
    _, shown = ledgers(frame[~left])
    assert not math.isnan(value(shown, "overlap", "mean_difference"))
    assert shown.only(analysis="overlap").n == 40


def test_leavers_of_one_region_hide_the_comparison_in_all_regions():
    frame = people(90, regions=("A", "B", "C"))
    gone = [*(f"P{3 * i:03d}" for i in range(3)), *(f"P{3 * i + 1:03d}" for i in range(10))]
    left = frame["id"].isin(gone) & (frame["wave"] == "after")
    _, shown = ledgers(frame[~left], region='region = "region"')
    assert not math.isnan(value(shown, "overlap", "mean_difference"))
    for region in "ABC":
        assert math.isnan(value(shown, "overlap", "mean_difference", REGION(region)))


def test_the_one_person_whom_the_model_leaves_out_hides_the_comparison():
    frame = people(61, regions=("A", "B"))
    frame.loc[frame["id"] == "P060", "region"] = "alone"
    _, shown = ledgers(frame, region='region = "region"')
    assert math.isnan(value(shown, "overlap", "mean_difference"))


def test_few_pairs_among_many_people_hide_the_comparison():
    frame = people(40)
    keep = ((frame["wave"] == "before") & (frame["id"] < "P023")) | (
        (frame["wave"] == "after") & (frame["id"] >= "P018")
    )
    everything, shown = ledgers(frame[keep])
    assert value(everything, "paired", "n_pairs") == 5
    assert not math.isnan(value(everything, "overlap", "mean_difference"))
    assert math.isnan(value(shown, "overlap", "mean_difference"))


@pytest.mark.parametrize("profile", ["charity", "ons", "nhs_mhsds"])
def test_unmatched_surveys_are_shown_though_no_pairs_are_known(profile):
    plan = PLAN.format(profile=profile, region="").replace('participant = "id"', "unmatched = true")
    evaluation = evaluate(read_study(forms(), Plan.from_toml(plan)))
    rows = evaluation.disclosed.where(analysis="unmatched")
    assert len(rows) == 3
    for shown in rows:
        assert not math.isnan(shown.value)
        assert shown.n == 120


def test_unmatched_surveys_that_few_answered_are_hidden():
    frame = forms()
    frame = frame[(frame["wave"] == "before") | (frame["id"] < "P006")]
    plan = PLAN.format(profile="charity", region="")
    plan = plan.replace('participant = "id"', "unmatched = true")
    shown = evaluate(read_study(frame, Plan.from_toml(plan))).disclosed
    assert all(r.suppressed for r in shown.where(analysis="unmatched"))


@pytest.mark.parametrize("incomplete", [1, 4])
def test_a_few_incomplete_forms_do_not_follow_from_alpha(incomplete):
    frame = forms(incomplete=incomplete)
    everything, shown = evaluated(frame)
    alpha = found(shown, "reliability", "alpha")
    assert found(everything, "reliability", "alpha").n == 60 - incomplete
    assert (alpha.n, alpha.n_excluded) == (None, None)
    assert alpha.value == found(everything, "reliability", "alpha").value
    # The exact limits would give n away; the rounded ones go with many.
    complete = frame.loc[frame["wave"] == "before", ITEMS].dropna()
    fits = []
    for n in range(40, 80):
        sample = cronbach_alpha(np.tile(complete, (2, 1))[:n])
        exact = 1 - (1 - alpha.value) * (1 - sample.ci_low) / (1 - sample.value)
        fits.append(round(exact, 2) == alpha.ci_low)
    assert sum(fits) > 8
    for statistic in ("alpha_standardised", "omega_total"):
        assert found(shown, "reliability", statistic).n is None
    items = shown.where(analysis="reliability", statistic="item_rest_correlation")
    assert {r.n for r in items if r.level.startswith("before")} == {None}
    assert {r.n for r in items if r.level.startswith("after")} == {60}
    assert found(shown, "quality", "straight_lined").n is None
    assert found(shown, "quality", "percent_straight_lined").suppressed
    # The error of measurement is that of everybody scored, with their number in another row.
    assert not found(shown, "reliability", "sem").suppressed
    assert shown.only(statistic="n_pre", group="all").value == 60


@pytest.mark.parametrize("incomplete", [0, 5, 20])
def test_no_or_many_incomplete_forms_are_told(incomplete):
    everything, shown = evaluated(forms(incomplete=incomplete))
    alpha = found(shown, "reliability", "alpha")
    assert alpha == found(everything, "reliability", "alpha")
    assert alpha.n == 60 - incomplete


def test_the_interval_of_alpha_has_two_decimals_where_its_n_is_hidden():
    _, shown = evaluated(forms(incomplete=2))
    alpha = found(shown, "reliability", "alpha")
    assert alpha.ci_low == round(alpha.ci_low, 2)
    assert alpha.ci_high == round(alpha.ci_high, 2)


def test_reliability_of_few_forms_is_hidden():
    frame = forms(n=40, incomplete=33)
    everything, shown = evaluated(frame)
    assert found(everything, "reliability", "alpha").n == 7
    rows = [r for r in shown.where(analysis="reliability") if r.level.startswith("before")]
    assert all(r.suppressed for r in rows)
    # With the SD of everybody scored, the error of measurement would have told alpha.
    assert {"sem", "sdc"} <= {r.statistic for r in rows}
    assert not found(shown, "scores", "sd").suppressed


def test_a_hidden_sd_does_not_follow_from_the_error_of_measurement():
    frame = forms()
    left = (frame["id"] < "P003") & (frame["wave"] == "after")
    everything, shown = evaluated(frame[~left])
    sd = found(everything, "scores", "sd").value
    alpha = found(shown, "reliability", "alpha").value
    sem = found(everything, "reliability", "sem").value
    assert sem / math.sqrt(1 - alpha) == pytest.approx(sd)
    assert found(shown, "scores", "sd").suppressed
    assert found(shown, "reliability", "sem").suppressed
    assert found(shown, "reliability", "sdc").suppressed
    # At the other survey everyone has both scores, and the SD may be known.
    assert not found(shown, "reliability", "sem", "after").suppressed


def test_a_few_uniform_answers_are_hidden_with_their_percentage():
    everything, shown = evaluated(forms(same=3))
    assert found(everything, "quality", "straight_lined").value == 3
    assert found(shown, "quality", "straight_lined").suppressed
    assert found(shown, "quality", "percent_straight_lined").suppressed
    _, many = evaluated(forms(same=12))
    assert found(many, "quality", "straight_lined").value == 12
    assert found(many, "quality", "percent_straight_lined").value == 20


def test_people_between_the_ends_do_not_follow_from_uniform_answers():
    # 12 people tick the lowest answer throughout and 2 the middle: 14 - 12 would tell the 2.
    frame = forms(same=14)
    frame.loc[(frame["wave"] == "before") & (frame["id"] >= "P048"), list(ITEMS)] = 1.0
    everything, shown = evaluated(frame)
    lowest = found(everything, "scores", "at_lowest").value
    highest = found(everything, "scores", "at_highest").value
    straight = found(everything, "quality", "straight_lined").value
    assert 0 < straight - lowest - highest < 5
    three = (
        found(shown, "quality", "straight_lined"),
        found(shown, "scores", "at_lowest"),
        found(shown, "scores", "at_highest"),
    )
    assert any(r.suppressed for r in three)


def test_a_percentage_of_a_hidden_count_is_hidden():
    frame = forms()
    frame.loc[(frame["wave"] == "before") & (frame["id"] < "P003"), list(ITEMS)] = [5.0, 5, 5, 5]
    _, shown = evaluated(frame)
    for end in ("at_lowest", "at_highest"):
        count, percent = (found(shown, "scores", s) for s in (end, f"percent_{end}"))
        assert count.suppressed == percent.suppressed
    assert found(shown, "scores", "percent_at_highest").suppressed


@pytest.mark.parametrize("profile", ["nhs_mhsds", "nhs_hes"])
def test_where_counts_are_rounded_a_percentage_is_that_of_the_rounded_ones(profile):
    everything, shown = evaluated(forms(n=63, same=13), profile=profile)
    assert found(everything, "quality", "straight_lined").value == 13
    count, percent = (
        found(shown, "quality", s) for s in ("straight_lined", "percent_straight_lined")
    )
    assert (count.value, count.n) == (15, 65)
    assert percent.value == pytest.approx(100 * 15 / 65)
    assert percent.n == 65
    # The interval is that of the rounded counts, and tells no more than they do.
    limits = [100 * limit for limit in wilson_interval(15, 65, 0.95)]
    assert [percent.ci_low, percent.ci_high] == pytest.approx(limits)


def test_where_zeros_are_hidden_so_is_their_percentage():
    _, shown = evaluated(forms(), profile="ons")
    assert found(shown, "quality", "straight_lined").suppressed
    assert found(shown, "quality", "percent_straight_lined").suppressed


def measured(n_pre, n_post, n_pairs, incomplete, straight, lowest):
    """Rows of one outcome with its measurement at the first survey, set by hand."""
    rows = scores("all", n_pre, n_post, n_pairs)
    complete = n_pre - incomplete
    n_any = n_pre + n_post - n_pairs
    percent = {"unit": "percent", "n": complete, "analysis": "quality", "level": FIRST}
    percent["ci_level"] = 0.95
    points = {"unit": "scale points", "analysis": "reliability", "level": FIRST}
    limits = {"unit": "reliability", "analysis": "reliability", "level": FIRST, "n": complete}
    return [
        *rows,
        row("at_lowest", lowest, n=n_pre, level=FIRST),
        row("mean_difference", 1, analysis="overlap", n=n_any, unit="scale points", df=20.5),
        row("alpha", 0.8, ci_low=0.712345, ci_high=0.87654, n_excluded=incomplete, **limits),
        row("sem", 2, n=n_pre, **points),
        row("straight_lined", straight, n=complete, analysis="quality", level=FIRST),
        row("percent_straight_lined", 100 * straight / max(complete, 1), **percent),
    ]


@settings(max_examples=150, deadline=None)
@given(
    both=st.integers(0, 25),
    only=st.tuples(st.integers(0, 12), st.integers(0, 12)),
    parts=st.tuples(st.integers(0, 12), st.integers(0, 12), st.integers(0, 12)),
    profile=st.sampled_from(["charity", "ons", "nhs_mhsds", "nhs_hes"]),
)
def test_no_hidden_count_follows_from_what_was_measured(both, only, parts, profile):
    n_pre, n_post = both + only[0], both + only[1]
    incomplete = min(parts[0], n_pre)
    straight = min(parts[1], n_pre - incomplete)
    rows = measured(n_pre, n_post, both, incomplete, straight, min(parts[2], n_pre))
    disclosed, rule = disclose(Ledger(rows), profile), PROFILES[profile]
    gone = {r.key for r in disclosed if r.suppressed}
    gone |= {
        ("any", r.outcome, r.group) for r in disclosed if r.analysis == "mixed" and r.n is None
    }
    gone |= {
        ("anyone", r.outcome, r.group) for r in disclosed if r.analysis == "overlap" and not r.n
    }
    alpha = disclosed.only(statistic="alpha")
    if alpha.n is None:
        gone.add(complete_name("hope", FIRST))
    # Where counts are rounded, sums of them tell nothing exact.
    exact = counts_by_outcome(rows) if rule.round_to == 1 else {}
    for counts in exact.values():
        for name in determined(counts, gone & set(counts.values)):
            n = round(counts.values[name])  # noqa: PD011 - no data frame
            assert not (n > 0 and rule.hides_count(n)), name
    # What tells a hidden number in another way is hidden too.
    if alpha.n is None and not alpha.suppressed:
        assert (alpha.ci_low, alpha.ci_high) == (0.71, 0.88)
    percent = disclosed.only(statistic="percent_straight_lined")
    if disclosed.only(statistic="straight_lined").suppressed or alpha.n is None:
        assert percent.suppressed
    first = {r.statistic: r for r in disclosed if r.level in ("", FIRST) and r.analysis == "scores"}
    if first["n_pre"].suppressed:
        assert alpha.n is None
        assert percent.suppressed
    if first["sd"].suppressed:
        assert disclosed.only(statistic="sem").suppressed
    if any(disclosed.only(statistic=s).suppressed for s in ("n_pre", "n_post", "n_pairs")):
        assert disclosed.only(analysis="overlap").suppressed


@pytest.mark.parametrize("statistic", ["n_pre", "n_post", "n_pairs"])
def test_a_comparison_of_surveys_goes_with_any_number_of_people_that_is_hidden(statistic):
    rows = measured(20, 20, 20, 0, 0, 0)
    (hidden,) = (r.key for r in rows if r.statistic == statistic)
    (overlap,) = (r.key for r in rows if r.analysis == "overlap")
    assert overlap in set(followers(rows, {hidden}))
    assert overlap not in set(followers(rows, set()))


def test_a_wave_may_be_called_as_the_rows_of_items_are_written():
    found_rows = [
        *scores("all", 20, 20, 20),
        row("alpha", 0.8, analysis="reliability", level=LAST, n=20, unit="reliability"),
        row("item_rest_correlation", 0.5, analysis="reliability", level=f"{LAST} | a | b", n=20),
    ]
    shown = disclose(Ledger(found_rows), "charity")
    assert not any(r.suppressed for r in shown.where(analysis="reliability"))
