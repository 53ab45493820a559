r"""Random effects given the data: their modes and covariances, one level at a time.

Rows are first made to have unit residual covariance. From the innermost level outwards the
effects of a unit are integrated out; from the outermost inwards they are then known given those
above them (Bates et al. 2015, section 2.3, for nested factors). With
:math:`H = Z'V^{-1}Z` of a unit so far, :math:`M = (I + \Psi H)^{-1}\Psi` and S = Z'V^{-1}[effects
above]:

.. math:: b \mid \text{above} \sim N(M (Z'V^{-1} r - S\,b_{\text{above}}),\; M).

Nothing is larger than the number of units, and a singular :math:`\Psi` needs no special care.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from peereval.mixed.crossproducts import sum_by

if TYPE_CHECKING:
    from collections.abc import Sequence

    from peereval.mixed.design import Level
    from peereval.mixed.row_covariance import RowCovariance
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


def conditional_effects(covariance: RowCovariance, columns: FloatArray) -> list[Effects]:
    """Random effects of every level for given columns, innermost level first.

    Parameters
    ----------
    covariance : RowCovariance
        V; its grouping factors nested in each other.
    columns : ndarray, shape (n, m)
        For example the outcome less its fixed part.
    """
    levels = covariance.levels
    if not levels:
        return []
    stages = _integrated(covariance, columns)
    found: list[Effects] = []
    # Effects above a unit, side by side from within outwards: modes, and their covariance.
    modes = np.zeros((1, 0, columns.shape[1]))
    spread = np.zeros((1, 0, 0))
    for i in reversed(range(len(levels))):
        above = _parents(levels, i)
        modes, spread = modes[above], spread[above]
        stage, n_above = stages[i], modes.shape[1]
        reach = stage.pull @ stage.side[:, :, :n_above]
        own = stage.pull @ stage.side[:, :, n_above:] - reach @ modes
        shared = -reach @ spread
        covariance_of_own = stage.pull - shared @ reach.swapaxes(1, 2)
        found.append(Effects(levels[i], own, covariance_of_own))
        modes = np.concatenate([own, modes], axis=1)
        spread = np.block([[covariance_of_own, shared], [shared.swapaxes(1, 2), spread]])
    return found[::-1]


def weighed(
    covariance: RowCovariance, columns: FloatArray, effects: Sequence[Effects]
) -> FloatArray:
    r"""Products C'V^{-1}C of columns whose conditional effects are given, shape (m, m)."""
    white = covariance.residual.whiten(columns)
    left = white.copy()
    for effect in effects:
        design = covariance.residual.whiten(effect.level.design)
        left -= np.einsum("nq,nqm->nm", design, effect.modes[effect.level.codes])
    products: FloatArray = white.T @ left
    return products


def _integrated(covariance: RowCovariance, columns: FloatArray) -> list[_Stage]:
    """The levels integrated out, from within outwards."""
    levels = covariance.levels
    whiten = covariance.residual.whiten
    designs = whiten(np.column_stack([level.design for level in levels]))
    everything = np.column_stack([designs, whiten(columns)])
    # Only products with random effects are needed, one column of them at a time.
    whole = np.stack(
        [sum_by(levels[0].codes, column[:, None] * everything) for column in designs.T], axis=1
    )
    stages = []
    for i, psi in enumerate(covariance.psis):
        q = len(psi)
        pull = np.linalg.solve(np.eye(q) + psi @ whole[:, :q, :q], np.broadcast_to(psi, (1, q, q)))
        side = whole[:, :q, q:]
        stages.append(_Stage(pull, side))
        n_above = whole.shape[1] - q
        whole = whole[:, q:, q:] - side[:, :, :n_above].swapaxes(1, 2) @ (pull @ side)
        if n_above:
            whole = sum_by(_parents(levels, i), whole)
    return stages


def _parents(levels: tuple[Level, ...], i: int) -> Codes:
    """Unit of the next level that each unit of a level belongs to; 0 for the outermost."""
    inner = levels[i]
    parent = np.zeros(len(inner.labels), dtype=np.intp)
    if i + 1 < len(levels):
        parent[inner.codes] = levels[i + 1].codes
    return parent
