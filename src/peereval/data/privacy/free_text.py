"""Text that people wrote themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_WORDS = 6
_FEWEST = 3


def is_free_text(counts: Mapping[str, int]) -> bool:
    """Whether the texts of a column are people's own: long, or nearly all of them different.

    Answer labels ("More than half the days") and names of regions come again and again.

    Parameters
    ----------
    counts : mapping of str to int
        How often each text that is not empty stands in the column.

    Examples
    --------
    >>> is_free_text({"It helped me to get out more often": 1, "I liked it": 1,
    ...     "I did not like the room we met in": 1, "Nothing helped me as much as this group": 1})
    True
    >>> is_free_text({"More than half the days of the week": 20, "Nearly every day of it": 9})
    False
    """
    prose = {text: n for text, n in counts.items() if len(text.split()) >= _WORDS}
    if len(prose) >= _FEWEST and len(prose) > sum(prose.values()) / 2:
        return True
    words = {text: n for text, n in counts.items() if _is_wordy(text)}
    n = sum(words.values())
    return len(words) >= 20 and len(words) > 0.5 * n and n > 0.5 * sum(counts.values())


def _is_wordy(text: str) -> bool:
    """Whether a text has letters and no digit, as a code or a score has not."""
    return any(s.isalpha() for s in text) and not any(s.isdigit() for s in text)
