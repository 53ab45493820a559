"""Render a document as one HTML file that asks nothing of any other place."""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from peereval.figures.picture import Picture
    from peereval.report.document import Document


def html_text(document: Document) -> str:
    """The document as HTML: figures inside, no script, no request to anywhere.

    Every text is escaped, and a content security policy allows nothing but the page's own
    style and its embedded pictures.

    Parameters
    ----------
    document : Document
        What to say.

    Returns
    -------
    str
    """
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    folder = files("peereval.report") / "templates"
    style = (folder / "report.css").read_text(encoding="utf-8") + _on_every_page(document.notice)
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["svg_base64"] = _svg_base64
    template = environment.from_string((folder / "report.html.j2").read_text(encoding="utf-8"))
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    page = template.render(
        document=document,
        # The style is ours; the one text in it that comes from a plan is spelt in hex escapes.
        style=Markup(style),  # noqa: S704
        style_hash=f"sha256-{digest}",
    )
    return page.lstrip() + "\n"


def _svg_base64(picture: Picture) -> str:
    """The picture as base64 text for a data address."""
    return base64.b64encode(picture.svg.encode()).decode()


def _on_every_page(notice: str) -> str:
    """Print style that repeats the notice at the top of every page."""
    if not notice:
        return "@page { size: A4; margin: 18mm 16mm; }\n"
    spelt = "".join(f"\\{ord(character):06x}" for character in notice)
    return (
        "@page { size: A4; margin: 20mm 16mm 18mm; "
        f'@top-center {{ content: "{spelt}"; font: 600 8pt sans-serif; color: #6b4b00; }} }}\n'
    )
