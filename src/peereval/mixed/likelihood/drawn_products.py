"""The cross-products of many drawn evaluations at once, for simulations with two waves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from peereval.mixed.likelihood.cell_sums import CellSums
from peereval.mixed.likelihood.crossproducts import CrossProducts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from peereval.typing import FloatArray


def drawn_products(
    scores: FloatArray, back: NDArray[np.bool_], effects: FloatArray, fixed: FloatArray
) -> CrossProducts:
    """What `wave_products` makes of one data set, of d data sets with the same groups.

    Parameters
    ----------
    scores : ndarray of float, shape (d, groups, people, 2)
        Scores before and after of the people of every group.
    back : ndarray of bool, shape (d, groups, people)
        Who has the second of them.
    effects : ndarray of float, shape (groups, 2, s)
        Random effects of a group at the two waves; s is 0 where groups do not vary.
    fixed : ndarray of float, shape (groups, 2, p)
        Model matrix of the people of a group.

    Returns
    -------
    CrossProducts
        Of d data sets.
    """
    d, g, m, _ = scores.shape
    s, p = effects.shape[2], fixed.shape[2]
    columns = np.concatenate([effects, fixed], axis=2)
    rows = np.empty((d, g, m, 2, s + p + 1))
    rows[..., :-1] = columns[None, :, None]
    rows[..., -1] = scores
    rows[..., 1, :] *= back[..., None]
    own = _sums(rows[..., :s], rows, back)
    rest = _sums(rows[..., s:], rows[..., s:], back).sum(axis=1, keepdims=True)
    n_back = back.sum(axis=(1, 2))
    return CrossProducts(
        n_rows=g * m + n_back,
        n_fixed=p,
        sizes=(s,) if s else (),
        parents=(np.zeros(g, dtype=np.intp),) if s else (),
        patterns=np.array([[True, False], [True, True]]),
        pattern_rows=np.array([1, 2]),
        pattern_people=np.stack([g * m - n_back, n_back], axis=1),
        pattern_group=np.zeros(2, dtype=np.intp),
        own=_cells(own if s else own[:, :1]),
        rest=_cells(rest),
    )


def _sums(left: FloatArray, right: FloatArray, back: NDArray[np.bool_]) -> FloatArray:
    """Products between people by group and pattern, shape (d, groups, 2, 2, 2, f, g)."""
    d, g, m, _, f = left.shape
    k = right.shape[4]
    both = []
    for there in (~back, back):
        one = (left * there[..., None, None]).reshape(d, g, m, 2 * f)
        product = np.swapaxes(one, -1, -2) @ right.reshape(d, g, m, 2 * k)
        both.append(product.reshape(d, g, 2, f, 2, k).swapaxes(3, 4))
    return np.stack(both, axis=2)


def _cells(products: FloatArray) -> CellSums:
    """Sums by unit and pattern as a complete table of cells."""
    d, n_units, n_patterns = products.shape[:3]
    return CellSums(
        n_units=n_units,
        n_patterns=n_patterns,
        unit=np.repeat(np.arange(n_units), n_patterns),
        pattern=np.tile(np.arange(n_patterns), n_units),
        products=products.reshape(d, n_units * n_patterns, *products.shape[3:]),
    )
