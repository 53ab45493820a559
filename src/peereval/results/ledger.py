"""The ledger: every number of a report, one row each, in a fixed order."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from peereval.errors import PeerEvalError
from peereval.results.estimate import Estimate, NotEstimated
from peereval.results.spreadsheet import csv_line, safe_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pandas as pd

SUPPRESSED = "suppressed"
NOT_ESTIMATED = "not_estimated:"


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    """One number and what it rests on.

    (outcome, group, analysis, statistic, contrast, level) names the row and is unique.

    Attributes
    ----------
    outcome, domain : str
        Names from the plan; ``"study"`` for numbers about everybody.
    group : str
        ``"all"`` or ``"region=NAME"``.
    analysis, statistic, contrast, level : str
        What was done, which number, which waves are compared, which wave or category.
    value, ci_low, ci_high, ci_level : float
        In `unit`, raw sign (post minus pre); NaN where there is none.
    statistic_value, df, df_num, p_value : float
        The test; NaN where there is none.
    unit, method, source, note : str
        Words; `note` holds codes, separated by ``;``.
    n, n_excluded : int or None
        People the number rests on, and people left out of it.
    """

    outcome: str
    domain: str
    group: str
    analysis: str
    statistic: str
    contrast: str = ""
    level: str = ""
    value: float = math.nan
    ci_low: float = math.nan
    ci_high: float = math.nan
    ci_level: float = math.nan
    statistic_value: float = math.nan
    df: float = math.nan
    df_num: float = math.nan
    p_value: float = math.nan
    unit: str = ""
    n: int | None = None
    n_excluded: int | None = None
    method: str = ""
    source: str = ""
    note: str = ""

    @property
    def key(self) -> tuple[str, str, str, str, str, str]:
        """The six columns that name the row."""
        return (
            self.outcome,
            self.group,
            self.analysis,
            self.statistic,
            self.contrast,
            self.level,
        )

    @property
    def notes(self) -> tuple[str, ...]:
        """The codes in `note`."""
        return tuple(code for code in self.note.split(";") if code)

    @property
    def suppressed(self) -> bool:
        """Whether the number is hidden by the disclosure profile."""
        return SUPPRESSED in self.notes

    @property
    def reason(self) -> str:
        """Why the number could not be computed; empty when it could."""
        for code in self.notes:
            if code.startswith(NOT_ESTIMATED):
                return code.removeprefix(NOT_ESTIMATED)
        return ""

    def with_note(self, code: str) -> LedgerRow:
        """The same row with one more code in its note."""
        return self if code in self.notes else replace(self, note=";".join((*self.notes, code)))


COLUMNS = tuple(field.name for field in fields(LedgerRow))
_TEXT = {f.name for f in fields(LedgerRow) if f.type == "str"}


class DuplicateRowError(PeerEvalError):
    """Two numbers claim the same name in the ledger."""


class Ledger:
    """An ordered table of rows with unique names.

    Parameters
    ----------
    rows : iterable of LedgerRow
        In the order in which they are written.

    Raises
    ------
    DuplicateRowError
        If two rows have the same name.
    """

    def __init__(self, rows: Iterable[LedgerRow]) -> None:
        self._rows = tuple(rows)
        self._by_key = {row.key: row for row in self._rows}
        self._by_outcome: dict[str, list[LedgerRow]] = {}
        for row in self._rows:
            self._by_outcome.setdefault(row.outcome, []).append(row)
        if len(self._by_key) != len(self._rows):
            seen: set[tuple[str, ...]] = set()
            for row in self._rows:
                if row.key in seen:
                    raise DuplicateRowError(f"Two ledger rows are called {row.key}.")
                seen.add(row.key)

    def __iter__(self) -> Iterator[LedgerRow]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def where(self, **wanted: str) -> Ledger:
        """Rows whose named columns have exactly these values, in order."""
        return Ledger(self._found(wanted))

    def get(
        self,
        outcome: str,
        statistic: str,
        *,
        group: str = "all",
        analysis: str,
        contrast: str = "",
        level: str = "",
    ) -> LedgerRow | None:
        """The row of that name, or None."""
        return self._by_key.get((outcome, group, analysis, statistic, contrast, level))

    def only(self, **wanted: str) -> LedgerRow | None:
        """The one row with these values; None when there is none or more than one."""
        rows = self._found(wanted)
        return rows[0] if len(rows) == 1 else None

    def _found(self, wanted: dict[str, str]) -> list[LedgerRow]:
        """Rows whose named columns have these values; looked for among those of the outcome."""
        outcome = wanted.get("outcome")
        among = self._rows if outcome is None else self._by_outcome.get(outcome, [])
        return [r for r in among if all(getattr(r, k) == v for k, v in wanted.items())]

    def frame(self) -> pd.DataFrame:
        """The ledger as a data frame, one row per number, columns in the fixed order."""
        import pandas as pd

        frame = pd.DataFrame([asdict(row) for row in self._rows], columns=list(COLUMNS))
        for count in ("n", "n_excluded"):
            frame[count] = frame[count].astype("Int64")
        return frame

    def csv_text(self) -> str:
        """The ledger as CSV text; numbers carry 12 significant digits.

        Text that a spreadsheet would run as a formula is written with a leading apostrophe.
        """
        rows = ([_as_text(name, getattr(row, name)) for name in COLUMNS] for row in self._rows)
        return "".join(map(csv_line, (COLUMNS, *rows)))


def _as_text(name: str, value: Any) -> str:
    """One cell of the CSV file."""
    if value is None:
        return ""
    if name in _TEXT:
        return safe_text(value)
    if isinstance(value, float):
        return "" if math.isnan(value) else f"{value:.12g}"
    return str(value)


def estimate_row(
    estimate: Estimate | NotEstimated,
    *,
    outcome: str,
    domain: str,
    group: str,
    analysis: str,
    contrast: str = "",
    level: str = "",
    n_excluded: int | None = None,
) -> LedgerRow:
    """The ledger row of an estimate, or of the reason why there is none."""
    base = LedgerRow(
        outcome=outcome,
        domain=domain,
        group=group,
        analysis=analysis,
        statistic=estimate.name,
        contrast=contrast,
        level=level,
        n_excluded=n_excluded,
    )
    return with_estimate(base, estimate)


def with_estimate(row: LedgerRow, estimate: Estimate | NotEstimated) -> LedgerRow:
    """The row with the numbers of an estimate, or with the reason why there are none."""
    if isinstance(estimate, NotEstimated):
        return replace(row, n=estimate.n, note=f"{NOT_ESTIMATED}{estimate.reason}")
    return replace(
        row,
        value=estimate.value,
        ci_low=estimate.ci_low,
        ci_high=estimate.ci_high,
        ci_level=estimate.ci_level,
        statistic_value=estimate.statistic,
        df=estimate.df,
        p_value=estimate.p_value,
        unit=estimate.unit,
        n=estimate.n,
        method=estimate.method,
        source=estimate.source,
    )
