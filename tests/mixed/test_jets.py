"""Derivatives carried through matrices, against central differences."""

import numpy as np
import pytest

from peereval.mixed.likelihood.jets import Jet, affine, fixed, pair_numbers, pairs

H = 1e-4


def curved(seed, which, *, size=3, stack=4):
    """A stack of matrices A + sum x_i B_i + (sum x_i c_i)^2 C as a jet, and as a function of x."""
    rng = np.random.default_rng(seed)
    a = rng.normal(size=(stack, size, size)) + 4 * np.eye(size)
    b = rng.normal(size=(len(which), stack, size, size))
    c, d = rng.normal(size=len(which)), rng.normal(size=(stack, size, size))

    def value(x):
        own = x[list(which)]
        return a + np.tensordot(own, b, 1) + (own @ c) ** 2 * d

    def jet(x):
        own = x[list(which)]
        i, j = pairs(len(which))
        first = b + 2 * (own @ c) * c[:, None, None, None] * d
        return Jet(value(x), first, 2 * (c[i] * c[j])[:, None, None, None] * d, which)

    return value, jet


def assert_derivatives(jet, function, x, rtol=1e-5):
    """That a jet by the parameters of x agrees with central differences of a function."""
    np.testing.assert_allclose(jet.value, function(x), rtol=1e-12)
    every = jet.over(tuple(range(len(x))))
    assert jet.second.shape[0] == len(jet.which) * (len(jet.which) + 1) // 2
    steps = H * np.eye(len(x))
    for i, up in enumerate(steps):
        slope = (function(x + up) - function(x - up)) / (2 * H)
        np.testing.assert_allclose(every.first[i], slope, rtol=rtol, atol=1e-6)
        for j, right in enumerate(steps):
            curve = (
                function(x + up + right) - function(x + up - right)
                - function(x - up + right) + function(x - up - right)
            ) / (4 * H**2)  # fmt: skip
            np.testing.assert_allclose(every.hessian[i, j], curve, rtol=1e-4, atol=2e-5)


X = np.array([0.3, -0.4, 0.2])
OVERLAPS = [
    ((0,), (1,)),
    ((0, 1), (1, 2)),
    ((0, 1), (0, 1)),
    ((0, 2), (1,)),
    ((), (1,)),
    ((2,), ()),
]


@pytest.mark.parametrize(("left", "right"), OVERLAPS)
def test_products_sums_and_differences(left, right):
    (f, a), (g, b) = curved(1, left), curved(2, right)
    assert_derivatives(a(X) @ b(X), lambda x: f(x) @ g(x), X)
    assert (a(X) @ b(X)).which == tuple(sorted({*left, *right}))
    assert_derivatives(a(X) + b(X), lambda x: f(x) + g(x), X)
    assert_derivatives(a(X) - b(X), lambda x: f(x) - g(x), X)


@pytest.mark.parametrize("which", [(0,), (0, 2), (0, 1, 2)])
def test_inverse_and_log_determinant(which):
    f, jet = curved(3, which)
    inverse, log_det = jet(X).inverse_and_log_det()
    assert_derivatives(inverse, lambda x: np.linalg.inv(f(x)), X)
    assert_derivatives(log_det, lambda x: np.linalg.slogdet(f(x))[1], X)


def test_an_inverse_times_its_matrix_depends_on_nothing():
    _, jet = curved(4, (0, 1, 2))
    one = jet(X) @ jet(X).inverse()
    np.testing.assert_allclose(one.value, np.broadcast_to(np.eye(3), (4, 3, 3)), atol=1e-12)
    np.testing.assert_allclose(one.first, 0.0, atol=1e-12)
    np.testing.assert_allclose(one.second, 0.0, atol=1e-11)


def test_blocks_transposes_and_constants():
    f, jet = curved(5, (0, 2))
    assert_derivatives(jet(X).transpose, lambda x: f(x).swapaxes(1, 2), X)
    rows, columns = slice(0, 2), slice(1, None)
    assert_derivatives(jet(X).block(rows, columns), lambda x: f(x)[:, rows, columns], X)
    assert_derivatives(jet(X).plus(np.eye(3)), lambda x: f(x) + np.eye(3), X)
    straight = jet(X).without_curvature()
    np.testing.assert_array_equal(straight.first, jet(X).first)
    assert not straight.second.any()


def test_what_depends_on_nothing_carries_nothing():
    jet = fixed(np.eye(2))
    inverse, log_det = jet.inverse_and_log_det()
    for found in (jet, jet @ jet, jet + jet, inverse, log_det, jet.transpose):
        assert found.which == ()
        assert len(found.first) == len(found.second) == 0


def test_one_singular_matrix_is_nan_and_no_other():
    value = np.stack([np.eye(2), np.ones((2, 2)), 2 * np.eye(2)])
    inverse, log_det = affine(value, np.ones((1, 3, 2, 2)), (0,)).inverse_and_log_det()
    assert np.isnan(inverse.value[1]).all()
    assert log_det.value[1] == -np.inf
    np.testing.assert_allclose(inverse.value[[0, 2]], [np.eye(2), np.eye(2) / 2])
    np.testing.assert_allclose(log_det.value[[0, 2]], [0.0, 2 * np.log(2)])
    np.testing.assert_allclose(log_det.first[0][[0, 2]], [2.0, 1.0])
    assert np.isfinite(inverse.second[:, [0, 2]]).all()


@pytest.mark.parametrize("k", [0, 1, 2, 5])
def test_pairs_have_numbers(k):
    i, j = pairs(k)
    assert len(i) == k * (k + 1) // 2
    numbers = pair_numbers(k)
    np.testing.assert_array_equal(numbers, numbers.T)
    np.testing.assert_array_equal(numbers[i, j], np.arange(len(i)))
