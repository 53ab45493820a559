r"""Profile-likelihood intervals of variance parameters.

A value t belongs to the interval when the smallest deviance with the parameter held at t exceeds
the smallest of all by no more than the chi-square quantile with 1 df (Venzon & Moolgavkar 1988;
Bates et al. 2015, section 5.1). Any SD or correlation is made one coordinate of the parameters by
taking its terms first in the Cholesky factor: the SD of the first term is its first element, and
the correlation :math:`\rho` of the first two is :math:`l_{21} = s \rho`,
:math:`l_{22} = s \sqrt{1 - \rho^2}`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from peereval.mixed.likelihood.optimise import Criterion, NotConvergedError, minimise

if TYPE_CHECKING:
    from collections.abc import Callable

    from peereval.typing import Codes, FloatArray

_ONLY = np.zeros(1, dtype=np.intp)
_MOST_STEPS = 60
_LEAST_WAY = 1e-4


@dataclass(frozen=True, slots=True)
class Target:
    """A parameter whose interval is wanted, as a coordinate of the deviance.

    Attributes
    ----------
    coordinate : int
        Number of the parameter that is the SD; of l_21 where it is a correlation.
    partners : (int, int) or None
        Numbers of l_11 and l_22 where it is a correlation.
    low, high : float
        Ends of its range.
    from_parameter, to_parameter : callable
        From the coordinate to the scale reported, and back.
    """

    coordinate: int
    partners: tuple[int, int] | None = None
    low: float = 0.0
    high: float = np.inf
    from_parameter: Callable[[float], float] = abs
    to_parameter: Callable[[float], float] = abs


@dataclass(frozen=True, slots=True)
class _Pinned(Criterion):
    """A deviance of one data set with one coordinate held at a value."""

    deviance: Criterion
    target: Target
    value: float
    n_parameters: int

    @property
    def free(self) -> Codes:
        """Numbers of the coordinates that are free."""
        return np.delete(np.arange(self.n_parameters), self.target.coordinate)

    def parameters(self, at: FloatArray) -> FloatArray:
        """All parameters of the deviance at free coordinates, shape (d, k).

        Of a correlation both SDs are squares of coordinates: were one negative, the correlation
        would be the opposite of the one held.
        """
        whole = np.insert(at, self.target.coordinate, self.value, axis=1)
        if self.target.partners is not None:
            first, second = self.target.partners
            size = whole[:, second] ** 2
            whole[:, first] **= 2
            whole[:, self.target.coordinate] = size * self.value
            whole[:, second] = size * np.sqrt(1.0 - self.value**2)
        return whole

    def evaluate(self, at: FloatArray, which: Codes) -> tuple[FloatArray, FloatArray, FloatArray]:
        """The deviance with its derivatives by the free coordinates."""
        value, gradient, hessian = self.deviance.evaluate(self.parameters(at), which)
        free, target = self.free, self.target
        slopes = np.tile(np.eye(self.n_parameters), (len(at), 1, 1))
        bent = np.zeros_like(slopes)
        if target.partners is not None:
            whole = np.insert(at, target.coordinate, self.value, axis=1)
            for square, parameter, share in self._squares(*target.partners):
                slopes[:, parameter, square] = 2.0 * share * whole[:, square]
                bent[:, square, square] += 2.0 * share * gradient[:, parameter]
        slopes = slopes[:, :, free]
        turned = slopes.swapaxes(1, 2)
        return (
            value,
            (turned @ gradient[:, :, None])[:, :, 0],
            turned @ hessian @ slopes + bent[:, free[:, None], free],
        )

    def _squares(self, first: int, second: int) -> tuple[tuple[int, int, float], ...]:
        """Coordinates that are squared, the parameters they act on, and their share."""
        return (
            (first, first, 1.0),
            (second, self.target.coordinate, self.value),
            (second, second, np.sqrt(1.0 - self.value**2)),
        )


def profile_interval(
    deviance: Criterion, at: FloatArray, target: Target, ci_level: float
) -> tuple[float, float]:
    """The interval of one parameter.

    Parameters
    ----------
    deviance : Criterion
        Minus twice the log-likelihood by all parameters of the covariance.
    at : ndarray, shape (k,)
        Where it is smallest.
    target : Target
        The parameter.
    ci_level : float
        Confidence level.

    Returns
    -------
    low, high : float
        The end of its range where the deviance does not rise far enough.
    """
    from scipy import stats as st

    lowest = float(deviance.evaluate(at[None], _ONLY)[0][0])
    profile = _Profile(deviance, at, target, lowest)
    reach = float(np.sqrt(st.chi2.ppf(ci_level, 1)))
    return profile.end(-1, reach), profile.end(1, reach)


class _Profile:
    """Signed root of the rise of the deviance along one parameter: nearly linear in it."""

    def __init__(self, deviance: Criterion, at: FloatArray, target: Target, lowest: float) -> None:
        self.deviance, self.target, self.lowest = deviance, target, lowest
        self.n = len(at)
        start = at.copy()
        self.best = float(at[target.coordinate])
        if target.partners is not None:
            first, second = target.partners
            size = float(np.hypot(at[target.coordinate], at[second]))
            self.best = self.best / size
            start[first], start[second] = np.sqrt(at[first]), np.sqrt(size)
        # The free coordinates by the value of the one held.
        self.found = {self.best: np.delete(start, target.coordinate)}

    def rise(self, value: float) -> float:
        """Root of the rise of the smallest deviance with the coordinate held at `value`."""
        return float(np.sqrt(max(self._smallest(value) - self.lowest, 0.0)))

    def _smallest(self, value: float) -> float:
        """The smallest deviance with the coordinate held at `value`."""
        pinned = _Pinned(self.deviance, self.target, value, self.n)
        # From the nearest value inside, and so along the valley that leads to the estimate.
        inside = [v for v in self.found if (v - self.best) * (v - value) <= 0.0]
        nearest = min(inside, key=lambda v: abs(v - value))
        starts = np.stack([self.found[self.best], self.found[nearest]])
        try:
            self.found[value], smallest = minimise(pinned, starts)
        except NotConvergedError:
            # Far from where they were found the others may give no covariance at all: half the way
            # first.
            if abs(value - nearest) < _LEAST_WAY * max(1.0, abs(value)):
                raise
            self._smallest((value + nearest) / 2.0)
            return self._smallest(value)
        return smallest

    def end(self, side: int, reach: float) -> float:
        """Where the rise reaches `reach` on one side, on the scale reported."""
        from scipy.optimize import brentq

        target = self.target
        limit = target.to_parameter(target.low if side < 0 else target.high)
        inside, outside = self.best, self._outside(side, reach, limit)
        if outside is None:
            return target.low if side < 0 else target.high
        found = brentq(lambda t: self.rise(t) - reach, inside, outside, xtol=1e-9, rtol=1e-9)
        return target.from_parameter(float(found))

    def _outside(self, side: int, reach: float, limit: float) -> float | None:
        """A value at which the rise is more than `reach`; None where there is none."""
        step = 0.1 * max(abs(self.best), 0.1)
        value = self.best
        for _ in range(_MOST_STEPS):
            value = value + side * step
            if (limit - value) * side <= 0:
                at_limit = limit - side * 1e-7 * max(1.0, abs(limit))
                return at_limit if self.rise(at_limit) > reach else None
            rise = self.rise(value)
            if rise > reach:
                return value
            # The rise is nearly linear, so the next step aims a little beyond the end.
            step *= min(2.0, 1.2 * (reach / max(rise, 0.1 * reach)))
        raise NotConvergedError("The profile of a variance parameter has no end.")
