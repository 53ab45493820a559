"""Change by outcome within domains, against zero and the smallest change that matters."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from peereval.figures import style
from peereval.figures.picture import Picture, new_figure
from peereval.results.format import count, interval, signed

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from peereval.results.facts import EvaluationFacts, OutcomeFacts
    from peereval.results.ledger import Ledger, LedgerRow

AXIS = (
    "\N{LEFTWARDS ARROW} worse     multiples of the smallest change that matters     "
    "better \N{RIGHTWARDS ARROW}"
)

# Shape and colour of a mark by verdict; the shape alone is enough.
MARKS = {
    "improved": ("^", style.GREEN),
    "worsened": ("v", style.ORANGE),
    "no_meaningful_change": ("s", style.GREY),
    "inconclusive": ("o", style.GREY),
}


# Short words for the verdict codes, for those who do not see the marks.
_WORDS = {
    "improved_meaningfully": "improved by at least what matters",
    "improved": "improved",
    "improved_trivially": "improved by less than matters",
    "no_meaningful_change": "no change that matters",
    "inconclusive": "inconclusive",
    "worsened_trivially": "worsened by less than matters",
    "worsened": "worsened",
    "worsened_meaningfully": "worsened by at least what matters",
}


def mark_of(code: str) -> tuple[str, str]:
    """Shape and fill of the mark for a verdict code."""
    return MARKS.get(code, MARKS.get(code.partition("_")[0], ("o", style.WHITE)))


def turned(row: LedgerRow, outcome: OutcomeFacts) -> tuple[float, float, float]:
    """Value and limits of a change with good turned up: (value, low, high)."""
    if outcome.good == 1:
        return row.value, row.ci_low, row.ci_high
    return -row.value, -row.ci_high, -row.ci_low


def verdict_row(ledger: Ledger, outcome: str, group: str) -> LedgerRow | None:
    """The verdict on an outcome in a group."""
    return ledger.only(outcome=outcome, group=group, analysis="verdict", statistic="verdict")


def relative_row(
    ledger: Ledger, facts: EvaluationFacts, outcome: str, group: str
) -> LedgerRow | None:
    """Mean change in multiples of the smallest change that matters."""
    row = ledger.get(
        outcome,
        "change_in_smallest_changes",
        group=group,
        analysis="verdict",
        contrast=facts.contrast,
    )
    return None if row is None or math.isnan(row.value) else row


def n_text(row: LedgerRow) -> str:
    """The n of a number; it may be hidden where the number itself is shown."""
    return "n hidden" if row.n is None else f"n = {count(row.n)}"


def draw_change(ledger: Ledger, facts: EvaluationFacts) -> Picture:
    """Draw the mean change of every outcome with its 95% interval, grouped by domain.

    Changes are in multiples of each outcome's smallest change that matters, good to the right,
    so that outcomes on different scales share one axis.

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
    with style.figure_style():
        figure = new_figure(height=1.0 + 0.42 * len(facts.outcomes) + 0.32 * len(facts.domains))
        ax = figure.subplots()
        y = 0.0
        ticks: list[tuple[float, str]] = []
        headings: list[int] = []
        reach = 1.5
        for domain in facts.domains:
            ticks.append((y, style.wrapped(domain.replace("_", " ").capitalize(), 40)))
            headings.append(len(ticks) - 1)
            y -= 0.85
            for outcome in (o for o in facts.outcomes if o.domain == domain):
                reach = max(reach, _one(ax, ledger, facts, outcome, y))
                ticks.append((y, style.wrapped(outcome.label, 32)))
                y -= 1.15
        _finish(ax, ticks, bottom=y + 0.4, reach=reach)
        for i in headings:
            ax.get_yticklabels()[i].set_fontweight("bold")
        for i, tick in enumerate(ax.get_yticklabels()):
            tick.set_fontsize(9.5 if i in headings else 8.5)
    return Picture(
        name="change",
        title="Mean change in each outcome",
        figure=figure,
        alt=_alt(ledger, facts),
        caption=(
            f"Mean change from {facts.first_wave} to {facts.last_wave} with its 95% interval, in "
            "multiples of the smallest change that matters for that outcome; right is better. The "
            "shaded zone holds changes too small to matter. Triangle: improved or worsened; "
            "square: no change that matters; circle: inconclusive; hollow: exploratory. Numbers are "
            "scale points, turned so that plus is better, and n, the people whose scores it rests "
            "on, also those who answered once. There was no comparison group: a change is not an "
            "effect of the service."
        ),
    )


def _one(
    ax: Axes, ledger: Ledger, facts: EvaluationFacts, outcome: OutcomeFacts, y: float
) -> float:
    """Draw one outcome at height y; returns how far it reaches from zero."""
    relative = relative_row(ledger, facts, outcome.name, "all")
    verdict = verdict_row(ledger, outcome.name, "all")
    if relative is None or verdict is None:
        say_missing(ax, y, verdict)
        return 0.0
    value, low, high = turned(relative, outcome)
    draw_interval(ax, y, (value, low, high), verdict)
    change, change_low, change_high = turned(verdict, outcome)
    text = (
        f"{signed(change, outcome.places)}  ({interval(change_low, change_high, outcome.places)})"
        f"   {n_text(verdict)}"
    )
    ax.text(1.02, y, text, transform=ax.get_yaxis_transform(), va="center", fontsize=8.5)
    return max(abs(low), abs(high))


def draw_interval(
    ax: Axes, y: float, change: tuple[float, float, float], verdict: LedgerRow
) -> None:
    """One mark with its interval; the shape tells the verdict, a hollow mark that it is exploratory."""
    value, low, high = change
    shape, fill = mark_of(verdict.level)
    edge = style.INK if fill == style.WHITE else fill
    if "exploratory" in verdict.notes:
        fill = style.WHITE
    ax.plot([low, high], [y, y], color=edge, linewidth=2.0, solid_capstyle="butt", zorder=3)
    ax.plot(
        [value],
        [y],
        marker=shape,
        markersize=8,
        markerfacecolor=fill,
        markeredgecolor=edge,
        markeredgewidth=1.4,
        linestyle="none",
        zorder=4,
    )


def say_missing(ax: Axes, y: float, verdict: LedgerRow | None) -> None:
    """Say in the place of a mark why there is none."""
    box = {"facecolor": style.ZONE, "edgecolor": "none", "pad": 1.5}
    ax.text(
        0, y, _missing(verdict), color=style.MUTED, ha="center", va="center", fontsize=8, bbox=box
    )


def _missing(verdict: LedgerRow | None) -> str:
    """Why there is no mark."""
    return (
        "hidden: small numbers" if verdict is not None and verdict.suppressed else "not estimated"
    )


def _finish(ax: Axes, ticks: list[tuple[float, str]], *, bottom: float, reach: float) -> None:
    """Zone, zero line, axis and labels."""
    ax.axvspan(-1, 1, color=style.ZONE, zorder=0, linewidth=0)
    ax.axvline(0, color=style.INK, linewidth=1.0, zorder=1)
    for edge in (-1, 1):
        ax.axvline(edge, color=style.MUTED, linewidth=0.9, linestyle=(0, (4, 3)), zorder=1)
    ax.set_xlim(-reach * 1.08, reach * 1.08)
    ax.set_ylim(bottom, 0.6)
    ax.set_yticks([y for y, _ in ticks], [label for _, label in ticks])
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    ax.set_xlabel(AXIS)


def _alt(ledger: Ledger, facts: EvaluationFacts) -> str:
    """The figure in words, from the same rows."""
    parts = []
    for outcome in facts.outcomes:
        verdict = verdict_row(ledger, outcome.name, "all")
        if verdict is None or math.isnan(verdict.value):
            parts.append(f"{outcome.label}: {_missing(verdict)}.")
            continue
        value, low, high = turned(verdict, outcome)
        parts.append(
            f"{outcome.label}: {signed(value, outcome.places)} points towards better, 95% interval "
            f"{interval(low, high, outcome.places)}, {n_text(verdict)}, "
            f"{_WORDS.get(verdict.level, 'not estimated')}"
            f"{' (exploratory)' if 'exploratory' in verdict.notes else ''}."
        )
    return "Mean change by outcome. " + " ".join(parts)
