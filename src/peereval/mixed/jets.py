"""Matrices that carry their first and second derivatives by a few parameters.

The restricted likelihood, Satterthwaite's and Kenward-Roger's inference need nothing of a model
but log det V and F'V^-1 F with their derivatives by the parameters of V. Carried through the
elimination step by step, these derivatives are exact and cost a small multiple of the value.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from peereval.typing import Codes, FloatArray


@dataclass(frozen=True, slots=True)
class Jet:
    """A stack of matrices, or of numbers, with derivatives by k parameters.

    Attributes
    ----------
    value : ndarray, shape (...)
        The values; matrices stand in the last two axes.
    first : ndarray, shape (k, ...)
        First derivatives.
    second : ndarray, shape (k, k, ...)
        Second derivatives, symmetric in the first two axes.
    """

    value: FloatArray
    first: FloatArray
    second: FloatArray

    @property
    def k(self) -> int:
        """Number of parameters; 0 when only the value is wanted."""
        return len(self.first)

    def __add__(self, other: Jet) -> Jet:
        return Jet(self.value + other.value, self.first + other.first, self.second + other.second)

    def __sub__(self, other: Jet) -> Jet:
        return Jet(self.value - other.value, self.first - other.first, self.second - other.second)

    def __matmul__(self, other: Jet) -> Jet:
        """Matrix product, by the product rule."""
        cross = self.first[:, None] @ other.first[None]
        return Jet(
            self.value @ other.value,
            self.first @ other.value + self.value @ other.first,
            self.second @ other.value
            + self.value @ other.second
            + cross
            + np.swapaxes(cross, 0, 1),
        )

    @property
    def transpose(self) -> Jet:
        """The transposed matrices."""
        return self.linear(lambda a: np.swapaxes(a, -1, -2))

    def plus(self, constant: FloatArray) -> Jet:
        """Add what does not depend on the parameters."""
        return Jet(self.value + constant, self.first, self.second)

    def linear(self, function: Callable[[FloatArray], FloatArray]) -> Jet:
        """Apply a linear function that leaves leading axes alone."""
        return Jet(function(self.value), function(self.first), function(self.second))

    @property
    def active(self) -> NDArray[np.bool_]:
        """Which parameters the values depend on at all."""
        moved = np.any(self.first.reshape(self.k, self.value.size) != 0.0, axis=1)
        curved = np.any(self.second.reshape(self.k, self.k * self.value.size) != 0.0, axis=1)
        either: NDArray[np.bool_] = moved | curved
        return either

    def narrowed(self, which: Codes) -> Jet:
        """The same by some of the parameters only."""
        return Jet(self.value, self.first[which], self.second[np.ix_(which, which)])

    def widened(self, which: Codes, k: int) -> Jet:
        """The same by k parameters, of which its own are `which`; the others have no effect."""
        first = np.zeros((k, *self.value.shape))
        second = np.zeros((k, k, *self.value.shape))
        first[which] = self.first
        second[np.ix_(which, which)] = self.second
        return Jet(self.value, first, second)

    def block(self, rows: slice, columns: slice) -> Jet:
        """A block of every matrix."""
        return self.linear(lambda a: a[..., rows, columns])

    def inverse(self) -> Jet:
        """Inverse matrices: d(A^-1) = -A^-1 (dA) A^-1, and once more."""
        inverse = np.linalg.inv(self.value)
        turned = inverse @ self.first
        twice = turned[:, None] @ turned[None]
        return Jet(
            inverse,
            -turned @ inverse,
            (twice + np.swapaxes(twice, 0, 1) - inverse @ self.second) @ inverse,
        )

    def log_det(self) -> Jet:
        """Logarithm of the absolute determinant of every matrix."""
        inverse = np.linalg.inv(self.value)
        turned = inverse @ self.first
        return Jet(
            np.linalg.slogdet(self.value)[1],
            np.trace(turned, axis1=-2, axis2=-1),
            np.trace(inverse @ self.second, axis1=-2, axis2=-1)
            - np.einsum("i...ab,j...ba->ij...", turned, turned),
        )


def constant(value: FloatArray, k: int) -> Jet:
    """A jet that depends on none of k parameters."""
    return Jet(value, np.zeros((k, *value.shape)), np.zeros((k, k, *value.shape)))


def affine(value: FloatArray, first: FloatArray) -> Jet:
    """A jet that is linear in its parameters: first derivatives given, second ones zero."""
    k = len(first)
    return Jet(value, first, np.zeros((k, k, *value.shape)))
