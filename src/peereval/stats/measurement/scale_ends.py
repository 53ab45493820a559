"""Floor and ceiling: people at the ends of a scale, who cannot show all change."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from peereval.errors import StatisticsError
from peereval.results.estimate import Estimate, NotEstimated
from peereval.stats.basics.pairs import score_vector
from peereval.stats.basics.proportions import WILSON, WILSON_SOURCE, percentage

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

_NEAR = 1e-9
"""Share of the range within which a score is at its end; prorated scores carry rounding."""


def percent_at_ends(
    scores: ArrayLike, *, low: float, high: float, ci_level: float = 0.95
) -> tuple[Estimate | NotEstimated, Estimate | NotEstimated]:
    """Per cent of people at the lowest and at the highest possible score, with Wilson's interval.

    More than 15% at an end is taken as a floor or ceiling effect (Terwee et al. 2007).

    Parameters
    ----------
    scores : array_like of float, shape (n,)
        In scale points, NaN where missing; those are left out.
    low, high : float
        Lowest and highest possible score.
    ci_level : float, default 0.95
        Confidence level.

    Returns
    -------
    tuple of Estimate or NotEstimated
        ``percent_at_lowest`` and ``percent_at_highest``.

    Raises
    ------
    StatisticsError
        If a score lies outside the scale, or scores or ends are not finite numbers in order.

    References
    ----------
    Terwee et al. (2007). Quality criteria were proposed for measurement properties of health
    status questionnaires. Journal of Clinical Epidemiology 60, 34-42.

    Examples
    --------
    >>> floor, ceiling = percent_at_ends([0, 3, 9, 0, 5, None], low=0, high=27)
    >>> f"{floor.value:.0f}% ({floor.ci_low:.0f} to {floor.ci_high:.0f})", ceiling.value
    ('40% (12 to 77)', 0.0)
    """
    if not (low < high and math.isfinite(high - low)):
        raise StatisticsError(
            f"The scale runs from {low!r} to {high!r}.", expected="two finite numbers in order"
        )
    found = score_vector(scores, "given")
    found = found[~np.isnan(found)]
    near = _NEAR * (high - low)
    outside = int(((found < low - near) | (found > high + near)).sum())
    if outside:
        raise StatisticsError(
            f"{outside} of {found.size} scores lie outside {low:g} to {high:g}.",
            expected="scores that the scale can take",
            fix="check the range, or the scores.",
        )
    at_low = _percent("percent_at_lowest", found <= low + near, ci_level)
    return at_low, _percent("percent_at_highest", found >= high - near, ci_level)


def _percent(name: str, there: NDArray[np.bool_], ci_level: float) -> Estimate | NotEstimated:
    """The percentage at one end."""
    found = percentage(name, int(there.sum()), there.size, ci_level)
    if isinstance(found, NotEstimated):
        return found
    return replace(
        found,
        method=f"people at the end of the scale; {WILSON}",
        source=f"Terwee et al. (2007); interval: {WILSON_SOURCE}",
    )
