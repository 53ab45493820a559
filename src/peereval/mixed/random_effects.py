"""Variance components and predicted random effects of a fitted model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from peereval.mixed.cell_sums import sum_by

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from peereval.mixed.design import Level
    from peereval.typing import FloatArray

RESIDUAL = "Residual"


def variance_table(
    levels: Sequence[Level], psis: Sequence[FloatArray], residual_sd: float
) -> pd.DataFrame:
    """Variances, and covariances of correlated terms, of every grouping factor.

    Parameters
    ----------
    levels : sequence of Level
        Innermost first.
    psis : sequence of ndarray, shapes (q, q)
        Their covariances.
    residual_sd : float
        SD of the residuals.

    Returns
    -------
    pandas.DataFrame
        Columns ``group, term, other, covariance, sd_or_corr``: a row per variance (other None)
        with its SD, a row per pair of correlated terms with the correlation (NaN where a
        variance is zero), the residual last.
    """
    import pandas as pd

    rows: list[tuple[Any, ...]] = []
    for level, psi in zip(levels, psis, strict=True):
        start = 0
        for size in level.blocks:
            own = range(start, start + size)
            rows += [(level.name, level.terms[i], None, psi[i, i], psi[i, i] ** 0.5) for i in own]
            for j in own:
                for i in range(j + 1, start + size):
                    spread = (psi[i, i] * psi[j, j]) ** 0.5
                    correlation = psi[i, j] / spread if spread > 0 else float("nan")
                    rows.append(
                        (level.name, level.terms[j], level.terms[i], psi[i, j], correlation)
                    )
            start += size
    rows.append((RESIDUAL, None, None, residual_sd**2, residual_sd))
    columns = ["group", "term", "other", "covariance", "sd_or_corr"]
    table = pd.DataFrame(rows, columns=columns)
    return (
        table.astype({"term": object, "other": object})
        .where(table.notna(), None)
        .astype({"covariance": float, "sd_or_corr": float})
    )


def conditional_modes(
    levels: Sequence[Level], psis: Sequence[FloatArray], variance: float, residual: FloatArray
) -> dict[str, pd.DataFrame]:
    """Best linear unbiased predictions of the random effects.

    From the outermost level inwards: given the effects above it, a unit's effects are
    (I + Psi H)^-1 Psi h, where H and h are Z'V^-1 Z and Z'V^-1 (residual) of the unit with all
    effects below it integrated out.

    Parameters
    ----------
    levels : sequence of Level
        Innermost first.
    psis : sequence of ndarray, shapes (q, q)
        Their covariances.
    variance : float
        Residual variance.
    residual : ndarray, shape (n,)
        Outcome less its fixed part.

    Returns
    -------
    dict of str to pandas.DataFrame
        By grouping factor: index the level, one column per term.
    """
    import pandas as pd

    columns = np.column_stack([*(lv.design for lv in levels), residual])
    whole = sum_by(levels[0].codes, columns[:, :, None] * columns[:, None, :]) / variance
    stages = []
    for i, (level, psi) in enumerate(zip(levels, psis, strict=True)):
        q = psi.shape[0]
        own, rest = slice(0, q), slice(q, None)
        pull = np.linalg.inv(np.eye(q) + psi @ whole[:, own, own]) @ psi
        side = whole[:, own, rest]
        stages.append((pull, side))
        whole = whole[:, rest, rest] - side.swapaxes(1, 2) @ (pull @ side)
        if i + 1 < len(levels):
            whole = sum_by(_parent(level, levels[i + 1]), whole)
    effects: list[FloatArray] = []
    for i in reversed(range(len(levels))):
        pull, side = stages[i]
        known = side[:, :, -1].copy()
        start = 0
        for j in range(i + 1, len(levels)):
            q = psis[j].shape[0]
            above = effects[len(levels) - 1 - j][_parent(levels[i], levels[j])]
            known -= np.einsum("uab,ub->ua", side[:, :, start : start + q], above)
            start += q
        effects.append(np.einsum("uab,ub->ua", pull, known))
    return {
        level.name: pd.DataFrame(
            modes, index=pd.Index(level.labels, name=level.name), columns=list(level.terms)
        )
        for level, modes in zip(levels, reversed(effects), strict=True)
    }


def _parent(inner: Level, outer: Level) -> NDArray[np.intp]:
    """Unit of an outer level that each unit of an inner one belongs to."""
    parent = np.zeros(len(inner.labels), dtype=np.intp)
    parent[inner.codes] = outer.codes
    return parent
