"""Partly matched surveys: the partially overlapping samples t test."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from peereval.errors import UnmatchedPairsError
from peereval.results.estimate import Estimate, NotEstimated
from peereval.stats.basics.estimates import estimate_named, row_of
from peereval.stats.basics.moments import largest_size, mean_and_sd, power_of_two, unit_vector
from peereval.stats.basics.pairs import (
    ROUNDING,
    refuse_extreme_size,
    refuse_other_labels,
    score_vector,
)
from peereval.stats.basics.student import check_level, critical_t, two_sided_p

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike

    from peereval.typing import FloatVector

COLUMNS = ("name", "value", "ci_low", "ci_high", "statistic", "df", "p_value", "n", "method")
_SOURCE = "Derrick, Russ, Toher & White (2017)"


@dataclass(frozen=True, slots=True, kw_only=True)
class OverlapComparison:
    """Difference of two surveys that only some people answered both of.

    Attributes
    ----------
    estimates : tuple of Estimate or NotEstimated
        ``mean_difference``, with unequal variances, and ``mean_difference_equal_variances``.
    n_pairs, n_only_pre, n_only_post : int
        People with both scores, with the first alone, with the second alone.
    n_excluded : int
        People without any score.
    correlation : float
        Correlation of the pairs, as used; 0 where it does not exist because their scores at one of
        the surveys are all the same; NaN without pairs.
    ci_level : float
        Level of the intervals.
    """

    estimates: tuple[Estimate | NotEstimated, ...]
    n_pairs: int
    n_only_pre: int
    n_only_post: int
    n_excluded: int
    correlation: float
    ci_level: float

    def get(self, name: str) -> Estimate | NotEstimated:
        """The estimate of that name.

        Raises
        ------
        StatisticsError
            If there is none; the nearest name is suggested.
        """
        return estimate_named(name, self.estimates)

    def tidy(self) -> pd.DataFrame:
        """One row per version of the test.

        Examples
        --------
        >>> compare_overlapping([5, 7, 6, 9, None], [6, 9, 7, None, 8]).tidy()["n"].tolist()
        [5, 5]
        """
        import pandas as pd

        return pd.DataFrame([row_of(e, COLUMNS) for e in self.estimates], columns=list(COLUMNS))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Overlap:
    """What both versions of the test need, on a common scale."""

    scale: float
    n_pairs: int
    n_only: int
    n: tuple[int, int]
    mean: tuple[float, float]
    sd: tuple[float, float]
    correlation: float

    @property
    def shared(self) -> float:
        """What the pairs take off the variance of the difference, per product of the two SDs."""
        if not self.n_pairs:
            return 0.0
        return 2 * self.correlation * self.n_pairs / (self.n[0] * self.n[1])

    def df(self, of_independent: float) -> float:
        """Between the df of the pairs alone and of two independent samples, by their numbers."""
        n = self.n_only + 2 * self.n_pairs
        gained = (of_independent - self.n_pairs + 1) / n * self.n_only
        return self.n_pairs - 1 + gained


def compare_overlapping(
    pre: ArrayLike, post: ArrayLike, *, ci_level: float = 0.95
) -> OverlapComparison:
    r"""Compare two surveys by everybody's scores, allowing for those who answered both.

    .. math:: SE^2 = \frac{s_1^2}{n_1} + \frac{s_2^2}{n_2}
        - 2 r \frac{s_1 s_2\, n_c}{n_1 n_2}, \qquad
        \nu = (n_c - 1) + \frac{\gamma - n_c + 1}{n_a + n_b + 2 n_c} (n_a + n_b)

    with n_c pairs whose correlation is r, n_a and n_b people who answered one survey only, and
    Welch's df :math:`\gamma`. With equal variances both :math:`s^2` are the pooled one and
    :math:`\gamma = n_a + n_b + 2 n_c - 2`. Without pairs these are Welch's and Student's t tests;
    with pairs alone the first is the paired t test.

    It is meant for scores that are missing by chance. Where people with low scores stay away, the
    difference of the two surveys is not how anybody changed.

    Parameters
    ----------
    pre, post : array_like of float, shape (n,)
        Scores in scale points, NaN where missing; element i of both belongs to the same person.
    ci_level : float, default 0.95
        Confidence level.

    Returns
    -------
    OverlapComparison
        The value is the mean of all later scores minus that of all earlier ones.

    Raises
    ------
    UnmatchedPairsError
        If the vectors differ in length or in their row labels.
    StatisticsError
        If scores are not finite numbers, or `ci_level` makes no sense.

    References
    ----------
    Derrick, Russ, Toher & White (2017). Test statistics for the comparison of means for two samples
    that include both paired and independent observations. Journal of Modern Applied Statistical
    Methods 16(1), 137-157, doi:10.22237/jmasm/1493597280.

    Examples
    --------
    >>> found = compare_overlapping([5, 7, 6, 9, 4, None], [6, 9, 7, None, 6, 8])
    >>> found.n_pairs, found.n_only_pre, found.n_only_post
    (4, 1, 1)
    >>> d = found.get("mean_difference")
    >>> f"{d.value:.1f} ({d.ci_low:.2f} to {d.ci_high:.2f}), t({d.df:.2f}) = {d.statistic:.2f}"
    '1.0 (-0.67 to 2.67), t(3.81) = 1.70'
    """
    check_level(ci_level)
    before, after = score_vector(pre, "pre"), score_vector(post, "post")
    if before.size != after.size:
        raise UnmatchedPairsError(
            f"{before.size} pre scores but {after.size} post scores.",
            expected="one element per person in both, NaN where a score is missing",
            fix="match people by participant code; without codes use compare_waves().",
        )
    refuse_other_labels(pre, post)
    has = ~np.isnan(before), ~np.isnan(after)
    both = has[0] & has[1]
    first, last = before[has[0]], after[has[1]]
    refuse_extreme_size(first, last)
    counts = {
        "n_pairs": int(both.sum()),
        "n_only_pre": int((has[0] & ~both).sum()),
        "n_only_post": int((has[1] & ~both).sum()),
    }
    found = _overlap(before[both], after[both], first, last)
    versions = (
        ("mean_difference", "unequal variances", *_unequal(found)),
        ("mean_difference_equal_variances", "equal variances", *_equal(found)),
    )
    return OverlapComparison(
        estimates=tuple(_test(found, *version, ci_level=ci_level) for version in versions),
        n_excluded=int((~has[0] & ~has[1]).sum()),
        correlation=found.correlation,
        ci_level=ci_level,
        **counts,
    )


def _overlap(
    pairs_pre: FloatVector, pairs_post: FloatVector, first: FloatVector, last: FloatVector
) -> _Overlap:
    """Moments of both surveys and the correlation of the pairs."""
    sizes = largest_size(first), largest_size(last)
    scale = power_of_two(max(sizes))
    described = [
        mean_and_sd(x / scale, ROUNDING * size / scale)
        for x, size in zip((first, last), sizes, strict=True)
    ]
    return _Overlap(
        scale=scale,
        n_pairs=pairs_pre.size,
        n_only=first.size + last.size - 2 * pairs_pre.size,
        n=(first.size, last.size),
        mean=(described[0][0], described[1][0]),
        sd=(described[0][1], described[1][1]),
        correlation=_correlation(pairs_pre, pairs_post),
    )


def _correlation(pre: FloatVector, post: FloatVector) -> float:
    """Correlation of the pairs; 0 where one side does not vary, NaN below two pairs."""
    if pre.size < 2:
        return math.nan
    if any(mean_and_sd(x, ROUNDING * largest_size(x))[1] == 0 for x in (pre, post)):
        return 0.0
    return min(1.0, max(-1.0, float(unit_vector(pre) @ unit_vector(post))))


def _unequal(x: _Overlap) -> tuple[float, float, float]:
    """Variance without and with what the pairs share, and df, with each survey's own variance."""
    if min(x.n) < 2:
        return math.nan, math.nan, math.nan
    terms = [s * s / n for s, n in zip(x.sd, x.n, strict=True)]
    apart = sum(terms)
    if apart == 0:
        return 0.0, 0.0, math.nan
    # Shares of the sum, so that squares of small terms do not vanish.
    welch = 1 / sum((t / apart) ** 2 / (n - 1) for t, n in zip(terms, x.n, strict=True))
    return apart, apart - x.shared * x.sd[0] * x.sd[1], x.df(welch)


def _equal(x: _Overlap) -> tuple[float, float, float]:
    """The same with the pooled variance."""
    if min(x.n) < 2:
        return math.nan, math.nan, math.nan
    free = sum(x.n) - 2
    pooled = sum((n - 1) * s * s for s, n in zip(x.sd, x.n, strict=True)) / free
    apart = pooled * sum(1 / n for n in x.n)
    return apart, apart - x.shared * pooled, x.df(free)


def _test(
    x: _Overlap, name: str, words: str, apart: float, squared: float, df: float, *, ci_level: float
) -> Estimate | NotEstimated:
    """One version of the test, or the reason why there is none."""
    n = x.n_only + x.n_pairs
    reason = ""
    if min(x.n) < 2:
        reason = "fewer_than_two_people"
    elif x.n_pairs == 1:
        reason = "one_pair"
    elif squared <= ROUNDING * apart or df <= 0:
        reason = "no_variance"
    if reason:
        return NotEstimated(name=name, reason=reason, n=n)
    value, error = x.mean[1] - x.mean[0], math.sqrt(squared)
    half = critical_t(ci_level, df) * error
    return Estimate(
        name=name,
        value=value * x.scale,
        ci_low=(value - half) * x.scale,
        ci_high=(value + half) * x.scale,
        ci_level=ci_level,
        statistic=value / error,
        df=df,
        p_value=two_sided_p(value / error, df),
        n=n,
        unit="scale points",
        method=f"mean of all post - mean of all pre, partially overlapping samples t test, {words}",
        source=_SOURCE,
    )
