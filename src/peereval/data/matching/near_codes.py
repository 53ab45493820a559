"""Codes of which one element differs: joined where the plan consents and nobody else fits."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from peereval.data.account import row_cells
from peereval.data.matching.codes import elements_of
from peereval.data.matching.doubtful_ids import folded
from peereval.data.matching.lone import unique_pairs
from peereval.data.words import verb
from peereval.notes import Finding

if TYPE_CHECKING:
    from peereval.data.arrange import Sheet
    from peereval.data.matching.lone import Lone
    from peereval.data.people import People


def near_codes(lone: Lone) -> tuple[list[tuple[int, int]], set[int]]:
    """Pairs of people whose codes differ in one element, and who fit nobody else.

    Parameters
    ----------
    lone : Lone
        People with one survey only.

    Returns
    -------
    list of (int, int)
        Numbers of the two.
    set of int
        Numbers of those who fit several others.
    """
    codes = [elements_of(folded(name)) for name in lone.name]
    blocks: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for number, code in enumerate(codes):
        for i in range(len(code)):
            blocks[*code[:i], "", *code[i + 1 :], str(i)].append(number)
    return unique_pairs(blocks.values(), lone.may_be_one, len(codes))


def join_codes(
    sheet: Sheet, people: People, lone: Lone, pairs: list[tuple[int, int]]
) -> tuple[People, list[Finding]]:
    """Make one person of each pair.

    Parameters
    ----------
    sheet : Sheet
        A table with its columns.
    people : People
        Who each row is about.
    lone : Lone
        People with one survey only.
    pairs : list of (int, int)
        Numbers of those who are one.

    Returns
    -------
    People
        The code that comes first in the order of texts stands for both.
    list of Finding
        How many were joined.
    """
    import numpy as np

    if not pairs:
        return people, []
    owner = np.arange(len(people.names))
    for i, j in pairs:
        owner[lone.person[j]] = lone.person[i]
    joined = np.isin(people.of_row, [lone.person[k] for pair in pairs for k in pair])
    of_row = np.where(people.of_row < 0, -1, owner[people.of_row])
    n = len(pairs)
    return replace(people, of_row=of_row), [
        Finding(
            code="joined_codes",
            severity="note",
            what=f"{n:,} {verb(n, 'person was', 'people were')} found by codes of which one element "
            "differs; by sgic_tolerance of the plan their rows were joined.",
            effect="Rows under the two codes count as one person.",
            n=n,
            cells=row_cells(sheet, joined, column=str(sheet.columns.participant)),
        )
    ]
