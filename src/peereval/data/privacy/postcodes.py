"""British postcodes."""

from __future__ import annotations

import re

# BS 7666: outward code, then a digit and two letters.
_POSTCODE = re.compile(
    r"(?:[A-Z]{1,2}[0-9][A-Z0-9]?|GIR)\s*[0-9][ABD-HJLNP-UW-Z]{2}", re.IGNORECASE
)


def is_postcode(text: str) -> bool:
    """Whether a cell is a whole postcode.

    Examples
    --------
    >>> is_postcode("S10 2BP"), is_postcode("sw1a1aa"), is_postcode("S10"), is_postcode("P01")
    (True, True, False, False)
    """
    return len(text) <= 9 and _POSTCODE.fullmatch(text) is not None
