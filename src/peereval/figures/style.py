"""One look for every figure: colours safe for colour-blind readers, marks that work in grey."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.axes import Axes

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
# A label of more lines would leave no room for what it is about.
_LINES = 4

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


@contextmanager
def figure_style() -> Iterator[None]:
    """Draw and save with the settings of this module, whatever the user's own are."""
    import warnings

    import matplotlib as mpl

    with mpl.rc_context(_RC), warnings.catch_warnings():
        # The font has no Chinese, say: such a letter is drawn as an empty box.
        warnings.filterwarnings(
            "ignore", message="Glyph .* missing from font", category=UserWarning
        )
        yield


def wrapped(text: str, width: int) -> str:
    r"""A label broken into lines of about `width` characters, and cut where it has too many.

    Examples
    --------
    >>> wrapped("Hope and trust", 8)
    'Hope and\ntrust'
    """
    import textwrap

    lines = textwrap.wrap(text, width, max_lines=_LINES, placeholder=" \N{HORIZONTAL ELLIPSIS}")
    return "\n".join(lines)


def bare(ax: Axes) -> None:
    """Take away the frame and ticks of an axes that carries a diagram."""
    ax.set_axis_off()
