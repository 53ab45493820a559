"""Crossed random effects against lme4, lmerTest and pbkrtest, and what must hold of any fit."""

import numpy as np
import pandas as pd
import pytest

from peereval.mixed import fit_mixed

from .against_lme4 import (
    assert_coefficients,
    assert_likelihood_and_variances,
    assert_random_effects,
)
from .references import cases, frame

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
    assert_coefficients(fit.coefficients, expected, known)


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["id"])
def test_fit_matches_r(case):
    expected, args = case["expected"], case["args"]
    fit = fit_mixed(args["formula"], frame(case), reml=args["reml"], df_method="z")
    assert_likelihood_and_variances(fit, expected)
    assert_random_effects(fit, expected)
    listed = {group: len(known["levels"]) for group, known in expected["ranef"].items()}
    assert {group: len(table) for group, table in fit.random_effects.items()} == listed


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
