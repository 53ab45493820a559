"""Fit a marginal model over the waves of a person, with random effects above the person."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, get_args

import numpy as np

from peereval.errors import StatisticsError
from peereval.mixed.covariance import RelativeFactors, WaveCovariance, WaveParameters
from peereval.mixed.criterion import Moments, integrate, wave_leaf
from peereval.mixed.crossproducts import CrossProducts, wave_products
from peereval.mixed.design import (
    DesignError,
    fixed_part,
    levels_of,
    ordered_levels,
    outcome_of,
    usable_rows,
)
from peereval.mixed.formula import Formula, parse, parse_bars
from peereval.mixed.jets import Jet
from peereval.mixed.model import FittedModel, dropped_note
from peereval.mixed.optimise import Criterion, minimise
from peereval.mixed.row_covariance import RowCovariance, element_slopes, wave_residuals
from peereval.mixed.small_sample import (
    Inference,
    check_method,
    kenward_roger,
    observed_information_inverse,
    plain_inference,
    satterthwaite,
)

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from peereval.mixed.design import Level
    from peereval.mixed.nesting import Unit
    from peereval.mixed.small_sample import DfMethod
    from peereval.typing import Codes, FloatArray

DF_METHODS = ("kenward-roger", "kenward-roger-linear", "satterthwaite", "z")


@dataclass(frozen=True, kw_only=True, eq=False)
class RepeatedFit(FittedModel):
    """A fitted marginal model.

    Attributes
    ----------
    residual_sd : float
        Root of the mean of the variances within the person, over the waves.
    singular : bool
        Whether some random effect above the person shows no variance of its own.

    Examples
    --------
    >>> import pandas as pd
    >>> data = pd.DataFrame({
    ...     "p": list("aabbccdd"), "wave": [0, 1] * 4, "y": [1.0, 2, 4, 5, 3, 3, 8, 7],
    ... })
    >>> fit = fit_repeated("y ~ C(wave)", data, participant="p", wave="wave")
    >>> fit.covariance.round(2).to_numpy().tolist()
    [[8.67, 6.33], [6.33, 4.92]]
    """

    residual_sd: float
    singular: bool
    _structure: WaveCovariance
    _within: FloatArray
    _waves: tuple[Any, ...]
    _participant: str
    _person: Codes
    _wave: Codes

    @cached_property
    def covariance(self) -> pd.DataFrame:
        """Covariance over the waves within the person."""
        import pandas as pd

        return pd.DataFrame(self._within, index=list(self._waves), columns=list(self._waves))

    @property
    def _units(self) -> list[Unit]:
        """The person, and the groupings above."""
        first = np.unique(self._person, return_index=True)[1]
        labels = self._data[self._participant].to_numpy()[first]
        return [(self._participant, self._person, labels), *super()._units]

    @cached_property
    def row_covariance(self) -> RowCovariance:
        """V at the estimates."""
        within = wave_residuals(self._within, self._person, self._wave)
        return RowCovariance(self._levels, self._psis, within)

    def icc(self) -> pd.DataFrame:
        """Share of the variance at every level, the person included.

        Returns
        -------
        pandas.DataFrame
            Columns ``at, reference, group, variance, icc``: at every wave, and for the change
            between every two; see `peereval.mixed.icc`.
        """
        from peereval.mixed.icc import share_table

        return share_table(
            self.row_covariance, self._participant, self._person, self._wave, self._waves
        )


@dataclass(frozen=True, slots=True)
class _Deviance(Criterion):
    """Minus twice the (restricted) log-likelihood by the parameters of all covariances.

    The first parameters are those of the waves, the others the Cholesky factors of the random
    effects above the person, in units of `unit`.
    """

    table: CrossProducts
    waves: WaveParameters
    factors: RelativeFactors
    unit: float
    reml: bool

    def moments(self, at: FloatArray, k: int, *, curved: bool = True) -> Moments:
        """Moments of V; without `curved` second derivatives of V are taken as zero."""
        within = self.waves.covariance(at, k)
        psis = self._psis(at, k)
        if not curved:
            within, *psis = (
                Jet(j.value, j.first, np.zeros_like(j.second)) for j in (within, *psis)
            )
        return integrate(self.table, wave_leaf(self.table, within), psis)

    def _psis(self, at: FloatArray, k: int) -> list[Jet]:
        """Covariances of the random effects above the person."""
        n = self.waves.n_parameters
        built = []
        for factor in self.factors.factors(self.unit * at[n:], max(k - n, 0)):
            shape = factor.value.shape
            first = np.zeros((k, *shape))
            if k:
                first[n:] = self.unit * factor.first
            moved = Jet(factor.value, first, np.zeros((k, k, *shape)))
            built.append(moved @ moved.transpose)
        return built

    def evaluate(self, at: FloatArray, k: int) -> tuple[float, FloatArray, FloatArray]:
        """The deviance with its derivatives."""
        n = self.table.n_rows - (self.table.n_fixed if self.reml else 0)
        nothing = (np.inf, np.zeros(k), np.zeros((k, k)))
        with np.errstate(over="ignore", invalid="ignore"):
            within = self.waves.covariance(at, 0).value
        if not np.all(np.isfinite(within)):
            return nothing
        smallest = np.linalg.eigvalsh(within)[0]
        if smallest <= 1e-12 * np.trace(within):
            return nothing
        found = self.moments(at, k)
        total = found.log_det + found.residual
        if self.reml:
            total += found.fixed.log_det()
        return float(total.value) + n * np.log(2.0 * np.pi), total.first, total.second


def fit_repeated(
    formula: str,
    data: pd.DataFrame,
    *,
    participant: str,
    wave: str,
    covariance: WaveCovariance = "us",
    random: str | None = None,
    reml: bool = True,
    df_method: DfMethod = "kenward-roger",
) -> RepeatedFit:
    r"""Fit a linear model for repeated measures of people.

    .. math:: y_i \sim N(X_i \beta + Z_i b, \Sigma_{w(i)})

    where :math:`\Sigma` is a covariance over the waves, of which each person's own waves are
    taken, and b are random effects of the groupings above the person, if any.

    Parameters
    ----------
    formula : str
        Fixed part as in `fit_mixed`, without bars.
    data : pandas.DataFrame
        One row per person and wave. Rows with a missing value are left out and counted.
    participant, wave : str
        Columns. Waves are ordered by value, or by category when the column is categorical.
    covariance : {"us", "cs", "csh", "ar1", "ar1h", "toep", "toeph"}
        Structure over the waves; lags count waves, not time.
    random : str, optional
        Bars of groupings above the person, e.g. ``"(1 + wave | group)"``.
    reml : bool, default True
        Restricted maximum likelihood; False for maximum likelihood.
    df_method : {"kenward-roger", "kenward-roger-linear", "satterthwaite", "z"}
        Degrees of freedom and standard errors; all from the observed information.

    Returns
    -------
    RepeatedFit

    Raises
    ------
    StatisticsError
        If the formula or the data do not allow a fit, a person has a wave twice, or
        Kenward-Roger is asked for with ``reml=False``; `NotConvergedError` when no optimum was
        reached.

    References
    ----------
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
    >>> fit = fit_repeated("score ~ C(wave)", data, participant="person", wave="wave")
    >>> fit.coefficients["estimate"].round(2).tolist()
    [11.2, 1.9]
    """
    if covariance not in get_args(WaveCovariance):
        raise StatisticsError(
            f"covariance is {covariance!r}.", expected=f"one of {get_args(WaveCovariance)}"
        )
    check_method(df_method, DF_METHODS, reml=reml)
    parsed = parse(formula)
    if parsed.bars:
        raise DesignError("Random effects stand in `random`, not in the formula.")
    bars = parse_bars(random)
    used, n_excluded = usable_rows(
        data, Formula(parsed.outcome, parsed.fixed, bars), (participant, wave)
    )
    y = outcome_of(used, parsed.outcome)
    fixed = fixed_part(used, parsed.fixed)
    levels = levels_of(used, bars)
    person, wave_code, waves = _people_and_waves(used, participant, wave, levels)
    start = fixed.basis.T @ y / len(y)
    left = y - fixed.basis @ start
    table = wave_products(
        person,
        wave_code,
        [lv.design for lv in levels],
        [lv.codes for lv in levels],
        fixed.basis,
        left,
    )
    parameters = WaveParameters(covariance, len(waves))
    factors = RelativeFactors(tuple(lv.blocks for lv in levels))
    sd = float(np.sqrt((left**2).mean()))
    deviance = _Deviance(table, parameters, factors, sd, reml)
    first = [np.concatenate([parameters.start(sd), f * factors.start()]) for f in (0.5, 0.1)]
    optimum = minimise(deviance, first if levels else first[:1])
    at_end = deviance.moments(optimum.point, 0)
    in_basis = at_end.coefficients
    within = parameters.covariance(optimum.point, 0).value
    free = np.abs(optimum.point[parameters.n_parameters :])
    singular = bool(levels) and bool(np.any(free[factors.on_diagonal()] < 1e-4))
    inference = _inference(df_method, deviance, optimum.point)
    log_det = 2.0 * float(np.log(np.abs(np.diag(fixed.triangle))).sum()) if reml else 0.0
    return RepeatedFit(
        n=len(y),
        n_excluded=n_excluded,
        log_likelihood=-(optimum.value + log_det) / 2.0,
        reml=reml,
        df_method=df_method,
        notes=dropped_note(fixed.dropped),
        n_parameters=len(optimum.point),
        residual_sd=float(np.sqrt(np.diag(within).mean())),
        singular=singular,
        _data=used,
        _outcome=parsed.outcome,
        _fixed=fixed,
        _beta=np.linalg.solve(fixed.triangle, start + in_basis),
        _inference=inference,
        _spread=_spread(levels, deviance, optimum.point, inference),
        _residual=left - fixed.basis @ in_basis,
        _structure=covariance,
        _participant=participant,
        _person=person,
        _wave=wave_code,
        _within=within,
        _waves=tuple(waves),
        _levels=tuple(levels),
        _psis=tuple(psi.value for psi in deviance._psis(optimum.point, 0)),
    )


def _people_and_waves(
    data: pd.DataFrame, participant: str, wave: str, levels: list[Level]
) -> tuple[NDArray[np.intp], NDArray[np.intp], list[Any]]:
    """Codes of people and waves; refuses what a person cannot have."""
    import pandas as pd

    waves = ordered_levels(data[wave])
    code = pd.Categorical(data[wave], categories=waves).codes.astype(np.intp)
    person, names = pd.factorize(data[participant], sort=True)
    twice = pd.DataFrame({"person": person, "wave": code}).duplicated()
    if twice.any():
        first = names[person[int(np.flatnonzero(twice)[0])]]
        raise DesignError(
            f"{int(twice.sum())} rows are a second one of the same person and wave, "
            f"the first of them of '{first}'."
        )
    if len(waves) < 2:
        raise DesignError(f"There is one wave only, '{waves[0]}'.")
    if levels:
        inner = levels[0]
        unit = np.full(len(names), -1)
        unit[person] = inner.codes
        if np.any(unit[person] != inner.codes):
            raise DesignError(f"Some people belong to more than one level of '{inner.name}'.")
    return person, code, waves


def _spread(
    levels: list[Level], deviance: _Deviance, at: FloatArray, inference: Inference
) -> FloatArray:
    """Covariance of the estimated elements of V; empty where they are taken as known."""
    if inference.method == "z":
        return inference.information_inverse
    psis, within = deviance._psis(at, len(at)), deviance.waves.covariance(at, len(at))
    slopes = element_slopes(levels, psis, within)
    spread: FloatArray = slopes @ inference.information_inverse @ slopes.T
    return spread


def _inference(method: DfMethod, deviance: _Deviance, at: FloatArray) -> Inference:
    """The inference asked for, from the observed information."""
    found = deviance.moments(at, len(at))
    if method == "z":
        return plain_inference(found)
    hessian = deviance.derivatives(at)[2]
    spread = observed_information_inverse(hessian)
    if method == "satterthwaite":
        return satterthwaite(found, spread)
    linear = deviance.moments(at, len(at), curved=False)
    return kenward_roger(found, spread, linear=linear, second_order=method == "kenward-roger")
