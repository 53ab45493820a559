"""The page that shows how often intervals hold the truth."""

from __future__ import annotations

from typing import Any


def page(entries: list[dict[str, Any]]) -> str:
    """Write out every cell."""
    return "\n".join(map(str, entries))
