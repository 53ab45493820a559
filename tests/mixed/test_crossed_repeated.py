"""Crossed random effects beside a covariance over the waves: people meet several facilitators."""

import numpy as np
import pytest

from peereval.errors import StatisticsError
from peereval.mixed import fit_mixed, fit_repeated
from peereval.mixed.terms import levels
from peereval.mixed.terms.levels import TooManyCrossedLevelsError

from . import dense
from .draws import study

PEOPLE = {"participant": "person", "wave": "wave"}
BARS = {
    "one": "(1 | facilitator)",
    "slope": "(1 + age | facilitator)",
    "beside groups": "(1 | facilitator) + (1 | group)",
    "beside regions": "(1 + wave || region) + (1 | facilitator)",
}


def fitted(random, *, covariance="csh", method="z", reml=True, data=None):
    return fit_repeated(
        "y ~ C(wave) + age",
        study(11) if data is None else data,
        **PEOPLE,
        covariance=covariance,
        random=random,
        reml=reml,
        df_method=method,
    )


@pytest.mark.parametrize("bars", BARS)
@pytest.mark.parametrize(("covariance", "reml"), [("us", True), ("ar1", False)])
def test_a_fit_is_that_of_matrices_written_out(bars, covariance, reml):
    fit = fitted(BARS[bars], covariance=covariance, reml=reml, data=study(12, people=6))
    x, z, g, r = dense.parts(fit)
    v = z @ g @ z.T + r
    y = dense.outcome(fit)
    known = dense.deviance(x, y, v, reml=reml)
    assert -2 * fit.log_likelihood == pytest.approx(known, abs=1e-8)
    phi = np.linalg.inv(x.T @ np.linalg.solve(v, x))
    np.testing.assert_allclose(
        fit.coefficients["estimate"], phi @ x.T @ np.linalg.solve(v, y), rtol=1e-8
    )
    np.testing.assert_allclose(fit.coefficients["std_error"], np.sqrt(np.diag(phi)), rtol=1e-8)
    modes = g @ z.T @ np.linalg.solve(v, fit._residual)
    spread = g - g @ z.T @ np.linalg.solve(v, z @ g)
    for group, table in fit.random_effects.items():
        at = dense.place(fit, group)
        np.testing.assert_allclose(table, modes[at], atol=1e-8)
        found = fit.random_effect_table(group)["std_error"] ** 2
        np.testing.assert_allclose(found, spread[at.ravel(), at.ravel()], atol=1e-8)
    np.testing.assert_allclose(fit.residuals.conditional, fit._residual - z @ modes, atol=1e-8)
    # One more likely than its neighbours.
    for scale in (0.9, 1.1):
        assert dense.deviance(x, y, z @ g @ z.T + scale * r, reml=reml) > known


@pytest.mark.parametrize("seed", range(3))
def test_compound_symmetry_is_a_person_intercept(seed):
    data = study(seed, people=6)
    random = "(1 | facilitator)"
    one = fitted(random, covariance="cs", method="kenward-roger-linear", data=data)
    other = fit_mixed(f"y ~ C(wave) + age + {random} + (1 | person)", data)
    assert one.log_likelihood == pytest.approx(other.log_likelihood, abs=1e-8)
    variances = other.variance_components.set_index("group")["covariance"]
    within = variances["person"] + variances["Residual"] * np.eye(3)
    np.testing.assert_allclose(one.covariance, within, rtol=1e-5)
    for column in ("estimate", "std_error", "df"):
        np.testing.assert_allclose(one.coefficients[column], other.coefficients[column], rtol=1e-5)
    ours, theirs = (fit.random_effects["facilitator"] for fit in (one, other))
    np.testing.assert_allclose(ours, theirs, atol=1e-5)
    known = other.icc("wave").set_index(["at", "reference", "group"])["variance"]
    shares = one.icc().set_index(["at", "reference", "group"])["variance"]
    where = (1, 0, "facilitator")
    assert shares[where] == pytest.approx(known[where], rel=1e-5)


def test_a_facilitator_cancels_from_the_change_of_those_who_stayed():
    data = study(13, lost=0.0, people=6)
    fit = fitted("(1 | facilitator)", data=data)
    psi = fit._psis[0].item()
    table = fit.icc().set_index(["at", "reference", "group"])["variance"]
    wide = data.pivot_table(index="person", columns="wave", values="facilitator")
    for at in (1, 2):
        moved = (wide[at] != wide[0]).mean()
        assert 0.5 < moved < 1
        assert table[at, 0, "facilitator"] == pytest.approx(2 * psi * moved)


@pytest.mark.parametrize("method", ["kenward-roger", "kenward-roger-linear", "satterthwaite"])
def test_order_and_names_change_nothing(method):
    data = study(11)
    before = fitted("(1 | facilitator)", method=method)
    moved = data.sample(frac=1, random_state=2).assign(
        person=lambda d: (d["person"] * 7) % 101,
        facilitator=lambda d: "f" + d["facilitator"].map(str),
    )
    after = fitted("(1 | facilitator)", method=method, data=moved)
    for column in ("estimate", "std_error", "df"):
        np.testing.assert_allclose(before.coefficients[column], after.coefficients[column], 1e-5)


def test_too_many_crossed_levels_are_refused(monkeypatch):
    monkeypatch.setattr(levels, "MOST_CROSSED", 9)
    text = (
        r"There are 12 crossed random effects: 10 of 'facilitator', 2 of 'side'\. "
        r"Expected: at most 9, not counting those of 'person'\. To mend it: leave out a factor"
    )
    data = study(11).assign(side=lambda d: (d["facilitator"] + d["person"]) % 2)
    both = "(1 + wave | facilitator) + (1 | side)"
    with pytest.raises(TooManyCrossedLevelsError, match=text):
        fitted(both, data=data)
    with pytest.raises(TooManyCrossedLevelsError, match=text):
        fit_mixed(f"y ~ wave + {both} + (1 | person)", data)
    # Nested factors and the largest one do not count.
    assert fitted("(1 | facilitator)").n == len(data)
    nested = "(1 | person) + (1 | group) + (1 | region)"
    assert fit_mixed(f"y ~ wave + {nested}", data, df_method="z").n == len(data)


def test_a_slip_of_the_pen_is_no_crossed_design():
    data = study(11)
    # One person answered once in another region; the groups lie between people and regions.
    data.loc[data.index[-1], "region"] = "R0" if data["region"].iloc[-1] != "R0" else "R1"
    with pytest.raises(StatisticsError, match="1 of 32 levels of 'person' belong to more than one"):
        fitted("(1 | region)", data=data)
    with pytest.raises(StatisticsError, match="belong to more than one"):
        fit_mixed("y ~ wave + (1 | region) + (1 | group) + (1 | person)", data)
