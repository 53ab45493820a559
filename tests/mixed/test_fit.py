"""fit_mixed against lme4, lmerTest, pbkrtest and emmeans, and what must hold of any fit."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from peereval.errors import StatisticsError
from peereval.mixed import fit_mixed

from .against_lme4 import (
    DF,
    ESTIMATE,
    SE,
    assert_coefficients,
    assert_likelihood_and_variances,
    assert_random_effects,
)
from .references import cases, frame

CASES = cases("mixed")
BLOCKS = {"satterthwaite": "satterthwaite", "kenward-roger": "kenward_roger"}


def fits():
    for case in CASES:
        for method, block in BLOCKS.items():
            known = case["expected"].get(block)
            if known and not (method == "satterthwaite" and case["expected"]["singular"]):
                yield pytest.param(case, method, known, id=f"{case['id']}-{method}")


@pytest.mark.parametrize(("case", "method", "known"), list(fits()))
def test_coefficients_match_r(case, method, known):
    expected, args = case["expected"], case["args"]
    fit = fit_mixed(args["formula"], frame(case), reml=args["reml"], df_method=method)
    table = assert_coefficients(fit.coefficients, expected, known)
    reach = stats.t.ppf(0.975, table["df"]) * table["std_error"]
    np.testing.assert_allclose(table["conf_high"] - table["estimate"], reach, rtol=1e-12)


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["id"])
def test_fit_matches_r(case):
    expected, args = case["expected"], case["args"]
    fit = fit_mixed(args["formula"], frame(case), reml=args["reml"], df_method="z")
    assert_likelihood_and_variances(fit, expected)
    assert_random_effects(fit, expected)


@pytest.mark.parametrize("case", [c for c in CASES if "emm" in c["args"]], ids=lambda c: c["id"])
@pytest.mark.parametrize("method", BLOCKS)
def test_means_and_changes_match_emmeans(case, method):
    args = case["args"]
    fit = fit_mixed(args["formula"], frame(case), df_method=method)
    known = next(m for m in case["expected"]["means"] if m["df_method"] == method)
    over, by = args["emm"].split(" by ")
    means = fit.means(over, by)
    mine = {(str(r[over]), str(r[by])): r for r in means.to_dict("records")}
    assert len(mine) == len(known["table"])
    for row in known["table"]:
        a, b = (str(v) for v in list(row.values())[:2])
        assert mine[a, b]["estimate"] == pytest.approx(row["emmean"], abs=ESTIMATE)
        assert mine[a, b]["std_error"] == pytest.approx(row["SE"], rel=SE)
        assert mine[a, b]["df"] == pytest.approx(row["df"], rel=DF)
    changes = fit.changes(over, by)
    assert len(changes) == len(known["pairs"])
    prefix = next(iter(known["table"][0]))
    pairs = {
        (str(r["level"]), str(r["reference"]), str(r[by])): r for r in changes.to_dict("records")
    }
    for row in known["pairs"]:
        earlier, later = (part.removeprefix(prefix) for part in row["contrast"].split(" - "))
        found = pairs[later, earlier, str(list(row.values())[1])]
        assert found["estimate"] == pytest.approx(-row["estimate"], abs=ESTIMATE)
        assert found["df"] == pytest.approx(row["df"], rel=DF)


@pytest.mark.parametrize("case", cases("f_tests"), ids=lambda c: c["id"])
@pytest.mark.parametrize("method", BLOCKS)
def test_f_tests_match_pbkrtest_and_lmertest(case, method):
    fit = fit_mixed(case["formula"], frame(case), df_method=method)
    found, known = fit.f_test(case["term"]), case[BLOCKS[method]]
    assert found["statistic"] == pytest.approx(known["statistic"], rel=1e-6)
    assert found["df_num"] == known["df_num"]
    assert found["df"] == pytest.approx(known["df"], rel=DF)
    assert found["p_value"] == pytest.approx(known["p_value"], rel=1e-4)


def drawn(seed, people=30, effect=1.0, person_sd=2.0):
    """Two complete waves."""
    rng = np.random.default_rng(seed)
    before = rng.normal(20, person_sd, people)
    pre = before + rng.normal(0, 1, people)
    post = before + effect + rng.normal(0, 1, people)
    ids = np.arange(people)
    return pd.DataFrame(
        {"person": np.r_[ids, ids], "wave": np.repeat([0, 1], people), "y": np.r_[pre, post]}
    ), post - pre


def test_f_test_of_one_term_is_the_square_of_t():
    data, _ = drawn(1)
    for method in ("kenward-roger", "satterthwaite", "z"):
        fit = fit_mixed("y ~ wave + (1 | person)", data, df_method=method)
        row = fit.coefficients.loc["wave"]
        test = fit.f_test("wave")
        assert test["statistic"] == pytest.approx(row["statistic"] ** 2, rel=1e-9)
        assert test["df"] == pytest.approx(row["df"], rel=1e-9)
        assert test["p_value"] == pytest.approx(row["p_value"], rel=1e-9)


def test_dependent_columns_are_dropped_and_named():
    data, _ = drawn(2)
    data["twice"] = 2 * data["wave"]
    fit = fit_mixed("y ~ wave + twice + (1 | person)", data)
    assert list(fit.coefficients.index) == ["Intercept", "wave"]
    assert "twice" in fit.notes[0]


def test_rows_left_out_are_counted_and_the_data_unchanged():
    data, _ = drawn(4)
    data.loc[3, "y"] = np.nan
    copy = data.copy()
    fit = fit_mixed("y ~ wave + (1 | person)", data)
    assert (fit.n, fit.n_excluded) == (59, 1)
    pd.testing.assert_frame_equal(data, copy)


def refused():
    data, _ = drawn(5)
    flat = data.assign(y=3.0)
    moving = data.assign(region=data["person"] % 3)
    moving.loc[moving.index[0], "region"] = (moving["region"].iloc[0] + 1) % 3
    yield "y ~ wave", data, {}, "no random effects"
    yield "wave + (1 | person)", data, {}, "has no outcome"
    yield "y ~ wave + (1 | persn)", data, {}, "did you mean 'person'"
    yield "y ~ wave + (1 person)", data, {}, "no random effects"
    yield "y ~ wave + (1 | person", data, {}, "brackets"
    yield "y ~ wave + (1 | person)", flat, {}, "same in all 60 rows"
    yield "y ~ wave + (1 | one)", data.assign(one="a"), {}, "has one level"
    yield "y ~ wave + (1 + wave | person)", data, {}, "60 random effects for 60 rows"
    yield "y ~ wave + (1 | person) + (1 | region)", moving, {}, "belong to more than one level"
    yield "y ~ wave + (1 | person)", data, {"df_method": "exact"}, "df_method"
    yield "y ~ wave + (1 | person)", data, {"reml": False}, "restricted likelihood"
    yield "y ~ wave + (1 | person)", data.assign(y=np.inf), {}, "infinite"
    yield "y ~ wave + (1 | person)", data.assign(y="a"), {}, "not numeric"


@pytest.mark.parametrize(("formula", "data", "options", "text"), list(refused()))
def test_refusals_say_why(formula, data, options, text):
    with pytest.raises(StatisticsError, match=text):
        fit_mixed(formula, data, **options)


@pytest.mark.parametrize("seed", range(8))
def test_every_design_reaches_an_optimum_no_lower_than_simpler_ones(seed):
    # Among such draws lme4's optimiser stays below the maximum in one of ten.
    rng = np.random.default_rng(seed)
    regions, groups, people = 4, 3, 6
    n = regions * groups * people
    region, group = np.repeat(np.arange(regions), n // regions), np.repeat(np.arange(12), people)
    sd = rng.choice([0.0, 0.5, 1.0, 3.0], size=4)
    level = rng.normal(0, sd[0], regions)[region] + rng.normal(0, sd[1], n)
    slope = 1 + rng.normal(0, sd[2], regions)[region] + rng.normal(0, sd[3], 12)[group]
    waves = [
        pd.DataFrame(
            {"pid": range(n), "region": region, "group": group, "wave": w,
             "y": level + slope * w + rng.normal(0, 2, n)}
        )
        for w in range(3)
    ]  # fmt: skip
    data = pd.concat(waves)
    data = data[(data["wave"] == 0) | (rng.random(len(data)) > 0.25)]
    whole = fit_mixed("y ~ wave + (1 + wave | region) + (1 + wave | group) + (1 | pid)", data)
    for bars in ("(1 | pid)", "(1 + wave | group) + (1 | pid)", "(1 + wave | region) + (1 | pid)"):
        part = fit_mixed(f"y ~ wave + {bars}", data, df_method="z")
        assert whole.log_likelihood >= part.log_likelihood - 1e-7
    assert (whole.coefficients["df"] > 0).all()
