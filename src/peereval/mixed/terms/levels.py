"""Grouping factors of a model: units, the columns of their random effects, nesting."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from peereval.mixed.terms.design import DesignError, columns_of
from peereval.mixed.terms.nesting import nesting

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from peereval.mixed.terms.formula import Bar
    from peereval.mixed.terms.nesting import Nesting
    from peereval.typing import Codes, FloatArray

MOST_CROSSED = 3_000
"""Crossed random effects, beside those of the factor with most levels, that one block can hold."""


class TooManyCrossedLevelsError(DesignError):
    """More crossed random effects than can be eliminated in one block."""


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


def levels_of(data: pd.DataFrame, bars: Sequence[Bar]) -> list[Level]:
    """Grouping factors with the columns of their bars, innermost first.

    Raises
    ------
    DesignError
        If a factor has one level, or as many effects as rows.
    """
    found: dict[str, list[Bar]] = {}
    for bar in bars:
        found.setdefault(bar.name, []).append(bar)
    levels = [_level(data, name, own) for name, own in found.items()]
    levels.sort(key=lambda level: -len(level.labels))
    return levels


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
    designs: list[FloatArray] = []
    terms: list[str] = []
    blocks: list[int] = []
    for bar in bars:
        built = columns_of(data, bar.terms)
        designs.append(built.matrix)
        terms += built.names
        n = len(built.names)
        blocks += [n] if bar.correlated else [1] * n
    twice = {term for term in terms if terms.count(term) > 1}
    if twice:
        raise DesignError(
            f"'{name}' has the random effect '{min(twice)}' twice; the two cannot be told apart.",
            fix=f"name '{name}' in one bar only, or leave out the second with 0 + ... .",
        )
    design = np.column_stack(designs)
    if len(labels) * design.shape[1] >= len(data):
        raise DesignError(
            f"'{name}' has {len(labels) * design.shape[1]} random effects for {len(data)} rows; "
            "they cannot be told from the residuals.",
            fix="leave out some of them.",
        )
    return Level(name, np.asarray(labels), codes, design, tuple(terms), tuple(blocks))


def are_nested(levels: Sequence[Level]) -> bool:
    """Whether every unit of a level lies within one unit of the next; else they cross.

    Raises
    ------
    DesignError
        If two factors divide the rows alike, or all but a few units lie within one of the other
        factor, as after a slip of the pen.
    """
    nested = True
    for inner, outer in combinations(levels, 2):
        found = nesting(inner.codes, outer.codes)
        check_relation(found, (inner.name, inner.labels), (outer.name, outer.labels))
        nested = nested and not found.strays.size
    return nested


def check_relation(
    found: Nesting, inner: tuple[str, NDArray[Any]], outer: tuple[str, NDArray[Any]]
) -> None:
    """Refuse factors, each given by name and labels, that stand to each other as after an error.

    Raises
    ------
    DesignError
        Naming the units that do not fit.
    """
    name, labels = inner
    other, other_labels = outer
    if found.relation == "same":
        raise DesignError(
            f"'{name}' and '{other}' divide the rows alike, so their random effects "
            "cannot be told apart.",
            fix=f"leave out the bar of '{other}'.",
        )
    if found.relation == "nearly nested":
        raise DesignError(
            f"{len(found.strays)} of {found.n_inner} levels of '{name}' belong to more than "
            f"one level of '{other}': {found.describe(labels, other_labels)}.",
            expected="grouping factors that are nested in each other, or cross throughout",
            fix=f"correct the data, or write ({other}:{name}) if labels are used anew.",
        )


def check_crossed(levels: Sequence[Level], beside: str) -> None:
    """Refuse more crossed random effects than one block can hold.

    Parameters
    ----------
    levels : sequence of Level
        The crossed factors but the one with most levels.
    beside : str
        Name of that one.

    Raises
    ------
    TooManyCrossedLevelsError
        With the number of effects of every factor.
    """
    counts = {level.name: len(level.labels) * level.design.shape[1] for level in levels}
    total = sum(counts.values())
    if total > MOST_CROSSED:
        each = ", ".join(f"{n:,} of '{name}'" for name, n in counts.items())
        raise TooManyCrossedLevelsError(
            f"There are {total:,} crossed random effects: {each}.",
            expected=f"at most {MOST_CROSSED:,}, not counting those of '{beside}'",
            fix="leave out a factor or a slope, nest the factors, or use lme4.",
        )
