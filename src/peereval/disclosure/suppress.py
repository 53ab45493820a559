"""Hide small numbers in the ledger before anything is drawn, written or worded from it."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from peereval.disclosure.rules import PROFILES, Profile
from peereval.results.ledger import SUPPRESSED, Ledger, LedgerRow

if TYPE_CHECKING:
    from collections.abc import Iterable

Key: TypeAlias = tuple[str, str, str, str, str, str]

_NOT_PEOPLE = ("tests", "rows", "groups")
_FLOW_PARTS = ("people_at_both", "people_only_first", "people_only_last")
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
    hidden |= _small_regions(rows, profile)
    sums = _sums(rows)
    while more := {key for parts in sums for key in _second_parts(parts, hidden, profile)}:
        hidden |= more
    return Ledger(_hide(row) if row.key in hidden else _round(row, profile) for row in rows)


def _too_small(row: LedgerRow, profile: Profile) -> bool:
    """Whether the row itself is a small count or rests on too few people."""
    if row.unit in _NOT_PEOPLE or row.statistic in _NOT_ABOUT_PEOPLE:
        return False
    if row.unit == "people":
        return profile.hides_count(round(row.value)) or (
            row.n is not None and row.n > 0 and profile.hides_count(row.n)
        )
    return row.n is not None and profile.hides_statistic(row.n)


def _small_regions(rows: Iterable[LedgerRow], profile: Profile) -> set[Key]:
    """All rows, per outcome, of the regions in which too few people have scores.

    A region is hidden as a whole, because a change and a mean before give the mean after. So
    that it does not follow from the total, the hidden regions are two or more, and together
    hold more people than the smallest group that may be shown.
    """
    by_outcome: dict[str, dict[str, list[LedgerRow]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        if row.group.startswith("region=") and row.outcome != "study":
            by_outcome[row.outcome][row.group].append(row)
    found: set[Key] = set()
    for regions in by_outcome.values():
        sizes = {g: _fewest(members) for g, members in regions.items()}
        small = {g for g, size in sizes.items() if profile.hides_statistic(size)}
        for group in sorted(sizes, key=lambda g: (sizes[g], g)):
            together = sum(sizes[g] for g in small)
            if not small or (len(small) > 1 and together > profile.hide_statistics_to):
                break
            small.add(group)
        found |= {row.key for group in small for row in regions[group]}
    return found


def _fewest(rows: Iterable[LedgerRow]) -> int:
    """The smallest number of people that any comparison in a region rests on."""
    return min(
        (round(r.value) for r in rows if r.statistic in ("n_pre", "n_post", "n_pairs")), default=0
    )


def _sums(rows: Iterable[LedgerRow]) -> list[list[LedgerRow]]:
    """Sets of counts that add up to a number shown elsewhere.

    The regions of one count add up to that of everyone; categories of individual change, and
    classes of scores before and after, to the number of pairs; the steps of the flow to the
    number of people.
    """
    sets: dict[tuple[str, ...], list[LedgerRow]] = defaultdict(list)
    for row in rows:
        if row.unit != "people":
            continue
        if row.group != "all":
            sets["regions", row.outcome, row.analysis, row.statistic, row.level].append(row)
        if row.analysis in ("individual_change", "distribution"):
            sets[row.analysis, row.outcome, row.group].append(row)
        elif row.analysis == "flow" and row.statistic in _FLOW_PARTS:
            sets["flow", row.group].append(row)
    return list(sets.values())


def _second_parts(parts: list[LedgerRow], hidden: set[Key], profile: Profile) -> set[Key]:
    """Parts to hide as well, so that no hidden part follows from the sum and the other parts."""
    gone = [r for r in parts if r.key in hidden]
    if not gone:
        return set()
    together = sum(r.value for r in gone)
    found: set[Key] = set()
    left = sorted((r for r in parts if r.key not in hidden), key=lambda r: (r.value, r.key))
    for row in left:
        if len(gone) + len(found) > 1 and not profile.hides_count(round(together)):
            break
        found.add(row.key)
        together += row.value
    return found


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
    if profile.round_to == 1 or row.unit in _NOT_PEOPLE:
        return row
    n = None if row.n is None else profile.rounded(row.n)
    excluded = None if row.n_excluded is None else profile.rounded(row.n_excluded)
    value = float(profile.rounded(round(row.value))) if row.unit == "people" else row.value
    return replace(row, value=value, n=n, n_excluded=excluded, df=math.nan)
