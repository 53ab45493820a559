"""What waves from dates keep: surveys by the days since a person's first one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from peereval.figures import style
from peereval.figures.picture import Picture, new_figure
from peereval.results.format import count, listing

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from peereval.results.facts import EvaluationFacts
    from peereval.results.ledger import Ledger

STUDY = "study"
_WEEK = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bar:
    """Surveys in one class of days.

    Attributes
    ----------
    low, high : float
        First day, and the first day after the class.
    open_ended : bool
        Whether later surveys are counted in it too.
    n : int or None
        How many; None where that is hidden.
    window : str
        The wave in whose window it lies; empty outside.
    """

    low: float
    high: float
    open_ended: bool
    n: int | None
    window: str

    @property
    def per_week(self) -> float:
        """Height: surveys a week, so that the area of a bar is its number of surveys."""
        return 0.0 if self.n is None else self.n * _WEEK / (self.high - self.low)

    @property
    def words(self) -> str:
        """The class and its count in words."""
        days = f"{self.low:g} or more" if self.open_ended else f"{self.low:g} to {self.high - 1:g}"
        return f"{days} days: {'hidden' if self.n is None else count(self.n)}"


def draw_windows(ledger: Ledger, facts: EvaluationFacts) -> Picture | None:
    """Draw surveys by the days since a person's first, with the windows shaded.

    Parameters
    ----------
    ledger : Ledger
        Disclosed rows.
    facts : EvaluationFacts
        The plan's facts.

    Returns
    -------
    Picture or None
        None when nobody has a second survey.
    """
    bars = _bars(ledger)
    if not bars:
        return None
    with style.figure_style():
        figure = new_figure(height=3.4)
        ax = figure.subplots()
        _draw(ax, bars, facts)
    return Picture(
        name="windows",
        title="When people answered again",
        figure=figure,
        alt=_alt(ledger, bars, facts),
        caption=_caption(bars, facts),
    )


def _bars(ledger: Ledger) -> list[_Bar]:
    """The classes of days in the ledger, in order."""
    bars: list[_Bar] = []
    for row in ledger.where(outcome=STUDY, analysis="windows", statistic="surveys_by_days"):
        days, _, window = row.level.partition(" | ")
        first, _, last = days.removesuffix(" days").partition(" or more")[0].partition(" to ")
        low = float(first)
        # A class without an end is drawn as wide as the one before it.
        width = bars[-1].high - bars[-1].low if bars else _WEEK
        high = float(last) + 1 if last else low + width
        n = None if row.suppressed else round(row.value)
        bars.append(_Bar(low=low, high=high, open_ended=not last, n=n, window=window))
    return bars


def _draw(ax: Axes, bars: list[_Bar], facts: EvaluationFacts) -> None:
    """Bars over shaded windows; a hidden number is a hatched stub of one height for all."""
    top = max((bar.per_week for bar in bars), default=0.0) or 1.0
    last = max(bars[-1].high, *(high + 1 for _, high in facts.windows.values()), 0)
    for wave, (low, high) in facts.windows.items():
        ax.axvspan(low, high + 1, color=style.ZONE, zorder=0)
        ax.text(
            (low + high + 1) / 2,
            1.22 * top,
            style.wrapped(wave, max(6, round(70 * (high - low) / last))),
            ha="center",
            va="top",
            fontsize=8.5,
            fontweight="bold",
        )
    kept = not facts.windows
    for bar in bars:
        colour = style.BLUE if kept or bar.window else style.GREY
        hidden = bar.n is None
        ax.bar(
            bar.low,
            0.06 * top if hidden else bar.per_week,
            bar.high - bar.low,
            align="edge",
            facecolor=style.WHITE if hidden else colour,
            edgecolor=colour if hidden else style.WHITE,
            hatch="////" if hidden else None,
            zorder=2,
        )
    if any(bar.n is None for bar in bars):
        ax.set_title("hatched: hidden", loc="right", fontsize=8.5, fontweight="normal")
    ax.set_xlim(0, last)
    ax.set_ylim(0, 1.25 * top)
    ax.set_xlabel("Days since the person's first survey")
    ax.set_ylabel("Surveys per week")


def _caption(bars: list[_Bar], facts: EvaluationFacts) -> str:
    """How to read the figure."""
    text = "The area of a bar is its number of surveys (n). "
    if facts.windows:
        text += (
            "Shaded: the windows; of several surveys of a person in one window the nearest to its "
            "middle stands for it, and surveys outside every window (grey) are left out."
        )
    else:
        text += "Each person counts once, by the days from the first to the last survey."
    if any(bar.open_ended for bar in bars):
        text += " The last bar also counts later surveys."
    if any(bar.n is None for bar in bars):
        text += " Hatched: a number too small to show, or one that would give such a number away."
    return text


def _alt(ledger: Ledger, bars: list[_Bar], facts: EvaluationFacts) -> str:
    """The figure in words."""
    text = "Surveys after a person's first one, by days since it. "
    for wave, (low, high) in facts.windows.items():
        row = ledger.get(STUDY, "surveys_in_window", analysis="windows", level=wave)
        n = "hidden" if row is None or row.suppressed else f"n = {count(round(row.value))}"
        text += f"Window {wave}, day {low} to {high}: {n}. "
    there = [bar.words for bar in bars if bar.n != 0]
    return f"{text}{listing(there)}." if there else text.strip()
