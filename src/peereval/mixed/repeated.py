"""Fit a marginal model over the waves of a person, with random effects above the person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

import numpy as np

from peereval.errors import StatisticsError
from peereval.mixed.fitted.model import dropped_note, singular_note
from peereval.mixed.fitted.repeated_fit import RepeatedFit
from peereval.mixed.likelihood.covariance import RelativeFactors, WaveCovariance, WaveParameters
from peereval.mixed.likelihood.crossed_products import crossed_wave_products
from peereval.mixed.likelihood.crossproducts import unit_of, wave_products
from peereval.mixed.likelihood.deviance import SINGULAR, WaveDeviance
from peereval.mixed.likelihood.optimise import minimise
from peereval.mixed.likelihood.small_sample import check_method
from peereval.mixed.terms.design import DesignError, ordered_levels, outcome_of, usable_rows
from peereval.mixed.terms.fixed_part import fixed_part
from peereval.mixed.terms.formula import Formula, parse, parse_bars
from peereval.mixed.terms.levels import are_nested, check_crossed, check_relation, levels_of
from peereval.mixed.terms.nesting import nesting

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from peereval.mixed.likelihood.crossproducts import CrossProducts
    from peereval.mixed.likelihood.small_sample import DfMethod
    from peereval.mixed.terms.levels import Level
    from peereval.typing import Codes, FloatArray

_ONLY = np.zeros(1, dtype=np.intp)
DF_METHODS = ("kenward-roger", "kenward-roger-linear", "satterthwaite", "z")


def fit_repeated(
    formula: str,
    data: pd.DataFrame,
    *,
    participant: str,
    wave: str,
    covariance: WaveCovariance = "us",
    random: str | None = None,
    covariance_by: str | None = None,
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
    covariance_by : str, optional
        Column whose groups of people have a covariance over the waves each, e.g. the arms of a
        trial.
    reml : bool, default True
        Restricted maximum likelihood; False for maximum likelihood.
    df_method : {"kenward-roger", "kenward-roger-linear", "satterthwaite", "z"}
        Degrees of freedom and standard errors, from the observed information; with `random`
        from the expected one.

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
    others = (participant, wave, *((covariance_by,) if covariance_by else ()))
    used, n_excluded = usable_rows(data, Formula(parsed.outcome, parsed.fixed, bars), others)
    y = outcome_of(used, parsed.outcome)
    x = fixed_part(used, parsed.fixed)
    levels = levels_of(used, bars)
    person, wave_code, waves = _people_and_waves(used, participant, wave)
    by = None if covariance_by is None else _groups(used, covariance_by, participant, person)
    start = x.basis.T @ y / len(y)
    left = y - x.basis @ start
    group = None if by is None else by[2]
    names = used[participant].to_numpy()[np.unique(person, return_index=True)[1]]
    table = _table(person, wave_code, levels, (participant, names), x.basis, left, group)
    parameters = WaveParameters(covariance, len(waves))
    factors = RelativeFactors(tuple(lv.blocks for lv in levels))
    structures = (parameters,) * (1 if by is None else len(by[1]))
    deviance = WaveDeviance(table, structures, factors, float(np.sqrt((left**2).mean())), reml)
    starts = np.array([deviance.start(share) for share in ((0.5, 0.1) if levels else (0.5,))])
    point, value = minimise(deviance, starts)
    in_basis = deviance.coefficients(point[None], _ONLY)[0]
    jets, psis = deviance.covariances(point[None], curved=False)
    within = np.stack([jet.value[0] for jet in jets])
    free = np.abs(point[deviance.n_within :])[factors.on_diagonal()] if levels else np.ones(1)
    singular = bool(np.any(free < SINGULAR))
    inference = deviance.inference(df_method, point[None], _ONLY)
    return RepeatedFit(
        n=len(y),
        n_excluded=n_excluded,
        log_likelihood=-(value + x.log_det_coding(reml=reml)) / 2.0,
        reml=reml,
        df_method=df_method,
        notes=(*dropped_note(x.dropped), *singular_note(singular=singular)),
        n_parameters=len(point),
        residual_sd=float(np.sqrt(np.diagonal(within, axis1=1, axis2=2).mean())),
        singular=singular,
        _data=used,
        _outcome=parsed.outcome,
        _fixed=x,
        _beta=np.linalg.solve(x.triangle, start + in_basis),
        _residual=left - x.basis @ in_basis,
        _inference=inference.of(0),
        _spread=deviance.element_spread(point[None], inference),
        _levels=tuple(levels),
        _psis=tuple(psi.value[0] for psi in psis),
        _deviance=deviance,
        _point=point,
        _starts=starts,
        _structure=covariance,
        _within=within,
        _waves=tuple(waves),
        _participant=participant,
        _person=person,
        _wave=wave_code,
        _covariance_by=by,
    )


def _people_and_waves(
    data: pd.DataFrame, participant: str, wave: str
) -> tuple[Codes, Codes, list[Any]]:
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
    return person, code, waves


def _groups(
    data: pd.DataFrame, name: str, participant: str, person: Codes
) -> tuple[str, tuple[Any, ...], Codes]:
    """The groups that have a covariance each, and the group of each person."""
    import pandas as pd

    labels = ordered_levels(data[name])
    code = pd.Categorical(data[name], categories=labels).codes.astype(np.intp)
    found = nesting(person, code)
    if found.strays.size:
        names = data[participant].to_numpy()[np.unique(person, return_index=True)[1]]
        raise DesignError(
            f"{len(found.strays)} of {found.n_inner} people belong to more than one group of "
            f"'{name}': {found.describe(names, np.asarray(labels))}.",
            expected="one group for each person, with a covariance over the waves of its own",
        )
    return name, tuple(labels), unit_of(person, code)


def _table(
    person: Codes,
    wave: Codes,
    levels: list[Level],
    people: tuple[str, NDArray[Any]],
    basis: FloatArray,
    outcome: FloatArray,
    group: Codes | None,
) -> CrossProducts:
    """The cross-products of waves, with nested or crossed random effects above the person."""
    designs, units = [lv.design for lv in levels], [lv.codes for lv in levels]
    nested = are_nested(levels)
    for level in levels:
        found = nesting(person, level.codes)
        if found.relation != "same":
            check_relation(found, people, (level.name, level.labels))
        nested = nested and not found.strays.size
    if nested:
        return wave_products(person, wave, designs, units, basis, outcome, group).table()
    check_crossed(levels, people[0])
    return crossed_wave_products(person, wave, designs, units, basis, outcome, group)
