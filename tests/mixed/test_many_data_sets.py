"""What several data sets give at once is what each gives alone; sums by cells and by units."""

from dataclasses import replace

import numpy as np
import pytest

from peereval.mixed import criterion
from peereval.mixed.cell_sums import products_by, sum_by, sum_cells, sum_units
from peereval.mixed.covariance import RelativeFactors, WaveParameters
from peereval.mixed.crossproducts import random_effect_products, wave_products
from peereval.mixed.deviance import RandomEffectDeviance, WaveDeviance
from peereval.mixed.jets import affine
from peereval.mixed.optimise import minimise_each

PEOPLE, GROUPS, REGIONS = 36, 9, 3


def drawn(seed):
    """Two waves of people in groups in regions; the same people come back in every data set."""
    rng = np.random.default_rng(seed)
    back = np.random.default_rng(0).random(PEOPLE) < 0.75
    person = np.r_[np.arange(PEOPLE), np.flatnonzero(back)]
    wave = np.r_[np.zeros(PEOPLE, int), np.ones(back.sum(), int)]
    group = person % GROUPS
    fixed = np.column_stack([np.ones(len(person)), wave]).astype(float)
    y = rng.normal(0, 2, PEOPLE)[person] + rng.normal(0, 1, GROUPS)[group] * wave
    return person, wave, group, group % REGIONS, fixed, y + rng.normal(0, 1, len(person))


def stacked(tables):
    """One table of several data sets that have their clusters in common."""
    first = tables[0]

    def join(name):
        if getattr(first, name) is None:
            return None
        return np.concatenate([getattr(t, name) for t in tables])

    def sums(name):
        products = np.concatenate([getattr(t, name).products for t in tables])
        return replace(getattr(first, name), products=products)

    return replace(
        first,
        own=sums("own"),
        rest=sums("rest"),
        **{n: join(n) for n in ("n_rows", "pattern_people", "own_rows", "rest_rows")},
    )


def waves(seed):
    person, wave, group, region, fixed, y = drawn(seed)
    above = [fixed, fixed]
    table = wave_products(person, wave, above, [group, region], fixed, y).table()
    factors = RelativeFactors(((2,), (2,)))
    return WaveDeviance(table, (WaveParameters("us", 2),), factors, 2.0, True)


def levels(seed):
    person, _, group, region, fixed, y = drawn(seed)
    designs = [np.ones((len(y), 1)), fixed, np.ones((len(y), 1))]
    table = random_effect_products(designs, [person, group, region], fixed, y).table()
    return RandomEffectDeviance(table, RelativeFactors(((1,), (2,), (1,))), True)


@pytest.mark.parametrize("kind", [waves, levels])
def test_a_stack_gives_each_data_set_what_it_gives_alone(kind):
    alone = [kind(seed) for seed in (1, 2, 3)]
    whole = replace(alone[0], table=stacked([d.table for d in alone]))
    start = whole.start() if kind is waves else whole.factors.start()
    at = start + np.linspace(-0.2, 0.2, 3)[:, None]
    which, only = np.array([0, 1, 2]), np.zeros(1, dtype=int)
    for together, *single in zip(
        whole.evaluate(at, which),
        *(d.evaluate(at[[i]], only) for i, d in enumerate(alone)),
        strict=True,
    ):
        np.testing.assert_allclose(together, np.concatenate(single), rtol=1e-9, atol=1e-9)
    found = minimise_each(whole, np.tile(start, (3, 1)), which)
    assert found.reached.all()
    method = "kenward-roger"
    inference = whole.inference(method, found.points, which)
    for i, deviance in enumerate(alone):
        own = minimise_each(deviance, start[None], only)
        assert found.heights[i] == pytest.approx(own.heights[0], abs=1e-9)
        beta = deviance.coefficients(own.points, only)[0]
        np.testing.assert_allclose(whole.coefficients(found.points, which)[i], beta, atol=1e-6)
        expected = deviance.inference(method, own.points, only).of(0).contrasts(np.eye(2))
        np.testing.assert_allclose(inference.of(i).contrasts(np.eye(2)), expected, rtol=1e-5)


@pytest.mark.parametrize("kind", [waves, levels])
def test_derivatives_match_differences(kind):
    deviance, only, step = kind(4), np.zeros(1, dtype=int), 1e-4
    at = deviance.start() if kind is waves else deviance.factors.start()
    at = at + np.linspace(-0.3, 0.4, len(at))
    _, (gradient,), (hessian,) = deviance.evaluate(at[None], only)
    for i in range(len(at)):
        move = step * np.eye(len(at))[i]
        up, down = (deviance.evaluate((at + s * move)[None], only) for s in (1, -1))
        assert (up[0][0] - down[0][0]) / (2 * step) == pytest.approx(gradient[i], abs=1e-5)
        np.testing.assert_allclose((up[1][0] - down[1][0]) / (2 * step), hessian[i], atol=1e-4)


def test_cells_are_summed_alike_whether_or_not_all_are_there():
    rng = np.random.default_rng(5)
    people, n_units, n_patterns = 40, 6, 4
    left, right = rng.normal(size=(people, 2, 3)), rng.normal(size=(people, 2, 5))
    unit = np.arange(people) % n_units
    for pattern in (rng.integers(0, n_patterns, people), unit % n_patterns):
        table = sum_cells(left, right, unit, pattern, n_units=n_units, n_patterns=n_patterns)
        complete = table.products.shape[1] == n_units * n_patterns
        assert complete is not np.array_equal(pattern, unit % n_patterns)
        weights = rng.normal(size=(3, 2, n_patterns, 2, 2))
        expected = np.zeros((3, 2, n_units, 3, 5))
        for i in range(people):
            expected[:, :, unit[i]] += np.einsum(
                "kdab,af,bg->kdfg", weights[:, :, pattern[i]], left[i], right[i]
            )
        np.testing.assert_allclose(table.weighted(weights), expected, atol=1e-12)


def test_sums_by_code():
    rng = np.random.default_rng(6)
    codes, rows = rng.integers(0, 5, 90), rng.normal(size=(90, 3))
    expected = np.stack([rows[codes == c].T @ rows[codes == c] for c in range(5)])
    np.testing.assert_allclose(products_by(codes, rows, rows, 5), expected)
    np.testing.assert_allclose(products_by(np.zeros(90, int), rows, rows, 1)[0], rows.T @ rows)
    np.testing.assert_allclose(sum_by(codes, rows)[2], rows[codes == 2].sum(axis=0))


def test_many_units_are_summed_as_few_are():
    rng = np.random.default_rng(7)
    parent = np.sort(np.r_[np.arange(1200), rng.integers(0, 1200, 300)])
    rng.shuffle(parent)
    stack = rng.normal(size=(2, 1500, 2, 2))
    expected = np.zeros((2, 1200, 2, 2))
    for unit, p in enumerate(parent):
        expected[:, p] += stack[:, unit]
    np.testing.assert_allclose(sum_units(stack, parent, 1200), expected)


@pytest.mark.parametrize("sizes", [(3, 3, 3), (1, 2, 6), (60, *[1] * 50)])
def test_sisters_are_summed_alike_however_unequal(sizes):
    rng = np.random.default_rng(8)
    parent = rng.permutation(np.repeat(np.arange(len(sizes)), sizes))
    units = len(parent)
    side = affine(rng.normal(size=(1, units, 2, 4)), rng.normal(size=(1, 1, units, 2, 4)), (0,))
    pull = affine(rng.normal(size=(1, units, 2, 2)), rng.normal(size=(1, 1, units, 2, 2)), (1,))
    found = criterion._explained(side, pull, parent)
    each = side.transpose @ (pull @ side)
    assert (criterion._places_by_parent(parent) is None) is (len(sizes) > 3)
    for part, whole in ((each.value, found.value), (each.second, found.second)):
        np.testing.assert_allclose(whole, sum_units(part, parent, len(sizes)), atol=1e-12)
