"""Newton's method with exact derivatives, kept safe by a trust region."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from peereval.errors import StatisticsError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from peereval.typing import FloatArray


_MOST_STEPS = 200
_MOST_POLISHING = 30
# How far a step could still lower the criterion, relative to it, at the end.
_SETTLED = 1e-18
# Gradient along directions without curvature, relative to the criterion.
_FLAT = 1e-5


class NotConvergedError(StatisticsError):
    """A model that has not reached its optimum; it is never returned."""


class Criterion(ABC):
    """A function to be minimised."""

    __slots__ = ()

    @abstractmethod
    def evaluate(self, at: FloatArray, k: int) -> tuple[float, FloatArray, FloatArray]:
        """Value, gradient and Hessian by the first `k` parameters, or the value alone for k = 0.

        The value is infinite where the function is not defined.
        """

    def value(self, at: FloatArray) -> float:
        """The value alone."""
        return self.evaluate(at, 0)[0]

    def derivatives(self, at: FloatArray) -> tuple[float, FloatArray, FloatArray]:
        """Value, gradient and Hessian."""
        return self.evaluate(at, len(at))


@dataclass(frozen=True, slots=True)
class Optimum:
    """A point at which the gradient vanishes and the curvature is not negative.

    Attributes
    ----------
    point : ndarray, shape (k,)
        Where it is.
    value : float
        The criterion there.
    hessian : ndarray, shape (k, k)
        Its second derivatives there.
    """

    point: FloatArray
    value: float
    hessian: FloatArray


def minimise(criterion: Criterion, starts: Iterable[FloatArray]) -> Optimum:
    """The lowest of the minima reached from several starting points.

    Parameters
    ----------
    criterion : Criterion
        What to minimise.
    starts : iterable of ndarray, shape (k,)
        Where to start.

    Returns
    -------
    Optimum

    Raises
    ------
    NotConvergedError
        If no start reaches a point with gradient zero and no negative curvature.
    """
    ends = [_descend(criterion, np.array(start, dtype=float)) for start in starts]
    for _, at in sorted((end for end in ends if end is not None), key=lambda end: end[0]):
        found = _polished(criterion, at)
        if found is not None:
            return found
    raise NotConvergedError(
        "The model did not reach the maximum of its likelihood.",
        fix="leave out random effects or waves that the data can hardly carry.",
    )


def _descend(criterion: Criterion, at: FloatArray) -> tuple[float, FloatArray] | None:
    """Go down from one start, to where rounding ends the descent; None where it does not end."""
    value, gradient, hessian = criterion.derivatives(at)
    if not np.isfinite(value):
        return None
    radius = 1.0
    for _ in range(_MOST_STEPS):
        step, expected = _trust_step(gradient, hessian, radius)
        if expected <= 1e-9 * max(1.0, abs(value)):
            return value, at
        new = criterion.value(at + step)
        ratio = (value - new) / expected if np.isfinite(new) else -1.0
        length = float(np.linalg.norm(step))
        if ratio < 0.25:
            radius = 0.25 * length
        elif ratio > 0.75 and length > 0.9 * radius:
            radius = min(2.0 * radius, 100.0)
        if ratio > 1e-4:
            at = at + step
            value, gradient, hessian = criterion.derivatives(at)
        elif length < 1e-10 * max(1.0, float(np.linalg.norm(at))):
            return value, at
    return None


def _polished(criterion: Criterion, at: FloatArray) -> Optimum | None:
    """The point after Newton steps that the value, being rounded, can no longer judge.

    None where they do not settle, the gradient does not vanish or the curvature is negative.
    """
    for _ in range(_MOST_POLISHING):
        value, gradient, hessian = criterion.derivatives(at)
        values, vectors = np.linalg.eigh(hessian)
        top = max(float(np.abs(values).max()), 1e-12)
        curved = values > 1e-8 * top
        along = vectors.T @ gradient
        scale = max(1.0, abs(value))
        settled = np.all(along[curved] ** 2 / values[curved] < _SETTLED * scale)
        flat = np.all(np.abs(along[~curved]) < _FLAT * scale)
        if settled and flat and values.min() > -1e-6 * top:
            return Optimum(at, value, hessian)
        at = at - vectors[:, curved] @ (along[curved] / values[curved])
    return None


def _trust_step(
    gradient: FloatArray, hessian: FloatArray, radius: float
) -> tuple[FloatArray, float]:
    """The step that lowers the quadratic model most within a radius, and by how much."""
    values, vectors = np.linalg.eigh(hessian)
    along = vectors.T @ gradient
    top = max(float(np.abs(values).max()), 1e-12)
    # On the ridge between two optima the gradient is zero along a direction that leads down.
    along = np.where((values < -1e-8 * top) & (np.abs(along) < 1e-10), 1e-6 * top, along)

    def step(shift: float) -> FloatArray:
        return -along / (values + shift)

    low = max(0.0, -float(values.min())) + 1e-14 * top
    shift = low if values.min() <= 1e-14 * top else 0.0
    if np.linalg.norm(step(shift)) > radius:
        high = low + float(np.linalg.norm(along)) / radius + top
        for _ in range(80):
            shift = 0.5 * (low + high)
            if np.linalg.norm(step(shift)) > radius:
                low = shift
            else:
                high = shift
        shift = high
    moved = step(shift)
    expected = -float(along @ moved + 0.5 * moved @ (values * moved))
    return vectors @ moved, expected
