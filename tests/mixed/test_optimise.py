"""The search for an optimum where it is hard: saddles, flat directions, no optimum at all."""

import numpy as np
import pytest

from peereval.errors import StatisticsError
from peereval.mixed import fit_repeated
from peereval.mixed.likelihood.optimise import Criterion, NotConvergedError, minimise, minimise_each

from .draws import study

ONE = np.zeros(1, dtype=np.intp)


class Smooth(Criterion):
    """A function of two variables with its derivatives, shifted by data set."""

    def __init__(self, function, defined=lambda x, y: True):
        self.function, self.defined, self.calls = function, defined, 0

    def evaluate(self, at, which):
        self.calls += 1
        found = [self.function(*row, shift) for row, shift in zip(at, which, strict=True)]
        value, gradient, hessian = (
            np.array(part, dtype=float) for part in zip(*found, strict=True)
        )
        there = [self.defined(*row) for row in at]
        return np.where(there, value, np.inf), gradient, hessian


def two_wells(x, y, shift):
    """(x^2 - 1)^2 + (y - shift)^2 + x / 10: a saddle between wells of different depth."""
    left = y - shift
    return (
        (x**2 - 1) ** 2 + left**2 + x / 10,
        [4 * x * (x**2 - 1) + 0.1, 2 * left],
        [[12 * x**2 - 4, 0], [0, 2]],
    )


def even_wells(x, y, shift):
    """(x^2 - 1)^2 + (y - shift)^2: stationary, and no minimum, at x = 0."""
    left = y - shift
    gradient, hessian = [4 * x * (x**2 - 1), 2 * left], [[12 * x**2 - 4, 0], [0, 2]]
    return (x**2 - 1) ** 2 + left**2, gradient, hessian


def test_a_start_on_the_saddle_comes_down():
    point, value = minimise(Smooth(even_wells), np.zeros((1, 2)))
    assert value == pytest.approx(0.0, abs=1e-14)
    assert abs(point[0]) == pytest.approx(1.0, abs=1e-8)


def test_the_lowest_of_several_starts_is_taken():
    starts = np.array([[1.2, 0.0], [-0.5, 3.0], [0.9, 0.1]])
    found = minimise_each(Smooth(two_wells), starts, np.zeros(3, dtype=np.intp))
    assert found.reached.all()
    assert np.sign(found.points[:, 0]).tolist() == [1, -1, 1]
    point, value = minimise(Smooth(two_wells), starts)
    assert value == found.heights.min()
    assert point[0] < -1


def test_each_start_belongs_to_its_own_data_set():
    which = np.array([3, 0, 7])
    found = minimise_each(Smooth(two_wells), np.full((3, 2), 0.9), which)
    np.testing.assert_allclose(found.points[:, 1], which, atol=1e-9)


def test_along_a_flat_direction_any_point_will_do():
    def valley(x, y, shift):
        return (x + y - 2) ** 2, [2 * (x + y - 2)] * 2, [[2, 2], [2, 2]]

    point, value = minimise(Smooth(valley), np.array([[5.0, -1.0]]))
    assert value == pytest.approx(0.0, abs=1e-15)
    assert point.sum() == pytest.approx(2.0, abs=1e-8)


def plane(x, y, shift):
    """Without any curvature."""
    return -x, [-1.0, 0.0], [[0, 0], [0, 0]]


def test_no_optimum_is_an_error_and_never_a_result():
    text = (
        r"did not reach the maximum of its likelihood\. "
        "To mend it: leave out random effects or waves"
    )
    with pytest.raises(NotConvergedError, match=text):
        minimise(Smooth(plane), np.zeros((1, 2)))
    found = minimise_each(Smooth(plane), np.zeros((1, 2)), ONE)
    assert not found.reached.any()
    assert np.isinf(found.heights).all()
    assert issubclass(NotConvergedError, StatisticsError)


def test_a_start_outside_costs_only_itself():
    criterion = Smooth(two_wells, defined=lambda x, y: y < 2)
    starts = np.array([[0.9, 5.0], [0.9, 0.5]])
    found = minimise_each(criterion, starts, np.zeros(2, dtype=np.intp))
    assert found.reached.tolist() == [False, True]
    assert np.isinf(found.heights[0])
    assert minimise(criterion, starts)[1] == found.heights[1]
    with pytest.raises(NotConvergedError):
        minimise(criterion, starts[:1])


def test_steps_that_leave_the_domain_are_shortened():
    def barrier(x, y, shift):
        value = -np.log(max(x, 1e-300)) + x + y**2
        return value, [-1 / x + 1, 2 * y], [[1 / x**2, 0], [0, 2]]

    criterion = Smooth(barrier, defined=lambda x, y: x > 0)
    point, _ = minimise(criterion, np.array([[30.0, 4.0], [1e-3, 0.0]]))
    np.testing.assert_allclose(point, [1.0, 0.0], atol=1e-8)


def test_starts_are_left_as_they_are():
    starts = np.array([[0.9, 0.5]])
    minimise(Smooth(two_wells), starts)
    assert starts.tolist() == [[0.9, 0.5]]


def test_a_likelihood_without_a_maximum_is_refused():
    # Four people cannot carry the 15 parameters of five waves.
    data = study(1, waves=5, regions=2, groups=1, people=2, lost=0.0)
    with pytest.raises(NotConvergedError, match="maximum of its likelihood"):
        fit_repeated("y ~ wave", data, participant="person", wave="wave")
