r"""Crossed grouping factors: people and facilitators, say, with neither nested in the other.

The factor with most levels is integrated out person by person as ever; all others stand side by
side in one block of Q effects, :math:`\Psi = \operatorname{diag}(I_{n_f} \otimes \psi_f)`, that is
eliminated at once. Its derivatives need only a few products of Q by Q matrices: with
:math:`U = (I + \Psi H_{11})^{-1}`, :math:`G = U \Psi` and :math:`K = H_{11} U`,

.. math::

   \partial \log\det(I + \Psi H_{11}) = \langle K, \dot\Psi \rangle + \langle G, \dot H_{11} \rangle,
   \quad \dot G = U \dot\Psi U' - G \dot H_{11} G, \quad \dot K = U' \dot H_{11} U - K \dot\Psi K,

and the Schur complement :math:`R = N' H N - W'\Psi W` has
:math:`\dot R = N'\dot H N - W' \dot\Psi W`, where N = [-G H12; I] and W = U'H12.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from peereval.mixed.likelihood.jets import Jet, pair_numbers, pairs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from peereval.typing import FloatArray


@dataclass(frozen=True, slots=True)
class CrossedBlock:
    """The factors eliminated together.

    Attributes
    ----------
    counts : tuple of int
        Number of levels of each factor.
    """

    counts: tuple[int, ...]

    def psi_times(self, psis: Sequence[FloatArray], matrix: FloatArray) -> FloatArray:
        """The product of diag(I x psi_f) with a matrix of Q rows, factor by factor."""
        return np.concatenate(
            [
                self._one(psi, part)
                for psi, part in zip(psis, self._parts(psis, matrix), strict=True)
            ]
        )

    def _one(self, psi: FloatArray, part: FloatArray) -> FloatArray:
        """(I x psi) times the rows of one factor."""
        stacked: FloatArray = psi @ part.reshape(-1, len(psi), part.shape[1])
        return stacked.reshape(part.shape)

    def _parts(self, psis: Sequence[FloatArray], matrix: FloatArray) -> list[FloatArray]:
        """The rows of each factor."""
        ends = np.cumsum([n * len(psi) for n, psi in zip(self.counts, psis, strict=True)])
        return np.split(matrix, ends[:-1])


def eliminate_crossed(
    block: CrossedBlock, own: Jet, rest: Jet, psis: Sequence[Jet]
) -> tuple[Jet, Jet]:
    """Integrate out all factors of a block.

    Parameters
    ----------
    block : CrossedBlock
        Q effects in all.
    own : Jet
        Products of the block's columns with all columns, shape (d, Q, r).
    rest : Jet
        Products of the other columns, shape (d, r - Q, r - Q).
    psis : sequence of Jet, shapes (d, q_f, q_f)
        Covariance of the effects of each factor.

    Returns
    -------
    log_det : Jet
        log det(I + Psi H_11), shape (d,).
    left : Jet
        The products of the other columns, shape (d, r - Q, r - Q).
    """
    which = tuple(sorted({*own.which, *rest.which, *(i for psi in psis for i in psi.which)}))
    own, rest, psis = own.over(which), rest.over(which), [psi.over(which) for psi in psis]
    found = [
        _eliminate_one(block, _of(own, d), _of(rest, d), [_of(psi, d) for psi in psis])
        for d in range(own.value.shape[0])
    ]
    log_dets, lefts = zip(*found, strict=True)
    return _stacked(log_dets), _stacked(lefts)


def _eliminate_one(block: CrossedBlock, own: Jet, rest: Jet, psis: list[Jet]) -> tuple[Jet, Jet]:
    """The same of one data set."""
    size = own.value.shape[0]
    h, s = own.value[:, :size], own.value[:, size:]
    values = [psi.value for psi in psis]
    middle = np.eye(size) + block.psi_times(values, h)
    u = np.linalg.inv(middle)
    g = block.psi_times(values, u.T)
    t = g @ s
    log_det = np.linalg.slogdet(middle)[1]
    left = rest.value - s.T @ t
    k = len(own.which)
    both = list(zip(*pairs(k), strict=True))
    first, second = np.zeros(k), np.zeros(len(both))
    left_first, left_second = np.zeros((k, *left.shape)), np.zeros((len(both), *left.shape))
    if k:
        curve = _Curve(block, own, rest, psis, u, g, t)
        for i in range(k):
            first[i], left_first[i] = curve.slope(i)
        for n, (i, j) in enumerate(both):
            second[n], left_second[n] = curve.bend(i, j)
    return (
        Jet(np.asarray(log_det), first, second, own.which),
        Jet(left, left_first, left_second, own.which),
    )


class _Curve:
    """Derivatives of one elimination, sharing what they have in common."""

    def __init__(
        self,
        block: CrossedBlock,
        own: Jet,
        rest: Jet,
        psis: list[Jet],
        u: FloatArray,
        g: FloatArray,
        t: FloatArray,
    ) -> None:
        self.block, self.own, self.rest, self.psis = block, own, rest, psis
        self.u, self.g, self.t = u, g, t
        self.size = len(u)
        self.h = own.value[:, : self.size]
        self.k = self.h @ u
        self.w = own.value[:, self.size :] - self.h @ t
        self.n = np.concatenate([-t, np.eye(t.shape[1])])
        every = range(len(own.which))
        self.pair = pair_numbers(len(own.which))
        moving = [i for i in every if np.any(own.first[i]) or np.any(rest.first[i])]
        turning = [i for i in every if any(np.any(p.first[i]) for p in psis)]
        # By parameter: Psi' K of those of Psi; U'H'U and G H' of those of H; dT of all.
        self.psi_k = {i: self._psi(i, self.k) for i in turning}
        self.u_h_u = {i: u.T @ self._h(i) @ u for i in moving}
        self.g_h = {i: g @ self._h(i) for i in moving}
        self.dt = [self._dt(i) for i in every]

    def _h(self, i: int) -> FloatArray:
        """Derivative of H_11."""
        part: FloatArray = self.own.first[i][:, : self.size]
        return part

    def _n_h_n(self, own: FloatArray, rest: FloatArray) -> FloatArray:
        """N'HN for derivatives of the rows of the block and of the rest."""
        side = self.t.T @ own[:, self.size :]
        product: FloatArray = rest - side - side.T + self.t.T @ own[:, : self.size] @ self.t
        return product

    def _psi(self, i: int, matrix: FloatArray) -> FloatArray:
        """Derivative of Psi, times a matrix."""
        return self.block.psi_times([p.first[i] for p in self.psis], matrix)

    def _dt(self, i: int) -> FloatArray:
        """Derivative of T = G H_12: U Psi' W + G (H_12' - H_11' T)."""
        moved = np.zeros_like(self.t)
        if i in self.psi_k:
            moved += self.u @ self._psi(i, self.w)
        if i in self.g_h:
            moved += self.g @ (self.own.first[i] @ self.n)
        return moved

    def slope(self, i: int) -> tuple[float, FloatArray]:
        """First derivatives of log det and of the Schur complement."""
        log_det = 0.0
        left = np.zeros((self.n.shape[1],) * 2)
        if i in self.psi_k:
            log_det += float(np.trace(self.psi_k[i]))
            left -= self.w.T @ self._psi(i, self.w)
        if i in self.g_h:
            log_det += float(np.trace(self.g_h[i]))
            left += self._n_h_n(self.own.first[i], self.rest.first[i])
        return log_det, left

    def bend(self, i: int, j: int) -> tuple[float, FloatArray]:
        """Second derivatives of log det and of the Schur complement."""
        return self._bend_log_det(i, j), self._bend_left(i, j)

    def _bend_log_det(self, i: int, j: int) -> float:
        """<Psi'', K> + <Psi_i', K_j'> + <G_j', H_i'> + <G, H''>."""
        value = 0.0
        if np.any(self.own.second[self.pair[i, j]]):
            value += float(np.sum(self.g * self.own.second[self.pair[i, j]][:, : self.size]))
        if any(np.any(p.second[self.pair[i, j]]) for p in self.psis):
            value += float(np.trace(self._psi_twice(i, j, self.k)))
        for a, b in ((i, j), (j, i)):
            if a in self.psi_k and b in self.u_h_u:
                value += float(np.trace(self._psi(a, self.u_h_u[b])))
        for table in (self.psi_k, self.g_h):
            if i in table and j in table:
                value -= float(np.sum(table[i] * table[j].T))
        return value

    def _bend_left(self, i: int, j: int) -> FloatArray:
        """Derivative of N'H_i'N - W'Psi_i'W by parameter j."""
        left = self._n_h_n(self.own.second[self.pair[i, j]], self.rest.second[self.pair[i, j]])
        left -= self.w.T @ self._psi_twice(i, j, self.w)
        if i in self.g_h:
            cross = self.dt[j].T @ (self.own.first[i] @ self.n)
            left -= cross + cross.T
        if i in self.psi_k:
            dw = self.own.first[j] @ self.n - self.h @ self.dt[j]
            cross = dw.T @ self._psi(i, self.w)
            left -= cross + cross.T
        return left

    def _psi_twice(self, i: int, j: int, matrix: FloatArray) -> FloatArray:
        """Second derivative of Psi, times a matrix."""
        return self.block.psi_times([p.second[self.pair[i, j]] for p in self.psis], matrix)


def _of(jet: Jet, data_set: int) -> Jet:
    """A jet of matrices of one data set."""
    return jet.linear(lambda a: a[..., min(data_set, a.shape[-3] - 1), :, :])


def _stacked(jets: Sequence[Jet]) -> Jet:
    """Jets of single data sets with an axis of data sets before the matrices or numbers."""
    return Jet(
        np.stack([j.value for j in jets]),
        np.stack([j.first for j in jets], axis=1),
        np.stack([j.second for j in jets], axis=1),
        jets[0].which,
    )
