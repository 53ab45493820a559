"""Hide small numbers in the ledger before anything is drawn, written or worded from it."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from peereval.disclosure.rules import PROFILES, Profile
from peereval.results.ledger import SUPPRESSED, Ledger, LedgerRow

if TYPE_CHECKING:
    from collections.abc import Iterable

# Statistics whose value says nothing about how the people in the row answered.
_NOT_ABOUT_PEOPLE = ("smallest_change",)


def disclose(ledger: Ledger, profile_name: str) -> Ledger:
    """The ledger as it may be shown under a disclosure profile.

    Small counts and the statistics of few people are emptied and marked ``suppressed``. Where
    one hidden number could be had by subtraction (a region from the total and the other
    regions, a category from the number of people) a second one is hidden with it.

    Parameters
    ----------
    ledger : Ledger
        All rows, nothing hidden.
    profile_name : str
        A key of ``PROFILES``.

    Returns
    -------
    Ledger
        The same rows in the same order.

    Examples
    --------
    >>> row = LedgerRow(outcome="study", domain="", group="all", analysis="flow",
    ...                 statistic="people_only_last", value=3.0, unit="people", n=3)
    >>> hidden = disclose(Ledger([row]), "charity")
    >>> [r.note for r in hidden], [r.n for r in hidden]
    (['suppressed'], [None])
    """
    profile = PROFILES[profile_name]
    if profile.name == "none":
        return ledger
    rows = list(ledger)
    hidden = {row.key for row in rows if _too_small(row, profile)}
    while True:
        more = {
            *_regions_to_hide(rows, hidden, profile),
            *_parts_to_hide(rows, hidden, profile),
        } - hidden
        if not more:
            break
        hidden |= more
    return Ledger(_hide(row) if row.key in hidden else _round(row, profile) for row in rows)


def _too_small(row: LedgerRow, profile: Profile) -> bool:
    """Whether the row itself is a small count or rests on too few people."""
    if row.unit in ("tests", "rows", "groups") or row.statistic in _NOT_ABOUT_PEOPLE:
        return False
    if row.unit == "people":
        return profile.hides_count(round(row.value))
    return row.n is not None and profile.hides_statistic(row.n)


def _regions_to_hide(
    rows: Iterable[LedgerRow], hidden: set[tuple[str, ...]], profile: Profile
) -> set[tuple[str, str, str, str, str, str]]:
    """Regions that must be hidden so that no hidden region follows from the total.

    Within an outcome a region is hidden as a whole; hidden regions must be two or more, and
    together hold more people than the smallest group that may be shown.
    """
    by_outcome: dict[str, dict[str, list[LedgerRow]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        if row.group.startswith("region="):
            by_outcome[row.outcome][row.group].append(row)
    found = set()
    for regions in by_outcome.values():
        sizes = {g: max((r.n or 0 for r in members), default=0) for g, members in regions.items()}
        small = {g for g, members in regions.items() if any(r.key in hidden for r in members)}
        for group in sorted(sizes, key=lambda g: (sizes[g], g)):
            together = sum(sizes[g] for g in small)
            if not small or (len(small) > 1 and together > profile.hide_statistics_to):
                break
            small.add(group)
        found |= {row.key for group in small for row in regions[group]}
    return found


def _parts_to_hide(
    rows: Iterable[LedgerRow], hidden: set[tuple[str, ...]], profile: Profile
) -> set[tuple[str, str, str, str, str, str]]:
    """Second parts to hide where one hidden category follows from the others and their sum."""
    parts: dict[tuple[str, str], list[LedgerRow]] = defaultdict(list)
    for row in rows:
        if row.analysis == "individual_change":
            parts[row.outcome, row.group].append(row)
        elif row.analysis == "flow" and row.statistic in _FLOW_PARTS:
            parts["flow", row.group].append(row)
    found = set()
    for members in parts.values():
        gone = [r for r in members if r.key in hidden]
        if not gone:
            continue
        together = sum(r.value for r in gone)
        left = sorted((r for r in members if r.key not in hidden), key=lambda r: (r.value, r.key))
        while left and (len(gone) < 2 or profile.hides_count(round(together))):
            row = left.pop(0)
            gone.append(row)
            together += row.value
            found.add(row.key)
    return found


_FLOW_PARTS = ("people_at_both", "people_only_first", "people_only_last")


def _hide(row: LedgerRow) -> LedgerRow:
    """The row without its numbers; a verdict keeps none of what it rests on."""
    return replace(
        row,
        value=math.nan,
        ci_low=math.nan,
        ci_high=math.nan,
        statistic_value=math.nan,
        df=math.nan,
        df_num=math.nan,
        p_value=math.nan,
        n=None,
        n_excluded=None,
        level="" if row.statistic == "verdict" else row.level,
        note=SUPPRESSED,
    )


def _round(row: LedgerRow, profile: Profile) -> LedgerRow:
    """The row with counts rounded, and without the df that would give the count away."""
    if profile.round_to == 1 or row.unit in ("tests", "rows", "groups"):
        return row
    n = None if row.n is None else profile.rounded(row.n)
    excluded = None if row.n_excluded is None else profile.rounded(row.n_excluded)
    value = float(profile.rounded(round(row.value))) if row.unit == "people" else row.value
    return replace(row, value=value, n=n, n_excluded=excluded, df=math.nan)
