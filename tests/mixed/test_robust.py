"""Cluster-robust standard errors against clubSandwich, and what must hold of any."""

import numpy as np
import pandas as pd
import pytest
from scipy.linalg import sqrtm

from peereval.errors import StatisticsError
from peereval.mixed import fit_mixed, fit_repeated
from peereval.mixed.fitted import robust

from . import dense
from .references import inference, neutral, rows_of

MIXED = inference("robust")
# Regions with coefficients of their own, clustered by region; see below.
OWN = {"nested_by_region", "group_slopes_by_region"}


def same(table, case, rtol):
    table = table.set_axis([neutral(t) for t in table.index], axis=0)
    table = table.loc[[neutral(t.replace("wavef", "wave")) for t in names(case)]]
    np.testing.assert_allclose(table["std_error"], case["std_error"], rtol=rtol)
    np.testing.assert_allclose(table["df"], case["df"], rtol=10 * rtol)
    np.testing.assert_allclose(table["p_value"], case["p_value"], rtol=1e3 * rtol)


def names(case):
    """R's names of coefficients in formulaic's notation."""
    found = []
    for term in case["term"]:
        parts = term.split(":")
        for i, part in enumerate(parts):
            for factor in ("wavef", "region", "month", "treatment"):
                if part.startswith(factor) and part != factor:
                    parts[i] = f"{factor}[T.{part.removeprefix(factor)}]"
        found.append(":".join(parts))
    return found


@pytest.mark.parametrize("case", [c for c in MIXED if c["id"] not in OWN], ids=lambda c: c["id"])
def test_mixed_models_match_clubsandwich(case):
    fit = fit_mixed(case["formula"], rows_of(case), df_method="z")
    same(fit.robust(case["cluster"]), case, 1e-6)


@pytest.mark.parametrize("case", inference("robust_repeated"), ids=lambda c: c["id"])
def test_repeated_models_match_clubsandwich(case):
    fit = fit_repeated(
        case["formula"], rows_of(case), participant="participant", wave=case["wave"], df_method="z"
    )
    assert fit.log_likelihood == pytest.approx(case["loglik"], abs=1e-6)
    # nlme's optimiser stops where the correlations are right to some six digits; that the sums
    # are right is seen below, at our own estimates.
    same(fit.robust(case["cluster"]), case, 5e-6)


def fits():
    data = rows_of({"data": "peer_groups"})
    yield "group", fit_mixed("score ~ wave + age + (1 + wave | group) + (1 | participant)", data)
    yield "region", fit_mixed("score ~ wave + age + (1 | region) + (1 | participant)", data)
    yield (
        "group",
        fit_repeated(
            "score ~ C(wave) + age",
            data.sample(frac=1, random_state=3),
            participant="participant",
            wave="wave",
            random="(1 + wave | group)",
        ),
    )


@pytest.mark.parametrize(("cluster", "fit"), list(fits()), ids=["slopes", "nested", "repeated"])
def test_sums_match_matrices_written_out(cluster, fit):
    x, z, g, r = dense.parts(fit)
    v = z @ g @ z.T + r
    inverse = np.linalg.inv(v)
    m = np.linalg.inv(x.T @ inverse @ x)
    hat = np.eye(len(x)) - x @ m @ x.T @ inverse
    codes = pd.factorize(fit.data[cluster])[0]
    middle, pulls = 0.0, []
    for j in range(codes.max() + 1):
        own = np.flatnonzero(codes == j)
        root = np.linalg.cholesky(v[np.ix_(own, own)]).T
        left = root @ (v[np.ix_(own, own)] - x[own] @ m @ x[own].T) @ root.T
        a = root.T @ np.linalg.inv(sqrtm(left).real) @ root
        turned = a @ inverse[np.ix_(own, own)] @ x[own] @ m
        score = turned.T @ fit._residual[own]
        middle = middle + np.outer(score, score)
        pulls.append(hat[own].T @ turned)
    table = fit.robust(cluster)
    np.testing.assert_allclose(table["std_error"], np.sqrt(np.diag(middle)), rtol=1e-8)
    for k, df in enumerate(table["df"]):
        pull = np.column_stack([p[:, k] for p in pulls])
        products = pull.T @ v @ pull
        assert df == pytest.approx(np.trace(products) ** 2 / (products**2).sum(), rel=1e-8)


@pytest.mark.parametrize(("cluster", "fit"), list(fits()), ids=["slopes", "nested", "repeated"])
def test_a_large_cluster_gives_the_same_in_its_small_space(cluster, fit, monkeypatch):
    there = fit.robust(cluster)
    monkeypatch.setattr(robust, "LARGE", 8)
    pd.testing.assert_frame_equal(fit.robust(cluster), there, rtol=1e-8)
    monkeypatch.setattr(robust, "WIDEST", 2)
    with pytest.raises(StatisticsError, match="more than 2 dimensions"):
        fit.robust(cluster)


def test_the_estimator_is_unbiased_under_the_model():
    _, fit = next(fits())
    codes = pd.factorize(fit.data["group"])[0]
    found = robust.robust_inference(fit.row_covariance, fit.fixed.basis, fit._residual, codes)
    used = np.einsum("jab,bc,jdc->ad", found.weights, found.model_based, found.weights)
    expected = found.model_based @ (found.spreads.sum(axis=0) - used) @ found.model_based
    np.testing.assert_allclose(expected, found.model_based, rtol=1e-8)


def test_contrasts_follow_from_coefficients():
    _, fit = next(fits())
    rows = np.array([[0.0, 1.0, 0.0], [1.0, 2.0, 40.0]])
    table = fit.robust(contrasts=rows)
    pd.testing.assert_series_equal(
        table.iloc[0], fit.robust().loc["wave"], check_names=False, rtol=1e-9
    )
    np.testing.assert_allclose(table["estimate"], rows @ fit.coefficients["estimate"])


def test_two_complete_waves_by_person_are_the_paired_t_test():
    rng = np.random.default_rng(5)
    level = rng.normal(0, 2, 25)
    scores = level + np.array([[0.0], [1.0]]) + rng.normal(0, [[1.0], [3.0]], (2, 25))
    data = pd.DataFrame(
        {"p": np.tile(np.arange(25), 2), "w": np.repeat([0, 1], 25), "y": scores.ravel()}
    )
    row = fit_mixed("y ~ w + (1 | p)", data).robust().loc["w"]
    change = scores[1] - scores[0]
    assert row["std_error"] == pytest.approx(change.std(ddof=1) / 5, rel=1e-7)
    assert row["df"] == pytest.approx(24, rel=1e-7)


def test_what_a_cluster_has_to_itself_has_no_robust_standard_error():
    data = rows_of({"data": "peer_groups"})
    fit = fit_mixed("score ~ C(wave) * region + age + (1 | participant)", data, df_method="z")
    with pytest.warns(robust.NotRobustWarning, match=r"C\(wave\)\[T.1\], .* clusters of 'region'"):
        table = fit.robust("region")
    assert table.drop(index="age")[["std_error", "df", "p_value"]].isna().all().all()
    assert table["estimate"].notna().all()
    assert 0.5 < table.loc["age", "std_error"] / fit.coefficients.loc["age", "std_error"] < 2
    # Within regions there are groups enough.
    assert fit.robust("group")["std_error"].notna().all()


def test_refusals_name_the_units():
    _, fit = next(fits())
    with pytest.raises(StatisticsError, match="did you mean 'region'"):
        fit.robust("regoin")
    with pytest.raises(StatisticsError, match="'participant' lie in several clusters of 'wave'"):
        fit.robust("wave")
    with pytest.raises(StatisticsError, match="24 of 24 levels of 'group' lie in several"):
        fit.robust("participant")
    alone = fit_mixed("score ~ wave + (1 | participant)", fit.data.assign(one="a"))
    with pytest.raises(StatisticsError, match="'one' has one level"):
        alone.robust("one")
    late = fit.data["group"].mask(np.arange(len(fit.data)) < 5)
    some = fit_mixed("score ~ wave + (1 | participant)", fit.data.assign(late=late))
    with pytest.raises(StatisticsError, match="'late' is missing in 5 rows"):
        some.robust("late")
