"""People who may be one: joined where the plan consents, else for the evaluator to confirm."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from peereval.data.account import row_cells
from peereval.data.matching.codes import elements_of
from peereval.data.matching.lone import lone_people
from peereval.data.matching.near_codes import join_codes, near_codes
from peereval.data.matching.near_ids import near_pairs
from peereval.data.people import Doubts, NearIds
from peereval.data.words import verb
from peereval.notes import Cell, Finding

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from peereval.data.arrange import Entries, Sheet
    from peereval.data.matching.lone import Lone
    from peereval.data.people import People


def settle_doubts(
    sheet: Sheet, people: People, entries: Entries, days: NDArray[Any] | None
) -> tuple[People, Doubts, list[Finding]]:
    """Look for people who stand under two IDs, each with one survey.

    Parameters
    ----------
    sheet : Sheet
        A table with its columns.
    people : People
        Who each row is about, by the plan's rule for IDs.
    entries : Entries
        Entries that are used.
    days : ndarray of int, shape (rows,), or None
        Day number of each input row, where waves come from dates.

    Returns
    -------
    People
        With codes joined of which one element differs, where the plan consents; else as given.
    Doubts
        What was not joined.
    list of Finding
        What was found and done.
    """
    if sheet.columns.participant is None:
        return people, Doubts(), []
    when = entries.wave if days is None else days[entries.position]
    lone = lone_people(sheet, people, entries, when)
    found: list[Finding] = []
    if sheet.columns.elements:
        joined, ambiguous = near_codes(lone)
        pairs = [(i, j, _element(lone.name[i], lone.name[j])) for i, j in joined]
        if sheet.plan.data.sgic_tolerance:
            people, found = join_codes(sheet, people, lone, joined)
            pairs = []
    else:
        own = set(lone.name)
        used = dict.fromkeys(people.names[people.of_row[entries.position]].tolist())
        pairs, ambiguous = near_pairs(lone, [name for name in used if name not in own])
    doubts = Doubts(
        near=tuple(_near(sheet, lone, pair, dated=days is not None) for pair in pairs),
        n_ambiguous=len(ambiguous),
    )
    return people, doubts, [*found, *_findings(sheet, doubts, lone, pairs)]


def _element(first: str, second: str) -> str:
    """The element by which two codes differ, in words."""
    both = zip(elements_of(first), elements_of(second), strict=True)
    return "one element differs: " + ", ".join(f"{a} / {b}" for a, b in both if a != b)


def _near(sheet: Sheet, lone: Lone, pair: tuple[int, int, str], *, dated: bool) -> NearIds:
    """A pair as the evaluator sees it."""
    i, j, reason = pair
    order = sheet.plan.waves.order

    def survey(k: int) -> str:
        when = lone.when[k]
        return dt.date.fromordinal(when).isoformat() if dated else order[when]

    def cell(k: int) -> Cell:
        number = int(sheet.table.row_numbers[lone.row[k]])
        return Cell(row=number, column=str(sheet.columns.participant), value=lone.name[k])

    return NearIds(
        first=lone.name[i],
        second=lone.name[j],
        cells=(cell(i), cell(j)),
        surveys=(survey(i), survey(j)),
        reason=reason,
    )


def _findings(
    sheet: Sheet, doubts: Doubts, lone: Lone, pairs: list[tuple[int, int, str]]
) -> list[Finding]:
    """That there are such pairs, and IDs that fit several others."""
    import numpy as np

    found = []
    if n := len(doubts.near):
        rows = np.zeros(sheet.n_rows, dtype=bool)
        rows[[lone.row[k] for i, j, _ in pairs for k in (i, j)]] = True
        consent = "sgic_tolerance = 1" if sheet.columns.elements else "[data.same]"
        found.append(
            Finding(
                code="near_ids",
                severity="warn",
                what=f"{n:,} {verb(n, 'pair', 'pairs')} of IDs {verb(n, 'differs', 'differ')} by so "
                f"little that {verb(n, 'it', 'each')} may be one person; "
                f"{verb(n, 'it was', 'they were')} not joined.",
                effect="If they are, pairs are lost and people counted twice.",
                fix=f"'peereval check' lists them; confirm by {consent} those that are one person.",
                n=n,
                cells=row_cells(sheet, rows, column=str(sheet.columns.participant)),
            )
        )
    if n := doubts.n_ambiguous:
        found.append(
            Finding(
                code="ambiguous_ids",
                severity="warn",
                what=f"{n:,} IDs {verb(n, 'comes', 'come')} near to more than one other and stay "
                "apart: nobody can tell which belong together.",
                effect="If some do, pairs are lost and people counted twice.",
                fix="compare them with the forms.",
                n=n,
            )
        )
    return found
