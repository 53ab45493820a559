"""Percentages and tests that tell the counts of people they are made of."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from peereval.disclosure.classes import SHIFTS
from peereval.disclosure.groups import by
from peereval.stats.basics.proportions import wilson_interval

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from peereval.disclosure.rules import Profile
    from peereval.results.ledger import LedgerRow

Key: TypeAlias = tuple[str, ...]

_COUNTED_BY = {"percent": "people", "percent_moved": "people_moved"}
_OF_MOVES = ("net_moved_up", "stuart_maxwell", "bhapkar", "ordered_shift")
# People that numbers over several measures are of.
_RATE_OF = {
    "recovery": "at_caseness",
    "reliable_recovery": "at_caseness",
    "reliable_improvement": "with_measures",
    "reliable_deterioration": "with_measures",
    "no_reliable_change": "with_measures",
    "at_caseness": "with_measures",
    "with_measures": "with_measures",
}
P_PLACES = 3
"""Decimals of a p-value beside hidden counts: as many as a report prints."""


def rests_on(row: LedgerRow) -> tuple[Key, ...]:
    """Keys of the counts that would follow from a percentage or a test.

    A percentage with its n tells its numerator. Tests of bands and answers tell, by so many
    digits, how many people moved up and down.
    """
    outcome, group, analysis, statistic, contrast, level = row.key
    if statistic in _COUNTED_BY:
        return (
            (outcome, group, analysis, _COUNTED_BY[statistic], contrast, level),
            (outcome, group, "paired", "n_pairs", "", ""),
        )
    if analysis in SHIFTS and statistic in _OF_MOVES:
        moves = ("up", "same", "down")
        return tuple((outcome, group, analysis, "people_moved", contrast, m) for m in moves)
    if analysis == "individual_change" and statistic in _RATE_OF:
        levels = (statistic, _RATE_OF[statistic])
        return tuple((outcome, group, analysis, "people", contrast, x) for x in levels)
    return ()


def without_denominator(row: LedgerRow, hidden: set[Key]) -> LedgerRow:
    """A number over several measures without its n, and who is left out, where those are hidden.

    With everyone in the study, those left out would give those counted.
    """
    outcome, group, analysis, statistic, contrast, level = row.key
    rate = level if statistic == "people" else statistic
    if outcome != "study" or analysis != "individual_change" or rate not in _RATE_OF:
        return row
    of, everyone = (
        (outcome, group, analysis, "people", contrast, x) for x in (_RATE_OF[rate], "with_measures")
    )
    return replace(
        row,
        n=None if of in hidden else row.n,
        n_excluded=None if everyone in hidden else row.n_excluded,
    )


def tied_to_hidden(rows: Iterable[LedgerRow], hidden: set[Key]) -> Iterator[Key]:
    """Keys of percentages and tests that would tell a hidden count."""
    for row in rows:
        if hidden.intersection(rests_on(row)):
            yield row.key


def beside_hidden(rows: Iterable[LedgerRow], hidden: set[Key]) -> set[Key]:
    """Keys of tests that stand beside a hidden count of the same table."""
    tables = by(
        lambda row: (row.outcome, row.group, row.analysis),
        (row for row in rows if row.analysis in SHIFTS),
    )
    found: set[Key] = set()
    for members in tables.values():
        if any(r.unit == "people" and r.key in hidden for r in members):
            found |= {r.key for r in members if r.statistic in _OF_MOVES}
    return found


def coarse(row: LedgerRow) -> LedgerRow:
    """A test without the digits by which hidden counts could be tried out."""
    return replace(
        row,
        value=math.nan if row.statistic == "ordered_shift" else row.value,
        statistic_value=math.nan,
        p_value=rounded_up(row.p_value),
    )


def rounded_up(p_value: float) -> float:
    """A p-value to three decimals, never smaller than it is.

    Examples
    --------
    >>> rounded_up(0.0123), rounded_up(1e-12)
    (0.013, 0.001)
    """
    if math.isnan(p_value):
        return p_value
    return float(math.ceil(p_value * 10**P_PLACES) / 10**P_PLACES)


def of_rounded(row: LedgerRow, profile: Profile) -> LedgerRow:
    """A percentage made of rounded counts, which tells no more than they do.

    A net share has no interval then, because its counts need not fit together any more.
    """
    if not row.n or math.isnan(row.value):
        return row
    n = profile.rounded(row.n)
    if row.statistic == "net_moved_up":
        places = round(row.value)
        return replace(row, value=float(places), ci_low=math.nan, ci_high=math.nan)
    k = profile.rounded(round(row.value * row.n / 100))
    low, high = wilson_interval(k, n, row.ci_level)
    return replace(row, value=100 * k / n, ci_low=100 * low, ci_high=100 * high)
