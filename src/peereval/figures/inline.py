"""A figure that shows itself in a notebook without any set-up."""

from __future__ import annotations

import io
from typing import Any

from matplotlib.figure import Figure


class InlineFigure(Figure):
    """A matplotlib figure with a picture of itself for notebooks.

    Plain figures made without pyplot show as a line of text there.
    """

    def _repr_png_(self) -> bytes:
        """The figure as a PNG for a notebook cell."""
        from peereval.figures.style import figure_style

        out = io.BytesIO()
        with figure_style():
            self.savefig(out, format="png", dpi=110)
        return out.getvalue()

    def _repr_mimebundle_(self, **_: Any) -> dict[str, bytes]:
        """Only the PNG: with pyplot's own formatter loaded the figure would show twice."""
        return {"image/png": self._repr_png_()}
