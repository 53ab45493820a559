"""What a reader should know about the data or a result, kept as data until the report words it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Severity: TypeAlias = Literal["refuse", "warn", "note"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """Where a problem sits, as the user sees it in the file.

    Attributes
    ----------
    row : int
        Row number in the file, header rows counted, from 1 (as a spreadsheet shows it).
    column : str
        Name of the column; empty when the whole row is meant.
    value : str
        The text found there.
    participant : str
        Participant the row belongs to; empty when there is none.
    part : str
        Sheet or file the row is in, when each wave has its own; empty otherwise.
    """

    row: int
    column: str = ""
    value: str = ""
    participant: str = ""
    part: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing found in the data: what, where, how many, what follows, how to mend it.

    Attributes
    ----------
    code : str
        Machine name, e.g. ``"duplicate_wave"``.
    severity : {"refuse", "warn", "note"}
        ``refuse``: no analysis until it is mended or the plan gives a rule; ``warn``: the
        report carries it; ``note``: what was done by the plan's rule, for the account.
    what : str
        One sentence with the user's own names and counts; never a person's answers.
    effect : str
        What it does, or would do, to the results.
    fix : str
        How to mend it.
    n : int
        How many rows, people or cells it concerns.
    outcome : str
        Outcome it concerns; empty when it concerns the whole file.
    cells : tuple of Cell
        Every place, for the evaluator's own screen; never part of a report.
    """

    code: str
    severity: Severity
    what: str
    effect: str = ""
    fix: str = ""
    n: int = 0
    outcome: str = ""
    cells: tuple[Cell, ...] = ()
