"""People who meet several facilitators over the waves: crossed effects beside a free covariance."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from peereval.errors import StatisticsError
from peereval.mixed import fit_mixed, fit_repeated
from peereval.mixed.covariance import RelativeFactors, WaveParameters
from peereval.mixed.crossed_products import crossed_products, crossed_wave_products
from peereval.mixed.crossproducts import random_effect_products, wave_products
from peereval.mixed.deviance import RandomEffectDeviance, WaveDeviance
from peereval.mixed.levels import MOST_CROSSED

PEOPLE = {"participant": "person", "wave": "wave"}
ONLY = np.zeros(1, dtype=int)


def drawn(seed=3, people=40, facilitators=6):
    """Three waves, each led by somebody else as a rule; a fifth of the later ones missing."""
    rng = np.random.default_rng(seed)
    person = np.tile(np.arange(people), 3)
    wave = np.repeat(np.arange(3), people)
    facilitator = rng.integers(0, facilitators, 3 * people)
    y = 20 + wave + rng.normal(0, 2, people)[person] + rng.normal(0, 1.5, facilitators)[facilitator]
    data = pd.DataFrame(
        {"person": person, "wave": wave, "facilitator": facilitator, "region": person % 4}
    ).assign(y=y + rng.normal(0, 1, 3 * people))
    return data[(wave == 0) | (rng.random(3 * people) < 0.8)].reset_index(drop=True)


def log_likelihood(fit, data):
    """The restricted log-likelihood at the estimates, with V written out."""
    person, wave = data["person"].to_numpy(), data["wave"].to_numpy()
    v = fit.covariance.to_numpy()[wave[:, None], wave] * (person[:, None] == person)
    for level, psi in zip(fit._levels, fit._psis, strict=True):
        same = level.codes[:, None] == level.codes
        v = v + (level.design @ psi @ level.design.T) * same
    x = np.column_stack([np.ones(len(data)), wave == 1, wave == 2]).astype(float)
    inverse = np.linalg.inv(v)
    gram = x.T @ inverse @ x
    beta = np.linalg.solve(gram, x.T @ inverse @ data["y"].to_numpy())
    e = data["y"].to_numpy() - x @ beta
    n = len(data) - x.shape[1]
    dets = np.linalg.slogdet(v)[1] + np.linalg.slogdet(gram)[1]
    return -0.5 * (dets + e @ inverse @ e + n * np.log(2 * np.pi)), beta, np.linalg.inv(gram)


@pytest.mark.parametrize("random", ["(1 | facilitator)", "(1 | facilitator) + (1 | region)"])
@pytest.mark.parametrize("covariance", ["us", "ar1h", "cs"])
def test_likelihood_and_estimates_written_out(random, covariance):
    data = drawn()
    fit = fit_repeated(
        "y ~ C(wave)", data, **PEOPLE, covariance=covariance, random=random, df_method="z"
    )
    known, beta, spread = log_likelihood(fit, data)
    assert fit.log_likelihood == pytest.approx(known, abs=1e-8)
    np.testing.assert_allclose(fit.coefficients["estimate"], beta, rtol=1e-8)
    np.testing.assert_allclose(fit.coefficients["std_error"] ** 2, np.diag(spread), rtol=1e-8)


def test_with_compound_symmetry_it_is_the_model_of_person_and_facilitator():
    data = drawn()
    levels = fit_mixed("y ~ C(wave) + (1 | person) + (1 | facilitator)", data)
    waves = fit_repeated(
        "y ~ C(wave)",
        data,
        **PEOPLE,
        covariance="cs",
        random="(1 | facilitator)",
        df_method="kenward-roger-linear",
    )
    assert waves.log_likelihood == pytest.approx(levels.log_likelihood, abs=1e-8)
    for column in ("estimate", "std_error", "df"):
        np.testing.assert_allclose(
            waves.coefficients[column], levels.coefficients[column], rtol=1e-5
        )
    modes = waves.random_effects["facilitator"]
    np.testing.assert_allclose(modes, levels.random_effects["facilitator"], atol=1e-5)


def test_a_change_between_two_facilitators_has_the_variance_of_both():
    fit = fit_repeated("y ~ C(wave)", drawn(), **PEOPLE, random="(1 | facilitator)")
    data = fit.data.reset_index(drop=True)
    variance = fit._psis[0][0, 0]
    first, last = (data[data["wave"] == w].set_index("person")["facilitator"] for w in (0, 1))
    both = first.index.intersection(last.index)
    moved = (first[both] != last[both]).mean()
    shares = fit.icc()
    found = shares[(shares["at"] == 1) & (shares["reference"] == 0)].set_index("group")
    assert 0.5 < moved < 1.0
    assert found.loc["facilitator", "variance"] == pytest.approx(2 * variance * moved)


def test_one_meeting_each_is_nesting():
    data = drawn().assign(facilitator=lambda d: d["person"] % 6)
    fit = fit_repeated("y ~ C(wave)", data, **PEOPLE, random="(1 | facilitator)", df_method="z")
    assert fit.log_likelihood == pytest.approx(log_likelihood(fit, data)[0], abs=1e-8)


def nested(seed=2):
    """Arrays of people in groups, for tables made either way."""
    rng = np.random.default_rng(seed)
    person = np.repeat(np.arange(30), 2)
    wave = np.tile([0, 1], 30)
    kept = (wave == 0) | (rng.random(60) < 0.8)
    person, wave = person[kept], wave[kept]
    fixed = np.column_stack([np.ones(len(wave)), wave]).astype(float)
    return person, wave, person % 5, fixed, rng.normal(size=len(wave))


def both_kinds():
    """The same deviance from a table of nested and from one of crossed factors."""
    person, wave, group, fixed, y = nested()
    one = np.ones((len(y), 1))
    factors = RelativeFactors(((1,), (2,)))
    yield tuple(
        RandomEffectDeviance(table, factors, True)
        for table in (
            random_effect_products([one, fixed], [person, group], fixed, y).table(),
            crossed_products(one, person, [fixed], [group], fixed, y),
        )
    )
    factors = RelativeFactors(((2,),))
    for kind in ("us", "cs", "toeph"):
        yield tuple(
            WaveDeviance(table, (WaveParameters(kind, 2),), factors, 1.5, True)
            for table in (
                wave_products(person, wave, [fixed], [group], fixed, y).table(),
                crossed_wave_products(person, wave, [fixed], [group], fixed, y),
            )
        )


@pytest.mark.parametrize("kinds", list(both_kinds()))
def test_nested_factors_give_the_same_as_one_block(kinds):
    by_levels, in_a_block = kinds
    start = by_levels.start() if isinstance(by_levels, WaveDeviance) else by_levels.factors.start()
    at = (start + np.linspace(-0.2, 0.3, len(start)))[None]
    for one, other in zip(by_levels.evaluate(at, ONLY), in_a_block.evaluate(at, ONLY), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-9)
    for method in ("kenward-roger", "satterthwaite", "z"):
        one, other = (d.inference(method, at, ONLY).of(0).contrasts(np.eye(2)) for d in kinds)
        np.testing.assert_allclose(one, other, rtol=1e-7)


def test_too_many_crossed_effects_are_refused_in_words():
    rng = np.random.default_rng(1)
    n = 3 * MOST_CROSSED
    items = rng.permutation(np.arange(n) % (MOST_CROSSED + 1))
    data = pd.DataFrame({"person": np.arange(n) % (MOST_CROSSED + 500), "item": items})
    data["y"] = rng.normal(size=n)
    with pytest.raises(StatisticsError, match=r"3,001 of .item.*at most 3,000"):
        fit_mixed("y ~ 1 + (1 | person) + (1 | item)", data)


def test_people_who_meet_everybody_are_no_slip_of_the_pen():
    data = drawn()
    data.loc[data["person"] > 0, "facilitator"] = data["person"] % 6
    with pytest.raises(StatisticsError, match="'0' in"):
        fit_repeated("y ~ C(wave)", data, **PEOPLE, random="(1 | facilitator)")


def test_two_way_table_of_crossed_factors_is_the_anova():
    rng = np.random.default_rng(9)
    table = rng.normal(0, 2, (8, 1)) + rng.normal(0, 1, (1, 6)) + rng.normal(0, 1, (8, 6))
    rows, columns = np.indices(table.shape)
    data = pd.DataFrame({"row": rows.ravel(), "column": columns.ravel(), "y": table.ravel()})
    fit = fit_mixed("y ~ 1 + (1 | row) + (1 | column)", data)
    residual = table - table.mean(1, keepdims=True) - table.mean(0) + table.mean()
    error = (residual**2).sum() / 35
    assert fit.residual_sd**2 == pytest.approx(error, rel=1e-6)
    between = table.mean(1).var(ddof=1) - error / 6
    assert fit.variance_components["covariance"].iloc[0] == pytest.approx(between, rel=1e-5)
    f = (table.mean(1).var(ddof=1) * 6) / error
    assert stats.f.sf(f, 7, 35) < 0.05
