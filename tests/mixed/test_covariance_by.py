"""A covariance over the waves for each group of people."""

import numpy as np
import pytest

from peereval.errors import StatisticsError
from peereval.mixed import fit_repeated

from . import dense
from .references import cases, frame, rows_of

PEOPLE = {"participant": "participant", "wave": "wave"}
SHARED = 1e-4  # glmmTMB alone stands behind these, and stops earlier


def fitted(case, **options):
    args = dict(case["args"])
    return fit_repeated(args.pop("formula"), frame(case), **args, **options)


@pytest.mark.parametrize("case", cases("grouped_covariance"), ids=lambda c: c["id"])
def test_fit_matches_r(case):
    expected, fit = case["expected"], fitted(case, df_method="z")
    reach = SHARED if case["id"].startswith("shared") else 1e-6
    assert fit.log_likelihood == pytest.approx(expected["loglik"], abs=reach)
    largest = max(np.abs(v).max() for v in map(np.array, expected["covariance"].values()))
    for group, known in expected["covariance"].items():
        own = fit.covariance.loc[group].to_numpy()
        assert np.abs(own - np.array(known)).max() < 10 * np.sqrt(reach) * 1e-1 * largest


def test_with_effects_of_their_own_groups_are_fits_of_their_own():
    data = rows_of({"data": "peer_groups"})
    data["arm"] = np.where(data["region"] < "R04", "a", "b")
    whole = fit_repeated(
        "score ~ C(wave) * arm", data, **PEOPLE, covariance_by="arm", reml=False, df_method="z"
    )
    parts = [
        fit_repeated("score ~ C(wave)", own, **PEOPLE, reml=False, df_method="z")
        for _, own in data.groupby("arm")
    ]
    likelihood = sum(part.log_likelihood for part in parts)
    assert whole.log_likelihood == pytest.approx(likelihood, abs=1e-8)
    for label, part in zip("ab", parts, strict=True):
        np.testing.assert_allclose(whole.covariance.loc[label], part.covariance, rtol=1e-6)
    second = whole.coefficients["estimate"].iloc[:3].to_numpy()
    np.testing.assert_allclose(second[0], parts[0].coefficients["estimate"].iloc[0], rtol=1e-9)
    assert whole.n_parameters == sum(part.n_parameters for part in parts)


@pytest.mark.parametrize("method", ["kenward-roger", "kenward-roger-linear", "satterthwaite"])
def test_each_groups_inference_is_that_of_its_own_fit(method):
    data = rows_of({"data": "peer_groups"})
    data["arm"] = np.where(data["region"] < "R04", "a", "b")
    options = {**PEOPLE, "df_method": method}
    whole = fit_repeated("score ~ C(wave) * arm", data, covariance_by="arm", **options)
    own = fit_repeated("score ~ C(wave)", data[data["arm"] == "a"], **options)
    for column in ("estimate", "std_error", "df"):
        known = own.coefficients[column]
        np.testing.assert_allclose(whole.coefficients.loc[known.index, column], known, rtol=1e-5)


def test_with_groups_of_people_and_random_effects_written_out():
    data = rows_of({"data": "two_regions"})
    fit = fit_repeated(
        "score ~ C(wave) * region", data, **PEOPLE, random="(1 | group)", covariance_by="region"
    )
    x, z, g, r = dense.parts(fit)
    v = z @ g @ z.T + r
    gram = x.T @ np.linalg.solve(v, x)
    np.testing.assert_allclose(
        np.linalg.solve(gram, x.T @ np.linalg.solve(v, data["score"])),
        fit.coefficients["estimate"],
        rtol=1e-7,
    )
    rows = np.arange(len(data))
    np.testing.assert_allclose(fit.row_covariance.dense(rows), v, atol=1e-9)
    block = np.random.default_rng(0).normal(size=(len(data), 2))
    np.testing.assert_allclose(fit.row_covariance.times(rows, block), v @ block, atol=1e-9)
    modes = g @ z.T @ np.linalg.solve(v, data["score"] - x @ fit.coefficients["estimate"])
    np.testing.assert_allclose(fit.random_effects["group"].to_numpy().ravel(), modes, atol=1e-6)
    shares = fit.icc()
    person = shares[(shares["group"] == "participant") & (shares["at"] == 0)]["variance"].iloc[0]
    at_first = data["wave"].to_numpy() == 0
    assert person == pytest.approx(np.diag(r)[at_first].mean())
    assert fit.robust().notna().all().all()
    assert np.isfinite(fit.residuals.standardised_marginal).all()


def test_profiles_of_every_group():
    data = rows_of({"data": "two_regions"})
    fit = fit_repeated("score ~ C(wave) * region", data, **PEOPLE, covariance_by="region")
    table = fit.profile_intervals()
    assert table["group"].unique().tolist() == ["participant (R01)", "participant (R02)"]
    assert (table["conf_low"] < table["estimate"]).all()
    assert (table["estimate"] < table["conf_high"]).all()
    own = fit_repeated("score ~ C(wave)", data[data["region"] == "R02"], **PEOPLE)
    known = own.profile_intervals()[["estimate", "conf_low", "conf_high"]]
    np.testing.assert_allclose(table.iloc[3:][known.columns], known, rtol=1e-5)


def test_a_person_of_two_groups_is_named():
    data = rows_of({"data": "two_regions"})
    moved = data.index[data["participant"] == "P0003"][-1]
    data.loc[moved, "region"] = "R02" if data.loc[moved, "region"] == "R01" else "R01"
    with pytest.raises(StatisticsError, match=r"1 of .* people .* 'P0003' in 'R01' and 'R02'"):
        fit_repeated("score ~ C(wave)", data, **PEOPLE, covariance_by="region")
    with pytest.raises(StatisticsError, match="no column 'arm'"):
        fit_repeated("score ~ C(wave)", data, **PEOPLE, covariance_by="arm")
