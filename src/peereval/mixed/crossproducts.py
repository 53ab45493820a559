"""The one pass over the data: a table of cross-products by cluster pattern.

Everything after it works on this table, so that an evaluation of the criterion costs nothing
that grows with the number of rows or people. People who share a pattern (the same rows of the
innermost random effects, or the same waves) share all the work.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from peereval.mixed.cell_sums import CellSums, products_by, sum_by, sum_cells

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from peereval.typing import Codes, FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CrossProducts:
    """Sums over the rows, by cluster pattern, of all that a mixed model needs of its data.

    F stands for the columns [Z_2 ... Z_L, X, y]: the random effects of the levels above the
    innermost one, the fixed part and the outcome; r is their number, s that of Z_2. Products of
    Z_2 are kept by unit of the second level, all others by unit of the third, so that many
    small units stay cheap. Several data sets with the same cells and units can stand in one
    table; d is their number.

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
    pattern_group : ndarray of int, shape (patterns,)
        Which covariance over the waves its people have; 0 throughout where there is one.
    own : CellSums
        Products between people of Z_2 with F, by unit of the second level.
    rest : CellSums
        Those of the other columns of F, by unit of the third level.
    own_rows, rest_rows : ndarray, shapes (d, units, s, r) and (d, units, r - s, r - s)
        The same products summed row by row, Z_2'F and so on; None for models of waves.
    """

    n_rows: Codes
    n_fixed: int
    sizes: tuple[int, ...]
    parents: tuple[Codes, ...]
    patterns: NDArray[Any]
    pattern_rows: Codes
    pattern_people: Codes
    pattern_group: Codes
    own: CellSums
    rest: CellSums
    own_rows: FloatArray | None = None
    rest_rows: FloatArray | None = None

    def of(self, data_sets: Codes) -> CrossProducts:
        """The table of some of the data sets; that of a single one serves any number of trials."""
        if len(self.n_rows) == 1:
            return self
        return replace(
            self,
            n_rows=self.n_rows[data_sets],
            pattern_people=self.pattern_people[data_sets],
            own=self.own.of(data_sets),
            rest=self.rest.of(data_sets),
            own_rows=None if self.own_rows is None else self.own_rows[data_sets],
            rest_rows=None if self.rest_rows is None else self.rest_rows[data_sets],
        )


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
    gram = sum_by(person, inner[:, :, None] * inner[:, None, :])
    reach = sum_by(person, inner[:, :, None] * columns[:, None, :])
    n_rows = np.bincount(person)
    patterns, pattern = distinct_rows(np.column_stack([n_rows, gram.reshape(len(n_rows), -1)]))
    q = inner.shape[1]
    tree = _Tree(units, person, tuple(d.shape[1] for d in designs[1:]))
    s, (near, far) = tree.s, tree.of_rows
    return CrossProducts(
        n_rows=np.array([len(outcome)]),
        n_fixed=fixed.shape[1],
        patterns=patterns[:, 1:].reshape(-1, q, q),
        pattern_rows=patterns[:, 0].astype(np.intp),
        pattern_group=np.zeros(len(patterns), dtype=np.intp),
        own_rows=products_by(near, columns[:, :s], columns, tree.n_near)[None],
        rest_rows=products_by(far, rest := columns[:, s:], rest, tree.n_far)[None],
        **tree.sums(reach, pattern, len(patterns)),
    )


def wave_products(
    person: Codes,
    wave: Codes,
    designs: Sequence[FloatArray],
    units: Sequence[Codes],
    fixed: FloatArray,
    outcome: FloatArray,
    group: Codes | None = None,
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
    group : ndarray of int, shape (people,), optional
        Which covariance each person has, where there are several.

    Returns
    -------
    CrossProducts
    """
    columns = np.column_stack([*designs, fixed, outcome])
    n_people, n_waves = int(person.max()) + 1, int(wave.max()) + 1
    rows = np.zeros((n_people, n_waves, columns.shape[1]))
    rows[person, wave] = columns
    patterns, pattern = wave_patterns(person, wave, group)
    tree = _Tree((person, *units), person, tuple(d.shape[1] for d in designs))
    return CrossProducts(
        n_rows=np.array([len(outcome)]),
        n_fixed=fixed.shape[1],
        patterns=patterns[:, 1:].astype(bool),
        pattern_rows=patterns[:, 1:].sum(axis=1),
        pattern_group=patterns[:, 0],
        **tree.sums(rows, pattern, len(patterns)),
    )


def wave_patterns(
    person: Codes, wave: Codes, group: Codes | None
) -> tuple[NDArray[np.intp], Codes]:
    """Group and waves of each pattern, shape (patterns, 1 + waves), and pattern of each person."""
    n_people, n_waves = int(person.max()) + 1, int(wave.max()) + 1
    facts = np.zeros((n_people, 1 + n_waves), dtype=np.intp)
    facts[:, 0] = 0 if group is None else group
    facts[person, 1 + wave] = 1
    return distinct_rows(facts)


class _Tree:
    """Where people and rows hang in the levels above the person."""

    def __init__(self, units: Sequence[Codes], person: Codes, sizes: tuple[int, ...]) -> None:
        zero = np.zeros(len(person), dtype=np.intp)
        above = [*units[1:], zero]
        # Without a level above the person everything hangs on one unit of no effects.
        near, far = (above[0], above[1]) if sizes else (zero, zero)
        self.sizes, self.s = sizes, sizes[0] if sizes else 0
        self.parents = tuple(_parent(inner, outer) for inner, outer in pairwise(above))
        self.of_rows = near, far
        self.of_people = _parent(person, near), _parent(person, far)
        self.n_near, self.n_far = int(near.max()) + 1, int(far.max()) + 1

    def sums(self, reach: FloatArray, pattern: Codes, n_patterns: int) -> dict[str, Any]:
        """Sum the products of each person's `reach`, shape (people, q, r)."""
        near, far = self.of_people
        rest = reach[:, :, self.s :]
        return {
            "sizes": self.sizes,
            "parents": self.parents,
            "pattern_people": np.bincount(pattern, minlength=n_patterns)[None],
            "own": sum_cells(
                reach[:, :, : self.s],
                reach,
                near,
                pattern,
                n_units=self.n_near,
                n_patterns=n_patterns,
            ),
            "rest": sum_cells(rest, rest, far, pattern, n_units=self.n_far, n_patterns=n_patterns),
        }


def _parent(inner: Codes, outer: Codes) -> Codes:
    """Unit of an outer level that each unit of an inner one belongs to."""
    parent = np.zeros(int(inner.max()) + 1, dtype=np.intp)
    parent[inner] = outer
    return parent


def distinct_rows(rows: NDArray[Any]) -> tuple[NDArray[Any], Codes]:
    """Distinct rows, and which of them each row is."""
    # Column by column: sorting numbers is many times quicker than sorting rows.
    code = np.zeros(len(rows), dtype=np.intp)
    for column in rows.T:
        values, place = np.unique(column, return_inverse=True)
        _, code = np.unique(code * len(values) + place, return_inverse=True)
    _, first = np.unique(code, return_index=True)
    return rows[first], code
