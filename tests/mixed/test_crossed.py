"""Crossed random effects against lme4, lmerTest and pbkrtest, and what must hold of any fit."""

import numpy as np
import pandas as pd
import pytest

from peereval.mixed import fit_mixed

from .references import cases, frame, neutral

# As in test_fit.py: ten times the difference between two optimisers or two derivatives.
ESTIMATE, SE, DF, VARIANCE, LOGLIK = 1e-6, 3e-6, 2e-5, 1e-5, 1e-7
CASES = cases("crossed")
BLOCKS = {"satterthwaite": "satterthwaite", "kenward-roger": "kenward_roger"}


def fits():
    for case in CASES:
        for method, block in BLOCKS.items():
            if block in case["expected"]:
                yield pytest.param(
                    case, method, case["expected"][block], id=f"{case['id']}-{method}"
                )


@pytest.mark.parametrize(("case", "method", "known"), list(fits()))
def test_coefficients_match_r(case, method, known):
    expected, args = case["expected"], case["args"]
    fit = fit_mixed(args["formula"], frame(case), reml=args["reml"], df_method=method)
    table = fit.coefficients.set_axis([neutral(t) for t in fit.coefficients.index], axis=0)
    table = table.loc[expected["terms"]]
    se = np.array(known.get("se", expected["se"]))
    assert np.abs(table["estimate"] - expected["estimate"]).max() < ESTIMATE * se.max()
    np.testing.assert_allclose(table["std_error"], se, rtol=SE)
    np.testing.assert_allclose(table["df"], known["df"], rtol=DF)
    np.testing.assert_allclose(table["p_value"], known["p"], rtol=5e-3)


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["id"])
def test_fit_matches_r(case):
    expected, args = case["expected"], case["args"]
    fit = fit_mixed(args["formula"], frame(case), reml=args["reml"], df_method="z")
    assert fit.log_likelihood == pytest.approx(expected["loglik"], abs=LOGLIK)
    assert fit.residual_sd == pytest.approx(expected["sigma"], rel=1e-6)
    assert fit.n == expected["n"]
    assert fit.singular is expected["singular"]
    found = {
        (g, *sorted(filter(None, map(neutral, (a, b))))): v
        for g, a, b, v in fit.variance_components.iloc[:, :4].itertuples(index=False)
    }
    largest = max(abs(row["vcov"]) for row in expected["variance_components"])
    assert len(found) == len(expected["variance_components"])
    for row in expected["variance_components"]:
        # lme4 tells the bars of one factor apart by a number.
        group = row["group"].split(".")[0]
        key = (group, *sorted(filter(None, (neutral(row.get(v)) for v in ("var1", "var2")))))
        assert found[key] == pytest.approx(row["vcov"], abs=VARIANCE * largest)


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["id"])
def test_random_effects_match_r(case):
    expected, args = case["expected"], case["args"]
    fit = fit_mixed(args["formula"], frame(case), reml=args["reml"], df_method="z")
    assert fit.random_effects.keys() == expected["ranef"].keys()
    for group, known in expected["ranef"].items():
        mine = fit.random_effects[group]
        mine = mine.set_axis(mine.index.map(str), axis=0)
        assert len(mine) == len(known["levels"])
        for name, effects in zip(known["names"], known["effects"], strict=True):
            column = mine[next(c for c in mine if neutral(c) == neutral(name))]
            scale = max(np.abs(effects).max(), expected["sigma"])
            assert np.abs(column[known["levels"]] - effects).max() < VARIANCE * scale


def data_of(name):
    case = next(c for c in CASES if c["id"] == name)
    return case["args"]["formula"], frame(case)


def test_balanced_two_way_data_are_the_anova_estimator():
    formula, data = data_of("penicillin")
    fit = fit_mixed(formula, data)
    table = data.pivot_table(index="plate", columns="sample", values="diameter")
    a, b = table.shape
    rows, columns = table.mean(axis=1), table.mean(axis=0)
    left = table.sub(rows, axis=0).sub(columns, axis=1) + table.to_numpy().mean()
    within = (left**2).to_numpy().sum() / ((a - 1) * (b - 1))
    variances = fit.variance_components.set_index("group")["covariance"]
    assert variances["Residual"] == pytest.approx(within, rel=1e-7)
    assert variances["plate"] == pytest.approx(rows.var() - within / b, rel=1e-7)
    assert variances["sample"] == pytest.approx(columns.var() - within / a, rel=1e-7)


def test_a_crossed_factor_without_variance_changes_nothing():
    formula, data = data_of("raters_singular")
    crossed, alone = (
        fit_mixed(f, data, df_method="satterthwaite")
        for f in (formula, "rating ~ arm + (1 | person)")
    )
    assert crossed.singular
    assert crossed.log_likelihood == pytest.approx(alone.log_likelihood, abs=1e-8)
    for column in ("estimate", "std_error"):
        np.testing.assert_allclose(crossed.coefficients[column], alone.coefficients[column], 1e-6)


@pytest.mark.parametrize("name", ["sessions_two_slopes", "items_slope"])
def test_order_names_and_scale_change_nothing(name):
    formula, data = data_of(name)
    outcome = formula.split(" ~ ")[0]
    before = fit_mixed(formula, data).coefficients
    moved = data.sample(frac=1, random_state=1).assign(
        **{outcome: lambda d: 3.0 * d[outcome] - 50.0, "person": lambda d: d["person"].str[::-1]}
    )
    after = fit_mixed(formula, moved).coefficients
    expected = 3.0 * before["estimate"] - 50.0 * (before.index == "Intercept")
    assert (np.abs(after["estimate"] - expected) / after["std_error"]).max() < 1e-6
    np.testing.assert_allclose(after["std_error"], 3.0 * before["std_error"], rtol=1e-6)
    np.testing.assert_allclose(after["df"], before["df"], rtol=1e-5)


def test_bars_in_any_order_are_one_model():
    _, data = data_of("items_regions")
    bars = ["(1 | person)", "(1 | item)", "(1 | region)"]
    found = [
        fit_mixed(f"answer ~ C(wave) + {' + '.join(order)}", data).coefficients
        for order in (bars, bars[::-1])
    ]
    pd.testing.assert_frame_equal(found[0], found[1], rtol=1e-6)
