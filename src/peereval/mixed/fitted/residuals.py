"""Residuals, raw and standardised, and what a normal quantile plot of them needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from peereval.mixed.fitted.effects import eliminate
from peereval.mixed.fitted.row_covariance import WaveResiduals
from peereval.mixed.terms.design import DesignError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from peereval.mixed.fitted.effects import Effects
    from peereval.mixed.fitted.row_covariance import RowCovariance
    from peereval.typing import FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Residuals:
    r"""Residuals of every row used, in the order of ``fit.data``.

    Attributes
    ----------
    marginal : ndarray, shape (n,)
        :math:`y - X\beta`.
    conditional : ndarray, shape (n,)
        :math:`y - X\beta - Zb`; the same where there are no random effects.
    standardised_marginal : ndarray, shape (n,)
        `fit_mixed`: divided by the root of the diagonal of V. `fit_repeated`:
        :math:`L_i^{-1}(y_i - X_i\beta)` with :math:`V_i = L_iL_i'` of each person, waves in
        order, so that they are uncorrelated within the person (nlme's ``normalized``).
    standardised_conditional : ndarray, shape (n,)
        `fit_mixed`: divided by the residual SD (lme4's ``scaled``). `fit_repeated`: as above
        with the covariance within the person alone.
    """

    marginal: FloatArray
    conditional: FloatArray
    standardised_marginal: FloatArray
    standardised_conditional: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Quantiles:
    """Points of a normal quantile plot.

    Attributes
    ----------
    theoretical : ndarray, shape (n,)
        Normal quantiles.
    sample : ndarray, shape (n,)
        The values, sorted.
    order : ndarray of int, shape (n,)
        Which of the values given each point is.
    """

    theoretical: FloatArray
    sample: FloatArray
    order: NDArray[np.intp]


def normal_quantiles(values: ArrayLike) -> Quantiles:
    """Points of a normal quantile plot, at (i - a) / (n + 1 - 2a).

    a is 3/8 for up to ten values and 1/2 for more (Blom 1958), as in R's ``qqnorm``.

    Parameters
    ----------
    values : array_like, shape (n,)
        Standardised residuals or random effects; finite.

    Raises
    ------
    DesignError
        If there is none, or one is not finite.

    Examples
    --------
    >>> points = normal_quantiles([0.4, -1.0, 0.2])
    >>> points.sample.tolist(), points.order.tolist()
    ([-1.0, 0.2, 0.4], [1, 2, 0])
    >>> points.theoretical.round(2).tolist()
    [-0.87, 0.0, 0.87]
    """
    from scipy import stats as st

    given = np.asarray(values, dtype=float)
    if given.ndim != 1 or not given.size or not np.all(np.isfinite(given)):
        raise DesignError(
            "A quantile plot needs a vector of values, all of them finite.",
            fix="drop the others, and say how many they are.",
        )
    n = given.size
    a = 3 / 8 if n <= 10 else 1 / 2
    order = np.argsort(given, kind="stable")
    theoretical = st.norm.ppf((np.arange(1, n + 1) - a) / (n + 1 - 2 * a))
    return Quantiles(theoretical=theoretical, sample=given[order], order=order)


def residuals(covariance: RowCovariance, marginal: FloatArray, effects: list[Effects]) -> Residuals:
    """Residuals of a fit, at a cost linear in its rows.

    Parameters
    ----------
    covariance : RowCovariance
        V at the estimates.
    marginal : ndarray, shape (n,)
        Outcome less its fixed part.
    effects : list of Effects
        Of the same.
    """
    conditional = marginal.copy()
    for effect in effects:
        own = effect.modes[effect.level.codes, :, 0]
        conditional -= np.einsum("nq,nq->n", effect.level.design, own)
    return Residuals(
        marginal=marginal.copy(),
        conditional=conditional,
        standardised_marginal=_standardised(covariance, marginal),
        standardised_conditional=covariance.residual.whiten(conditional[:, None])[:, 0],
    )


def _standardised(covariance: RowCovariance, marginal: FloatArray) -> FloatArray:
    """Marginal residuals by the covariance of each person's waves, or of each row."""
    if not isinstance(covariance.residual, WaveResiduals):
        scaled: FloatArray = marginal / np.sqrt(sum(covariance.variances(len(marginal))))
        return scaled
    found = np.empty_like(marginal)
    for rows in covariance.residual.patterns:
        lower = np.linalg.cholesky(covariance.dense(rows))
        found[rows] = np.linalg.solve(lower, marginal[rows][:, :, None])[:, :, 0]
    return found


def standardised_effects(
    covariance: RowCovariance, basis: FloatArray, effect: Effects, place: int
) -> FloatArray:
    r"""Predicted random effects over their own SDs, shape (units, q), for a quantile plot.

    .. math:: \operatorname{var}(\hat b) = \Psi - \Omega - A \Phi A'

    (Lange & Ryan 1989): effects of small units are drawn towards zero and vary less.

    Parameters
    ----------
    covariance : RowCovariance
        V at the estimates.
    basis : ndarray, shape (n, p)
        Columns that span the fixed part.
    effect : Effects
        Of the outcome less its fixed part.
    place : int
        Which level it is.

    Raises
    ------
    DesignError
        If an effect has no variance.

    References
    ----------
    Lange & Ryan (1989). Assessing normality in random effects models. Annals of Statistics 17,
    624-642.
    """
    eliminated = eliminate(covariance, basis)
    phi, reach = np.linalg.inv(eliminated.products), eliminated.effects[place].modes
    used = np.einsum("uap,pr,uar->ua", reach, phi, reach)
    variance = np.diag(covariance.psis[place]) - used
    variance = variance - np.diagonal(effect.covariance, axis1=1, axis2=2)
    flat = np.any(variance <= 1e-8 * np.diag(covariance.psis[place]), axis=0)
    if flat.any():
        terms = [effect.level.terms[i] for i in np.flatnonzero(flat)]
        raise DesignError(
            f"The random effects {', '.join(terms)} of '{effect.level.name}' show no variance, so "
            "there is nothing to compare with the normal distribution."
        )
    found: FloatArray = effect.modes[:, :, 0] / np.sqrt(variance)
    return found
