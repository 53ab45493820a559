"""What several data sets give at once is what each gives alone."""

from dataclasses import replace

import numpy as np
import pytest

from peereval.mixed.likelihood.covariance import RelativeFactors, WaveParameters
from peereval.mixed.likelihood.crossproducts import random_effect_products, wave_products
from peereval.mixed.likelihood.deviance import RandomEffectDeviance, WaveDeviance
from peereval.mixed.likelihood.optimise import minimise_each

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
