r"""Random effects given the data: their modes and covariances, one level at a time.

Rows are first made to have unit residual covariance. From the innermost level outwards the
effects of a unit are integrated out; from the outermost inwards they are then known given those
above them (Bates et al. 2015, section 2.3, for nested factors). With
:math:`H = Z'V^{-1}Z` of a unit so far, :math:`M = (I + \Psi H)^{-1}\Psi` and S = Z'V^{-1}[effects
above]:

.. math:: b \mid \text{above} \sim N(M (Z'V^{-1} r - S\,b_{\text{above}}),\; M).

Nothing is larger than the number of units, and a singular :math:`\Psi` needs no special care.
Factors that are not nested in each other, or that people move between, are left to
`peereval.mixed.fitted.crossed_effects`.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from peereval.mixed.likelihood.cell_sums import sum_by
from peereval.mixed.likelihood.crossproducts import unit_of

if TYPE_CHECKING:
    from peereval.mixed.fitted.row_covariance import RowCovariance
    from peereval.mixed.terms.levels import Level
    from peereval.typing import Codes, FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Effects:
    r"""What the data say about the random effects of one grouping factor.

    Attributes
    ----------
    level : Level
        The grouping factor.
    modes : ndarray, shape (units, q, m)
        :math:`\Psi Z'V^{-1}` times each of m columns: for outcomes less their fixed part the
        conditional modes.
    covariance : ndarray, shape (units, q, q)
        :math:`\Psi - \Psi Z'V^{-1}Z\Psi`, given the coefficients, as lme4's ``condVar``.
    """

    level: Level
    modes: FloatArray
    covariance: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class _Stage:
    """One level integrated out: M, and Z'V^-1 [effects above, columns] of its units."""

    pull: FloatArray
    side: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Elimination:
    """All random effects integrated out of some columns.

    Attributes
    ----------
    products : ndarray, shape (m, m)
        C'V^-1C of the columns C.
    effects : list of Effects
        Random effects of every level, innermost first.
    """

    products: FloatArray
    effects: list[Effects]


def eliminate(covariance: RowCovariance, columns: FloatArray) -> Elimination:
    """Integrate the random effects out of columns, from the innermost level outwards.

    Parameters
    ----------
    covariance : RowCovariance
        V.
    columns : ndarray, shape (n, m)
        For example the fixed part, or the outcome less it.
    """
    levels, m = covariance.levels, columns.shape[1]
    if not _nested(levels) or any(covariance.residual.splits(lv.codes) for lv in levels):
        return _crossed(covariance, columns)
    white = covariance.residual.whiten(
        np.column_stack([*(level.design for level in levels), columns])
    )
    products = white[:, -m:].T @ white[:, -m:]
    stages: list[_Stage] = []
    if not levels:
        return Elimination(products, [])
    # Only products with random effects are needed by unit, one column of them at a time.
    whole = np.stack(
        [sum_by(levels[0].codes, column[:, None] * white) for column in white.T[:-m]], axis=1
    )
    for i, psi in enumerate(covariance.psis):
        q = len(psi)
        pull = np.linalg.solve(np.eye(q) + psi @ whole[:, :q, :q], np.broadcast_to(psi, (1, q, q)))
        side = whole[:, :q, q:]
        stages.append(_Stage(pull, side))
        explained = pull @ side
        products -= np.tensordot(side[:, :, -m:], explained[:, :, -m:], axes=((0, 1), (0, 1)))
        if i + 1 < len(levels):
            above = side[:, :, :-m].swapaxes(1, 2)
            whole = sum_by(_parents(levels, i), whole[:, q:, q:] - above @ explained)
    return Elimination(products, _effects(levels, stages, m))


def _effects(levels: tuple[Level, ...], stages: list[_Stage], m: int) -> list[Effects]:
    """The effects of every level, known from the outermost inwards."""
    found: list[Effects] = []
    # Effects above a unit, side by side from within outwards: modes, and their covariance.
    modes, spread = np.zeros((1, 0, m)), np.zeros((1, 0, 0))
    for i in reversed(range(len(levels))):
        above = _parents(levels, i)
        modes, spread = modes[above], spread[above]
        stage, n_above = stages[i], modes.shape[1]
        reach = stage.pull @ stage.side[:, :, :n_above]
        own = stage.pull @ stage.side[:, :, n_above:] - reach @ modes
        shared = -reach @ spread
        own_spread = stage.pull - shared @ reach.swapaxes(1, 2)
        found.append(Effects(levels[i], own, own_spread))
        modes = np.concatenate([own, modes], axis=1)
        spread = np.block([[own_spread, shared], [shared.swapaxes(1, 2), spread]])
    return found[::-1]


def _crossed(covariance: RowCovariance, columns: FloatArray) -> Elimination:
    """The same for factors that are not nested in each other, or that people move between."""
    from peereval.mixed.fitted.crossed_effects import eliminate_crossed

    found = eliminate_crossed(covariance, columns)
    parts = zip(covariance.levels, found.modes, found.covariances, strict=True)
    return Elimination(found.products, [Effects(*part) for part in parts])


def _nested(levels: tuple[Level, ...]) -> bool:
    """Whether every level lies within the next one."""
    return all(
        np.array_equal(_parents(levels, i)[inner.codes], outer.codes)
        for i, (inner, outer) in enumerate(pairwise(levels))
    )


def _parents(levels: tuple[Level, ...], i: int) -> Codes:
    """Unit of the next level that each unit of a level belongs to; 0 for the outermost."""
    codes = levels[i].codes
    return unit_of(codes, levels[i + 1].codes if i + 1 < len(levels) else np.zeros_like(codes))
