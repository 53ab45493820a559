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
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from peereval.mixed.likelihood.cell_sums import sum_units
from peereval.mixed.likelihood.crossed import CrossedBlock, eliminate_crossed
from peereval.mixed.likelihood.crossed_products import CrossedProducts
from peereval.mixed.likelihood.jets import Jet, affine, fixed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from peereval.mixed.likelihood.cell_sums import CellSums
    from peereval.mixed.likelihood.crossproducts import CrossProducts
    from peereval.mixed.likelihood.jets import Which
    from peereval.typing import Codes, FloatArray


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

    @property
    def _jets(self) -> tuple[Jet, Jet, Jet, Jet]:
        return self.log_det, self.fixed, self.cross, self.total


@dataclass(frozen=True, slots=True)
class Leaf:
    """What the innermost level leaves to those above it.

    Attributes
    ----------
    log_det : Jet
        log det V_1, shape (d,).
    own : Jet
        Z_2'V_1^-1 F by unit of the second level, shape (d, units, s, r).
    rest : Jet
        The products of the other columns by unit of the third level, shape
        (d, units, r - s, r - s).
    """

    log_det: Jet
    own: Jet
    rest: Jet


def random_effect_leaf(table: CrossProducts, psi: Jet, variance: Jet) -> Leaf:
    """Integrate out the innermost random effects: V_1 = variance I + Z_1 Psi Z_1'.

    Parameters
    ----------
    table : CrossProducts
        Of random effects.
    psi : Jet
        Covariance of the innermost random effects, shape (d, q, q).
    variance : Jet
        Residual variance, shape (d, 1, 1).
    """
    q = psi.value.shape[-1]
    psi_over = _over(psi)
    scaled = psi_over.linear(lambda a: table.patterns @ a)
    middle = _over(variance).linear(lambda a: a * np.eye(q)) + scaled
    inverse, middle_log_det = middle.inverse_and_log_det()
    pull = psi_over @ inverse
    precision = _over(variance.inverse())

    def left(rows: FloatArray | None, sums: CellSums) -> Jet:
        """(F'G - F'Z_1 pull Z_1'G) / variance."""
        products = fixed(np.asarray(rows)) - pull.linear(sums.weighted)
        identity = np.eye(products.value.shape[-2])
        return precision.linear(lambda a: a * identity) @ products

    people = table.pattern_people.astype(float)
    spare = people @ (table.pattern_rows - q)
    log_det = middle_log_det.linear(lambda a: (a * people).sum(axis=-1))
    log_det += variance.log_det().linear(lambda a: spare * a)
    return Leaf(log_det, left(table.own_rows, table.own), left(table.rest_rows, table.rest))


def wave_leaf(table: CrossProducts, covariances: Sequence[Jet]) -> Leaf:
    """Weigh the waves of every person by the inverse of their covariance.

    Parameters
    ----------
    table : CrossProducts
        Of waves.
    covariances : sequence of Jet, shapes (d, waves, waves)
        Covariance over all waves of each group of people.
    """
    d, w, _ = covariances[0].value.shape
    which = tuple(sorted({i for covariance in covariances for i in covariance.which}))
    shape, k = (d, len(table.patterns), w, w), len(which)
    weights = affine(np.zeros(shape), np.zeros((k, *shape)), which)
    log_det = fixed(np.zeros(d))
    for i, (there, group) in enumerate(zip(table.patterns, table.pattern_group, strict=True)):
        waves = np.flatnonzero(there)
        own = covariances[group].linear(lambda a, w=waves: a[..., w[:, None], w])
        inverse, own_log_det = own.inverse_and_log_det()
        place = (..., i, waves[:, None], waves)
        for whole, part in zip(_parts(weights), _parts(inverse.over(which)), strict=True):
            whole[place] = part
        people = table.pattern_people[:, i].astype(float)
        log_det += own_log_det.linear(lambda a, n=people: n * a)
    return Leaf(log_det, weights.linear(table.own.weighted), weights.linear(table.rest.weighted))


def integrate(table: CrossProducts, leaf: Leaf, psis: Sequence[Jet]) -> Moments:
    """Integrate out the levels above the innermost one, from within outwards.

    Parameters
    ----------
    table : CrossProducts
        Sizes and nesting of the levels.
    leaf : Leaf
        What a leaf function returned.
    psis : sequence of Jet, shapes (d, q_l, q_l)
        Covariance of the random effects of each level.
    """
    log_det, own, rest = leaf.log_det, leaf.own, leaf.rest
    if isinstance(table, CrossedProducts):
        more, left = eliminate_crossed(CrossedBlock(table.counts), _root(own), _root(rest), psis)
        return _moments(table, log_det + more, left)
    for i, (size, parent, psi) in enumerate(zip(table.sizes, table.parents, psis, strict=True)):
        mine, others = slice(0, size), slice(size, None)
        middle = (_over(psi) @ own.block(slice(None), mine)).plus(np.eye(size))
        inverse, own_log_det = middle.inverse_and_log_det()
        log_det += own_log_det.linear(lambda a: a.sum(axis=-1))
        pull = inverse @ _over(psi)
        rest = rest - _explained(own.block(slice(None), others), pull, parent)
        if i + 1 < len(table.sizes):
            above, upper = table.sizes[i + 1], table.parents[i + 1]
            own = rest.block(slice(0, above), slice(None))
            further = rest.block(slice(above, None), slice(above, None))
            to_upper = partial(sum_units, parent=upper, n_parents=int(upper.max()) + 1)
            rest = further.linear(to_upper)
    return _moments(table, log_det, _root(rest))


def _root(units: Jet) -> Jet:
    """The matrices of the only unit."""
    return units.linear(lambda a: a[..., 0, :, :])


def _explained(side: Jet, pull: Jet, parent: Codes) -> Jet:
    """H_21 pull H_12, summed over the units of each parent."""
    pulled, place = pull @ side, _places_by_parent(parent)
    if place is None:
        each, n = side.transpose @ pulled, int(parent.max()) + 1
        return each.linear(lambda a: sum_units(a, parent, n))

    def stack(a: FloatArray) -> FloatArray:
        """Sisters one below the other, so that one product sums over them."""
        *lead, _, q, r = a.shape
        padded = np.concatenate([a, np.zeros((*lead, 1, q, r))], axis=-3)
        return padded[..., place, :, :].reshape(*lead, len(place), -1, r)

    return side.linear(stack).transpose @ pulled.linear(stack)


def _places_by_parent(parent: Codes) -> Codes | None:
    """Units of each parent, shape (parents, most), filled up with the number after the last one.

    None where some parent has so many that the filling would cost more than it saves.
    """
    counts = np.bincount(parent)
    most = int(counts.max())
    if most * len(counts) > 2 * len(parent) + 100:
        return None
    order = np.argsort(parent, kind="stable")
    column = np.arange(len(parent)) - np.repeat(np.cumsum(counts) - counts, counts)
    place = np.full((len(counts), most), len(parent))
    place[parent[order], column] = order
    return place


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
