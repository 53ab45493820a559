"""One estimated quantity, with everything a reader needs to check it."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """One estimated quantity with its interval and test.

    Attributes
    ----------
    name : str
        Machine name of the statistic, e.g. ``"mean_change"``.
    value : float
        Point estimate, in `unit`; NaN when only a test was made.
    n : int
        Number of people (or pairs) the estimate rests on.
    unit : str
        ``"scale points"``, ``"SD of change"``, ...
    method : str
        How it was made, in words fit for a footnote.
    ci_low, ci_high, ci_level : float
        Interval limits in `unit` and their level; NaN when there is no interval.
    statistic, df, p_value : float
        Test statistic, its degrees of freedom and the p-value; NaN when there is no test.
    source : str
        Publication the method is from.
    """

    name: str
    value: float
    n: int
    unit: str
    method: str
    ci_low: float = math.nan
    ci_high: float = math.nan
    ci_level: float = math.nan
    statistic: float = math.nan
    df: float = math.nan
    p_value: float = math.nan
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotEstimated:
    """A quantity that could not be computed, and why.

    Attributes
    ----------
    name : str
        Machine name of the statistic.
    reason : str
        Code of the reason, e.g. ``"fewer_than_two_pairs"``.
    n : int
        Number of people there were.
    """

    name: str
    reason: str
    n: int = 0
