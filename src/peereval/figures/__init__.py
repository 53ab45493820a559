"""Figures of the report, drawn from ledger rows and disclosed summaries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from peereval.errors import PeerEvalError, did_you_mean

if TYPE_CHECKING:
    from peereval.figures.picture import Picture
    from peereval.results.facts import EvaluationFacts
    from peereval.results.ledger import Ledger

FIGURES = ("flow", "windows", "change", "regions", "individuals")


class FigureError(PeerEvalError):
    """A figure is unknown, or the evaluation has nothing to draw in it."""


def draw(name: str, ledger: Ledger, facts: EvaluationFacts) -> Picture | None:
    """Draw a figure by its name.

    Parameters
    ----------
    name : {"flow", "windows", "change", "regions", "individuals"}
        Which figure.
    ledger : Ledger
        Disclosed rows.
    facts : EvaluationFacts
        The plan's facts.

    Returns
    -------
    Picture or None
        None where the evaluation has nothing to show in it, e.g. no regions.

    Raises
    ------
    FigureError
        If there is no figure of that name.
    """
    if name == "flow":
        from peereval.figures.flow import draw_flow

        return draw_flow(ledger, facts)
    if name == "windows":
        from peereval.figures.windows import draw_windows

        return draw_windows(ledger, facts) if facts.dated else None
    if name == "change":
        from peereval.figures.change import draw_change

        return draw_change(ledger, facts)
    if name == "regions":
        from peereval.figures.regions import draw_regions

        return draw_regions(ledger, facts) if facts.regions else None
    if name == "individuals":
        from peereval.figures.individuals import draw_individuals

        return draw_individuals(ledger, facts)
    raise FigureError(f"There is no figure '{name}'.", fix=did_you_mean(name, FIGURES))
