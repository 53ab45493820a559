"""The counts of a ledger and the sums that tie them, as an attentive reader would find them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from peereval.disclosure.classes import tie_classes
from peereval.disclosure.groups import STUDY, by, by_outcome
from peereval.disclosure.matched import tie_matches, tie_windows
from peereval.disclosure.ranks import named_counts, tie_ranks
from peereval.disclosure.rules import COUNTED
from peereval.disclosure.sums import Counts, Name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from peereval.results.ledger import LedgerRow

# What readers miss least is hidden first; a region's number before that of everyone.
_COST = {
    "people": 0,
    "surveys_by_days": 0,
    "people_matched": 1,
    "people_not_matched": 1,
    "surveys_in_window": 1,
    "surveys_after_first": 1,
    "any": 1,
    "people_pre": 2,
    "people_post": 2,
    "people_moved": 3,
    "anyone": 1,
    "complete": 2,
    "rows_used": 3,
    "rows_read": 4,
    "rows_left_out": 4,
    "n_post": 5,
    "n_pre": 6,
    "people_only_last": 7,
    "people_only_first": 8,
    "people_at_wave": 9,
    "people_at_both": 11,
    "n_pairs": 12,
}
_OF_ANYBODY = ("any", "anyone")


def counts_by_outcome(rows: Iterable[LedgerRow]) -> dict[str, Counts]:
    """Counts and sums of the study and of each outcome.

    Names are the keys of ledger rows; ``("any", outcome, group)`` is the number of people the
    mixed model rests on, which stands in the n of its row, ``("anyone", outcome, group)`` that of
    the comparison of two surveys, and ``("complete", outcome, wave)`` the number of complete forms.
    """
    return {outcome: _counts(found) for outcome, found in by_outcome(rows).items()}


def any_name(row: LedgerRow) -> Name:
    """Name of the number of people with any score, in the group of a row."""
    return ("any", row.outcome, row.group)


def anyone_name(row: LedgerRow) -> Name:
    """Name of the number of people with a score at either survey, in the group of a row."""
    return ("anyone", row.outcome, row.group)


def complete_name(outcome: str, wave: str) -> Name:
    """Name of the number of forms on which every item was answered."""
    return ("complete", outcome, wave)


def wave_of(row: LedgerRow, waves: Iterable[str]) -> str:
    """The wave a level names, alone or before an item; empty when it names none."""
    return next((w for w in waves if row.level == w or row.level.startswith(f"{w} | ")), "")


def _counts(rows: list[LedgerRow]) -> Counts:
    """Counts and sums of one outcome or of the study."""
    counts = Counts()
    for row in rows:
        cost = 2 * _COST.get(row.statistic, 6) + (row.group == "all")
        if row.unit in COUNTED or (row.unit == "rows" and row.outcome == STUDY):
            counts.publish(row.key, row.value, cost)
        elif row.n is not None and (name := _people_behind(row)):
            counts.publish(name, row.n, 2 * _COST[name[0]] + (row.group == "all"))
        for name, n in named_counts(row).items():
            counts.publish(name, n, 2 * _COST["any"] + (row.group == "all"))
    groups = by(lambda row: row.group, rows)
    for group, members in groups.items():
        if rows[0].outcome == STUDY:
            _flow(counts, [r for r in members if r.analysis == "flow"])
            _measures(counts, [r for r in members if r.analysis == "individual_change"])
        else:
            _scores(counts, members, group)
    _regions(counts, groups)
    if rows[0].outcome == STUDY:
        _rows_of_the_file(counts, [r for r in rows if r.analysis == "flow"])
        tie_matches(counts, rows)
        tie_windows(counts, rows)
    return counts


def _people_behind(row: LedgerRow) -> Name:
    """Name of the number of people that the n of a row tells; empty where it tells none anew."""
    if row.analysis == "mixed" and row.statistic == "mean_change":
        return any_name(row)
    if row.analysis in ("overlap", "unmatched"):
        return anyone_name(row)
    if row.analysis == "reliability" and row.statistic == "alpha":
        return complete_name(row.outcome, row.level)
    return ()


def _regions(counts: Counts, groups: Mapping[str, list[LedgerRow]]) -> None:
    """Every count of everyone is that of the regions, and of people without one, together."""
    regions = [g for g in groups if g != "all"]
    wholes = [n for n in counts.cost if (n[-1] if n[0] in _OF_ANYBODY else n[1]) == "all"]
    for whole in wholes:
        parts = [_in_group(whole, region) for region in regions]
        counts.add(whole, parts, rest=("no region", *whole))


def _in_group(name: Name, group: str) -> Name:
    """The name of the same count in another group."""
    if name[0] in _OF_ANYBODY:
        return (*name[:-1], group)
    return (name[0], group, *name[2:])


def _flow(counts: Counts, rows: list[LedgerRow]) -> None:
    """Steps of the flow in one group: both + only first = first, and so on."""
    named = {r.statistic: r.key for r in rows if r.statistic != "people_at_wave"}
    both, first, last = (
        named.get(s, ()) for s in ("people_at_both", "people_only_first", "people_only_last")
    )
    counts.add(named.get("people", ()), (both, first, last))
    for row in rows:
        if row.statistic == "people_at_wave":
            # Which wave is which, the numbers say; a chance agreement hides one number more.
            counts.add(row.key, (both, first))
            counts.add(row.key, (both, last))


def _measures(counts: Counts, rows: list[LedgerRow]) -> None:
    """Rates over several measures in one group: who changed how, who was a case, who recovered."""
    named = {r.level: r.key for r in rows if r.unit == "people"}
    if not named:
        return
    kinds = ("reliable_improvement", "reliable_deterioration", "no_reliable_change")
    counts.add(named["with_measures"], [named[kind] for kind in kinds])
    for whole, part in (
        ("with_measures", "at_caseness"),
        ("at_caseness", "recovery"),
        ("recovery", "reliable_recovery"),
        ("reliable_improvement", "reliable_recovery"),
    ):
        rest = ("not", part, *named[whole])
        counts.add(named[whole], [named[part]], rest=rest)


def _rows_of_the_file(counts: Counts, rows: list[LedgerRow]) -> None:
    """Rows read = used + left out; used = people, or people at every wave together."""
    named = {r.statistic: r.key for r in rows if r.group == "all" and not r.level}
    used, left_out = named.get("rows_used", ()), named.get("rows_left_out", ())
    counts.add(named.get("rows_read", ()), (used, left_out))
    reasons = [r.key for r in rows if r.statistic == "rows_left_out" and r.level]
    counts.add(left_out, reasons)
    counts.add(used, [named.get("people", ())])
    at_waves = [r.key for r in rows if r.statistic == "people_at_wave" and r.group == "all"]
    counts.add(used, at_waves)


def _scores(counts: Counts, rows: list[LedgerRow], group: str) -> None:
    """Scores before, after, both; people at the ends of the scale; categories and classes."""
    named = {r.statistic: r.key for r in rows if r.statistic.startswith("n_")}
    pairs = named.get("n_pairs", ())
    name = (rows[0].outcome, group)
    for wave, statistic in zip(score_waves(rows), ("n_pre", "n_post"), strict=False):
        whole = named.get(statistic, ())
        counts.add(whole, [pairs], rest=("one score", statistic, *name))
        for row in rows:
            if row.statistic in ("at_lowest", "at_highest") and row.level == wave:
                counts.add(whole, [row.key], rest=("not", *row.key))
        complete = complete_name(rows[0].outcome, wave)
        if group == "all" and complete in counts.values:
            counts.add(whole, [complete], rest=("not", *complete))
            _uniform(counts, rows, complete, wave)
    alone = [("one score", s, *name) for s in ("n_pre", "n_post")]
    either = [pairs, *(n for n in alone if n in counts.values)]
    counts.add(("any", *name), either)
    # Without IDs nobody is known to have both scores.
    both_waves = [named.get("n_pre", ()), named.get("n_post", ())]
    counts.add(("anyone", *name), either if pairs in counts.values else both_waves)
    counts.add(("anyone", *name), [("any", *name)])
    changed = [r.key for r in rows if r.analysis == "individual_change" and r.unit == "people"]
    counts.add(pairs, changed)
    tie_classes(counts, rows, pairs, group)
    tie_ranks(counts, rows, pairs)


def _uniform(counts: Counts, rows: list[LedgerRow], complete: Name, wave: str) -> None:
    """One answer all through: of the complete forms; contradictory or not; at an end or between."""
    named = {r.statistic: r.key for r in rows if r.level == wave and r.unit == "people"}
    straight = named.get("straight_lined", ())
    counts.add(complete, [straight], rest=("not", *straight))
    counts.add(straight, [named.get("contradictory", ())], rest=("in earnest", *straight))
    ends = [named[s] for s in ("at_lowest", "at_highest") if s in named]
    counts.add(straight, ends, rest=("between", *straight))


def score_waves(rows: Iterable[LedgerRow]) -> list[str]:
    """The first and the last wave, as the rows about everyone's scores name them in order."""
    return list(dict.fromkeys(r.level for r in rows if r.analysis == "scores" and r.level))
