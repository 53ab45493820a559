"""Covariances as functions of free parameters, with their derivatives.

Parameters and covariances carry a leading axis of data sets, or of trials at the same data set:
one step then serves them all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from peereval.mixed.likelihood.jets import Jet, affine, fixed, pair_numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

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

    def factors(self, theta: FloatArray, offset: int = 0, *, curved: bool = True) -> list[Jet]:
        """The factor of every level, shape (d, q, q), by the parameters in the rows of `theta`.

        `offset` is the number of the first of them; without `curved` only values are made.
        """
        built = []
        for level, bars in enumerate(self.blocks):
            q = sum(bars)
            own = [(at, i, j) for at, (where, i, j) in enumerate(self.places) if where == level]
            value, first = np.zeros((len(theta), q, q)), np.zeros((len(own), len(theta), q, q))
            for n, (at, i, j) in enumerate(own):
                value[:, i, j] = theta[:, at]
                first[n, :, i, j] = 1.0
            which = tuple(offset + at for at, _, _ in own)
            built.append(affine(value, first, which) if curved else fixed(value))
        return built

    def element_slopes(self, psis: Sequence[Jet], residuals: Sequence[Jet], k: int) -> FloatArray:
        """Derivatives of the elements of V by k parameters, of one data set.

        Elements are those of `psis`, bar by bar, then the lower triangles of `residuals`.

        Returns
        -------
        ndarray, shape (elements, k)
        """
        every = tuple(range(k))
        slopes = [psis[level].over(every).first[:, 0, i, j] for level, i, j in self.places]
        for residual in residuals:
            rows, columns = np.tril_indices(residual.value.shape[-1])
            first = residual.over(every).first[:, 0]
            slopes += [first[:, i, j] for i, j in zip(rows, columns, strict=True)]
        return np.stack(slopes)

    def linear_covariances(self, psis: Sequence[FloatArray], offset: int = 0) -> list[Jet]:
        """Covariances, shapes (d, q, q), as jets by their own elements.

        The covariance of the data is linear in these, as Kenward & Roger (1997) take it.
        """
        jets = []
        for level, psi in enumerate(psis):
            own = [(at, i, j) for at, (where, i, j) in enumerate(self.places) if where == level]
            first = np.zeros((len(own), *psi.shape))
            for n, (_, i, j) in enumerate(own):
                first[n, :, i, j] = first[n, :, j, i] = 1.0
            jets.append(affine(psi, first, tuple(offset + at for at, _, _ in own)))
        return jets


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

    def covariance(self, tau: FloatArray, offset: int = 0, *, curved: bool = True) -> Jet:
        """The covariance over waves, shape (d, waves, waves), by the rows of `tau`.

        `offset` is the number of the first parameter; without `curved` only values are made.
        """
        scale = self._scale(tau, offset)
        shape = self._unstructured if self.kind == "us" else self._bands
        correlation = shape(tau, offset)
        if not curved:
            scale, correlation = fixed(scale.value), fixed(correlation.value)
        return scale @ correlation @ scale

    def _scale(self, tau: FloatArray, offset: int) -> Jet:
        """Diagonal matrix of SDs."""
        w, n = self.n_waves, self.n_scales
        sds = np.exp(np.broadcast_to(tau[:, :n], (len(tau), w)))
        value = sds[:, :, None] * np.eye(w)
        first = np.zeros((n, *value.shape))
        for i in range(n):
            first[i] = value
            if n > 1:
                first[i][:, np.arange(w) != i] = 0.0
        return _each_by_its_own(value, first, first, offset)

    def _unstructured(self, tau: FloatArray, offset: int) -> Jet:
        """L L' of a unit lower triangular L."""
        w = self.n_waves
        below = list(zip(*np.tril_indices(w, -1), strict=True))
        lower = np.tile(np.eye(w), (len(tau), 1, 1))
        first = np.zeros((len(below), *lower.shape))
        for n, (i, j) in enumerate(below):
            lower[:, i, j] = tau[:, w + n]
            first[n, :, i, j] = 1.0
        start = offset + w
        factor = affine(lower, first, tuple(range(start, start + len(below))))
        return factor @ factor.transpose

    def _bands(self, tau: FloatArray, offset: int) -> Jet:
        """A correlation matrix, the identity plus a band for every correlation parameter."""
        w = self.n_waves
        free = tau[:, self.n_scales :].T[..., None, None]
        k = len(free)
        value = np.tile(np.eye(w), (len(tau), 1, 1))
        first, second = np.zeros((k, *value.shape)), np.zeros((k, *value.shape))
        for n, x in enumerate(free):
            band, first[n], second[n] = self._band(n, x)
            value = value + band
        return _each_by_its_own(value, first, second, offset + self.n_scales)

    def _band(self, which: int, x: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
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


def _each_by_its_own(value: FloatArray, first: FloatArray, second: FloatArray, start: int) -> Jet:
    """A sum of parts with a parameter each: derivatives by one parameter, none by two."""
    which = tuple(range(start, start + len(first)))
    jet = affine(value, first, which)
    jet.second[np.diag(pair_numbers(len(first)))] = second
    return jet
