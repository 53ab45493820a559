r"""Random effects of grouping factors that are not nested in each other.

The factor with most levels is integrated out unit by unit, as for nested ones; the effects of all
the others are then one vector with a covariance matrix of its own size. Where people move between
levels and have a covariance over the waves, even the rows of the largest factor's units hang
together, and all effects are that one vector.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from peereval.mixed.likelihood.crossed_products import spread_out

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scipy.sparse import csr_array

    from peereval.mixed.fitted.row_covariance import RowCovariance
    from peereval.mixed.terms.levels import Level
    from peereval.typing import FloatArray

_CHUNK = 4_000_000


@dataclass(frozen=True, slots=True, eq=False)
class CrossedElimination:
    """Random effects integrated out of some columns.

    Attributes
    ----------
    products : ndarray, shape (m, m)
        C'V^-1C of the columns C.
    modes : list of ndarray, shapes (units, q, m)
        Conditional modes by level, for every column.
    covariances : list of ndarray, shapes (units, q, q)
        Conditional covariances by level.
    """

    products: FloatArray
    modes: list[FloatArray]
    covariances: list[FloatArray]


def eliminate_crossed(covariance: RowCovariance, columns: FloatArray) -> CrossedElimination:
    """Integrate out random effects of any grouping factors, nested or crossed.

    Parameters
    ----------
    covariance : RowCovariance
        V, the level with most units first.
    columns : ndarray, shape (n, m)
        For example the fixed part, or the outcome less it.
    """
    levels, psis = covariance.levels, covariance.psis
    whitener = covariance.residual.whitener(len(columns))
    white = whitener @ columns
    spread = [whitener @ spread_out(level.design, level.codes) for level in levels]
    if covariance.residual.splits(levels[0].codes):
        return _at_once(levels, psis, spread, white)
    return _in_two_stages(levels, psis, spread, white)


def _at_once(
    levels: Sequence[Level],
    psis: Sequence[FloatArray],
    spread: Sequence[csr_array],
    columns: FloatArray,
) -> CrossedElimination:
    """All factors as one block."""
    from scipy.sparse import hstack

    whole = hstack(spread, format="csr")
    block = _Block.of(levels, psis, (whole.T @ whole).toarray(), whole.T @ columns)
    products = columns.T @ columns - block.explained
    return CrossedElimination(products, *block.by_level(levels, psis))


def _in_two_stages(
    levels: Sequence[Level],
    psis: Sequence[FloatArray],
    spread: Sequence[csr_array],
    columns: FloatArray,
) -> CrossedElimination:
    """The largest factor unit by unit, then all others as one block."""
    from scipy.sparse import hstack

    first, others = spread[0], hstack(spread[1:], format="csr")
    units, q = len(levels[0].labels), len(psis[0])
    diagonal = (first.T @ first).tobsr((q, q))
    gram = np.zeros((units, q, q))
    gram[np.repeat(np.arange(units), np.diff(diagonal.indptr))] = diagonal.data
    pull = np.linalg.solve(np.eye(q) + psis[0] @ gram, np.broadcast_to(psis[0], (units, q, q)))
    side, seen = (first.T @ others).tocsr(), (first.T @ columns).reshape(units, q, -1)
    reach = (_blocks(pull) @ side).tocsr()
    explained = pull @ seen
    flat = seen.reshape(units * q, -1)
    left = (others.T @ others - side.T @ reach).toarray()
    block = _Block.of(levels[1:], psis[1:], left, others.T @ columns - reach.T @ flat)
    products = columns.T @ columns - flat.T @ explained.reshape(units * q, -1)
    modes, covariances = block.by_level(levels[1:], psis[1:])
    own_modes = explained - (reach @ block.modes).reshape(units, q, -1)
    own_covariance = pull + _carried(reach, block.covariance, q)
    return CrossedElimination(
        products - block.explained, [own_modes, *modes], [own_covariance, *covariances]
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Block:
    """Factors integrated out together.

    Attributes
    ----------
    modes, covariance : ndarray, shapes (Q, m) and (Q, Q)
        Of all their effects.
    explained : ndarray, shape (m, m)
        What they take off the products of the columns.
    """

    modes: FloatArray
    covariance: FloatArray
    explained: FloatArray

    @classmethod
    def of(
        cls,
        levels: Sequence[Level],
        psis: Sequence[FloatArray],
        gram: FloatArray,
        reach: FloatArray,
    ) -> _Block:
        """From Z'V^-1Z and Z'V^-1C without these factors."""
        from scipy.linalg import block_diag

        own = (np.kron(np.eye(len(lv.labels)), p) for lv, p in zip(levels, psis, strict=True))
        psi = block_diag(*own)
        covariance = np.linalg.solve(np.eye(len(psi)) + psi @ gram, psi)
        modes = covariance @ reach
        return cls(modes, covariance, reach.T @ modes)

    def by_level(
        self, levels: Sequence[Level], psis: Sequence[FloatArray]
    ) -> tuple[list[FloatArray], list[FloatArray]]:
        """Modes, shape (units, q, m), and covariances, shape (units, q, q), of every factor."""
        modes, covariances, at = [], [], 0
        for level, psi in zip(levels, psis, strict=True):
            size = len(level.labels) * len(psi)
            place = (at + np.arange(size)).reshape(-1, len(psi))
            modes.append(self.modes[place])
            covariances.append(self.covariance[place[:, :, None], place[:, None, :]])
            at += size
        return modes, covariances


def _blocks(stack: FloatArray) -> csr_array:
    """A block-diagonal matrix of a stack of square matrices."""
    from scipy.sparse import bsr_array

    units = len(stack)
    return bsr_array((stack, np.arange(units), np.arange(units + 1))).tocsr()


def _carried(reach: csr_array, spread: FloatArray, q: int) -> FloatArray:
    """Diagonal blocks of reach @ spread @ reach', shape (units, q, q), some units at a time."""
    units = reach.shape[0] // q
    found = np.empty((units, q, q))
    step = max(1, _CHUNK // (q * len(spread)))
    for start in range(0, units, step):
        own = reach[start * q : (start + step) * q]
        dense = own.toarray().reshape(-1, q, len(spread))
        found[start : start + step] = (own @ spread).reshape(dense.shape) @ dense.swapaxes(1, 2)
    return found
