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

from peereval.mixed.likelihood.cell_sums import CellSums, products_by, sum_cells
from peereval.mixed.likelihood.patterns import gram_facts, wave_facts

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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PeopleProducts:
    """What the pass over the data knows of each person, before it is summed.

    Attributes
    ----------
    tree : Tree
        Where people hang in the levels above them.
    reach : ndarray, shape (people, q, r)
        a'F of each person, for each column a of Z_1 or each wave.
    pattern : ndarray of int, shape (people,)
        Pattern of each person.
    facts : dict
        What people of a pattern have in common, as in `CrossProducts`.
    columns : ndarray, shape (n, r), or None
        F row by row, for models that need its products row by row.
    n_rows, n_fixed : int
        Rows used; columns of X.
    """

    tree: Tree
    reach: FloatArray
    pattern: Codes
    facts: dict[str, Any]
    columns: FloatArray | None
    n_rows: int
    n_fixed: int

    @property
    def n_patterns(self) -> int:
        """Number of patterns."""
        return len(self.facts["patterns"])

    def table(self) -> CrossProducts:
        """Sum over the cells."""
        s, tree = self.tree.s, self.tree
        near, far = tree.of_people
        rest = self.reach[:, :, s:]
        n = self.n_patterns
        own = sum_cells(
            self.reach[:, :, :s], self.reach, near, self.pattern, n_units=tree.n_near, n_patterns=n
        )
        return CrossProducts(
            n_rows=np.array([self.n_rows]),
            n_fixed=self.n_fixed,
            sizes=tree.sizes,
            parents=tree.parents,
            pattern_people=np.bincount(self.pattern, minlength=n)[None],
            own=own,
            rest=sum_cells(rest, rest, far, self.pattern, n_units=tree.n_far, n_patterns=n),
            **self.row_sums(),
            **self.facts,
        )

    def row_sums(self) -> dict[str, Any]:
        """The products summed row by row, where the model needs them."""
        if self.columns is None:
            return {}
        near, far = self.tree.of_rows
        own, rest = self.columns[:, : self.tree.s], self.columns[:, self.tree.s :]
        return {
            "own_rows": products_by(near, own, self.columns, self.tree.n_near)[None],
            "rest_rows": products_by(far, rest, rest, self.tree.n_far)[None],
        }


def random_effect_products(
    designs: Sequence[FloatArray], units: Sequence[Codes], fixed: FloatArray, outcome: FloatArray
) -> PeopleProducts:
    """Products of each person for random effects at every level.

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
    PeopleProducts
    """
    inner, person = designs[0], units[0]
    columns = side_by_side(*designs[1:], fixed, outcome[:, None])
    facts, pattern = gram_facts(_reach(person, inner, inner), person)
    return PeopleProducts(
        tree=Tree(units, person, tuple(d.shape[1] for d in designs[1:])),
        reach=_reach(person, inner, columns),
        pattern=pattern,
        facts=facts,
        columns=columns,
        n_rows=len(outcome),
        n_fixed=fixed.shape[1],
    )


def wave_products(
    person: Codes,
    wave: Codes,
    designs: Sequence[FloatArray],
    units: Sequence[Codes],
    fixed: FloatArray,
    outcome: FloatArray,
    group: Codes | None = None,
) -> PeopleProducts:
    """Products of each person for a covariance over the waves, with random effects above.

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
    PeopleProducts
    """
    columns = side_by_side(*designs, fixed, outcome[:, None])
    n_people, n_waves = int(person.max()) + 1, int(wave.max()) + 1
    rows = np.zeros((n_people, n_waves, columns.shape[1]))
    rows[person, wave] = columns
    facts, pattern = wave_facts(person, wave, group)
    return PeopleProducts(
        tree=Tree((person, *units), person, tuple(d.shape[1] for d in designs)),
        reach=rows,
        pattern=pattern,
        facts=facts,
        columns=None,
        n_rows=len(outcome),
        n_fixed=fixed.shape[1],
    )


def side_by_side(*parts: FloatArray) -> FloatArray:
    """Columns side by side, one after the other in memory."""
    columns = np.empty((len(parts[0]), sum(part.shape[1] for part in parts)), order="F")
    start = 0
    for part in parts:
        columns[:, start : start + part.shape[1]] = part
        start += part.shape[1]
    return columns


def _reach(person: Codes, inner: FloatArray, columns: FloatArray) -> FloatArray:
    """Sums of a'F over the rows of each person, shape (people, q, r), a column at a time."""
    n_people, q, r = int(person.max()) + 1, inner.shape[1], columns.shape[1]
    sums = np.empty((n_people, q, r))
    for a in range(q):
        for c in range(r):
            sums[:, a, c] = np.bincount(person, inner[:, a] * columns[:, c], n_people)
    return sums


class Tree:
    """Where people and rows hang in the levels above the person.

    Attributes
    ----------
    sizes, parents : tuple
        As in `CrossProducts`.
    s : int
        Number of random effects of the second level.
    of_rows, of_people : (ndarray of int, ndarray of int)
        Unit of the second and of the third level.
    n_near, n_far : int
        Number of these units; one of each where there is no level above the person.
    """

    def __init__(self, units: Sequence[Codes], person: Codes, sizes: tuple[int, ...]) -> None:
        zero = np.zeros(len(person), dtype=np.intp)
        above = [*units[1:], zero]
        near, far = (above[0], above[1]) if sizes else (zero, zero)
        self.sizes, self.s = sizes, sizes[0] if sizes else 0
        self.parents = tuple(unit_of(inner, outer) for inner, outer in pairwise(above))
        self.of_rows = near, far
        self.of_people = unit_of(person, near), unit_of(person, far)
        self.n_near, self.n_far = int(near.max()) + 1, int(far.max()) + 1


def unit_of(inner: Codes, outer: Codes) -> Codes:
    """Unit of an outer level that each unit of an inner one belongs to."""
    parent = np.zeros(int(inner.max()) + 1, dtype=np.intp)
    parent[inner] = outer
    return parent
