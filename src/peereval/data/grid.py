"""What a reader of any format hands over: a header and the text under it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A header and the columns under it, before the header is checked.

    Attributes
    ----------
    header : sequence of str
        Names as they stand in the file.
    columns : sequence of sequences of str
        Text under each name.
    row_numbers : sequence of int
        Number of each row in the file.
    format : str
        How it was read, in words.
    decimal_comma : bool
        Whether numbers are written with a decimal comma.
    """

    header: Sequence[str]
    columns: Sequence[Sequence[str]]
    row_numbers: Sequence[int]
    format: str
    decimal_comma: bool = False
