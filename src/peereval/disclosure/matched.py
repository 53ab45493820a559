"""How people were matched, and surveys by days: sums, and what joins of few IDs would tell."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from peereval.disclosure.rules import Profile
    from peereval.disclosure.sums import Counts
    from peereval.results.ledger import LedgerRow

Key: TypeAlias = tuple[str, ...]

_OUTSIDE = ("surveys outside every window",)


def tie_matches(counts: Counts, rows: list[LedgerRow]) -> None:
    """People at both waves were matched in one way each; the others at one of them."""
    flow = {r.statistic: r.key for r in rows if r.analysis == "flow" and r.group == "all"}
    ways = [r.key for r in rows if r.statistic == "people_matched"]
    unmatched = next((r.key for r in rows if r.statistic == "people_not_matched"), ())
    both = flow.get("people_at_both", ())
    counts.add(both, ways)
    counts.add(flow.get("people", ()), [both, unmatched])
    counts.add(flow.get("people", ()), [*ways, unmatched])
    one = [flow[s] for s in ("people_only_first", "people_only_last") if s in flow]
    counts.add(unmatched, one)


def tie_windows(counts: Counts, rows: list[LedgerRow]) -> None:
    """Surveys by days make those in a window, and these the people at that wave and others."""
    classes = [r for r in rows if r.statistic == "surveys_by_days"]
    within = {r.level: r.key for r in rows if r.statistic == "surveys_in_window"}
    total = next((r.key for r in rows if r.statistic == "surveys_after_first"), ())
    reasons = [r.key for r in rows if r.statistic == "rows_left_out" and r.level]
    waves = [r for r in rows if r.statistic == "people_at_wave" and r.group == "all"]
    counts.add(total, [r.key for r in classes])
    counts.add(total, list(within.values()), rest=_OUTSIDE)
    counts.add(_OUTSIDE, [r.key for r in classes if " | " not in r.level])
    others = []
    for wave, window in within.items():
        inside = [r.key for r in classes if r.level.partition(" | ")[2] == wave]
        rest = ("another survey in the window", wave)
        counts.add(window, inside)
        counts.add(window, [r.key for r in waves if r.level == wave], rest=rest)
        others += [rest] if rest in counts.values else []
    # Which reason is which, the numbers say; a chance agreement hides one number more.
    for reason in reasons:
        counts.add(reason, [_OUTSIDE])
        counts.add(reason, others)
    for row in waves if not within else ():
        counts.add(total, [row.key])


def told_by_joins(rows: list[LedgerRow], hidden: set[Key], profile: Profile) -> Iterator[Key]:
    """Keys of changes without joined IDs, where few were joined or the main change is hidden.

    Beside the change of everyone such a change tells how those few changed.
    """
    for row in rows:
        if row.analysis != "sensitivity":
            continue
        main = _main_change(r for r in rows if r.outcome == row.outcome and r.group == row.group)
        if main is None:
            continue
        few = 0 < abs(_n(main) - _n(row)) <= profile.hide_statistics_to
        unseen = main.key in hidden or ("any", row.outcome, row.group) in hidden
        if few or unseen:
            yield row.key


def _main_change(rows: Iterable[LedgerRow]) -> LedgerRow | None:
    """The change by the mixed model; by the pairs where there is none."""
    found = {r.analysis: r for r in rows if r.statistic == "mean_change" and r.contrast}
    mixed, paired = found.get("mixed"), found.get("paired")
    return paired if mixed is None or math.isnan(mixed.value) else mixed


def _n(row: LedgerRow) -> int:
    """People a row rests on."""
    return row.n or 0
