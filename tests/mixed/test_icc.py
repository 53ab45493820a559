"""Shares of variance by level against the variance components they are made of."""

import numpy as np
import pytest

from peereval.errors import StatisticsError
from peereval.mixed import fit_mixed, fit_repeated

from .references import rows_of


def peer_groups():
    return rows_of({"data": "peer_groups"})


def test_intercepts_alone_are_shares_of_the_variance_components():
    fit = fit_mixed("score ~ C(wave) + (1 | group) + (1 | participant)", peer_groups())
    variances = fit.variance_components.set_index("group")["covariance"]
    table = fit.icc()
    assert table["at"].tolist() == table["reference"].tolist() == [None] * 3
    assert table["group"].tolist() == ["participant", "group", "Residual"]
    np.testing.assert_allclose(table["variance"], variances[table["group"]], rtol=1e-12)
    np.testing.assert_allclose(table["icc"], table["variance"] / variances.sum(), rtol=1e-12)


def test_slopes_are_averaged_over_rows_as_in_johnson():
    data = rows_of({"data": "sleepstudy"})
    fit = fit_mixed("Reaction ~ Days + (Days | Subject)", data)
    psi = fit._psis[0]
    z = np.column_stack([np.ones(len(data)), data["Days"]])
    # Johnson (2014): the trace of Z Psi Z' over n.
    mean = np.trace(z @ psi @ z.T) / len(data)
    table = fit.icc().set_index("group")
    assert table.loc["Subject", "variance"] == pytest.approx(mean, rel=1e-12)
    assert table.loc["Subject", "icc"] == pytest.approx(mean / (mean + fit.residual_sd**2))
    at = fit.icc(by="Days")
    day = at[(at["at"] == 3) & at["reference"].isna()].set_index("group")
    assert day.loc["Subject", "variance"] == pytest.approx(np.array([1, 3]) @ psi @ [1, 3])
    change = at[(at["at"] == 9) & (at["reference"] == 2)].set_index("group")
    assert change.loc["Subject", "variance"] == pytest.approx(49 * psi[1, 1])
    assert change.loc["Residual", "variance"] == pytest.approx(2 * fit.residual_sd**2)


def test_an_intercept_cancels_out_of_a_change():
    fit = fit_mixed("score ~ C(wave) + (1 + wave | group) + (1 | participant)", peer_groups())
    table = fit.icc(by="wave")
    change = table[(table["at"] == 2) & (table["reference"] == 0)].set_index("group")
    assert change.loc["participant", "variance"] == 0.0
    assert change.loc["group", "variance"] == pytest.approx(4 * fit._psis[1][1, 1])
    np.testing.assert_allclose(table.groupby(["at", "reference"], dropna=False)["icc"].sum(), 1.0)


def test_waves_of_a_person_and_groups_above():
    data = peer_groups()
    fit = fit_repeated(
        "score ~ C(wave)",
        data,
        participant="participant",
        wave="wave",
        random="(1 + wave | group)",
        df_method="z",
    )
    table = fit.icc()
    assert len(table) == 2 * 6
    within, psi = fit.covariance.to_numpy(), fit._psis[0]
    score = table[(table["at"] == 1) & table["reference"].isna()].set_index("group")
    assert score.loc["participant", "variance"] == pytest.approx(within[1, 1])
    assert score.loc["group", "variance"] == pytest.approx(psi.sum())
    change = table[(table["at"] == 2) & (table["reference"] == 1)].set_index("group")
    own = within[2, 2] + within[1, 1] - 2 * within[1, 2]
    assert change.loc["participant", "variance"] == pytest.approx(own)
    assert change.loc["group", "icc"] == pytest.approx(psi[1, 1] / (psi[1, 1] + own))


def test_compound_symmetry_has_the_shares_of_the_nested_model():
    data = peer_groups()
    options = {"participant": "participant", "wave": "wave", "covariance": "cs", "df_method": "z"}
    waves = fit_repeated("score ~ C(wave)", data, random="(1 | group)", **options).icc()
    nested = fit_mixed("score ~ C(wave) + (1 | group) + (1 | participant)", data).icc(by="wave")

    def share(table, reference):
        own = table[(table["at"] == 1) & (table["reference"].isna() == (reference is None))]
        return own[own["group"] == "group"]["icc"].iloc[0]

    for reference in (None, 0):
        known = share(nested, reference)
        assert share(waves, reference) == pytest.approx(known, rel=1e-5, abs=1e-12)


def test_refuses_a_column_that_is_not_there():
    fit = fit_mixed("score ~ wave + (1 | participant)", peer_groups())
    with pytest.raises(StatisticsError, match="did you mean 'wave'"):
        fit.icc(by="waves")
