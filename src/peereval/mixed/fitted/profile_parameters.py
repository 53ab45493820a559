"""Variance parameters as coordinates that the likelihood can be profiled along."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from peereval.mixed.fitted.profile import Target, profile_interval
from peereval.mixed.fitted.random_effects import RESIDUAL, correlation
from peereval.mixed.likelihood.criterion import integrate, random_effect_leaf
from peereval.mixed.likelihood.deviance import WaveDeviance, full_deviance
from peereval.mixed.likelihood.jets import affine
from peereval.mixed.likelihood.optimise import Criterion

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from peereval.mixed.likelihood.covariance import RelativeFactors, WaveParameters
    from peereval.mixed.likelihood.crossproducts import CrossProducts
    from peereval.mixed.likelihood.jets import Jet
    from peereval.mixed.terms.levels import Level
    from peereval.typing import Codes, FloatArray

Row = tuple[str, Any, Any, float, float, float]


@dataclass(frozen=True, slots=True)
class AbsoluteDeviance(Criterion):
    """The deviance of random effects by sigma and Cholesky factors that are not relative to it.

    Attributes
    ----------
    table : CrossProducts
        Of random effects.
    factors : RelativeFactors
        Blocks of the factors.
    orders : tuple of ndarray of int
        For each level, the order in which its terms stand in the factor.
    reml : bool
        Whether the likelihood is the restricted one.
    """

    table: CrossProducts
    factors: RelativeFactors
    orders: tuple[Codes, ...]
    reml: bool

    def evaluate(self, at: FloatArray, which: Codes) -> tuple[FloatArray, FloatArray, FloatArray]:
        """The deviance with its derivatives."""
        sigma = affine(at[:, :1, None], np.ones((1, len(at), 1, 1)), (0,))
        factors = self.factors.factors(at[:, 1:], 1)
        psis = [
            _in_order(factor @ factor.transpose, order)
            for factor, order in zip(factors, self.orders, strict=True)
        ]
        table = self.table.of(which)
        found = integrate(table, random_effect_leaf(table, psis[0], sigma @ sigma), psis[1:])
        return full_deviance(found.over(tuple(range(at.shape[1]))), table, reml=self.reml)


@dataclass(frozen=True)
class OrderedWaveDeviance(WaveDeviance):
    """The deviance of a repeated model with waves and terms in an order of their own.

    Attributes
    ----------
    wave_orders, orders : tuple of ndarray of int
        For each group of people, the order of the waves; for each level, that of its terms.
    """

    wave_orders: tuple[Codes, ...]
    orders: tuple[Codes, ...]

    def covariances(self, at: FloatArray, *, curved: bool = True) -> tuple[list[Jet], list[Jet]]:
        """Covariances in the order of the data."""
        within, psis = WaveDeviance.covariances(self, at, curved=curved)
        return (
            [_in_order(jet, order) for jet, order in zip(within, self.wave_orders, strict=True)],
            [_in_order(jet, order) for jet, order in zip(psis, self.orders, strict=True)],
        )


def mixed_intervals(
    table: CrossProducts,
    levels: Sequence[Level],
    psis: Sequence[FloatArray],
    factors: RelativeFactors,
    *,
    sigma: float,
    reml: bool,
    ci_level: float,
) -> Iterator[Row]:
    """Intervals of the SDs and correlations of random effects and of the residual SD.

    Yields
    ------
    tuple
        Group, term, other term, estimate, and the ends of its interval.
    """
    for name, term, other, estimate, first in _terms(levels, psis, sigma):
        orders = _orders(levels, first)
        deviance = AbsoluteDeviance(table, factors, orders, reml)
        at = np.concatenate([[sigma], _factor_elements(factors, psis, orders)])
        target = _target(factors, first, 1)
        yield name, term, other, estimate, *_interval(deviance, at, target, estimate, ci_level)
    orders = _orders(levels, None)
    deviance = AbsoluteDeviance(table, factors, orders, reml)
    at = np.concatenate([[sigma], _factor_elements(factors, psis, orders)])
    yield RESIDUAL, None, None, sigma, *profile_interval(deviance, at, Target(0), ci_level)


def repeated_intervals(
    deviance: WaveDeviance,
    point: FloatArray,
    levels: Sequence[Level],
    psis: Sequence[FloatArray],
    within: FloatArray,
    names: Sequence[str],
    waves: Sequence[Any],
    ci_level: float,
) -> Iterator[Row]:
    """Intervals of the SDs and correlations over the waves and of random effects above.

    Yields
    ------
    tuple
        Group, term, other term, estimate, and the ends of its interval.
    """
    usual = tuple(np.arange(len(waves)) for _ in within)
    n = deviance.n_within
    for name, term, other, estimate, first in _terms(levels, psis, deviance.unit):
        orders = _orders(levels, first)
        ordered = _ordered(deviance, usual, orders)
        elements = _factor_elements(deviance.factors, psis, orders) / deviance.unit
        at = np.concatenate([point[:n], elements])
        target = _target(deviance.factors, first, n, deviance.unit)
        yield name, term, other, estimate, *_interval(ordered, at, target, estimate, ci_level)
    start = 0
    for g, (structure, covariance, name) in enumerate(
        zip(deviance.waves, within, names, strict=True)
    ):
        for i, j, coordinate, order in _wave_parameters(structure):
            orders = (*usual[:g], order, *usual[g + 1 :])
            ordered = _ordered(deviance, orders, _orders(levels, None))
            at = point.copy()
            if structure.kind == "us":
                own = _wave_elements(covariance[np.ix_(order, order)])
                at[start : start + structure.n_parameters] = own
            target = _wave_target(structure, start + coordinate, is_correlation=j is not None)
            low, high = profile_interval(ordered, at, target, ci_level)
            sds = np.sqrt(np.diag(covariance))
            estimate = sds[i] if j is None else covariance[i, j] / (sds[i] * sds[j])
            yield name, waves[i], None if j is None else waves[j], float(estimate), low, high
        start += structure.n_parameters


def _interval(
    deviance: Criterion, at: FloatArray, target: Target, estimate: float, ci_level: float
) -> tuple[float, float]:
    """The interval; none of a correlation that does not exist."""
    if np.isnan(estimate):
        return np.nan, np.nan
    return profile_interval(deviance, at, target, ci_level)


def _terms(
    levels: Sequence[Level], psis: Sequence[FloatArray], size: float
) -> Iterator[tuple[str, str, str | None, float, tuple[int, int, tuple[int, ...]]]]:
    """SDs and correlations with the terms that must come first: level, start of block, terms."""
    for at, (level, psi) in enumerate(zip(levels, psis, strict=True)):
        start, sds = 0, np.sqrt(np.diag(psi))
        for width in level.blocks:
            own = range(start, start + width)
            for i in own:
                yield level.name, level.terms[i], None, float(sds[i]), (at, start, (i,))
            for j in own:
                for i in range(j + 1, start + width):
                    estimate = correlation(psi, i, j, size)
                    yield level.name, level.terms[j], level.terms[i], estimate, (at, start, (j, i))
            start += width


def _orders(
    levels: Sequence[Level], first: tuple[int, int, tuple[int, ...]] | None
) -> tuple[Codes, ...]:
    """Order of the terms of every level, some terms first within their block."""
    orders = [np.arange(sum(level.blocks)) for level in levels]
    if first is not None:
        level, start, terms = first
        others = [i for i in range(start, len(orders[level])) if i not in terms]
        orders[level][start:] = [*terms, *others]
    return tuple(orders)


def _target(
    factors: RelativeFactors,
    first: tuple[int, int, tuple[int, ...]],
    offset: int,
    unit: float = 1.0,
) -> Target:
    """The SD of the first term, or the correlation of the first two, as a coordinate."""
    level, start, terms = first
    places = factors.places
    if len(terms) == 1:
        return Target(
            offset + places.index((level, start, start)),
            from_parameter=lambda x: unit * abs(x),
            to_parameter=lambda x: x / unit,
        )
    return Target(
        offset + places.index((level, start + 1, start)),
        partners=(
            offset + places.index((level, start, start)),
            offset + places.index((level, start + 1, start + 1)),
        ),
        low=-1.0,
        high=1.0,
        from_parameter=float,
        to_parameter=float,
    )


def _factor_elements(
    factors: RelativeFactors, psis: Sequence[FloatArray], orders: Sequence[Codes]
) -> FloatArray:
    """Elements of the Cholesky factors of covariances taken in an order."""
    lowers = []
    for psi, order in zip(psis, orders, strict=True):
        values, vectors = np.linalg.eigh(psi[np.ix_(order, order)])
        # Where Cholesky's method stops at a singular covariance, QR of a root of it does not.
        lower = np.linalg.qr((vectors * np.sqrt(np.maximum(values, 0.0))).T)[1].T
        lowers.append(lower * np.where(np.diag(lower) < 0, -1.0, 1.0))
    return np.array([lowers[level][i, j] for level, i, j in factors.places])


def _ordered(
    deviance: WaveDeviance, wave_orders: tuple[Codes, ...], orders: tuple[Codes, ...]
) -> OrderedWaveDeviance:
    """The same deviance with waves and terms in another order."""
    return OrderedWaveDeviance(
        deviance.table,
        deviance.waves,
        deviance.factors,
        deviance.unit,
        deviance.reml,
        wave_orders,
        orders,
    )


def _wave_parameters(
    structure: WaveParameters,
) -> Iterator[tuple[int, int | None, int, Codes]]:
    """Waves of each SD and correlation, its coordinate, and the order of waves it takes."""
    w, n = structure.n_waves, structure.n_scales
    usual = np.arange(w)
    if structure.kind == "us":
        for i in range(w):
            yield i, None, 0, np.concatenate([[i], np.delete(usual, i)])
        for i in range(w):
            for j in range(i + 1, w):
                yield i, j, w, np.concatenate([[i, j], np.delete(usual, [i, j])])
        return
    for i in range(n):
        yield i, None, i, usual
    for lag in range(structure.n_parameters - n):
        yield 0, lag + 1, n + lag, usual


def _wave_elements(covariance: FloatArray) -> FloatArray:
    """Log SDs and unit lower triangle of an unstructured covariance."""
    lower = np.linalg.cholesky(covariance)
    scales = np.diag(lower)
    below = (lower / scales[:, None])[np.tril_indices(len(lower), -1)]
    return np.concatenate([np.log(scales), below])


def _wave_target(structure: WaveParameters, coordinate: int, *, is_correlation: bool) -> Target:
    """A log SD or the free parameter of a correlation as a coordinate."""
    if not is_correlation:
        return Target(
            coordinate,
            from_parameter=lambda x: float(np.exp(x)),
            to_parameter=lambda x: float(np.log(x)) if x > 0 else -np.inf,
        )
    if structure.kind.startswith("cs"):
        a = 1.0 / (structure.n_waves - 1)
        return Target(
            coordinate,
            low=-a,
            high=1.0,
            from_parameter=lambda x: float((1 + a) / (1 + np.exp(-x)) - a),
            to_parameter=lambda r: np.inf if r >= 1 else -np.inf,
        )
    return Target(
        coordinate,
        low=-1.0,
        high=1.0,
        from_parameter=lambda x: float(x / np.sqrt(1.0 + x * x)),
        to_parameter=lambda r: np.inf if r >= 1 else -np.inf,
    )


def _in_order(psi: Jet, order: Codes) -> Jet:
    """A covariance of terms taken in an order, with the terms back in their own places."""
    back = np.argsort(order)
    return psi.linear(lambda a: a[..., back[:, None], back])
