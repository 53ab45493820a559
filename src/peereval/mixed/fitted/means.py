"""Estimated marginal means and changes over the levels of factors."""

from __future__ import annotations

from itertools import combinations, product
from typing import TYPE_CHECKING, Any, Protocol
from warnings import warn

import numpy as np

from peereval.errors import did_you_mean
from peereval.mixed.terms.design import DesignError, ordered_levels

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from peereval.mixed.terms.fixed_part import FixedPart
    from peereval.typing import FloatArray


class NotEstimableWarning(UserWarning):
    """A mean or change that the data cannot give."""


class Contrasts(Protocol):
    """A fitted model, as far as means are concerned."""

    @property
    def data(self) -> pd.DataFrame:
        """Rows used."""

    @property
    def fixed(self) -> FixedPart:
        """The fixed part."""

    def contrast(self, matrix: FloatArray) -> pd.DataFrame:
        """Linear combinations of the coefficients, with their inference."""


def marginal_means(
    fit: Contrasts, over: str, by: str | Sequence[str] | None, weights: str
) -> pd.DataFrame:
    """Means at every level of `over`, within every level of `by`.

    Numeric columns stand at their mean over the rows used; other factors are averaged with
    equal weights, or with ``weights="people"`` by their people at the first level of `over`.

    Parameters
    ----------
    fit : Contrasts
        The model.
    over : str
        Column whose levels are compared.
    by : str, sequence of str, or None
        Columns within whose levels.
    weights : {"equal", "people"}
        How other factors are averaged.

    Returns
    -------
    pandas.DataFrame
        Columns named as `over` and `by`, then those of `coefficients`. A mean that the data
        cannot give, such as that of an empty cell, is NaN and named in a `NotEstimableWarning`.

    Raises
    ------
    DesignError
        If a column is not in the fixed part, or `weights` is not known.
    """
    names = (over, *_names(by))
    keys, rows = _mean_rows(fit, over, names[1:], weights)
    return _table(fit, names, keys, rows)


def marginal_changes(
    fit: Contrasts,
    over: str,
    by: str | Sequence[str] | None,
    weights: str,
    against: str = "each",
    adjust: str | None = None,
) -> pd.DataFrame:
    """Differences between the means of levels of `over`, later minus earlier.

    Parameters
    ----------
    fit, over, by, weights
        As in `marginal_means`.
    against : {"each", "first"}
        Every pair of levels, or every later level against the first.
    adjust : {"holm"} or None
        Holm's adjustment of the p-values for the number of differences within each level of
        `by`, as emmeans makes it (Holm 1979). Intervals are never adjusted.

    Returns
    -------
    pandas.DataFrame
        Columns ``level, reference``, those of `by`, then those of `coefficients`. A difference
        that the data cannot give is NaN, named in a `NotEstimableWarning`, and not counted by
        Holm.

    Raises
    ------
    DesignError
        As in `marginal_means`, and if `against` or `adjust` is not known.
    """
    if against not in ("each", "first"):
        raise DesignError(f"against is {against!r}.", expected="'each' or 'first'")
    if adjust not in (None, "holm"):
        raise DesignError(f"adjust is {adjust!r}.", expected="None or 'holm'")
    names = _names(by)
    keys, rows = _mean_rows(fit, over, names, weights)
    place = {key: i for i, key in enumerate(keys)}
    found, contrasts = [], []
    for group in dict.fromkeys(key[1:] for key in keys):
        levels = [key[0] for key in keys if key[1:] == group]
        for earlier, later in combinations(levels, 2):
            if against == "each" or earlier == levels[0]:
                found.append((later, earlier, *group))
                contrasts.append(rows[place[later, *group]] - rows[place[earlier, *group]])
    matrix = np.array(contrasts).reshape(len(found), rows.shape[1])
    table = _table(fit, ("level", "reference", *names), found, matrix)
    if adjust == "holm":
        families = table.groupby(list(names))["p_value"] if names else table["p_value"]
        table["p_value"] = families.transform(_holm)
    return table


def _table(
    fit: Contrasts, names: tuple[str, ...], keys: list[tuple[Any, ...]], rows: FloatArray
) -> pd.DataFrame:
    """Estimates of combinations of rows of the model matrix; what cannot be estimated is NaN."""
    import pandas as pd

    contrasts, estimable = fit.fixed.contrasts(rows)
    table = fit.contrast(contrasts)
    table.loc[~estimable] = float("nan")
    if not estimable.all():
        lost = [" ".join(map(str, key)) for key, ok in zip(keys, estimable, strict=True) if not ok]
        warn(
            f"{len(lost)} of {len(keys)} rows cannot be estimated and are NaN: {'; '.join(lost)} "
            f"(columns {', '.join(names)}). The data have no rows that would tell "
            f"{', '.join(fit.fixed.dropped)}.",
            NotEstimableWarning,
            stacklevel=4,
        )
    return pd.concat([pd.DataFrame(keys, columns=list(names)), table], axis=1)


def _holm(p: pd.Series[float]) -> pd.Series[float]:
    """Running maximum of (m - i + 1) p_i over the sorted p-values; NaN is no test."""
    ordered = p.dropna().sort_values(kind="stable")
    steps = ordered * np.arange(len(ordered), 0, -1)
    return steps.cummax().clip(upper=1.0).reindex(p.index)


def _names(by: str | Sequence[str] | None) -> tuple[str, ...]:
    """Columns of `by`."""
    if not by:
        return ()
    return (by,) if isinstance(by, str) else tuple(by)


def _mean_rows(
    fit: Contrasts, over: str, by: tuple[str, ...], weights: str
) -> tuple[list[tuple[Any, ...]], FloatArray]:
    """Levels of `over` and `by`, and the combination of model rows each mean is."""
    import pandas as pd

    if weights not in ("equal", "people"):
        raise DesignError(f"weights is {weights!r}.", expected="'equal' or 'people'")
    used = [str(v) for v in fit.fixed.spec.required_variables if str(v) in fit.data.columns]
    for name in (over, *by):
        if name not in used:
            raise DesignError(f"'{name}' is not in the fixed part; {did_you_mean(name, used)}")
    asked = (over, *by)
    others = [v for v in used if v not in asked and _is_factor(fit, v)]
    levels = {v: ordered_levels(fit.data[v]) for v in (*asked, *others)}
    grid = pd.DataFrame(list(product(*levels.values())), columns=list(levels))
    for name in levels:
        grid[name] = _as_data(grid[name], fit.data[name])
    for name in used:
        if name not in levels:
            grid[name] = float(fit.data[name].mean())
    rows = fit.fixed.rows(grid)
    share = _shares(fit, over, others, grid, weights)
    keys = list(zip(*(grid[name] for name in asked), strict=True))
    found = list(dict.fromkeys(keys))
    means = np.zeros((len(found), rows.shape[1]))
    total = np.zeros(len(found))
    place = {key: i for i, key in enumerate(found)}
    for key, row, weight in zip(keys, rows, share, strict=True):
        means[place[key]] += weight * row
        total[place[key]] += weight
    # `over` outermost varies fastest within a level of `by`, as readers compare.
    return found, means / total[:, None]


def _is_factor(fit: Contrasts, name: str) -> bool:
    """Whether a column enters the model by its levels."""
    from formulaic import Formula
    from formulaic.parser.types import Factor

    return any(
        kind is Factor.Kind.CATEGORICAL and name in map(str, Formula(expr).required_variables)
        for expr, (kind, _) in fit.fixed.spec.encoder_state.items()
    )


def _as_data(values: pd.Series[Any], column: pd.Series[Any]) -> Any:
    """Values of a grid in the type of the data's own column."""
    import pandas as pd

    if isinstance(column.dtype, pd.CategoricalDtype):
        return pd.Categorical(values, categories=column.cat.categories)
    return values.astype(column.dtype)


def _shares(
    fit: Contrasts, over: str, others: list[str], grid: pd.DataFrame, weights: str
) -> FloatArray:
    """Weight of every row of the grid in its mean."""
    if weights == "equal" or not others:
        return np.ones(len(grid))
    first = ordered_levels(fit.data[over])[0]
    at_first = fit.data[fit.data[over] == first]
    counts = at_first.groupby(others, observed=True).size()
    keys = grid[others].itertuples(index=False, name=None)
    found = counts.to_dict()
    return np.array(
        [float(found.get(key if len(others) > 1 else key[0], 0)) for key in keys], dtype=float
    )
