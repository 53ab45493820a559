"""E-mail addresses."""

from __future__ import annotations

import re

_EMAIL = re.compile(r"[^\s@<>,;:]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}")


def is_email(text: str) -> bool:
    """Whether a cell is an e-mail address, or has one in it.

    Examples
    --------
    >>> is_email("Jo <jo@example.org>"), is_email("@example"), is_email("3 @ 4.50")
    (True, False, False)
    """
    return "@" in text and _EMAIL.search(text) is not None
