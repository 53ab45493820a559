"""People with one survey only, and who among them fits exactly one other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from peereval.data.arrange import Entries, Sheet
    from peereval.data.people import People

_LARGEST = 500
"""Where more people share what two must have in common, it tells nobody apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lone:
    """People who have one survey only.

    Attributes
    ----------
    person : list of int
        Position in `People.names`.
    name : list of str
        Their IDs.
    row : list of int
        Position of an input row of each.
    when : list of int
        Wave or day of the survey.
    places : list of tuple of str
        Region and group of each, empty where not given.
    """

    person: list[int]
    name: list[str]
    row: list[int]
    when: list[int]
    places: list[tuple[str, ...]]

    def may_be_one(self, i: int, j: int) -> bool:
        """Whether two of them have surveys at different times, and no different places."""
        return self.when[i] != self.when[j] and all(
            a == b or not a or not b for a, b in zip(self.places[i], self.places[j], strict=True)
        )


def lone_people(sheet: Sheet, people: People, entries: Entries, when: NDArray[Any]) -> Lone:
    """Find the people who have one survey only.

    Parameters
    ----------
    sheet : Sheet
        A table with its columns.
    people : People
        Who each row is about.
    entries : Entries
        Entries that are used.
    when : ndarray of int, shape (n,)
        Wave or day of each entry.

    Returns
    -------
    Lone
        In order of their IDs, so that the order of rows does not matter.
    """
    import pandas as pd

    frame = pd.DataFrame(
        {"person": people.of_row[entries.position], "when": when, "row": entries.position}
    )
    single = frame.groupby("person")["when"].transform("nunique") == 1
    chosen = frame[single].drop_duplicates("person")
    name = people.names[chosen["person"]].tolist()
    order = sorted(range(len(name)), key=name.__getitem__)
    row = chosen["row"].tolist()
    columns = [c for c in (sheet.columns.region, sheet.columns.group) if c is not None]
    texts, missing = [sheet.texts(c) for c in columns], sheet.missing

    def place(row: int) -> tuple[str, ...]:
        found = [text.at(row) for text in texts]
        return tuple("" if missing.covers(t) else "".join(t.split()).casefold() for t in found)

    who, times = chosen["person"].tolist(), chosen["when"].tolist()
    return Lone(
        person=[who[i] for i in order],
        name=[name[i] for i in order],
        row=[row[i] for i in order],
        when=[times[i] for i in order],
        places=[place(row[i]) for i in order],
    )


def unique_pairs(
    blocks: Iterable[Sequence[int]], fits: Callable[[int, int], bool], n: int
) -> tuple[list[tuple[int, int]], set[int]]:
    """Pairs in which each fits the other and nobody else.

    Nobody is compared outside their blocks, and nobody any more after fitting two others, so
    that the time it takes grows with the number of people and not with its square.

    Parameters
    ----------
    blocks : iterable of sequences of int
        Numbers of those that are worth comparing; a pair may lie in several blocks.
    fits : callable
        Whether two fit, either way round.
    n : int
        Pairs are looked for among numbers below this one; others only stand in their way.

    Returns
    -------
    list of (int, int)
        Such pairs, in order.
    set of int
        Those who fit more than one other, or one who does.

    Examples
    --------
    >>> unique_pairs([[0, 1], [2, 3, 4]], lambda i, j: True, 5)
    ([(0, 1)], {2, 3, 4})
    """
    found: dict[int, set[int]] = {}
    for block in blocks:
        if len(block) > _LARGEST:
            found.update((i, {-1, -2}) for i in block if i < n)
            continue
        for i in block if len(block) > 1 else ():
            own = found.setdefault(i, set()) if i < n else None
            for j in block:
                if own is None or len(own) > 1:
                    break
                if i != j and fits(i, j):
                    own.add(j)
    found = {i: own for i, own in found.items() if own}
    pairs = sorted(
        (i, j)
        for i, own in found.items()
        if len(own) == 1
        for j in own
        if i < j and found.get(j) == {i}
    )
    return pairs, set(found).difference(*pairs)
