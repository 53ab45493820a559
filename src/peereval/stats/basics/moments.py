"""Means, standard deviations and correlation of complete pairs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from peereval.stats.basics.pairs import ROUNDING

if TYPE_CHECKING:
    from peereval.stats.basics.pairs import Pairs
    from peereval.typing import FloatVector


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """What the t test and the effect sizes need to know of n complete pairs.

    A published row of a table can be entered by hand as well.

    Attributes
    ----------
    n : int
        Number of pairs.
    mean_pre, mean_post, mean_change : float
        In scale points; change is post minus pre. NaN when n = 0.
    sd_pre, sd_post, sd_change : float
        In scale points, divisor n - 1; NaN when n < 2, exactly 0 when all values agree up to
        rounding.
    correlation : float
        Pearson correlation of pre and post; NaN when a standard deviation is 0 or NaN.
    """

    n: int
    mean_pre: float
    mean_post: float
    mean_change: float
    sd_pre: float
    sd_post: float
    sd_change: float
    correlation: float

    @property
    def standard_error(self) -> float:
        """Standard error of the mean change, in scale points."""
        return self.sd_change / math.sqrt(self.n)

    @property
    def t(self) -> float:
        """Mean change over its standard error; both must exist and the latter be positive."""
        return self.mean_change / self.standard_error

    @property
    def untestable(self) -> str:
        """Reason code why there is no t test; empty when there is one."""
        if self.n < 2:
            return "fewer_than_two_pairs" if self.n else "no_pairs"
        return "" if self.sd_change > 0 else "no_variance"

    @property
    def uncorrelated(self) -> str:
        """Reason code why pre and post have no correlation; empty when they have one."""
        if self.n < 2:
            return self.untestable
        if self.sd_pre > 0 and self.sd_post > 0:
            return ""
        return "no_variance_post" if self.sd_pre > 0 else "no_variance_pre"


def moments(pairs: Pairs) -> Moments:
    """Moments of complete pairs.

    Examples
    --------
    >>> from peereval.stats.basics.pairs import complete_pairs
    >>> m = moments(complete_pairs([19, 22, 25, 18, 21], [23, 22, 29, 20, 26]))
    >>> f"{m.mean_change:.1f} (SD {m.sd_change:.1f}), r = {m.correlation:.2f}"
    '3.0 (SD 2.0), r = 0.83'
    """
    size_pre, size_post = largest_size(pairs.pre), largest_size(pairs.post)
    mean_pre, sd_pre = mean_and_sd(pairs.pre, ROUNDING * size_pre)
    mean_post, sd_post = mean_and_sd(pairs.post, ROUNDING * size_post)
    # The rounding error of a difference is that of its scores, however small the difference.
    mean, sd = mean_and_sd(pairs.change, ROUNDING * max(size_pre, size_post))
    return Moments(
        n=pairs.n,
        mean_pre=mean_pre,
        mean_post=mean_post,
        mean_change=mean,
        sd_pre=sd_pre,
        sd_post=sd_post,
        sd_change=sd,
        correlation=_correlation(pairs) if sd_pre > 0 and sd_post > 0 else math.nan,
    )


def largest_size(x: FloatVector) -> float:
    """Largest absolute value; 0 when there is none.

    Examples
    --------
    >>> largest_size(np.array([1.0, -3.0]))
    3.0
    """
    return float(np.abs(x).max(initial=0.0))


def power_of_two(size: float) -> float:
    """A divisor that brings values of that size to at most 1 and changes none of their digits.

    Examples
    --------
    >>> power_of_two(5.0), power_of_two(0.0)
    (8.0, 1.0)
    """
    return math.ldexp(1.0, math.frexp(size)[1]) if size > 0 else 1.0


def mean_and_sd(x: FloatVector, rounding: float) -> tuple[float, float]:
    """Mean and SD (divisor n - 1) without overflow; SD 0 when all agree up to rounding."""
    if x.size == 0:
        return math.nan, math.nan
    scale = power_of_two(largest_size(x))
    scaled = x / scale
    mean = float(scaled.mean()) * scale
    if x.size == 1:
        return mean, math.nan
    if float(x.max() - x.min()) <= rounding:
        return mean, 0.0
    return mean, float(scaled.std(ddof=1)) * scale


def _correlation(pairs: Pairs) -> float:
    """Pearson correlation of two vectors that both vary."""
    x, y = unit_vector(pairs.pre), unit_vector(pairs.post)
    return min(1.0, max(-1.0, float(x @ y)))


def unit_vector(x: FloatVector) -> FloatVector:
    """Deviations from the mean, scaled to length 1."""
    scaled = x / power_of_two(largest_size(x))
    deviation = scaled - scaled.mean()
    deviation /= np.abs(deviation).max()
    return np.asarray(deviation / np.sqrt(deviation @ deviation))
