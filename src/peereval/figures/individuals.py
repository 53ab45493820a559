"""Individuals, before against after: classes of scores, never a person's own scores."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from peereval.figures import style
from peereval.figures.picture import Picture, new_figure
from peereval.results.format import at, listing

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from peereval.results.facts import EvaluationFacts, OutcomeFacts
    from peereval.results.ledger import Ledger, LedgerRow

_COLUMNS = 3
# Steps of shading by number of people; a hidden cell has its own, hatched.
_STEPS = ((1, "#dce9f3"), (10, "#a6c8e2"), (20, "#5f9fcb"), (40, "#0072b2"))


def draw_individuals(ledger: Ledger, facts: EvaluationFacts) -> Picture | None:
    """Draw people by class of score before and after, one panel per outcome.

    Parameters
    ----------
    ledger : Ledger
        Disclosed rows.
    facts : EvaluationFacts
        The plan's facts.

    Returns
    -------
    Picture or None
        None when no outcome has a pair of scores.
    """
    drawn = [o for o in facts.outcomes if len(_cells(ledger, o))]
    if not drawn:
        return None
    n_rows = math.ceil(len(drawn) / _COLUMNS)
    with style.figure_style():
        figure = new_figure(height=0.35 + 2.85 * n_rows)
        axes = figure.subplots(n_rows, _COLUMNS, squeeze=False).ravel()
        for ax, outcome in zip(axes, drawn, strict=False):
            _panel(ax, outcome, _cells(ledger, outcome), facts)
        for ax in axes[len(drawn) :]:
            style.bare(ax)
    return Picture(
        name="individuals",
        title="People by their score before and after",
        figure=figure,
        alt=_alt(ledger, drawn),
        caption=(
            f"Each square counts people by their score {at(facts.first_wave)} (across) and "
            f"{at(facts.last_wave)} (up); n in each square. {_unseen(ledger, drawn)} On the solid line "
            "nothing changed; between the dashed lines a change is no more than "
            "the questionnaire's measurement error (drawn where a threshold is published). The "
            "arrow beside each panel points towards better."
        ),
    )


def _unseen(ledger: Ledger, drawn: list[OutcomeFacts]) -> str:
    """What stands for numbers too small to show; where zeros are hidden too, nothing does."""
    if any(row.suppressed for o in drawn for row in _cells(ledger, o)):
        return "Hatched: a number too small to show; blank: nobody."
    return "Blank: nobody, or a number too small to show."


def _cells(ledger: Ledger, outcome: OutcomeFacts) -> list[LedgerRow]:
    """Rows that count people by class before and after."""
    return list(ledger.where(outcome=outcome.name, analysis="distribution"))


def _limits(text: str) -> tuple[float, float]:
    """Limits of a class from its name, ``"5 to 10"``."""
    low, _, high = text.partition(" to ")
    return float(low), float(high)


def _shade(n: float) -> str:
    """Colour of a square that holds n people."""
    return next(colour for least, colour in reversed(_STEPS) if n >= least)


def _panel(ax: Axes, outcome: OutcomeFacts, cells: list[LedgerRow], facts: EvaluationFacts) -> None:
    """One outcome: squares, the line of no change and the zone of no reliable change."""
    from matplotlib.patches import Rectangle
    from matplotlib.patheffects import withStroke

    limits = []
    for row in cells:
        before, after = (_limits(part) for part in row.level.split(" | "))
        limits += [*before, *after]
        hidden = row.suppressed
        square = Rectangle(
            (before[0], after[0]),
            before[1] - before[0],
            after[1] - after[0],
            facecolor=style.ZONE if hidden else _shade(row.value),
            edgecolor=style.GRID if hidden else style.WHITE,
            hatch="////" if hidden else None,
            linewidth=0.8,
        )
        ax.add_patch(square)
        if not hidden:
            dark = row.value >= _STEPS[-1][0]
            # The outline keeps a number readable where a line crosses its square.
            outline = [withStroke(linewidth=2.5, foreground=_shade(row.value))]
            ax.text(
                sum(before) / 2,
                sum(after) / 2,
                f"{row.value:.0f}",
                ha="center",
                va="center",
                fontsize=8,
                color=style.WHITE if dark else style.INK,
                zorder=5,
                path_effects=outline,
            )
    low, high = min(limits), max(limits)
    line = np.array([low, high])
    ax.plot(line, line, color=style.INK, linewidth=1.0, zorder=3)
    if outcome.reliable_change is not None:
        for side in (-1, 1):
            ax.plot(
                line,
                line + side * outcome.reliable_change,
                color=style.INK,
                linewidth=0.9,
                linestyle=(0, (4, 3)),
            )
    ax.set(xlim=(low, high), ylim=(low, high), aspect="equal")
    ax.set_title(style.wrapped(outcome.short_label, 22), fontsize=9.5)
    ax.set_xlabel(style.wrapped(facts.first_wave, 28), fontsize=8.5)
    better = "\N{UPWARDS ARROW}" if outcome.good == 1 else "\N{DOWNWARDS ARROW}"
    ax.set_ylabel(f"{style.wrapped(facts.last_wave, 24)}\n{better} better", fontsize=8.5)
    ax.tick_params(labelsize=8.5)


def _alt(ledger: Ledger, drawn: list[OutcomeFacts]) -> str:
    """The figure in words: where most people are."""
    parts = []
    for outcome in drawn:
        cells = [r for r in _cells(ledger, outcome) if not r.suppressed]
        largest = sorted(cells, key=lambda r: (-r.value, r.level))[:3]
        words = [
            f"{row.value:.0f} people who scored {row.level.replace(' | ', ' before and ')} after"
            for row in largest
        ]
        text = (
            f"largest squares: {listing(words)}" if words else "every square is too small to show"
        )
        parts.append(f"{outcome.label}: {text}.")
    return "People by class of score before and after. " + " ".join(parts)
