"""Rows of a ledger that belong together, in the order of the ledger."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable

    from peereval.results.ledger import LedgerRow

K = TypeVar("K", bound="Hashable")

STUDY = "study"
"""What the ledger calls everybody, whatever the outcome."""


def by(key: Callable[[LedgerRow], K], rows: Iterable[LedgerRow]) -> dict[K, list[LedgerRow]]:
    """Rows with the same key."""
    found: dict[K, list[LedgerRow]] = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return dict(found)


def by_outcome(rows: Iterable[LedgerRow]) -> dict[str, list[LedgerRow]]:
    """Rows of the study and of each outcome."""
    return by(lambda row: row.outcome, rows)


def by_group(rows: Iterable[LedgerRow]) -> dict[str, dict[str, list[LedgerRow]]]:
    """Rows of each outcome, without those of the study, by their group."""
    return {
        outcome: by(lambda row: row.group, of_outcome)
        for outcome, of_outcome in by_outcome(rows).items()
        if outcome != STUDY
    }
