"""The change between two surveys of the same people."""

from __future__ import annotations

import html
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from peereval.errors import StatisticsError, UnmatchedPairsError, did_you_mean
from peereval.results.estimate import Estimate, NotEstimated
from peereval.stats.bayes_factor import jzs_bayes_factor
from peereval.stats.effect_size import d_av, d_pre, d_rm, d_z, g_av, g_z, no_correlation
from peereval.stats.equivalence import equivalence_tests, smallest_bounds
from peereval.stats.hodges_lehmann import hodges_lehmann
from peereval.stats.moments import Moments, moments
from peereval.stats.pairs import complete_pairs
from peereval.stats.rank import rank_biserial, sign_test, wilcoxon, wilcoxon_pratt
from peereval.stats.student import check_level, critical_t, two_sided_p

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike

COLUMNS = ("name", "value", "ci_low", "ci_high", "statistic", "df", "p_value", "n", "method")

POINTS = "scale points"


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedChange:
    """Everything that can be said about the change of complete pairs.

    Attributes
    ----------
    estimates : tuple of Estimate or NotEstimated
        In the order of `tidy`; find one with `get`.
    n_pairs : int
        People with both scores.
    n_excluded : int
        People left out because a score was missing.
    sd_change : float
        SD of post - pre in scale points, divisor n - 1; NaN below two pairs.
    ci_level : float
        Level of the intervals, except that of ``equivalence``, which is 0.90.

    Examples
    --------
    >>> change = paired_change([19, 22, 25, 18], [23, 22, 29, float("nan")])
    >>> change.n_pairs, change.n_excluded
    (3, 1)
    """

    estimates: tuple[Estimate | NotEstimated, ...]
    n_pairs: int
    n_excluded: int
    sd_change: float
    ci_level: float

    def get(self, name: str) -> Estimate | NotEstimated:
        """The estimate of that name.

        Raises
        ------
        StatisticsError
            If there is none; the nearest name is suggested.

        Examples
        --------
        >>> paired_change([19, 22, 25, 18], [23, 22, 29, 20]).get("mean_change").df
        3
        """
        for estimate in self.estimates:
            if estimate.name == name:
                return estimate
        names = [estimate.name for estimate in self.estimates]
        raise StatisticsError(f"There is no estimate '{name}'; {did_you_mean(name, names)}.")

    def tidy(self) -> pd.DataFrame:
        """One row per estimate: name, value, interval, test, n and method.

        A quantity that could not be computed has NaN everywhere and the method
        ``"not estimated: REASON"``.

        Examples
        --------
        >>> table = paired_change([19, 22, 25, 18], [23, 22, 29, 20]).tidy().set_index("name")
        >>> table.loc["sign_test", "p_value"].item()
        0.25
        """
        import pandas as pd

        return pd.DataFrame([_row(e) for e in self.estimates], columns=list(COLUMNS))

    def summary(self) -> str:
        """People used and left out, then the table as text.

        Examples
        --------
        >>> print(paired_change([19, 22, 25, 18], [23, 22, 29, 20]).summary().splitlines()[0])
        4 of 4 people have both scores; 0 left out.
        """
        return f"{self._people()}\n{self.tidy().to_string(index=False, float_format='%.4g')}"

    def _repr_html_(self) -> str:
        table = self.tidy().to_html(index=False, float_format=lambda x: f"{x:.4g}")
        return f"<p>{html.escape(self._people())}</p>\n{table}"

    def _people(self) -> str:
        """Who was used and who was left out, in words."""
        asked = self.n_pairs + self.n_excluded
        return f"{self.n_pairs} of {asked} people have both scores; {self.n_excluded} left out."


def paired_change(
    pre: ArrayLike,
    post: ArrayLike,
    *,
    ci_level: float = 0.95,
    equivalence: tuple[float, float] | None = None,
) -> PairedChange:
    """Describe and test the change between two surveys of the same people.

    Change is post minus pre. Pairs with a missing score are left out and counted. What the data
    cannot support is in the result as `NotEstimated` with its reason; nothing is put in its place.

    Parameters
    ----------
    pre, post : array_like of float, shape (n,)
        Scores in scale points, NaN where missing; element i of both belongs to the same person.
    ci_level : float, default 0.95
        Level of the intervals.
    equivalence : (float, float), optional
        Bounds in scale points, raw sign, for the two one-sided tests.

    Returns
    -------
    PairedChange
        ``mean_pre``, ``mean_post``, ``sd_pre``, ``sd_post``, ``correlation``, ``sd_change``;
        ``mean_change`` (t interval and test); ``d_z``, ``g_z``, ``d_av``, ``g_av``, ``d_rm``,
        ``d_pre``; ``wilcoxon``, ``wilcoxon_pratt``, ``hodges_lehmann``, ``rank_biserial``,
        ``sign_test``; ``tost_low``, ``tost_high`` and ``equivalence`` when bounds are given;
        ``smallest_bounds``; ``bayes_factor``. Each is described where it is computed.

    Raises
    ------
    UnmatchedPairsError
        If the vectors differ in length or in their row labels.
    StatisticsError
        If scores are not finite numbers, or `ci_level` or the bounds make no sense.

    Examples
    --------
    >>> import numpy as np
    >>> pre = np.array([19.0, 22.0, 25.0, 18.0, 21.0, 24.0])
    >>> post = np.array([23.0, 22.0, 29.0, 20.0, 26.0, np.nan])
    >>> change = paired_change(pre, post, equivalence=(-2, 2))
    >>> change.n_pairs, change.n_excluded
    (5, 1)
    >>> d = change.get("d_z")
    >>> f"{d.value:.2f} ({d.ci_low:.2f} to {d.ci_high:.2f})"
    '1.50 (0.14 to 2.80)'
    """
    check_level(ci_level)
    pairs = complete_pairs(pre, post)
    m, change = moments(pairs), pairs.change
    estimates = (
        *_descriptives(m),
        t_interval(m, ci_level=ci_level),
        d_z(m, ci_level=ci_level),
        g_z(m, ci_level=ci_level),
        d_av(m, ci_level=ci_level),
        g_av(m, ci_level=ci_level),
        d_rm(m),
        d_pre(m, ci_level=ci_level),
        wilcoxon(change),
        wilcoxon_pratt(change),
        hodges_lehmann(change),
        rank_biserial(change),
        sign_test(change),
        *(equivalence_tests(m, equivalence) if equivalence is not None else ()),
        smallest_bounds(m),
        _bayes_factor(m),
    )
    return PairedChange(
        estimates=estimates,
        n_pairs=pairs.n,
        n_excluded=pairs.n_excluded,
        sd_change=m.sd_change,
        ci_level=ci_level,
    )


def mean_change(pre: ArrayLike, post: ArrayLike, *, ci_level: float = 0.95) -> Estimate:
    r"""Mean change from pre to post, with Student's t interval.

    .. math:: \bar{d} \pm t_{n-1,\,(1+c)/2}\; s_d / \sqrt{n}

    where :math:`d_i = post_i - pre_i` and :math:`c` is `ci_level`. Unlike `paired_change`, it
    answers with an estimate or not at all: a missing score is refused, not left out.

    Parameters
    ----------
    pre, post : array_like of float, shape (n,)
        Scores in scale points; element i of both belongs to the same person.
    ci_level : float, default 0.95
        Confidence level.

    Returns
    -------
    Estimate
        In scale points. Positive means the score went up, whether or not up is better on this
        questionnaire.

    Raises
    ------
    UnmatchedPairsError
        If the vectors are not complete pairs, or fewer than two.
    StatisticsError
        If all changes are the same, or scores are not finite numbers.

    References
    ----------
    Student (1908). The probable error of a mean. Biometrika 6(1), 1-25.

    Examples
    --------
    >>> import numpy as np
    >>> pre = np.array([19.0, 22.0, 25.0, 18.0, 21.0])
    >>> post = np.array([23.0, 22.0, 29.0, 20.0, 26.0])
    >>> change = mean_change(pre, post)
    >>> f"{change.value:.1f} ({change.ci_low:.1f} to {change.ci_high:.1f})"
    '3.0 (0.5 to 5.5)'
    """
    check_level(ci_level)
    pairs = complete_pairs(pre, post)
    if pairs.n_excluded:
        raise UnmatchedPairsError(
            f"{pairs.n_excluded} of {pairs.n + pairs.n_excluded} people have a missing score.",
            expected="a score before and after for everybody",
            fix="use paired_change(), which leaves them out and says how many.",
        )
    estimate = t_interval(moments(pairs), ci_level=ci_level)
    if isinstance(estimate, NotEstimated):
        _refuse(estimate)
    return estimate


def t_interval(m: Moments, *, ci_level: float = 0.95) -> Estimate | NotEstimated:
    """Mean change with Student's t interval and two-sided test, from the moments.

    Examples
    --------
    >>> m = Moments(n=22, mean_pre=25.7, mean_post=21.8, mean_change=-4.0, sd_pre=7.7,
    ...             sd_post=7.1, sd_change=6.4, correlation=0.63)
    >>> change = t_interval(m)
    >>> f"{change.value:.1f} ({change.ci_low:.1f} to {change.ci_high:.1f})"
    '-4.0 (-6.8 to -1.2)'
    """
    if m.untestable:
        return NotEstimated(name="mean_change", reason=m.untestable, n=m.n)
    half = critical_t(ci_level, m.n - 1) * m.standard_error
    return Estimate(
        name="mean_change",
        value=m.mean_change,
        ci_low=m.mean_change - half,
        ci_high=m.mean_change + half,
        ci_level=ci_level,
        statistic=m.t,
        df=m.n - 1,
        p_value=two_sided_p(m.t, m.n - 1),
        n=m.n,
        unit=POINTS,
        method="mean of post - pre, paired t interval and test",
        source="Student (1908)",
    )


def _descriptives(m: Moments) -> tuple[Estimate | NotEstimated, ...]:
    """Means, SDs and correlation of the complete pairs."""
    no_mean = "" if m.n else "no_pairs"
    no_sd = no_mean or ("fewer_than_two_pairs" if m.n < 2 else "")
    rows = (
        ("mean_pre", m.mean_pre, POINTS, "mean before, complete pairs", no_mean),
        ("mean_post", m.mean_post, POINTS, "mean after, complete pairs", no_mean),
        ("sd_pre", m.sd_pre, POINTS, "SD before, divisor n - 1, complete pairs", no_sd),
        ("sd_post", m.sd_post, POINTS, "SD after, divisor n - 1, complete pairs", no_sd),
        ("correlation", m.correlation, "correlation", "Pearson, pre with post", no_correlation(m)),
        ("sd_change", m.sd_change, POINTS, "SD of post - pre, divisor n - 1", no_sd),
    )
    return tuple(
        NotEstimated(name=name, reason=reason, n=m.n)
        if reason
        else Estimate(name=name, value=value, n=m.n, unit=unit, method=method)
        for name, value, unit, method, reason in rows
    )


def _bayes_factor(m: Moments) -> Estimate | NotEstimated:
    """The Bayes factor, or why there is none."""
    if m.untestable:
        return NotEstimated(name="bayes_factor", reason=m.untestable, n=m.n)
    return jzs_bayes_factor(m.t, m.n)


def _refuse(missing: NotEstimated) -> NoReturn:
    """Raise the error that belongs to the reason code."""
    if missing.reason == "no_variance":
        raise StatisticsError(
            f"All {missing.n} changes are the same.",
            expected="changes that differ between people",
            fix="report the change itself; no interval can be computed for it.",
        )
    raise UnmatchedPairsError(
        f"{missing.n} complete pair{'' if missing.n == 1 else 's'} of scores.",
        expected="at least two",
        fix="give the scores of more people.",
    )


def _row(estimate: Estimate | NotEstimated) -> dict[str, object]:
    """One row of the table."""
    if isinstance(estimate, NotEstimated):
        gaps = dict.fromkeys(COLUMNS, math.nan)
        method = f"not estimated: {estimate.reason}"
        return {**gaps, "name": estimate.name, "n": estimate.n, "method": method}
    return {column: getattr(estimate, column) for column in COLUMNS}
