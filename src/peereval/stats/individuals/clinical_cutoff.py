"""Where the clinical range ends: the cut-offs a, b and c of Jacobson & Truax."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from peereval.errors import StatisticsError

if TYPE_CHECKING:
    from peereval.typing import Direction

CutoffName: TypeAlias = Literal["a", "b", "c"]
"""Two SDs beyond the clinical mean; within two SDs of the functional mean; between the two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """Mean and SD of scores in a population, in scale points."""

    mean: float
    sd: float


def clinical_cutoffs(
    clinical: Population, functional: Population | None, higher_is: Direction
) -> dict[CutoffName, float]:
    r"""The cut-offs a, b and c, in scale points.

    With higher scores better (otherwise the signs of the SDs turn):

    .. math::
        a = M_{clin} + 2 s_{clin} \qquad b = M_{func} - 2 s_{func} \qquad
        c = \frac{s_{clin} M_{func} + s_{func} M_{clin}}{s_{clin} + s_{func}}

    b is defined on the functional population, so its SD is the functional one.

    Parameters
    ----------
    clinical : Population
        The people before.
    functional : Population or None
        People who are well; without them there is a alone.
    higher_is : {"better", "worse"}
        Which side is the functional one.

    Returns
    -------
    dict of str to float
        By name, those that can be had.

    References
    ----------
    Jacobson & Truax (1991). Clinical significance: a statistical approach to defining meaningful
    change in psychotherapy research. Journal of Consulting and Clinical Psychology 59, 12-19.

    Examples
    --------
    >>> clinical, functional = Population(mean=40, sd=7.5), Population(mean=60, sd=7.5)
    >>> clinical_cutoffs(clinical, functional, "better")
    {'a': 55.0, 'b': 45.0, 'c': 50.0}
    """
    good = 1 if higher_is == "better" else -1
    found: dict[CutoffName, float] = {"a": clinical.mean + good * 2 * clinical.sd}
    if functional is not None:
        found["b"] = functional.mean - good * 2 * functional.sd
        # A mean of the two means, weighted so that no product leaves the number range.
        weight = clinical.sd / (clinical.sd + functional.sd)
        found["c"] = weight * functional.mean + (1 - weight) * clinical.mean
    return found


def functional_population(mean: float | None, sd: float | None) -> Population | None:
    """The functional population, or None when nothing is known of it.

    Raises
    ------
    StatisticsError
        If one of the two is missing, not finite, or the SD is not above zero.
    """
    if mean is None and sd is None:
        return None
    if mean is None or sd is None:
        missing = "functional_mean" if mean is None else "functional_sd"
        raise StatisticsError(
            f"{missing} is missing.",
            expected="the mean and the SD of people who are well",
            fix=f"give {missing} too, or neither.",
        )
    if not (math.isfinite(mean) and math.isfinite(sd) and sd > 0):
        raise StatisticsError(
            f"functional_mean is {mean!r} and functional_sd is {sd!r}.",
            expected="finite numbers, the SD above 0",
            fix="take both from a publication about people who are well.",
        )
    return Population(mean=float(mean), sd=float(sd))
