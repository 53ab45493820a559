"""Matrices that carry their first and second derivatives by a few parameters.

The restricted likelihood, Satterthwaite's and Kenward-Roger's inference need nothing of a model
but log det V and F'V^-1 F with their derivatives by the parameters of V. Carried through the
elimination step by step, these derivatives are exact and cost a small multiple of the value.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from peereval.typing import Codes, FloatArray

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
    second : ndarray, shape (k (k + 1) / 2, ...)
        Second derivatives by pairs of parameters, in the order of `pairs`.
    which : tuple of int
        Numbers of these k parameters, ascending; empty when only the value is wanted. By all
        others the derivatives are zero, so they are not carried.
    """

    value: FloatArray
    first: FloatArray
    second: FloatArray
    which: Which

    @property
    def hessian(self) -> FloatArray:
        """Second derivatives, shape (k, k, ...)."""
        return self.second[pair_numbers(len(self.which))]

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
        rule = _product_rule(self.which, other.which)
        first = np.zeros((len(rule.which), *value.shape))
        first[rule.left] = self.first @ other.value
        first[rule.right] += self.value @ other.first
        second = np.zeros((len(pairs(len(rule.which))[0]), *value.shape))
        second[rule.left_pairs] = self.second @ other.value
        second[rule.right_pairs] += self.value @ other.second
        for at, i, j in rule.cross:
            second[at] += self.first[i] @ other.first[j]
        return Jet(value, first, second, rule.which)

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
        rule = _product_rule(self.which, which)
        first = np.zeros((len(which), *self.value.shape))
        second = np.zeros((len(pairs(len(which))[0]), *self.value.shape))
        first[rule.left] = self.first
        second[rule.left_pairs] = self.second
        return Jet(self.value, first, second, which)

    def without_curvature(self) -> Jet:
        """The same with second derivatives taken as zero."""
        return Jet(self.value, self.first, np.zeros_like(self.second), self.which)

    def inverse(self) -> Jet:
        """Inverse matrices."""
        return self.inverse_and_log_det()[0]

    def log_det(self) -> Jet:
        """Logarithm of the absolute determinant of every matrix."""
        return self.inverse_and_log_det()[1]

    def inverse_and_log_det(self) -> tuple[Jet, Jet]:
        """Both, which have most of their work in common.

        d(A^-1) = -A^-1 (dA) A^-1 and d log det A = tr(A^-1 dA), and once more.
        """
        inverse = _inverse(self.value)
        with np.errstate(invalid="ignore"):
            log_det = np.linalg.slogdet(self.value)[1]
        if not self.which:
            return fixed(inverse), fixed(log_det)
        i, j = pairs(len(self.which))
        turned, bent = inverse @ self.first, inverse @ self.second
        a, b = turned[i], turned[j]
        twice = a @ b
        # tr(AB) = tr(BA), so one order of the pair serves for the trace.
        curve = np.trace(bent - twice, axis1=-2, axis2=-1)
        twice += b @ a
        twice -= bent
        return (
            Jet(inverse, -turned @ inverse, twice @ inverse, self.which),
            Jet(log_det, np.trace(turned, axis1=-2, axis2=-1), curve, self.which),
        )


def fixed(value: FloatArray) -> Jet:
    """A jet that depends on no parameter."""
    nothing = np.empty((0, *value.shape))
    return Jet(value, nothing, nothing, ())


def affine(value: FloatArray, first: FloatArray, which: Which) -> Jet:
    """A jet that is linear in its parameters: first derivatives given, second ones zero."""
    return Jet(value, first, np.zeros((len(pairs(len(which))[0]), *value.shape)), which)


def _inverse(matrices: FloatArray) -> FloatArray:
    """Inverse matrices; NaN where there is none, so that one trial does not end all others."""
    try:
        return np.linalg.inv(matrices)
    except np.linalg.LinAlgError:
        singular = np.linalg.slogdet(matrices)[0] == 0.0
        return np.linalg.inv(np.where(singular[..., None, None], np.nan, matrices))


@lru_cache(maxsize=256)
def pairs(k: int) -> tuple[Codes, Codes]:
    """Both members of every pair of k parameters, the first never the later one."""
    return np.triu_indices(k)


@lru_cache(maxsize=256)
def pair_numbers(k: int) -> Codes:
    """Number of the pair of any two parameters, shape (k, k)."""
    i, j = pairs(k)
    numbers = np.zeros((k, k), dtype=np.intp)
    numbers[i, j] = numbers[j, i] = np.arange(len(i))
    return numbers


@dataclass(frozen=True, slots=True)
class _ProductRule:
    """Where the derivatives of two factors go in those of their product.

    `cross` lists (pairs of the product, parameters of the left factor, of the right factor).
    """

    which: Which
    left: Codes
    right: Codes
    left_pairs: Codes
    right_pairs: Codes
    cross: tuple[tuple[Codes, Codes, Codes], ...]


@lru_cache(maxsize=4096)
def _product_rule(a: Which, b: Which) -> _ProductRule:
    """The rule for factors that depend on parameters `a` and `b`."""
    which = tuple(sorted({*a, *b}))
    left = np.array([which.index(i) for i in a], dtype=np.intp)
    right = np.array([which.index(i) for i in b], dtype=np.intp)
    numbers = pair_numbers(len(which))
    own = np.full(len(which), -1), np.full(len(which), -1)
    own[0][left], own[1][right] = np.arange(len(a)), np.arange(len(b))
    cross = []
    for i, j in (pairs(len(which)), pairs(len(which))[::-1]):
        at = np.flatnonzero((own[0][i] >= 0) & (own[1][j] >= 0))
        if at.size:
            cross.append((at, own[0][i[at]], own[1][j[at]]))
    (i, j), (k, m) = pairs(len(a)), pairs(len(b))
    return _ProductRule(
        which, left, right, numbers[left[i], left[j]], numbers[right[k], right[m]], tuple(cross)
    )


def _aligned(a: Jet, b: Jet) -> tuple[Jet, Jet]:
    """Both by the parameters of either."""
    if a.which == b.which:
        return a, b
    which = tuple(sorted({*a.which, *b.which}))
    return a.over(which), b.over(which)
