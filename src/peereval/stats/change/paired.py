"""The change between two surveys of the same people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from peereval.results.estimate import Estimate, NotEstimated
from peereval.stats.basics.moments import moments
from peereval.stats.basics.pairs import complete_pairs
from peereval.stats.basics.student import check_level
from peereval.stats.change.bayes_factor import bayes_factors_of
from peereval.stats.change.effect_size import d_z, g_z
from peereval.stats.change.equivalence import equivalence_tests, smallest_bounds
from peereval.stats.change.hodges_lehmann import hodges_lehmann
from peereval.stats.change.increase import probability_of_increase
from peereval.stats.change.mean import POINTS, t_interval
from peereval.stats.change.paired_result import PairedChange
from peereval.stats.change.rank import rank_biserial, sign_test, wilcoxon, wilcoxon_pratt
from peereval.stats.change.score_effect_size import d_av, d_pre, d_rm, g_av
from peereval.stats.change.sign_flip import sign_flip_test
from peereval.stats.change.trimmed import yuen

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from peereval.stats.basics.moments import Moments
    from peereval.stats.change.equivalence import EquivalenceUnit


def paired_change(
    pre: ArrayLike,
    post: ArrayLike,
    *,
    ci_level: float = 0.95,
    equivalence: tuple[float, float] | None = None,
    equivalence_unit: EquivalenceUnit = "points",
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
        Bounds for the two one-sided tests, raw sign; an infinite one asks nothing on its side.
    equivalence_unit : {"points", "d_z", "d_av", "d_pre"}, default "points"
        What the bounds are in: scale points, SDs of change, mean SDs, SDs before.
        ``smallest_bounds`` is in the same.

    Returns
    -------
    PairedChange
        ``mean_pre``, ``mean_post``, ``sd_pre``, ``sd_post``, ``correlation``, ``sd_change``;
        ``mean_change`` (t interval and test); ``d_z``, ``g_z``, ``d_av``, ``g_av``, ``d_rm``,
        ``d_pre``; ``yuen``, ``sign_flip``; ``wilcoxon``, ``wilcoxon_pratt``, ``hodges_lehmann``,
        ``rank_biserial``, ``sign_test``, ``probability_of_increase``; ``tost_low``, ``tost_high``
        and ``equivalence`` when bounds are given; ``smallest_bounds``; ``bayes_factor`` and, with
        other prior scales, ``bayes_factor_narrow``, ``bayes_factor_wide`` and
        ``bayes_factor_ultrawide``. Each is described where it is computed.

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
    tests = () if equivalence is None else equivalence_tests(m, equivalence, equivalence_unit)
    estimates = (
        *_descriptives(m),
        t_interval(m, ci_level=ci_level),
        d_z(m, ci_level=ci_level),
        g_z(m, ci_level=ci_level),
        d_av(m, ci_level=ci_level),
        g_av(m, ci_level=ci_level),
        d_rm(m, ci_level=ci_level),
        d_pre(m, ci_level=ci_level),
        yuen(pairs, ci_level=ci_level),
        sign_flip_test(change),
        wilcoxon(change),
        wilcoxon_pratt(change),
        hodges_lehmann(change, ci_level=ci_level),
        rank_biserial(change),
        sign_test(change),
        probability_of_increase(change, ci_level=ci_level),
        *tests,
        smallest_bounds(m, equivalence_unit),
        *bayes_factors_of(m),
    )
    return PairedChange(
        estimates=estimates,
        n_pairs=pairs.n,
        n_excluded=pairs.n_excluded,
        sd_change=m.sd_change,
        ci_level=ci_level,
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
        ("correlation", m.correlation, "correlation", "Pearson, pre with post", m.uncorrelated),
        ("sd_change", m.sd_change, POINTS, "SD of post - pre, divisor n - 1", no_sd),
    )
    return tuple(
        NotEstimated(name=name, reason=reason, n=m.n)
        if reason
        else Estimate(name=name, value=value, n=m.n, unit=unit, method=method)
        for name, value, unit, method, reason in rows
    )
