"""Fit a marginal model over the waves of a person, with random effects above the person."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, get_args

import numpy as np

from peereval.errors import StatisticsError
from peereval.mixed.covariance import RelativeFactors, WaveCovariance, WaveParameters
from peereval.mixed.crossproducts import wave_products
from peereval.mixed.design import (
    DesignError,
    fixed_part,
    levels_of,
    ordered_levels,
    outcome_of,
    usable_rows,
)
from peereval.mixed.deviance import WaveDeviance
from peereval.mixed.formula import Formula, parse, parse_bars
from peereval.mixed.model import FittedModel, dropped_note
from peereval.mixed.optimise import minimise
from peereval.mixed.small_sample import check_method

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from peereval.mixed.design import Level
    from peereval.mixed.small_sample import DfMethod
    from peereval.typing import FloatArray

_ONLY = np.zeros(1, dtype=np.intp)
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
    _within: FloatArray
    _waves: tuple[Any, ...]
    _levels: tuple[Level, ...]
    _psis: tuple[FloatArray, ...]

    @cached_property
    def covariance(self) -> pd.DataFrame:
        """Covariance over the waves within the person."""
        import pandas as pd

        return pd.DataFrame(self._within, index=list(self._waves), columns=list(self._waves))


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
    designs, units = [lv.design for lv in levels], [lv.codes for lv in levels]
    table = wave_products(person, wave_code, designs, units, fixed.basis, left).table()
    parameters = WaveParameters(covariance, len(waves))
    factors = RelativeFactors(tuple(lv.blocks for lv in levels))
    sd = float(np.sqrt((left**2).mean()))
    deviance = WaveDeviance(table, (parameters,), factors, sd, reml)
    starts = [deviance.start(share) for share in ((0.5, 0.1) if levels else (0.5,))]
    point, value = minimise(deviance, np.array(starts))
    in_basis = deviance.coefficients(point[None], _ONLY)[0]
    within, psis = deviance.covariances(point[None], curved=False)
    free = np.abs(point[deviance.n_within :])
    singular = bool(levels) and bool(np.any(free[factors.on_diagonal()] < 1e-4))
    log_det = 2.0 * float(np.log(np.abs(np.diag(fixed.triangle))).sum()) if reml else 0.0
    return RepeatedFit(
        n=len(y),
        n_excluded=n_excluded,
        log_likelihood=-(value + log_det) / 2.0,
        reml=reml,
        df_method=df_method,
        notes=dropped_note(fixed.dropped),
        residual_sd=float(np.sqrt(np.diag(within[0].value[0]).mean())),
        singular=singular,
        _data=used,
        _fixed=fixed,
        _beta=np.linalg.solve(fixed.triangle, start + in_basis),
        _inference=deviance.inference(df_method, point[None], _ONLY).of(0),
        _within=within[0].value[0],
        _waves=tuple(waves),
        _levels=tuple(levels),
        _psis=tuple(psi.value[0] for psi in psis),
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
