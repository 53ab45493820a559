r"""Cluster-robust standard errors (CR2) with Satterthwaite df: a check on the model.

With V the fitted covariance (the working model), :math:`M = (X'V^{-1}X)^{-1}` and clusters j
(Bell & McCaffrey 2002; Pustejovsky & Tipton 2018):

.. math::

   V^{CR2} = M \Big(\sum_j X_j'V_j^{-1} A_j e_j e_j' A_j V_j^{-1} X_j\Big) M, \qquad
   A_j = U_j' \big(U_j (V_j - X_j M X_j') U_j'\big)^{-1/2} U_j, \quad V_j = U_j'U_j .

A_j, the same whichever root U_j is taken, solves A (V - XMX') A = V, so that the estimator is
unbiased if the working model holds. It leaves alone what is orthogonal to the smallest space
that holds X_j and is carried into itself by V_j, and there it is the identity: for a large
cluster all is done within that space, found by multiplying with V_j (a Krylov space) and a few
dozen to a few hundred dimensions wide. No matrix has a side of n.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from peereval.mixed.fitted.effects import eliminate
from peereval.mixed.terms.design import DesignError
from peereval.mixed.terms.nesting import nesting

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from peereval.mixed.fitted.row_covariance import RowCovariance
    from peereval.mixed.terms.nesting import Unit
    from peereval.typing import Codes, FloatArray

LARGE = 300
"""Clusters of more rows than this are worked on within the space that V carries."""

SEEN = 0.9
"""Share of the variance that clusters must show for a standard error to be given."""

WIDEST = 1500
"""Dimensions of that space above which a cluster is refused."""


class NotRobustWarning(UserWarning):
    """Coefficients of which clusters show too little for a robust standard error."""


@dataclass(frozen=True, slots=True, eq=False)
class Robust:
    """Cluster-robust inference, made once for all contrasts.

    Attributes
    ----------
    covariance : ndarray, shape (p, p)
        Of the coefficients.
    model_based : ndarray, shape (p, p)
        M.
    weights : ndarray, shape (clusters, p, p)
        X_j'V_j^-1 A_j X_j of every cluster.
    spreads : ndarray, shape (clusters, p, p)
        X_j'V_j^-1 A_j V_j A_j V_j^-1 X_j of every cluster.
    """

    covariance: FloatArray
    model_based: FloatArray
    weights: FloatArray
    spreads: FloatArray

    def contrasts(self, matrix: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        r"""Standard errors, df and shares seen of the rows of a contrast matrix.

        df = (tr P)^2 / tr(P^2) with :math:`P_{ij} = g_i'Vg_j`, where the estimated variance is
        the sum over clusters of (g_j'y)^2 (Pustejovsky & Tipton 2018):
        :math:`P_{ij} = \delta_{ij}\, s_j - l_i'Ml_j`. tr P is what the estimated variance is
        expected to be if the working model holds; the share seen is tr P over the true one,
        c'Mc. It is 1 but where a cluster has coefficients to itself, whose scores are then zero
        whatever the data.
        """
        std_error = np.sqrt(np.einsum("ca,ab,cb->c", matrix, self.covariance, matrix))
        df, seen = np.empty((2, len(matrix)))
        for row, c in enumerate(matrix @ self.model_based):
            s = np.einsum("a,jab,b->j", c, self.spreads, c)
            sides = np.einsum("jab,a->jb", self.weights, c)
            own = np.einsum("ja,ab,jb->j", sides, self.model_based, sides)
            shared = self.model_based @ (sides.T @ sides)
            trace = float((s - own).sum())
            squares = float((s**2 - 2.0 * s * own).sum() + np.trace(shared @ shared))
            df[row] = trace**2 / squares
            seen[row] = trace / float(matrix[row] @ c)
        return std_error, df, seen


def cluster_codes(name: str, column: pd.Series[Any], units: Sequence[Unit]) -> Codes:
    """Cluster of each row, each holding whole units of every grouping of rows.

    Parameters
    ----------
    name : str
        What the clusters are called.
    column : pandas.Series, shape (n,)
        Cluster of each row used.
    units : sequence of (str, ndarray of int, ndarray)
        Groupings of rows that hang together: name, unit of each row, labels.

    Raises
    ------
    DesignError
        If there are fewer than two clusters, one is missing, or a unit lies in several.
    """
    import pandas as pd

    codes, found = pd.factorize(column, sort=True)
    labels = np.asarray(found)
    if np.any(codes < 0):
        raise DesignError(f"The cluster '{name}' is missing in {int((codes < 0).sum())} rows.")
    if len(labels) < 2:
        raise DesignError(
            f"'{name}' has one level; robust standard errors compare clusters.",
            expected="at least two clusters, and better twenty",
        )
    for inner_name, inner, inner_labels in units:
        within = nesting(inner, codes)
        if within.strays.size:
            raise DesignError(
                f"{len(within.strays)} of {within.n_inner} levels of '{inner_name}' lie in several "
                f"clusters of '{name}': {within.describe(inner_labels, labels)}.",
                expected="clusters that hold whole units, and so are independent of each other",
                fix="name a column that contains every grouping factor.",
            )
    return codes


def robust_inference(
    covariance: RowCovariance, basis: FloatArray, residual: FloatArray, codes: Codes
) -> Robust:
    """Sums over clusters of all that cluster-robust inference needs.

    Parameters
    ----------
    covariance : RowCovariance
        V at the estimates.
    basis : ndarray, shape (n, p)
        Columns of the fixed part.
    residual : ndarray, shape (n,)
        Outcome less its fixed part.
    codes : ndarray of int, shape (n,)
        Cluster of each row.

    Raises
    ------
    DesignError
        If the covariance of a large cluster is too irregular (see `LARGE` and `WIDEST`).

    References
    ----------
    Bell & McCaffrey (2002). Bias reduction in standard errors for linear regression with
    multi-stage samples. Survey Methodology 28, 169-181. Pustejovsky & Tipton (2018).
    Small-sample methods for cluster-robust variance estimation and hypothesis testing in fixed
    effects models. J Bus Econ Stat 36, 672-683.
    """
    m = np.linalg.inv(eliminate(covariance, basis).products)
    order = np.argsort(codes, kind="stable")
    sizes = np.bincount(codes)
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    p = basis.shape[1]
    weights, spreads = np.empty((2, len(sizes), p, p))
    scores = np.empty((len(sizes), p))
    for size in np.unique(sizes):
        clusters = np.flatnonzero(sizes == size)
        # Small clusters as many at a time as fit into some tens of megabytes.
        at_once = max(1, 4_000_000 // int(size) ** 2) if size <= LARGE else 1
        for which in np.split(clusters, range(at_once, len(clusters), at_once)):
            rows = order[starts[which][:, None] + np.arange(size)]
            v, x_j, e_j = _reduced(covariance, basis, residual, rows)
            turned = _adjusted(v, x_j, m)
            weights[which] = turned.swapaxes(1, 2) @ x_j
            spreads[which] = turned.swapaxes(1, 2) @ v @ turned
            scores[which] = np.einsum("jdp,jd->jp", turned, e_j)
    scored = scores @ m
    return Robust(scored.T @ scored, m, weights, spreads)


def _reduced(
    covariance: RowCovariance, x: FloatArray, residual: FloatArray, rows: Codes
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """V, X and residuals of a stack of clusters, in a space in which all the work can be done."""
    if rows.shape[1] <= LARGE:
        return covariance.dense(rows), x[rows], residual[rows]
    (only,) = rows
    basis = _carried(covariance, x[only], only)
    v = basis.T @ covariance.times(only, basis)
    return (v + v.T)[None] / 2.0, (basis.T @ x[only])[None], (basis.T @ residual[only])[None]


def _carried(covariance: RowCovariance, x: FloatArray, rows: Codes) -> FloatArray:
    """Orthonormal basis of the smallest space that holds x and that V carries into itself."""
    basis, new = np.empty((len(rows), 0)), _directions(np.empty((len(rows), 0)), x)
    while new.shape[1]:
        basis = np.column_stack([basis, new])
        if basis.shape[1] > WIDEST:
            raise DesignError(
                f"A cluster of {len(rows)} rows has a covariance too irregular for robust "
                f"standard errors: more than {WIDEST} dimensions.",
                expected=f"clusters of at most {LARGE} rows, or people seen at a few common waves",
                fix="cluster by a smaller unit, or round the times of random slopes.",
            )
        new = _directions(basis, covariance.times(rows, new))
    return basis


def _directions(basis: FloatArray, block: FloatArray) -> FloatArray:
    """Orthonormal directions of a block beyond an orthonormal basis."""
    length = np.linalg.norm(block, axis=0)
    left = block[:, length > 0] / length[length > 0]
    for _ in range(2):
        left = left - basis @ (basis.T @ left)
    vectors, values, _ = np.linalg.svd(left, full_matrices=False)
    new = vectors[:, values > 1e-9]
    # What is left of a small direction must be made orthogonal once more at its own length.
    orthonormal: FloatArray = np.linalg.qr(new - basis @ (basis.T @ new))[0]
    return orthonormal


def _adjusted(v: FloatArray, x: FloatArray, m: FloatArray) -> FloatArray:
    """A V^-1 X of a stack of clusters, shape (clusters, d, p)."""
    lower = np.linalg.cholesky(v)
    upper = lower.swapaxes(1, 2)
    middle = upper @ (v - x @ m @ x.swapaxes(1, 2)) @ lower
    values, vectors = np.linalg.eigh(middle)
    # A direction that the coefficients use up has no residual to speak of.
    kept = values > 1e-10 * values[:, -1:]
    root = np.where(kept, values, np.inf) ** -0.5
    inner = vectors.swapaxes(1, 2) @ np.linalg.solve(lower, x)
    turned: FloatArray = lower @ (vectors @ (root[:, :, None] * inner))
    return turned
