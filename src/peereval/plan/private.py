"""The plan's text for readers, without the IDs that it joins."""

from __future__ import annotations

import re
import tomllib

_HEADER = re.compile(r"\s*\[{1,2}\s*[\w\"'-]")
_SAME = re.compile(r"\s*\[\s*data\s*\.\s*same\s*\]")
_LEFT_OUT = "# [data.same] joins IDs, which are not printed."


def without_ids(text: str) -> str:
    r"""A plan without its table [data.same], or without anything where that is not sure.

    Parameters
    ----------
    text : str
        A plan in TOML that can be read.

    Returns
    -------
    str
        All other lines as they are. A plan that writes the table in another way (inline, say)
        is left out as a whole, because its text cannot be cut safely.

    Examples
    --------
    >>> print(without_ids('[data]\nids = "trim"\n[data.same]\n"P07" = ["P-7"]\n[report]'))
    [data]
    ids = "trim"
    # [data.same] joins IDs, which are not printed.
    [report]
    """
    kept, inside = [], False
    for line in text.splitlines():
        if _SAME.match(line):
            inside = True
            kept.append(_LEFT_OUT)
        elif inside and _HEADER.match(line):
            inside = False
        if not inside:
            kept.append(line)
    shown = "\n".join(kept)
    return shown if _reads_as(shown, text) else f"{_LEFT_OUT} Nor is the rest of this plan."


def _reads_as(shown: str, text: str) -> bool:
    """Whether a text is the plan without the table, and holds none of its IDs elsewhere."""
    try:
        found, wanted = tomllib.loads(shown), tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    same = wanted["data"].pop("same", {})
    ids = {str(i) for kept, others in same.items() for i in (kept, *others)}
    comments = [line.partition("#")[2] for line in shown.splitlines()]
    words = {word for comment in comments for word in re.findall(r"[^\s\"',=\[\]]+", comment)}
    return found == wanted and ids.isdisjoint(words)
