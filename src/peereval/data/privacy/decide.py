"""What becomes of each column: dropped, hashed, coarsened or kept, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from peereval.data.privacy.column_kind import column_kind
from peereval.data.privacy.kinds import WORDS
from peereval.data.privacy.look import counts_of
from peereval.errors import UsageError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    import pandas as pd

Action = Literal["hashed", "dropped", "coarsened", "kept"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What becomes of a column.

    Attributes
    ----------
    column : str
        Its name.
    action : {"hashed", "dropped", "coarsened", "kept"}
        What is done.
    reason : str
        Why, in words; never a value.
    n_filled, n_different : int
        Rows that hold something, and how many different texts they hold.
    """

    column: str
    action: Action
    reason: str
    n_filled: int
    n_different: int


def decide(
    cells: pd.DataFrame,
    *,
    identities: Collection[str],
    used: Mapping[str, str],
    keep: Collection[str] = (),
    drop: Collection[str] = (),
) -> list[Decision]:
    """Decide for each column of a table, in its order.

    Parameters
    ----------
    cells : pandas.DataFrame
        All columns as text.
    identities : collection of str
        The column of IDs, or those of a self-generated code.
    used : mapping of str to str
        What other columns are for in the plan; they are kept.
    keep, drop : collection of str
        Columns for which the user has decided.

    Returns
    -------
    list of Decision

    Raises
    ------
    UsageError
        If a column is not there, or is to be both kept and dropped, or IDs are to be kept.
    """
    names = [str(column) for column in cells.columns]
    for column in (*identities, *keep, *drop):
        if column not in names:
            raise UsageError(f"There is no column '{column}'; {did_you_mean(column, names)}")
    if both := sorted({*keep} & {*drop}):
        raise UsageError(f"The column '{both[0]}' is to be kept and to be dropped.")
    if kept := sorted({*identities} & {*keep}):
        raise UsageError(
            f"The column '{kept[0]}' holds the IDs, which are replaced.",
            fix="leave out --keep for it.",
        )
    decisions = []
    for column in names:
        counts = counts_of(cells[column])
        action, reason = _decided(column, counts, identities, used, keep, drop)
        decisions.append(
            Decision(
                column=column,
                action=action,
                reason=reason,
                n_filled=sum(counts.values()),
                n_different=len(counts),
            )
        )
    return decisions


def _decided(
    column: str,
    counts: Mapping[str, int],
    identities: Collection[str],
    used: Mapping[str, str],
    keep: Collection[str],
    drop: Collection[str],
) -> tuple[Action, str]:
    """What becomes of one column, and why."""
    if column in drop:
        return "dropped", "you said so"
    if column in identities:
        return "hashed", "IDs of participants"
    if column in keep:
        return "kept", "you said so"
    if column in used:
        return "kept", used[column]
    found = column_kind(column, counts)
    if found is None:
        return "kept", "nothing in it says who somebody is"
    by = "by its name" if found.by == "name" else "by what stands in it"
    action: Action = "coarsened" if found.kind == "date" else "dropped"
    what = "dates, of which the month stays" if found.kind == "date" else WORDS[found.kind]
    return action, f"{what}, {by}"
