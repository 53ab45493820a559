"""The one pass over the data: a table of cross-products by cluster pattern.

Everything after it works on this table, so that an evaluation of the criterion costs nothing
that grows with the number of rows or people. People who share a pattern (the same rows of the
innermost random effects, or the same waves) share all the work.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from peereval.typing import Codes, FloatArray

# Units of both levels, multiplied, up to which a product with indicators is quicker.
_FEW = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CrossProducts:
    """Sums over the rows, by cluster pattern, of all that a mixed model needs of its data.

    F stands for the columns [Z_2 ... Z_L, X, y]: the random effects of the levels above the
    innermost one, the fixed part and the outcome; r is their number. A *cell* is one pattern
    within one unit of the second level. Several data sets with the same cells and units can
    stand in one table; d is their number.

    Attributes
    ----------
    n_rows : ndarray of int, shape (d,)
        Rows used.
    n_fixed : int
        Columns of X.
    sizes : tuple of int
        Number of random effects of each level above the innermost, from within outwards.
    parents : tuple of ndarray of int
        For each of these levels, the unit of the next level that each unit belongs to; 0
        throughout for the outermost.
    patterns : ndarray
        What people of a pattern have in common: Z_1'Z_1, shape (patterns, q, q), or which
        waves are there, shape (patterns, waves).
    pattern_rows : ndarray of int, shape (patterns,)
        Rows of each person of the pattern.
    pattern_people : ndarray of int, shape (d, patterns)
        People of it.
    cell_parent, cell_pattern : ndarray of int, shape (cells,)
        Unit of the second level, and pattern; sorted by parent.
    within : ndarray, shape (d, parents, r, r)
        Sums of F'F; zero for models of waves, which do not need it.
    between : ndarray, shape (d, cells, q, q, r, r)
        Sums over people of (a'F)'(b'F), where a and b run over the q columns of Z_1, or over
        the waves.
    """

    n_rows: Codes
    n_fixed: int
    sizes: tuple[int, ...]
    parents: tuple[Codes, ...]
    patterns: NDArray[Any]
    pattern_rows: Codes
    pattern_people: Codes
    cell_parent: Codes
    cell_pattern: Codes
    within: FloatArray
    between: FloatArray

    def of(self, data_sets: Codes) -> CrossProducts:
        """The table of some of the data sets; that of a single one serves any number of trials."""
        if len(self.n_rows) == 1:
            return self
        return replace(
            self,
            n_rows=self.n_rows[data_sets],
            pattern_people=self.pattern_people[data_sets],
            within=self.within[data_sets],
            between=self.between[data_sets],
        )

    def weighted(self, weights: FloatArray) -> FloatArray:
        """Products between people, weighted by pattern and summed by unit of the second level.

        Parameters
        ----------
        weights : ndarray, shape (..., d, patterns, q, q)
            Leading axes are left alone.

        Returns
        -------
        ndarray, shape (..., d, parents, r, r)
        """
        d, n_cells, q, _, r, _ = self.between.shape
        by_cell = weights[..., self.cell_pattern, :, :]
        by_cell = by_cell.reshape(*by_cell.shape[:-2], 1, q * q)
        cells = by_cell @ self.between.reshape(d, n_cells, q * q, r * r)
        return sum_units(cells.reshape(*cells.shape[:-2], r, r), self.cell_parent)


def random_effect_products(
    designs: Sequence[FloatArray], units: Sequence[Codes], fixed: FloatArray, outcome: FloatArray
) -> CrossProducts:
    """Cross-products for random effects at every level.

    Parameters
    ----------
    designs : sequence of ndarray, shapes (n, q_l)
        Columns of the random effects, innermost level first.
    units : sequence of ndarray of int, shape (n,)
        Unit of each row at each level, 0 upwards without gaps; each level nested in the next.
    fixed : ndarray, shape (n, p)
        Model matrix of the fixed part.
    outcome : ndarray, shape (n,)
        What is modelled.

    Returns
    -------
    CrossProducts
    """
    inner, person = designs[0], units[0]
    columns = np.column_stack([*designs[1:], fixed, outcome])
    parent_of_row = units[1] if len(units) > 1 else np.zeros(len(outcome), dtype=np.intp)
    gram = sum_by(person, inner[:, :, None] * inner[:, None, :])
    reach = sum_by(person, inner[:, :, None] * columns[:, None, :])
    rows = np.bincount(person)
    parent = np.zeros(len(rows), dtype=np.intp)
    parent[person] = parent_of_row
    patterns, pattern = distinct_rows(np.column_stack([rows, gram.reshape(len(rows), -1)]))
    q = inner.shape[1]
    return _by_cell(
        reach,
        parent,
        pattern,
        n_rows=np.array([len(outcome)]),
        n_fixed=fixed.shape[1],
        sizes=tuple(d.shape[1] for d in designs[1:]),
        parents=_parents(units[1:]),
        patterns=patterns[:, 1:].reshape(-1, q, q),
        pattern_rows=patterns[:, 0].astype(np.intp),
        within=_grams(parent_of_row, columns)[None],
    )


def wave_products(
    person: Codes,
    wave: Codes,
    designs: Sequence[FloatArray],
    units: Sequence[Codes],
    fixed: FloatArray,
    outcome: FloatArray,
) -> CrossProducts:
    """Cross-products for a covariance over the waves of a person, with random effects above.

    Parameters
    ----------
    person, wave : ndarray of int, shape (n,)
        Person and wave of each row, 0 upwards; no person has a wave twice.
    designs, units : sequences of ndarray
        Random effects of the levels above the person, innermost first; may be empty.
    fixed, outcome : ndarray, shapes (n, p) and (n,)
        Model matrix and outcome.

    Returns
    -------
    CrossProducts
    """
    columns = np.column_stack([*designs, fixed, outcome])
    n_people, n_waves = int(person.max()) + 1, int(wave.max()) + 1
    there = np.zeros((n_people, n_waves), dtype=bool)
    there[person, wave] = True
    rows = np.zeros((n_people, n_waves, columns.shape[1]))
    rows[person, wave] = columns
    parent = np.zeros(n_people, dtype=np.intp)
    if units:
        parent[person] = units[0]
    patterns, pattern = distinct_rows(there)
    r = columns.shape[1]
    return _by_cell(
        rows,
        parent,
        pattern,
        n_rows=np.array([len(outcome)]),
        n_fixed=fixed.shape[1],
        sizes=tuple(d.shape[1] for d in designs),
        parents=_parents(units),
        patterns=patterns,
        pattern_rows=patterns.sum(axis=1),
        within=np.zeros((1, int(parent.max()) + 1, r, r)),
    )


def sum_by(codes: Codes, rows: FloatArray) -> FloatArray:
    """Sums of rows that share a code, shape (codes, ...); every code occurs."""
    ordered, starts = _sorted_by(codes, rows)
    summed: FloatArray = np.add.reduceat(ordered, starts, axis=0)
    return summed


def sum_units(stack: FloatArray, parent: Codes) -> FloatArray:
    """Sum matrices, shape (..., units, r, r), over the units of each parent."""
    n_parents, n_units = int(parent.max()) + 1, len(parent)
    if n_parents * n_units <= _FEW:
        belongs = (parent == np.arange(n_parents)[:, None]).astype(float)
        r, c = stack.shape[-2:]
        flat = belongs @ stack.reshape(*stack.shape[:-2], r * c)
        products: FloatArray = flat.reshape(*stack.shape[:-3], n_parents, r, c)
        return products
    order = np.argsort(parent, kind="stable")
    starts = np.searchsorted(parent[order], np.arange(n_parents))
    summed: FloatArray = np.add.reduceat(stack[..., order, :, :], starts, axis=-3)
    return summed


def _grams(codes: Codes, rows: FloatArray) -> FloatArray:
    """Sums of outer products of rows that share a code, shape (codes, r, r)."""
    ordered, starts = _sorted_by(codes, rows)
    ends = [*starts[1:].tolist(), len(ordered)]
    parts = (ordered[start:end] for start, end in zip(starts.tolist(), ends, strict=True))
    return np.stack([part.T @ part for part in parts])


def _sorted_by(codes: Codes, rows: FloatArray) -> tuple[FloatArray, Codes]:
    """Rows in the order of their codes, and where each code starts."""
    if np.any(codes[1:] < codes[:-1]):
        order = np.argsort(codes, kind="stable")
        codes, rows = codes[order], rows[order]
    return rows, np.searchsorted(codes, np.arange(int(codes[-1]) + 1))


def _by_cell(reach: FloatArray, parent: Codes, pattern: Codes, **facts: Any) -> CrossProducts:
    """Sum the products of each person's `reach`, shape (people, q, r), over the cells."""
    n_patterns = int(pattern.max()) + 1
    cells, cell = np.unique(parent * n_patterns + pattern, return_inverse=True)
    q, r = reach.shape[1:]
    grams = _grams(cell, reach.reshape(len(reach), q * r))
    between = grams.reshape(len(cells), q, r, q, r).swapaxes(2, 3)
    return CrossProducts(
        pattern_people=np.bincount(pattern, minlength=n_patterns)[None],
        cell_parent=cells // n_patterns,
        cell_pattern=cells % n_patterns,
        between=np.ascontiguousarray(between)[None],
        **facts,
    )


def distinct_rows(rows: NDArray[Any]) -> tuple[NDArray[Any], Codes]:
    """Distinct rows, and which of them each row is."""
    # Column by column: sorting numbers is many times quicker than sorting rows.
    code = np.zeros(len(rows), dtype=np.intp)
    for column in rows.T:
        values, place = np.unique(column, return_inverse=True)
        _, code = np.unique(code * len(values) + place, return_inverse=True)
    _, first = np.unique(code, return_index=True)
    return rows[first], code


def _parents(units: Sequence[Codes]) -> tuple[Codes, ...]:
    """For each level, the unit of the next level that each unit belongs to."""
    parents = []
    for i, inner in enumerate(units):
        outer = units[i + 1] if i + 1 < len(units) else np.zeros_like(inner)
        parent = np.zeros(int(inner.max()) + 1, dtype=np.intp)
        parent[inner] = outer
        parents.append(parent)
    return tuple(parents)
