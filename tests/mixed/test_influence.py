"""Leaving out one region or group at a time equals fitting again without its rows."""

import numpy as np
import pandas as pd
import pytest

from peereval.errors import StatisticsError
from peereval.mixed import fit_mixed, fit_repeated

from .references import rows_of

PEOPLE = {"participant": "participant", "wave": "wave"}


def peer_groups():
    return rows_of({"data": "peer_groups"})


MIXED = [
    ("score ~ wave + age + (1 | participant)", "region"),
    ("score ~ wave + (1 + wave | group) + (1 | participant)", "group"),
    ("score ~ wave + (1 + wave | group) + (1 | participant)", "region"),
    ("score ~ wave + (1 | region) + (1 | group) + (1 | participant)", "group"),
    ("score ~ wave + (1 | region) + (1 | group) + (1 | participant)", "region"),
    ("score ~ wave + (1 + wave | participant)", "region"),
]


@pytest.mark.parametrize(("formula", "by"), MIXED)
def test_mixed_model_without_a_unit(formula, by):
    data = peer_groups()
    found = fit_mixed(formula, data).influence(by)
    units = sorted(data[by].unique())
    assert found.index.tolist() == units
    for unit in units[:6]:
        without = data[data[by] != unit]
        again = fit_mixed(formula, without).coefficients
        scale = again["std_error"].to_numpy()
        moved = found.loc[unit, again.index] - again["estimate"]
        assert (np.abs(moved) / scale).max() < 1e-5
        assert found.loc[unit, "n_left_out"] == len(data) - len(without)


@pytest.mark.parametrize(
    ("random", "by"),
    [
        (None, "region"),
        (None, "group"),
        ("(1 + wave | group)", "group"),
        ("(1 | region)", "region"),
    ],
)
def test_repeated_model_without_a_unit(random, by):
    data = peer_groups()
    formula = "score ~ C(wave) + age"
    found = fit_repeated(formula, data, **PEOPLE, random=random).influence(by)
    for unit in sorted(data[by].unique())[:5]:
        again = fit_repeated(formula, data[data[by] != unit], **PEOPLE, random=random)
        moved = found.loc[unit, again.coefficients.index] - again.coefficients["estimate"]
        assert (np.abs(moved) / again.coefficients["std_error"]).max() < 1e-5


def test_what_the_others_cannot_tell_is_not_there():
    data = peer_groups()
    fit = fit_repeated("score ~ C(wave) * C(region)", data, **PEOPLE, random="(1 | group)")
    found = fit.influence("region")
    gone = found.loc["R03"].drop(["n_left_out", "cooks_distance"])
    own = gone.index.str.contains("R03")
    assert gone[own].isna().all()
    assert gone[~own].notna().all()
    assert np.isfinite(found.loc["R03", "cooks_distance"])
    again = fit_repeated(
        "score ~ C(wave) * C(region)", data[data["region"] != "R03"], **PEOPLE, random="(1 | group)"
    )
    estimates = again.coefficients["estimate"]
    assert np.abs(gone[estimates.index] - estimates).max() < 1e-4
    # Without the first region nothing can be told from it any more.
    assert found.loc["R01"].drop(["n_left_out", "cooks_distance"]).isna().all()


def test_cooks_distance_by_its_formula():
    data = peer_groups()
    fit = fit_mixed("score ~ wave + age + (1 | group) + (1 | participant)", data)
    found = fit.influence("group")
    names = list(fit.coefficients.index)
    move = (found[names] - fit.coefficients["estimate"]).to_numpy()
    back = np.linalg.inv(fit.fixed.triangle)
    spread = back @ fit._inference.covariance @ back.T
    expected = np.einsum("ua,ab,ub->u", move, np.linalg.inv(spread), move) / len(names)
    np.testing.assert_allclose(found["cooks_distance"], expected, rtol=1e-6)
    assert found["cooks_distance"].gt(0).all()


def test_more_units_than_are_done_at_once():
    rng = np.random.default_rng(1)
    group = np.repeat(np.arange(60), 6)
    data = pd.DataFrame({"g": group, "x": rng.normal(size=360)})
    data["y"] = data["x"] + rng.normal(size=60)[group] + rng.normal(size=360)
    found = fit_mixed("y ~ x + (1 | g)", data).influence("g")
    for unit in (0, 55, 59):
        again = fit_mixed("y ~ x + (1 | g)", data[data["g"] != unit]).coefficients["estimate"]
        np.testing.assert_allclose(found.loc[unit, ["Intercept", "x"]], again, atol=1e-7)


def test_refusals_say_why():
    data = peer_groups().assign(one=1)
    fit = fit_mixed("score ~ wave + (1 | group) + (1 | participant)", data)
    for by, text in (
        ("regoin", "did you mean 'region'"),
        ("one", "one level"),
        ("participant", "levels of 'group' lie in several"),
        ("wave", "lie in several"),
    ):
        with pytest.raises(StatisticsError, match=text):
            fit.influence(by)
    data["rater"] = np.random.default_rng(0).integers(0, 5, len(data))
    crossed = fit_mixed("score ~ wave + (1 | rater) + (1 | participant)", data)
    with pytest.raises(StatisticsError, match="Grouping factors cross"):
        crossed.influence("region")
