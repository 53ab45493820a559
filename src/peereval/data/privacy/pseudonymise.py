"""A copy of a table in which nobody can be found without the key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from peereval.data.privacy.dates import day_comes_first, month_of
from peereval.data.privacy.decide import decide

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    import pandas as pd

    from peereval.data.privacy.decide import Decision
    from peereval.data.privacy.pseudonyms import Pseudonyms


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pseudonymised:
    """The copy, and what was done.

    Attributes
    ----------
    cells : pandas.DataFrame
        Columns that are left, as text; rows in their order.
    decisions : tuple of Decision
        One per column of the original.
    n_without_month : int
        Cells of coarsened columns that were no date, and are empty now.
    n_alike : int
        IDs that differ from another one only by case or spaces, and got another pseudonym.
    """

    cells: pd.DataFrame
    decisions: tuple[Decision, ...]
    n_without_month: int
    n_alike: int


def pseudonymise(
    cells: pd.DataFrame,
    *,
    identities: Collection[str],
    pseudonyms: Pseudonyms,
    used: Mapping[str, str],
    no_id: Callable[[str], bool] = str.isspace,
    keep: Collection[str] = (),
    drop: Collection[str] = (),
) -> Pseudonymised:
    """Replace IDs, drop what says who somebody is, coarsen dates; keep the rest.

    Parameters
    ----------
    cells : pandas.DataFrame
        All columns as text; it stays as it is.
    identities, used, keep, drop
        As in `decide`.
    no_id : callable
        Which texts in the place of an ID say that there is none; they stay.
    pseudonyms : Pseudonyms
        By the key.

    Returns
    -------
    Pseudonymised

    Raises
    ------
    UsageError
        As `decide`.

    Examples
    --------
    >>> import pandas as pd
    >>> from peereval.data.privacy.pseudonyms import Pseudonyms
    >>> cells = pd.DataFrame({"id": ["P1"], "DOB": ["1/2/1980"], "filled": ["3/1/2026"]})
    >>> done = pseudonymise(cells, identities=["id"], pseudonyms=Pseudonyms(bytes(32)), used={})
    >>> done.cells.columns.tolist(), done.cells["filled"].tolist()
    (['id', 'filled'], ['2026-01'])
    """
    import pandas as pd

    decisions = decide(cells, identities=identities, used=used, keep=keep, drop=drop)
    columns: dict[str, pd.Series[str]] = {}
    n_without = n_alike = 0
    for decision in decisions:
        column = cells[decision.column]
        if decision.action == "hashed":
            n_alike += _n_alike(column, pseudonyms)
            column = column.map({t: t if no_id(t) else pseudonyms.of(t) for t in column.unique()})
        elif decision.action == "coarsened":
            first = day_comes_first(column.unique().tolist())
            months = {t: month_of(t, day_first=first) for t in column.unique()}
            months_here = column.map(months)
            n_without += int(((months_here == "") & (column.str.strip() != "")).sum())
            column = months_here
        if decision.action != "dropped":
            columns[decision.column] = column.astype("str")
    return Pseudonymised(
        cells=pd.DataFrame(columns, index=cells.index),
        decisions=tuple(decisions),
        n_without_month=n_without,
        n_alike=n_alike,
    )


def _n_alike(column: pd.Series[str], pseudonyms: Pseudonyms) -> int:
    """IDs that differ from another one only by case or spaces inside, and stay different."""
    ids = {text.strip() for text in column.unique()} - {""}
    different = len({pseudonyms.of(text) for text in ids})
    return different - len({"".join(text.split()).casefold() for text in ids})
