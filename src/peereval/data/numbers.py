"""Which texts are numbers, which mean "no answer", and which are dates in disguise."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_DATE = re.compile(
    rf"""
      [0-9]{{4}}-[0-9]{{1,2}}-[0-9]{{1,2}}(?:[T\ ][0-9:.]+)?      # 2026-01-03, with a time
    | [0-9]{{1,2}}([/.-])[0-9]{{1,2}}\1(?:[0-9]{{4}}|[0-9]{{2}})  # 03/01/2026
    | [0-9]{{1,2}}/[0-9]{{1,2}}                                   # 1/3
    | [0-9]{{1,2}}[\ -]{_MONTH}(?:[\ -][0-9]{{2,4}})?             # 03-Jan
    | {_MONTH}[\ -][0-9]{{1,4}}                                   # Jan-03
    """,
    flags=re.VERBOSE | re.IGNORECASE,
)
# Codes that survey software and data-entry habits use for "no answer".
USUAL_MISSING_CODES = frozenset(
    {-9.0, -99.0, -999.0, -9999.0, -8.0, -88.0, -888.0, -7.0, -77.0, -777.0, -1.0}
    | {9.0, 99.0, 999.0, 9999.0, 8.0, 88.0, 888.0, 77.0, 777.0}
)


def number(text: str, *, decimal_comma: bool = False) -> float | None:
    """The number a text is, or None; nothing is guessed.

    Parameters
    ----------
    text : str
        Spaces around it do not count.
    decimal_comma : bool, default False
        Whether the file writes 2,5; a point is then no part of a number.

    Returns
    -------
    float or None

    Examples
    --------
    >>> number(" 2.50 "), number("2,5"), number("2,5", decimal_comma=True)
    (2.5, None, 2.5)
    >>> number("1,234"), number("1e400"), number("nan"), number("1_000")
    (None, None, None, None)
    """
    text = text.strip()
    if decimal_comma:
        if "." in text:
            return None
        text = text.replace(",", ".")
    if _NUMBER.fullmatch(text) is None:
        return None
    value = float(text)
    return value if math.isfinite(value) else None


def is_date(text: str) -> bool:
    """Whether a text is a date, such as Excel makes of "1/3" or "3-1".

    Examples
    --------
    >>> [is_date(t) for t in ("2026-01-03", "03-Jan", "Jan-03", "3/1", "2.5", "often")]
    [True, True, True, True, False, False]
    """
    return _DATE.fullmatch(text.strip()) is not None


class MissingCodes:
    """Texts that mean "no answer".

    Parameters
    ----------
    codes : iterable of str
        Codes of the plan. One that is a number also covers other spellings of that number.
    decimal_comma : bool, default False
        Whether the file writes 2,5.

    Examples
    --------
    >>> codes = MissingCodes(["-9", "n/a"])
    >>> [codes.covers(t) for t in ("-9", "-9.0", " n/a ", "", "9", "N/A")]
    [True, True, True, True, False, False]
    """

    def __init__(self, codes: Iterable[str], *, decimal_comma: bool = False) -> None:
        self._comma = decimal_comma
        self._texts = {"", *(code.strip() for code in codes)}
        self._numbers = {value for code in self._texts if (value := number(code)) is not None}

    def covers(self, text: str) -> bool:
        """Whether `text` is empty or one of the codes."""
        if text.strip() in self._texts:
            return True
        return bool(self._numbers) and number(text, decimal_comma=self._comma) in self._numbers
