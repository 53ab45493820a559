"""Problems of a file as findings, as one refusal, and as tables for the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from peereval.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd

    from peereval.notes import Cell, Finding

SHOWN = 5
"""How many rows a message names before it counts the rest."""

_ORDER = {"refuse": 0, "warn": 1, "note": 2}


class DataProblemsError(DataError):
    """The data have problems for which the plan gives no rule.

    Parameters
    ----------
    findings : sequence of Finding
        Everything that was found, of every severity.

    Attributes
    ----------
    findings : tuple of Finding
        The same; those of severity ``refuse`` stand in the message.

    Examples
    --------
    >>> from peereval.notes import Finding
    >>> wrong = Finding(code="no_wave", severity="refuse", what="One row has no wave.", n=1)
    >>> print(DataProblemsError([wrong]))
    The data have 1 problem that must be mended first:
    - One row has no wave.
    To mend it: 'peereval check' shows every cell and what can be done about it.
    """

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        refused = [f for f in self.findings if f.severity == "refuse"]
        n = "1 problem" if len(refused) == 1 else f"{len(refused)} problems"
        lines = [f"The data have {n} that must be mended first:"]
        for finding in refused:
            rows = row_words(finding.cells)
            lines.append(f"- {finding.what}{f' ({rows}.)' if rows else ''}")
        fix = "'peereval check' shows every cell and what can be done about it."
        super().__init__("\n".join([*lines, f"To mend it: {fix}"]))
        self.fix = fix


def row_words(cells: Iterable[Cell], shown: int = SHOWN) -> str:
    """Row numbers in words, each once: ``rows 3, 4, 5, 8, 9 and 2 more``.

    Examples
    --------
    >>> from peereval.notes import Cell
    >>> row_words([Cell(row=3), Cell(row=3), Cell(row=4)]), row_words([Cell(row=2)])
    ('rows 3, 4', 'row 2')
    """
    by_part: dict[str, set[int]] = {}
    for cell in cells:
        by_part.setdefault(cell.part, set()).add(cell.row)
    return "; ".join(_rows_of(part, sorted(rows), shown) for part, rows in by_part.items())


def _rows_of(part: str, rows: list[int], shown: int) -> str:
    """Row numbers of one table in words."""
    more = f" and {len(rows) - shown:,} more" if len(rows) > shown else ""
    listed = ", ".join(str(row) for row in rows[:shown])
    where = f" of '{part}'" if part else ""
    return f"row{'s' if len(rows) > 1 else ''} {listed}{more}{where}"


def problem_table(findings: Iterable[Finding]) -> pd.DataFrame:
    """One line per finding, the gravest first, without anybody's answers.

    Parameters
    ----------
    findings : iterable of Finding
        Of a study, or of a `DataProblemsError`.

    Returns
    -------
    pandas.DataFrame
        Columns ``severity, code, outcome, problem, n, rows, effect, fix``.

    Examples
    --------
    >>> from peereval.notes import Finding
    >>> found = Finding(code="no_wave", severity="warn", what="One row has no wave.", n=1)
    >>> problem_table([found]).loc[0, ["severity", "problem"]].tolist()
    ['warn', 'One row has no wave.']
    """
    import pandas as pd

    rows = [
        {
            "severity": f.severity,
            "code": f.code,
            "outcome": f.outcome,
            "problem": f.what,
            "n": f.n,
            "rows": row_words(f.cells),
            "effect": f.effect,
            "fix": f.fix,
        }
        for f in sorted(findings, key=lambda f: _ORDER[f.severity])
    ]
    names = ["severity", "code", "outcome", "problem", "n", "rows", "effect", "fix"]
    return pd.DataFrame(rows, columns=names)


def problem_cells(findings: Iterable[Finding]) -> pd.DataFrame:
    """One line per place: for the evaluator's own screen, never for a report.

    Parameters
    ----------
    findings : iterable of Finding
        Of a study, or of a `DataProblemsError`.

    Returns
    -------
    pandas.DataFrame
        Columns ``severity, code, outcome, part, row, column, participant, value``.

    Examples
    --------
    >>> from peereval.notes import Cell, Finding
    >>> place = Cell(row=4, column="q1", value="7", participant="P1")
    >>> found = Finding(code="out_of_range", severity="refuse", what="...", cells=(place,))
    >>> problem_cells([found]).loc[0, ["column", "value"]].tolist()
    ['q1', '7']
    """
    import pandas as pd

    rows = [
        (f.severity, f.code, f.outcome, c.part, c.row, c.column, c.participant, c.value)
        for f in sorted(findings, key=lambda f: _ORDER[f.severity])
        for c in f.cells
    ]
    names = ["severity", "code", "outcome", "part", "row", "column", "participant", "value"]
    return pd.DataFrame(rows, columns=names)
