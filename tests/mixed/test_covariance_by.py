"""A covariance over the waves for each group of people."""

import numpy as np
import pandas as pd
import pytest

from peereval.errors import StatisticsError
from peereval.mixed import fit_repeated

from . import dense
from .draws import study
from .references import cases, frame, neutral

# As in test_repeated_random.py: where nlme's and glmmTMB's optimisers stop.
LOGLIK, ESTIMATE, SE, VARIANCE = 1e-6, 1e-4, 1e-4, 1e-4
# With an effect in common only glmmTMB has the model, and it stops a little earlier.
SHARED_LOGLIK, SHARED = 2e-5, 10
CASES = cases("grouped_covariance")
PEOPLE = {"participant": "person", "wave": "wave"}
METHODS = ("kenward-roger", "kenward-roger-linear", "satterthwaite")


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["id"])
def test_fit_matches_nlme_and_glmmtmb(case):
    args, expected = dict(case["args"]), case["expected"]
    fit = fit_repeated(args.pop("formula"), frame(case), **args, df_method="z")
    assert fit.n == expected["n"]
    shared = case["id"].startswith("shared")
    reach, more = (SHARED_LOGLIK, SHARED) if shared else (LOGLIK, 1)
    assert expected["loglik"] - 1e-8 < fit.log_likelihood < expected["loglik"] + reach
    table = fit.coefficients.set_axis([neutral(t) for t in fit.coefficients.index], axis=0)
    table, se = table.loc[expected["terms"]], np.array(expected["se"])
    assert np.abs((table["estimate"] - expected["estimate"]) / se).max() < more * ESTIMATE
    np.testing.assert_allclose(table["std_error"], se, rtol=more * SE)
    assert set(fit.covariance.index.get_level_values(0)) == set(expected["covariance"])
    for label, known in expected["covariance"].items():
        off = fit.covariance.loc[label].to_numpy() - known
        assert np.abs(off).max() < more * VARIANCE * np.max(known)


def drawn():
    """Two arms with different spreads."""
    data = study(7, people=6)
    arm = np.where(data["person"] // 8 % 2 == 0, "b", "a")
    mean = data.groupby("wave")["y"].transform("mean")
    return data.assign(arm=arm, y=mean + (data["y"] - mean) * np.where(arm == "a", 1.0, 2.0))


def fitted(**options):
    options = {"covariance_by": "arm", "df_method": "z"} | options
    return fit_repeated(options.pop("formula", "y ~ C(wave) + age"), drawn(), **PEOPLE, **options)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("kind", ["us", "csh", "ar1"])
def test_effects_of_their_own_in_each_group_are_separate_fits(kind, method):
    both = fitted(formula="y ~ 0 + arm + arm:C(wave) + arm:age", covariance=kind, df_method=method)
    data, alone, total = drawn(), {}, 0.0
    for arm in ("a", "b"):
        own = data[data["arm"] == arm]
        fit = fit_repeated("y ~ C(wave) + age", own, **PEOPLE, covariance=kind, df_method=method)
        total += fit.log_likelihood
        np.testing.assert_allclose(both.covariance.loc[arm], fit.covariance, rtol=1e-5)
        for term, row in fit.coefficients.iterrows():
            alone[f"arm[{arm}]" + ("" if term == "Intercept" else f":{term}")] = row
    assert both.log_likelihood == pytest.approx(total, abs=1e-7)
    table = both.coefficients.rename(index=lambda t: t.replace("arm[T.", "arm["))
    expected = pd.DataFrame(alone).T.loc[table.index]
    for column in ("estimate", "std_error", "df"):
        np.testing.assert_allclose(table[column], expected[column], rtol=1e-5)


def test_equal_covariances_gain_nothing():
    # Twice the same people: what differs between the arms is their name.
    data = study(8)
    twice = pd.concat([data.assign(arm="a"), data.assign(arm="b", person=data["person"] + 100)])
    own, shared = (
        fit_repeated("y ~ C(wave) * arm", twice, **PEOPLE, covariance_by=by, df_method="z")
        for by in ("arm", None)
    )
    assert own.log_likelihood == pytest.approx(shared.log_likelihood, abs=1e-8)
    assert own.n_parameters == 2 * shared.n_parameters
    np.testing.assert_allclose(own.covariance.loc["a"], shared.covariance, rtol=1e-5)
    np.testing.assert_allclose(own.covariance.loc["b"], shared.covariance, rtol=1e-5)


@pytest.mark.parametrize("random", [None, "(1 + wave | group)", "(1 | facilitator)"])
def test_a_fit_is_that_of_matrices_written_out(random):
    fit = fitted(random=random)
    x, r = fit.fixed.basis @ fit.fixed.triangle, fit.row_covariance.residual.dense(np.arange(fit.n))
    v = fit.row_covariance.dense(np.arange(fit.n))
    arm = drawn()["arm"].to_numpy()
    for one in ("a", "b"):
        rows = np.flatnonzero(arm == one)
        waves, person = fit._wave[rows], fit._person[rows]
        within = fit.covariance.loc[one].to_numpy()[np.ix_(waves, waves)]
        own = within * (person[:, None] == person)
        np.testing.assert_allclose(r[np.ix_(rows, rows)], own, atol=1e-12)
        assert not r[np.ix_(rows, arm != one)].any()
    if random is not None:
        _, z, g, r = dense.parts(fit)
        np.testing.assert_allclose(v, z @ g @ z.T + r, atol=1e-10)
        modes = g @ z.T @ np.linalg.solve(v, fit._residual)
        for group, table in fit.random_effects.items():
            np.testing.assert_allclose(table, modes[dense.place(fit, group)], atol=1e-8)
        np.testing.assert_allclose(fit.residuals.conditional, fit._residual - z @ modes, atol=1e-8)
    known = dense.deviance(x, dense.outcome(fit), v, reml=True)
    assert -2 * fit.log_likelihood == pytest.approx(known, abs=1e-8)
    phi = np.linalg.inv(x.T @ np.linalg.solve(v, x))
    np.testing.assert_allclose(fit.coefficients["std_error"], np.sqrt(np.diag(phi)), rtol=1e-8)
    estimate = phi @ x.T @ np.linalg.solve(v, dense.outcome(fit))
    np.testing.assert_allclose(fit.coefficients["estimate"], estimate, rtol=1e-8)
    root = np.linalg.cholesky
    for person in range(3):
        rows = np.flatnonzero(fit._person == person)
        white = np.linalg.solve(root(v[np.ix_(rows, rows)]), fit._residual[rows])
        np.testing.assert_allclose(fit.residuals.standardised_marginal[rows], white, atol=1e-9)


def test_shares_are_averages_over_the_people_of_both_arms():
    fit = fitted(random="(1 | group)")
    table = fit.icc().set_index(["at", "group"])
    within = table[table["reference"].isna()]["variance"]
    arm = drawn().drop_duplicates("person")["arm"]
    first = [fit.covariance.loc[a].iloc[0, 0] for a in arm]
    assert within.loc[(0, "person")] == pytest.approx(np.mean(first))
    change = table[table["reference"] == 0]["variance"]
    people = drawn().pivot_table(index="person", columns="wave", values="y").notna()
    both = arm.set_axis(people.index)[people[0] & people[1]]
    step = np.array([-1.0, 1.0])
    expected = [step @ fit.covariance.loc[a].iloc[:2, :2].to_numpy() @ step for a in both]
    assert change.loc[(1, "person")] == pytest.approx(np.mean(expected))


def test_robust_errors_and_level_estimates_match_matrices_written_out():
    fit = fitted(random="(1 + wave | group)", df_method="satterthwaite")
    x, z, g, r = dense.parts(fit)
    v = z @ g @ z.T + r
    m = np.linalg.inv(x.T @ np.linalg.solve(v, x))
    middle = np.zeros_like(m)
    for group in fit.data["group"].unique():
        rows = np.flatnonzero(fit.data["group"] == group)
        own = v[np.ix_(rows, rows)]
        upper = np.linalg.cholesky(own).T
        values, vectors = np.linalg.eigh(upper @ (own - x[rows] @ m @ x[rows].T) @ upper.T)
        root = vectors / np.sqrt(values) @ vectors.T
        score = m @ x[rows].T @ np.linalg.solve(own, upper.T @ root @ upper @ fit._residual[rows])
        middle += np.outer(score, score)
    table = fit.robust("group")
    np.testing.assert_allclose(table["std_error"], np.sqrt(np.diag(middle)), rtol=1e-7)
    estimates = fit.level_estimates("group", fixed=[0, 1, 0, 0], random=[0, 1])
    at = dense.place(fit, "group")
    reach = z @ g[:, at[0, 1]]
    modes = reach @ np.linalg.solve(v, fit._residual)
    wave = fit.coefficients["estimate"].iloc[1]
    assert estimates["estimate"].iloc[0] == pytest.approx(wave + modes, rel=1e-8)
    c = np.array([0.0, 1.0, 0.0, 0.0])
    left = c - x.T @ np.linalg.solve(v, reach)
    error = g[at[0, 1], at[0, 1]] - reach @ np.linalg.solve(v, reach) + left @ m @ left
    assert estimates["std_error"].iloc[0] == pytest.approx(error**0.5, rel=1e-8)
    assert (estimates["df"] > 1).all()


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("random", [None, "(1 | group)", "(1 | facilitator)"])
def test_every_df_method_gives_errors_and_df(method, random):
    plain = fitted(random=random).coefficients
    table = fitted(random=random, df_method=method).coefficients
    assert table["df"].between(1, len(drawn())).all()
    ratio = table["std_error"] / plain["std_error"]
    assert ratio.between(1.0 - 1e-9 if method == "satterthwaite" else 0.99, 1.3).all()


def test_refusals_name_the_people():
    data = drawn()
    moved = data.assign(
        arm=data["arm"].mask(data.index == data.index[data["person"] == 12][-1], "b")
    )
    with pytest.raises(
        StatisticsError, match=r"1 of 48 people belong .* 'arm': '12' in 'a' and 'b'"
    ):
        fit_repeated("y ~ wave", moved, **PEOPLE, covariance_by="arm")
    with pytest.raises(StatisticsError, match="no column 'amr'; did you mean 'arm'"):
        fit_repeated("y ~ wave", data, **PEOPLE, covariance_by="amr")


def test_people_without_a_group_are_left_out_and_counted():
    data = drawn()
    fit = fit_repeated(
        "y ~ wave",
        data.assign(arm=data["arm"].mask(data["person"] == 5)),
        **PEOPLE,
        covariance_by="arm",
        df_method="z",
    )
    assert fit.n_excluded == (data["person"] == 5).sum()
