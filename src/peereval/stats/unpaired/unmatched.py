"""Surveys without IDs: the difference of two surveys, and what the unknown matching can do to it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from peereval.errors import StatisticsError
from peereval.results.estimate import Estimate, NotEstimated
from peereval.stats.basics.estimates import row_of
from peereval.stats.basics.moments import largest_size, mean_and_sd, power_of_two
from peereval.stats.basics.pairs import ROUNDING, refuse_extreme_size, score_vector
from peereval.stats.basics.student import check_level, critical_t, two_sided_p

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike

COLUMNS = ("name", "value", "ci_low", "ci_high", "statistic", "df", "p_value", "n", "method")
_NAME = "mean_difference"
_NOT_PAIRED = "not paired: nobody is known to have answered both surveys"


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveComparison:
    """Difference of two surveys whose people cannot be matched.

    Attributes
    ----------
    n_first, n_last : int
        Scores at each survey.
    mean_first, mean_last, sd_first, sd_last : float
        In scale points; NaN where there are too few scores.
    n_excluded : int
        Missing scores at either survey.
    ci_level : float
        Level of the intervals.
    lowest, highest : float
        Range of correlations that the bounds stand for.
    """

    n_first: int
    n_last: int
    mean_first: float
    mean_last: float
    sd_first: float
    sd_last: float
    n_excluded: int
    ci_level: float
    lowest: float
    highest: float

    @property
    def independent(self) -> Estimate | NotEstimated:
        """The difference as of two independent samples: Welch's t test and interval."""
        return self._at(0.0, f"Welch's t test of two samples; {_NOT_PAIRED}", welch=True)

    @property
    def widest(self) -> Estimate | NotEstimated:
        """The difference with the widest interval and the largest p of all correlations."""
        return self.at(self.lowest)

    @property
    def narrowest(self) -> Estimate | NotEstimated:
        """The difference with the narrowest interval and the smallest p of all correlations."""
        return self.at(self.highest)

    def standard_error(self, correlation: float) -> float:
        r"""Standard error of the difference, were the surveys matched as far as they can be.

        .. math:: SE^2(\rho) = \frac{s_1^2}{n_1} + \frac{s_2^2}{n_2}
            - \frac{2 \rho\, s_1 s_2}{\max(n_1, n_2)}

        With fewer people in both surveys, or none, it is that of a correlation nearer to 0.

        Parameters
        ----------
        correlation : float
            Correlation of the two scores of one person, -1 to 1.

        Returns
        -------
        float
            In scale points.

        Raises
        ------
        StatisticsError
            If the correlation is not between -1 and 1.

        Examples
        --------
        >>> found = compare_waves([5, 7, 6, 9], [6, 9, 7, 8])
        >>> [round(found.standard_error(r), 2) for r in (-1, 0, 0.5, 1)]
        [1.5, 1.07, 0.77, 0.21]
        """
        _check_correlation(correlation)
        scale = power_of_two(max(self.sd_first, self.sd_last))
        a, b = self.sd_first / scale, self.sd_last / scale
        shared = 2 * correlation * a * b / max(self.n_first, self.n_last)
        apart = a * a / self.n_first + b * b / self.n_last
        # Surveys of the same size and SD leave rounding error at a correlation of 1.
        squared = apart - shared if apart - shared > ROUNDING * apart else 0.0
        return math.sqrt(squared) * scale

    def at(self, correlation: float) -> Estimate | NotEstimated:
        """The difference under one correlation of the two scores of a person.

        The degrees of freedom are those of pairs as many as there can be, min(n1, n2) - 1; Welch's
        are never fewer.

        Parameters
        ----------
        correlation : float
            -1 to 1.

        Returns
        -------
        Estimate or NotEstimated

        Examples
        --------
        >>> found = compare_waves([5, 7, 6, 9, 4, 8], [6, 9, 7, 8, 9])
        >>> d = found.at(0.5)
        >>> f"{d.value:.1f} ({d.ci_low:.2f} to {d.ci_high:.2f})"
        '1.3 (-0.70 to 3.30)'
        """
        _check_correlation(correlation)
        return self._at(
            correlation, f"two samples, were their correlation {correlation:g}; {_NOT_PAIRED}"
        )

    def tidy(self) -> pd.DataFrame:
        """Three rows: independent samples, then the lowest and the highest correlation.

        Examples
        --------
        >>> compare_waves([5, 7, 6, 9], [6, 9, 7, 8]).tidy()["correlation"].tolist()
        [0.0, -1.0, 1.0]
        """
        import pandas as pd

        rows = (
            (0.0, self.independent),
            (self.lowest, self.widest),
            (self.highest, self.narrowest),
        )
        table = [{**row_of(e, COLUMNS), "correlation": r} for r, e in rows]
        return pd.DataFrame(table, columns=["name", "correlation", *COLUMNS[1:]])

    def _at(
        self, correlation: float, method: str, *, welch: bool = False
    ) -> Estimate | NotEstimated:
        """The difference with its interval and test, or the reason why there is none."""
        n = self.n_first + self.n_last
        if min(self.n_first, self.n_last) < 2:
            return NotEstimated(name=_NAME, reason="fewer_than_two_people", n=n)
        if not (self.sd_first > 0 or self.sd_last > 0):
            return NotEstimated(name=_NAME, reason="no_variance", n=n)
        value, error = self.mean_last - self.mean_first, self.standard_error(correlation)
        df = self._welch() if welch else float(min(self.n_first, self.n_last) - 1)
        half = critical_t(self.ci_level, df) * error
        certain = math.copysign(math.inf, value) if value else 0.0
        t = value / error if error > 0 else certain
        return Estimate(
            name=_NAME,
            value=value,
            ci_low=value - half,
            ci_high=value + half,
            ci_level=self.ci_level,
            statistic=t,
            df=df,
            p_value=two_sided_p(t, df),
            n=n,
            unit="scale points",
            method=method,
            source="Welch (1947)",
        )

    def _welch(self) -> float:
        """Welch's degrees of freedom."""
        scale = power_of_two(max(self.sd_first, self.sd_last))
        a = (self.sd_first / scale) ** 2 / self.n_first
        b = (self.sd_last / scale) ** 2 / self.n_last
        shares = (a / (a + b)) ** 2 / (self.n_first - 1) + (b / (a + b)) ** 2 / (self.n_last - 1)
        return 1 / shares


def compare_waves(
    first: ArrayLike,
    last: ArrayLike,
    *,
    ci_level: float = 0.95,
    correlation: tuple[float, float] = (-1.0, 1.0),
) -> WaveComparison:
    """Compare two surveys whose people cannot be matched, and say what matching might change.

    Without IDs there is no paired test. The two surveys are compared as independent samples, and
    beside that stand the bounds: the intervals and p-values under the lowest and the highest
    correlation that the scores of one person might have. A positive correlation only lowers the
    standard error, so that of independent samples is on the safe side wherever a person's two
    scores rise and fall together, as they nearly always do. (The bounds have the degrees of freedom
    of pairs; with very few people they can be wider all the same.)

    The difference is one between surveys. Where different people answered them, it is not how
    anybody changed.

    Parameters
    ----------
    first, last : array_like of float, shapes (n1,) and (n2,)
        Scores in scale points, NaN where missing; the order within each means nothing.
    ci_level : float, default 0.95
        Confidence level.
    correlation : (float, float), default (-1, 1)
        Range for the bounds.

    Returns
    -------
    WaveComparison
        Every value is the mean of the last survey minus that of the first.

    Raises
    ------
    StatisticsError
        If scores are not finite numbers, or the range or `ci_level` make no sense.

    References
    ----------
    Welch (1947). The generalization of "Student's" problem when several different population
    variances are involved. Biometrika 34, 28-35.

    Examples
    --------
    >>> found = compare_waves([5, 7, 6, 9, 4, 8], [6, 9, 7, 8, 9], correlation=(0, 0.9))
    >>> d = found.independent
    >>> f"{d.value:.1f} ({d.ci_low:.2f} to {d.ci_high:.2f}), p = {d.p_value:.2f}"
    '1.3 (-0.88 to 3.48), p = 0.21'
    >>> f"p between {found.narrowest.p_value:.3f} and {found.widest.p_value:.3f}"
    'p between 0.041 and 0.248'
    """
    check_level(ci_level)
    lowest, highest = correlation
    _check_correlation(lowest)
    _check_correlation(highest)
    if lowest > highest:
        raise StatisticsError(
            f"The range of correlations is {correlation!r}.", expected="the lower one first"
        )
    given = score_vector(first, "first"), score_vector(last, "last")
    scores = [x[~np.isnan(x)] for x in given]
    refuse_extreme_size(*scores)
    (mean_first, sd_first), (mean_last, sd_last) = (
        mean_and_sd(x, ROUNDING * largest_size(x)) for x in scores
    )
    return WaveComparison(
        n_first=scores[0].size,
        n_last=scores[1].size,
        mean_first=mean_first,
        mean_last=mean_last,
        sd_first=sd_first,
        sd_last=sd_last,
        n_excluded=sum(int(np.isnan(x).sum()) for x in given),
        ci_level=ci_level,
        lowest=float(lowest),
        highest=float(highest),
    )


def _check_correlation(correlation: float) -> None:
    """Refuse what is no correlation."""
    if not -1 <= correlation <= 1:
        raise StatisticsError(
            f"The correlation is {correlation!r}.", expected="a number from -1 to 1"
        )
