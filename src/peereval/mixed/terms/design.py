"""From a data frame to what a model needs of it: usable rows, the outcome, model matrices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from peereval.errors import StatisticsError, did_you_mean
from peereval.mixed.terms.allowed import allowed_terms, columns_in
from peereval.mixed.terms.formula import FormulaError

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from peereval.mixed.terms.formula import Formula
    from peereval.typing import FloatArray


class DesignError(StatisticsError):
    """Data that a model cannot be fitted to."""


def usable_rows(
    data: pd.DataFrame, formula: Formula, others: Iterable[str] = ()
) -> tuple[pd.DataFrame, int]:
    """Rows in which nothing that the model needs is missing, and how many others there are.

    Categories that no row has are forgotten: they would be columns of zeros.

    Raises
    ------
    DesignError
        If a column is not there, no row is left, or a level begins with two underscores.
    """
    import pandas as pd

    needed = {*others}
    for part in (formula.fixed, *(bar.terms for bar in formula.bars)):
        needed |= columns_in(part) & set(data.columns)
    for name in (formula.outcome, *(c for bar in formula.bars for c in bar.group), *others):
        if name not in data.columns:
            raise DesignError(
                f"There is no column '{name}'; {did_you_mean(name, map(str, data.columns))}"
            )
        needed.add(name)
    columns = sorted(needed, key=str)
    used = data.dropna(subset=columns)
    _refuse_hidden_levels(used[columns])
    if used.empty:
        missing = [f"'{c}' in {data[c].isna().sum()}" for c in columns if data[c].isna().any()]
        raise DesignError(
            f"None of the {len(data)} rows has a value in every column that the model needs"
            + (f"; missing are {', '.join(missing)} rows." if missing else ".")
        )
    unused = {
        c: used[c].cat.remove_unused_categories()
        for c in columns
        if isinstance(used[c].dtype, pd.CategoricalDtype)
    }
    return used.assign(**unused), len(data) - len(used)


def _refuse_hidden_levels(used: pd.DataFrame) -> None:
    """Refuse levels that begin with two underscores: formulaic would drop their columns unsaid."""
    import pandas as pd

    for name, column in used.items():
        if pd.api.types.is_numeric_dtype(column.dtype):
            continue
        hidden = [v for v in column.unique() if isinstance(v, str) and v.startswith("__")]
        if hidden:
            raise DesignError(
                f"'{name}' has the level '{hidden[0]}', which begins with two underscores; a "
                "formula cannot hold it.",
                fix="give the level another name.",
            )


def outcome_of(data: pd.DataFrame, name: str) -> FloatArray:
    """The outcome as numbers.

    Raises
    ------
    DesignError
        If it is not a number, not finite, or the same in every row.
    """
    import pandas as pd

    kind = pd.api.types.infer_dtype(data[name], skipna=True)
    if kind == "boolean":
        raise DesignError(
            f"The outcome '{name}' is true or false.",
            expected="a score",
            fix=f"turn '{name}' into 0 and 1 if a difference in proportions is meant.",
        )
    if kind not in ("integer", "floating", "mixed-integer-float", "decimal"):
        raise DesignError(
            f"The outcome '{name}' is not numeric: it is {kind}.",
            expected="a score",
            fix="score the answers first; order alone is not enough for a linear model.",
        )
    y = data[name].to_numpy(dtype=float, copy=True)
    infinite = int(np.isinf(y).sum())
    if infinite:
        raise DesignError(f"The outcome '{name}' has infinite values in {infinite} rows.")
    if np.ptp(y) <= 1e-12 * max(1.0, float(np.abs(y).max())):
        raise DesignError(f"The outcome '{name}' is the same in all {y.size} rows.")
    return y


def ordered_levels(column: pd.Series[Any]) -> list[Any]:
    """Levels that occur, in their order: of the categories, else sorted."""
    import pandas as pd

    if isinstance(column.dtype, pd.CategoricalDtype):
        there = set(column.unique())
        return [c for c in column.cat.categories if c in there]
    return sorted(column.unique())


@dataclass(frozen=True, slots=True, eq=False)
class ColumnSet:
    """Columns that a right-hand side stands for.

    Attributes
    ----------
    matrix : ndarray, shape (n, columns)
        All finite.
    names : tuple of str
        As formulaic names them.
    spec : object
        formulaic's model spec, which builds the same columns for other data.
    """

    matrix: FloatArray
    names: tuple[str, ...]
    spec: Any


def columns_of(data: pd.DataFrame, formula: str) -> ColumnSet:
    """Build the columns of a right-hand side.

    Raises
    ------
    FormulaError
        If formulaic cannot read it, or a term is more than `allowed_terms` lets through.
    DesignError
        If a column is infinite or not a number somewhere.
    """
    from formulaic import model_matrix
    from formulaic.errors import FormulaicError

    terms = allowed_terms(formula)
    try:
        # An empty context: a name is a column or one of formulaic's functions, nothing of ours.
        matrix = model_matrix(terms, data, context={}, na_action="ignore")
    except (FormulaicError, KeyError, NameError, SyntaxError, TypeError, ValueError) as err:
        raise FormulaError(f"The terms '{formula}' cannot be built: {err}") from err
    # Column by column in memory, as the pass over the data reads them.
    values, spec = np.asfortranarray(matrix, dtype=float), matrix.model_spec
    names = tuple(map(str, matrix.columns))
    # A sum is finite when all are, and is quick to come by.
    if not np.isfinite(values.sum()):
        wrong = ~np.isfinite(values)
        named = ", ".join(f"'{names[i]}'" for i in np.flatnonzero(wrong.any(axis=0)))
        raise DesignError(
            f"{named} {'is' if wrong.any(axis=0).sum() == 1 else 'are'} infinite or not a number "
            f"in {int(wrong.any(axis=1).sum())} of {len(wrong)} rows.",
            expected="finite numbers, also after log() and the like",
        )
    return ColumnSet(values, names, spec)
