"""fit_repeated with random effects above the person: against R, and against simpler models."""

import numpy as np
import pandas as pd
import pytest

from peereval.mixed import fit_mixed, fit_repeated

from .references import cases, frame, neutral

# nlme's optimiser stops where the likelihood is within 1e-7 of its maximum; estimates are then
# within 1e-4 of a standard error, covariances within 1e-4 of the largest variance.
LOGLIK, ESTIMATE, SE, VARIANCE = 1e-6, 1e-4, 1e-4, 1e-4
# At the boundary both programs stop further away.
SINGULAR, SINGULAR_LOGLIK = ("peer_groups_us_change", "two_regions_us_change"), 1e-4
CASES = cases("repeated_random")
PEOPLE = {"participant": "person", "wave": "wave"}
METHODS = ("z", "satterthwaite", "kenward-roger-linear", "kenward-roger")


def fitted(case):
    args = dict(case["args"])
    return fit_repeated(args.pop("formula"), frame(case), **args, df_method="z")


def above(fit):
    """Covariances of the random effects, by grouping factor."""
    return {level.name: psi for level, psi in zip(fit._levels, fit._psis, strict=True)}


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["id"])
def test_fit_matches_nlme_and_glmmtmb(case):
    expected, fit = case["expected"], fitted(case)
    assert fit.n == expected["n"]
    assert fit.singular is (case["id"] in SINGULAR)
    known, reach = expected["loglik"], SINGULAR_LOGLIK if fit.singular else LOGLIK
    assert known - 1e-8 < fit.log_likelihood < known + reach
    table = fit.coefficients.set_axis([neutral(t) for t in fit.coefficients.index], axis=0)
    table, se = table.loc[expected["terms"]], np.array(expected["se"])
    assert np.abs((table["estimate"] - expected["estimate"]) / se).max() < ESTIMATE
    np.testing.assert_allclose(table["std_error"], se, rtol=SE)
    largest = np.max(expected["covariance"])
    within = fit.covariance.to_numpy() - expected["covariance"]
    assert np.abs(within).max() < VARIANCE * largest
    random = above(fit)
    assert random.keys() == expected["random"].keys()
    for group, psi in expected["random"].items():
        assert np.abs(random[group] - psi).max() < VARIANCE * largest


@pytest.mark.parametrize(
    ("name", "program", "lower"),
    [("two_regions_us_change", "nlme", 4e-3), ("ar1_region_level_ml", "glmmTMB", 9e-3)],
)
def test_the_likelihood_is_higher_where_one_program_stops_early(name, program, lower):
    case = next(c for c in CASES if c["id"] == name)
    assert fitted(case).log_likelihood > case["expected"]["logliks"][program] + lower


def drawn(seed, *, waves=3, group_sd=1.5, change_sd=0.0, lost=0.0, groups=8, people=5):
    """People in groups of the same size; waves after the first are lost with a probability."""
    rng = np.random.default_rng(seed)
    n = groups * people
    group = np.arange(n) % groups
    level = 20 + rng.normal(0, 2, n) + rng.normal(0, group_sd, groups)[group]
    change = 1 + rng.normal(0, change_sd, groups)[group]
    score = level[:, None] + change[:, None] * np.arange(waves) + rng.normal(0, 1, (n, waves))
    person, wave = np.divmod(np.arange(n * waves), waves)
    data = pd.DataFrame({"person": person, "wave": wave, "group": group[person]})
    data["y"] = score.ravel()
    return data[(wave == 0) | (rng.random(len(data)) >= lost)]


def cs_and_nested(data, repeated_method, mixed_method):
    """The same model written twice: equal correlation, and an intercept of the person."""
    cs = fit_repeated(
        "y ~ C(wave)",
        data,
        **PEOPLE,
        covariance="cs",
        random="(1 | group)",
        df_method=repeated_method,
    )
    formula = "y ~ C(wave) + (1 | group) + (1 | person)"
    return cs, fit_mixed(formula, data, df_method=mixed_method)


@pytest.mark.parametrize("seed", range(3))
def test_compound_symmetry_below_a_group_is_the_nested_model(seed):
    cs, nested = cs_and_nested(drawn(seed, lost=0.3), "z", "z")
    variances = nested.variance_components.set_index("group")["covariance"]
    assert cs.log_likelihood == pytest.approx(nested.log_likelihood, abs=1e-8)
    assert above(cs)["group"].item() == pytest.approx(variances["group"], rel=1e-6)
    within = variances["person"] + variances["Residual"] * np.eye(3)
    np.testing.assert_allclose(cs.covariance, within, rtol=1e-6)
    for column in ("estimate", "std_error"):
        np.testing.assert_allclose(cs.coefficients[column], nested.coefficients[column], rtol=1e-7)


@pytest.mark.parametrize(
    ("repeated_method", "mixed_method"),
    [("satterthwaite", "satterthwaite"), ("kenward-roger-linear", "kenward-roger")],
)
def test_with_complete_groups_of_one_size_the_nested_inference_is_the_same(
    repeated_method, mixed_method
):
    # The term in the second derivatives, which depends on the parameters chosen, is all that sets
    # the two Kenward-Rogers apart.
    cs, nested = cs_and_nested(drawn(5), repeated_method, mixed_method)
    for column in ("std_error", "df"):
        np.testing.assert_allclose(cs.coefficients[column], nested.coefficients[column], rtol=1e-6)


def test_with_people_lost_too():
    cs, nested = cs_and_nested(drawn(1, lost=0.3), "kenward-roger-linear", "kenward-roger")
    ours, theirs = cs.coefficients, nested.coefficients
    np.testing.assert_allclose(ours["std_error"], theirs["std_error"], rtol=1e-6)
    np.testing.assert_allclose(ours["df"], theirs["df"], rtol=1e-6)


@pytest.mark.parametrize("random", ["(1 | group)", "(1 + wave | group)"])
def test_without_a_group_variance_it_is_the_model_of_people_alone(random):
    data = drawn(4, waves=2, group_sd=0.0)
    # Every group has the same means, so there is less than nothing for the groups to explain.
    data["y"] -= data.groupby(["group", "wave"])["y"].transform("mean") - 20 - data["wave"]
    whole = fit_repeated("y ~ C(wave)", data, **PEOPLE, random=random, df_method="z")
    alone = fit_repeated("y ~ C(wave)", data, **PEOPLE, df_method="z")
    assert whole.singular
    np.testing.assert_allclose(above(whole)["group"], 0.0, atol=1e-8)
    assert whole.log_likelihood == pytest.approx(alone.log_likelihood, abs=1e-9)
    np.testing.assert_allclose(whole.covariance, alone.covariance, rtol=1e-6)
    for column in ("estimate", "std_error", "df"):
        np.testing.assert_allclose(
            whole.coefficients[column], alone.coefficients[column], rtol=1e-6
        )


@pytest.mark.parametrize("name", ["two_regions_singular", "two_regions_singular_slope"])
def test_at_a_variance_of_zero_the_inference_is_that_of_pbkrtest(name):
    # A variance of zero is estimated too and costs df. With compound symmetry the model is the
    # one that pbkrtest was asked for.
    case = next(c for c in cases("mixed") if c["id"] == name)
    fixed, *bars, people = case["args"]["formula"].split(" + (")
    assert people == "1 | participant)"
    fit = fit_repeated(
        fixed,
        frame(case),
        participant="participant",
        wave="wave",
        covariance="cs",
        random=" + ".join(f"({bar}" for bar in bars),
        df_method="kenward-roger-linear",
    )
    assert fit.singular
    expected = case["expected"]
    table = fit.coefficients.set_axis([neutral(t) for t in fit.coefficients.index], axis=0)
    table = table.loc[expected["terms"]]
    np.testing.assert_allclose(table["std_error"], expected["kenward_roger"]["se"], rtol=1e-5)
    np.testing.assert_allclose(table["df"], expected["kenward_roger"]["df"], rtol=1e-4)
