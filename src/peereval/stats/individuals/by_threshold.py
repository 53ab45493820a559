"""Change of single people by a published threshold in scale points."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, get_args

import numpy as np

from peereval.errors import StatisticsError
from peereval.stats.basics.choices import check_choice
from peereval.stats.basics.pairs import complete_pairs
from peereval.stats.individuals.caseness import Caseness, as_caseness
from peereval.stats.individuals.individual_result import IndividualChange, categories
from peereval.stats.individuals.thresholds import passes, reaches
from peereval.typing import Direction

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def change_by_threshold(
    pre: ArrayLike,
    post: ArrayLike,
    *,
    threshold: float,
    caseness: Caseness | float | None = None,
    higher_is: Direction = "better",
    inclusive: bool = True,
) -> IndividualChange:
    """Change of every person by a published threshold in scale points, as services count it.

    Parameters
    ----------
    pre, post : array_like of float, shape (people,)
        Scores in scale points, NaN where missing; people without both are left out and counted.
    threshold : float
        Change that is more than measurement error, above 0.
    caseness : Caseness or float, optional
        Who is a case; a bare number counts a score at the cut-off as a case. **Recovered** is
        then a case before, no case after, and better by the threshold; **harmed** is no case
        before, a case after, and worse by the threshold.
    higher_is : {"better", "worse"}
        What a higher score means.
    inclusive : bool, default True
        Whether a change of exactly the threshold counts (``>=``), as NHS England counts it.

    Returns
    -------
    IndividualChange
        Its index is the change in scale points, and its critical value the threshold.

    Raises
    ------
    UnmatchedPairsError, StatisticsError
        If the scores are not pairs, the threshold is not above 0, or the caseness calls the good
        side of the scale cases.

    Examples
    --------
    >>> phq9 = change_by_threshold([15, 12, 8, 20], [9, 11, 14, 16], threshold=6, caseness=10,
    ...                            higher_is="worse")
    >>> phq9.category.tolist()
    ['recovered', 'unchanged', 'harmed', 'unchanged']
    """
    check_choice(higher_is, "higher_is", get_args(Direction))
    check_threshold(threshold)
    pairs = complete_pairs(pre, post)
    good = 1 if higher_is == "better" else -1
    beyond = reaches if inclusive else passes
    size = np.maximum(np.abs(pairs.pre), np.abs(pairs.post))
    rule = None if caseness is None else as_caseness(caseness, higher_is)
    before = np.zeros(pairs.n, dtype=bool) if rule is None else rule.is_case(pairs.pre)
    after = before if rule is None else rule.is_case(pairs.post)
    words = "at least" if inclusive else "more than"
    sign = ">=" if inclusive else ">"
    return IndividualChange(
        index=pairs.change,
        category=categories(
            better=beyond(good * pairs.change, threshold, size),
            worse=beyond(-good * pairs.change, threshold, size),
            recovering=before & ~after,
            falling_ill=~before & after,
        ),
        cutoff=None if rule is None else rule.value,
        cutoffs={},
        critical=float(threshold),
        n=pairs.n,
        n_excluded=pairs.n_excluded,
        kept=pairs.kept,
        method=f"reliable change: {words} {threshold:g} points either way ({sign})"
        + ("" if rule is None else f"; case: a score {rule}"),
        source="",
    )


def check_threshold(threshold: float) -> None:
    """Refuse a threshold that is not a number of points above 0."""
    if not (math.isfinite(threshold) and threshold > 0):
        raise StatisticsError(
            f"The threshold is {threshold!r}.",
            expected="a number of scale points above 0",
            fix="give the reliable change of the questionnaire.",
        )
