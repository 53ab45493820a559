"""Dates as people write them: day first or month first, found out for a column as a whole."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from peereval.plan.waves import DateOrder

_TIME = (
    r"(?:(?:[ ,]+|T)\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:[.,]\d+)?)?"
    r"(?: ?[ap]\.?m\.?)?(?: ?Z| ?[+-]\d{2}:?\d{2})?)?"
)
_DAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,? "
_YEAR_FIRST = re.compile(rf"(\d{{4}})([-/.])(\d{{1,2}})\2(\d{{1,2}}){_TIME}", re.IGNORECASE)
_FIGURES = re.compile(rf"(\d{{1,2}})([-/. ])(\d{{1,2}})\2(\d{{4}}|\d{{2}}){_TIME}", re.IGNORECASE)
_DAY_MONTH = re.compile(
    rf"(?:{_DAY})?(\d{{1,2}})(?:[snrt][tdh])?[ .-]*([a-z]{{3,9}})[ .,-]*(\d{{4}}|\d{{2}}){_TIME}",
    re.IGNORECASE,
)
_MONTH_DAY = re.compile(
    rf"(?:{_DAY})?([a-z]{{3,9}})[ .]+(\d{{1,2}})(?:[snrt][tdh])?,? +(\d{{4}}){_TIME}",
    re.IGNORECASE,
)
_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july", "august", "september"),
    *("october", "november", "december"),
)
_PLACES = {"dmy": (2, 1, 0), "mdy": (2, 0, 1), "ymd": (0, 1, 2)}
"""Where year, month and day stand."""
_FOUND_OUT: tuple[DateOrder, ...] = ("dmy", "mdy")
"""Orders that dates themselves may decide; a year of two figures in front must be said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    """The dates of a column.

    Attributes
    ----------
    days : tuple of int or None
        For each text its date as a day number, see `datetime.date.toordinal`; None where it is
        no date.
    order : {"dmy", "mdy", "ymd"} or None
        How dates in figures were read; None where there are none, or where it does not matter.
    ambiguous : bool
        Whether they can be read in two ways, so that none of them was.
    in_figures : tuple of bool
        Which texts have an order at all: 03/04/2026, and neither 2026-04-03 nor 3 April.
    """

    days: tuple[int | None, ...]
    order: DateOrder | None
    ambiguous: bool
    in_figures: tuple[bool, ...]


def read_dates(texts: Sequence[str], order: DateOrder | None = None) -> Dates:
    """Read the dates of one column.

    The order of day and month is one for the whole column: the one in which more of its texts
    are dates. Where two orders do equally well and give different dates, nothing is read.

    Parameters
    ----------
    texts : sequence of str
        Different texts of the column.
    order : {"dmy", "mdy", "ymd"}, optional
        How dates in figures are written; the texts decide when not given. A date that begins
        with a year of four figures is year, month, day in any case. A year of two figures is
        one of this century.

    Returns
    -------
    Dates

    Examples
    --------
    >>> import datetime as dt
    >>> found = read_dates(["13/02/2026", "03/04/2026", "5 May 2026", "2026-06-01 10:30", "soon"])
    >>> [d and dt.date.fromordinal(d).isoformat() for d in found.days]
    ['2026-02-13', '2026-04-03', '2026-05-05', '2026-06-01', None]
    >>> found.order, read_dates(["03/04/2026", "05/06/2026"]).ambiguous
    ('dmy', True)
    """
    texts = [" ".join(text.split()) for text in texts]
    fixed = [_fixed(text) for text in texts]
    figures = [_FIGURES.fullmatch(text) for text in texts]
    parts = [m and (m[1], m[3], m[4]) for m in figures]

    def in_order(way: DateOrder) -> tuple[int | None, ...]:
        return tuple(
            known if p is None else _day(*(p[i] for i in _PLACES[way]))
            for known, p in zip(fixed, parts, strict=True)
        )

    read = {way: in_order(way) for way in ((order,) if order else _FOUND_OUT)}
    most = max(sum(day is not None for day in days) for days in read.values())
    best = [w for w, days in read.items() if sum(day is not None for day in days) == most]
    apart = {read[way] for way in best}
    has_order = tuple(p is not None for p in parts)
    if len(apart) > 1:
        unread = tuple(None if p else known for known, p in zip(fixed, parts, strict=True))
        return Dates(days=unread, order=None, ambiguous=True, in_figures=has_order)
    return Dates(
        days=read[best[0]],
        order=best[0] if any(has_order) and len(best) == 1 else None,
        ambiguous=False,
        in_figures=has_order,
    )


def _fixed(text: str) -> int | None:
    """The day of a text that can be read in one way only: year first, or with a month's name."""
    if m := _YEAR_FIRST.fullmatch(text):
        return _day(m[1], m[3], m[4])
    if m := _DAY_MONTH.fullmatch(text):
        return _day(m[3], _month(m[2]), m[1])
    if m := _MONTH_DAY.fullmatch(text):
        return _day(m[3], _month(m[1]), m[2])
    return None


def _month(name: str) -> str:
    """Number of an English month by its name or the beginning of it; "0" for anything else."""
    name = "sep" if name.lower() == "sept" else name.lower()
    found = [i for i, month in enumerate(_MONTHS, 1) if month == name or month[:3] == name]
    return str(found[0]) if found else "0"


def _day(year: str, month: str, day: str) -> int | None:
    """Day number of a date, None where there is no such day."""
    century = 2000 if len(year) <= 2 else 0
    try:
        return dt.date(century + int(year), int(month), int(day)).toordinal()
    except ValueError:
        return None
