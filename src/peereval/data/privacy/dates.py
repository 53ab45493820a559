"""Dates to the day, and the months they lie in."""

from __future__ import annotations

import datetime as dt
import re

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_TIME = r"(?:[T\s,]+[0-9]{1,2}[:.][0-9]{2}.{0,24})?"
_ISO = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})" + _TIME)
_NUMBERS = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4}|[0-9]{2})" + _TIME)
_WORDS = re.compile(
    r"(?:[A-Z][a-z]+,?\s+)?([0-9]{1,2})(?:[a-z]{2})?[\s-]+([A-Za-z]{3,9})\.?,?[\s-]+([0-9]{4})"
    + _TIME
)


def parts_of(text: str) -> tuple[int, int, int] | None:
    """The three numbers of a date, in the order written: year first, or last.

    Examples
    --------
    >>> parts_of("03/01/2026 10:15"), parts_of("2026-01-03"), parts_of("3 January 2026")
    ((3, 1, 2026), (2026, 1, 3), (2026, 1, 3))
    >>> parts_of("1.5"), parts_of("12 weeks"), parts_of("2026")
    (None, None, None)
    """
    text = text.strip()
    if not 6 <= len(text) <= 60:
        return None
    if words := _WORDS.fullmatch(text):
        month = words[2][:3].lower()
        return (
            (int(words[3]), _MONTHS.index(month) + 1, int(words[1])) if month in _MONTHS else None
        )
    found = _ISO.fullmatch(text) or _NUMBERS.fullmatch(text)
    return (int(found[1]), int(found[2]), int(found[3])) if found else None


def day_comes_first(texts: list[str]) -> bool:
    """Whether dates with the year last begin with the day, as in Britain, unless one cannot.

    Examples
    --------
    >>> day_comes_first(["03/01/2026"]), day_comes_first(["03/01/2026", "01/25/2026"])
    (True, False)
    """
    parts = [p for p in map(parts_of, texts) if p is not None and p[0] <= 31]
    return not any(p[1] > 12 for p in parts) or any(p[0] > 12 for p in parts)


def date_of(text: str, *, day_first: bool = True) -> dt.date | None:
    """The date that a cell is; None when it is none.

    Examples
    --------
    >>> date_of("03/01/2026"), date_of("31/02/2026")
    (datetime.date(2026, 1, 3), None)
    """
    parts = parts_of(text)
    if parts is None:
        return None
    if parts[0] > 31:
        year, month, day = parts
    else:
        day, month, year = parts if day_first else (parts[1], parts[0], parts[2])
    if year < 100:
        # As POSIX reads years of two digits.
        year += 1900 if year > 68 else 2000
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def month_of(text: str, *, day_first: bool = True) -> str:
    """The month of a date; empty when it is none.

    Examples
    --------
    >>> month_of("03/01/2026"), month_of("soon")
    ('2026-01', '')
    """
    date = date_of(text, day_first=day_first)
    return "" if date is None else f"{date.year:04d}-{date.month:02d}"
