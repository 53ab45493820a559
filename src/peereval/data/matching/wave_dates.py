"""Waves from dates, for services that people come to and leave at any time."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from peereval.data.account import Account
    from peereval.data.arrange import Entries, Sheet
    from peereval.data.people import People

BETWEEN = "between the first and the last survey of the person"
OUTSIDE = "outside every window after the person's first survey"
NOT_NEAREST = "another survey of the person lies nearer the middle of the window"


def waves_from_dates(
    sheet: Sheet, people: People, entries: Entries, days: NDArray[Any], account: Account
) -> tuple[Entries, pd.DataFrame]:
    """Give every entry the wave that its date says.

    A person's first survey is the first wave. With ``rule = "first_last"`` the last one is the
    other, and what lies between is left out. With windows the survey nearest to the middle of a
    window stands for it, the earlier of two equally near; others are left out. Several rows of
    one person and day stay together: the plan's rule for duplicates chooses among them.

    Parameters
    ----------
    sheet : Sheet
        A table with its columns.
    people : People
        Who each row is about.
    entries : Entries
        Entries with a person and a date.
    days : ndarray of int, shape (rows,)
        Day number of each input row.
    account : Account
        Takes rows that are left out.

    Returns
    -------
    Entries
        Those that belong to a wave.
    pandas.DataFrame
        One row per person and day after the person's first survey: ``days`` since that,
        ``window`` (the wave in whose window it lies) and ``wave`` (the wave it stands for), both
        empty where there is none.
    """
    import numpy as np
    import pandas as pd

    waves = sheet.plan.waves
    frame = pd.DataFrame({"person": people.of_row[entries.position], "day": days[entries.position]})
    frame["days"] = frame["day"] - frame.groupby("person")["day"].transform("min")
    frame["window"] = np.where(frame["days"] == 0, 0, -1)
    frame["reason"] = np.where(frame["days"] == 0, "", OUTSIDE)
    if waves.rule is not None:
        later = frame["days"] > 0
        last = frame["days"] == frame.groupby("person")["days"].transform("max")
        frame.loc[later, "window"] = 1
        frame.loc[later, "reason"] = np.where(last[later], "", BETWEEN)
    for number, (low, high) in enumerate(waves.windows.values(), start=1):
        within = frame[frame["days"].between(low, high)]
        # Twice the distance, so that halves of a day stay whole numbers.
        off = (2 * within["days"] - (low + high)).abs()
        rank = off * (high + 1) + within["days"]
        nearest = rank == rank.groupby(within["person"]).transform("min")
        frame.loc[within.index, "window"] = number
        frame.loc[within.index, "reason"] = np.where(nearest, "", NOT_NEAREST)
    kept = (frame["reason"] == "").to_numpy()
    frame["wave"] = frame["window"].where(kept, -1)
    for reason in dict.fromkeys(frame.loc[~kept, "reason"]):
        rows = np.zeros(sheet.n_rows, dtype=bool)
        rows[entries.position[frame["reason"] == reason]] = True
        account.leave_out(rows, reason)
    chosen = replace(entries, wave=frame["wave"].to_numpy(dtype=np.intp)).keep(kept)
    return chosen, _surveys(frame, waves.order)


def _surveys(frame: pd.DataFrame, order: tuple[str, ...]) -> pd.DataFrame:
    """Surveys after the first, one per person and day, with the names of waves."""
    import pandas as pd

    later = frame[frame["days"] > 0].drop_duplicates(["person", "day"])
    later = later.sort_values(["days", "window", "wave"])
    names = dict(enumerate(order)) | {-1: ""}
    return pd.DataFrame(
        {
            "days": later["days"].to_numpy(),
            "window": later["window"].map(names).to_numpy(dtype=str),
            "wave": later["wave"].map(names).to_numpy(dtype=str),
        }
    )
