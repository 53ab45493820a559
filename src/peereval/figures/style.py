"""One look for every figure: colours safe for colour-blind readers, marks that work in grey."""

from __future__ import annotations

import io
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Okabe & Ito (2008), Color universal design; ink and grid are chosen for contrast on white.
INK = "#1d2733"
MUTED = "#5b6673"
GRID = "#d9dee4"
ZONE = "#e9edf2"
BLUE = "#0072b2"
GREEN = "#00735a"
ORANGE = "#b34700"
GREY = "#6b7580"
WHITE = "#ffffff"
WIDTH = 8.2

_RC: dict[Any, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 9.5,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": MUTED,
    "axes.titlesize": 10.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": MUTED,
    "ytick.color": INK,
    "figure.facecolor": WHITE,
    "axes.facecolor": WHITE,
    # Text as outlines: the figure looks the same where the font is not installed.
    "svg.fonttype": "path",
    "svg.hashsalt": "peereval",
    "text.parse_math": False,
}


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A figure with the words that stand for it.

    Attributes
    ----------
    name : str
        File name without its ending.
    title : str
        Heading above the figure.
    figure : matplotlib.figure.Figure
        The drawing.
    alt : str
        What it shows, for those who do not see it.
    caption : str
        How to read it, with n and source.
    """

    name: str
    title: str
    figure: Figure
    alt: str
    caption: str

    @cached_property
    def svg(self) -> str:
        """The figure as SVG text; the same figure gives the same bytes."""
        out = io.StringIO()
        with figure_style():
            self.figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
            # The layout is settled now; working it out again for the PNG would take as long.
            self.figure.set_layout_engine("none")
        return out.getvalue()

    def png(self) -> bytes:
        """The figure as a PNG at 300 dots per inch."""
        out = io.BytesIO()
        with figure_style():
            self.figure.savefig(out, format="png", dpi=300, metadata={"Software": None})
        return out.getvalue()


@contextmanager
def figure_style() -> Iterator[None]:
    """Draw and save with the settings of this module, whatever the user's own are."""
    import matplotlib as mpl

    with mpl.rc_context(_RC):
        yield


def new_figure(height: float, width: float = WIDTH) -> Figure:
    """An empty figure, in inches; call inside `figure_style`."""
    from peereval.figures.inline import InlineFigure

    return InlineFigure(figsize=(width, height), layout="constrained")


def wrapped(text: str, width: int) -> str:
    """A label broken into lines of about `width` characters."""
    import textwrap

    return "\n".join(textwrap.wrap(text, width)) or text


def bare(ax: Axes) -> None:
    """Take away the frame and ticks of an axes that carries a diagram."""
    ax.set_axis_off()
