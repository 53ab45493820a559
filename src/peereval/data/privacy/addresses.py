"""Postal addresses."""

from __future__ import annotations

import re

_STREET = re.compile(
    r"\b[0-9]{1,4}[A-Za-z]?,?\s+(?:[A-Z][\w'.-]*\s+){1,4}"
    r"(?:Road|Rd|Street|St|Lane|Ln|Avenue|Ave|Close|Drive|Dr|Way|Court|Ct|Crescent|Cres|Terrace|"
    r"Place|Pl|Gardens|Grove|Hill|Square|Sq|Row|View|Walk|Mews|Parade|Park|Rise|Green)\b",
)
_POSTCODE_WITHIN = re.compile(r",\s*[A-Z]{1,2}[0-9][A-Z0-9]?\s*[0-9][A-Z]{2}\s*$", re.IGNORECASE)


def is_address(text: str) -> bool:
    """Whether a cell holds a house number with a street, or ends with a postcode.

    Examples
    --------
    >>> is_address("12 Abbey Road, Sheffield"), is_address("The Hut, Hope, S33 6RD")
    (True, True)
    >>> is_address("12 weeks"), is_address("2 Several days")
    (False, False)
    """
    found = _STREET.search(text) or _POSTCODE_WITHIN.search(text)
    return len(text) <= 400 and found is not None
