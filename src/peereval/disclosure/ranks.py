"""People up, down and unchanged, whom rank statistics name in their words."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from peereval.disclosure.shares import rounded_up

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from peereval.disclosure.rules import Profile
    from peereval.disclosure.sums import Counts, Name
    from peereval.results.ledger import LedgerRow

_NAMED = re.compile(r"(\d+) up, (\d+) down, (?:zeros dropped: )?(\d+)")
_NAMING = ("sign_test", "probability_of_increase")
# What the methods of rank statistics tell: "20 up, 70 down", "zeros dropped: 7", and "level 0.9512",
# because the level that an exact interval reaches tells n.
_TOLD = re.compile(
    r", \d+ up, \d+ down|(?<=zeros dropped): \d+|(?<=zeros ranked): \d+|, \d+ same|, level [\d.]+"
)
_WAYS = ("up", "down", "same")


def named_counts(row: LedgerRow) -> dict[Name, int]:
    """The three counts in the words of a sign test or a probability, by name; else empty."""
    found = _NAMED.search(row.method) if row.statistic in _NAMING else None
    if found is None:
        return {}
    return {_name(row, way): int(n) for way, n in zip(_WAYS, found.groups(), strict=True)}


def small_counts(rows: Iterable[LedgerRow], profile: Profile) -> set[Name]:
    """Names of such counts that are too small to show."""
    return {name for row in rows for name, n in named_counts(row).items() if profile.hides_count(n)}


def tie_ranks(counts: Counts, rows: list[LedgerRow], pairs: Name) -> None:
    """Add the sums of one outcome in one group: everyone is one of the three.

    The answers to a single question move up and down with the same people.
    """
    for row in rows:
        names = named_counts(row)
        counts.add(pairs, names)
        moved = [r for r in rows if r.analysis == "categories" and r.statistic == "people_moved"]
        for r in moved if names else ():
            counts.add(r.key, [_name(row, r.level)])


def shares_of_counts(
    rows: Iterable[LedgerRow], hidden: set[Name], profile: Profile
) -> Iterator[Name]:
    """Keys of the probabilities made of these counts, where one is hidden or all are rounded."""
    for row in rows:
        if row.statistic == "probability_of_increase" and (
            profile.round_to > 1 or any(_name(row, way) in hidden for way in _WAYS)
        ):
            yield row.key


def without_counts(row: LedgerRow, hidden: set[Name], profile: Profile) -> LedgerRow:
    """A rank statistic without those numbers in its words, where one of them is hidden.

    With them goes the statistic, which holds the same numbers, and the digits of a sign test's p
    by which they could be tried out.
    """
    if row.analysis != "rank":
        return row
    if profile.round_to == 1 and not any(_name(row, way) in hidden for way in _WAYS):
        return row
    told = _TOLD.search(row.method) is not None
    return replace(
        row,
        method=_TOLD.sub("", row.method),
        statistic_value=math.nan if told else row.statistic_value,
        p_value=rounded_up(row.p_value) if row.statistic == "sign_test" else row.p_value,
    )


def _name(row: LedgerRow, way: str) -> Name:
    """Name of the number of people who went that way, in the shape of a ledger key."""
    return (row.outcome, row.group, "rank", "people_by_sign", row.contrast, way)
