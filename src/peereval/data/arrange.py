"""From rows of a file to entries, one per row and wave, whatever the layout."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from peereval.data.numbers import MissingCodes

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from peereval.data.columns import Columns
    from peereval.data.read import RawTable
    from peereval.data.study import Item
    from peereval.plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Texts:
    """The different texts of one column, and which of them each row holds.

    Attributes
    ----------
    codes : ndarray of int, shape (rows,)
        Position in `different` of each row's text.
    different : list of str
        Different texts, in order of appearance.
    """

    codes: NDArray[np.intp]
    different: list[str]

    def where(self, holds: Callable[[str], bool]) -> NDArray[np.bool_]:
        """Which rows hold a text of which something holds; each text is asked once."""
        import numpy as np

        return np.array([holds(text) for text in self.different], dtype=bool)[self.codes]

    def at(self, row: int) -> str:
        """Text of one row, counted from 0."""
        return self.different[int(self.codes[row])]

    def stripped(self) -> NDArray[Any]:
        """Text of each row without spaces around it, as objects."""
        import numpy as np

        return np.array([text.strip() for text in self.different], dtype=object)[self.codes]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sheet:
    """A table with the plan's columns found in it.

    Attributes
    ----------
    table : RawTable
        The text.
    plan : Plan
        What is evaluated.
    columns : Columns
        Where it stands.
    """

    table: RawTable
    plan: Plan
    columns: Columns
    _texts: dict[str, Texts] = field(default_factory=dict)

    @property
    def n_rows(self) -> int:
        """Number of input rows."""
        return len(self.table.row_numbers)

    @property
    def missing(self) -> MissingCodes:
        """The plan's codes for "no answer"."""
        return MissingCodes(self.plan.data.missing, decimal_comma=self.table.decimal_comma)

    def texts(self, column: str) -> Texts:
        """Different texts of a column; looked through once and kept."""
        import pandas as pd

        if column not in self._texts:
            codes, values = pd.factorize(self.table.cells[column])
            self._texts[column] = Texts(codes=codes, different=values.tolist())
        return self._texts[column]

    def empty_rows(self) -> NDArray[np.bool_]:
        """Which rows have no text in any column of the file."""
        import numpy as np

        empty = np.ones(self.n_rows, dtype=bool)
        for column in self.table.cells.columns:
            if not empty.any():
                break
            empty &= self.texts(column).where(lambda text: not text.strip())
        return empty

    def n_answered(self, wave: str) -> NDArray[np.int64]:
        """Per row, how many of a wave's answer columns hold something else than "no answer"."""
        import numpy as np

        missing = self.missing
        count = np.zeros(self.n_rows, dtype=np.int64)
        for column in self.columns.answers(wave):
            count += self.texts(column).where(lambda text: not missing.covers(text))
        return count


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Entries:
    """One entry per input row and wave.

    Attributes
    ----------
    position : ndarray of int, shape (n,)
        Which input row, counted from 0.
    wave : ndarray of int, shape (n,)
        Which wave of the plan's order; -1 where the row names none or one that is not in it.
    n_answered : ndarray of int, shape (n,)
        How many answers there are, over all outcomes.
    """

    position: NDArray[np.intp]
    wave: NDArray[np.intp]
    n_answered: NDArray[np.int64]

    def keep(self, mask: NDArray[Any]) -> Entries:
        """The entries of a mask, or in the order of an index."""
        return Entries(
            position=self.position[mask], wave=self.wave[mask], n_answered=self.n_answered[mask]
        )

    def __len__(self) -> int:
        return len(self.position)


def entries_of(sheet: Sheet) -> Entries:
    """Entries of a sheet in file order, in either layout.

    Parameters
    ----------
    sheet : Sheet
        A table with its columns.

    Returns
    -------
    Entries
        In the long layout one per row; in the wide layout one per row and wave in which the
        row holds at least one answer. Where waves come from dates all stand at the first for
        the time being.
    """
    import numpy as np

    order = sheet.plan.waves.order
    if sheet.columns.wave is None and sheet.plan.data.layout == "long":
        return Entries(
            position=np.arange(sheet.n_rows),
            wave=np.zeros(sheet.n_rows, dtype=np.intp),
            n_answered=sheet.n_answered(order[0]),
        )
    if sheet.plan.data.layout == "long":
        texts = sheet.texts(str(sheet.columns.wave))
        known = {label.strip(): i for i, label in enumerate(order)}
        of_text = np.array([known.get(text.strip(), -1) for text in texts.different], dtype=np.intp)
        return Entries(
            position=np.arange(sheet.n_rows),
            wave=of_text[texts.codes],
            n_answered=sheet.n_answered(order[0]),
        )
    counts = np.column_stack([sheet.n_answered(wave) for wave in order])
    position, wave = np.nonzero(counts)
    return Entries(position=position, wave=wave, n_answered=counts[position, wave])


def parts_of(sheet: Sheet, item: Item, entries: Entries) -> list[tuple[str, NDArray[Any]]]:
    """Columns an item is read from, each with the index of the entries read from it."""
    import numpy as np

    if sheet.plan.data.layout == "long":
        column = next(iter(item.columns.values()), None)
        return [] if column is None else [(column, np.arange(len(entries)))]
    order = sheet.plan.waves.order
    return [
        (column, np.flatnonzero(entries.wave == order.index(wave)))
        for wave, column in item.columns.items()
    ]
