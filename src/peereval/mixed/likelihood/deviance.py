"""The (restricted) deviance of both kinds of model, and the inference at its minimum."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from peereval.mixed.likelihood.criterion import Moments, integrate, random_effect_leaf, wave_leaf
from peereval.mixed.likelihood.jets import affine, fixed
from peereval.mixed.likelihood.optimise import Criterion
from peereval.mixed.likelihood.small_sample import (
    expected_information,
    inverse_information,
    kenward_roger,
    plain_inference,
    satterthwaite,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from peereval.mixed.likelihood.covariance import RelativeFactors, WaveParameters
    from peereval.mixed.likelihood.crossproducts import CrossProducts
    from peereval.mixed.likelihood.jets import Jet
    from peereval.mixed.likelihood.small_sample import DfMethod, Inference
    from peereval.typing import Codes, FloatArray


SINGULAR = 1e-4
"""A fit is singular where a conditional SD, relative to the residual SD, is below this."""


@dataclass(frozen=True)
class Deviance(Criterion):
    """Minus twice the (restricted) log-likelihood of several data sets, by free parameters.

    Attributes
    ----------
    table : CrossProducts
        All that it needs of the data.
    """

    table: CrossProducts

    @abstractmethod
    def coefficients(self, at: FloatArray, which: Codes) -> FloatArray:
        """Generalised least squares estimates, shape (d, p), at the rows of `at`."""

    @abstractmethod
    def inference(self, method: DfMethod, at: FloatArray, which: Codes) -> Inference:
        """Inference on the coefficients, with an axis of data sets."""

    @abstractmethod
    def element_spread(self, at: FloatArray, inference: Inference) -> FloatArray:
        """Covariance of the estimated elements of V, shape (elements, elements), of one data set.

        Elements are those of the random effects' covariances, bar by bar, then the residual
        variance or the lower triangles over the waves. Empty where they are taken as known.
        """


@dataclass(frozen=True)
class RandomEffectDeviance(Deviance):
    """Of random effects at every level, by their relative factors; sigma is profiled out.

    Attributes
    ----------
    factors : RelativeFactors
        Of all levels, innermost first.
    reml : bool
        Whether the likelihood is the restricted one.
    """

    factors: RelativeFactors
    reml: bool

    def evaluate(self, at: FloatArray, which: Codes) -> tuple[FloatArray, FloatArray, FloatArray]:
        """The deviance with its derivatives."""
        found, n = self._moments(at, which), self._degrees(which)
        residual = found.residual.linear(lambda a: a[..., None, None])
        total = found.log_det + residual.log_det().linear(lambda a: n * a)
        if self.reml:
            total += found.fixed.log_det()
        total = total.over(tuple(range(at.shape[1])))
        value = total.value + n * (1.0 + np.log(2.0 * np.pi / n))
        return value, total.first.T, np.moveaxis(total.hessian, 2, 0)

    def variance(self, at: FloatArray, which: Codes) -> FloatArray:
        """Residual variance, shape (d,)."""
        found: FloatArray = self._moments(at, which, curved=False).residual.value
        return found / self._degrees(which)

    def coefficients(self, at: FloatArray, which: Codes) -> FloatArray:
        """Generalised least squares estimates."""
        return self._moments(at, which, curved=False).coefficients

    def inference(self, method: DfMethod, at: FloatArray, which: Codes) -> Inference:
        """Inference on the coefficients.

        Kenward-Roger from the expected information in the variances and covariances, residual
        variance included (Kenward & Roger 1997); Satterthwaite from the observed one in the
        relative factors and sigma, as in lmerTest.
        """
        table, variance = self.table.of(which), self.variance(at, which)[:, None, None]
        k = at.shape[1]
        every = tuple(range(k + 1))
        if method == "satterthwaite":
            psis, residual = self._by_factors_and_sigma(at, variance)
            leaf = random_effect_leaf(table, psis[0], residual)
            found = integrate(table, leaf, psis[1:]).over(every)
            _, _, hessian = full_deviance(found, table, reml=self.reml)
            return satterthwaite(found, inverse_information(hessian))
        values = [variance * _square(f).value for f in self.factors.factors(at, curved=False)]
        residual = affine(variance, np.ones((1, *variance.shape)), (k,))
        psis = self.factors.linear_covariances(values)
        leaf = random_effect_leaf(table, psis[0], residual)
        found = integrate(table, leaf, psis[1:]).over(every)
        if method == "z":
            return plain_inference(found)
        return kenward_roger(found, np.linalg.inv(expected_information(found)))

    def element_spread(self, at: FloatArray, inference: Inference) -> FloatArray:
        """Covariance of the estimated elements of V."""
        spread: FloatArray = inference.information_inverse[0]
        if inference.method != "satterthwaite":
            return spread
        variance = self.variance(at, np.zeros(1, dtype=np.intp))[:, None, None]
        psis, residual = self._by_factors_and_sigma(at, variance)
        slopes = self.factors.element_slopes(psis, [residual], at.shape[1] + 1)
        return slopes @ spread @ slopes.T

    def _by_factors_and_sigma(self, at: FloatArray, variance: FloatArray) -> tuple[list[Jet], Jet]:
        """Covariances and residual variance as jets by the relative factors and sigma."""
        sigma = affine(np.sqrt(variance), np.ones((1, *variance.shape)), (at.shape[1],))
        psis = [_square(_times(f, sigma)) for f in self.factors.factors(at)]
        return psis, sigma @ sigma

    def _moments(self, at: FloatArray, which: Codes, *, curved: bool = True) -> Moments:
        """Moments of V / sigma^2."""
        table = self.table.of(which)
        psis = [_square(f) for f in self.factors.factors(at, curved=curved)]
        leaf = random_effect_leaf(table, psis[0], fixed(np.ones((1, 1, 1))))
        return integrate(table, leaf, psis[1:])

    def _degrees(self, which: Codes) -> FloatArray:
        """Rows of every data set, less the fixed effects when restricted."""
        rows = self.table.of(which).n_rows.astype(float)
        return rows - (self.table.n_fixed if self.reml else 0)


@dataclass(frozen=True)
class WaveDeviance(Deviance):
    """Of a covariance over the waves of a person, with random effects above the person.

    The first parameters are those of the waves, the others the Cholesky factors of the random
    effects, in units of `unit`.

    Attributes
    ----------
    waves : tuple of WaveParameters
        Covariance over the waves of each group of people; of everyone, as a rule.
    factors : RelativeFactors
        Of the levels above the person, innermost first; of none, perhaps.
    unit : float
        Size of a random effect whose parameter is 1.
    reml : bool
        Whether the likelihood is the restricted one.
    """

    waves: tuple[WaveParameters, ...]
    factors: RelativeFactors
    unit: float
    reml: bool

    def evaluate(self, at: FloatArray, which: Codes) -> tuple[FloatArray, FloatArray, FloatArray]:
        """The deviance with its derivatives; infinite where no covariance can be inverted."""
        defined = self._defined(at)
        found = self._moments(np.where(defined[:, None], at, self.start()), which)
        found = found.over(tuple(range(at.shape[1])))
        value, gradient, hessian = full_deviance(found, self.table.of(which), reml=self.reml)
        return np.where(defined, value, np.inf), gradient, hessian

    def coefficients(self, at: FloatArray, which: Codes) -> FloatArray:
        """Generalised least squares estimates."""
        return self._moments(at, which, curved=False).coefficients

    def inference(self, method: DfMethod, at: FloatArray, which: Codes) -> Inference:
        """Inference on the coefficients.

        Without random effects from the observed information, as in mmrm. Random effects enter by
        their variances and covariances, in which V is linear, and with them the information is
        the expected one, as in `RandomEffectDeviance`: at a boundary the observed information in
        a variance need not be positive.
        """
        table, every = self.table.of(which), tuple(range(at.shape[1]))
        within, psis = self.covariances(at)
        psis = self.factors.linear_covariances([psi.value for psi in psis], self.n_within)
        found = integrate(table, wave_leaf(table, within), psis).over(every)
        if method == "z":
            return plain_inference(found)
        leaf = wave_leaf(table, [jet.without_curvature() for jet in within])
        straight = integrate(table, leaf, psis).over(every)
        if psis:
            hessian = 2.0 * expected_information(straight, reml=self.reml)
        else:
            _, _, hessian = full_deviance(found, table, reml=self.reml)
        spread = inverse_information(hessian)
        if method == "satterthwaite":
            return satterthwaite(found, spread)
        second_order = method == "kenward-roger"
        return kenward_roger(found, spread, linear=straight, second_order=second_order)

    def element_spread(self, at: FloatArray, inference: Inference) -> FloatArray:
        """Covariance of the estimated elements of V."""
        spread: FloatArray = inference.information_inverse[0]
        if inference.method == "z":
            return spread
        within, psis = self.covariances(at)
        linear = self.factors.linear_covariances([psi.value for psi in psis], self.n_within)
        slopes = self.factors.element_slopes(linear, within, at.shape[1])
        return slopes @ spread @ slopes.T

    @property
    def n_within(self) -> int:
        """Number of parameters of the covariances over the waves."""
        return sum(waves.n_parameters for waves in self.waves)

    def covariances(self, at: FloatArray, *, curved: bool = True) -> tuple[list[Jet], list[Jet]]:
        """Covariances over the waves, and of the random effects above the person."""
        within, n = [], 0
        for waves in self.waves:
            own = at[:, n : n + waves.n_parameters]
            within.append(waves.covariance(own, n, curved=curved))
            n += waves.n_parameters
        factors = self.factors.factors(at[:, n:], n, curved=curved)
        return within, [_square(f.linear(lambda a: self.unit * a)) for f in factors]

    def start(self, share: float = 0.5) -> FloatArray:
        """Independent waves, and random effects above the person of a share of their SD."""
        own = [waves.start(self.unit) for waves in self.waves]
        return np.concatenate([*own, share * self.factors.start()])

    def _moments(self, at: FloatArray, which: Codes, *, curved: bool = True) -> Moments:
        """Moments of V."""
        table = self.table.of(which)
        within, psis = self.covariances(at, curved=curved)
        return integrate(table, wave_leaf(table, within), psis)

    def _defined(self, at: FloatArray) -> NDArray[np.bool_]:
        """Which rows give covariances over the waves that can be inverted."""
        with np.errstate(over="ignore", invalid="ignore"):
            jets, _ = self.covariances(at, curved=False)
        within = np.stack([jet.value for jet in jets], axis=1)
        finite = np.all(np.isfinite(within), axis=(-2, -1))
        safe = np.where(finite[..., None, None], within, np.eye(within.shape[-1]))
        smallest = np.linalg.eigvalsh(safe)[..., 0]
        large_enough = smallest > 1e-12 * np.trace(safe, axis1=-2, axis2=-1)
        defined: NDArray[np.bool_] = np.all(finite & large_enough, axis=1)
        return defined


def full_deviance(
    found: Moments, table: CrossProducts, *, reml: bool
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """The deviance where nothing is profiled out, with its derivatives.

    Returns
    -------
    ndarray, shapes (d,), (d, k) and (d, k, k)
    """
    n = table.n_rows - (table.n_fixed if reml else 0)
    total = found.log_det + found.residual
    if reml:
        total += found.fixed.log_det()
    value = total.value + n * np.log(2.0 * np.pi)
    return value, total.first.T, np.moveaxis(total.hessian, 2, 0)


def _square(factor: Jet) -> Jet:
    """L L'."""
    return factor @ factor.transpose


def _times(factor: Jet, scale: Jet) -> Jet:
    """Matrices times numbers, given as 1 by 1 matrices."""
    identity = np.eye(factor.value.shape[-1])
    return factor @ scale.linear(lambda a: a * identity)
