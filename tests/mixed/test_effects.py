"""Random effects and level estimates against lme4 and against matrices written out."""

import numpy as np
import pandas as pd
import pytest
from scipy.linalg import block_diag

from peereval.errors import StatisticsError
from peereval.mixed import fit_mixed, fit_repeated
from peereval.mixed.fitted.level_estimates import prediction_error

from . import dense
from .references import inference, neutral, rows_of

CASES = inference("random_effects")


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["id"])
def test_modes_and_their_sds_match_lme4(case):
    fit = fit_mixed(case["formula"], rows_of(case), df_method="z")
    groups, terms = np.array(case["group"]), [neutral(t) for t in case["term"]]
    for group in dict.fromkeys(case["group"]):
        mine = fit.random_effect_table(group)
        found = {(str(lv), neutral(t)): i for i, (lv, t) in enumerate(mine.iloc[:, :2].values)}
        own = np.flatnonzero(groups == group)
        assert len(own) == len(mine)
        at = [found[case["level"][i], terms[i]] for i in own]
        estimate, sd = (np.array(case[k])[own] for k in ("estimate", "std_error"))
        # Where a variance is nearly nothing, so are its effects; the SD of the rows is the scale.
        scale = max(np.abs(estimate).max(), sd.max(), 1e-2 * fit.residual_sd)
        assert np.abs(mine["estimate"].to_numpy()[at] - estimate).max() < 2e-5 * scale
        assert np.abs(mine["std_error"].to_numpy()[at] - sd).max() < 2e-5 * scale
        reach = 1.959963984540054 * mine["std_error"]
        np.testing.assert_allclose(mine["conf_high"] - mine["estimate"], reach, rtol=1e-9)


def peer_groups():
    """Every second person: small enough for matrices of all rows."""
    data = rows_of({"data": "peer_groups"})
    return data[data["participant"].str[1:].astype(int) % 2 == 1]


def fitted(kind, method="kenward-roger"):
    data = peer_groups()
    if kind == "nested":
        return fit_mixed(
            "score ~ C(wave) + age + (1 + wave | region) + (1 | group) + (1 | participant)",
            data,
            df_method=method,
        )
    if kind == "slopes":
        return fit_mixed(
            "score ~ wave + region + (1 + wave | group) + (1 | participant)", data, df_method=method
        )
    return fit_repeated(
        "score ~ C(wave) + region",
        data.sample(frac=1, random_state=4),
        participant="participant",
        wave="wave",
        random="(1 + wave | group)",
        df_method=method,
    )


KINDS = ("nested", "slopes", "repeated")


@pytest.mark.parametrize("kind", KINDS)
def test_random_effects_match_matrices_written_out(kind):
    fit = fitted(kind, "z")
    _, z, g, r = dense.parts(fit)
    v_inverse = np.linalg.inv(z @ g @ z.T + r)
    modes = g @ z.T @ v_inverse @ fit._residual
    spread = g - g @ z.T @ v_inverse @ z @ g
    for group, table in fit.random_effects.items():
        at = dense.place(fit, group)
        np.testing.assert_allclose(table.to_numpy(), modes[at], atol=1e-9)
        mine = fit.random_effect_table(group)["std_error"] ** 2
        np.testing.assert_allclose(mine, spread[at.ravel(), at.ravel()], atol=1e-9)


def predictor(fit, c, row, step=None):
    """The best linear unbiased predictor of c'beta + row'b, l'y: l, V and l's prediction error.

    `step` moves the elements of V first.
    """
    x, z, g, _ = dense.parts(fit)
    there = fit.row_covariance if step is None else fit.row_covariance.moved(step)
    units = zip(there.levels, there.psis, strict=True)
    g = block_diag(*(np.kron(np.eye(len(level.labels)), psi) for level, psi in units))
    v = there.dense(np.arange(len(x)))
    inverse = np.linalg.inv(v)
    reach = z @ g @ row
    phi = np.linalg.inv(x.T @ inverse @ x)
    weights = inverse @ (reach + x @ phi @ (c - x.T @ inverse @ reach))
    return weights, v, weights @ v @ weights - 2 * weights @ reach + row @ g @ row


def derivatives(fit, c, row):
    """Of the weights and of the prediction error, by the elements of V."""
    h = 1e-4 * np.sqrt(np.diag(fit._spread))
    both = [
        [predictor(fit, c, row, sign * step) for sign in (1, -1)] for step in np.diag(h)
    ]  # fmt: skip
    pulls = [(up[0] - down[0]) / (2 * by) for (up, down), by in zip(both, h, strict=True)]
    slopes = [(up[2] - down[2]) / (2 * by) for (up, down), by in zip(both, h, strict=True)]
    return np.array(pulls), np.array(slopes)


@pytest.mark.parametrize("method", ["kenward-roger", "satterthwaite", "z"])
@pytest.mark.parametrize("kind", KINDS)
def test_level_estimates_match_predictors_written_out(kind, method):
    fit = fitted(kind, method)
    group = "region" if kind == "nested" else "group"
    c = np.zeros(len(fit.coefficients))
    c[:3] = 0.3, 1.0, -0.5
    random = np.array([0.2, 1.0])
    table = fit.level_estimates(group, fixed=c, random=random)
    at = dense.place(fit, group)
    y = fit.fixed.basis @ fit.fixed.triangle @ fit._beta + fit._residual
    for unit in (0, len(table) - 1):
        row = np.zeros(dense.parts(fit)[1].shape[1])
        row[at[unit]] = random
        weights, v, error = predictor(fit, c, row)
        assert table["estimate"].iloc[unit] == pytest.approx(weights @ y, rel=1e-8)
        if method == "z":
            assert table["std_error"].iloc[unit] == pytest.approx(error**0.5, rel=1e-8)
            assert np.isinf(table["df"]).all()
            continue
        pulls, slopes = derivatives(fit, c, row)
        df = 2 * error**2 / (slopes @ fit._spread @ slopes)
        df = max(df, fit.contrast(c[None])["df"].iloc[0])
        assert table["df"].iloc[unit] == pytest.approx(df, rel=1e-4)
        if method == "kenward-roger":
            # Kackar & Harville's addition, twice (Harville & Jeske 1992); that of the
            # coefficients alone as the fit makes it.
            alone = derivatives(fit, c, np.zeros_like(row))[0]
            for by, sign in ((pulls, 1), (alone, -1)):
                error += sign * 2 * np.einsum("ij,ia,ab,jb->", fit._spread, by, v, by)
            in_basis = np.linalg.solve(fit.fixed.triangle.T, c)
            error += in_basis @ (fit._inference.covariance - fit._inference.plain) @ in_basis
        assert table["std_error"].iloc[unit] == pytest.approx(error**0.5, rel=1e-5)


@pytest.mark.parametrize("method", ["kenward-roger", "satterthwaite", "z"])
@pytest.mark.parametrize("kind", KINDS)
def test_without_random_effects_they_are_the_contrast(kind, method):
    fit = fitted(kind, method)
    c = np.zeros(len(fit.coefficients))
    c[1] = 1.0
    nothing = np.zeros(fit.random_effects["group"].shape[1])
    alone = fit.level_estimates("group", fixed=c, random=nothing)
    expected = fit.contrast(c[None])
    for column in expected:
        np.testing.assert_allclose(alone[column], expected[column].iloc[0], rtol=1e-5)


@pytest.mark.parametrize("scale", [1e2, 1e4])
def test_df_scale_with_how_well_the_waves_are_known(scale):
    # However badly their covariance is known, no step of the differences leaves it: at the second
    # scale that of a thousandth of an error would turn it into none.
    fit = fitted("repeated", "kenward-roger-linear")
    spread = fit._spread.copy()
    spread[:3] = spread[:, :3] = 0.0
    nothing, change = np.zeros(len(fit.coefficients)), np.array([0.0, 1.0])

    def df(spread):
        rest = fit.fixed.basis, fit._inference, spread, 0, nothing, change
        return prediction_error(fit.row_covariance, *rest)[1]

    np.testing.assert_allclose(df(scale**2 * spread), df(spread) / scale**2, rtol=1e-5)


def test_a_level_with_all_rows_of_its_own_is_not_shrunken():
    rng = np.random.default_rng(1)
    region = np.repeat(np.arange(8), 400)
    y = rng.normal(0, 3, 8)[region] + rng.normal(0, 1, len(region))
    data = pd.DataFrame({"region": region, "y": y})
    fit = fit_mixed("y ~ 1 + (1 | region)", data)
    table = fit.level_estimates("region", fixed=[1.0], random=[1.0])
    np.testing.assert_allclose(table["estimate"], data.groupby("region")["y"].mean(), atol=0.01)
    np.testing.assert_allclose(table["std_error"], fit.residual_sd / 20, rtol=0.01)


def test_refusals_name_what_was_expected():
    fit = fitted("slopes", "z")
    with pytest.raises(StatisticsError, match="did you mean 'group'"):
        fit.level_estimates("groups", fixed=np.zeros(7), random=[0, 1])
    with pytest.raises(StatisticsError, match="one number for each of 7 coefficients"):
        fit.level_estimates("group", fixed=[1.0], random=[0, 1])
    with pytest.raises(StatisticsError, match="each of 2 random effects of 'group'"):
        fit.level_estimates("group", fixed=np.zeros(7), random=[1])


def test_a_model_without_random_effects_has_none():
    fit = fit_repeated("score ~ C(wave)", peer_groups(), participant="participant", wave="wave")
    assert fit.random_effects == {}
    with pytest.raises(StatisticsError, match="no random effects"):
        fit.random_effect_table("group")
