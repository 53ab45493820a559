"""What arrived: tidy answers, and for every input row whether it was used and why not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

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
        Checksum of the file's bytes; of the frame's CSV text for a frame in memory.
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
        group NaN where not given) and ``row``, the row number in the file.
    answers : mapping of str to pandas.DataFrame
        Per outcome of the plan, one numeric column per item (or the one column already
        scored), rows as in `rows`, NaN where there is no answer.
    account : pandas.DataFrame
        One row per input row, in file order: ``row`` (as a spreadsheet numbers it), ``used``
        (bool) and ``reason`` (text; empty when used).
    findings : tuple of Finding
        What was found wrong or done by rule while reading, checking and matching.

    Notes
    -----
    Rows read = rows used + rows left out, always.
    """

    plan: Plan
    source: Source
    rows: pd.DataFrame
    answers: Mapping[str, pd.DataFrame]
    account: pd.DataFrame
    findings: tuple[Finding, ...]

    @property
    def regions(self) -> tuple[str, ...]:
        """Names of the regions, in alphabetical order."""
        return tuple(sorted(self.rows["region"].dropna().unique()))

    @property
    def n_people(self) -> int:
        """Number of different people in the rows used."""
        return int(self.rows["participant"].nunique())
