r"""From cross-products to log det V and F'V^-1 F, one level of clusters at a time.

With :math:`V = V_1 + Z_2 \Psi_2 Z_2' + \dots + Z_L \Psi_L Z_L'` and nested levels, the columns
of a level are integrated out unit by unit (Woodbury and the matrix determinant lemma):

.. math::

   H \leftarrow H_{22} - H_{21} (I + \Psi H_{11})^{-1} \Psi H_{12}, \qquad
   \log\det V \leftarrow \log\det V + \log\det(I + \Psi H_{11})

where H is F'V^-1 F of one unit so far and block 1 holds the unit's own random effects. This
holds for singular :math:`\Psi` too. No matrix grows with people.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from peereval.mixed.crossed import CrossedBlock, eliminate_crossed
from peereval.mixed.crossed_products import CrossedProducts
from peereval.mixed.crossproducts import sum_units
from peereval.mixed.jets import Jet, fixed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from peereval.mixed.crossproducts import CrossProducts
    from peereval.mixed.jets import Which
    from peereval.typing import FloatArray


@dataclass(frozen=True, slots=True)
class Moments:
    """What inference needs of a model at given parameters of V, by data set.

    Attributes
    ----------
    log_det : Jet
        log det V, shape (d,).
    fixed : Jet
        X'V^-1 X, shape (d, p, p).
    cross : Jet
        X'V^-1 y, shape (d, p, 1).
    total : Jet
        y'V^-1 y, shape (d, 1, 1).
    """

    log_det: Jet
    fixed: Jet
    cross: Jet
    total: Jet

    @property
    def residual(self) -> Jet:
        """(y - Xb)'V^-1 (y - Xb) at the generalised least squares b, shape (d,)."""
        explained = self.cross.transpose @ (self.fixed.inverse() @ self.cross)
        return (self.total - explained).linear(lambda a: a[..., 0, 0])

    @property
    def coefficients(self) -> FloatArray:
        """Generalised least squares estimates, shape (d, p)."""
        solved: FloatArray = np.linalg.solve(self.fixed.value, self.cross.value)[..., 0]
        return solved

    def over(self, which: Which) -> Moments:
        """The same with derivatives by all of `which`."""
        return Moments(*(j.over(which) for j in self._jets))

    def of(self, data_set: int) -> Moments:
        """Those of one data set, without the axis of data sets."""
        shapes = (0, 2, 2, 2)
        return Moments(
            *(
                jet.linear(lambda a, n=n: np.take(a, data_set, axis=-1 - n))  # type: ignore[misc]
                for jet, n in zip(self._jets, shapes, strict=True)
            )
        )

    @property
    def _jets(self) -> tuple[Jet, Jet, Jet, Jet]:
        return self.log_det, self.fixed, self.cross, self.total


def random_effect_leaf(table: CrossProducts, psi: Jet, variance: Jet) -> tuple[Jet, Jet]:
    """Integrate out the innermost random effects: V_1 = variance I + Z_1 Psi Z_1'.

    Parameters
    ----------
    table : CrossProducts
        Of random effects.
    psi : Jet
        Covariance of the innermost random effects, shape (d, q, q).
    variance : Jet
        Residual variance, shape (d, 1, 1).

    Returns
    -------
    log_det : Jet
        Shape (d,).
    products : Jet
        F'V_1^-1 F by unit of the second level, shape (d, parents, r, r).
    """
    q = psi.value.shape[-1]
    psi_over, identity = _over(psi), np.eye(q)
    scaled = psi_over.linear(lambda a: table.patterns @ a)
    middle = _over(variance).linear(lambda a: a * identity) + scaled
    pull = psi_over @ middle.inverse()
    explained = pull.linear(table.weighted)
    r = table.within.shape[-1]
    left = fixed(table.within) - explained
    products = left @ _over(variance.inverse()).linear(lambda a: a * np.eye(r))
    people = table.pattern_people.astype(float)
    spare = people @ (table.pattern_rows - q)
    log_det = middle.log_det().linear(lambda a: (a * people).sum(axis=-1))
    log_det += variance.log_det().linear(lambda a: spare * a)
    return log_det, products


def wave_leaf(table: CrossProducts, covariance: Jet) -> tuple[Jet, Jet]:
    """Weigh the waves of every person by the inverse of their covariance.

    Parameters
    ----------
    table : CrossProducts
        Of waves.
    covariance : Jet
        Covariance over all waves, shape (d, waves, waves).

    Returns
    -------
    log_det, products : Jet
        As in `random_effect_leaf`.
    """
    d, w, _ = covariance.value.shape
    shape, k = (d, len(table.patterns), w, w), len(covariance.which)
    weights = Jet(
        np.zeros(shape), np.zeros((k, *shape)), np.zeros((k, k, *shape)), covariance.which
    )
    log_det = fixed(np.zeros(d))
    for i, there in enumerate(table.patterns):
        waves = np.flatnonzero(there)
        own = covariance.linear(lambda a, w=waves: a[..., w[:, None], w])  # type: ignore[misc]
        inverse = own.inverse()
        place = (..., i, waves[:, None], waves)
        for whole, part in zip(_parts(weights), _parts(inverse), strict=True):
            whole[place] = part
        people = table.pattern_people[:, i].astype(float)
        log_det += own.log_det().linear(lambda a, n=people: n * a)  # type: ignore[misc]
    return log_det, weights.linear(table.weighted)


def integrate(table: CrossProducts, leaf: tuple[Jet, Jet], psis: Sequence[Jet]) -> Moments:
    """Integrate out the levels above the innermost one, from within outwards.

    Parameters
    ----------
    table : CrossProducts
        Sizes and nesting of the levels.
    leaf : (Jet, Jet)
        What a leaf function returned.
    psis : sequence of Jet, shapes (d, q_l, q_l)
        Covariance of the random effects of each level.

    Returns
    -------
    Moments
    """
    log_det, products = leaf
    if isinstance(table, CrossedProducts):
        single = products.linear(lambda a: a[..., 0, :, :])
        more, whole = eliminate_crossed(CrossedBlock(table.counts), single, psis)
        return _moments(table, log_det + more, whole)
    for size, parent, psi in zip(table.sizes, table.parents, psis, strict=True):
        own, rest = slice(0, size), slice(size, None)
        psi_over = _over(psi)
        middle = (psi_over @ products.block(own, own)).plus(np.eye(size))
        side = products.block(own, rest)
        pull = middle.inverse() @ psi_over
        left = products.block(rest, rest) - side.transpose @ (pull @ side)
        log_det += middle.log_det().linear(lambda a: a.sum(axis=-1))
        products = left.linear(lambda a, to=parent: sum_units(a, to))  # type: ignore[misc]
    return _moments(table, log_det, products.linear(lambda a: a[..., 0, :, :]))


def _moments(table: CrossProducts, log_det: Jet, whole: Jet) -> Moments:
    """Moments from the products of [X, y], shape (d, p + 1, p + 1)."""
    x, y = slice(0, table.n_fixed), slice(table.n_fixed, None)
    return Moments(log_det, whole.block(x, x), whole.block(x, y), whole.block(y, y))


def _over(matrix: Jet) -> Jet:
    """A matrix of every data set made ready to meet a stack of units."""
    return matrix.linear(lambda a: a[..., None, :, :])


def _parts(jet: Jet) -> tuple[Any, Any, Any]:
    """Value and derivatives, to be filled in place."""
    return jet.value, jet.first, jet.second
