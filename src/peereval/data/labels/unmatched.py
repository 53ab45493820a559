"""Words for labels that nothing gives a number: how many, and what they may have meant."""

from __future__ import annotations

import difflib
from collections import Counter
from typing import TYPE_CHECKING

from peereval.plan.labels import same_label

if TYPE_CHECKING:
    from collections.abc import Iterable

SHOWN = 8
_LONGEST = 60
_ALIKE = 0.7
_NEGATIONS = {"not", "no", "never", "non", "don't", "without"}


def unmatched_words(texts: Iterable[str], known: Iterable[str]) -> str:
    """Unmatched labels with their counts and the nearest known ones, most frequent first.

    A text that one person wrote and that is near no label may be anything a person can write,
    so it is counted and not repeated.

    Examples
    --------
    >>> unmatched_words(["severl days", "Often", "Often", "my own words"], ["several days"])
    "'Often' (2), 'severl days' (1; did you mean 'several days'?) and 1 other text"
    """
    counts = Counter(" ".join(text.split()) for text in texts)
    labels = {same_label(label): label for label in known}
    listed: list[str] = []
    n_other = 0
    for text, n in sorted(counts.items(), key=lambda found: (-found[1], found[0])):
        near = [
            label
            for label in difflib.get_close_matches(same_label(text), labels, 3, _ALIKE)
            if not _opposite(same_label(text), label)
        ]
        if len(text) > _LONGEST or not (near or n > 1) or len(listed) == SHOWN:
            n_other += 1
            continue
        hint = f"; did you mean '{labels[near[0]]}'?" if near else ""
        listed.append(f"'{text}' ({n}{hint})")
    other = f"{n_other} other {'text' if n_other == 1 else 'texts'}" if n_other else ""
    return " and ".join(part for part in (", ".join(listed), other) if part)


def _opposite(text: str, label: str) -> bool:
    """Whether two labels differ by a negation: "agree" is near "disagree" in letters only."""
    here, there = set(text.split()), set(label.split())
    ours, theirs = here - there, there - here
    return not _NEGATIONS.isdisjoint(ours | theirs) or any(
        a != b and (a.endswith(b) or b.endswith(a)) for a in ours for b in theirs
    )
