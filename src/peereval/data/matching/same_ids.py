"""IDs that the plan itself says are one person: the table [data.same]."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from peereval.data.matching.doubtful_ids import folded
from peereval.data.words import verb
from peereval.notes import Cell, Finding

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from peereval.data.arrange import Sheet
    from peereval.plan.tables import DataSpec


class Consent:
    """What the plan consents to: whose ID each text is.

    Parameters
    ----------
    data : DataSpec
        The plan's rule for IDs, and its table of spellings.

    Attributes
    ----------
    kept : dict of str to str
        For the key of a person named in the table, the ID that stands for all spellings.

    Examples
    --------
    >>> from peereval.plan.tables import DataSpec
    >>> consent = Consent(DataSpec(participant="id", same={"P07": ["p-07", "P7"]}))
    >>> [consent.key(text) for text in ("P07", " P7", "P8", "p07")]
    ['P07', 'P07', 'P8', 'p07']
    """

    def __init__(self, data: DataSpec) -> None:
        self._trim = data.ids == "trim"
        self.kept = {self._plain(kept): kept.strip() for kept in data.same}
        self._owner = {
            self._plain(spelling): self._plain(kept)
            for kept, others in data.same.items()
            for spelling in (kept, *others)
        }

    def _plain(self, text: str) -> str:
        """A text as spellings of the table are compared: spaces around it never count."""
        return folded(text) if self._trim else text.strip()

    def key(self, text: str) -> str:
        """What all IDs of one person have in common."""
        plain = self._plain(text)
        return self._owner.get(plain, plain if self._trim else text)

    def findings(self, sheet: Sheet, codes: NDArray[Any], person: NDArray[Any]) -> list[Finding]:
        """How many people were joined, and which IDs of the table stand in no row.

        Parameters
        ----------
        sheet : Sheet
            A table with its columns.
        codes : ndarray of int, shape (rows,)
            Which different text of the ID column a row holds; -1 where it names nobody.
        person : ndarray of int, shape (texts,)
            Whose ID each different text is.
        """
        import numpy as np

        if not self._owner:
            return []
        column = str(sheet.columns.participant)
        different = sheet.texts(column).different
        used = np.unique(codes[codes >= 0])
        spellings: dict[int, set[str]] = {}
        for code in used.tolist():
            spellings.setdefault(int(person[code]), set()).add(self._plain(different[code]))
        joined = {who for who, found in spellings.items() if len(found) > 1}
        absent = set(self._owner).difference(*spellings.values())
        found = []
        if joined:
            here = np.flatnonzero((codes >= 0) & np.isin(person[codes], list(joined)))
            n = len(joined)
            found.append(
                Finding(
                    code="same_ids",
                    severity="note",
                    what=f"{n:,} {verb(n, 'person stands', 'people stand')} under more than one "
                    "ID; by [data.same] of the plan their rows were joined.",
                    effect="Rows under these IDs count as one person.",
                    n=n,
                    cells=tuple(
                        Cell(
                            row=int(sheet.table.row_numbers[i]),
                            column=column,
                            value=different[codes[i]],
                            participant=different[codes[i]],
                        )
                        for i in here
                    ),
                )
            )
        if absent:
            n = len(absent)
            found.append(
                Finding(
                    code="same_absent",
                    severity="warn",
                    what=f"{n:,} {verb(n, 'ID', 'IDs')} of [data.same] {verb(n, 'stands', 'stand')} "
                    f"in no row of '{column}'.",
                    effect="Nothing was joined under it."
                    if n == 1
                    else "Nothing was joined there.",
                    fix="write the IDs of [data.same] as they stand in the file.",
                    n=n,
                )
            )
        return found
