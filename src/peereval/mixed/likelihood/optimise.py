"""Newton's method with exact derivatives, kept safe by a trust region, for many problems at once."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from peereval.errors import StatisticsError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from peereval.typing import Codes, FloatArray


# Ten are usual and sixty rare; a likelihood without a maximum would be followed for ever.
_MOST_STEPS = 100
_MOST_POLISHING = 30
_MOST_SHIFTS = 50
# How far a step could still lower the criterion, relative to it, at the end.
_SETTLED = 1e-18
# Gradient along directions without curvature, relative to the criterion.
_FLAT = 1e-5


class NotConvergedError(StatisticsError):
    """A model that has not reached its optimum; it is never returned."""


class Criterion(ABC):
    """A function to be minimised, of several data sets at once."""

    __slots__ = ()

    @abstractmethod
    def evaluate(self, at: FloatArray, which: Codes) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Values, gradients and Hessians at the rows of `at`, each for its own data set.

        Parameters
        ----------
        at : ndarray, shape (d, k)
            Parameters.
        which : ndarray of int, shape (d,)
            Data set of each row.

        Returns
        -------
        ndarray, shapes (d,), (d, k) and (d, k, k)
            The value is infinite where the function is not defined.
        """


@dataclass(frozen=True, slots=True)
class Optima:
    """Points at which the gradient vanishes and the curvature is not negative.

    Attributes
    ----------
    points : ndarray, shape (d, k)
        Where they are.
    heights : ndarray, shape (d,)
        The criterion there; infinite where the search did not end at such a point.
    reached : ndarray of bool, shape (d,)
        Whether the search ended at such a point.
    """

    points: FloatArray
    heights: FloatArray
    reached: NDArray[np.bool_]


def minimise(criterion: Criterion, starts: FloatArray) -> tuple[FloatArray, float]:
    """The lowest of the minima of one data set reached from several starting points.

    Parameters
    ----------
    criterion : Criterion
        What to minimise.
    starts : ndarray, shape (starts, k)
        Where to start.

    Returns
    -------
    point : ndarray, shape (k,)
    value : float

    Raises
    ------
    NotConvergedError
        If no start reaches a point with gradient zero and no negative curvature.
    """
    found = minimise_each(criterion, starts, np.zeros(len(starts), dtype=np.intp))
    if not found.reached.any():
        raise NotConvergedError(
            "The model did not reach the maximum of its likelihood.",
            fix="leave out random effects or waves that the data can hardly carry.",
        )
    best = np.argmin(found.heights)
    return found.points[best], float(found.heights[best])


def minimise_each(criterion: Criterion, starts: FloatArray, which: Codes) -> Optima:
    """The minimum reached from every starting point.

    Parameters
    ----------
    criterion : Criterion
        What to minimise.
    starts : ndarray, shape (d, k)
        Where to start.
    which : ndarray of int, shape (d,)
        Data set of each row.

    Returns
    -------
    Optima
    """
    at, ended = _descend(criterion, np.array(starts, dtype=float), which)
    points, values, settled = _polish(criterion, at, which, ended)
    return Optima(points, values, settled)


def _descend(
    criterion: Criterion, at: FloatArray, which: Codes
) -> tuple[FloatArray, NDArray[np.bool_]]:
    """Go down from every start to where rounding ends the descent; and whether it ended."""
    value, gradient, hessian = criterion.evaluate(at, which)
    radius = np.ones(len(at))
    ended = np.zeros(len(at), dtype=bool)
    open_ = np.flatnonzero(np.isfinite(value) & _finite(gradient, hessian))
    for _ in range(_MOST_STEPS):
        step, expected = _trust_steps(gradient[open_], hessian[open_], radius[open_])
        arrived = expected <= 1e-9 * np.maximum(1.0, np.abs(value[open_]))
        ended[open_[arrived]] = True
        open_, step, expected = open_[~arrived], step[~arrived], expected[~arrived]
        if open_.size == 0:
            break
        trial = at[open_] + step
        new_value, new_gradient, new_hessian = criterion.evaluate(trial, which[open_])
        usable = np.isfinite(new_value) & _finite(new_gradient, new_hessian)
        new_value = np.where(usable, new_value, np.inf)
        ratio = (value[open_] - new_value) / expected
        length = np.linalg.norm(step, axis=1)
        wide = (ratio > 0.75) & (length > 0.9 * radius[open_])
        radius[open_] = np.where(wide, np.minimum(2.0 * radius[open_], 100.0), radius[open_])
        radius[open_] = np.where(ratio < 0.25, 0.25 * length, radius[open_])
        better = ratio > 1e-4
        moved = open_[better]
        at[moved], value[moved] = trial[better], new_value[better]
        gradient[moved], hessian[moved] = new_gradient[better], new_hessian[better]
        stuck = ~better & (length < 1e-10 * np.maximum(1.0, np.linalg.norm(at[open_], axis=1)))
        ended[open_[stuck]] = True
        open_ = open_[~stuck]
    return at, ended


def _polish(
    criterion: Criterion, at: FloatArray, which: Codes, ended: NDArray[np.bool_]
) -> tuple[FloatArray, FloatArray, NDArray[np.bool_]]:
    """The points after Newton steps that the value, being rounded, can no longer judge.

    Not reached where they do not settle, the gradient does not vanish or the curvature is
    negative.
    """
    at, values = at.copy(), np.full(len(at), np.inf)
    reached = np.zeros(len(at), dtype=bool)
    open_ = np.flatnonzero(ended)
    for _ in range(_MOST_POLISHING):
        if open_.size == 0:
            break
        value, gradient, hessian = criterion.evaluate(at[open_], which[open_])
        usable = np.isfinite(value) & _finite(gradient, hessian)
        open_, value = open_[usable], value[usable]
        curvature, vectors = np.linalg.eigh(hessian[usable])
        along = np.einsum("dji,dj->di", vectors, gradient[usable])
        top = np.maximum(np.abs(curvature).max(axis=1), 1e-12)
        curved = curvature > 1e-8 * top[:, None]
        scale = np.maximum(1.0, np.abs(value))
        move = np.where(curved, along / np.where(curved, curvature, 1.0), 0.0)
        settled = np.all(along * move < _SETTLED * scale[:, None], axis=1)
        flat = np.all(np.abs(along) * ~curved < _FLAT * scale[:, None], axis=1)
        done = settled & flat & (curvature[:, 0] > -1e-6 * top)
        reached[open_[done]], values[open_[done]] = True, value[done]
        open_ = open_[~done]
        at[open_] -= np.einsum("dij,dj->di", vectors[~done], move[~done])
    return at, values, reached


def _finite(gradient: FloatArray, hessian: FloatArray) -> NDArray[np.bool_]:
    """Which derivatives are numbers throughout."""
    both = np.concatenate([gradient[:, None, :], hessian], axis=1)
    finite: NDArray[np.bool_] = np.all(np.isfinite(both), axis=(1, 2))
    return finite


def _trust_steps(
    gradient: FloatArray, hessian: FloatArray, radius: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """The steps that lower the quadratic models most within a radius, and by how much."""
    values, vectors = np.linalg.eigh(hessian)
    along = np.einsum("dji,dj->di", vectors, gradient)
    top = np.maximum(np.abs(values).max(axis=1), 1e-12)[:, None]
    # On the ridge between two optima the gradient is zero along a direction that leads down.
    ridge = (values < -1e-8 * top) & (np.abs(along) < 1e-10)
    along = np.where(ridge, 1e-6 * top, along)
    lowest = values[:, :1]
    least = np.maximum(0.0, -lowest) + 1e-14 * top
    shift = np.where(lowest <= 1e-14 * top, least, 0.0)
    for _ in range(_MOST_SHIFTS):
        step = -along / (values + shift)
        length = np.linalg.norm(step, axis=1, keepdims=True)
        over = length > 1.01 * radius[:, None]
        if not over.any():
            break
        # Newton's method for 1 / |step| = 1 / radius comes from below and never overshoots
        # (More & Sorensen 1983).
        pull = np.sum(step**2 / (values + shift), axis=1, keepdims=True)
        pull = np.where(over, pull, 1.0)
        longer = length**2 / pull * (length - radius[:, None]) / radius[:, None]
        shift = np.where(over, shift + longer, shift)
    expected = -np.sum(along * step + 0.5 * values * step**2, axis=1)
    return np.einsum("dij,dj->di", vectors, step), expected
