"""Planning questions: of three quantities two are given, and the third is found."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from peereval.errors import StatisticsError

if TYPE_CHECKING:
    from collections.abc import Callable

LARGEST = 1e12
"""No evaluation has more people; nor does a search go on beyond as many first steps."""


SMALLEST_ALPHA = 1e-100
"""Below this the quantiles of t with one degree of freedom leave the number range."""


class PlanningError(StatisticsError):
    """A planning question that has no answer, or is not put in full."""


def check_one_unknown(**given: float | None) -> None:
    """Refuse a question that leaves out none of its quantities, or more than one."""
    missing = [name for name, value in given.items() if value is None]
    if len(missing) == 1:
        return
    names = list(given)
    listed = f"{', '.join(names[:-1])} and {names[-1]}"
    left_out = f"{' and '.join(missing)} are left out" if missing else "all of them are given"
    raise PlanningError(
        f"Of {listed}, {left_out}.",
        expected=f"{len(names) - 1} of the {len(names)}; the one left out is the answer",
        fix=f"give {names[0]} and {names[1]} to get {names[2]}, or {names[0]} and {names[2]} to "
        f"get {names[1]}.",
    )


def finite(name: str, value: float) -> float:
    """The value as a float; anything but a finite number is refused."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if math.isfinite(number):
        return number
    raise PlanningError(f"{name} is {value!r}.", expected="a finite number")


def positive(name: str, value: float) -> float:
    """The value as a float; zero and less are refused."""
    number = finite(name, value)
    if number > 0:
        return number
    raise PlanningError(f"{name} is {value!r}.", expected="a number above 0")


def between(name: str, value: float, low: float, high: float) -> float:
    """The value as a float, which must lie strictly between two limits."""
    number = finite(name, value)
    if low < number < high:
        return number
    raise PlanningError(
        f"{name} is {value!r}.", expected=f"a number above {low:g} and below {high:g}"
    )


def share(name: str, value: float) -> float:
    """The value as a float, which must be 0 or more and below 1."""
    number = finite(name, value)
    if 0 <= number < 1:
        return number
    raise PlanningError(
        f"{name} is {value!r}.",
        expected="a share, from 0 to below 1",
        fix="write 0.3 for 30%.",
    )


def solve_rising(
    rising: Callable[[float], float], target: float, low: float, step: float, no_answer: str
) -> float:
    """The argument, at least `low`, at which a rising function reaches a value.

    Parameters
    ----------
    rising : callable
        Of one number.
    target : float
        The value to be reached.
    low : float
        Smallest argument there is; it is the answer where the value there is high enough.
    step : float
        Size of the first step upwards, which is doubled until the value is reached.
    no_answer : str
        What to say where it is not reached within `LARGEST` steps.

    Returns
    -------
    float

    Raises
    ------
    PlanningError
        If it is not reached.

    Examples
    --------
    >>> round(solve_rising(lambda x: x * x, 2.0, 0.0, 0.1, "no root"), 6)
    1.414214
    """
    from scipy.optimize import brentq

    if rising(low) >= target:
        return low
    below, reach = low, step
    while rising(low + reach) < target:
        below, reach = low + reach, 2 * reach
        if reach > LARGEST * step:
            raise PlanningError(
                no_answer, fix="plan for a larger change, for less power or for a larger alpha."
            )
    high = low + reach
    return float(brentq(lambda x: rising(x) - target, below, high, xtol=1e-14 * high, rtol=1e-14))
