"""Cells that no spreadsheet runs, and rows as CSV."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# What OWASP lists as the beginnings of formulas, with their wide forms of Asian keyboards.
_BEGINS = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)(?:[eE][+-]?[0-9]+)?|[-+]+")


def safe_text(text: str) -> str:
    """The text, with an apostrophe before what a spreadsheet could run as a formula.

    Examples
    --------
    >>> safe_text("=1+1"), safe_text("-5"), safe_text("North")
    ("'=1+1", "'-5", 'North')
    """
    return f"'{text}" if text.lstrip(" ")[:1] in _BEGINS and text.strip(" ") else text


def safe_cell(text: str) -> str:
    """The same for a cell that may hold a number: numbers and lone dashes stay as they are.

    Examples
    --------
    >>> safe_cell("-5"), safe_cell("-"), safe_cell("-5+1"), safe_cell("=5")
    ('-5', '-', "'-5+1", "'=5")
    """
    return text if _NUMBER.fullmatch(text.strip(" ")) else safe_text(text)


def csv_line(cells: Iterable[str]) -> str:
    r"""One line as RFC 4180 writes it; Python's csv leaves a lone carriage return unquoted.

    Examples
    --------
    >>> csv_line(["a", "b,c"])
    'a,"b,c"\n'
    """
    return ",".join(map(_quoted, cells)) + "\n"


def _quoted(cell: str) -> str:
    """One cell, in quotation marks where it needs them."""
    if any(character in cell for character in ',"\r\n'):
        return '"' + cell.replace('"', '""') + '"'
    return cell
