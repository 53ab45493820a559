"""Two one-sided tests of whether the mean change is too small to matter."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from peereval.errors import StatisticsError
from peereval.results.estimate import Estimate, NotEstimated
from peereval.stats.student import critical_t, upper_tail

if TYPE_CHECKING:
    from peereval.stats.moments import Moments

_SOURCE = "Schuirmann (1987)"


def equivalence_tests(
    m: Moments, bounds: tuple[float, float]
) -> tuple[Estimate | NotEstimated, ...]:
    r"""Two one-sided t tests of the mean change against raw bounds.

    .. math:: t_{low} = (\bar d - low) / se, \qquad t_{high} = (\bar d - high) / se

    with n - 1 degrees of freedom. The p-value of equivalence is the larger of
    P(T >= t_low) and P(T <= t_high); it is below .05 exactly when the 90% interval of the mean
    change lies inside the bounds.

    Parameters
    ----------
    m : Moments
        Of at least two pairs whose changes vary.
    bounds : (float, float)
        Lower and upper bound in scale points, raw sign (post minus pre).

    Returns
    -------
    tuple of Estimate or NotEstimated
        ``tost_low``, ``tost_high`` and ``equivalence``. The value of the last is the mean change
        with its 90% interval; its statistic is the t with the larger p.

    Raises
    ------
    StatisticsError
        If the bounds are not two finite numbers, the lower first.

    References
    ----------
    Schuirmann (1987). A comparison of the two one-sided tests procedure and the power approach.
    Journal of Pharmacokinetics and Biopharmaceutics 15, 657-680.

    Examples
    --------
    >>> from peereval.stats.moments import Moments
    >>> m = Moments(n=25, mean_pre=20, mean_post=20.5, mean_change=0.5, sd_pre=5, sd_post=5,
    ...             sd_change=4, correlation=0.68)
    >>> low, high, both = equivalence_tests(m, (-2, 2))
    >>> f"{low.p_value:.4f} {high.p_value:.4f} {both.p_value:.4f}"
    '0.0023 0.0365 0.0365'
    """
    low, high = _bounds(bounds)
    if m.untestable:
        names = ("tost_low", "tost_high", "equivalence")
        return tuple(NotEstimated(name=x, reason=m.untestable, n=m.n) for x in names)
    t_low = (m.mean_change - low) / m.standard_error
    t_high = (m.mean_change - high) / m.standard_error
    p_low, p_high = upper_tail(t_low, m.n - 1), upper_tail(-t_high, m.n - 1)
    ci_low, ci_high = _interval_90(m)
    return (
        _one_side(m, "tost_low", low, t_low, p_low),
        _one_side(m, "tost_high", high, t_high, p_high),
        Estimate(
            name="equivalence",
            value=m.mean_change,
            ci_low=ci_low,
            ci_high=ci_high,
            ci_level=0.90,
            statistic=t_low if p_low >= p_high else t_high,
            df=m.n - 1,
            p_value=max(p_low, p_high),
            n=m.n,
            unit="scale points",
            method=f"two one-sided t tests against {low:g} and {high:g} points; 90% interval",
            source=_SOURCE,
        ),
    )


def smallest_bounds(m: Moments) -> Estimate | NotEstimated:
    r"""The smallest symmetric bounds within which these data could have shown equivalence.

    max(\|l\|, \|u\|) of the 90% interval (l, u) of the mean change: with any wider bounds
    the two one-sided tests give p < .05, with any narrower ones they do not.

    Examples
    --------
    >>> from peereval.stats.moments import Moments
    >>> m = Moments(n=25, mean_pre=20, mean_post=20.5, mean_change=0.5, sd_pre=5, sd_post=5,
    ...             sd_change=4, correlation=0.68)
    >>> round(smallest_bounds(m).value, 3)
    1.869
    """
    if m.untestable:
        return NotEstimated(name="smallest_bounds", reason=m.untestable, n=m.n)
    return Estimate(
        name="smallest_bounds",
        value=max(abs(limit) for limit in _interval_90(m)),
        n=m.n,
        unit="scale points",
        method="larger limit, in size, of the 90% t interval of the mean change",
        source=_SOURCE,
    )


def _interval_90(m: Moments) -> tuple[float, float]:
    """The 90% t interval of the mean change."""
    half = critical_t(0.90, m.n - 1) * m.standard_error
    return m.mean_change - half, m.mean_change + half


def _one_side(m: Moments, name: str, bound: float, t: float, p: float) -> Estimate:
    """One of the two tests; it has no value of its own."""
    return Estimate(
        name=name,
        value=math.nan,
        n=m.n,
        unit="scale points",
        method=f"one-sided t test against {bound:g} points",
        statistic=t,
        df=m.n - 1,
        p_value=p,
        source=_SOURCE,
    )


def _bounds(bounds: tuple[float, float]) -> tuple[float, float]:
    """The bounds as two floats, the lower first; anything else is refused."""
    try:
        low, high = (float(b) for b in bounds)
    except (TypeError, ValueError):
        low = high = math.nan
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise StatisticsError(
            f"The equivalence bounds are {bounds!r}.",
            expected="two finite numbers in scale points, the lower first",
            fix="write equivalence=(-3, 3) when 3 points are the smallest change that matters.",
        )
    return low, high
