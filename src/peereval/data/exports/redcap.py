"""REDCap: a row per record and event; the event is the wave."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from peereval.data.exports.header_rows import named
from peereval.data.grid import Export

if TYPE_CHECKING:
    from peereval.data.grid import Grid

_DONE = "a row is one record at one event: the plan's wave is the column"


def table_of(grid: Grid) -> Grid | None:
    """The answers of a longitudinal REDCap export; None for any other table."""
    header = [text.strip() for text in grid.header]
    if "redcap_event_name" in header:
        return named(grid, header, Export(system="REDCap", done=f"{_DONE} 'redcap_event_name'"))
    if "Event Name" in header and "Complete?" in header:
        export = Export(system="REDCap, with labels", done=f"{_DONE} 'Event Name'")
        return named(grid, _numbered(header), export)
    return None


def _numbered(header: list[str]) -> list[str]:
    """The header with a number behind each further "Complete?", one of which ends every form."""
    seen: Counter[str] = Counter()
    names = []
    for text in header:
        seen[text] += 1
        again = text == "Complete?" and seen[text] > 1
        names.append(f"{text} ({seen[text]})" if again else text)
    return names
