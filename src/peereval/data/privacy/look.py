"""Which columns of a table say who somebody is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from peereval.data.privacy.column_kind import column_kind
from peereval.data.privacy.kinds import WORDS
from peereval.notes import Finding

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    import pandas as pd

    from peereval.data.privacy.column_kind import Found

ENOUGH = 2_000
"""Rows that a warning is based on, spread over the file."""
_NEVER_AN_ID = ("name", "email", "phone", "nhs_number", "ni_number")


def counts_of(column: pd.Series[str]) -> dict[str, int]:
    """How often each text that is not empty stands in a column, without spaces around it."""
    counts = column.str.strip().value_counts().to_dict()
    counts.pop("", None)
    return {str(text): int(n) for text, n in counts.items()}


def personal_columns(cells: pd.DataFrame, columns: Iterable[str]) -> Iterator[tuple[str, Found]]:
    """Columns, of some of a table, that say who somebody is; dates alone do not.

    Looks at `ENOUGH` rows, so a single name in a million rows can pass.
    """
    some = cells.iloc[:: max(1, len(cells) // ENOUGH)]
    for column in columns:
        found = column_kind(column, counts_of(some[column]))
        if found is not None and found.kind != "date":
            yield column, found


def personal_finding(
    cells: pd.DataFrame, used: Collection[str | None], participant: str | None
) -> list[Finding]:
    """The warning that a file holds more of people than the plan needs.

    Parameters
    ----------
    cells : pandas.DataFrame
        All columns as text.
    used : collection of str
        Columns the plan uses.
    participant : str or None
        The column of IDs, which are looked at too: an e-mail address is no ID.

    Returns
    -------
    list of Finding
        One that names columns and no value, or none.
    """
    others = [str(column) for column in cells.columns if column not in used]
    found = [(c, f.kind) for c, f in personal_columns(cells, others)]
    if participant is not None:
        ids = personal_columns(cells[[participant]], [participant])
        found += [(c, f.kind) for c, f in ids if f.kind in _NEVER_AN_ID and f.by == "content"]
    if not found:
        return []
    listed = ", ".join(f"'{column}' ({WORDS[kind]})" for column, kind in found)
    columns = "1 column that says" if len(found) == 1 else f"{len(found)} columns that say"
    return [
        Finding(
            code="personal_columns",
            severity="warn",
            what=f"The file holds {columns} who people are: {listed}.",
            effect="No result uses them; whoever gets the file can find people.",
            fix="'peereval pseudonymise' writes a copy without them.",
        )
    ]
