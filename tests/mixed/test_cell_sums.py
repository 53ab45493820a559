"""Sums of products by cell against sums written out, in every way they are made."""

import numpy as np
import pytest

from peereval.mixed.likelihood import cell_sums, criterion
from peereval.mixed.likelihood.cell_sums import products_by, sum_by, sum_cells, sum_units
from peereval.mixed.likelihood.criterion import _explained
from peereval.mixed.likelihood.crossed_products import _sparse_sums
from peereval.mixed.likelihood.jets import Jet


def people(seed, *, n=40, units=6, patterns=5, complete=False):
    rng = np.random.default_rng(seed)
    unit, pattern = rng.integers(0, units, n), rng.integers(0, patterns, n)
    if complete:
        unit[: units * patterns], pattern[: units * patterns] = divmod(
            np.arange(units * patterns), patterns
        )
    left, right = rng.normal(size=(n, 2, 3)), rng.normal(size=(n, 2, 4))
    return left, right, unit, pattern


def written_out(weights, left, right, unit, n_units, pattern):
    """Sums over people of w_ab (a'F)'(b'G), shape (d, units, f, g)."""
    each = np.einsum("dnab,naf,nbg->dnfg", weights[:, pattern], left, right)
    return np.stack([each[:, unit == u].sum(axis=1) for u in range(n_units)], axis=1)


@pytest.mark.parametrize(
    ("options", "n_cells"),
    [
        ({"complete": True}, 30),
        ({"units": 4, "patterns": 3}, 12),
        ({"n": 12, "units": 10, "patterns": 10}, None),
    ],
    ids=["complete", "filled up", "sparse"],
)
def test_complete_and_incomplete_cells_agree_with_sums_written_out(options, n_cells):
    options = {"units": 6, "patterns": 5} | options
    left, right, unit, pattern = people(1, **options)
    n_units, n_patterns = options["units"], options["patterns"]
    sums = sum_cells(left, right, unit, pattern, n_units=n_units, n_patterns=n_patterns)
    occur = len(np.unique(unit * n_patterns + pattern))
    assert len(sums.unit) == (n_cells or occur)
    if n_cells is None:
        assert occur < n_units * n_patterns / 2
    weights = np.random.default_rng(2).normal(size=(3, 2, n_patterns, 2, 2))
    found = sums.weighted(weights)
    assert found.shape == (3, 2, n_units, 3, 4)
    for lead in range(3):
        expected = written_out(weights[lead], left, right, unit, n_units, pattern)
        np.testing.assert_allclose(found[lead], expected, atol=1e-12)


def test_sparse_sums_agree_with_sums_written_out():
    from scipy.sparse import csr_array

    left, right, _, pattern = people(3)
    # Every other product is zero, as most are between crossed factors.
    left, right = left * (np.arange(3) % 2), right * (np.arange(40) % 2)[:, None, None]
    sides = ([csr_array(side[:, a]) for a in range(2)] for side in (left, right))
    sums = _sparse_sums(*sides, pattern, 5)
    weights = np.random.default_rng(4).normal(size=(3, 2, 5, 2, 2))
    found = sums.weighted(weights)
    assert found.shape == (3, 2, 1, 3, 4)
    for lead in range(3):
        expected = written_out(weights[lead], left, right, np.zeros(40, int), 1, pattern)
        np.testing.assert_allclose(found[lead], expected, atol=1e-12)


def test_those_of_some_data_sets():
    left, right, unit, pattern = people(5)
    sums = sum_cells(left, right, unit, pattern, n_units=6, n_patterns=5)
    assert sums.of(np.array([0, 0])).products.shape[0] == 2


def test_sums_of_units_by_indicators_and_by_sorting(monkeypatch):
    rng = np.random.default_rng(6)
    parent = np.array([2, 0, 1, 0, 2, 2, 3])
    stack = rng.normal(size=(2, 3, 7, 2, 4))
    expected = np.stack([stack[..., parent == p, :, :].sum(axis=-3) for p in range(4)], axis=-3)
    np.testing.assert_allclose(sum_units(stack, parent, 4), expected, atol=1e-13)
    monkeypatch.setattr(cell_sums, "_FEW", 0)
    np.testing.assert_allclose(sum_units(stack, parent, 4), expected, atol=1e-13)


@pytest.mark.parametrize("order", [[0, 0, 1, 2, 2, 2], [2, 0, 1, 2, 0, 2]])
def test_sums_and_products_by_code(order):
    codes, rng = np.array(order), np.random.default_rng(7)
    left, right = rng.normal(size=(6, 3)), rng.normal(size=(6, 2))
    groups = [codes == c for c in range(3)]
    np.testing.assert_allclose(sum_by(codes, left), [left[g].sum(axis=0) for g in groups])
    expected = [left[g].T @ right[g] for g in groups]
    np.testing.assert_allclose(products_by(codes, left, right, 3), expected, atol=1e-13)
    expected = [left[g].T @ left[g] for g in groups]
    np.testing.assert_allclose(products_by(codes, left, left, 3), expected, atol=1e-13)


@pytest.mark.parametrize("parent", [[0, 1, 0, 2, 1, 2, 2], [0] * 7, list(range(7))])
def test_what_units_explain_is_summed_alike_in_both_ways(parent, monkeypatch):
    rng, parent = np.random.default_rng(8), np.array(parent)

    def jet(rows, columns):
        shape = (2, 7, rows, columns)
        return Jet(*(rng.normal(size=(*n, *shape)) for n in ((), (2,), (3,))), (0, 1))

    side, pull = jet(2, 3), jet(2, 2)
    one = _explained(side, pull, parent)
    monkeypatch.setattr(criterion, "_places_by_parent", lambda _: None)
    other = _explained(side, pull, parent)
    each = side.value.swapaxes(-1, -2) @ pull.value @ side.value
    expected = np.stack([each[:, parent == p].sum(axis=1) for p in range(parent.max() + 1)], axis=1)
    np.testing.assert_allclose(one.value, expected, atol=1e-12)
    for name in ("value", "first", "second"):
        np.testing.assert_allclose(getattr(one, name), getattr(other, name), atol=1e-11)


def test_one_parent_of_very_many_is_not_filled_up():
    parent = np.concatenate([np.zeros(200, int), np.arange(1, 60)])
    assert criterion._places_by_parent(parent) is None
    assert criterion._places_by_parent(np.repeat(np.arange(60), 4)).shape == (60, 4)
