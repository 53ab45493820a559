"""Standardised residuals against lme4 and nlme; quantiles for plots."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from peereval.errors import StatisticsError
from peereval.mixed import fit_mixed, fit_repeated
from peereval.mixed.fitted.residuals import normal_quantiles

from . import dense
from .references import inference, rows_of


@pytest.mark.parametrize("case", inference("residuals"), ids=lambda c: c["id"])
def test_conditional_residuals_match_lme4(case):
    fit = fit_mixed(case["formula"], rows_of(case), df_method="z")
    found = fit.residuals
    np.testing.assert_allclose(found.standardised_conditional, case["conditional"], atol=2e-5)
    fixed = fit.fixed.basis @ fit.fixed.triangle @ fit._beta
    outcome = fit.data[case["formula"].split(" ~")[0]]
    np.testing.assert_allclose(found.marginal + fixed, outcome, rtol=1e-10)


@pytest.mark.parametrize("case", inference("residuals_repeated"), ids=lambda c: c["id"])
def test_marginal_residuals_match_nlme(case):
    data = rows_of(case).sample(frac=1, random_state=1)
    fit = fit_repeated(case["formula"], data, participant="participant", wave=case["wave"])
    keys = [fit.data["participant"].astype(str), fit.data[case["wave"]].astype(str)]
    found = pd.Series(fit.residuals.standardised_marginal, pd.MultiIndex.from_arrays(keys))
    known = pd.Series(case["normalised"], pd.MultiIndex.from_arrays([case["person"], case["at"]]))
    # nlme's estimates of the covariance are right to some six digits.
    np.testing.assert_allclose(found[known.index], known, atol=1e-4)
    both = fit.residuals.standardised_marginal, fit.residuals.standardised_conditional
    np.testing.assert_allclose(*both, atol=1e-12)


def fits():
    data = rows_of({"data": "peer_groups"})
    yield fit_mixed("score ~ wave + (1 + wave | group) + (1 | participant)", data, df_method="z")
    yield fit_repeated(
        "score ~ C(wave)",
        data.sample(frac=1, random_state=2),
        participant="participant",
        wave="wave",
        random="(1 + wave | group)",
        df_method="z",
    )


@pytest.mark.parametrize("fit", list(fits()), ids=["mixed", "repeated"])
def test_standardised_by_matrices_written_out(fit):
    _, z, g, r = dense.parts(fit)
    v = z @ g @ z.T + r
    found = fit.residuals
    modes = g @ z.T @ np.linalg.solve(v, fit._residual)
    np.testing.assert_allclose(found.conditional, fit._residual - z @ modes, atol=1e-9)
    if hasattr(fit, "_within"):
        for person in np.unique(fit._person):
            own = np.flatnonzero(fit._person == person)
            own = own[np.argsort(fit._wave[own])]
            for whole, raw, mine in (
                (v, found.marginal, found.standardised_marginal),
                (r, found.conditional, found.standardised_conditional),
            ):
                lower = np.linalg.cholesky(whole[np.ix_(own, own)])
                np.testing.assert_allclose(mine[own], np.linalg.solve(lower, raw[own]), atol=1e-9)
    else:
        scaled = fit._residual / np.sqrt(np.diag(v))
        np.testing.assert_allclose(found.standardised_marginal, scaled, atol=1e-10)


@pytest.mark.parametrize("fit", list(fits()), ids=["mixed", "repeated"])
def test_random_effects_are_over_their_own_sds(fit):
    x, z, g, r = dense.parts(fit)
    v_inverse = np.linalg.inv(z @ g @ z.T + r)
    p = v_inverse - v_inverse @ x @ np.linalg.solve(x.T @ v_inverse @ x, x.T @ v_inverse)
    sd = np.sqrt(np.diag(g @ z.T @ p @ z @ g))
    at = dense.place(fit, "group")
    for k, term in enumerate(fit.random_effects["group"].columns):
        points = fit.random_effect_quantiles("group")[term]
        expected = fit.random_effects["group"][term].to_numpy() / sd[at[:, k]]
        np.testing.assert_allclose(points.sample, np.sort(expected), rtol=1e-6)
        np.testing.assert_allclose(expected[points.order], points.sample, rtol=1e-6)


def test_quantiles_are_those_of_qqnorm():
    # R: qqnorm(c(3, 1, 2, 10))$x and ppoints(11)[1:2].
    points = normal_quantiles([3.0, 1.0, 2.0, 10.0])
    np.testing.assert_allclose(points.theoretical[2:], [0.2993069, 1.0491314], atol=1e-7)
    eleven = normal_quantiles(np.arange(11.0))
    np.testing.assert_allclose(eleven.theoretical[0], stats.norm.ppf(0.5 / 11))


def test_refusals():
    for values in ([], [1.0, np.nan], [[1.0]]):
        with pytest.raises(StatisticsError, match="vector of values"):
            normal_quantiles(values)
    rng = np.random.default_rng(3)
    flat = pd.DataFrame({"g": np.repeat(np.arange(6), 4), "y": rng.normal(size=24)})
    flat["y"] -= flat.groupby("g")["y"].transform("mean")
    fit = fit_mixed("y ~ 1 + (1 | g)", flat, df_method="z")
    assert fit.singular
    with pytest.raises(StatisticsError, match="Intercept of 'g' show no variance"):
        fit.random_effect_quantiles("g")
