"""Simulated power of the comparison of regions, against closed forms and single fits."""

import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from peereval.analysis.planning import simulate_regions
from peereval.analysis.region_design import RegionDesign
from peereval.errors import StatisticsError
from peereval.mixed import fit_chosen

REGIONS = json.loads(
    (Path(__file__).parents[1] / "reference" / "power.json").read_text(encoding="utf-8")
)["regions"]
# Beyond this many standard errors chance would be met once in 2000 tests.
FAR = 3.5


def design(**changed):
    given = {"regions": 2, "groups": 5, "people": 8, "sd_person": 4.0, "sd_noise": 4.0}
    return RegionDesign(**{**given, "sd_level": 2.0, "sd_group": 1.5, **changed})


def frame(plan, scores, back):
    """One drawn evaluation, one row per person and wave."""
    group, person, wave = np.nonzero(np.stack([np.ones_like(back), back], axis=-1))
    return pd.DataFrame(
        {
            "score": scores[group, person, wave],
            "participant": group * plan.people + person,
            "wave": wave,
            "region": plan.region_of_group[group],
            "group": group,
        }
    )


@pytest.mark.parametrize(
    "changed",
    [
        {"lost": 0.3},
        {"regions": 3, "groups": 2, "people": 5, "lost": 0.2},
        {"groups": 2, "lost": 0.3},  # too few groups: the model leaves them out
        {"regions": 3, "groups": 1, "people": 10},  # a region is a group
        {"groups": 10, "people": 3, "sd_group": 0.0},  # hardly a fit is not singular
        {"regions": 10, "groups": 2, "people": 3, "lost": 0.3},
    ],
    ids=str,
)
def test_many_at_once_give_what_the_report_gives_one_by_one(changed):
    plan, runs = design(**changed), 12
    changes = np.linspace(0, 4, plan.regions)
    many = simulate_regions(plan, runs=runs, seed=3)
    scores, back = plan.draw(runs, np.random.default_rng(3))
    scores[..., 1] += changes[plan.region_of_group][:, None]
    enough = back.reshape(runs, plan.regions, -1).sum(axis=2).min(axis=1) >= 2
    alone = []
    for i in np.flatnonzero(enough):
        fit = fit_chosen(plan.model, frame(plan, scores[i], back[i])).fit
        terms = [f"C(wave)[T.1]:C(region)[T.{r}]" for r in range(1, plan.regions)]
        test = fit.wald(np.array([fit.coefficients.index == t for t in terms], dtype=float))
        alone.append((test["statistic"], test["df"]))
    statistics, df = np.array(alone).T
    # Both searches for the optimum end where the gradient is rounding.
    np.testing.assert_allclose(many._statistics(changes), statistics, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(many._df, df, rtol=1e-5)


@pytest.mark.parametrize("case", REGIONS, ids=lambda c: str(c["args"]["changes"]))
def test_complete_balanced_evaluations_have_the_power_of_the_noncentral_f(case):
    # Made by tests/reference/power.R. Groups differ so much that hardly a fit is singular: at a
    # boundary the model is not quite that of the closed form.
    args = case["args"]
    plan = design(
        regions=len(args["changes"]),
        groups=args["groups"],
        people=args["people"],
        sd_noise=args["sd_noise"],
        sd_level=8.0,
        sd_group=args["sd_group"],
    )
    found = simulate_regions(plan, runs=600)
    expected = case["expected"]["power"]
    error = math.sqrt(expected * (1 - expected) / found.runs)
    assert abs(found.power(args["changes"]).value - expected) < FAR * error
    assert abs(found.type_one().value - 0.05) < FAR * math.sqrt(0.05 * 0.95 / found.runs)
    assert np.median(found._df) == pytest.approx(plan.regions * (plan.groups - 1), rel=1e-3)


def test_false_alarms_are_no_more_than_promised():
    # They are fewer where groups are hardly seen to differ: Kenward-Roger is careful then.
    found = simulate_regions(design(lost=0.3), runs=400).type_one()
    assert 0.005 < found.value < 0.05 + FAR * math.sqrt(0.05 * 0.95 / 400)


def test_groups_that_the_model_cannot_see_give_false_alarms():
    # With one group in each region nobody can tell the change of a group from that of its region.
    found = simulate_regions(design(groups=1, people=40, sd_group=4.0), runs=400)
    assert found.type_one().value > 0.3


def test_power_rises_with_the_difference_and_the_smallest_one_has_it():
    found = simulate_regions(design(regions=3, lost=0.2), runs=400)
    power = [found.power_of_difference(d).value for d in (0, 2, 4, 8, 20)]
    assert power == sorted(power)
    assert power[-1] == 1.0
    smallest = found.smallest_difference(0.8)
    assert found.power_of_difference(smallest).value >= 0.8
    assert found.power_of_difference(0.99 * smallest).value < 0.81
    assert found.smallest_difference(0.9) > smallest


def test_one_region_that_differs_is_one_of_the_patterns():
    found = simulate_regions(design(regions=3), runs=200)
    assert found.power_of_difference(3.0) == found.power([0, 0, 3.0])
    assert found.power([5, 5, 8.0]) == found.power([0, 0, 3.0])
    assert found.power_of_difference(0) == found.type_one()


def test_the_interval_is_wilsons():
    found = simulate_regions(design(), runs=100).power([0, 3])
    low, high = stats.binomtest(round(found.value * 100), 100).proportion_ci(method="wilson")
    assert (found.ci_low, found.ci_high, found.runs) == (low, high, 100)


def test_the_seed_decides():
    one, two, other = (simulate_regions(design(), runs=130, seed=s) for s in (1, 1, 2))
    np.testing.assert_array_equal(one.coefficients, two.coefficients)
    assert not np.array_equal(one.coefficients, other.coefficients)


def test_evaluations_that_cannot_be_compared_find_nothing():
    found = simulate_regions(design(groups=1, people=5, lost=0.4), runs=200)
    assert len(found.inferences) < 200
    assert found.power([0, 1e6]).value == len(found.inferences) / 200
    assert found.smallest_difference(0.999) == math.inf


def test_sds_of_a_design_give_the_sd_of_change():
    plan = RegionDesign.of_change(
        sd_change=6, icc=0.1, correlation=0.6, regions=2, groups=400, people=8
    )
    scores, _ = plan.draw(20, np.random.default_rng(1))
    change = scores[..., 1] - scores[..., 0]
    assert change.std() == pytest.approx(6, rel=0.02)
    assert change.mean(axis=2).var() == pytest.approx(36 * (0.1 + 0.9 / 8), rel=0.05)
    within = scores - scores.mean(axis=2, keepdims=True)
    assert np.corrcoef(within.reshape(-1, 2).T)[0, 1] == pytest.approx(0.6, abs=0.02)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"regions": 1}, "regions is 1.*2 or more"),
        ({"groups": 0}, "groups is 0"),
        ({"people": 2.5}, r"people is 2\.5"),
        ({"lost": 1.0}, r"lost is 1\.0"),
        ({"sd_noise": 0.0}, r"sd_noise is 0\.0"),
        ({"sd_group": -1.0}, r"sd_group is -1\.0"),
        ({"sd_level": -1.0}, r"sd_level is -1\.0"),
        ({"groups": 1, "people": 4, "lost": 0.5}, "About 2 people of each region would come back"),
    ],
)
def test_designs_that_make_no_sense(changed, words):
    with pytest.raises(StatisticsError, match=words):
        design(**changed)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"icc": 1.0}, r"icc is 1\.0"),
        ({"correlation": 1.0}, r"correlation is 1\.0"),
        ({"sd_change": -3}, "sd_change is -3"),
    ],
)
def test_changes_that_make_no_sense(changed, words):
    given = {"sd_change": 6, "icc": 0.1, "correlation": 0.5, "regions": 2, "groups": 5, "people": 8}
    with pytest.raises(StatisticsError, match=words):
        RegionDesign.of_change(**{**given, **changed})


def test_questions_that_make_no_sense():
    with pytest.raises(StatisticsError, match="runs is 0"):
        simulate_regions(design(), runs=0)
    found = simulate_regions(design(), runs=20)
    with pytest.raises(StatisticsError, match="3 changes and 2 regions"):
        found.power([1, 2, 3])
    with pytest.raises(StatisticsError, match="alpha is 0"):
        found.power([1, 2], alpha=0)
    with pytest.raises(StatisticsError, match="difference is nan"):
        found.power_of_difference(math.nan)
    with pytest.raises(StatisticsError, match=r"power is 0\.01"):
        found.smallest_difference(0.01)
