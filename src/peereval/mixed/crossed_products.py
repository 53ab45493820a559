"""The one pass over the data where grouping factors cross: sparse until the table is made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from peereval.errors import StatisticsError
from peereval.mixed.crossproducts import CrossProducts, distinct_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from peereval.typing import Codes, FloatArray

MOST_EFFECTS = 3_000


class TooManyCrossedLevelsError(StatisticsError):
    """More crossed random effects than can be eliminated in one block."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CrossedProducts(CrossProducts):
    """Cross-products of one data set in which the factors above the innermost one cross.

    They stand in one block, as the only unit of the second level. Products between people are
    not summed by pattern beforehand, because that would make them dense for every pattern.

    Attributes
    ----------
    counts : tuple of int
        Number of levels of each factor of the block.
    reach : tuple of sparse arrays, shape (people, r)
        a'F of every person, for each column a of Z_1 or each wave.
    pattern : ndarray of int, shape (people,)
        Pattern of each person.
    """

    counts: tuple[int, ...]
    reach: tuple[Any, ...]
    pattern: Codes

    def weighted(self, weights: FloatArray) -> FloatArray:
        """As for nested factors; there is one unit of the second level."""
        r = self.within.shape[-1]
        flat = weights.reshape(-1, *weights.shape[-3:])
        sums = np.array([self._sum(by_pattern) for by_pattern in flat]).reshape(len(flat), r, r)
        return sums.reshape(*weights.shape[:-3], 1, r, r)

    def _sum(self, by_pattern: FloatArray) -> FloatArray:
        """Weighted products of one set of weights, shape (r, r)."""
        total = np.zeros(self.within.shape[-2:])
        for a, left in enumerate(self.reach):
            for b, right in enumerate(self.reach):
                weight = by_pattern[self.pattern, a, b]
                if np.any(weight):
                    total += (left.T @ right.multiply(weight[:, None])).toarray()
        return total


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
    rows = np.bincount(person)
    patterns, pattern = distinct_rows(np.column_stack([rows, gram.reshape(len(rows), -1)]))
    q = inner.shape[1]
    return _table(
        columns,
        reach,
        pattern,
        units,
        n_fixed=fixed.shape[1],
        patterns=patterns[:, 1:].reshape(-1, q, q),
        pattern_rows=patterns[:, 0].astype(np.intp),
        within=(columns.T @ columns).toarray()[None, None],
    )


def crossed_wave_products(
    person: Codes,
    wave: Codes,
    designs: Sequence[FloatArray],
    units: Sequence[Codes],
    fixed: FloatArray,
    outcome: FloatArray,
) -> CrossedProducts:
    """Cross-products for a covariance over the waves of a person, with crossed factors above.

    Parameters
    ----------
    person, wave : ndarray of int, shape (n,)
        Person and wave of each row, 0 upwards; no person has a wave twice.
    designs, units, fixed, outcome
        As in `crossed_products`.

    Returns
    -------
    CrossedProducts
    """
    from scipy import sparse

    columns = _side_by_side(designs, units, fixed, outcome)
    n_people, n_waves = int(person.max()) + 1, int(wave.max()) + 1
    there = np.zeros((n_people, n_waves), dtype=bool)
    there[person, wave] = True
    reach = []
    for w in range(n_waves):
        rows = np.flatnonzero(wave == w)
        place = sparse.csr_array(
            (np.ones(len(rows)), (person[rows], rows)), shape=(n_people, len(outcome))
        )
        reach.append(place @ columns)
    patterns, pattern = distinct_rows(there)
    return _table(
        columns,
        reach,
        pattern,
        units,
        n_fixed=fixed.shape[1],
        patterns=patterns,
        pattern_rows=patterns.sum(axis=1),
        within=np.zeros((1, 1, columns.shape[1], columns.shape[1])),
    )


def _side_by_side(
    designs: Sequence[FloatArray], units: Sequence[Codes], fixed: FloatArray, outcome: FloatArray
) -> Any:
    """The columns [Z_crossed, X, y] as a sparse matrix.

    Raises
    ------
    TooManyCrossedLevelsError
        If there are more effects than one block can hold.
    """
    from scipy import sparse

    n = len(outcome)
    parts = []
    for design, unit in zip(designs, units, strict=True):
        q = design.shape[1]
        at = unit[:, None] * q + np.arange(q)
        row = np.repeat(np.arange(n), q)
        parts.append(sparse.csr_array((design.ravel(), (row, at.ravel()))))
    effects = sum(part.shape[1] for part in parts)
    if effects > MOST_EFFECTS:
        raise TooManyCrossedLevelsError(
            f"The crossed grouping factors other than the largest have {effects:,} random effects "
            "together.",
            expected=f"{MOST_EFFECTS:,} at most",
            fix="leave out a factor, nest the factors, or use lme4.",
        )
    dense = sparse.csr_array(np.column_stack([fixed, outcome]))
    return sparse.hstack([*parts, dense], format="csr")


def _table(
    columns: Any, reach: Sequence[Any], pattern: Codes, units: Sequence[Codes], **facts: Any
) -> CrossedProducts:
    """The table with what both kinds of model have in common."""
    n_patterns, r = int(pattern.max()) + 1, columns.shape[1]
    return CrossedProducts(
        n_rows=np.array([columns.shape[0]]),
        sizes=(r - facts["n_fixed"] - 1,),
        parents=(np.zeros(1, dtype=np.intp),),
        pattern_people=np.bincount(pattern, minlength=n_patterns)[None],
        cell_parent=np.zeros(0, dtype=np.intp),
        cell_pattern=np.zeros(0, dtype=np.intp),
        between=np.zeros((1, 0, len(reach), len(reach), r, r)),
        counts=tuple(int(unit.max()) + 1 for unit in units),
        reach=tuple(reach),
        pattern=pattern,
        **facts,
    )
