"""Fit a mixed model given in lme4's formula notation."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from peereval.mixed.covariance import RelativeFactors
from peereval.mixed.criterion import Moments, integrate, random_effect_leaf
from peereval.mixed.crossed_products import crossed_products
from peereval.mixed.crossproducts import CrossProducts, random_effect_products
from peereval.mixed.design import DesignError, are_nested, fixed_part, levels_of, outcome_of, usable_rows
from peereval.mixed.formula import parse
from peereval.mixed.jets import affine, fixed
from peereval.mixed.model import FittedModel, dropped_note
from peereval.mixed.optimise import Criterion, minimise
from peereval.mixed.small_sample import (
    Inference,
    check_method,
    expected_information_inverse,
    kenward_roger,
    observed_information_inverse,
    plain_inference,
    satterthwaite,
)

if TYPE_CHECKING:
    import pandas as pd

    from peereval.mixed.design import Level
    from peereval.mixed.small_sample import DfMethod
    from peereval.typing import Codes, FloatArray

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


@dataclass(frozen=True, slots=True)
class _Deviance(Criterion):
    """Minus twice the (restricted) log-likelihood by the relative factors, sigma profiled out."""

    table: CrossProducts
    factors: RelativeFactors
    reml: bool

    def moments(self, theta: FloatArray, which: Codes, *, curved: bool = True) -> Moments:
        """Moments of V / sigma^2 of some data sets at the rows of `theta`."""
        table = self.table.of(which)
        psis = [f @ f.transpose for f in self.factors.factors(theta, curved=curved)]
        one = fixed(np.ones((1, 1, 1)))
        return integrate(table, random_effect_leaf(table, psis[0], one), psis[1:])

    @property
    def degrees(self) -> FloatArray:
        """Rows of every data set, less the fixed effects when restricted."""
        rows: FloatArray = self.table.n_rows - (self.table.n_fixed if self.reml else 0.0)
        return rows

    def evaluate(self, at: FloatArray, which: Codes) -> tuple[FloatArray, FloatArray, FloatArray]:
        """The deviance with its derivatives."""
        found = self.moments(at, which)
        n = self.degrees if self.table.n_rows.size == 1 else self.degrees[which]
        residual = found.residual.linear(lambda a: a[..., None, None])
        total = found.log_det + residual.log_det().linear(lambda a: n * a)
        if self.reml:
            total += found.fixed.log_det()
        total = total.over(tuple(range(at.shape[1])))
        value = total.value + n * (1.0 + np.log(2.0 * np.pi / n))
        return value, total.first.T, np.moveaxis(total.second, 2, 0)


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
        table = random_effect_products(designs, units, x.basis, left)
    else:
        table = crossed_products(designs[0], units[0], designs[1:], units[1:], x.basis, left)
    factors = RelativeFactors(tuple(lv.blocks for lv in levels))
    deviance = _Deviance(table, factors, reml)
    theta, value = minimise(deviance, np.outer(_STARTS, factors.start()))
    theta = _signed(factors, theta)
    at_end = deviance.moments(theta[None], _ONLY, curved=False).of(0)
    variance = float(at_end.residual.value / deviance.degrees[0])
    psis = tuple(variance * (f @ f.transpose).value[0] for f in factors.factors(theta[None]))
    singular = bool(np.any(np.abs(theta[factors.on_diagonal()]) < SINGULAR))
    in_basis = at_end.coefficients
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
        _inference=_inference(df_method, deviance, theta, variance),
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


def _inference(
    method: DfMethod, deviance: _Deviance, theta: FloatArray, variance: float
) -> Inference:
    """The inference asked for, at the optimum."""
    table, factors = deviance.table, deviance.factors
    if method == "satterthwaite":
        found, hessian = _by_theta_and_sigma(deviance, theta, variance)
        return satterthwaite(found, observed_information_inverse(hessian))
    psis = [variance * (f @ f.transpose).value for f in factors.factors(theta[None])]
    k = len(theta)
    residual = affine(np.full((1, 1, 1), variance), np.ones((1, 1, 1, 1)), (k,))
    jets = factors.linear_covariances(psis)
    found = integrate(table, random_effect_leaf(table, jets[0], residual), jets[1:])
    found = found.over(tuple(range(k + 1))).of(0)
    if method == "z":
        return plain_inference(found)
    return kenward_roger(found, expected_information_inverse(found))


def _by_theta_and_sigma(
    deviance: _Deviance, theta: FloatArray, variance: float
) -> tuple[Moments, FloatArray]:
    """Moments and the Hessian of the deviance by the relative factors and sigma."""
    k = len(theta)
    sigma = affine(np.full((1, 1, 1), np.sqrt(variance)), np.ones((1, 1, 1, 1)), (k,))
    psis = []
    for factor in deviance.factors.factors(theta[None]):
        q = factor.value.shape[-1]
        scaled = factor @ sigma.linear(lambda a, q=q: a * np.eye(q))  # type: ignore[misc]
        psis.append(scaled @ scaled.transpose)
    table = deviance.table
    found = integrate(table, random_effect_leaf(table, psis[0], sigma @ sigma), psis[1:])
    found = found.over(tuple(range(k + 1))).of(0)
    hessian = found.log_det.second + found.residual.second
    if deviance.reml:
        hessian = hessian + found.fixed.log_det().second
    return found, hessian


def _notes(dropped: tuple[str, ...], singular: bool) -> tuple[str, ...]:
    """What a reader should know of the fit."""
    text = (
        "The fit is singular: at least one random effect shows no variance of its own. "
        "Estimates stand; the data cannot tell that effect from the others."
    )
    return (*dropped_note(dropped), *((text,) if singular else ()))
