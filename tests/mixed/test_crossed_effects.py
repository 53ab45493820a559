"""Effects of crossed factors against matrices written out, and against nested ones."""

import numpy as np
import pytest
from scipy.linalg import block_diag

from peereval.mixed import fit_mixed
from peereval.mixed.fitted import crossed_effects
from peereval.mixed.fitted.crossed_effects import eliminate_crossed
from peereval.mixed.fitted.effects import eliminate
from peereval.mixed.fitted.row_covariance import EqualResiduals, RowCovariance
from peereval.mixed.terms.levels import Level

from . import dense
from .references import rows_of


def level(rng, name, codes, q):
    """A factor with random intercepts, and a slope where q is 2."""
    design = np.column_stack([np.ones(len(codes)), rng.normal(size=len(codes))])[:, :q]
    return Level(name, np.arange(codes.max() + 1), codes, design, ("a", "b")[:q], (q,))


def crossed(seed):
    rng = np.random.default_rng(seed)
    n = 120
    people = rng.permutation(np.repeat(np.arange(30), 4))
    rater, site = rng.integers(0, 5, n), people % 3
    levels = (
        level(rng, "person", people, 2),
        level(rng, "rater", np.unique(rater, return_inverse=True)[1], 1),
        level(rng, "site", site, 2),
    )
    roots = [rng.normal(size=(len(lv.terms), len(lv.terms))) for lv in levels]
    # The last one is singular.
    roots[2][:, 1] = 0.0
    psis = tuple(root @ root.T for root in roots)
    return RowCovariance(levels, psis, EqualResiduals(0.7)), rng.normal(size=(n, 3))


@pytest.mark.parametrize("seed", range(3))
def test_crossed_factors_match_matrices_written_out(seed):
    covariance, columns = crossed(seed)
    z = np.column_stack([dense.design(lv) for lv in covariance.levels])
    g = block_diag(
        *(
            np.kron(np.eye(len(lv.labels)), psi)
            for lv, psi in zip(covariance.levels, covariance.psis, strict=True)
        )
    )
    v = z @ g @ z.T + 0.7 * np.eye(len(z))
    np.testing.assert_allclose(covariance.dense(np.arange(len(z))), v, atol=1e-10)
    found = eliminate(covariance, columns)
    np.testing.assert_allclose(found.products, columns.T @ np.linalg.solve(v, columns), atol=1e-9)
    modes = g @ z.T @ np.linalg.solve(v, columns)
    spread = g - g @ z.T @ np.linalg.solve(v, z @ g)
    at = 0
    for effect in found.effects:
        units, q, m = effect.modes.shape
        own = np.arange(at, at + units * q).reshape(units, q)
        np.testing.assert_allclose(effect.modes.reshape(-1, m), modes[own.ravel()], atol=1e-9)
        expected = spread[own[:, :, None], own[:, None, :]]
        np.testing.assert_allclose(effect.covariance, expected, atol=1e-9)
        at += units * q


def test_nested_factors_come_out_the_same_in_both_ways(monkeypatch):
    data = rows_of({"data": "peer_groups"})
    fit = fit_mixed(
        "score ~ wave + (1 + wave | region) + (1 + wave | group) + (1 | participant)",
        data,
        df_method="z",
    )
    v = fit.row_covariance
    columns = np.column_stack([fit.fixed.basis, fit._residual])
    one = eliminate(v, columns)
    # A few people at a time, as where there are many.
    monkeypatch.setattr(crossed_effects, "_CHUNK", 1000)
    other = eliminate_crossed(v, columns)
    np.testing.assert_allclose(one.products, other.products, rtol=1e-9, atol=1e-9)
    for effect, modes, spread in zip(one.effects, other.modes, other.covariances, strict=True):
        np.testing.assert_allclose(effect.modes, modes, atol=1e-9)
        np.testing.assert_allclose(effect.covariance, spread, atol=1e-9)
