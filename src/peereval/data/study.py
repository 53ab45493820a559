"""What arrived: tidy answers, and for every input row whether it was used and why not."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from peereval.data.people import Doubts

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from peereval.notes import Finding
    from peereval.plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Which input it was.

    Attributes
    ----------
    name : str
        File name without its folder; ``"data frame"`` for a frame in memory.
    sha256 : str
        Checksum of the file's bytes; of the frame's CSV text for a frame in memory; of the
        lines that ``sha256sum`` prints for several files.
    format : str
        How it was read, in words: ``"CSV, comma, UTF-8"``.
    n_rows : int
        Rows of data in it, header not counted.
    """

    name: str
    sha256: str
    format: str
    n_rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One column of answers, and what it may hold.

    Attributes
    ----------
    name : str
        Its column in `Study.answers`: the column of the file, without the wave.
    columns : mapping of str to str
        Column of the file for each wave; empty for a filler item that was not asked.
    number : int or None
        Place on the form, or the number in the column name; None where there is none.
    low, high : float
        Smallest and largest possible value; infinite where the plan gives none.
    whole : bool
        Whether only whole numbers are possible.
    reverse : bool
        Whether the plan says that it is scored the other way round. Always False for a
        named questionnaire, whose own key says so.
    labels : mapping of str to float
        Numbers of answer labels, of the plan and of the questionnaire's coding.
    """

    name: str
    columns: Mapping[str, str]
    number: int | None = None
    low: float = -math.inf
    high: float = math.inf
    whole: bool = False
    reverse: bool = False
    labels: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Study:
    """Tidy data of one evaluation, with an account of every input row.

    Attributes
    ----------
    plan : Plan
        What was promised.
    source : Source
        Which file it was.
    rows : pandas.DataFrame
        One row per person and wave: ``participant, wave, region, group`` (text; region and
        group NaN where not given) and ``row``, the row number in the file. Sorted by
        participant (as text; by row when unmatched), then by wave in the plan's order. With
        a sheet or file for each wave, ``part`` names it and ``row`` is the row in it.
    answers : mapping of str to pandas.DataFrame
        Per outcome of the plan, one numeric column per item (or the one column already
        scored), rows as in `rows`, NaN where there is no answer. A named questionnaire has
        all its items in form order; a filler item that was not asked is NaN throughout.
    account : pandas.DataFrame
        One row per input row, in file order: ``row`` (as a spreadsheet numbers it), ``used``
        (bool) and ``reason`` (text; empty when used); ``part`` as in `rows`.
    findings : tuple of Finding
        What was found wrong or done by rule while reading, checking and matching.
    matched : bool
        Whether rows of one person are known to belong together. When False every row has an
        artificial participant of its own, and only unpaired analysis is possible.
    items : mapping of str to tuple of Item
        Per outcome, the columns of its `answers`, in the same order.
    surveys : pandas.DataFrame or None
        Where waves come from dates, one row per person and day after the person's first
        survey: ``days`` since that, ``window`` it lies in and ``wave`` it stands for, the two
        empty where there is none.
    doubts : Doubts
        IDs that may be one person and were not joined: for the evaluator's own eyes.

    Notes
    -----
    Rows read = rows used + rows left out, always.

    Examples
    --------
    >>> import peereval as pe
    >>> study = pe.read_study(*pe.sample("two_regions"))
    >>> study.source.n_rows, study.n_rows_used, study.n_rows_left_out
    (303, 300, 3)
    """

    plan: Plan
    source: Source
    rows: pd.DataFrame
    answers: Mapping[str, pd.DataFrame]
    account: pd.DataFrame
    findings: tuple[Finding, ...]
    matched: bool = True
    items: Mapping[str, tuple[Item, ...]] = field(default_factory=dict)
    surveys: pd.DataFrame | None = None
    doubts: Doubts = field(default_factory=Doubts)

    def __repr__(self) -> str:
        """A line without anybody's data, for the end of a notebook cell."""
        return (
            f"<Study of {self.source.name}: {self.source.n_rows} rows read, {self.n_rows_used} "
            f"used, {self.n_people} people, {len(self.plan.outcomes)} outcomes>"
        )

    @property
    def regions(self) -> tuple[str, ...]:
        """Names of the regions, in alphabetical order."""
        return tuple(sorted(self.rows["region"].dropna().unique()))

    @property
    def n_people(self) -> int:
        """Number of different people in the rows used; of rows when unmatched."""
        return int(self.rows["participant"].nunique())

    @property
    def n_rows_used(self) -> int:
        """Number of input rows that were used."""
        return int(self.account["used"].sum())

    @property
    def n_rows_left_out(self) -> int:
        """Number of input rows that were left out, each with its reason in `account`."""
        return len(self.account) - self.n_rows_used
