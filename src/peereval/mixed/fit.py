"""Fit a mixed model given in lme4's formula notation."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from peereval.errors import did_you_mean
from peereval.mixed.covariance import RelativeFactors
from peereval.mixed.criterion import Moments, integrate, random_effect_leaf
from peereval.mixed.crossproducts import CrossProducts, random_effect_products
from peereval.mixed.design import (
    DesignError,
    fixed_part,
    levels_of,
    ordered_levels,
    outcome_of,
    usable_rows,
)
from peereval.mixed.formula import parse
from peereval.mixed.jets import affine, constant
from peereval.mixed.model import FittedModel, dropped_note
from peereval.mixed.optimise import Criterion, minimise
from peereval.mixed.random_effects import RESIDUAL, variance_table
from peereval.mixed.row_covariance import EqualResiduals, RowCovariance, element_slopes
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
    from collections.abc import Sequence

    import pandas as pd

    from peereval.mixed.design import Level
    from peereval.mixed.jets import Jet
    from peereval.mixed.small_sample import DfMethod
    from peereval.typing import FloatArray

SINGULAR = 1e-4
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

    @cached_property
    def variance_components(self) -> pd.DataFrame:
        """Variances, covariances and the residual: group, term, other, covariance, sd_or_corr."""
        return variance_table(self._levels, self._psis, self.residual_sd)

    @cached_property
    def row_covariance(self) -> RowCovariance:
        """V at the estimates."""
        return RowCovariance(self._levels, self._psis, EqualResiduals(self.residual_sd**2))

    def icc(self, by: str | None = None) -> pd.DataFrame:
        """Share of the variance at every level, the residual included.

        Parameters
        ----------
        by : str, optional
            A column, such as the wave: shares at each of its values, and for the change of each
            innermost unit (person) between two of them. By default one average over all rows.

        Returns
        -------
        pandas.DataFrame
            Columns ``at, reference, group, variance, icc``; see `peereval.mixed.icc`.

        Examples
        --------
        >>> import pandas as pd
        >>> data = pd.DataFrame({"g": list("aabbccdd"), "y": [1.0, 2, 4, 5, 3, 3, 8, 7]})
        >>> fit_mixed("y ~ 1 + (1 | g)", data).icc()[["group", "icc"]].round(3).values.tolist()
        [['g', 0.944], ['Residual', 0.056]]
        """
        import pandas as pd

        from peereval.mixed.icc import share_table

        if by is None:
            values, occasion = [None], np.zeros(self.n, dtype=np.intp)
        elif by not in self.data.columns:
            raise DesignError(
                f"There is no column '{by}'; {did_you_mean(by, map(str, self.data.columns))}"
            )
        else:
            column = self.data[by]
            values = ordered_levels(column.dropna())
            occasion = pd.Categorical(column, categories=values).codes.astype(np.intp)
        return share_table(self.row_covariance, RESIDUAL, self._levels[0].codes, occasion, values)


@dataclass(frozen=True, slots=True)
class _Deviance(Criterion):
    """Minus twice the (restricted) log-likelihood by the relative factors, sigma profiled out."""

    table: CrossProducts
    factors: RelativeFactors
    reml: bool

    def moments(self, theta: FloatArray, k: int) -> Moments:
        """Moments of V / sigma^2."""
        psis = [f @ f.transpose for f in self.factors.factors(theta, k)]
        one = constant(np.ones((1, 1)), k)
        return integrate(self.table, random_effect_leaf(self.table, psis[0], one), psis[1:])

    @property
    def degrees(self) -> int:
        """Rows, less the fixed effects when restricted."""
        return self.table.n_rows - (self.table.n_fixed if self.reml else 0)

    def evaluate(self, at: FloatArray, k: int) -> tuple[float, FloatArray, FloatArray]:
        """The deviance with its derivatives."""
        found = self.moments(at, k)
        n = float(self.degrees)
        residual = found.residual.linear(lambda a: a[..., None, None])
        total = found.log_det + residual.log_det().linear(lambda a: n * a)
        if self.reml:
            total += found.fixed.log_det()
        value = float(total.value) + n * (1.0 + np.log(2.0 * np.pi / n))
        return value, total.first, total.second


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
    fixed = fixed_part(used, parsed.fixed)
    levels = levels_of(used, parsed.bars)
    # Around its least squares fit the outcome loses what only rounding would see.
    start = fixed.basis.T @ y / len(y)
    left = y - fixed.basis @ start
    table = random_effect_products(
        [lv.design for lv in levels], [lv.codes for lv in levels], fixed.basis, left
    )
    factors = RelativeFactors(tuple(lv.blocks for lv in levels))
    deviance = _Deviance(table, factors, reml)
    first = factors.start()
    optimum = minimise(deviance, (first, 0.3 * first, 3.0 * first))
    theta = _signed(factors, optimum.point)
    at_end = deviance.moments(theta, 0)
    variance = float(at_end.residual.value) / deviance.degrees
    relative = [f.value for f in factors.factors(theta, 0)]
    psis = tuple(variance * f @ f.T for f in relative)
    singular = bool(np.any(np.abs(theta[factors.on_diagonal()]) < SINGULAR))
    in_basis = at_end.coefficients
    inference = _inference(df_method, deviance, theta, variance)
    log_det = 2.0 * float(np.log(np.abs(np.diag(fixed.triangle))).sum()) if reml else 0.0
    return MixedFit(
        n=len(y),
        n_excluded=n_excluded,
        log_likelihood=-(optimum.value + log_det) / 2.0,
        reml=reml,
        df_method=df_method,
        notes=_notes(fixed.dropped, singular),
        n_parameters=len(theta) + 1,
        residual_sd=float(np.sqrt(variance)),
        singular=singular,
        _data=used,
        _outcome=parsed.outcome,
        _fixed=fixed,
        _beta=np.linalg.solve(fixed.triangle, start + in_basis),
        _inference=inference,
        _spread=_spread(levels, deviance, theta, variance, inference),
        _levels=tuple(levels),
        _psis=psis,
        _residual=left - fixed.basis @ in_basis,
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
    relative = [f.value for f in factors.factors(theta, 0)]
    psis, residual = factors.linear_covariances([variance * f @ f.T for f in relative], variance)
    found = integrate(table, random_effect_leaf(table, psis[0], residual), psis[1:])
    if method == "z":
        return plain_inference(found)
    return kenward_roger(found, expected_information_inverse(found))


def _spread(
    levels: Sequence[Level],
    deviance: _Deviance,
    theta: FloatArray,
    variance: float,
    inference: Inference,
) -> FloatArray:
    """Covariance of the estimated elements of V; empty where they are taken as known."""
    if inference.method != "satterthwaite":
        return inference.information_inverse
    scale, factors = _scaled_factors(deviance, theta, variance)
    slopes = element_slopes(levels, [f @ f.transpose for f in factors], scale @ scale)
    spread: FloatArray = slopes @ inference.information_inverse @ slopes.T
    return spread


def _scaled_factors(
    deviance: _Deviance, theta: FloatArray, variance: float
) -> tuple[Jet, list[Jet]]:
    """Sigma and sigma times the relative factors, by these factors and sigma."""
    k = len(theta) + 1
    slope = np.zeros((k, 1, 1))
    slope[-1] = 1.0
    scale = affine(np.array([[np.sqrt(variance)]]), slope)
    return scale, deviance.factors.factors(theta, k, scale)


def _by_theta_and_sigma(
    deviance: _Deviance, theta: FloatArray, variance: float
) -> tuple[Moments, FloatArray]:
    """Moments and the Hessian of the deviance by the relative factors and sigma."""
    scale, factors = _scaled_factors(deviance, theta, variance)
    psis = [f @ f.transpose for f in factors]
    table = deviance.table
    found = integrate(table, random_effect_leaf(table, psis[0], scale @ scale), psis[1:])
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
