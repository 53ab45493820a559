"""Change by region: one panel per outcome, everyone and each region."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from peereval.figures import style
from peereval.figures.change import (
    AXIS,
    draw_interval,
    n_text,
    relative_row,
    say_missing,
    turned,
    verdict_row,
)
from peereval.figures.flow import group_name
from peereval.figures.picture import Picture, new_figure
from peereval.results.format import interval, signed

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from peereval.results.facts import EvaluationFacts, OutcomeFacts
    from peereval.results.ledger import Ledger

_COLUMNS = 2
_LABEL = 24


def draw_regions(ledger: Ledger, facts: EvaluationFacts) -> Picture:
    """Draw the mean change of every outcome for everyone and by region.

    Parameters
    ----------
    ledger : Ledger
        Disclosed rows.
    facts : EvaluationFacts
        The plan's facts.

    Returns
    -------
    Picture
    """
    columns = min(_COLUMNS, len(facts.outcomes))
    n_rows = math.ceil(len(facts.outcomes) / columns)
    lines = [
        style.wrapped(f"{group_name(g)} (n = 00)", _LABEL).count("\n") + 1 for g in facts.groups
    ]
    height = n_rows * (0.65 + 0.13 * len(lines) + 0.15 * sum(lines)) + 0.4
    with style.figure_style():
        figure = new_figure(height=height)
        axes = figure.subplots(n_rows, columns, squeeze=False, sharex=True).ravel()
        reach = 1.5
        for ax, outcome in zip(axes, facts.outcomes, strict=False):
            reach = max(reach, _panel(ax, ledger, facts, outcome))
        for ax in axes[: len(facts.outcomes)]:
            ax.set_xlim(-reach * 1.08, reach * 1.08)
        # The last panel of each column carries the numbers of the axis it shares.
        for ax in axes[max(0, len(facts.outcomes) - columns) : len(facts.outcomes)]:
            ax.tick_params(axis="x", labelbottom=True)
        for ax in axes[len(facts.outcomes) :]:
            style.bare(ax)
        figure.supxlabel(AXIS, fontsize=9.5)
    return Picture(
        name="regions",
        title="Mean change by region",
        figure=figure,
        alt=_alt(ledger, facts),
        caption=(
            "Mean change with its 95% interval, in multiples of the smallest change that matters "
            "(dashed lines); right is better. Triangle: improved or worsened; square: no change "
            "that matters; circle: inconclusive; hollow: exploratory. n beside each name: the people "
            "whose scores it rests on, also those who answered once. Results of single regions are "
            "exploratory."
        ),
    )


def _panel(ax: Axes, ledger: Ledger, facts: EvaluationFacts, outcome: OutcomeFacts) -> float:
    """One outcome; returns how far it reaches from zero."""
    reach = 0.0
    labels = []
    for i, group in enumerate(facts.groups):
        verdict = verdict_row(ledger, outcome.name, group)
        relative = relative_row(ledger, facts, outcome.name, group)
        if relative is None or verdict is None:
            say_missing(ax, -i, verdict)
            labels.append(style.wrapped(group_name(group), _LABEL))
            continue
        change = turned(relative, outcome)
        draw_interval(ax, -i, change, verdict)
        reach = max(reach, *(abs(limit) for limit in change[1:]))
        labels.append(style.wrapped(f"{group_name(group)} ({n_text(verdict)})", _LABEL))
    ax.axvspan(-1, 1, color=style.ZONE, zorder=0, linewidth=0)
    ax.axvline(0, color=style.INK, linewidth=1.0, zorder=1)
    for edge in (-1, 1):
        ax.axvline(edge, color=style.MUTED, linewidth=0.8, linestyle=(0, (4, 3)), zorder=1)
    ax.set_title(style.wrapped(outcome.short_label, 27), fontsize=9.5)
    ax.set_yticks([-i for i in range(len(labels))], labels, fontsize=8.5)
    ax.set_ylim(-len(labels) + 0.4, 0.6)
    ax.tick_params(axis="y", length=0)
    ax.locator_params(axis="x", nbins=6)
    ax.spines["left"].set_visible(False)
    return reach


def _alt(ledger: Ledger, facts: EvaluationFacts) -> str:
    """The figure in words, from the same rows."""
    parts = []
    for outcome in facts.outcomes:
        for group in facts.groups:
            verdict = verdict_row(ledger, outcome.name, group)
            if verdict is None or math.isnan(verdict.value):
                parts.append(f"{outcome.label}, {group_name(group)}: no number shown.")
                continue
            value, low, high = turned(verdict, outcome)
            parts.append(
                f"{outcome.label}, {group_name(group)}: {signed(value, outcome.places)} points "
                f"towards better ({interval(low, high, outcome.places)}; "
                f"{n_text(verdict)})."
            )
    return "Mean change by region. " + " ".join(parts)
