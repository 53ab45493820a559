"""One common factor of a correlation matrix by minimum residuals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from peereval.typing import FloatMatrix, FloatVector

_SWEEPS, _STEPS = 200, 100
_NO_SLOPE = 1e-10
"""Slope of rounding error: a loading of exactly 1 that fits is not held back."""

_FLAT = 1e-9
"""Curvature, relative to the largest, below which the loadings could move without being missed."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class OneFactor:
    """The loadings that leave the smallest residual correlations.

    Attributes
    ----------
    loadings : ndarray of float, shape (items,)
        Between -1 and 1; their sum is not negative.
    at_bound : ndarray of bool, shape (items,)
        Items whose loading would leave that range (a Heywood case) and is held at its end.
    residual : float
        Sum of squared residual correlations of all pairs of items.
    identified : bool
        Whether these loadings, and no others nearby, do that.
    """

    loadings: FloatVector
    at_bound: NDArray[np.bool_]
    residual: float
    identified: bool

    @property
    def uniquenesses(self) -> FloatVector:
        """What of each item's variance the factor leaves, 1 - loading^2."""
        return np.asarray(1 - self.loadings**2)


def one_factor(correlations: FloatMatrix) -> OneFactor:
    r"""Fit one factor by unweighted least squares to the correlations off the diagonal.

    .. math:: \min_{\lambda} \sum_{i < j} (r_{ij} - \lambda_i \lambda_j)^2, \qquad
        \lvert\lambda_i\rvert \le 1

    Starts from the first principal axes and from each item as if it were the factor; each start is
    improved item by item (Harman & Fukuda 1966, who hold a communality at 1 where it would exceed
    it), the best one then by Newton's method until no digit changes.

    Parameters
    ----------
    correlations : ndarray of float, shape (items, items)
        Of three items or more.

    Returns
    -------
    OneFactor

    References
    ----------
    Harman & Jones (1966). Factor analysis by minimizing residuals (minres). Psychometrika 31,
    351-368. Harman & Fukuda (1966). Resolution of the Heywood case in the minres solution.
    Psychometrika 31, 563-571.

    Examples
    --------
    >>> fit = one_factor(np.array([[1, 0.42, 0.35], [0.42, 1, 0.30], [0.35, 0.30, 1]]))
    >>> fit.loadings.round(6).tolist(), fit.identified
    ([0.7, 0.6, 0.5], True)
    """
    off = np.array(correlations, dtype=float)
    np.fill_diagonal(off, 0.0)
    found = min(
        (_sweep(off, start) for start in _starts(correlations)), key=lambda x: _loss(off, x)
    )
    loadings = _newton(off, found)
    if loadings.sum() < 0:
        loadings = -loadings
    free = _free(off, loadings)
    return OneFactor(
        loadings=loadings,
        at_bound=~free & (np.abs(loadings) == 1.0),
        residual=_loss(off, loadings),
        identified=_curved(_hessian(off, loadings)[np.ix_(free, free)]),
    )


def _starts(correlations: FloatMatrix) -> list[FloatVector]:
    """The first three principal axes, and each item, as loadings within their range."""
    values, vectors = np.linalg.eigh(correlations)
    axes = [vectors[:, -k] * np.sqrt(max(values[-k], 0.0)) for k in (1, 2, 3)]
    return [np.clip(start, -1.0, 1.0) for start in (*axes, *correlations)]


def _loss(off: FloatMatrix, x: FloatVector) -> float:
    """Sum of squared residuals over the pairs."""
    residual = off - np.outer(x, x)
    np.fill_diagonal(residual, 0.0)
    return float((residual**2).sum()) / 2


def _gradient(off: FloatMatrix, x: FloatVector) -> FloatVector:
    """Slope of the loss in each loading."""
    return np.asarray(2 * (x * (x @ x - x * x) - off @ x))


def _hessian(off: FloatMatrix, x: FloatVector) -> FloatMatrix:
    """Curvature of the loss in the loadings."""
    curvature = 4 * np.outer(x, x) - 2 * off
    np.fill_diagonal(curvature, 2 * (x @ x - x * x))
    return np.asarray(curvature)


def _sweep(off: FloatMatrix, start: FloatVector) -> FloatVector:
    """Improve the loadings one at a time: the regression of an item's correlations on the others."""
    x = start.copy()
    for _ in range(_SWEEPS):
        before = x.copy()
        for i in range(x.size):
            others = float(x @ x - x[i] * x[i])
            if others > 0:
                x[i] = min(1.0, max(-1.0, float(off[i] @ x) / others))
        if np.abs(x - before).max() < 1e-6:
            break
    return x


def _free(off: FloatMatrix, x: FloatVector) -> NDArray[np.bool_]:
    """Loadings within their range, or at its end where the loss does not fall outward."""
    held = (np.abs(x) == 1.0) & (_gradient(off, x) * x < -_NO_SLOPE)
    return np.asarray(~held)


def _newton(off: FloatMatrix, x: FloatVector) -> FloatVector:
    """Newton's steps in the free loadings, for as long as they shorten the slope."""
    for _ in range(_STEPS):
        free = _free(off, x)
        slope = _gradient(off, x)[free]
        curvature = _hessian(off, x)[np.ix_(free, free)]
        if not slope.size or not slope.any() or not _curved(curvature):
            break
        moved = x.copy()
        moved[free] = np.clip(x[free] - np.linalg.solve(curvature, slope), -1.0, 1.0)
        still_free = _free(off, moved)
        if np.abs(_gradient(off, moved)[still_free]).max(initial=0.0) >= np.abs(slope).max():
            break
        x = moved
    return x


def _curved(curvature: FloatMatrix) -> bool:
    """Whether the loss rises in every direction."""
    if not curvature.size:
        return True
    values = np.linalg.eigvalsh(curvature)
    return bool(values[0] > _FLAT * max(values[-1], _FLAT))
