"""Labels that a file itself gives its codes: where they are read, and where the codes are."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from peereval.data.labels.contradictions import contradictions
from peereval.data.labels.numbered import label_numbers
from peereval.data.numbers import MissingCodes, number
from peereval.data.words import verb
from peereval.notes import Finding
from peereval.plan.labels import same_label

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from peereval.data.columns import Columns
    from peereval.data.labels.contradictions import Labelled
    from peereval.data.read import RawTable
    from peereval.plan import Plan

_SHOWN = 5


def with_labels(table: RawTable, plan: Plan, columns: Columns) -> RawTable:
    """A table in which labels stand where the plan needs words, and codes where it needs numbers.

    Parameters
    ----------
    table : RawTable
        With the file's value labels.
    plan : Plan
        What is evaluated.
    columns : Columns
        Where it stands.

    Returns
    -------
    RawTable
        Regions, groups and waves by label (a wave by its code, where the plan names it so).
        Answers by code, unless the plan gives that label a number or calls it "no answer", or
        the code is no number.
    """
    if not table.value_labels:
        return table
    cells = {}
    for column in table.value_labels.keys() & set(table.cells.columns):
        texts = _texts(table.value_labels[column], _rule(column, plan, columns))
        if texts:
            text = table.cells[column]
            stripped = text.str.strip()
            cells[column] = text.where(~stripped.isin(list(texts)), stripped.map(texts))
    return replace(table, cells=table.cells.assign(**cells)) if cells else table


def _texts(labels: Mapping[str, str], by_label: Callable[[str, str], bool]) -> dict[str, str]:
    """Labels to put in the place of their codes."""
    return {code: label for code, label in labels.items() if by_label(code, label)}


def _rule(column: str, plan: Plan, columns: Columns) -> Callable[[str, str], bool]:
    """Whether a code of a column is to be read by its label."""
    if column in (columns.region, columns.group):
        return lambda _, label: bool(label)
    order = {wave.strip() for wave in plan.waves.order}
    if column == columns.wave:
        return lambda code, label: label in order or code not in order
    missing = MissingCodes(plan.data.missing)
    given = {
        label
        for outcome in plan.outcomes
        for label in label_numbers(outcome.labels)
        if any(column in item.columns.values() for item in columns.items[outcome.name])
    }
    if column in _answer_columns(columns):
        return lambda code, label: (
            same_label(label) in given or missing.covers(label) or number(code) is None
        )
    return lambda *_: False


def _answer_columns(columns: Columns) -> set[str]:
    """Columns that hold answers."""
    return {c for own in columns.items.values() for item in own for c in item.columns.values()}


def label_findings(tables: Sequence[RawTable], plan: Plan, columns: Columns) -> list[Finding]:
    """Labels that contradict the coding, and answers the files declare as "no answer".

    Parameters
    ----------
    tables : sequence of RawTable
        As they were read.
    plan : Plan
        What is evaluated.
    columns : Columns
        Where it stands.

    Returns
    -------
    list of Finding
    """
    findings = []
    for outcome in plan.outcomes:
        items = columns.items[outcome.name]
        used = list(dict.fromkeys(c for item in items for c in item.columns.values()))
        findings += contradictions(outcome, items, _labelled(tables, used, outcome.labels))
    return [*findings, *_declared(tables, columns)]


def _labelled(
    tables: Sequence[RawTable], used: Sequence[str], own: Mapping[str, float]
) -> Iterator[Labelled]:
    """Numbers with the labels the files give them; a label of the plan counts by the plan."""
    given = label_numbers(own)
    for table in tables:
        for column in used:
            for code, label in table.value_labels.get(column, {}).items():
                value = number(code)
                if value is not None and same_label(label) not in given:
                    yield column, value, label


def _declared(tables: Sequence[RawTable], columns: Columns) -> list[Finding]:
    """What the files themselves declare as "no answer", in columns that are used."""
    roles = (columns.participant, columns.wave, columns.region, columns.group)
    used = _answer_columns(columns).union(role for role in roles if role)
    counts: dict[str, int] = {}
    for table in tables:
        for column, n in table.no_answer.items():
            if column in used:
                counts[column] = counts.get(column, 0) + n
    if not counts:
        return []
    n = sum(counts.values())
    shown = ", ".join(f"'{column}' ({k:,})" for column, k in list(counts.items())[:_SHOWN])
    more = f" and {len(counts) - _SHOWN} more" if len(counts) > _SHOWN else ""
    return [
        Finding(
            code="declared_no_answer",
            severity="note",
            what=f"{n:,} {verb(n, 'value', 'values')} that the file declares as missing "
            f"{verb(n, 'is', 'are')} read as 'no answer': {shown}{more}.",
            effect="They count as not answered.",
            n=n,
        )
    ]
