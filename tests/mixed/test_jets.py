"""Jets against finite differences, whatever parameters their factors share."""

import numpy as np
import pytest

from peereval.mixed.jets import Jet, affine, fixed, pair_numbers, pairs

RTOL = 2e-6  # central differences of the second order


def quadratic(rng, which, shape=(2, 3, 3)):
    """A function of five parameters that depends on some of them, and its jet at any point."""
    k = len(which)
    base = rng.normal(size=shape) + 3.0 * np.eye(shape[-1])
    slopes, curves = rng.normal(size=(k, *shape)), rng.normal(size=(k, k, *shape))
    curves = curves + curves.swapaxes(0, 1)

    def jet(at):
        own = at[list(which)]
        value = base + np.tensordot(own, slopes, 1)
        value = value + 0.5 * np.einsum("i,j,ij...->...", own, own, curves)
        first = slopes + np.einsum("j,ij...->i...", own, curves)
        i, j = pairs(k)
        return Jet(value, first, curves[i, j], tuple(which))

    return jet


def check(function, at):
    """First and second derivatives of a jet by all five parameters against differences."""
    every, step = tuple(range(5)), 1e-4
    found = function(at).over(every)
    for i in every:
        move = step * np.eye(5)[i]
        up, down = function(at + move).over(every), function(at - move).over(every)
        scale = 1.0 + np.abs(found.first).max()
        assert np.abs((up.value - down.value) / (2 * step) - found.first[i]).max() < RTOL * scale
        slope = (up.first - down.first) / (2 * step)
        scale = 1.0 + np.abs(found.hessian).max()
        assert np.abs(slope - found.hessian[i]).max() < RTOL * scale


POINT = np.array([0.11, -0.07, 0.05, 0.13, -0.09])


@pytest.mark.parametrize("left", [(0, 1), (2,), (0, 2, 4)])
@pytest.mark.parametrize("right", [(0, 1), (3, 4), (1, 2), ()])
def test_sums_and_products(left, right):
    rng = np.random.default_rng(len(left) * 10 + len(right))
    a = quadratic(rng, left)
    b = quadratic(rng, right) if right else lambda _at: fixed(np.ones((2, 3, 3)))
    check(lambda at: a(at) @ b(at), POINT)
    check(lambda at: a(at) + b(at), POINT)
    check(lambda at: b(at) - a(at), POINT)
    check(lambda at: a(at).transpose @ b(at).block(slice(None), slice(0, 2)), POINT)
    assert (a(POINT) @ b(POINT)).which == tuple(sorted({*left, *right}))


@pytest.mark.parametrize("which", [(1,), (0, 3), (0, 1, 2, 3, 4)])
def test_inverse_and_log_det(which):
    a = quadratic(np.random.default_rng(len(which)), which)
    check(lambda at: a(at).inverse(), POINT)
    check(lambda at: a(at).log_det(), POINT)


def test_a_jet_without_parameters_is_its_value():
    a = fixed(np.eye(2))
    assert (a @ a).which == ()
    np.testing.assert_array_equal(a.inverse().value, np.eye(2))
    assert a.over((3,)).first.shape == (1, 2, 2)


def test_an_affine_jet_has_no_curvature():
    a = affine(np.eye(2), np.ones((2, 2, 2)), (0, 3))
    assert not a.hessian.any()
    assert not (a @ a).without_curvature().second.any()


def test_pairs_are_numbered_alike_both_ways():
    i, j = pairs(4)
    numbers = pair_numbers(4)
    np.testing.assert_array_equal(numbers[i, j], np.arange(10))
    np.testing.assert_array_equal(numbers, numbers.T)


def test_a_singular_matrix_is_nan_and_leaves_the_others_alone():
    values = np.stack([np.eye(2), np.ones((2, 2)), 2.0 * np.eye(2)])
    inverse, log_det = affine(values, np.ones((1, 3, 2, 2)), (0,)).inverse_and_log_det()
    assert np.isnan(inverse.value[1]).all()
    np.testing.assert_array_equal(inverse.value[2], np.eye(2) / 2.0)
    np.testing.assert_allclose(log_det.value[[0, 2]], [0.0, np.log(4.0)])
