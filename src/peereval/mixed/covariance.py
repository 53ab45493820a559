"""Covariances as functions of free parameters, with their derivatives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from peereval.mixed.jets import Jet, affine

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from peereval.typing import FloatArray

WaveCovariance = Literal["us", "cs", "csh", "ar1", "ar1h", "toep", "toeph"]


@dataclass(frozen=True, slots=True)
class RelativeFactors:
    """Cholesky factors of the random effects' covariances, relative to the residual SD.

    Each bar of a formula is a block; the bars of one grouping factor stand along the diagonal
    of one matrix. Parameters are the elements of the lower triangles, column by column, bar by
    bar, as in lme4 (Bates et al. 2015, section 2.2).

    Attributes
    ----------
    blocks : tuple of tuple of int
        Size of every bar, by level.
    """

    blocks: tuple[tuple[int, ...], ...]

    @property
    def places(self) -> list[tuple[int, int, int]]:
        """Level, row and column of every parameter."""
        found = []
        for level, bars in enumerate(self.blocks):
            start = 0
            for size in bars:
                found += [
                    (level, start + i, start + j) for j in range(size) for i in range(j, size)
                ]
                start += size
        return found

    def start(self) -> FloatArray:
        """Parameters at which every factor is the identity."""
        return np.array([1.0 if i == j else 0.0 for _, i, j in self.places])

    def on_diagonal(self) -> NDArray[np.bool_]:
        """Which parameters stand on a diagonal: their squares are conditional variances."""
        return np.array([i == j for _, i, j in self.places])

    def factors(self, theta: FloatArray, k: int, scale: Jet | None = None) -> list[Jet]:
        """The factor of every level as a jet by `k` parameters, the first of which are theta.

        `scale` multiplies every factor: a jet of shape (1, 1).
        """
        built = []
        for level, bars in enumerate(self.blocks):
            q = sum(bars)
            value, first = np.zeros((q, q)), np.zeros((k, q, q))
            for at, (where, i, j) in enumerate(self.places):
                if where == level:
                    value[i, j] = theta[at]
                    if k:
                        first[at, i, j] = 1.0
            factor = affine(value, first)
            if scale is not None:
                factor @= scale.linear(lambda a, q=q: a * np.eye(q))  # type: ignore[misc]
            built.append(factor)
        return built

    def linear_covariances(self, psis: list[FloatArray], variance: float) -> tuple[list[Jet], Jet]:
        """Covariances as jets by their own elements and the residual variance, in that order.

        The covariance of the data is linear in these, as Kenward & Roger (1997) take it.
        """
        places = self.places
        k = len(places) + 1
        jets = []
        for level, psi in enumerate(psis):
            first = np.zeros((k, *psi.shape))
            for at, (where, i, j) in enumerate(places):
                if where == level:
                    first[at, i, j] = first[at, j, i] = 1.0
            jets.append(affine(psi, first))
        residual = np.zeros((k, 1, 1))
        residual[-1] = 1.0
        return jets, affine(np.array([[variance]]), residual)


@dataclass(frozen=True, slots=True)
class WaveParameters:
    """A covariance over waves by free parameters.

    ``us``: log d_i, then the elements below the diagonal of unit lower triangular L, row by row;
    covariance D L L' D. Others: log SD (one, or one per wave with ``h``), then the correlations:
    rho = x / sqrt(1 + x^2) (``ar1``: one; ``toep``: one per lag), for ``cs``
    rho = (1 + a) / (1 + exp(-x)) - a with a = 1 / (waves - 1). Lags count waves.

    Attributes
    ----------
    kind : str
        Name of the structure.
    n_waves : int
        Number of waves.
    """

    kind: WaveCovariance
    n_waves: int

    @property
    def n_scales(self) -> int:
        """Number of SDs of its own."""
        return self.n_waves if self.kind == "us" or self.kind.endswith("h") else 1

    @property
    def n_parameters(self) -> int:
        """Number of free parameters."""
        w = self.n_waves
        shape = {"us": w * (w - 1) // 2, "cs": 1, "ar1": 1, "toep": w - 1}
        return self.n_scales + (shape[self.kind.removesuffix("h")] if w > 1 else 0)

    def start(self, sd: float) -> FloatArray:
        """Parameters of independent waves with the same SD; never on a boundary."""
        parameters = np.zeros(self.n_parameters)
        parameters[: self.n_scales] = np.log(sd)
        return parameters

    def covariance(self, tau: FloatArray, k: int) -> Jet:
        """The covariance over waves as a jet by `k` parameters, the first of which are tau."""
        scale = self._scale(tau, k)
        correlation = self._unstructured(tau, k) if self.kind == "us" else self._bands(tau, k)
        return scale @ correlation @ scale

    def _scale(self, tau: FloatArray, k: int) -> Jet:
        """Diagonal matrix of SDs."""
        w, n = self.n_waves, self.n_scales
        value = np.diag(np.exp(np.broadcast_to(tau[:n], (w,))))
        first, second = np.zeros((k, w, w)), np.zeros((k, k, w, w))
        for i in range(n if k else 0):
            own = value.copy()
            if n > 1:
                own[np.arange(w) != i] = 0.0
            first[i] = second[i, i] = own
        return Jet(value, first, second)

    def _unstructured(self, tau: FloatArray, k: int) -> Jet:
        """L L' of a unit lower triangular L."""
        w = self.n_waves
        lower, first = np.eye(w), np.zeros((k, w, w))
        for at, (i, j) in enumerate(zip(*np.tril_indices(w, -1), strict=True), start=w):
            lower[i, j] = tau[at]
            if k:
                first[at, i, j] = 1.0
        factor = affine(lower, first)
        return factor @ factor.transpose

    def _bands(self, tau: FloatArray, k: int) -> Jet:
        """A correlation matrix, the identity plus a band for every correlation parameter."""
        w = self.n_waves
        value, first, second = np.eye(w), np.zeros((k, w, w)), np.zeros((k, k, w, w))
        for at, x in enumerate(tau[self.n_scales :], start=self.n_scales):
            band, slope, curve = self._band(at - self.n_scales, float(x))
            value += band
            if k:
                first[at] += slope
                second[at, at] += curve
        return Jet(value, first, second)

    def _band(self, which: int, x: float) -> tuple[FloatArray, FloatArray, FloatArray]:
        """What one correlation parameter adds, with its first and second derivative."""
        w = self.n_waves
        lag = np.abs(np.subtract.outer(np.arange(w), np.arange(w))).astype(float)
        base = self.kind.removesuffix("h")
        if base == "cs":
            a = 1.0 / (w - 1)
            e = 1.0 / (1.0 + np.exp(-x))
            slope = (1 + a) * e * (1 - e)
            off = (lag > 0).astype(float)
            return off * ((1 + a) * e - a), off * slope, off * slope * (1 - 2 * e)
        root = np.sqrt(1.0 + x * x)
        rho, slope, curve = x / root, root**-3, -3.0 * x * root**-5
        if base == "toep":
            band = (lag == which + 1).astype(float)
            return band * rho, band * slope, band * curve
        # ar1: rho^lag, by the chain rule; powers below 0 stand only beside a factor of 0.
        power = np.where(lag > 0, rho**lag, 0.0)
        by_rho = np.where(lag > 0, lag * rho ** np.maximum(lag - 1, 0), 0.0)
        twice = np.where(lag > 1, lag * (lag - 1) * rho ** np.maximum(lag - 2, 0), 0.0)
        return power, by_rho * slope, twice * slope**2 + by_rho * curve
