"""Mixed model of the waves with a random intercept per person, through statsmodels.

Interim: large-sample (z) inference only. The evaluation therefore keeps the paired analysis
as its main one and prints this model beside it.
"""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from peereval.errors import StatisticsError

if TYPE_CHECKING:
    from peereval.typing import FloatMatrix, FloatVector

METHOD = "linear mixed model, wave by region, random person intercept, REML, Wald z (statsmodels)"

# As precise as each can be: where an optimiser stops early, or fails, hangs on rounding and so
# on the order of the rows, which must not show in the digits of a result.
_OPTIMISERS: tuple[tuple[str, dict[str, float]], ...] = (
    ("bfgs", {"gtol": 1e-9}),
    ("lbfgs", {"pgtol": 1e-10, "factr": 1.0}),
    ("powell", {"xtol": 1e-12, "ftol": 1e-14}),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CellMeansFit:
    """Estimated means of all cells of the fixed part, with their covariance.

    Attributes
    ----------
    means : ndarray of float, shape (cells,)
        In scale points.
    covariance : ndarray of float, shape (cells, cells)
        Covariance of `means`.
    n_people, n_rows : int
        What the fit rests on.
    """

    means: FloatVector
    covariance: FloatMatrix
    n_people: int
    n_rows: int

    def contrast(self, weights: FloatVector) -> tuple[float, float]:
        """Value and standard error of a weighted sum of the cell means."""
        variance = float(weights @ self.covariance @ weights)
        return float(weights @ self.means), math.sqrt(max(variance, 0.0))

    def wald(self, contrasts: FloatMatrix) -> tuple[float, int]:
        """Wald F (chi-square over its df) that all contrasts (rows) are zero, and that df."""
        values = contrasts @ self.means
        spread = contrasts @ self.covariance @ contrasts.T
        rank = int(np.linalg.matrix_rank(spread))
        chi_square = float(values @ np.linalg.pinv(spread) @ values)
        return chi_square / rank, rank


class NotFittedError(StatisticsError):
    """The model could not be fitted; `reason` is the code for the ledger."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"The mixed model could not be fitted: {reason}.")


def fit_cell_means(score: FloatVector, person: FloatVector, cell: FloatVector) -> CellMeansFit:
    r"""Fit one mean per cell (wave within region) and a random intercept per person by REML.

    .. math:: y_{ij} = \mu_{c(i,j)} + b_i + e_{ij},\quad b_i \sim N(0, \tau^2),\;
              e_{ij} \sim N(0, \sigma^2)

    Parameters
    ----------
    score : ndarray of float, shape (rows,)
        Scores in scale points, none missing.
    person : ndarray of int, shape (rows,)
        Which person each score belongs to.
    cell : ndarray of int, shape (rows,)
        Cell of each score, 0 to the number of cells less 1; every cell occurs.

    Returns
    -------
    CellMeansFit

    Raises
    ------
    NotFittedError
        If there are too few people, nothing varies, or no optimiser converges.

    References
    ----------
    Laird & Ware (1982). Random-effects models for longitudinal data. Biometrics 38, 963-974.

    Examples
    --------
    >>> score = np.array([10.0, 12.0, 14.0, 13.0, 9.0, 12.5, 11.0, 15.0])
    >>> fit = fit_cell_means(score, np.repeat(np.arange(4), 2), np.tile([0, 1], 4))
    >>> value, se = fit.contrast(np.array([-1.0, 1.0]))
    >>> round(value, 3)
    2.125
    """
    n_cells = int(cell.max()) + 1 if cell.size else 0
    n_people = np.unique(person).size
    if n_people < 3 or score.size <= n_cells + 1 or n_people == score.size:
        raise NotFittedError("too_few_rows")
    design = np.eye(n_cells)[cell]
    residual = score - design @ (design.T @ score / design.sum(axis=0))
    if np.ptp(residual) <= 1e-10 * max(1.0, float(np.abs(score).max())):
        raise NotFittedError("no_variance")
    fitted = _converged(score, design, person)
    # Where everybody changes alike, no error is left to judge the change by; the optimiser then
    # stops at some tiny variance, and the interval would be noise.
    if not fitted.scale > 1e-8 * float(np.mean(residual**2)):
        raise NotFittedError("no_variance")
    between = float(np.asarray(fitted.cov_re).squeeze())
    covariance = _covariance(design, person, between=between, within=float(fitted.scale))
    return CellMeansFit(
        means=np.asarray(fitted.fe_params, dtype=float),
        covariance=covariance,
        n_people=n_people,
        n_rows=score.size,
    )


def _covariance(
    design: FloatMatrix, person: FloatVector, *, between: float, within: float
) -> FloatMatrix:
    r"""Covariance of the fixed effects, :math:`(X' V^{-1} X)^{-1}`.

    For a person with n rows, :math:`V_i^{-1} = (I - J \tau^2 / (\sigma^2 + n \tau^2)) / \sigma^2`.
    """
    _, position, n_rows = np.unique(person, return_inverse=True, return_counts=True)
    sums = np.zeros((n_rows.size, design.shape[1]))
    np.add.at(sums, position, design)
    shrunk = sums * (between / (within + n_rows * between))[:, None]
    return np.asarray(np.linalg.inv((design.T @ design - sums.T @ shrunk) / within), np.float64)


def _converged(score: FloatVector, design: FloatMatrix, person: FloatVector):  # type: ignore[no-untyped-def]
    """The statsmodels result of the first optimiser that converges."""
    from statsmodels.regression.mixed_linear_model import MixedLM

    model = MixedLM(score, design, groups=person)
    for optimiser, precision in _OPTIMISERS:
        with warnings.catch_warnings():
            # Boundary and convergence warnings are answered by `converged` and the next optimiser.
            warnings.simplefilter("ignore")
            try:
                fitted = model.fit(reml=True, method=[optimiser], **precision)
            except (np.linalg.LinAlgError, ValueError):
                continue
        if fitted.converged:
            return fitted
    raise NotFittedError("no_convergence")
