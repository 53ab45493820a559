"""What data that are there already tell a planner: the spread of change, outcome by outcome."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from peereval.analysis.evaluation import Evaluation


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeFound:
    """What one outcome of an evaluation gives to plan the next one by.

    Attributes
    ----------
    label : str
        Name of the outcome for readers.
    places : int
        Decimals that suit its scale.
    n : int or None
        People with both scores, as the disclosure profile shows them.
    sd_change : float
        SD of their change in scale points; NaN where it is hidden or there is none.
    sd_low, sd_high : float
        Its 95% interval, for changes that are normally distributed.
    smallest_change : float
        Smallest change that matters, in scale points; NaN where it is hidden or there is none.
    origin : str
        Where that is from: ``"plan"``, ``"questionnaire"`` or ``"software"``.
    hidden : bool
        Whether it is the disclosure profile that leaves numbers out.
    """

    label: str
    places: int
    n: int | None
    sd_change: float
    sd_low: float
    sd_high: float
    smallest_change: float
    origin: str
    hidden: bool

    @property
    def answers(self) -> bool:
        """Whether there is anything to plan with."""
        return self.n is not None and self.sd_change > 0


def changes_found(evaluation: Evaluation) -> list[ChangeFound]:
    """The spread of change in every outcome, as the plan's disclosure profile lets it be shown.

    Parameters
    ----------
    evaluation : Evaluation
        What `evaluate` returned.

    Returns
    -------
    list of ChangeFound

    Examples
    --------
    >>> import peereval as pe
    >>> (bdi,) = changes_found(pe.evaluate(pe.read_study(*pe.sample("beat_the_blues"))))
    >>> bdi.n, round(bdi.sd_change, 1), round(bdi.smallest_change, 1), bdi.origin
    (97, 9.5, 2.2, 'software')
    """
    ledger = evaluation.disclosed
    found = []
    for outcome in evaluation.facts.outcomes:
        spread = ledger.get(
            outcome.name, "sd_change", analysis="paired", contrast=evaluation.facts.contrast
        )
        smallest = ledger.get(outcome.name, "smallest_change", analysis="verdict")
        n = None if spread is None else spread.n
        sd = math.nan if spread is None else spread.value
        low, high = _interval(sd, n)
        notes = smallest.notes if smallest else ()
        found.append(
            ChangeFound(
                label=outcome.label,
                places=outcome.places,
                n=n,
                sd_change=sd if sd > 0 else math.nan,
                sd_low=low,
                sd_high=high,
                smallest_change=math.nan if smallest is None else smallest.value,
                origin=next((n.removeprefix("origin:") for n in notes if n[:7] == "origin:"), ""),
                hidden=any(row is not None and row.suppressed for row in (spread, smallest)),
            )
        )
    return found


def _interval(sd: float, n: int | None) -> tuple[float, float]:
    """The 95% interval of an SD: df s^2 / sigma^2 is a chi-square."""
    from scipy.special import chdtri

    if n is None or not sd > 0:
        return math.nan, math.nan
    low, high = (sd * math.sqrt((n - 1) / float(chdtri(n - 1, p))) for p in (0.025, 0.975))
    return low, high
