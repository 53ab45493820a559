"""A figure with the words that stand for it, and its files."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from peereval.figures.style import WIDTH, figure_style

if TYPE_CHECKING:
    from matplotlib.figure import Figure


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


def new_figure(height: float, width: float = WIDTH) -> Figure:
    """An empty figure, in inches; call inside `figure_style`."""
    from peereval.figures.inline import InlineFigure

    return InlineFigure(figsize=(width, height), layout="constrained")
