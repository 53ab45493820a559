"""Which counts give which others away by adding and subtracting, and what to hide against it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from peereval.disclosure.rules import Profile

Name: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """One sum that holds: the whole is its parts together."""

    whole: Name
    parts: tuple[Name, ...]

    @property
    def names(self) -> tuple[Name, ...]:
        """The whole and its parts."""
        return (self.whole, *self.parts)


@dataclass(slots=True, kw_only=True)
class Counts:
    """Counts of one outcome, or of the study, with the sums that tie them.

    Attributes
    ----------
    values : dict
        By name. A count that no row shows (people with a first score only, people without a
        region) has a name too, because it may follow from those shown.
    cost : dict
        How much a reader would miss a count that is shown; the least missed is hidden first.
        A count without a cost is shown by no row.
    totals : list of Total
        The sums.
    """

    values: dict[Name, float] = field(default_factory=dict)
    cost: dict[Name, int] = field(default_factory=dict)
    totals: list[Total] = field(default_factory=list)

    def publish(self, name: Name, value: float, cost: int) -> None:
        """Add a count that some row shows."""
        self.values[name], self.cost[name] = value, cost

    def add(self, whole: Name, parts: Iterable[Name], *, rest: Name | None = None) -> None:
        """Add a sum, if its counts are known and it holds.

        `rest` names what is missing to the whole, where no row shows that.
        """
        there = tuple(parts)
        if whole not in self.values or not there or any(p not in self.values for p in there):
            return
        missing = self.values[whole] - sum(self.values[p] for p in there)
        if missing > 0 and rest is not None:
            self.values[rest] = missing
            there = (*there, rest)
        elif missing:
            return
        self.totals.append(Total(whole=whole, parts=there))


def protect(
    counts: Counts, hidden: set[Name], profile: Profile, *, exact: bool = True
) -> set[Name]:
    """Names to hide, so that no small count follows from those that are shown.

    Parameters
    ----------
    counts : Counts
        All counts and sums.
    hidden : set of names
        Counts hidden for themselves.
    profile : Profile
        Says which counts are too small.
    exact : bool, default True
        Whether shown counts are exact, so that every combination of sums gives something away.

    Returns
    -------
    set of names
        `hidden` is part of it.
    """
    gone = set(hidden)
    while True:
        risky = [t for t in counts.totals if _too_few_hidden(t, counts, gone, hidden, profile)]
        if exact:
            for name, totals in determined(counts, gone).items():
                if name in hidden or _small(counts.values[name], profile):
                    risky += totals
        shown = {n for t in risky for n in t.names if n in counts.cost and n not in gone}
        if not shown:
            return gone
        gone.add(min(shown, key=lambda n: (counts.cost[n], counts.values[n], n)))


def determined(counts: Counts, hidden: set[Name]) -> dict[Name, list[Total]]:
    """Hidden counts whose exact value follows from those shown, each with the sums it takes.

    The sums are linear equations in the hidden counts; after Gauss-Jordan elimination a count
    follows when one equation is left with that count alone.

    Examples
    --------
    >>> counts = Counts()
    >>> for name, value in (("all", 20), ("north", 17), ("south", 3)):
    ...     counts.publish((name,), value, 1)
    >>> counts.add(("all",), [("north",), ("south",)])
    >>> list(determined(counts, {("south",)}))
    [('south',)]
    >>> list(determined(counts, {("south",), ("north",)}))
    []
    """
    unknown = [n for n in counts.values if n in hidden or n not in counts.cost]
    place = {name: i for i, name in enumerate(unknown)}
    n = len(counts.totals)
    # The right half keeps account of which sums each row has been combined from.
    table = np.hstack([np.zeros((n, len(unknown))), np.eye(n)])
    for row, total in zip(table, counts.totals, strict=True):
        for name in total.names:
            if name in place:
                row[place[name]] += 1.0 if name == total.whole else -1.0
    done = 0
    for column in range(len(unknown)):
        rows = done + np.flatnonzero(np.abs(table[done:, column]) > 1e-9)
        if not rows.size:
            continue
        table[[done, rows[0]]] = table[[rows[0], done]]
        table[done] /= table[done, column]
        # A count stands in few sums, so nearly all rows have nothing to take off.
        others = np.flatnonzero(table[:, column])
        others = others[others != done]
        table[others] -= np.outer(table[others, column], table[done])
        done += 1
    found = {}
    for row in table:
        alone = np.flatnonzero(np.abs(row[: len(unknown)]) > 1e-9)
        if alone.size == 1:
            taken = np.flatnonzero(np.abs(row[len(unknown) :]) > 1e-9)
            found[unknown[int(alone[0])]] = [counts.totals[int(i)] for i in taken]
    return found


def _small(value: float, profile: Profile) -> bool:
    """Whether a count that no row shows is too small to follow; nobody at all is no secret."""
    return value > 0 and profile.hides_count(round(value))


def _too_few_hidden(
    total: Total, counts: Counts, gone: set[Name], hidden: set[Name], profile: Profile
) -> bool:
    """Whether the hidden parts of a shown sum are one, or hold so few people that each is known."""
    if total.whole in gone or not hidden.intersection(total.parts):
        return False
    unknown = [p for p in total.parts if p in gone or p not in counts.cost]
    together = round(sum(counts.values[p] for p in unknown))
    return len(unknown) == 1 or profile.hides_count(together)
