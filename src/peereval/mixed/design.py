"""From a data frame and a formula to arrays: rows used, model matrices, nested units.

The only place of the mixed models that meets a data frame.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from peereval.errors import StatisticsError, did_you_mean
from peereval.mixed.formula import Bar, FormulaError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from peereval.mixed.formula import Formula
    from peereval.typing import Codes, FloatArray


class DesignError(StatisticsError):
    """Data that a model cannot be fitted to."""


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
    spec : object
        formulaic's model spec, which builds the same columns for other data.
    """

    names: tuple[str, ...]
    dropped: tuple[str, ...]
    basis: FloatArray
    triangle: FloatArray
    kept: Codes
    spec: Any

    def rows(self, data: pd.DataFrame) -> FloatArray:
        """Rows of the kept columns for other data, shape (m, p)."""
        matrix = np.asarray(self.spec.get_model_matrix(data), dtype=float)
        chosen: FloatArray = matrix[:, self.kept]
        return chosen


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """Random effects of one grouping factor.

    Attributes
    ----------
    name : str
        The grouping factor.
    labels : ndarray
        Its levels, in the order of their codes.
    codes : ndarray of int, shape (n,)
        Level of each row.
    design : ndarray, shape (n, q)
        Columns of all its bars, side by side.
    terms : tuple of str
        Names of the columns.
    blocks : tuple of int
        Number of columns of each bar.
    """

    name: str
    labels: NDArray[Any]
    codes: Codes
    design: FloatArray
    terms: tuple[str, ...]
    blocks: tuple[int, ...]


def usable_rows(
    data: pd.DataFrame, formula: Formula, others: Iterable[str] = ()
) -> tuple[pd.DataFrame, int]:
    """Rows in which nothing that the model needs is missing, and how many others there are.

    Raises
    ------
    DesignError
        If a column is not there, or no row is left.
    """
    from formulaic import Formula as Fixed

    needed = {*others}
    for part in (formula.fixed, *(bar.terms for bar in formula.bars)):
        needed |= {str(name) for name in Fixed(part).required_variables} & set(data.columns)
    for name in (formula.outcome, *(c for bar in formula.bars for c in bar.group), *others):
        if name not in data.columns:
            raise DesignError(
                f"There is no column '{name}'; {did_you_mean(name, map(str, data.columns))}"
            )
        needed.add(name)
    used = data.dropna(subset=sorted(needed, key=str))
    if used.empty:
        raise DesignError("No row has a value in every column that the model needs.")
    return used, len(data) - len(used)


def outcome_of(data: pd.DataFrame, name: str) -> FloatArray:
    """The outcome as numbers.

    Raises
    ------
    DesignError
        If it is not numeric, not finite, or the same in every row.
    """
    try:
        y = data[name].to_numpy(dtype=float, copy=True)
    except (TypeError, ValueError) as err:
        raise DesignError(f"The outcome '{name}' is not numeric.") from err
    if not np.all(np.isfinite(y)):
        raise DesignError(f"The outcome '{name}' has infinite values.")
    if np.ptp(y) <= 1e-12 * max(1.0, float(np.abs(y).max())):
        raise DesignError(f"The outcome '{name}' is the same in all {y.size} rows.")
    return y


def fixed_part(data: pd.DataFrame, formula: str) -> FixedPart:
    """Model matrix of the fixed part; columns that depend on earlier ones are dropped.

    Raises
    ------
    FormulaError
        If formulaic cannot read it.
    DesignError
        If there are not more rows than columns.
    """
    matrix = _matrix(data, formula)
    values = np.asarray(matrix, dtype=float)
    names = tuple(str(c) for c in matrix.columns)
    kept = _independent_columns(values)
    if len(values) <= len(kept):
        raise DesignError(f"{len(values)} rows are not enough for {len(kept)} fixed effects.")
    basis, triangle = _orthonormal(values if len(kept) == len(names) else values[:, kept])
    return FixedPart(
        names=tuple(names[i] for i in kept),
        dropped=tuple(name for i, name in enumerate(names) if i not in set(kept.tolist())),
        basis=basis,
        triangle=triangle,
        kept=kept,
        spec=matrix.model_spec,
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
        basis = basis @ np.linalg.inv(upper)
        triangle = upper @ triangle
        if condition < 1e8:
            break
    return basis, triangle


def ordered_levels(column: pd.Series[Any]) -> list[Any]:
    """Levels that occur, in their order: of the categories, else sorted."""
    import pandas as pd

    if isinstance(column.dtype, pd.CategoricalDtype):
        there = set(column.unique())
        return [c for c in column.cat.categories if c in there]
    return sorted(column.unique())


def levels_of(data: pd.DataFrame, bars: Sequence[Bar]) -> list[Level]:
    """Grouping factors with the columns of their bars, innermost first.

    Raises
    ------
    DesignError
        If a factor has one level, as many effects as rows, or is not nested in the next one.
    """
    found: dict[str, list[Bar]] = {}
    for bar in bars:
        found.setdefault(bar.name, []).append(bar)
    levels = [_level(data, name, own) for name, own in found.items()]
    levels.sort(key=lambda level: -len(level.labels))
    return levels


def are_nested(levels: Sequence[Level]) -> bool:
    """Whether every unit of a level lies within one unit of the next."""
    return all(_nested(inner, outer) for inner, outer in pairwise(levels))


def _nested(inner: Level, outer: Level) -> bool:
    """Whether every unit of one level lies within one unit of another."""
    parent = np.zeros(len(inner.labels), dtype=np.intp)
    parent[inner.codes] = outer.codes
    return bool(np.all(parent[inner.codes] == outer.codes))


def _level(data: pd.DataFrame, name: str, bars: Sequence[Bar]) -> Level:
    """One grouping factor."""
    import pandas as pd

    columns = [data[c] for c in bars[0].group]
    if len(columns) == 1:
        key = columns[0]
    else:
        key = columns[0].astype(str)
        for column in columns[1:]:
            key = key + ":" + column.astype(str)
    codes, labels = pd.factorize(key, sort=True)
    if len(labels) < 2:
        raise DesignError(
            f"The grouping factor '{name}' has one level, so nothing can vary between levels.",
            fix=f"leave out ({bars[0].terms} | {name}).",
        )
    designs, terms, blocks = [], [], []
    for bar in bars:
        matrix = _matrix(data, bar.terms)
        columns_of_bar = [str(c) for c in matrix.columns]
        designs.append(np.asarray(matrix, dtype=float))
        terms += columns_of_bar
        blocks += [len(columns_of_bar)] if bar.correlated else [1] * len(columns_of_bar)
    design = np.column_stack(designs)
    if len(labels) * design.shape[1] >= len(data):
        raise DesignError(
            f"'{name}' has {len(labels) * design.shape[1]} random effects for {len(data)} rows; "
            "they cannot be told from the residuals.",
            fix="leave out some of them.",
        )
    return Level(name, np.asarray(labels), codes, design, tuple(terms), tuple(blocks))


def _check_nested(inner: Level, outer: Level) -> None:
    """Refuse a factor whose levels stretch over several levels of the next one."""
    parent = np.full(len(inner.labels), -1)
    parent[inner.codes] = outer.codes
    moved = np.unique(inner.codes[parent[inner.codes] != outer.codes])
    if moved.size:
        shown = ", ".join(f"'{inner.labels[i]}'" for i in moved[:3])
        raise DesignError(
            f"{moved.size} of {len(inner.labels)} levels of '{inner.name}' belong to more than "
            f"one level of '{outer.name}': {shown}{' and more' if moved.size > 3 else ''}.",
            expected="grouping factors nested in each other",
            fix=f"correct the data, or write ({outer.name}:{inner.name}) if labels are used anew.",
        )


def _matrix(data: pd.DataFrame, formula: str) -> Any:
    """Build formulaic's model matrix of a right-hand side."""
    from formulaic import model_matrix
    from formulaic.errors import FormulaicError

    try:
        return model_matrix(formula, data)
    except (FormulaicError, KeyError, NameError, SyntaxError, TypeError, ValueError) as err:
        raise FormulaError(f"The terms '{formula}' cannot be built: {err}") from err
