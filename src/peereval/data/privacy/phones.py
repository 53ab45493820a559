"""British and international phone numbers."""

from __future__ import annotations

import re

_FILL = re.compile(r"[\s().\-/]|ext.*$", re.IGNORECASE)
# Ofcom: national numbers begin with 01, 02, 03, 05, 07, 08 or 09 and have 10 or 11 digits.
_NATIONAL = re.compile(r"0[1235789][0-9]{8,9}")
_ABROAD = re.compile(r"(?:\+|00)[1-9][0-9]{7,14}")
# Excel takes the zero in front of a mobile number away.
_MOBILE = re.compile(r"7[0-9]{9}")


def is_phone(text: str) -> bool:
    """Whether a cell is a phone number.

    Examples
    --------
    >>> is_phone("07700 900123"), is_phone("+44 (0)20 7946 0018"), is_phone("7700900123")
    (True, True, True)
    >>> is_phone("5"), is_phone("2026-01-03"), is_phone("0.123456789")
    (False, False, False)
    """
    if not 8 <= len(text) <= 40 or text.startswith("0."):
        return False
    digits = _FILL.sub("", text.replace("(0)", ""))
    return any(p.fullmatch(digits) is not None for p in (_NATIONAL, _ABROAD, _MOBILE))
