"""Dates of surveys: read, and checked against what can be and against each other."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from peereval.data.account import row_cells
from peereval.data.matching.read_dates import read_dates
from peereval.data.words import rows_words, verb
from peereval.notes import Finding

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from peereval.data.account import Account
    from peereval.data.arrange import Entries, Sheet
    from peereval.data.matching.read_dates import Dates
    from peereval.data.people import People

NO_DATE = "no date"
WRONG_DATE = "no usable date"
EARLIEST = dt.date(1990, 1, 1)
"""No survey of today is older; a year before this one is a slip, or a date of birth."""
FAR = 2 * 365
"""Days without any survey beyond which a few dates look like slips."""
_MONTHS = 12


def check_dates(
    sheet: Sheet, people: People, entries: Entries, account: Account
) -> NDArray[np.int64]:
    """Read the dates of the entries, and note what is wrong with them.

    Where waves come from dates, rows without a usable one are left out.

    Parameters
    ----------
    sheet : Sheet
        A table with its columns, one of them of dates.
    people : People
        Who each row is about.
    entries : Entries
        Entries that are looked at.
    account : Account
        Takes findings and rows that are left out.

    Returns
    -------
    ndarray of int, shape (rows,)
        Day number of each input row, see `datetime.date.toordinal`; 0 where there is none.
    """
    import numpy as np

    column = str(sheet.columns.date)
    texts, waves = sheet.texts(column), sheet.plan.waves
    here = np.zeros(sheet.n_rows, dtype=bool)
    here[entries.position] = True
    blank = np.array([sheet.missing.covers(t) for t in texts.different], dtype=bool)
    used = np.zeros(len(blank), dtype=bool)
    used[texts.codes[here]] = True
    dates = read_dates(
        [t if use else "" for t, use in zip(texts.different, used & ~blank, strict=True)],
        waves.date_order,
    )
    of_text = np.array([day or 0 for day in dates.days], dtype=np.int64)
    days: NDArray[np.int64] = np.where(here, of_text[texts.codes], 0)
    none = here & blank[texts.codes]
    if dates.ambiguous:
        account.findings.append(_ambiguous(sheet, here, dates))
        days[:] = 0
        return days
    if waves.dated:
        _no_date(sheet, people, account.leave_out(none, NO_DATE), account)
    early = here & (days > 0) & (days < EARLIEST.toordinal())
    _wrong(sheet, people, account, here & ~none & (days == 0), "date_unreadable")
    _wrong(sheet, people, account, early, "date_implausible")
    days[early] = 0
    account.findings += _far(sheet, people, days)
    account.findings += _mixed(sheet, days, dates)
    return days


def _ambiguous(sheet: Sheet, here: NDArray[np.bool_], dates: Dates) -> Finding:
    """Dates of which nobody can tell the day from the month."""
    import numpy as np

    column = str(sheet.columns.date)
    n = int((np.array(dates.in_figures)[sheet.texts(column).codes] & here).sum())
    return Finding(
        code="date_order",
        severity="refuse",
        what=f"The dates in '{column}' can be read in two ways, day first or month first: nothing "
        f"in {rows_words(n)} with dates in figures decides between them.",
        effect="Months and days would change places, and with them the surveys of a person.",
        fix='say date_order = "dmy" (day first, as in Britain) or "mdy" under [waves], or write '
        "dates as 2026-04-03.",
        n=n,
    )


def _no_date(sheet: Sheet, people: People, rows: NDArray[np.bool_], account: Account) -> None:
    """Rows without a date, which belong to no wave."""
    if n := int(rows.sum()):
        account.findings.append(
            Finding(
                code="no_date",
                severity="warn",
                what=f"{rows_words(n)} {verb(n, 'has', 'have')} no date in "
                f"'{sheet.columns.date}' and {verb(n, 'is', 'are')} left out.",
                effect="Their answers do not enter any result.",
                fix="fill in the date.",
                n=n,
                cells=row_cells(sheet, rows, column=str(sheet.columns.date), people=people),
            )
        )


def _wrong(
    sheet: Sheet, people: People, account: Account, rows: NDArray[np.bool_], code: str
) -> None:
    """Dates that are none, or that no survey can have: refused, or no date, as the plan says."""
    if not (n := int(rows.sum())):
        return
    waves, refuse = sheet.plan.waves, sheet.plan.data.out_of_range == "refuse"
    what = {
        "date_unreadable": f"{rows_words(n)} {verb(n, 'holds', 'hold')} no date that can be read",
        "date_implausible": f"{rows_words(n)} {verb(n, 'has', 'have')} a date before "
        f"{EARLIEST.year}",
    }[code]
    done = "by the plan they count as without a date"
    if waves.dated and not refuse:
        account.leave_out(rows, WRONG_DATE)
        done += f" and {verb(n, 'is', 'are')} left out"
    account.findings.append(
        Finding(
            code=code,
            severity="refuse" if refuse else "note",
            what=f"{what} in '{sheet.columns.date}'{'' if refuse else f'; {done}'}.",
            effect="A wrong date puts surveys into the wrong wave." if refuse else "",
            fix="correct the dates (2026-04-03, 03/04/2026 and 3 April 2026 are read; a number such "
            'as 45292 needs a date format in the spreadsheet), or say out_of_range = "missing" '
            "under [data]."
            if refuse
            else "",
            n=n,
            cells=row_cells(sheet, rows, column=str(sheet.columns.date), people=people),
        )
    )


def _far(sheet: Sheet, people: People, days: NDArray[np.int64]) -> list[Finding]:
    """A few dates that lie years away from all others, such as a wrong year."""
    import numpy as np

    known = np.sort(days[days > 0])
    few = max(1, known.size // 20)
    if known.size < 2 * few + 2:
        return []
    gaps = np.diff(known) > FAR
    low = known[: few + 1][: np.flatnonzero(gaps[:few]).max(initial=-1) + 1]
    high = known[known.size - np.flatnonzero(gaps[::-1][:few]).max(initial=-1) - 1 :]
    rows = np.isin(days, np.concatenate([low, high]))
    if not (n := int(rows.sum())):
        return []
    return [
        Finding(
            code="date_far",
            severity="warn",
            what=f"{rows_words(n)} {verb(n, 'has', 'have')} a date in '{sheet.columns.date}' that "
            "lies more than two years from all the others.",
            effect="If it is a slip, the survey is counted at the wrong time.",
            fix="compare the year with the form.",
            n=n,
            cells=row_cells(sheet, rows, column=str(sheet.columns.date), people=people),
        )
    ]


def _mixed(sheet: Sheet, days: NDArray[np.int64], dates: Dates) -> list[Finding]:
    """Dates of which a spreadsheet seems to have turned some: day and month changed places.

    A spreadsheet that takes 03/04/2026 for 4 March makes a date of it, and leaves 13/04/2026
    as text because there is no thirteenth month.
    """
    import numpy as np

    if dates.order != "dmy":
        return []
    codes = sheet.texts(str(sheet.columns.date)).codes
    figures = np.array(dates.in_figures)[codes] & (days > 0)
    others = ~figures & (days > 0)
    if not others.any():
        return []

    def day_of_month(rows: NDArray[np.bool_]) -> list[int]:
        return [dt.date.fromordinal(day).day for day in np.unique(days[rows]).tolist()]

    if min(day_of_month(figures)) <= _MONTHS or max(day_of_month(others)) > _MONTHS:
        return []
    n = int(others.sum())
    return [
        Finding(
            code="dates_turned",
            severity="warn",
            what=f"In '{sheet.columns.date}' every date written day first has a day after the 12th "
            f"and every other one ({rows_words(n)}) a day up to the 12th, as when a spreadsheet "
            "takes the day for the month wherever it can.",
            effect="Day and month of these rows may have changed places.",
            fix="export the dates again as text, or compare them with the forms.",
            n=n,
            cells=row_cells(sheet, others, column=str(sheet.columns.date)),
        )
    ]


def check_intervals(
    sheet: Sheet, people: People, entries: Entries, days: NDArray[Any]
) -> list[Finding]:
    """Warn of people whose later wave is dated before an earlier one.

    Parameters
    ----------
    sheet : Sheet
        A table with its columns.
    people : People
        Who each row is about.
    entries : Entries
        Entries that are used, with named waves.
    days : ndarray of int, shape (rows,)
        Day number of each input row; 0 where there is none.
    """
    import numpy as np

    own = entries.keep(days[entries.position] > 0)
    person, day = people.of_row[own.position], days[own.position]
    order = np.lexsort((own.wave, person))
    back = (np.diff(person[order]) == 0) & (np.diff(day[order]) < 0)
    wrong = np.unique(person[order][1:][back])
    if not (n := wrong.size) or sheet.columns.participant is None:
        return []
    rows = np.zeros(sheet.n_rows, dtype=bool)
    rows[own.position[np.isin(person, wrong)]] = True
    return [
        Finding(
            code="interval_negative",
            severity="warn",
            what=f"{n:,} {verb(n, 'person has', 'people have')} a later wave dated before an "
            f"earlier one in '{sheet.columns.date}'.",
            effect="If the waves have changed places, so has the sign of the change.",
            fix="compare the dates and the wave labels of these people.",
            n=n,
            cells=row_cells(sheet, rows, column=str(sheet.columns.date), people=people),
        )
    ]
