"""The mean change, with Student's t interval and test."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from peereval.errors import StatisticsError, UnmatchedPairsError
from peereval.results.estimate import Estimate, NotEstimated
from peereval.stats.basics.moments import moments
from peereval.stats.basics.pairs import complete_pairs
from peereval.stats.basics.student import check_level, critical_t, two_sided_p

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from peereval.stats.basics.moments import Moments

POINTS = "scale points"


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
    >>> from peereval.stats.basics.moments import Moments
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
