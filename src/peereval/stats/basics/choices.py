"""Options that take one of a few words."""

from __future__ import annotations

from peereval.errors import StatisticsError, did_you_mean


def check_choice(given: object, name: str, known: tuple[str, ...]) -> None:
    """Refuse a word that is not one of those known, and suggest the nearest.

    Examples
    --------
    >>> check_choice("JT", "method", ("JT", "HA"))
    """
    if given not in known:
        raise StatisticsError(f"There is no {name} '{given}'; {did_you_mean(str(given), known)}")
