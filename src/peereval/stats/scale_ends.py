"""Floor and ceiling: people at the ends of a scale, who cannot show all change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from peereval.errors import StatisticsError
from peereval.results.estimate import Estimate, NotEstimated
from peereval.stats.pairs import score_vector
from peereval.stats.proportions import wilson_interval

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

_NEAR = 1e-9
"""Share of the range within which a score is at its end; prorated scores carry rounding."""


def shares_at_ends(
    scores: ArrayLike, *, low: float, high: float, ci_level: float = 0.95
) -> tuple[Estimate | NotEstimated, Estimate | NotEstimated]:
    """Share of people at the lowest and at the highest possible score, with Wilson's interval.

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
        ``share_at_lowest`` and ``share_at_highest``, between 0 and 1.

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
    >>> floor, ceiling = shares_at_ends([0, 3, 9, 0, 5, None], low=0, high=27)
    >>> f"{floor.value:.0%} ({floor.ci_low:.0%} to {floor.ci_high:.0%})", ceiling.value
    ('40% (12% to 77%)', 0.0)
    """
    if not (np.isfinite(low) and np.isfinite(high) and low < high):
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
    counts = (int((found <= low + near).sum()), int((found >= high - near).sum()))
    names = ("share_at_lowest", "share_at_highest")
    if not found.size:
        lowest, highest = (NotEstimated(name=name, reason="too_few_scores") for name in names)
        return lowest, highest
    lowest_share, highest_share = (
        _share(name, k, found.size, ci_level) for name, k in zip(names, counts, strict=True)
    )
    return lowest_share, highest_share


def _share(name: str, k: int, n: int, ci_level: float) -> Estimate:
    """One share with its interval."""
    low, high = wilson_interval(k, n, ci_level)
    return Estimate(
        name=name,
        value=k / n,
        ci_low=low,
        ci_high=high,
        ci_level=ci_level,
        n=n,
        unit="share of people",
        method="people at the end of the scale; Wilson interval",
        source="Terwee et al. (2007); interval: Wilson (1927)",
    )
