"""A fit beside what lme4, lmerTest and pbkrtest found."""

from __future__ import annotations

import numpy as np
import pytest

from .references import neutral

# Ten times the largest difference between the reference and a second computation elsewhere.
ESTIMATE, SE, DF, VARIANCE, LOGLIK = 1e-6, 3e-6, 2e-5, 1e-5, 1e-7


def assert_coefficients(table, expected, known):
    """Estimates, standard errors, df and p of one df method; gives the rows compared."""
    table = table.set_axis([neutral(t) for t in table.index], axis=0).loc[expected["terms"]]
    se = np.array(known.get("se", expected["se"]))
    assert np.abs(table["estimate"] - expected["estimate"]).max() < ESTIMATE * se.max()
    np.testing.assert_allclose(table["std_error"], se, rtol=SE)
    np.testing.assert_allclose(table["df"], known["df"], rtol=DF)
    np.testing.assert_allclose(table["p_value"], known["p"], rtol=5e-3)
    return table


def assert_likelihood_and_variances(fit, expected):
    """Likelihood, residual SD, rows, singularity and every variance and covariance."""
    assert fit.log_likelihood == pytest.approx(expected["loglik"], abs=LOGLIK)
    assert fit.residual_sd == pytest.approx(expected["sigma"], rel=1e-6)
    assert fit.n == expected["n"]
    assert fit.singular is expected["singular"]
    assert bool(fit.notes) is expected["singular"]
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


def assert_random_effects(fit, expected):
    """Conditional modes of the levels that the reference lists."""
    for group, known in expected["ranef"].items():
        mine = fit.random_effects[group]
        mine = mine.set_axis(mine.index.map(str), axis=0)
        names = [known["names"]] if isinstance(known["names"], str) else known["names"]
        for name, effects in zip(names, known["effects"], strict=True):
            column = mine[next(c for c in mine if neutral(c) == neutral(name))]
            scale = max(np.abs(effects).max(), expected["sigma"])
            assert np.abs(column[known["levels"]] - effects).max() < VARIANCE * scale
