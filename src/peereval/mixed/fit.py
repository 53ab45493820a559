"""Fit a mixed model given in lme4's formula notation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from peereval.mixed.fitted.mixed_fit import MixedFit
from peereval.mixed.fitted.model import dropped_note, singular_note
from peereval.mixed.likelihood.covariance import RelativeFactors
from peereval.mixed.likelihood.crossed_products import crossed_products
from peereval.mixed.likelihood.crossproducts import random_effect_products
from peereval.mixed.likelihood.deviance import SINGULAR, RandomEffectDeviance
from peereval.mixed.likelihood.optimise import minimise
from peereval.mixed.likelihood.small_sample import check_method
from peereval.mixed.terms.design import DesignError, outcome_of, usable_rows
from peereval.mixed.terms.fixed_part import fixed_part
from peereval.mixed.terms.formula import parse
from peereval.mixed.terms.levels import are_nested, check_crossed, levels_of

if TYPE_CHECKING:
    import pandas as pd

    from peereval.mixed.likelihood.crossproducts import CrossProducts
    from peereval.mixed.likelihood.small_sample import DfMethod
    from peereval.mixed.terms.levels import Level
    from peereval.typing import FloatArray

_ONLY = np.zeros(1, dtype=np.intp)
# Sizes of the random effects at the starts, in residual SDs.
_STARTS = (1.0, 0.3, 3.0)
DF_METHODS = ("kenward-roger", "satterthwaite", "z")


def fit_mixed(
    formula: str,
    data: pd.DataFrame,
    *,
    reml: bool = True,
    df_method: DfMethod = "kenward-roger",
) -> MixedFit:
    r"""Fit a linear mixed model with nested or crossed random effects.

    .. math:: y = X\beta + \sum_l Z_l b_l + e, \quad b_l \sim N(0, \Psi_l),\;
              e \sim N(0, \sigma^2)

    Parameters
    ----------
    formula : str
        As in lme4: ``"score ~ C(wave) * region + (1 + wave | group) + (1 | participant)"``;
        ``||`` for uncorrelated random effects. Terms are columns, numbers, arithmetic and a few
        functions such as ``log``; other Python is refused.
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
    factors = RelativeFactors(tuple(lv.blocks for lv in levels))
    deviance = RandomEffectDeviance(_table(levels, x.basis, left), factors, reml)
    starts = np.outer(_STARTS, factors.start())
    theta, value = minimise(deviance, starts)
    theta = _signed(factors, theta)
    variance = float(deviance.variance(theta[None], _ONLY)[0])
    relative = [f.value[0] for f in factors.factors(theta[None], curved=False)]
    singular = bool(np.any(np.abs(theta[factors.on_diagonal()]) < SINGULAR))
    in_basis = deviance.coefficients(theta[None], _ONLY)[0]
    inference = deviance.inference(df_method, theta[None], _ONLY)
    return MixedFit(
        n=len(y),
        n_excluded=n_excluded,
        log_likelihood=-(value + x.log_det_coding(reml=reml)) / 2.0,
        reml=reml,
        df_method=df_method,
        notes=(*dropped_note(x.dropped), *singular_note(singular=singular)),
        n_parameters=len(theta) + 1,
        residual_sd=float(np.sqrt(variance)),
        singular=singular,
        _data=used,
        _outcome=parsed.outcome,
        _fixed=x,
        _beta=np.linalg.solve(x.triangle, start + in_basis),
        _residual=left - x.basis @ in_basis,
        _inference=inference.of(0),
        _spread=deviance.element_spread(theta[None], inference),
        _levels=tuple(levels),
        _psis=tuple(variance * f @ f.T for f in relative),
        _deviance=deviance,
        _point=theta,
        _starts=starts,
    )


def _table(levels: list[Level], basis: FloatArray, outcome: FloatArray) -> CrossProducts:
    """The cross-products of nested or crossed random effects."""
    designs, units = [lv.design for lv in levels], [lv.codes for lv in levels]
    if are_nested(levels):
        return random_effect_products(designs, units, basis, outcome).table()
    check_crossed(levels[1:], levels[0].name)
    return crossed_products(designs[0], units[0], designs[1:], units[1:], basis, outcome)


def _signed(factors: RelativeFactors, theta: FloatArray) -> FloatArray:
    """The same covariances by factors with no negative diagonal."""
    theta = theta.copy()
    places = factors.places
    for level, i, j in places:
        if i == j and theta[places.index((level, i, j))] < 0:
            column = [at for at, (lv, _, c) in enumerate(places) if (lv, c) == (level, j)]
            theta[column] *= -1.0
    return theta
