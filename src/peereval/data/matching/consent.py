"""The lines of a plan by which a user says that two IDs are one person."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from peereval.data.people import NearIds


def consent_lines(near: Iterable[NearIds]) -> list[str]:
    r"""The table [data.same] that would join these pairs, ready to be put into a plan.

    Examples
    --------
    >>> from peereval.data.people import NearIds
    >>> from peereval.notes import Cell
    >>> pair = NearIds(
    ...     first="P07",
    ...     second="p-07",
    ...     cells=(Cell(row=2), Cell(row=9)),
    ...     surveys=("before", "after"),
    ...     reason="dashes",
    ... )
    >>> print("\n".join(consent_lines([pair])))
    [data.same]
    "P07" = ["p-07"]  # dashes
    """
    return [
        "[data.same]",
        *(f"{_quoted(p.first)} = [{_quoted(p.second)}]  # {p.reason}" for p in near),
    ]


def _quoted(text: str) -> str:
    """A text as a TOML basic string, whose escapes are those of JSON but for the delete sign."""
    return json.dumps(text.strip(), ensure_ascii=False).replace("\x7f", "\\u007f")
