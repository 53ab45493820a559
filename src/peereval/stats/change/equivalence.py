"""Two one-sided tests of whether a change is too small to matter, in points or in SDs."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from peereval.errors import StatisticsError, did_you_mean
from peereval.results.estimate import Estimate, NotEstimated
from peereval.stats.basics.noncentral_t import noncentral_t_cdf
from peereval.stats.basics.student import normal_quantile, upper_tail
from peereval.stats.change.effect_size import d_z
from peereval.stats.change.mean import t_interval
from peereval.stats.change.score_effect_size import d_av, d_pre

if TYPE_CHECKING:
    from peereval.stats.basics.moments import Moments

EquivalenceUnit: TypeAlias = Literal["points", "d_z", "d_av", "d_pre"]
"""What equivalence bounds are given in: scale points, or SDs as the effect size of that name."""

_ESTIMATE = {"points": t_interval, "d_z": d_z, "d_av": d_av, "d_pre": d_pre}
_KIND = {"points": "t", "d_z": "noncentral t", "d_av": "normal", "d_pre": "normal"}


def equivalence_tests(
    m: Moments, bounds: tuple[float, float], unit: EquivalenceUnit = "points"
) -> tuple[Estimate | NotEstimated, ...]:
    r"""Two one-sided tests of the mean change against bounds in points or in SDs.

    In points

    .. math:: t_{low} = (\bar d - low) / se, \qquad t_{high} = (\bar d - high) / se

    with n - 1 degrees of freedom; the p-values are P(T >= t_low) and P(T <= t_high). With bounds
    in SDs of change (``d_z``) the bound is a noncentrality: P(T >= t) and P(T <= t) of the
    observed t under the noncentral t with low, or high, times sqrt(n), which is exact. With
    ``d_av`` and ``d_pre`` z is the distance from the bound over the large-sample standard error of
    the effect size. The p-value of equivalence is the larger of the two; it is below .05 exactly
    when the 90% interval of the same quantity lies inside the bounds.

    For bounds in SDs of change Wellek's (2010, section 5.3) test, which rejects where \|T\| is
    small, has somewhat more power for few people, but no interval that belongs to it; it is not
    given.

    Parameters
    ----------
    m : Moments
        Of at least two pairs whose changes vary.
    bounds : (float, float)
        Lower and upper bound in `unit`, raw sign (post minus pre). An infinite bound asks
        nothing on its side: its p is 0.
    unit : {"points", "d_z", "d_av", "d_pre"}, default "points"
        Scale points, SDs of change, mean SDs, SDs before.

    Returns
    -------
    tuple of Estimate or NotEstimated
        ``tost_low``, ``tost_high`` and ``equivalence``. The value of the last is the change in
        `unit` with its 90% interval; its statistic is that with the larger p. Reasons: those of
        the effect size, and ``fewer_than_five_pairs`` where it has no interval.

    Raises
    ------
    StatisticsError
        If the bounds are not two numbers, the lower first, or the unit is unknown.

    References
    ----------
    Schuirmann (1987). A comparison of the two one-sided tests procedure and the power approach.
    Journal of Pharmacokinetics and Biopharmaceutics 15, 657-680.
    Wellek (2010). Testing statistical hypotheses of equivalence and noninferiority (2nd ed.).
    Chapman & Hall.

    Examples
    --------
    >>> from peereval.stats.basics.moments import Moments
    >>> m = Moments(n=25, mean_pre=20, mean_post=20.5, mean_change=0.5, sd_pre=5, sd_post=5,
    ...             sd_change=4, correlation=0.68)
    >>> low, high, both = equivalence_tests(m, (-2, 2))
    >>> f"{low.p_value:.4f} {high.p_value:.4f} {both.p_value:.4f}"
    '0.0023 0.0365 0.0365'
    >>> equivalence_tests(m, (-0.5, 0.5), "d_z")[2].method
    'two one-sided noncentral t tests against d_z of -0.5 and 0.5; 90% interval'
    """
    low, high = _bounds(bounds, unit)
    estimate = interval_90(m, unit)
    if isinstance(estimate, NotEstimated):
        names = ("tost_low", "tost_high", "equivalence")
        return tuple(NotEstimated(name=x, reason=estimate.reason, n=m.n) for x in names)
    at_low, p_low, _ = _against(m, estimate, low, unit)
    at_high, _, p_high = _against(m, estimate, high, unit)
    kind, df = _KIND[unit], math.nan if _KIND[unit] == "normal" else m.n - 1

    def one_side(name: str, bound: float, statistic: float, p: float) -> Estimate:
        return Estimate(
            name=name,
            value=math.nan,
            n=m.n,
            unit=estimate.unit,
            method=f"one-sided {kind} test against {_in_words(unit, bound)}",
            statistic=statistic,
            df=df,
            p_value=p,
            source=_source(unit),
        )

    both = replace(
        estimate,
        name="equivalence",
        statistic=at_low if p_low >= p_high else at_high,
        df=df,
        p_value=max(p_low, p_high),
        method=f"two one-sided {kind} tests against {_in_words(unit, low, high)}; 90% interval",
        source=_source(unit),
    )
    return (
        one_side("tost_low", low, at_low, p_low),
        one_side("tost_high", high, at_high, p_high),
        both,
    )


def smallest_bounds(m: Moments, unit: EquivalenceUnit = "points") -> Estimate | NotEstimated:
    r"""The smallest symmetric bounds within which these data could have shown equivalence.

    max(\|l\|, \|u\|) of the 90% interval (l, u) of the change in `unit`: with any wider bounds
    the two one-sided tests give p < .05, with any narrower ones they do not.

    Examples
    --------
    >>> from peereval.stats.basics.moments import Moments
    >>> m = Moments(n=25, mean_pre=20, mean_post=20.5, mean_change=0.5, sd_pre=5, sd_post=5,
    ...             sd_change=4, correlation=0.68)
    >>> round(smallest_bounds(m).value, 3), round(smallest_bounds(m, "d_pre").value, 3)
    (1.869, 0.37)
    """
    estimate = interval_90(m, unit)
    if isinstance(estimate, NotEstimated):
        return replace(estimate, name="smallest_bounds")
    of = "the mean change" if unit == "points" else unit
    return Estimate(
        name="smallest_bounds",
        value=max(abs(estimate.ci_low), abs(estimate.ci_high)),
        n=m.n,
        unit=estimate.unit,
        method=f"larger limit, in size, of the 90% {_KIND[unit]} interval of {of}",
        source=_source(unit),
    )


def interval_90(m: Moments, unit: EquivalenceUnit) -> Estimate | NotEstimated:
    """The change in `unit` with its 90% interval; not estimated where it has none.

    Examples
    --------
    >>> from peereval.stats.basics.moments import Moments
    >>> m = Moments(n=4, mean_pre=20, mean_post=20.5, mean_change=0.5, sd_pre=5, sd_post=5,
    ...             sd_change=4, correlation=0.68)
    >>> interval_90(m, "d_av").reason
    'fewer_than_five_pairs'
    """
    if unit not in get_args(EquivalenceUnit):
        raise StatisticsError(
            f"Equivalence bounds in {unit!r} are unknown; "
            f"{did_you_mean(str(unit), get_args(EquivalenceUnit))}"
        )
    if m.untestable:
        return NotEstimated(name=unit, reason=m.untestable, n=m.n)
    estimate = _ESTIMATE[unit](m, ci_level=0.90)
    if isinstance(estimate, Estimate) and math.isnan(estimate.ci_low):
        return NotEstimated(name=estimate.name, reason="fewer_than_five_pairs", n=m.n)
    return estimate


def _against(
    m: Moments, estimate: Estimate, bound: float, unit: EquivalenceUnit
) -> tuple[float, float, float]:
    """Statistic, and the probabilities of one as high and as low if the bound were the truth."""
    from scipy.special import ndtr

    if unit == "points":
        t = (m.mean_change - bound) / m.standard_error
        return t, upper_tail(t, m.n - 1), upper_tail(-t, m.n - 1)
    if unit == "d_z":
        if math.isinf(bound):
            return m.t, float(bound > 0), float(bound < 0)
        delta = bound * math.sqrt(m.n)
        up, down = (noncentral_t_cdf(x * m.t, m.n - 1, x * delta) for x in (-1, 1))
        return m.t, min(1.0, max(0.0, up)), min(1.0, max(0.0, down))
    standard_error = (estimate.ci_high - estimate.ci_low) / (2 * normal_quantile(0.95))
    z = (estimate.value - bound) / standard_error
    return z, float(ndtr(-z)), float(ndtr(z))


def _in_words(unit: EquivalenceUnit, *bounds: float) -> str:
    """The bounds with their unit."""
    numbers = " and ".join(f"{bound:g}" for bound in bounds)
    return f"{numbers} points" if unit == "points" else f"{unit} of {numbers}"


def _source(unit: EquivalenceUnit) -> str:
    """Publications behind the tests in a unit."""
    return {
        "points": "Schuirmann (1987)",
        "d_z": "Schuirmann (1987); Cumming & Finch (2001)",
        "d_av": "Schuirmann (1987); Bonett (2008)",
        "d_pre": "Schuirmann (1987); Bonett (2008)",
    }[unit]


def _bounds(bounds: tuple[float, float], unit: str) -> tuple[float, float]:
    """The bounds as two floats, the lower first; anything else is refused."""
    try:
        low, high = (float(b) for b in bounds)
    except (TypeError, ValueError):
        low = high = math.nan
    if not low < high:
        raise StatisticsError(
            f"The equivalence bounds are {bounds!r}.",
            expected=f"two numbers in {'scale points' if unit == 'points' else unit}, the lower "
            "first",
            fix="write equivalence=(-3, 3) when 3 points are the smallest change that matters.",
        )
    return low, high
