"""Power of the comparison of regions, by drawing evaluations and fitting the report's own model."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from peereval.analysis.mixed_change import LEAST_PEOPLE
from peereval.mixed.likelihood.covariance import RelativeFactors, WaveParameters
from peereval.mixed.likelihood.deviance import WaveDeviance
from peereval.mixed.likelihood.drawn_products import drawn_products
from peereval.mixed.likelihood.optimise import minimise_each
from peereval.stats.planning.unknown import PlanningError, between, finite

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from peereval.analysis.region_design import RegionDesign
    from peereval.mixed.chosen import Step
    from peereval.mixed.likelihood.small_sample import Inference
    from peereval.typing import FloatArray, FloatVector

RUNS = 1000
"""Evaluations drawn: power of 80% is then known to within 2.5 percentage points."""
# Evaluations fitted at once, and the numbers that these may hold in memory: more would be slower.
_CHUNK, _NUMBERS = 100, 15_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedPower:
    """How often a difference between regions was found.

    Attributes
    ----------
    value : float
        Share of the evaluations drawn in which the test was significant.
    ci_low, ci_high : float
        Its 95% Wilson interval: what it is uncertain by for being simulated.
    runs : int
        Evaluations drawn.
    """

    value: float
    ci_low: float
    ci_high: float
    runs: int


@dataclass(frozen=True, kw_only=True, eq=False)
class RegionSimulation:
    """Fits of many evaluations in which no region changed, to be asked about any changes.

    Regions have a mean of their own at every wave in the model, so if they did change the
    estimates would move by just as much and nothing else would: one set of fits serves every
    question, and all answers rest on the same chance.

    Attributes
    ----------
    design : RegionDesign
        What was drawn.
    runs, seed : int
        How many, and from which seed.
    coefficients : ndarray, shape (fitted, 2 regions)
        Level and change of every region, of every evaluation that could be fitted.
    inferences : tuple of Inference
        Their covariance, Kenward-Roger as in a report.
    """

    design: RegionDesign
    runs: int
    seed: int
    coefficients: FloatArray
    inferences: tuple[Inference, ...]

    def power(self, changes: Sequence[float], *, alpha: float = 0.05) -> SimulatedPower:
        """How often a difference is found when regions change by so much.

        Parameters
        ----------
        changes : sequence of float
            Mean change of every region, in scale points; all the same gives the share of false
            alarms.
        alpha : float, default 0.05
            Level of the F test of region by wave.

        Returns
        -------
        SimulatedPower
        """
        level = between("alpha", alpha, 0, 1)
        given = np.array([finite("a change", change) for change in changes])
        if len(given) != self.design.regions:
            raise PlanningError(
                f"There are {len(given)} changes and {self.design.regions} regions.",
                expected="one change for every region",
            )
        return self._share(self._statistics(given), level)

    def type_one(self, *, alpha: float = 0.05) -> SimulatedPower:
        """How often a difference is found where there is none; about `alpha` in a sound test."""
        return self.power([0.0] * self.design.regions, alpha=alpha)

    def power_of_difference(self, difference: float, *, alpha: float = 0.05) -> SimulatedPower:
        """How often it is found that one region changes by so much more than all others."""
        level, size = between("alpha", alpha, 0, 1), finite("difference", difference)
        a, b, c = self._parabolas
        return self._share(a + b * size + c * size**2, level)

    def smallest_difference(self, power: float, *, alpha: float = 0.05) -> float:
        """The difference that is found with a probability, in scale points, as far as known.

        Parameters
        ----------
        power : float
            Probability, above `alpha` and below 1.
        alpha : float, default 0.05
            Level of the test.

        Returns
        -------
        float
            By how much one region must change more than all others; infinite where so many
            evaluations could not be fitted that nothing is found with that probability.
        """
        wanted = between("power", power, alpha, 1)
        low, high = 0.0, self.design.sd_noise
        while self.power_of_difference(high, alpha=alpha).value < wanted:
            low, high = high, 2 * high
            if high > 1e6 * self.design.sd_noise:
                return math.inf
        while high - low > 1e-4 * high:
            middle = (low + high) / 2
            if self.power_of_difference(middle, alpha=alpha).value < wanted:
                low = middle
            else:
                high = middle
        return high

    @cached_property
    def _contrasts(self) -> FloatArray:
        """Change of every region but the last, less that of the last."""
        r = self.design.regions
        change = np.kron(np.eye(r), [0.0, 1.0])
        differences: FloatArray = change[:-1] - change[-1]
        return differences

    @cached_property
    def _df(self) -> FloatVector:
        """Denominator df of every test."""
        nowhere = np.ones(2 * self.design.regions)
        return np.array([i.f_test(self._contrasts, nowhere)[2] for i in self.inferences])

    def _statistics(self, changes: FloatVector) -> FloatVector:
        """F of every evaluation when regions change by so much."""
        moved = self.coefficients + np.kron(changes, [0.0, 1.0])
        return np.array(
            [i.f_test(self._contrasts, b)[0] for i, b in zip(self.inferences, moved, strict=True)]
        )

    @cached_property
    def _parabolas(self) -> tuple[FloatVector, FloatVector, FloatVector]:
        """F is a quadratic function of the difference: its coefficients, by evaluation."""
        unit = self.design.sd_noise
        one = np.eye(self.design.regions)[-1] * unit
        none, more, less = (self._statistics(sign * one) for sign in (0, 1, -1))
        return none, (more - less) / (2 * unit), ((more + less) / 2 - none) / unit**2

    def _share(self, statistics: FloatVector, alpha: float) -> SimulatedPower:
        """How many are significant; an evaluation that could not be fitted finds nothing."""
        from scipy import stats as st

        critical = st.f.isf(alpha, self.design.regions - 1, self._df)
        found = st.binomtest(int(np.count_nonzero(statistics > critical)), self.runs)
        interval = found.proportion_ci(0.95, method="wilson")
        return SimulatedPower(
            value=float(found.statistic),
            ci_low=float(interval.low),
            ci_high=float(interval.high),
            runs=self.runs,
        )


def simulate_regions(design: RegionDesign, *, runs: int = RUNS, seed: int = 1) -> RegionSimulation:
    """Draw evaluations and fit them as a report does.

    The model is the one that `choose_model` chooses for such a design, with regions fixed; where
    a fit does not converge, the next one of its ladder. An evaluation in which fewer than two
    people of some region come back cannot be compared, and counts as one that found nothing.

    Parameters
    ----------
    design : RegionDesign
        What is planned.
    runs : int, default 1000
        Evaluations to draw.
    seed : int, default 1
        The same seed gives the same answers.

    Returns
    -------
    RegionSimulation

    Raises
    ------
    PlanningError
        If `runs` is below 1, or no evaluation could be fitted.

    Examples
    --------
    >>> from peereval.analysis.region_design import RegionDesign
    >>> design = RegionDesign(
    ...     regions=2, groups=5, people=8, sd_person=4, sd_noise=4, sd_group=1)
    >>> found = simulate_regions(design, runs=200)
    >>> found.power([0, 7]).value > 0.9, found.type_one().value < 0.1
    (True, True)
    """
    if runs != int(runs) or runs < 1:
        raise PlanningError(f"runs is {runs!r}.", expected="a whole number, 1 or more")
    rng = np.random.default_rng(seed)
    columns = 2 * design.regions + 3
    # The scores, and the products of every group with their second derivatives.
    each = columns * (2 * design.n + 30 * len(design.region_of_group) * columns)
    chunk = max(1, min(_CHUNK, _NUMBERS // each))
    coefficients: list[FloatVector] = []
    inferences: list[Inference] = []
    for start in range(0, runs, chunk):
        for beta, inference in _fit(design, *design.draw(min(chunk, runs - start), rng)):
            coefficients.append(beta)
            inferences.append(inference)
    if not inferences:
        raise PlanningError(
            f"None of {runs} evaluations drawn could be fitted.",
            fix="plan for more people who come back.",
        )
    return RegionSimulation(
        design=design,
        runs=runs,
        seed=seed,
        coefficients=np.array(coefficients),
        inferences=tuple(inferences),
    )


def _fit(
    design: RegionDesign, scores: FloatArray, back: NDArray[np.bool_]
) -> Iterator[tuple[FloatVector, Inference]]:
    """Coefficients and inference of every evaluation that can be fitted."""
    by_region = back.reshape(len(back), design.regions, -1).sum(axis=2)
    left = np.flatnonzero(by_region.min(axis=1) >= LEAST_PEOPLE)
    found = {}
    for step in design.model.ladder:
        if left.size == 0:
            break
        deviance = _deviance(design, step, scores[left], back[left])
        which = np.arange(len(left))
        optima = minimise_each(deviance, np.tile(deviance.start(), (len(left), 1)), which)
        kept = np.flatnonzero(optima.reached)
        at = optima.points[kept]
        betas = deviance.coefficients(at, kept)
        inference = deviance.inference("kenward-roger-linear", at, kept)
        for i, data_set in enumerate(left[kept]):
            found[data_set] = betas[i], inference.of(i)
        left = left[~optima.reached]
    yield from (found[data_set] for data_set in sorted(found))


def _deviance(
    design: RegionDesign, step: Step, scores: FloatArray, back: NDArray[np.bool_]
) -> WaveDeviance:
    """The restricted deviance of one model of the ladder, of all evaluations at once."""
    in_region = design.region_of_group
    waves = np.broadcast_to([[1.0, 0.0], [1.0, 1.0]], (len(in_region), 2, 2))
    fixed = np.einsum("gr,gwc->gwrc", np.eye(design.regions)[in_region], waves)
    # The bars are those of `choose_model`: level and change of a group, its change, or none.
    own = {"(1": slice(0, 2), "(0": slice(1, 2)}
    effects = waves[..., own[step.random[:2]] if step.random else slice(0, 0)]
    s = effects.shape[2]
    return WaveDeviance(
        drawn_products(scores, back, effects, fixed.reshape(len(in_region), 2, -1)),
        (WaveParameters(step.covariance, 2),),
        RelativeFactors(((s,),) if s else ()),
        math.hypot(design.sd_person, design.sd_noise),
        True,
    )
