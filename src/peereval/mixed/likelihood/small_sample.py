r"""Small-sample inference: Satterthwaite and Kenward-Roger, from exact derivatives.

With :math:`\Phi = (X'V^{-1}X)^{-1}`, :math:`P_i = \partial (X'V^{-1}X) / \partial\gamma_i`,
:math:`Q_{ij} = X'V^{-1} \dot V_i V^{-1} \dot V_j V^{-1} X`,
:math:`R_{ij} = X'V^{-1} \ddot V_{ij} V^{-1} X` and W the covariance of the estimated
:math:`\gamma`, the adjusted covariance of the coefficients is (Kenward & Roger 1997, eq. 5)

.. math:: \Phi_A = \Phi + 2 \Phi \Big\{ \sum_{ij} W_{ij}
          (Q_{ij} - P_i \Phi P_j - \tfrac14 R_{ij}) \Big\} \Phi .
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from peereval.errors import StatisticsError

if TYPE_CHECKING:
    from peereval.mixed.likelihood.criterion import Moments
    from peereval.typing import FloatArray

DfMethod = Literal["kenward-roger", "kenward-roger-linear", "satterthwaite", "z"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Inference:
    """Covariance of the coefficients and degrees of freedom of contrasts of them.

    Arrays may carry an axis of data sets before the matrices.

    Attributes
    ----------
    plain : ndarray, shape (p, p)
        Phi, which ignores that the covariance of the data is estimated.
    covariance : ndarray, shape (p, p)
        The covariance used: Phi, or Phi_A with Kenward-Roger.
    slopes : ndarray, shape (k, p, p)
        Derivatives of Phi by the parameters of the covariance.
    information_inverse : ndarray, shape (k, k)
        W, covariance of the estimated parameters.
    method : str
        Which method.
    """

    plain: FloatArray
    covariance: FloatArray
    slopes: FloatArray
    information_inverse: FloatArray
    method: DfMethod

    def contrasts(self, matrix: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Standard errors and degrees of freedom of the rows of a contrast matrix.

        Parameters
        ----------
        matrix : ndarray, shape (m, p)
            One contrast a row.

        Returns
        -------
        std_error, df : ndarray, shape (m,), or (d, m)
            NaN where the adjusted variance is negative, as can be with next to no data.
            df = 2 (c'Phi c)^2 / (g'Wg) with g the gradient of c'Phi c; infinite for ``z``.
        """
        # With next to no data Kenward-Roger's covariance can be negative: there is no error then.
        with np.errstate(invalid="ignore"):
            std_error = np.sqrt(np.einsum("ma,...ab,mb->...m", matrix, self.covariance, matrix))
        if self.method == "z":
            return std_error, np.full_like(std_error, math.inf)
        variance = np.einsum("ma,...ab,mb->...m", matrix, self.plain, matrix)
        gradient = np.einsum("ma,i...ab,mb->...mi", matrix, self.slopes, matrix)
        spread = np.einsum("...mi,...ij,...mj->...m", gradient, self.information_inverse, gradient)
        with np.errstate(divide="ignore"):
            return std_error, 2.0 * variance**2 / spread

    def of(self, data_set: int) -> Inference:
        """That of one data set, without the axis of data sets."""
        return Inference(
            plain=self.plain[data_set],
            covariance=self.covariance[data_set],
            slopes=self.slopes[:, data_set],
            information_inverse=self.information_inverse[data_set],
            method=self.method,
        )

    def f_test(self, matrix: FloatArray, coefficients: FloatArray) -> tuple[float, int, float]:
        """F statistic, its numerator and denominator df, that all contrasts are zero.

        Kenward-Roger: the statistic is scaled and its df found as in Kenward & Roger (1997,
        section 4; Halekoh & Hojsgaard 2014). Satterthwaite: Fai & Cornelius (1996).

        Parameters
        ----------
        matrix : ndarray, shape (m, p)
            One contrast a row; dependent rows count once.
        coefficients : ndarray, shape (p,)
            Estimates.
        """
        rows = _independent(matrix)
        q = len(rows)
        values = rows @ coefficients
        wald = float(values @ np.linalg.solve(rows @ self.covariance @ rows.T, values)) / q
        if self.method == "z":
            return wald, q, math.inf
        if self.method == "satterthwaite":
            return wald, q, self._fai_cornelius(rows)
        scale, df = self._kenward_roger(rows)
        return scale * wald, q, df

    def _fai_cornelius(self, rows: FloatArray) -> float:
        """Denominator df from those of the independent components of the contrast."""
        _, vectors = np.linalg.eigh(rows @ self.covariance @ rows.T)
        _, df = self.contrasts(vectors.T @ rows)
        if len(df) == 1:
            return float(df[0])
        useful = df[df > 2.0]
        expected = float((useful / (useful - 2.0)).sum())
        return 2.0 * expected / (expected - len(df)) if expected > len(df) else 0.0

    def _kenward_roger(self, rows: FloatArray) -> tuple[float, float]:
        """Scale and denominator df that match the first two moments of the Wald statistic."""
        q = len(rows)
        theta = rows.T @ np.linalg.solve(rows @ self.plain @ rows.T, rows)
        weighed = np.einsum("ab,ibc->iac", theta, self.slopes)
        w = self.information_inverse
        traces = np.trace(weighed, axis1=1, axis2=2)
        a1 = float(traces @ w @ traces)
        a2 = float(np.einsum("ij,iab,jba->", w, weighed, weighed))
        if a2 <= 0.0:
            return 1.0, math.inf
        b = (a1 + 6.0 * a2) / (2.0 * q)
        g = ((q + 1.0) * a1 - (q + 4.0) * a2) / ((q + 2.0) * a2)
        d = 3.0 * q + 2.0 * (1.0 - g)
        c1, c2, c3 = g / d, (q - g) / d, (q + 2.0 - g) / d
        expected = 1.0 / (1.0 - a2 / q)
        variance = (2.0 / q) * (1.0 + c1 * b) / ((1.0 - c2 * b) ** 2 * (1.0 - c3 * b))
        rho = variance / (2.0 * expected**2)
        df = 4.0 + (q + 2.0) / (q * rho - 1.0)
        return df / (expected * (df - 2.0)), df


def check_method(method: str, known: tuple[str, ...], *, reml: bool) -> None:
    """Refuse a df method that is not known, or that needs the restricted likelihood.

    Raises
    ------
    StatisticsError
        Naming the methods there are, or what to use instead.
    """
    if method not in known:
        raise StatisticsError(f"df_method is {method!r}.", expected=f"one of {known}")
    if method.startswith("kenward-roger") and not reml:
        raise StatisticsError(
            "Kenward-Roger needs the restricted likelihood.",
            fix="use reml=True, or df_method='satterthwaite'.",
        )


def plain_inference(moments: Moments) -> Inference:
    """Inference that takes the covariance of the data as known."""
    phi = np.linalg.inv(moments.fixed.value)
    return Inference(
        plain=phi,
        covariance=phi,
        slopes=np.zeros((0, *phi.shape)),
        information_inverse=np.zeros((*phi.shape[:-2], 0, 0)),
        method="z",
    )


def satterthwaite(moments: Moments, information_inverse: FloatArray) -> Inference:
    """Satterthwaite's df with unadjusted standard errors."""
    phi = np.linalg.inv(moments.fixed.value)
    return Inference(
        plain=phi,
        covariance=phi,
        slopes=-phi @ moments.fixed.first @ phi,
        information_inverse=information_inverse,
        method="satterthwaite",
    )


def kenward_roger(
    moments: Moments,
    information_inverse: FloatArray,
    *,
    linear: Moments | None = None,
    second_order: bool = True,
) -> Inference:
    """Kenward-Roger's adjusted covariance, and what its df need.

    Parameters
    ----------
    moments : Moments
        At the estimates.
    information_inverse : ndarray, shape (k, k)
        W.
    linear : Moments, optional
        The same with second derivatives of the covariance of the data left out; needed where
        that covariance is not linear in its parameters.
    second_order : bool
        Whether the term in R is kept.
    """
    phi = np.linalg.inv(moments.fixed.value)
    p = moments.fixed.first
    # Second derivatives of X'V^-1 X are Q_ij + Q_ji - R_ij; W is symmetric, so half the sum
    # of Q_ij and Q_ji serves for Q_ij.
    q = (moments if linear is None else linear).fixed.hessian / 2.0
    middle = q - p[:, None] @ phi @ p[None]
    if linear is not None and second_order:
        middle = middle - (linear.fixed.hessian - moments.fixed.hessian) / 4.0
    summed = np.einsum("...ij,ij...ab->...ab", information_inverse, middle)
    adjusted = phi + phi @ (summed + np.swapaxes(summed, -1, -2)) @ phi
    return Inference(
        plain=phi,
        covariance=adjusted,
        slopes=-phi @ p @ phi,
        information_inverse=information_inverse,
        method="kenward-roger" if second_order else "kenward-roger-linear",
    )


def expected_information(moments: Moments, *, reml: bool = True) -> FloatArray:
    """Expected information of the (restricted) likelihood, shape (..., k, k).

    2 I_ij = tr(V^-1 V_i V^-1 V_j) - 2 tr(Phi Q_ij) + tr(Phi P_i Phi P_j) (Kenward & Roger 1997)
    where no second derivatives of V are carried: the first trace is then minus the second
    derivative of log det V. The other two belong to the restricted likelihood.
    """
    twice = -moments.log_det.hessian
    if reml:
        phi = np.linalg.inv(moments.fixed.value)
        slopes = phi @ moments.fixed.first
        twice = (
            twice
            - np.einsum("...ab,ij...ba->ij...", phi, moments.fixed.hessian)
            + np.einsum("i...ab,j...ba->ij...", slopes, slopes)
        )
    return np.moveaxis(twice / 2.0, (0, 1), (-2, -1))


def inverse_information(hessian: FloatArray) -> FloatArray:
    """W as twice the inverse of the deviance's Hessian, or of the expectation of that.

    Directions without information are left out.
    """
    # Parameters have units of their own; only information relative to their size can be judged.
    own = np.diagonal(hessian, axis1=-2, axis2=-1)
    size = np.sqrt(np.where(own > 0, own, 1.0))
    both = size[..., :, None] * size[..., None, :]
    values, vectors = np.linalg.eigh(hessian / both)
    largest = np.maximum(values[..., -1:], 1e-300)
    weights = np.where(values > 1e-10 * largest, 2.0 / np.where(values > 0, values, 1.0), 0.0)
    inverse: FloatArray = (vectors * weights[..., None, :]) @ np.swapaxes(vectors, -1, -2) / both
    return inverse


def _independent(matrix: FloatArray) -> FloatArray:
    """The rows of a contrast matrix, or an orthonormal basis of them where they are dependent.

    Fai & Cornelius' df depend a little on the basis; lmerTest, too, takes the rows as they are.
    """
    _, singular, right = np.linalg.svd(matrix, full_matrices=False)
    kept = singular > 1e-10 * singular[0]
    basis: FloatArray = matrix if kept.all() else right[kept]
    return basis
