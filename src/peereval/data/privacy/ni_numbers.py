"""National Insurance numbers."""

from __future__ import annotations

import re

# HMRC NIM39110: two letters of which some are never given, six digits, A to D.
_NUMBER = re.compile(
    r"(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z](?:\s*[0-9]{2}){3}\s*[A-D]",
    re.IGNORECASE,
)


def is_ni_number(text: str) -> bool:
    """Whether a cell is a National Insurance number.

    Examples
    --------
    >>> is_ni_number("QQ 12 34 56 C"), is_ni_number("AB123456C"), is_ni_number("AB123456")
    (False, True, False)
    """
    return len(text) <= 16 and _NUMBER.fullmatch(text) is not None
