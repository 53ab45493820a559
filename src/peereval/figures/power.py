"""Power curves: how sure a finding is, by how many people have both scores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from peereval.figures import style
from peereval.figures.picture import Picture, new_figure
from peereval.results.format import count, fixed, plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from peereval.typing import FloatVector

_TITLE = 76


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PowerCurve:
    """The power of one test, by people.

    Attributes
    ----------
    goal : str
        What is to be found, as it follows "people can", e.g. ``"find a change of 3 points"``.
    n : ndarray of float, shape (k,)
        People with a score before and after, rising.
    power : ndarray of float, shape (k,)
        Probability of the finding.
    n_needed : int
        People that the power wanted takes.
    """

    goal: str
    n: FloatVector
    power: FloatVector
    n_needed: int


def draw_power(curves: Sequence[PowerCurve], power: float) -> Picture:
    """Draw power curves, each with the number of people that the power wanted takes.

    Parameters
    ----------
    curves : sequence of PowerCurve
        One panel each.
    power : float
        The power wanted, between 0 and 1.

    Returns
    -------
    Picture

    Examples
    --------
    >>> import numpy as np
    >>> from peereval.stats import paired_power
    >>> n = np.arange(2, 61)
    >>> curve = PowerCurve(
    ...     goal="find a change of 3 points",
    ...     n=n,
    ...     power=np.array([paired_power(d_z=0.5, alpha=0.05, n=k) for k in n]),
    ...     n_needed=34,
    ... )
    >>> draw_power([curve], 0.8).title
    '34 people with both scores can find a change of 3 points with 80% power'
    """
    titles = [_title(curve, power) for curve in curves]
    widest = max(float(curve.n[-1]) for curve in curves)
    with style.figure_style():
        figure = new_figure(height=1.2 + 2.6 * len(curves))
        axes = figure.subplots(len(curves), 1, squeeze=False, sharex=True).ravel()
        for ax, curve, title in zip(axes, curves, titles, strict=True):
            _panel(ax, curve, power, widest)
            ax.set_title(style.wrapped(title, _TITLE))
        axes[-1].set_xlabel("People with a score before and after (n)")
    return Picture(
        name="power",
        title=titles[0],
        figure=figure,
        alt=_alt(curves, power),
        caption=(
            "Probability of the finding by the number of people with a score before and after (n). "
            "The mark is the first whole number of people, or of groups, with the power wanted."
        ),
    )


def _panel(ax: Axes, curve: PowerCurve, power: float, widest: float) -> None:
    """One curve, the power wanted, and the number of people it takes."""
    from matplotlib.ticker import MaxNLocator

    needed, reached = curve.n_needed, float(np.interp(curve.n_needed, curve.n, curve.power))
    ax.plot(curve.n, curve.power, color=style.BLUE, linewidth=2)
    ax.axhline(power, color=style.MUTED, linewidth=0.8, linestyle=(0, (4, 3)), zorder=1)
    ax.vlines(needed, 0, reached, color=style.MUTED, linewidth=0.8)
    ax.plot(needed, reached, color=style.BLUE, marker="o", markersize=7, zorder=4)
    # A curve lies below the line to the left of the mark, and above it to the right.
    beside: dict[str, Any] = {"xytext": (7, -14)}
    if needed > 0.85 * widest:
        beside = {"xytext": (-7, 8), "horizontalalignment": "right"}
    ax.annotate(
        f"n = {count(needed)}",
        xy=(needed, reached),
        textcoords="offset points",
        fontweight="bold",
        **beside,
    )
    ax.set_xlim(0, widest)
    ax.set_ylim(0, 1.02)
    ax.set_ylabel("Probability of\nthe finding (power)")
    ax.yaxis.set_major_formatter(lambda share, _: _percent(share))
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, steps=[1, 2, 5, 10]))


def _title(curve: PowerCurve, power: float) -> str:
    """The finding, as a sentence without its full stop."""
    people = plural(curve.n_needed, "person", "people")
    return f"{people} with both scores can {curve.goal} with {_percent(power)} power"


def _alt(curves: Sequence[PowerCurve], power: float) -> str:
    """The figure in words."""
    parts = [
        f"To {curve.goal} with {_percent(power)} power: n = {count(curve.n_needed)}; "
        f"with {_points(curve)}."
        for curve in curves
    ]
    return "Power by the number of people with a score before and after. " + " ".join(parts)


def _points(curve: PowerCurve) -> str:
    """A few points of a curve in words."""
    places = [round(len(curve.n) * part) - 1 for part in (0.25, 0.5, 0.75, 1)]
    return ", ".join(
        f"{count(round(curve.n[i]))} people {_percent(curve.power[i])}" for i in places if i >= 0
    )


def _percent(share: float) -> str:
    """A probability in whole percent."""
    return f"{fixed(100 * share, 0)}%"
