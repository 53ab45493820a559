"""Who counts as a case: a published cut-off and the side of it that is clinical."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from peereval.errors import StatisticsError
from peereval.stats.individuals.thresholds import passes, reaches

if TYPE_CHECKING:
    from peereval.stats.individuals.thresholds import Flags
    from peereval.typing import Direction, FloatArray

CaseRule: TypeAlias = Literal[">=", ">", "<=", "<"]
"""Side of a cut-off on which a score is a case."""

_RULES: tuple[CaseRule, ...] = (">=", ">", "<=", "<")


@dataclass(frozen=True, slots=True, kw_only=True)
class Caseness:
    """A cut-off with its rule, e.g. a case is a score of at least 10 (``>=``).

    Attributes
    ----------
    value : float
        In scale points.
    rule : {">=", ">", "<=", "<"}
        Side of `value` on which a score is a case.

    Raises
    ------
    StatisticsError
        If the value is not finite, or there is no such rule.

    Examples
    --------
    >>> Caseness(value=10, rule=">=").is_case(np.array([9.0, 10.0])).tolist()
    [False, True]
    """

    value: float
    rule: CaseRule

    def __post_init__(self) -> None:
        if self.rule not in _RULES or not math.isfinite(self.value):
            raise StatisticsError(
                f"A case cannot be a score {self.rule} {self.value}.",
                expected="a finite number and one of >=, >, <= and <",
                fix="give the cut-off as its publication does.",
            )

    def is_case(self, scores: FloatArray) -> Flags:
        """Whether scores are those of a case; NaN is none. Rounding as in `thresholds`."""
        size = np.abs(scores)
        match self.rule:
            case ">=":
                return reaches(scores, self.value, size)
            case ">":
                return passes(scores, self.value, size)
            case "<=":
                return reaches(-scores, -self.value, size)
            case "<":
                return passes(-scores, -self.value, size)

    def __str__(self) -> str:
        return f"{self.rule} {self.value:g}"


def as_caseness(given: Caseness | float, higher_is: Direction) -> Caseness:
    """The rule of a bare number: a score at the cut-off is a case, as is one on the bad side.

    Raises
    ------
    StatisticsError
        If the rule calls the good side of the scale cases.

    Examples
    --------
    >>> print(as_caseness(10, "worse"), as_caseness(50, "better"))
    >= 10 <= 50
    """
    if not isinstance(given, Caseness):
        return Caseness(value=float(given), rule=">=" if higher_is == "worse" else "<=")
    if (given.rule[0] == ">") != (higher_is == "worse"):
        raise StatisticsError(
            f"A case would be a score {given}, but higher is {higher_is}.",
            expected="cases on the bad side of the cut-off",
            fix="check the rule and higher_is.",
        )
    return given
