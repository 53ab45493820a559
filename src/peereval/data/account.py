"""Why each input row is left out, while the reasons are being found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from peereval.notes import Cell

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from peereval.data.arrange import Sheet
    from peereval.data.people import People
    from peereval.notes import Finding


@dataclass(slots=True, eq=False)
class Account:
    """Why each input row is left out, while the reasons are being found.

    Attributes
    ----------
    reason : ndarray of str, shape (rows,)
        Empty while nothing speaks against the row; the first reason stays.
    findings : list of Finding
        What was found.
    """

    reason: NDArray[Any]
    findings: list[Finding] = field(default_factory=list)

    def leave_out(self, rows: NDArray[np.bool_], reason: str) -> NDArray[np.bool_]:
        """Note a reason for rows that have none yet, and say which these are."""
        new: NDArray[np.bool_] = rows & (self.reason == "")
        self.reason[new] = reason
        return new

    @property
    def open(self) -> NDArray[np.bool_]:
        """Rows that nothing speaks against."""
        mask: NDArray[np.bool_] = self.reason == ""
        return mask


def row_cells(
    sheet: Sheet,
    rows: NDArray[np.bool_],
    *,
    column: str = "",
    people: People | None = None,
) -> tuple[Cell, ...]:
    """Places of the rows of a mask, with the text of one column where it is named."""
    import numpy as np

    texts = sheet.texts(column) if column else None
    return tuple(
        Cell(
            row=int(sheet.table.row_numbers[i]),
            column=column,
            value=texts.at(int(i)) if texts else "",
            participant=people.name(int(i)) if people else "",
        )
        for i in np.flatnonzero(rows)
    )
