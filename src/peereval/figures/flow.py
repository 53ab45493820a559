"""Participant flow: how many people there were at each step, for everyone and by region."""

from __future__ import annotations

from typing import TYPE_CHECKING

from peereval.figures import style
from peereval.figures.picture import Picture, new_figure
from peereval.results.format import at, count, percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from peereval.results.facts import EvaluationFacts
    from peereval.results.ledger import Ledger, LedgerRow

STUDY = "study"
_MOST_COLUMNS = 5


def flow_counts(ledger: Ledger, facts: EvaluationFacts, group: str) -> dict[str, LedgerRow | None]:
    """The counts of a group by step, in order; None where the ledger has no such row."""

    def row(statistic: str, level: str = "") -> LedgerRow | None:
        return ledger.get(STUDY, statistic, group=group, analysis="flow", level=level)

    return {
        f"answered {at(facts.first_wave)}": row("people_at_wave", facts.first_wave),
        f"answered both {at(facts.first_wave)} and {at(facts.last_wave)}": row("people_at_both"),
        f"answered {at(facts.first_wave)} only": row("people_only_first"),
        f"answered {at(facts.last_wave)} only": row("people_only_last"),
    }


def shown(row: LedgerRow | None) -> str:
    """A count of the ledger as text: the number, or that it is hidden."""
    if row is None:
        return "\N{EN DASH}"
    return "hidden" if row.suppressed else count(round(row.value))


def group_name(group: str) -> str:
    """A ledger group as readers know it."""
    return "Everyone" if group == "all" else group.removeprefix("region=")


def draw_flow(ledger: Ledger, facts: EvaluationFacts) -> Picture:
    """Draw the participant flow.

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
    groups = facts.groups if len(facts.groups) <= _MOST_COLUMNS else ("all",)
    with style.figure_style():
        figure = new_figure(height=3.9)
        axes = figure.subplots(1, len(groups), squeeze=False)[0]
        for ax, group in zip(axes, groups, strict=True):
            _column(ax, ledger, facts, group, len(groups))
    return Picture(
        name="flow",
        title="People at each step",
        figure=figure,
        alt=" ".join(_sentence(ledger, facts, g) for g in groups),
        caption="People with at least one row in the data at each wave. n as shown in each box.",
    )


def _sentence(ledger: Ledger, facts: EvaluationFacts, group: str) -> str:
    """The flow of one group in words."""
    counts = flow_counts(ledger, facts, group)
    steps = [f"{shown(row)} {step}" for step, row in counts.items() if row is not None]
    return f"{group_name(group)}: {', '.join(steps)}."


def _column(ax: Axes, ledger: Ledger, facts: EvaluationFacts, group: str, columns: int) -> None:
    """Boxes of one group, from top to bottom."""
    style.bare(ax)
    ax.set(xlim=(0, 1), ylim=(-0.05, 0.97))
    ax.set_title(style.wrapped(group_name(group), 60 // columns), loc="center")
    first, both, lost, late = flow_counts(ledger, facts, group).values()
    narrow = columns > 3
    _box(ax, 0.82, shown(first), at(facts.first_wave), narrow, strong=True)
    if both is None:
        last = ledger.get(
            STUDY, "people_at_wave", group=group, analysis="flow", level=facts.last_wave
        )
        _box(ax, 0.45, shown(last), f"{at(facts.last_wave)} (not linked)", narrow, strong=True)
        return
    _arrow(ax, 0.70, 0.59)
    _box(
        ax,
        0.47,
        shown(both),
        f"also {at(facts.last_wave)}{_share(both, first)}",
        narrow,
        strong=True,
    )
    _box(ax, 0.22, shown(lost), f"{at(facts.first_wave)} only", narrow, strong=False)
    _box(ax, 0.05, shown(late), f"{at(facts.last_wave)} only", narrow, strong=False)


def _share(part: LedgerRow, whole: LedgerRow | None) -> str:
    """Share of the first step that reached this one, where both may be shown."""
    if whole is None or part.suppressed or whole.suppressed:
        return ""
    return f" ({percent(part.value, whole.value)})"


def _box(ax: Axes, y: float, number: str, words: str, narrow: bool, *, strong: bool) -> None:
    """One step: its count and what it counts."""
    from matplotlib.patches import FancyBboxPatch

    height = 0.22 if strong else 0.13
    patch = FancyBboxPatch(
        (0.06, y - height / 2),
        0.88,
        height,
        boxstyle="round,pad=0,rounding_size=0.03",
        linewidth=1.2 if strong else 0.8,
        edgecolor=style.BLUE if strong else style.MUTED,
        facecolor=style.WHITE if strong else style.ZONE,
        linestyle="-" if strong else "--",
    )
    ax.add_patch(patch)
    label = style.wrapped(words, 18 if narrow else 30)
    if strong:
        ax.text(0.5, y + 0.045, number, ha="center", va="center", fontsize=15, weight="bold")
        ax.text(0.5, y - 0.055, label, ha="center", va="center", fontsize=8)
    else:
        ax.text(0.5, y, f"{number} {label}", ha="center", va="center", fontsize=8)


def _arrow(ax: Axes, top: float, bottom: float) -> None:
    """An arrow from one step to the next."""
    arrow = {"arrowstyle": "-|>", "color": style.MUTED, "linewidth": 1.2}
    ax.annotate("", xy=(0.5, bottom), xytext=(0.5, top), arrowprops=arrow)
