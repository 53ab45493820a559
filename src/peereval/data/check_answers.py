"""Answers as numbers: what is no number, what the scale cannot take, what is not there."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from peereval.data.arrange import parts_of
from peereval.data.labels.contradictions import contradictions
from peereval.data.labels.numbered import answer_number, label_numbers, number_and_label
from peereval.data.labels.unmatched import unmatched_words
from peereval.data.numbers import USUAL_MISSING_CODES, is_date, number
from peereval.data.words import verb
from peereval.notes import Cell, Finding
from peereval.plan.labels import same_label

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from peereval.data.arrange import Entries, Sheet
    from peereval.data.numbers import MissingCodes
    from peereval.data.people import People
    from peereval.data.study import Item
    from peereval.plan import OutcomeSpec

_FINE, _OUTSIDE, _NOT_WHOLE, _NO_NUMBER, _DATE = range(5)
_CODES = {
    _OUTSIDE: "out_of_range",
    _NOT_WHOLE: "not_whole",
    _NO_NUMBER: "not_a_number",
    _DATE: "date_as_answer",
}
_EFFECT = "The outcome cannot be scored with them."


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Answers:
    """One item's answers: values, what is wrong with each, and where they stand."""

    numbers: NDArray[np.float64]
    status: NDArray[np.int8]
    parts: list[tuple[str, NDArray[Any]]]


def read_answers(
    sheet: Sheet, people: People, entries: Entries
) -> tuple[dict[str, pd.DataFrame], list[Finding]]:
    """Numbers of every outcome, and everything that is wrong with them.

    Parameters
    ----------
    sheet : Sheet
        A table with its columns.
    people : People
        Who each row is about.
    entries : Entries
        Entries that are used.

    Returns
    -------
    dict of str to pandas.DataFrame
        Per outcome one column per item, rows as in `entries`; NaN where there is no answer,
        and where the scale cannot take it.
    list of Finding
        Wrong answers (refused, or set to missing by the plan's rule), items and outcomes
        without any answer. Two outcomes that read the same cells report them once.
    """
    import pandas as pd

    answers: dict[str, pd.DataFrame] = {}
    findings: list[Finding] = []
    reported: set[tuple[str, tuple[Cell, ...]]] = set()
    for outcome in sheet.plan.outcomes:
        items = sheet.columns.items[outcome.name]
        read = [_item_answers(sheet, item, entries) for item in items]
        answers[outcome.name] = pd.DataFrame(
            {item.name: part.numbers for item, part in zip(items, read, strict=True)}
        )
        for finding in _wrong(sheet, people, entries, outcome, read):
            if (finding.code, finding.cells) not in reported:
                reported.add((finding.code, finding.cells))
                findings.append(finding)
        findings += contradictions(outcome, items, _numbered(sheet, items))
        if len(entries):
            findings += _unanswered(outcome, items, read)
    return answers, findings


def _item_answers(sheet: Sheet, item: Item, entries: Entries) -> _Answers:
    """Answers of one item at every entry; each different text is judged once."""
    import numpy as np

    values = np.full(len(entries), np.nan)
    status = np.zeros(len(entries), dtype=np.int8)
    parts = parts_of(sheet, item, entries)
    missing = sheet.missing
    labels = label_numbers(item.labels)
    for column, index in parts:
        texts = sheet.texts(column)
        judged = [
            _judged(text, item, missing, labels, decimal_comma=sheet.table.decimal_comma)
            for text in texts.different
        ]
        codes = texts.codes[entries.position[index]]
        values[index] = np.array([value for value, _ in judged])[codes]
        status[index] = np.array([mark for _, mark in judged], dtype=np.int8)[codes]
    return _Answers(numbers=values, status=status, parts=parts)


def _judged(
    text: str,
    item: Item,
    missing: MissingCodes,
    labels: Mapping[str, float],
    *,
    decimal_comma: bool,
) -> tuple[float, int]:
    """Value of one text for an item, and what is wrong with it."""
    if missing.covers(text):
        return math.nan, _FINE
    value = answer_number(text, labels, decimal_comma=decimal_comma)
    if value is None:
        return math.nan, _DATE if is_date(text) else _NO_NUMBER
    if not item.low <= value <= item.high:
        return math.nan, _OUTSIDE
    if item.whole and not value.is_integer():
        return math.nan, _NOT_WHOLE
    return value, _FINE


def _numbered(sheet: Sheet, items: Sequence[Item]) -> Iterator[tuple[str, float, str]]:
    """Columns with the numbers and labels of answers such as "3 - Agree"."""
    for item in items:
        labels = label_numbers(item.labels)
        for column in dict.fromkeys(item.columns.values()):
            for text in sheet.texts(column).different:
                found = number_and_label(text)
                if found is not None and same_label(text) not in labels:
                    yield column, *found


def _wrong(
    sheet: Sheet, people: People, entries: Entries, outcome: OutcomeSpec, read: list[_Answers]
) -> list[Finding]:
    """One finding for each kind of wrong answer of an outcome."""
    import numpy as np

    findings = []
    refuse = sheet.plan.data.out_of_range == "refuse"
    for mark, code in _CODES.items():
        places = [
            (int(i), column)
            for part in read
            if (part.status == mark).any()
            for column, index in part.parts
            for i in index[np.flatnonzero(part.status[index] == mark)]
        ]
        if not places:
            continue
        cells = tuple(_cell(sheet, people, entries, i, column) for i, column in sorted(places))
        columns = list(dict.fromkeys(column for _, column in places))
        items = sheet.columns.items[outcome.name]
        what = _what(mark, len(cells), columns, outcome, items)
        were = verb(len(cells), "it was", "they were")
        by_rule = f' by out_of_range = "missing" {were} set to missing.'
        findings.append(
            Finding(
                code=code,
                severity="refuse" if refuse else "note",
                what=f"{what}." if refuse else f"{what};{by_rule}",
                effect=_EFFECT
                if refuse
                else "The scale cannot take them: they count as not answered.",
                fix=_fix(mark, cells, items, decimal_comma=sheet.table.decimal_comma)
                if refuse
                else "",
                n=len(cells),
                outcome=outcome.name,
                cells=cells,
            )
        )
    return findings


def _cell(sheet: Sheet, people: People, entries: Entries, i: int, column: str) -> Cell:
    """Place of one entry's answer."""
    row = int(entries.position[i])
    return Cell(
        row=int(sheet.table.row_numbers[row]),
        column=column,
        value=sheet.texts(column).at(row),
        participant=people.name(row),
    )


def _what(
    mark: int, n: int, columns: list[str], outcome: OutcomeSpec, items: Sequence[Item]
) -> str:
    """What is wrong, in words, without the answers themselves."""
    shown = ", ".join(f"'{column}'" for column in columns[:5])
    more = f" and {len(columns) - 5} more" if len(columns) > 5 else ""
    start = f"{outcome.title}: {n:,} {verb(n, 'answer', 'answers')} in {shown}{more}"
    if mark == _OUTSIDE:
        ranges = {(item.low, item.high) for item in items}
        low, high = next(iter(ranges))
        span = f" ({low:g} to {high:g})" if len(ranges) == 1 else ""
        return f"{start} {verb(n, 'lies', 'lie')} outside the possible range{span}"
    if mark == _NOT_WHOLE:
        return f"{start} {verb(n, 'is not a whole number', 'are not whole numbers')}"
    if mark == _NO_NUMBER:
        return f"{start} {verb(n, 'is', 'are')} text where a number belongs"
    return (
        f"{start} {verb(n, 'is a date', 'are dates')} where a number belongs, "
        "as spreadsheet programs make of entries like 1-3 or 2/4"
    )


def _fix(mark: int, cells: tuple[Cell, ...], items: Sequence[Item], *, decimal_comma: bool) -> str:
    """How to mend it, with codes that look like "no answer" named."""
    rule = 'say out_of_range = "missing" under [data] to leave them out.'
    if mark == _DATE:
        return f"type the answers again in columns formatted as text; or {rule}"
    different = {number(c.value, decimal_comma=decimal_comma) for c in cells}
    codes = sorted(v for v in different if v is not None and v in USUAL_MISSING_CODES)
    if mark == _OUTSIDE and codes:
        listed = ", ".join(f'"{code:g}"' for code in codes)
        return f"if {listed} means 'no answer', say missing = [{listed}] under [data]; or {rule}"
    if mark == _NO_NUMBER:
        known = dict.fromkeys(label for item in items for label in item.labels)
        words = unmatched_words((c.value for c in cells), known)
        return (
            f"the texts are {words}; give each label its number under [[outcome]], "
            "labels = { \"Agree\" = 4, ... }; if a text means 'no answer', add it to missing "
            f"under [data]; or {rule}"
        )
    if len({c.value.strip() for c in cells}) == 1 < len(cells):
        return (
            "all these cells hold the same value: if it means 'no answer', add it to missing "
            f"under [data]; or correct them; or {rule}"
        )
    return f"correct the cells; or {rule}"


def _unanswered(outcome: OutcomeSpec, items: Sequence[Item], read: list[_Answers]) -> list[Finding]:
    """Warn of items, or a whole outcome, without a single answer."""
    import numpy as np

    asked = [(i, part) for i, part in zip(items, read, strict=True) if part.parts]
    # A wrong answer is reported as such; it is not the same as none.
    empty = [i for i, part in asked if np.isnan(part.numbers).all() and not part.status.any()]
    if not empty:
        return []
    if len(empty) == len(asked):
        return [
            Finding(
                code="empty_outcome",
                severity="warn",
                what=f"{outcome.title}: there is not a single answer.",
                effect="Nothing can be estimated for this outcome.",
                fix="check its columns, or take it out of the plan.",
                n=len(empty),
                outcome=outcome.name,
            )
        ]
    names = ", ".join(f"'{item.name}'" for item in empty[:5])
    more = f" and {len(empty) - 5} more" if len(empty) > 5 else ""
    return [
        Finding(
            code="empty_item",
            severity="warn",
            what=f"{outcome.title}: nobody answered {names}{more}.",
            effect="Scores that need every item cannot be computed.",
            fix="check whether the column is the right one.",
            n=len(empty),
            outcome=outcome.name,
        )
    ]
