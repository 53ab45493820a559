"""The fixed part of a model: its columns in an orthonormal basis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from peereval.mixed.terms.design import DesignError, columns_of

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from peereval.typing import Codes, FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class FixedPart:
    """Model matrix of the fixed part in an orthonormal basis of its columns.

    Attributes
    ----------
    names : tuple of str
        Terms kept, as formulaic names them.
    dropped : tuple of str
        Terms that depend on the ones before them.
    basis : ndarray, shape (n, p)
        Orthonormal columns, to 8 digits, times the root of n; basis @ triangle gives the kept
        columns.
    triangle : ndarray, shape (p, p)
        Upper triangular.
    kept : ndarray of int
        Which columns of formulaic's matrix were kept.
    dependence : ndarray, shape (p, dropped)
        How the dropped columns follow from the kept ones: kept columns @ dependence.
    spec : object
        formulaic's model spec, which builds the same columns for other data.
    """

    names: tuple[str, ...]
    dropped: tuple[str, ...]
    basis: FloatArray
    triangle: FloatArray
    kept: Codes
    dependence: FloatArray
    spec: Any

    def log_det_coding(self, *, reml: bool) -> float:
        """What the restricted deviance of the kept columns has beyond that of the basis."""
        return 2.0 * float(np.log(np.abs(np.diag(self.triangle))).sum()) if reml else 0.0

    def rows(self, data: pd.DataFrame) -> FloatArray:
        """Rows of formulaic's matrix for other data, shape (m, p + dropped)."""
        return np.asarray(self.spec.get_model_matrix(data), dtype=float)

    def contrasts(self, rows: FloatArray) -> tuple[FloatArray, NDArray[np.bool_]]:
        """Combinations of the coefficients that rows stand for, and whether they can be estimated.

        A row can be estimated if it is a combination of rows of the model matrix: if its dropped
        columns follow from the kept ones as they do in the data (Searle 1971, chapter 5).

        Parameters
        ----------
        rows : ndarray, shape (m, p + dropped)
            Combinations of rows of `rows`.

        Returns
        -------
        kept : ndarray, shape (m, p)
            Combinations of the coefficients.
        estimable : ndarray of bool, shape (m,)
            Whether each has a value that does not depend on which columns were dropped.
        """
        kept = rows[:, self.kept]
        gap = np.delete(rows, self.kept, axis=1) - kept @ self.dependence
        size = 1.0 + np.abs(kept) @ np.abs(self.dependence)
        return kept, np.all(np.abs(gap) <= 1e-8 * size, axis=1)


def fixed_part(data: pd.DataFrame, formula: str) -> FixedPart:
    """Model matrix of the fixed part; columns that depend on earlier ones are dropped.

    Raises
    ------
    FormulaError
        If formulaic cannot read it.
    DesignError
        If there are not more rows than columns.
    """
    columns = columns_of(data, formula)
    values, names = columns.matrix, columns.names
    kept = _independent_columns(values)
    if len(values) <= len(kept):
        raise DesignError(f"{len(values)} rows are not enough for {len(kept)} fixed effects.")
    basis, triangle = _orthonormal(values if len(kept) == len(names) else values[:, kept])
    dropped = np.delete(values, kept, axis=1)
    return FixedPart(
        names=tuple(names[i] for i in kept),
        dropped=tuple(name for i, name in enumerate(names) if i not in set(kept.tolist())),
        basis=basis,
        triangle=triangle,
        kept=kept,
        dependence=np.linalg.solve(triangle, basis.T @ dropped) / len(values),
        spec=columns.spec,
    )


def _independent_columns(columns: FloatArray) -> Codes:
    """Columns that do not depend on earlier ones."""
    length = np.sqrt(np.einsum("ij,ij->j", columns, columns))
    scaled = columns.T @ columns / np.outer(length, length) if np.all(length > 0) else None
    # Well away from dependence the products of columns tell as much as the columns.
    if scaled is not None and np.linalg.eigvalsh(scaled)[0] > 1e-8:
        return np.arange(columns.shape[1])
    kept: list[int] = []
    basis = np.empty((len(columns), 0))
    for i, column in enumerate(columns.T):
        left = column / (length[i] or 1.0)
        for _ in range(2):
            left = left - basis @ (basis.T @ left)
        size = float(np.linalg.norm(left))
        if size > 1e-10:
            kept.append(i)
            basis = np.column_stack([basis, left / size])
    return np.array(kept, dtype=np.intp)


def _orthonormal(columns: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Independent columns as an orthonormal basis, times the root of n, and a triangle.

    By Cholesky, several times quicker than Householder's QR, wherever that is as good.
    """
    n, p = columns.shape
    basis, triangle = columns, np.eye(p)
    for _ in range(2):
        gram = basis.T @ basis / n
        condition = np.linalg.cond(gram)
        if condition > 1e12:
            q, r = np.linalg.qr(columns)
            return q * np.sqrt(n), r / np.sqrt(n)
        upper = np.linalg.cholesky(gram).T
        basis = (np.linalg.inv(upper).T @ basis.T).T
        triangle = upper @ triangle
        if condition < 1e8:
            break
    return basis, triangle
