"""Sums that tie people by class of score, by band of severity and by answer."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from peereval.disclosure.sums import Counts, Name
    from peereval.results.ledger import LedgerRow

SHIFTS = ("bands", "categories")
"""Analyses that count people by band of severity, or by answer, before and after."""

TABLES = ("distribution", *SHIFTS)
"""Analyses that count people by class before and after; only pairs with somebody have a row."""

MARGINS = ("people_pre", "people_post")
"""Statistics that count people by class at one survey."""

_DIGITS = 9  # Decimals to which two limits are compared.

Block: TypeAlias = tuple[float, ...]


def tie_classes(counts: Counts, rows: list[LedgerRow], pairs: Name, group: str) -> None:
    """Add the sums of one outcome in one group.

    Everyone with both scores is in one class before and one after, and has moved up, down or not
    at all. Classes of scores and bands cut the same scale, so between two limits that both have
    there are the same people. And the people with the lowest or the highest answer are among
    those at that end of the scale.
    """
    for analysis in TABLES:
        of_analysis = [r for r in rows if r.analysis == analysis and r.unit == "people"]
        cells = [r for r in of_analysis if r.statistic == "people"]
        counts.add(pairs, [r.key for r in cells])
        for statistic in (*MARGINS, "people_moved"):
            counts.add(pairs, [r.key for r in of_analysis if r.statistic == statistic])
        for row in of_analysis:
            if row.statistic in MARGINS:
                at = MARGINS.index(row.statistic)
                counts.add(row.key, [c.key for c in cells if c.level.split(" | ")[at] == row.level])
            elif row.statistic == "people_moved" and analysis in SHIFTS:
                counts.add(row.key, [c.key for c in cells if _moved(c) == row.level])
    for other in SHIFTS:
        _tie_partitions(counts, rows, other, group)
    _tie_ends(counts, rows)


def start_of(name: str) -> float:
    """Lowest score of a class from its name: ``"5 to 10"``, ``"mild (5 to 9)"`` or ``"3"``.

    Examples
    --------
    >>> start_of("-5 to 10"), start_of("mild (5 to 9)"), start_of("3")
    (-5.0, 5.0, 3.0)
    """
    return float(name.rpartition("(")[2].partition(" to ")[0])


def _starts(row: LedgerRow) -> tuple[float, ...]:
    """Lowest scores of the classes a row counts: before and after, or at one survey."""
    return tuple(start_of(part) for part in row.level.split(" | "))


def _moved(cell: LedgerRow) -> str:
    """Whether people of a cell moved up, down or not."""
    before, after = _starts(cell)
    return "same" if before == after else "up" if after > before else "down"


def _tie_partitions(counts: Counts, rows: list[LedgerRow], other: str, group: str) -> None:
    """Classes of scores and bands (or answers) agree between the limits that both have."""
    found = [
        [r for r in rows if r.analysis == a and r.statistic == "people"]
        for a in ("distribution", other)
    ]
    if not all(found):
        return
    bands = {start_of(r.level) for r in rows if (r.analysis, r.statistic) == (other, "people_pre")}
    shared = sorted(_edges(found[0]) & {round(start, _DIGITS) for start in bands})
    blocks = [_blocks(cells, lambda s: _floor(shared, s)) for cells in found]
    for block in blocks[0].keys() | blocks[1].keys():
        name = ("block", group, other, *map(str, block))
        parts = [[r.key for r in b.get(block, ())] for b in blocks]
        counts.values[name] = sum(counts.values[key] for key in parts[0])
        for keys in parts:
            counts.add(name, keys)


def _edges(cells: list[LedgerRow]) -> set[float]:
    """Lowest scores of all classes of equal width from the lowest to the highest that has a row."""
    low, _, high = cells[0].level.partition(" | ")[0].partition(" to ")
    step = float(high) - float(low)
    starts = {start for cell in cells for start in _starts(cell)}
    number = round((max(starts) - min(starts)) / step) + 1
    return {round(min(starts) + i * step, _DIGITS) for i in range(number)}


def _floor(shared: list[float], start: float) -> float:
    """The largest shared limit not above a class."""
    return max((s for s in shared if s <= round(start, _DIGITS)), default=-float("inf"))


def _blocks(
    cells: Iterable[LedgerRow], floor: Callable[[float], float]
) -> dict[Block, list[LedgerRow]]:
    """Cells by the shared limits they lie between."""
    blocks: dict[Block, list[LedgerRow]] = defaultdict(list)
    for cell in cells:
        blocks[tuple(floor(start) for start in _starts(cell))].append(cell)
    return blocks


def _tie_ends(counts: Counts, rows: list[LedgerRow]) -> None:
    """People of the lowest and the highest answer are part of those at that end of the scale."""
    waves = list(dict.fromkeys(r.level for r in rows if r.statistic == "at_lowest"))
    for wave, margin in zip(waves, MARGINS, strict=False):
        answers = [r for r in rows if r.analysis == "categories" and r.statistic == margin]
        if not answers:
            continue
        ends = {"at_lowest": answers[0], "at_highest": answers[-1]}
        for row in rows:
            if row.statistic in ends and row.level == wave:
                answer = ends[row.statistic]
                counts.add(row.key, [answer.key], rest=("one score", *answer.key))
