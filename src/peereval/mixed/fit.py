"""Fit a mixed model given in lme4's formula notation."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from peereval.mixed.covariance import RelativeFactors
from peereval.mixed.crossed_products import crossed_products
from peereval.mixed.crossproducts import random_effect_products
from peereval.mixed.design import (
    DesignError,
    are_nested,
    fixed_part,
    levels_of,
    outcome_of,
    usable_rows,
)
from peereval.mixed.deviance import RandomEffectDeviance
from peereval.mixed.formula import parse
from peereval.mixed.model import FittedModel, dropped_note
from peereval.mixed.optimise import minimise
from peereval.mixed.small_sample import check_method

if TYPE_CHECKING:
    import pandas as pd

    from peereval.mixed.design import Level
    from peereval.mixed.small_sample import DfMethod
    from peereval.typing import FloatArray

SINGULAR = 1e-4
_ONLY = np.zeros(1, dtype=np.intp)
# Sizes of the random effects at the starts, in residual SDs.
_STARTS = (1.0, 0.3, 3.0)
DF_METHODS = ("kenward-roger", "satterthwaite", "z")


@dataclass(frozen=True, kw_only=True, eq=False)
class MixedFit(FittedModel):
    """A fitted mixed model.

    Attributes
    ----------
    residual_sd : float
        SD of the residuals.
    singular : bool
        Whether some random effect has no variance of its own, after the terms before it.

    Examples
    --------
    >>> import pandas as pd
    >>> data = pd.DataFrame({"g": list("aabbccdd"), "y": [1.0, 2, 4, 5, 3, 3, 8, 7]})
    >>> fit = fit_mixed("y ~ 1 + (1 | g)", data)
    >>> fit.variance_components[["group", "covariance"]].round(3).values.tolist()
    [['g', 6.375], ['Residual', 0.375]]
    >>> fit.random_effects["g"]["Intercept"].round(2).tolist()
    [-2.55, 0.36, -1.09, 3.28]
    """

    residual_sd: float
    singular: bool
    _levels: tuple[Level, ...]
    _psis: tuple[FloatArray, ...]
    _residual: FloatArray

    @cached_property
    def variance_components(self) -> pd.DataFrame:
        """Variances, covariances and the residual: group, term, other, covariance, sd_or_corr."""
        from peereval.mixed.random_effects import variance_table

        return variance_table(self._levels, self._psis, self.residual_sd)

    @cached_property
    def random_effects(self) -> dict[str, pd.DataFrame]:
        """Conditional modes of the random effects, by grouping factor."""
        from peereval.mixed.random_effects import conditional_modes

        return conditional_modes(self._levels, self._psis, self.residual_sd**2, self._residual)


def fit_mixed(
    formula: str,
    data: pd.DataFrame,
    *,
    reml: bool = True,
    df_method: DfMethod = "kenward-roger",
) -> MixedFit:
    r"""Fit a linear mixed model with nested random effects.

    .. math:: y = X\beta + \sum_l Z_l b_l + e, \quad b_l \sim N(0, \Psi_l),\;
              e \sim N(0, \sigma^2)

    Parameters
    ----------
    formula : str
        As in lme4: ``"score ~ C(wave) * region + (1 + wave | group) + (1 | participant)"``;
        ``||`` for uncorrelated random effects. The fixed part is read by formulaic, which
        evaluates it as Python: never put text from a file into it.
    data : pandas.DataFrame
        One row per observation. Rows with a missing value are left out and counted.
    reml : bool, default True
        Restricted maximum likelihood; False for maximum likelihood.
    df_method : {"kenward-roger", "satterthwaite", "z"}
        Degrees of freedom and standard errors of the coefficients.

    Returns
    -------
    MixedFit

    Raises
    ------
    StatisticsError
        If the formula or the data do not allow a fit, or Kenward-Roger is asked for with
        ``reml=False``; `NotConvergedError` when no optimum was reached.

    References
    ----------
    Bates, Maechler, Bolker & Walker (2015). Fitting linear mixed-effects models using lme4.
    Journal of Statistical Software 67(1).
    Kenward & Roger (1997). Small sample inference for fixed effects from restricted maximum
    likelihood. Biometrics 53, 983-997.

    Examples
    --------
    >>> import pandas as pd
    >>> data = pd.DataFrame({
    ...     "person": ["a", "a", "b", "b", "c", "c", "d", "d", "e"],
    ...     "wave": [0, 1, 0, 1, 0, 1, 0, 1, 0],
    ...     "score": [10.0, 12, 14, 15, 9, 13, 11, 12, 12],
    ... })
    >>> fit = fit_mixed("score ~ wave + (1 | person)", data)
    >>> fit.coefficients.loc["wave", ["estimate", "df"]].round(2).tolist()
    [1.93, 3.21]
    """
    check_method(df_method, DF_METHODS, reml=reml)
    parsed = parse(formula)
    if not parsed.bars:
        raise DesignError(f"'{formula}' has no random effects.", expected="a term (1 | group)")
    used, n_excluded = usable_rows(data, parsed)
    y = outcome_of(used, parsed.outcome)
    x = fixed_part(used, parsed.fixed)
    levels = levels_of(used, parsed.bars)
    # Around its least squares fit the outcome loses what only rounding would see.
    start = x.basis.T @ y / len(y)
    left = y - x.basis @ start
    designs, units = [lv.design for lv in levels], [lv.codes for lv in levels]
    if are_nested(levels):
        table = random_effect_products(designs, units, x.basis, left).table()
    else:
        table = crossed_products(designs[0], units[0], designs[1:], units[1:], x.basis, left)
    factors = RelativeFactors(tuple(lv.blocks for lv in levels))
    deviance = RandomEffectDeviance(table, factors, reml)
    theta, value = minimise(deviance, np.outer(_STARTS, factors.start()))
    theta = _signed(factors, theta)
    variance = float(deviance.variance(theta[None], _ONLY)[0])
    relative = [f.value[0] for f in factors.factors(theta[None], curved=False)]
    psis = tuple(variance * f @ f.T for f in relative)
    singular = bool(np.any(np.abs(theta[factors.on_diagonal()]) < SINGULAR))
    in_basis = deviance.coefficients(theta[None], _ONLY)[0]
    log_det = 2.0 * float(np.log(np.abs(np.diag(x.triangle))).sum()) if reml else 0.0
    return MixedFit(
        n=len(y),
        n_excluded=n_excluded,
        log_likelihood=-(value + log_det) / 2.0,
        reml=reml,
        df_method=df_method,
        notes=_notes(x.dropped, singular),
        residual_sd=float(np.sqrt(variance)),
        singular=singular,
        _data=used,
        _fixed=x,
        _beta=np.linalg.solve(x.triangle, start + in_basis),
        _inference=deviance.inference(df_method, theta[None], _ONLY).of(0),
        _levels=tuple(levels),
        _psis=psis,
        _residual=left - x.basis @ in_basis,
    )


def _signed(factors: RelativeFactors, theta: FloatArray) -> FloatArray:
    """The same covariances by factors with no negative diagonal."""
    theta = theta.copy()
    places = factors.places
    for level, i, j in places:
        if i == j and theta[places.index((level, i, j))] < 0:
            column = [at for at, (lv, _, c) in enumerate(places) if (lv, c) == (level, j)]
            theta[column] *= -1.0
    return theta


def _notes(dropped: tuple[str, ...], singular: bool) -> tuple[str, ...]:
    """What a reader should know of the fit."""
    text = (
        "The fit is singular: at least one random effect shows no variance of its own. "
        "Estimates stand; the data cannot tell that effect from the others."
    )
    return (*dropped_note(dropped), *((text,) if singular else ()))
