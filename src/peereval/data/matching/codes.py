"""Self-generated identification codes: one ID made of several columns."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from peereval.data.numbers import MissingCodes

if TYPE_CHECKING:
    from peereval.data.columns import Columns
    from peereval.data.read import RawTable
    from peereval.plan import Plan


def with_codes(table: RawTable, plan: Plan, columns: Columns) -> RawTable:
    """A table with a column that holds the code of each row, where the plan makes one.

    A code with a missing element says nobody: two people who both left it out would be one.

    Parameters
    ----------
    table : RawTable
        As it was read.
    plan : Plan
        What is evaluated.
    columns : Columns
        Where the elements stand, and the name of the new column.

    Returns
    -------
    RawTable
    """
    if not columns.elements:
        return table
    missing = MissingCodes(plan.data.missing, decimal_comma=table.decimal_comma)
    parts = [table.cells[column] for column in columns.elements]
    codes = [
        "" if any(map(missing.covers, texts)) else code_of(texts)
        for texts in zip(*parts, strict=True)
    ]
    return replace(table, cells=table.cells.assign(**{str(columns.participant): codes}))


def code_of(elements: tuple[str, ...]) -> str:
    """The elements of a code as one text, from which no other elements could be read.

    Examples
    --------
    >>> code_of((" M ", "03", "A/B")), code_of(("M", "03/A", "B"))
    ('M/03/A~1B', 'M/03~1A/B')
    """
    # The escapes of JSON pointers, RFC 6901.
    return "/".join(e.strip().replace("~", "~0").replace("/", "~1") for e in elements)


def elements_of(code: str) -> tuple[str, ...]:
    """The elements of a code, still escaped, so that they can be compared.

    Examples
    --------
    >>> elements_of("M/03/A~1B")
    ('M', '03', 'A~1B')
    """
    return tuple(code.split("/"))
