"""What a reader of any format hands over: a header and the text under it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """Which survey system wrote a file, and what follows from that.

    Attributes
    ----------
    system : str
        Its name, as its users know it.
    done : str
        What was done to make a table of the file, and how its columns are called; a sentence
        without its full stop.
    response_ids : tuple of str
        Columns that number responses, not people.
    """

    system: str
    done: str
    response_ids: tuple[str, ...] = ()


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
    value_labels : mapping of str to mapping of str to str
        Per column, what the file says its codes mean: label by the code's text.
    no_answer : mapping of str to int
        Per column, how many cells the file itself declares to be "no answer"; they are empty
        in `columns`.
    export : Export or None
        The survey system whose layout was recognised.
    """

    header: Sequence[str]
    columns: Sequence[Sequence[str]]
    row_numbers: Sequence[int]
    format: str
    decimal_comma: bool = False
    value_labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    no_answer: Mapping[str, int] = field(default_factory=dict)
    export: Export | None = None
