"""The verdict on an outcome, as a code and the numbers it rests on."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from peereval.errors import StatisticsError

if TYPE_CHECKING:
    from peereval.typing import Direction

VerdictCode: TypeAlias = Literal[
    "improved_meaningfully",
    "improved_trivially",
    "improved",
    "no_meaningful_change",
    "inconclusive",
    "worsened_trivially",
    "worsened",
    "worsened_meaningfully",
    "not_estimated",
]
"""Every code a verdict can have."""

Interval: TypeAlias = tuple[float, float]
"""Lower and upper limit."""

_NONE: Interval = (math.nan, math.nan)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A verdict and what it rests on.

    Attributes
    ----------
    code : str
        See `reach_verdict`.
    interval_95, interval_90 : (float, float)
        In scale points, turned so that positive is good; NaN when there is none.
    smallest_change : float
        Smallest change that matters, in scale points; NaN when unknown.
    higher_is : {"better", "worse"}
        Direction of the questionnaire; with "worse" the intervals have been turned.
    reason : str
        Reason code when `code` is ``"not_estimated"``, otherwise empty.

    Examples
    --------
    >>> verdict = reach_verdict(interval_95=(-1, 2), interval_90=(-0.8, 1.8),
    ...                         smallest_change=3, higher_is="worse")
    >>> verdict.code, verdict.interval_95
    ('no_meaningful_change', (-2.0, 1.0))
    """

    code: VerdictCode
    interval_95: Interval
    interval_90: Interval
    smallest_change: float
    higher_is: Direction
    reason: str = ""


def reach_verdict(
    *,
    interval_95: Interval | None,
    interval_90: Interval | None,
    smallest_change: float | None,
    higher_is: Direction,
    reason: str = "no_interval",
) -> Verdict:
    """Judge a change by its intervals and the smallest change that matters.

    With (L, U) the 95% and (l, u) the 90% interval, both turned so that positive is good, and
    m > 0 the smallest change that matters:

    ========================= ==================================================
    ``improved_meaningfully`` L > 0 and L >= m
    ``improved_trivially``    L > 0 and u < m
    ``improved``              L > 0, neither of these
    ``no_meaningful_change``  L <= 0 <= U, l > -m and u < m
    ``inconclusive``          L <= 0 <= U, otherwise
    ``worsened...``           the mirror images of ``improved...``
    ``not_estimated``         no interval, or no m where one is needed
    ========================= ==================================================

    When 0 lies outside (L, U) the direction is certain without m, and how much it matters is
    not: without m the verdict is then ``improved`` or ``worsened``. When 0 lies inside, m is
    needed to tell "no change that matters" from "not enough evidence".

    Parameters
    ----------
    interval_95, interval_90 : (float, float) or None
        Of the mean change, post minus pre in scale points, raw sign. None or NaN: no interval.
    smallest_change : float or None
        m, in scale points, above 0.
    higher_is : {"better", "worse"}
        Direction of the questionnaire.
    reason : str, default "no_interval"
        Code that a verdict without an interval carries, for instance the reason of the estimate.

    Returns
    -------
    Verdict
        With ``reason`` `reason` or ``"no_smallest_change"`` when nothing can be said.

    Raises
    ------
    StatisticsError
        If m is not above 0, limits are reversed, the 90% interval is not inside the 95%
        interval, or `higher_is` is neither word.

    References
    ----------
    Altman & Bland (1995). Absence of evidence is not evidence of absence. BMJ 311, 485.
    Schuirmann (1987), for the use of the 90% interval.

    Examples
    --------
    >>> reach_verdict(interval_95=(-6.1, -3.2), interval_90=(-5.9, -3.4),
    ...               smallest_change=3, higher_is="worse").code
    'improved_meaningfully'
    """
    if higher_is not in ("better", "worse"):
        raise StatisticsError(
            f"higher_is is {higher_is!r}.", expected="'better' or 'worse'", fix="see the plan."
        )
    m = math.nan if smallest_change is None else _above_zero(smallest_change, "smallest_change")
    outer, inner = _turned(interval_95, higher_is), _turned(interval_90, higher_is)
    code: VerdictCode = "not_estimated"
    why = reason
    if not any(map(math.isnan, (*outer, *inner))):
        _refuse_unless_nested(outer, inner)
        code = _code(outer, inner, m)
        why = "no_smallest_change" if code == "not_estimated" else ""
    return Verdict(
        code=code,
        interval_95=outer,
        interval_90=inner,
        smallest_change=m,
        higher_is=higher_is,
        reason=why,
    )


def _code(outer: Interval, inner: Interval, m: float) -> VerdictCode:
    """The table of `reach_verdict`; comparisons with an m that is NaN are all False."""
    (L, U), (l, u) = outer, inner  # noqa: E741 -- the letters of the table
    if L > 0:
        if m <= L:
            return "improved_meaningfully"
        return "improved_trivially" if u < m else "improved"
    if U < 0:
        if m <= -U:
            return "worsened_meaningfully"
        return "worsened_trivially" if -l < m else "worsened"
    if math.isnan(m):
        return "not_estimated"
    return "no_meaningful_change" if l > -m and u < m else "inconclusive"


def _turned(interval: Interval | None, higher_is: Direction) -> Interval:
    """The interval with positive as good; two NaN when there is none."""
    if interval is None or any(map(math.isnan, interval)):
        return _NONE
    low, high = interval
    # Adding 0.0 turns a minus zero into zero.
    return (0.0 - high, 0.0 - low) if higher_is == "worse" else (low + 0.0, high + 0.0)


def _refuse_unless_nested(outer: Interval, inner: Interval) -> None:
    """A 90% interval of the same estimate lies inside the 95% interval."""
    if not outer[0] <= inner[0] <= inner[1] <= outer[1]:
        raise StatisticsError(
            f"The 90% interval {inner} does not lie inside the 95% interval {outer}.",
            expected="two intervals of the same estimate, lower limit first",
            fix="check that the two have not been exchanged.",
        )


def _above_zero(value: float, name: str) -> float:
    """A finite number above zero; anything else is refused."""
    if not (math.isfinite(value) and value > 0):
        raise StatisticsError(
            f"{name} is {value!r}.",
            expected="a number of scale points above 0",
            fix="give its size without a sign, or leave it out.",
        )
    return float(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallestChange:
    """The smallest change that matters, and whose choice it is.

    Attributes
    ----------
    value : float
        In scale points, above 0.
    origin : {"plan", "questionnaire", "software"}
        "questionnaire": meant for individuals; "software": a yardstick chosen by the software.
    capped : bool
        True when the questionnaire's value was larger than half a baseline SD and was lowered.

    Examples
    --------
    >>> smallest_change_that_matters(plan=3).origin
    'plan'
    """

    value: float
    origin: Literal["plan", "questionnaire", "software"]
    capped: bool = False


def smallest_change_that_matters(
    *, plan: float | None = None, mcid: float | None = None, sd_pre: float | None = None
) -> SmallestChange | None:
    """The smallest change that matters: from the plan, else the questionnaire, else the SD.

    1. `plan`, as promised.
    2. `mcid`, but never above half a baseline SD: it is meant for individuals, and a mean moves
       less than a person does.
    3. 0.2 baseline SD.

    The last two need a baseline SD above 0; without one, and without a plan, the answer is None.
    Reliable change is for individuals only and never comes in here.

    Parameters
    ----------
    plan : float, optional
        The plan's ``smallest_change`` in scale points.
    mcid : float, optional
        The questionnaire's minimal important difference in scale points. Give it only when the
        registry marks it verified.
    sd_pre : float, optional
        Baseline SD in scale points; NaN and None mean unknown.

    Returns
    -------
    SmallestChange or None
        None when no rule applies.

    Raises
    ------
    StatisticsError
        If `plan` or `mcid` is not a number above 0, or `sd_pre` is negative or infinite.

    Examples
    --------
    >>> smallest_change_that_matters(mcid=5, sd_pre=6)
    SmallestChange(value=3.0, origin='questionnaire', capped=True)
    >>> smallest_change_that_matters(sd_pre=6).origin
    'software'
    """
    if sd_pre is not None and (sd_pre < 0 or math.isinf(sd_pre)):
        raise StatisticsError(
            f"sd_pre is {sd_pre!r}.",
            expected="a standard deviation in scale points",
            fix="give the SD of the baseline scores, or leave it out.",
        )
    if plan is not None:
        return SmallestChange(value=_above_zero(plan, "plan"), origin="plan")
    published = None if mcid is None else _above_zero(mcid, "mcid")
    if sd_pre is None or not sd_pre > 0:
        return None
    if published is None:
        return SmallestChange(value=0.2 * sd_pre, origin="software")
    half = sd_pre / 2
    return SmallestChange(
        value=min(published, half), origin="questionnaire", capped=published > half
    )
