r"""Intraclass correlations: how much of the variance lies at each level.

The share of level l is :math:`\overline{z'\Psi_l z} / \sum_k \overline{z'\Psi_k z}`, the mean
taken over rows (Johnson 2014, for models with random slopes), the residual among the levels. For
a change from one wave to another z is the difference between the two rows of a person: a random
intercept cancels out of it, so that the design effect of a change rests on this correlation, not
on that of the scores.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from peereval.mixed.fitted.row_covariance import RowCovariance
    from peereval.typing import Codes, FloatArray

_COLUMNS = ["at", "reference", "group", "variance", "icc"]


def share_table(
    covariance: RowCovariance,
    residual_name: str,
    unit: Codes,
    occasion: Codes,
    labels: Sequence[Any],
) -> pd.DataFrame:
    """Variance and its share by level, at every occasion and for the changes between them.

    Parameters
    ----------
    covariance : RowCovariance
        V at the estimates.
    residual_name : str
        What the last level is called.
    unit : ndarray of int, shape (n,)
        Person of each row, whose change is meant.
    occasion : ndarray of int, shape (n,)
        Occasion of each row.
    labels : sequence
        What the occasions are called.

    Returns
    -------
    pandas.DataFrame
        Columns ``at, reference, group, variance, icc``, levels innermost first and the residual
        last. ``reference`` is None for a score at ``at``; else the row is of the change since
        then, over the people seen at both.

    References
    ----------
    Johnson (2014). Extension of Nakagawa & Schielzeth's R2GLMM to random slopes models. Methods
    in Ecology and Evolution 5, 944-946.
    """
    import pandas as pd

    names = [*(level.name for level in covariance.levels), residual_name]
    rows: list[tuple[Any, ...]] = []

    def add(at: Any, reference: Any, variances: list[float]) -> None:
        total = sum(variances)
        rows.extend(
            (at, reference, name, v, v / total) for name, v in zip(names, variances, strict=True)
        )

    by_row = covariance.variances(len(occasion))
    for code, label in enumerate(labels):
        add(label, None, [float(v[occasion == code].mean()) for v in by_row])
    for earlier, later in combinations(range(len(labels)), 2):
        pairs = _pairs(unit, occasion, earlier, later)
        if pairs.size:
            add(labels[later], labels[earlier], _change_variances(covariance, pairs))
    return pd.DataFrame(rows, columns=_COLUMNS).astype({"at": object, "reference": object})


def _pairs(unit: Codes, occasion: Codes, earlier: int, later: int) -> Codes:
    """Rows of the units with exactly one row at each of two occasions, shape (2, units)."""
    found = []
    for code in (earlier, later):
        rows = np.flatnonzero(occasion == code)
        units, first, count = np.unique(unit[rows], return_index=True, return_counts=True)
        found.append((units[count == 1], rows[first[count == 1]]))
    (units, before), (others, after) = found
    _, i, j = np.intersect1d(units, others, return_indices=True)
    return np.stack([before[i], after[j]])


def _change_variances(covariance: RowCovariance, pairs: Codes) -> list[float]:
    """Mean variance of the difference between two rows, by level."""
    before, after = pairs
    found = []
    for level, psi in zip(covariance.levels, covariance.psis, strict=True):
        first, then = level.design[before], level.design[after]
        # Where people move between levels, as from one facilitator to the next, nothing cancels.
        stayed = (level.codes[before] == level.codes[after])[:, None]
        change = np.concatenate([then - stayed * first, ~stayed * first], axis=0)
        found.append(float(np.einsum("na,ab,nb->", change, psi, change)) / len(before))
    within = covariance.residual.dense(pairs.T)
    step = np.array([-1.0, 1.0])
    spread: FloatArray = step @ within @ step
    return [*found, float(spread.mean())]
