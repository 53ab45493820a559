"""NHS numbers, by their check digit."""

from __future__ import annotations

import re

_SHAPE = re.compile(r"[0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{4}")


def is_nhs_number(text: str) -> bool:
    """Whether a cell is ten digits of which the last one checks the others.

    The digits before it are weighted from 10 down to 2; the check digit is 11 less the rest of
    their sum divided by 11, 11 standing for 0; 10 is never given (NHS Data Dictionary).

    Examples
    --------
    >>> is_nhs_number("943 476 5919"), is_nhs_number("9434765918"), is_nhs_number("0000000000")
    (True, False, False)
    """
    if _SHAPE.fullmatch(text) is None:
        return False
    digits = [int(sign) for sign in text if sign.isdigit()]
    check = 11 - sum(w * d for w, d in zip(range(10, 1, -1), digits, strict=False)) % 11
    return check % 11 == digits[-1] and check != 10 and len(set(digits)) > 1
