r"""Random effects of grouping factors that are not nested in each other.

The factor with most levels is integrated out unit by unit, as for nested ones; the effects of all
the others are then one vector with a covariance matrix of its own size.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from scipy.sparse import csr_array

    from peereval.mixed.levels import Level
    from peereval.typing import FloatArray

_CHUNK = 4_000_000


@dataclass(frozen=True, slots=True, eq=False)
class CrossedElimination:
    """Two stages: the largest factor, and all others at once.

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


def eliminate_crossed(
    levels: tuple[Level, ...],
    psis: tuple[FloatArray, ...],
    spread: list[csr_array],
    columns: FloatArray,
    *,
    leaf: bool,
) -> CrossedElimination:
    """Integrate out random effects of any grouping factors, nested or crossed.

    Parameters
    ----------
    levels : tuple of Level
        The one with most units first.
    psis : tuple of ndarray, shapes (q, q)
        Their covariances.
    spread, columns : sparse arrays, shapes (n, units * q), and ndarray, shape (n, m)
        Z of each level, and other columns, with unit residual covariance.
    leaf : bool
        Whether the units of the first level have no row in common, as long as residuals do not
        tie them; it is then integrated out unit by unit.
    """
    from scipy.sparse import hstack

    at_once = spread[1:] if leaf else spread
    others = hstack(at_once, format="csr")
    if not leaf:
        gram = (others.T @ others).toarray()
        found = _eliminate_block(levels, psis, gram, others.T @ columns)
        return CrossedElimination(
            columns.T @ columns - found.explained, found.modes, found.covariances
        )
    first, q = spread[0], len(psis[0])
    units = len(levels[0].labels)
    diagonal = (first.T @ first).tobsr((q, q))
    gram = np.zeros((units, q, q))
    gram[np.repeat(np.arange(units), np.diff(diagonal.indptr))] = diagonal.data
    pull = np.linalg.solve(np.eye(q) + psis[0] @ gram, np.broadcast_to(psis[0], (units, q, q)))
    side, seen = (first.T @ others).tocsr(), (first.T @ columns).reshape(units, q, -1)
    reach = (_blocks(pull) @ side).tocsr()
    explained, flat = pull @ seen, seen.reshape(units * q, -1)
    left = (others.T @ others - side.T @ reach).toarray()
    found = _eliminate_block(levels[1:], psis[1:], left, others.T @ columns - reach.T @ flat)
    products = columns.T @ columns - flat.T @ explained.reshape(units * q, -1) - found.explained
    own = explained - (reach @ found.effects).reshape(units, q, -1)
    own_spread = pull + _carried(reach, found.spread, q)
    return CrossedElimination(products, [own, *found.modes], [own_spread, *found.covariances])


@dataclass(frozen=True, slots=True, eq=False)
class _Block:
    """Effects taken at once: what they explain, effects and their covariance, whole and by level."""

    explained: FloatArray
    effects: FloatArray
    spread: FloatArray
    modes: list[FloatArray]
    covariances: list[FloatArray]


def _eliminate_block(
    levels: tuple[Level, ...], psis: tuple[FloatArray, ...], gram: FloatArray, seen: FloatArray
) -> _Block:
    """Take all effects of some levels at once, given Z'V^-1Z and Z'V^-1 of columns."""
    from scipy.linalg import block_diag

    psi = block_diag(
        *(np.kron(np.eye(len(lv.labels)), own) for lv, own in zip(levels, psis, strict=True))
    )
    spread = np.linalg.solve(np.eye(len(psi)) + psi @ gram, psi)
    effects = spread @ seen
    modes: list[FloatArray] = []
    covariances: list[FloatArray] = []
    at = 0
    for level, own in zip(levels, psis, strict=True):
        size, k = len(level.labels) * len(own), len(own)
        place = (at + np.arange(size)).reshape(-1, k)
        modes.append(effects[place])
        covariances.append(spread[place[:, :, None], place[:, None, :]])
        at += size
    return _Block(seen.T @ effects, effects, spread, modes, covariances)


def spread_out(level: Level) -> csr_array:
    """Z of one level, shape (n, units * q)."""
    from scipy.sparse import csr_array

    n, q = level.design.shape
    columns = level.codes[:, None] * q + np.arange(q)
    shape = (n, len(level.labels) * q)
    return csr_array(
        (level.design.ravel(), columns.ravel(), np.arange(0, n * q + 1, q)), shape=shape
    )


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
