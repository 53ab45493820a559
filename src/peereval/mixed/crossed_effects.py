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
    designs: list[FloatArray],
    columns: FloatArray,
) -> CrossedElimination:
    """Integrate out random effects of any grouping factors, nested or crossed.

    Parameters
    ----------
    levels : tuple of Level
        The one with most units first.
    psis : tuple of ndarray, shapes (q, q)
        Their covariances.
    designs, columns : ndarray, shapes (n, q) and (n, m)
        Random effects of each level, and other columns, with unit residual covariance.
    """
    from scipy.linalg import block_diag
    from scipy.sparse import hstack

    sizes = [len(level.labels) * len(psi) for level, psi in zip(levels, psis, strict=True)]
    spread = [_spread(level, design) for level, design in zip(levels, designs, strict=True)]
    first, others = spread[0], hstack(spread[1:], format="csr")
    units, q = len(levels[0].labels), len(psis[0])
    diagonal = (first.T @ first).tobsr((q, q))
    gram = np.zeros((units, q, q))
    gram[np.repeat(np.arange(units), np.diff(diagonal.indptr))] = diagonal.data
    pull = np.linalg.solve(np.eye(q) + psis[0] @ gram, np.broadcast_to(psis[0], (units, q, q)))
    side, seen = (first.T @ others).tocsr(), (first.T @ columns).reshape(units, q, -1)
    reach = (_blocks(pull) @ side).tocsr()
    explained = pull @ seen

    psi = block_diag(
        *(
            np.kron(np.eye(len(lv.labels)), own)
            for lv, own in zip(levels[1:], psis[1:], strict=True)
        )
    )
    flat = seen.reshape(units * q, -1)
    left = (others.T @ others - side.T @ reach).toarray()
    rest = others.T @ columns - reach.T @ flat
    spread_of_others = np.linalg.solve(np.eye(len(psi)) + psi @ left, psi)
    modes_of_others = spread_of_others @ rest
    products = columns.T @ columns - flat.T @ explained.reshape(units * q, -1)
    products = products - rest.T @ modes_of_others

    modes: list[FloatArray] = [explained - (reach @ modes_of_others).reshape(units, q, -1)]
    covariances: list[FloatArray] = [pull + _carried(reach, spread_of_others, q)]
    at = 0
    for size, own in zip(sizes[1:], psis[1:], strict=True):
        k = len(own)
        place = (at + np.arange(size)).reshape(-1, k)
        modes.append(modes_of_others[place])
        covariances.append(spread_of_others[place[:, :, None], place[:, None, :]])
        at += size
    return CrossedElimination(products, modes, covariances)


def _spread(level: Level, design: FloatArray) -> csr_array:
    """Z of one level, shape (n, units * q)."""
    from scipy.sparse import csr_array

    n, q = design.shape
    columns = level.codes[:, None] * q + np.arange(q)
    shape = (n, len(level.labels) * q)
    return csr_array((design.ravel(), columns.ravel(), np.arange(0, n * q + 1, q)), shape=shape)


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
