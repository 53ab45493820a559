"""The one pass over the data where grouping factors cross: sparse until the table is made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from peereval.mixed.likelihood.cell_sums import CellSums
from peereval.mixed.likelihood.crossproducts import CrossProducts
from peereval.mixed.likelihood.patterns import gram_facts, wave_facts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scipy.sparse import csr_array

    from peereval.typing import Codes, FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CrossedProducts(CrossProducts):
    """Cross-products of one data set in which the factors above the innermost one cross.

    They stand in one block, as the only unit of the second level.

    Attributes
    ----------
    counts : tuple of int
        Number of levels of each factor of the block.
    """

    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SparseSums(CellSums):
    """Products between people that are mostly zero: few people meet the same two levels.

    Attributes
    ----------
    sums : sparse array, shape (q * q * patterns, f * g)
        Those of `products`, by a and b, then by pattern; there is one unit.
    shape : (int, int)
        f and g.
    """

    sums: Any
    shape: tuple[int, int]

    def weighted(self, weights: FloatArray) -> FloatArray:
        """As of sums by pattern; there is one unit."""
        lead = weights.shape[:-3]
        by_pair = np.moveaxis(weights, -3, -1).reshape(-1, self.sums.shape[0])
        summed: FloatArray = (self.sums.T @ by_pair.T).T
        return summed.reshape(*lead, 1, *self.shape)


def crossed_products(
    inner: FloatArray,
    person: Codes,
    designs: Sequence[FloatArray],
    units: Sequence[Codes],
    fixed: FloatArray,
    outcome: FloatArray,
) -> CrossedProducts:
    """Cross-products for random effects of people crossed with other factors.

    Parameters
    ----------
    inner : ndarray, shape (n, q)
        Columns of the random effects of the factor with most levels.
    person : ndarray of int, shape (n,)
        Its level in each row.
    designs, units : sequences of ndarray, shapes (n, q_f) and (n,)
        The other factors.
    fixed, outcome : ndarray, shapes (n, p) and (n,)
        Model matrix and outcome.

    Returns
    -------
    CrossedProducts
        With one unit at the second level, which holds the effects of all other factors.
    """
    from scipy import sparse

    columns = _side_by_side(designs, units, fixed, outcome)
    n = len(outcome)
    belongs = sparse.csr_array((np.ones(n), (person, np.arange(n))))
    reach = [(belongs * column) @ columns for column in inner.T]
    gram = np.stack([belongs @ (inner * column[:, None]) for column in inner.T], axis=1)
    facts, pattern = gram_facts(gram, person)
    whole = (columns.T @ columns).toarray()[None, None]
    size = whole.shape[-1] - fixed.shape[1] - 1
    return CrossedProducts(
        **facts,
        own_rows=whole[:, :, :size],
        rest_rows=whole[:, :, size:, size:],
        **_block(columns, reach, pattern, units, fixed.shape[1]),
    )


def crossed_wave_products(
    person: Codes,
    wave: Codes,
    designs: Sequence[FloatArray],
    units: Sequence[Codes],
    fixed: FloatArray,
    outcome: FloatArray,
    group: Codes | None = None,
) -> CrossedProducts:
    """Cross-products for a covariance over the waves of a person, with crossed factors above.

    Parameters
    ----------
    person, wave : ndarray of int, shape (n,)
        Person and wave of each row, 0 upwards; no person has a wave twice.
    designs, units, fixed, outcome
        As in `crossed_products`.
    group : ndarray of int, shape (people,), optional
        Which covariance each person has, where there are several.

    Returns
    -------
    CrossedProducts
    """
    from scipy import sparse

    columns = _side_by_side(designs, units, fixed, outcome)
    n_people, n_waves = int(person.max()) + 1, int(wave.max()) + 1
    reach = []
    for w in range(n_waves):
        rows = np.flatnonzero(wave == w)
        place = sparse.csr_array(
            (np.ones(len(rows)), (person[rows], rows)), shape=(n_people, len(outcome))
        )
        reach.append(place @ columns)
    facts, pattern = wave_facts(person, wave, group)
    return CrossedProducts(
        **facts,
        **_block(columns, reach, pattern, units, fixed.shape[1]),
    )


def _side_by_side(
    designs: Sequence[FloatArray], units: Sequence[Codes], fixed: FloatArray, outcome: FloatArray
) -> Any:
    """The columns [Z_crossed, X, y] as a sparse matrix."""
    from scipy import sparse

    parts = [spread_out(design, unit) for design, unit in zip(designs, units, strict=True)]
    dense = sparse.csr_array(np.column_stack([fixed, outcome]))
    return sparse.hstack([*parts, dense], format="csr")


def spread_out(design: FloatArray, unit: Codes) -> csr_array:
    """Z of one level as a sparse matrix, shape (n, units * q)."""
    from scipy.sparse import csr_array

    n, q = design.shape
    columns = unit[:, None] * q + np.arange(q)
    shape = (n, (int(unit.max()) + 1) * q)
    return csr_array((design.ravel(), columns.ravel(), np.arange(0, n * q + 1, q)), shape=shape)


def _block(
    columns: Any, reach: Sequence[Any], pattern: Codes, units: Sequence[Codes], n_fixed: int
) -> dict[str, Any]:
    """What both kinds of model have in common."""
    n_patterns, size = int(pattern.max()) + 1, columns.shape[1] - n_fixed - 1
    own = [part[:, :size] for part in reach]
    rest = [part[:, size:] for part in reach]
    return {
        "n_rows": np.array([columns.shape[0]]),
        "n_fixed": n_fixed,
        "sizes": (size,),
        "parents": (np.zeros(1, dtype=np.intp),),
        "pattern_people": np.bincount(pattern, minlength=n_patterns)[None],
        "own": _sparse_sums(own, reach, pattern, n_patterns),
        "rest": _sparse_sums(rest, rest, pattern, n_patterns),
        "counts": tuple(int(unit.max()) + 1 for unit in units),
    }


def _sparse_sums(
    left: Sequence[Any], right: Sequence[Any], pattern: Codes, n_patterns: int
) -> SparseSums:
    """Sums over the people of each pattern, of sparse arrays with a row for each person."""
    from scipy import sparse

    f, g = left[0].shape[1], right[0].shape[1]
    parts = []
    for one in left:
        place = one.tocoo()
        # Every pattern has columns of its own, so that one product sums by pattern.
        spread = sparse.csr_array(
            (place.data, (place.row, pattern[place.row] * f + place.col)),
            shape=(one.shape[0], n_patterns * f),
        )
        parts += [(spread.T @ other).reshape((n_patterns, f * g)) for other in right]
    nothing = np.zeros(0, dtype=np.intp)
    return SparseSums(
        n_units=1,
        n_patterns=n_patterns,
        unit=nothing,
        pattern=nothing,
        products=np.zeros(0),
        sums=sparse.vstack(parts, format="csr"),
        shape=(f, g),
    )
