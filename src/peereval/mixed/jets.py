"""Matrices that carry their first and second derivatives by a few parameters.

The restricted likelihood, Satterthwaite's and Kenward-Roger's inference need nothing of a model
but log det V and F'V^-1 F with their derivatives by the parameters of V. Carried through the
elimination step by step, these derivatives are exact and cost a small multiple of the value.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from peereval.typing import FloatArray

Which: TypeAlias = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Jet:
    """A stack of matrices, or of numbers, with derivatives by some parameters.

    Attributes
    ----------
    value : ndarray, shape (...)
        The values; matrices stand in the last two axes.
    first : ndarray, shape (k, ...)
        First derivatives by the parameters it depends on.
    second : ndarray, shape (k, k, ...)
        Second derivatives, symmetric in the first two axes.
    which : tuple of int
        Numbers of these k parameters, ascending; empty when only the value is wanted. By all
        others the derivatives are zero, so they are not carried.
    """

    value: FloatArray
    first: FloatArray
    second: FloatArray
    which: Which

    def __add__(self, other: Jet) -> Jet:
        a, b = _aligned(self, other)
        return Jet(a.value + b.value, a.first + b.first, a.second + b.second, a.which)

    def __sub__(self, other: Jet) -> Jet:
        a, b = _aligned(self, other)
        return Jet(a.value - b.value, a.first - b.first, a.second - b.second, a.which)

    def __matmul__(self, other: Jet) -> Jet:
        """Matrix product, by the product rule."""
        value = self.value @ other.value
        if not (self.which or other.which):
            return fixed(value)
        # Which of the parameters of the product are those of either factor.
        which = _union(self.which, other.which)
        mine, its = _places(self.which, which), _places(other.which, which)
        k = len(which)
        first = np.zeros((k, *value.shape))
        second = np.zeros((k, k, *value.shape))
        first[mine] += self.first @ other.value
        first[its] += self.value @ other.first
        second[np.ix_(mine, mine)] += self.second @ other.value
        second[np.ix_(its, its)] += self.value @ other.second
        cross = self.first[:, None] @ other.first[None]
        second[np.ix_(mine, its)] += cross
        second[np.ix_(its, mine)] += np.swapaxes(cross, 0, 1)
        return Jet(value, first, second, which)

    @property
    def transpose(self) -> Jet:
        """The transposed matrices."""
        return self.linear(lambda a: np.swapaxes(a, -1, -2))

    def plus(self, constant: FloatArray) -> Jet:
        """Add what does not depend on the parameters."""
        return Jet(self.value + constant, self.first, self.second, self.which)

    def linear(self, function: Callable[[FloatArray], FloatArray]) -> Jet:
        """Apply a linear function that leaves leading axes alone."""
        value = function(self.value)
        if not self.which:
            return fixed(value)
        return Jet(value, function(self.first), function(self.second), self.which)

    def block(self, rows: slice, columns: slice) -> Jet:
        """A block of every matrix."""
        return self.linear(lambda a: a[..., rows, columns])

    def over(self, which: Which) -> Jet:
        """The same with derivatives by all of `which`, zero by those it does not depend on."""
        if which == self.which:
            return self
        places = _places(self.which, which)
        first = np.zeros((len(which), *self.value.shape))
        second = np.zeros((len(which), len(which), *self.value.shape))
        first[places] = self.first
        second[np.ix_(places, places)] = self.second
        return Jet(self.value, first, second, which)

    def without_curvature(self) -> Jet:
        """The same with second derivatives taken as zero."""
        return Jet(self.value, self.first, np.zeros_like(self.second), self.which)

    def inverse(self) -> Jet:
        """Inverse matrices: d(A^-1) = -A^-1 (dA) A^-1, and once more."""
        inverse = np.linalg.inv(self.value)
        if not self.which:
            return fixed(inverse)
        turned = inverse @ self.first
        twice = turned[:, None] @ turned[None]
        return Jet(
            inverse,
            -turned @ inverse,
            (twice + np.swapaxes(twice, 0, 1) - inverse @ self.second) @ inverse,
            self.which,
        )

    def log_det(self) -> Jet:
        """Logarithm of the absolute determinant of every matrix."""
        value = np.linalg.slogdet(self.value)[1]
        if not self.which:
            return fixed(value)
        inverse = np.linalg.inv(self.value)
        turned = inverse @ self.first
        return Jet(
            value,
            np.trace(turned, axis1=-2, axis2=-1),
            np.trace(inverse @ self.second, axis1=-2, axis2=-1)
            - np.einsum("i...ab,j...ba->ij...", turned, turned),
            self.which,
        )


def fixed(value: FloatArray) -> Jet:
    """A jet that depends on no parameter."""
    return Jet(value, np.empty((0, *value.shape)), np.empty((0, 0, *value.shape)), ())


def affine(value: FloatArray, first: FloatArray, which: Which) -> Jet:
    """A jet that is linear in its parameters: first derivatives given, second ones zero."""
    k = len(which)
    return Jet(value, first, np.zeros((k, k, *value.shape)), which)


def _union(a: Which, b: Which) -> Which:
    """Parameters of either."""
    return a if a == b else tuple(sorted({*a, *b}))


def _places(part: Which, whole: Which) -> list[int]:
    """Where the parameters of a part stand among those of the whole."""
    return [whole.index(i) for i in part]


def _aligned(a: Jet, b: Jet) -> tuple[Jet, Jet]:
    """Both by the parameters of either."""
    which = _union(a.which, b.which)
    return a.over(which), b.over(which)
