"""Values and derivatives of every deviance: by dense matrices, finite differences, other paths."""

from dataclasses import replace

import numpy as np
import pytest

from peereval.mixed import fit_mixed, fit_repeated
from peereval.mixed.fitted.profile import Target, _Pinned
from peereval.mixed.fitted.profile_parameters import AbsoluteDeviance, OrderedWaveDeviance
from peereval.mixed.likelihood.cell_sums import CellSums
from peereval.mixed.likelihood.crossed_products import crossed_products, crossed_wave_products
from peereval.mixed.likelihood.crossproducts import random_effect_products, wave_products
from peereval.mixed.likelihood.deviance import WaveDeviance
from peereval.mixed.likelihood.optimise import minimise_each

from .draws import study

PEOPLE = {"participant": "person", "wave": "wave"}
ONE = np.zeros(1, dtype=np.intp)
SLOPES = "(1 + wave | group) + (1 | region)"
MIXED = {
    "people": "(1 | person)",
    "nested": f"{SLOPES} + (1 + age || person)",
    "crossed": "(1 + wave | facilitator) + (1 | region) + (1 | person)",
}
REPEATED = {
    **{kind: {"covariance": kind} for kind in ("us", "cs", "csh", "ar1", "ar1h", "toep", "toeph")},
    "above": {"covariance": "us", "random": SLOPES},
    "crossed": {"covariance": "csh", "random": "(1 + wave | facilitator)"},
    "by sex": {"covariance": "ar1h", "covariance_by": "sex", "random": "(1 | group)"},
}


def drawn(seed=21):
    return study(seed).assign(sex=lambda d: d["person"] // 8 % 2)


def mixed(bars, *, reml=True):
    return fit_mixed(f"y ~ wave + age + {MIXED[bars]}", drawn(), reml=reml, df_method="z")


def repeated(name, *, reml=True):
    return fit_repeated(
        "y ~ wave + age", drawn(), **PEOPLE, **REPEATED[name], reml=reml, df_method="z"
    )


def deviances():
    for name in MIXED:
        for reml in (True, False):
            yield f"mixed {name} {reml}", mixed(name, reml=reml)._deviance, 0
    for name in REPEATED:
        for reml in (True, False) if name in ("us", "above") else (True,):
            fit = repeated(name, reml=reml)
            yield f"repeated {name} {reml}", fit._deviance, fit._deviance.n_within
    fit = mixed("nested")
    orders = (np.array([0, 1]), np.array([1, 0]), np.array([0]))
    yield "absolute", AbsoluteDeviance(fit._deviance.table, fit._deviance.factors, orders, True), 0
    fit = repeated("above")
    whole = fit._deviance
    ordered = OrderedWaveDeviance(
        whole.table, whole.waves, whole.factors, whole.unit, True, (np.array([2, 0, 1]),),
        (np.array([1, 0]), np.array([0])),
    )  # fmt: skip
    yield "ordered", ordered, whole.n_within
    target = Target(whole.n_within + 1, partners=(whole.n_within, whole.n_within + 2))
    yield "pinned", _Pinned(ordered, target, -0.3, len(fit._point)), whole.n_within


CASES = {name: (deviance, n_within) for name, deviance, n_within in deviances()}


def number_of(deviance):
    """How many parameters a deviance has."""
    if isinstance(deviance, _Pinned):
        return deviance.n_parameters - 1
    n = len(deviance.factors.places)
    if isinstance(deviance, WaveDeviance):
        return n + deviance.n_within
    return n + isinstance(deviance, AbsoluteDeviance)


def points(deviance, n_within, n=3):
    """Some way off the optimum, where no derivative is zero."""
    rng = np.random.default_rng(1)
    at = rng.uniform(0.2, 0.9, (n, number_of(deviance)))
    at[:, :n_within] *= 0.5
    if isinstance(deviance, AbsoluteDeviance):
        at[:, 0] += 1.0
    return at


@pytest.mark.parametrize("name", CASES)
def test_derivatives_are_central_differences_of_the_value(name):
    deviance, n_within = CASES[name]
    at = points(deviance, n_within)
    which = np.zeros(len(at), dtype=np.intp)
    _, gradient, hessian = deviance.evaluate(at, which)
    h, k = 1e-4, at.shape[1]
    for i in range(k):
        step = h * np.eye(k)[i]
        up, down = (deviance.evaluate(at + sign * step, which) for sign in (1, -1))
        scale = np.abs(gradient).max()
        slope = (up[0] - down[0]) / (2 * h)
        np.testing.assert_allclose(gradient[:, i], slope, rtol=1e-5, atol=1e-6 * scale)
        # Differences of a gradient that has just been shown to be one.
        curve = (up[1] - down[1]) / (2 * h)
        scale = np.abs(hessian).max()
        np.testing.assert_allclose(hessian[:, i], curve, rtol=1e-5, atol=1e-6 * scale)
    np.testing.assert_allclose(hessian, hessian.swapaxes(1, 2), rtol=1e-9, atol=1e-9)


def assert_same(one, other, at, rtol=1e-8):
    """That two deviances agree in value and derivatives."""
    for a, b in zip(one.evaluate(at, ONE), other.evaluate(at, ONE), strict=True):
        np.testing.assert_allclose(a, b, rtol=rtol, atol=1e-7)


def columns(fit):
    designs, units = [lv.design for lv in fit._levels], [lv.codes for lv in fit._levels]
    return designs, units, fit.fixed.basis, fit._residual


@pytest.mark.parametrize("curved", [True, False])
def test_nested_factors_through_the_crossed_path(curved):
    fit = mixed("nested", reml=curved)
    designs, units, basis, y = columns(fit)
    nested = random_effect_products(designs, units, basis, y).table()
    crossed = crossed_products(designs[0], units[0], designs[1:], units[1:], basis, y)
    one, other = (replace(fit._deviance, table=table) for table in (nested, crossed))
    at = points(one, 0, 1)
    assert_same(one, other, at)
    np.testing.assert_allclose(one.coefficients(at, ONE), other.coefficients(at, ONE), atol=1e-9)
    methods = ("kenward-roger", "satterthwaite") if curved else ("satterthwaite",)
    for method in methods:
        a, b = (d.inference(method, fit._point[None], ONE) for d in (one, other))
        np.testing.assert_allclose(a.covariance, b.covariance, rtol=1e-6, atol=1e-10)
        np.testing.assert_allclose(a.contrasts(np.eye(3))[1], b.contrasts(np.eye(3))[1], rtol=1e-5)


@pytest.mark.parametrize("name", ["above", "by sex"])
def test_nested_factors_above_waves_through_the_crossed_path(name):
    fit = repeated(name)
    rows = fit._person, fit._wave, *columns(fit), fit._group
    tables = wave_products(*rows).table(), crossed_wave_products(*rows)
    one, other = (replace(fit._deviance, table=table) for table in tables)
    assert_same(one, other, points(one, one.n_within, 1))
    for method in ("kenward-roger", "kenward-roger-linear", "satterthwaite"):
        a, b = (d.inference(method, fit._point[None], ONE) for d in (one, other))
        np.testing.assert_allclose(a.covariance, b.covariance, rtol=1e-6, atol=1e-10)
        np.testing.assert_allclose(a.contrasts(np.eye(3))[1], b.contrasts(np.eye(3))[1], rtol=1e-5)


def stacked(tables):
    """One table of several data sets with the same cells."""
    first = tables[0]

    def both(name):
        return np.concatenate([getattr(table, name) for table in tables])

    def sums(name):
        parts = [getattr(table, name) for table in tables]
        return replace(parts[0], products=np.concatenate([part.products for part in parts]))

    rows = {} if first.own_rows is None else {n: both(n) for n in ("own_rows", "rest_rows")}
    return replace(
        first,
        n_rows=both("n_rows"),
        pattern_people=both("pattern_people"),
        own=sums("own"),
        rest=sums("rest"),
        **rows,
    )


@pytest.mark.parametrize("fit", [mixed("nested"), repeated("above"), repeated("by sex")])
def test_each_of_several_data_sets_gets_what_it_gets_alone(fit):
    rng = np.random.default_rng(4)
    designs, units, basis, y = columns(fit)
    tables = []
    for _ in range(3):
        new = y + rng.normal(0, 1, len(y))
        if hasattr(fit, "_within"):
            rows = fit._person, fit._wave, designs, units, basis, new, fit._group
            tables.append(wave_products(*rows).table())
        else:
            tables.append(random_effect_products(designs, units, basis, new).table())
    together = replace(fit._deviance, table=stacked(tables))
    at = points(fit._deviance, getattr(fit._deviance, "n_within", 0))
    # In any order, and one twice.
    which = np.array([2, 0, 2])
    values = together.evaluate(at, which)
    beta = together.coefficients(at, which)
    spread = together.inference("satterthwaite", at, which)
    optima = minimise_each(together, np.tile(fit._point, (3, 1)), which)
    assert optima.reached.all()
    for i, d in enumerate(which):
        alone = replace(fit._deviance, table=tables[d])
        for a, b in zip(values, alone.evaluate(at[i : i + 1], ONE), strict=True):
            np.testing.assert_allclose(a[i], b[0], rtol=1e-10, atol=1e-8)
        np.testing.assert_allclose(beta[i], alone.coefficients(at[i : i + 1], ONE)[0], atol=1e-10)
        own = alone.inference("satterthwaite", at[i : i + 1], ONE)
        np.testing.assert_allclose(spread.of(i).covariance, own.of(0).covariance, rtol=1e-9)
        df = spread.of(i).contrasts(np.eye(3))[1]
        np.testing.assert_allclose(df, own.of(0).contrasts(np.eye(3))[1], rtol=1e-7)
        best = minimise_each(alone, fit._point[None], ONE)
        np.testing.assert_allclose(optima.heights[i], best.heights[0], rtol=1e-11)
        np.testing.assert_allclose(optima.points[i], best.points[0], atol=1e-5)


def test_a_table_of_the_stack_is_a_table():
    table = mixed("nested")._deviance.table
    whole = stacked([table, table])
    assert whole.of(np.array([1])).n_rows.tolist() == table.n_rows.tolist()
    assert isinstance(whole.own, CellSums)
    assert table.of(np.array([0, 0, 0])) is table
