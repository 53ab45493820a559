"""Sums of products between people, by cluster pattern within units."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from peereval.typing import Codes, FloatArray

# Units of both levels, multiplied, up to which a product with indicators is quicker.
_FEW = 1_000_000
# Rows that are sorted at once.
_ROWS = 65_536


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CellSums:
    """Sums over people of (a'F)'(b'G), where a and b run over columns of Z_1 or over waves.

    A *cell* is one pattern within one unit; people of a pattern have the same weights.

    Attributes
    ----------
    n_units, n_patterns : int
        Units, and patterns.
    unit, pattern : ndarray of int, shape (cells,)
        Of each cell; sorted by both, and where most combinations occur, all of them.
    products : ndarray, shape (d, cells, q, q, f, g)
        The sums; f and g are the numbers of columns of F and G.
    """

    n_units: int
    n_patterns: int
    unit: Codes
    pattern: Codes
    products: FloatArray

    def of(self, data_sets: Codes) -> CellSums:
        """Those of some of the data sets."""
        return replace(self, products=self.products[data_sets])

    def weighted(self, weights: FloatArray) -> FloatArray:
        """The sums over a, b and the patterns of each unit, weighted by pattern.

        Parameters
        ----------
        weights : ndarray, shape (..., d, patterns, q, q)
            Leading axes are left alone.

        Returns
        -------
        ndarray, shape (..., d, units, f, g)
        """
        d, n_cells, q, _, f, g = self.products.shape
        products = self.products.reshape(d, n_cells, q * q, f * g)
        if n_cells == self.n_units * self.n_patterns:
            # Every unit has every pattern: all weights meet the products of a unit in one go.
            *lead, n, _, _, _ = weights.shape
            rows = np.moveaxis(weights.reshape(-1, n, 1, self.n_patterns * q * q), 0, 2)
            summed = rows @ products.reshape(d, self.n_units, self.n_patterns * q * q, f * g)
            return np.moveaxis(summed, 2, 0).reshape(*lead, max(n, d), self.n_units, f, g)
        by_cell = weights[..., self.pattern, :, :]
        cells = by_cell.reshape(*by_cell.shape[:-2], 1, q * q) @ products
        return sum_units(cells.reshape(*cells.shape[:-2], f, g), self.unit, self.n_units)


def sum_cells(
    left: FloatArray,
    right: FloatArray,
    unit: Codes,
    pattern: Codes,
    *,
    n_units: int,
    n_patterns: int,
) -> CellSums:
    """Sum the products of people over the cells.

    Parameters
    ----------
    left, right : ndarray, shapes (people, q, f) and (people, q, g)
        a'F and a'G of each person.
    unit, pattern : ndarray of int, shape (people,)
        Of each person.
    n_units, n_patterns : int
        Units, and patterns.

    Returns
    -------
    CellSums
        Of one data set.
    """
    code = unit * n_patterns + pattern
    cells = np.unique(code)
    # A few empty cells are worth it where they make the table complete.
    if n_units * n_patterns <= 2 * len(cells):
        cells = np.arange(n_units * n_patterns)
    place = np.searchsorted(cells, code)
    n, q, f = left.shape
    g = right.shape[2]
    grams = products_by(place, left.reshape(n, q * f), right.reshape(n, q * g), len(cells)).reshape(
        len(cells), q, f, q, g
    )
    return CellSums(
        n_units=n_units,
        n_patterns=n_patterns,
        unit=cells // n_patterns,
        pattern=cells % n_patterns,
        products=np.ascontiguousarray(grams.swapaxes(2, 3))[None],
    )


def sum_by(codes: Codes, rows: FloatArray) -> FloatArray:
    """Sums of rows that share a code, shape (codes, ...)."""
    n_codes = int(codes.max()) + 1
    columns = rows.reshape(len(rows), -1).T
    sums = np.empty((n_codes, len(columns)))
    for i, column in enumerate(columns):
        sums[:, i] = np.bincount(codes, column, n_codes)
    return sums.reshape(n_codes, *rows.shape[1:])


def products_by(codes: Codes, left: FloatArray, right: FloatArray, n_codes: int) -> FloatArray:
    """Sums of outer products of rows that share a code, shape (codes, f, g)."""
    if n_codes == 1:
        return (left.T @ right)[None]
    sums = np.zeros((n_codes, left.shape[1], right.shape[1]))
    # So many rows at a time that sorting them by code needs little memory.
    size = max(_ROWS, 1000 * n_codes)
    for start in range(0, len(codes), size):
        rows = slice(start, start + size)
        order = np.argsort(codes[rows], kind="stable")
        there, starts = np.unique(codes[rows][order], return_index=True)
        a, b = left[rows][order], right[rows][order]
        for code, i, j in zip(there, starts, [*starts[1:], len(order)], strict=True):
            sums[code] += a[i:j].T @ b[i:j]
    return sums


def sum_units(stack: FloatArray, parent: Codes, n_parents: int) -> FloatArray:
    """Sum matrices, shape (..., units, f, g), over the units of each parent."""
    f, g = stack.shape[-2:]
    if n_parents * len(parent) <= _FEW:
        belongs = (parent == np.arange(n_parents)[:, None]).astype(float)
        flat = belongs @ stack.reshape(*stack.shape[:-2], f * g)
        products: FloatArray = flat.reshape(*stack.shape[:-3], n_parents, f, g)
        return products
    order = np.argsort(parent, kind="stable")
    starts = np.searchsorted(parent[order], np.arange(n_parents))
    summed: FloatArray = np.add.reduceat(stack[..., order, :, :], starts, axis=-3)
    return summed
