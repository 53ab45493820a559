"""Variance components and predicted random effects of a fitted model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from peereval.mixed.fitted.effects import Effects
    from peereval.mixed.terms.levels import Level
    from peereval.typing import FloatArray

RESIDUAL = "Residual"
# An SD that an optimiser leaves of one that is zero, relative to that of the residuals.
_NO_SD = 1e-6


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
                    own_correlation = correlation(psi, i, j, residual_sd)
                    rows.append(
                        (level.name, level.terms[j], level.terms[i], psi[i, j], own_correlation)
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


def correlation(psi: FloatArray, i: int, j: int, size: float) -> float:
    """Correlation of two random effects; NaN where one has no SD to speak of beside `size`."""
    sds = np.sqrt(np.diag(psi)[[i, j]])
    if sds.min() <= _NO_SD * size:
        return float("nan")
    # Rounding must not carry a perfect correlation beyond 1.
    return float(np.clip(psi[i, j] / sds.prod(), -1.0, 1.0))


def mode_tables(effects: Sequence[Effects]) -> dict[str, pd.DataFrame]:
    """Conditional modes by grouping factor: index the level, one column per term.

    Parameters
    ----------
    effects : sequence of Effects
        Of the outcome less its fixed part, one column.
    """
    import pandas as pd

    return {
        effect.level.name: pd.DataFrame(
            effect.modes[:, :, 0],
            index=pd.Index(effect.level.labels, name=effect.level.name),
            columns=list(effect.level.terms),
        )
        for effect in effects
    }


def effect_table(effect: Effects) -> pd.DataFrame:
    r"""Conditional modes of one grouping factor with their conditional SDs.

    .. math:: \operatorname{var}(b \mid y) = \Psi - \Psi Z'V^{-1}Z\Psi

    taken at the estimated parameters, as lme4's ``ranef(condVar = TRUE)`` does: neither the
    uncertainty of the coefficients nor that of the variances is in it.

    Parameters
    ----------
    effect : Effects
        Of the outcome less its fixed part, one column.

    Returns
    -------
    pandas.DataFrame
        Columns ``level, term, estimate, std_error, conf_low, conf_high``; 95% normal intervals.
    """
    import pandas as pd
    from scipy import stats as st

    level, q = effect.level, len(effect.level.terms)
    estimate = effect.modes[:, :, 0].ravel()
    variance = np.diagonal(effect.covariance, axis1=1, axis2=2).ravel()
    std_error = np.sqrt(np.maximum(variance, 0.0))
    reach = float(st.norm.ppf(0.975)) * std_error
    return pd.DataFrame(
        {
            "level": np.repeat(level.labels, q),
            "term": list(level.terms) * len(level.labels),
            "estimate": estimate,
            "std_error": std_error,
            "conf_low": estimate - reach,
            "conf_high": estimate + reach,
        }
    )
