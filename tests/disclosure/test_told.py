"""What few people answered does not follow from the main and the paired analysis together."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from peereval import Plan, evaluate, read_study
from peereval.analysis.change import ANALYSIS_OF

from .rows import REGION

PLAN = """
[data]
participant = "id"
wave = "wave"
{region}
[waves]
order = [{waves}]
[[outcome]]
name = "mood"
domain = "clinical"
column = "mood"
higher_is = "better"
smallest_change = 2
"""


def people(n, *, waves=("before", "after"), regions=("",), seed=1):
    """Whole scores of people at every wave, in regions by turns."""
    rng = np.random.default_rng(seed)
    start = rng.normal(10, 3, n)
    rows = [
        (f"P{i:03d}", wave, regions[i % len(regions)], round(start[i] + k + rng.normal(0, 2)))
        for i in range(n)
        for k, wave in enumerate(waves)
    ]
    return pd.DataFrame(rows, columns=["id", "wave", "region", "mood"])


def ledgers(frame, *, waves=("before", "after"), region=""):
    """All rows, and those that are shown."""
    plan = PLAN.format(region=region, waves=", ".join(f'"{w}"' for w in waves))
    found = evaluate(read_study(frame, Plan.from_toml(plan)))
    return found.rows, found.disclosed


def value(ledger, analysis, statistic, group="all"):
    """The number of that name; NaN where it is hidden."""
    return ledger.only(analysis=analysis, statistic=statistic, group=group).value


def mean_of_those_with_a_first_score_only(ledger, n_leavers):
    """What the main and the paired change tell of them, by the regression of after on before."""
    pre, post, change, r = (
        value(ledger, "paired", s) for s in ("sd_pre", "sd_post", "mean_change", "correlation")
    )
    moved = (value(ledger, "mixed", "mean_change") - change) / (r * post / pre - 1)
    n = value(ledger, "paired", "n_pairs") + n_leavers
    return value(ledger, "paired", "mean_pre") + moved * n / n_leavers


@pytest.mark.parametrize(("n", "leavers"), [(30, 1), (30, 3), (60, 7)])
def test_the_scores_of_a_few_leavers_do_not_follow_from_two_analyses(n, leavers):
    frame = people(n)
    left = frame["id"] < f"P{leavers:03d}"
    everything, shown = ledgers(frame[~(left & (frame["wave"] == "after"))])
    truth = frame.loc[left & (frame["wave"] == "before"), "mood"].mean()
    assert mean_of_those_with_a_first_score_only(everything, leavers) == pytest.approx(truth)
    assert math.isnan(mean_of_those_with_a_first_score_only(shown, leavers))
    # No statistic of the pairs is left from which the one that is missing would follow.
    beside = [r for r in shown if r.analysis in set(ANALYSIS_OF.values()) | {"bootstrap"}]
    assert all(r.suppressed for r in beside if r.statistic != "n_pairs")
    assert not math.isnan(value(shown, "mixed", "mean_change"))
    assert shown.only(statistic="verdict").level == everything.only(statistic="verdict").level


@pytest.mark.parametrize("leavers", [0, 8])
def test_where_nobody_or_many_left_both_analyses_stand(leavers):
    frame = people(40)
    left = (frame["id"] < f"P{leavers:03d}") & (frame["wave"] == "after")
    _, shown = ledgers(frame[~left])
    assert not math.isnan(value(shown, "paired", "mean_change"))
    assert not math.isnan(value(shown, "effect_size", "d_z"))


def test_a_model_of_more_surveys_rests_on_scores_that_nobody_is_shown():
    waves = ("before", "middle", "after")
    frame = people(40, waves=waves)
    left = (frame["id"] < "P003") & (frame["wave"] == "after")
    _, shown = ledgers(frame[~left], waves=waves)
    assert not math.isnan(value(shown, "paired", "mean_change"))


def test_leavers_of_one_region_hide_the_pairs_of_all_regions():
    frame = people(90, regions=("A", "B", "C"))
    # A loses 3 people and B 10: those of everyone are 13, and may be told.
    gone = [*(f"P{3 * i:03d}" for i in range(3)), *(f"P{3 * i + 1:03d}" for i in range(10))]
    left = frame["id"].isin(gone) & (frame["wave"] == "after")
    _, shown = ledgers(frame[~left], region='region = "region"')
    assert not math.isnan(value(shown, "paired", "mean_change"))
    for region in "ABC":
        assert math.isnan(value(shown, "paired", "mean_change", REGION(region)))
        assert not math.isnan(value(shown, "mixed", "mean_change", REGION(region)))


def test_one_person_whom_the_model_leaves_out_does_not_follow():
    frame = people(61, regions=("A", "B"))
    frame.loc[frame["id"] == "P060", "region"] = "alone"
    everything, shown = ledgers(frame, region='region = "region"')

    def change_of_the_one(ledger):
        paired, model = (value(ledger, a, "mean_change") for a in ("paired", "mixed"))
        return 61 * paired - 60 * model

    own = frame[frame["id"] == "P060"].set_index("wave")["mood"]
    assert change_of_the_one(everything) == pytest.approx(own["after"] - own["before"])
    assert math.isnan(change_of_the_one(shown))
    # Nor from the means of everyone, or the number of people.
    means = [r for r in shown.where(analysis="scores", group="all") if r.statistic == "mean"]
    assert all(r.suppressed for r in means)
    assert shown.only(analysis="mixed", statistic="mean_change", group="all").n is None
    assert shown.only(analysis="verdict", statistic="verdict", group="all").n is None
