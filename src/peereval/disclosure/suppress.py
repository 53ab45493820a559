"""Hide small numbers in the ledger before anything is drawn, written or worded from it."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from peereval.disclosure.classes import SHIFTS, TABLES
from peereval.disclosure.groups import by_group, by_outcome
from peereval.disclosure.matched import told_by_joins
from peereval.disclosure.measured import as_shown, followers
from peereval.disclosure.ranks import shares_of_counts, small_counts, without_counts
from peereval.disclosure.rules import COUNTED, PROFILES, Profile
from peereval.disclosure.shares import (
    beside_hidden,
    coarse,
    of_rounded,
    tied_to_hidden,
    without_denominator,
)
from peereval.disclosure.sums import protect
from peereval.disclosure.ties import any_name, counts_by_outcome, score_waves
from peereval.disclosure.told import COUNTS_OF_SCORES, OF_ANYONE, sizes_of, told_by_few
from peereval.results.ledger import SUPPRESSED, Ledger, LedgerRow

if TYPE_CHECKING:
    from collections.abc import Iterable

Key: TypeAlias = tuple[str, ...]

_NOT_PEOPLE = ("tests", "rows", "groups")


def disclose(ledger: Ledger, profile_name: str) -> Ledger:
    """The ledger as it may be shown under a disclosure profile.

    Small counts and the statistics of few people are emptied and marked ``suppressed``. Where a
    hidden number could be had by adding and subtracting shown ones, others are hidden with it.
    Where a profile hides zeros too, hidden classes of scores are left out altogether, because
    only classes with somebody in them have a row.

    Parameters
    ----------
    ledger : Ledger
        All rows, nothing hidden.
    profile_name : str
        A key of ``PROFILES``.

    Returns
    -------
    Ledger
        Rows in the same order.

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
    hidden: set[Key] = {row.key for row in rows if _too_small(row, profile)}
    hidden |= _small_regions(rows, profile)
    hidden.update(told_by_few(rows, profile))
    hidden |= {any_name(row) for row in rows if _few_left_out(row, profile)}
    hidden |= small_counts(rows, profile)
    for counts in counts_by_outcome(rows).values():
        own = hidden.intersection(counts.values)
        hidden |= protect(counts, own, profile, exact=profile.round_to == 1)
    hidden |= _follow(rows, hidden)
    hidden.update(tied_to_hidden(rows, hidden))
    hidden.update([*shares_of_counts(rows, hidden, profile)])
    hidden |= set(followers(rows, hidden))
    hidden.update(told_by_joins(rows, hidden, profile))
    blurred = beside_hidden(rows, hidden)
    waves = {o: score_waves(of_outcome) for o, of_outcome in by_outcome(rows).items()}

    def shown(row: LedgerRow) -> LedgerRow:
        told = as_shown(row, waves[row.outcome], hidden)
        return _shown(coarse(told) if row.key in blurred else told, hidden, profile)

    return Ledger(
        _hide(row) if row.key in hidden else shown(row)
        for row in rows
        if not (_is_cell(row) and row.key in hidden and profile.hides_count(0))
    )


def _is_cell(row: LedgerRow) -> bool:
    """Whether a row counts people by class before and after."""
    return row.analysis in TABLES and row.statistic == "people"


def _too_small(row: LedgerRow, profile: Profile) -> bool:
    """Whether the row itself is a small count or rests on too few people."""
    if row.unit in _NOT_PEOPLE:
        return row.unit == "rows" and profile.round_to > 1 and profile.hides_count(round(row.value))
    if row.unit in COUNTED:
        return profile.hides_count(round(row.value)) or (
            row.n is not None and row.n > 0 and profile.hides_count(row.n)
        )
    return row.n is not None and profile.hides_statistic(row.n)


def _few_left_out(row: LedgerRow, profile: Profile) -> bool:
    """Whether the model leaves out so few people that its n would tell their number."""
    left_out = row.n_excluded if row.analysis == "mixed" else None
    return left_out is not None and left_out > 0 and profile.hides_count(left_out)


def _small_regions(rows: Iterable[LedgerRow], profile: Profile) -> set[Key]:
    """All rows, per outcome, of the regions in which too few people have scores.

    A region is hidden as a whole, because a change and a mean before give the mean after. So
    that it does not follow from the total, what is hidden is two regions or more (people
    without a region count as one), and holds more people than the smallest group that may be
    shown. With a region the differences between regions are hidden too: with everyone's change
    they would give each region's own.
    """
    found: set[Key] = set()
    for groups in by_group(rows).values():
        regions = {g: m for g, m in groups.items() if g != "all"}
        if not regions:
            continue
        sizes = {g: sizes_of(members) for g, members in regions.items()}
        rest = _no_region(sizes_of(groups.get("all", ())), sizes.values())
        small = {g for g in sizes if any(profile.hides_statistic(n) for n in sizes[g].values())}
        for group in sorted(sizes, key=lambda g: (sum(sizes[g].values()), g)):
            if _enough(rest, [sizes[g] for g in small], profile):
                break
            small.add(group)
        found |= {row.key for group in small for row in regions[group]}
        if small:
            found |= {r.key for r in groups["all"] if r.statistic == "region_difference"}
    return found


def _no_region(everyone: dict[str, int], regions: Iterable[dict[str, int]]) -> dict[str, int]:
    """The same of people without a region."""
    known = list(regions)
    return {s: n - sum(r.get(s, 0) for r in known) for s, n in everyone.items()}


def _enough(rest: dict[str, int], hidden: list[dict[str, int]], profile: Profile) -> bool:
    """Whether the regions hidden so far, and people without one, protect each other."""
    for statistic in COUNTS_OF_SCORES:
        sizes = [h.get(statistic, 0) for h in hidden] + [rest.get(statistic, 0)]
        there = [n for n in sizes if n > 0]
        if there and profile.hides_statistic(sum(there)):
            return False
        if len(there) == 1 and profile.hides_statistic(there[0]):
            return False
        if len(hidden) == 1 and rest.get(statistic, 0) == 0:
            return False
    return True


def _follow(rows: Iterable[LedgerRow], hidden: set[Key]) -> set[Key]:
    """Rows that would print a hidden count of people as their n."""
    found: set[Key] = set()
    for members in (members for of in by_group(rows).values() for members in of.values()):
        gone = {r.statistic for r in members if r.statistic in COUNTS_OF_SCORES and r.key in hidden}
        waves = dict(zip(score_waves(members), ("n_pre", "n_post"), strict=False))
        for row in members:
            at_hidden_wave = row.analysis == "scores" and waves.get(row.level) in gone
            if at_hidden_wave or ("n_pairs" in gone and members[0].group != "all"):
                found.add(row.key)
    return found


def _hide(row: LedgerRow) -> LedgerRow:
    """The row without its numbers; a verdict keeps none of what it rests on.

    The words of a method go too: they may count people, or say that there are too few of them.
    """
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
        method="",
        note=SUPPRESSED,
    )


def _shown(row: LedgerRow, hidden: set[Key], profile: Profile) -> LedgerRow:
    """The row as it is shown: without an n that is hidden, and rounded where the profile says."""
    people = ("study", row.group, "flow", "people", "", "")
    row = without_denominator(without_counts(row, hidden, profile), hidden)
    n, n_excluded = row.n, row.n_excluded
    if any_name(row) in hidden:
        n_excluded = None
        if row.analysis in OF_ANYONE:
            # The degrees of freedom hold about the same number.
            n, row = None, replace(row, df=math.nan)
    if n_excluded is not None and (profile.hides_count(n_excluded) or people in hidden):
        n_excluded = None if n_excluded else n_excluded
    if row.unit == "groups" and (people in hidden or (n is not None and profile.hides_count(n))):
        n = None
    if profile.round_to == 1:
        return replace(row, n=n, n_excluded=n_excluded)
    if row.unit in ("percent", "percentage points"):
        row = of_rounded(row, profile)
    if row.analysis in SHIFTS:
        row = coarse(row)
    counted = row.unit in (*COUNTED, "rows")
    return replace(
        row,
        value=float(profile.rounded(round(row.value))) if counted else row.value,
        n=None if n is None else profile.rounded(n),
        n_excluded=None if n_excluded is None else profile.rounded(n_excluded),
        # With the interval or an effect size, these would give the exact n.
        statistic_value=math.nan,
        df=math.nan,
    )
