"""One table of everything a plan names: a file, or a sheet or file for each wave."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from peereval.data.columns import find_columns
from peereval.data.exports.findings import export_findings
from peereval.data.labels.value_labels import label_findings, with_labels
from peereval.data.possible import place
from peereval.data.read import Part, RawTable, read_table
from peereval.data.study import Source
from peereval.data.words import full_stop
from peereval.errors import InputFileError, PlanError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from peereval.data.columns import Columns
    from peereval.notes import Finding
    from peereval.plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Gathered:
    """Everything that was read, as one table.

    Attributes
    ----------
    table : RawTable
        The rows of all sheets or files, with the wave of each in a column called by the
        plan's key.
    columns : Columns
        Where the plan's columns stand in it.
    findings : list of Finding
        What the files say of themselves: the system that wrote them, labels, missing values.
    """

    table: RawTable
    columns: Columns
    findings: list[Finding]


def gather(data: str | Path | Any, plan: Plan) -> Gathered:
    """Read what a plan names of the data.

    Parameters
    ----------
    data : str, Path or data frame
        A file or table; a workbook where the plan has [waves.sheets]; a folder where it has
        [waves.files].
    plan : Plan
        What is evaluated.

    Returns
    -------
    Gathered

    Raises
    ------
    InputFileError
        If something cannot be read.
    PlanError
        If the plan names a column that is not there.
    """
    tables = _tables(data, plan)
    header = dict.fromkeys(name for table in tables for name in table.cells.columns)
    columns = find_columns(plan, list(header))
    if plan.waves.parts:
        _refuse_absent(tables, plan, columns)
    exports = [table.export for table in tables if table.export is not None]
    findings = [*export_findings(exports, plan), *label_findings(tables, plan, columns)]
    tables = [with_labels(table, plan, columns) for table in tables]
    table = _stacked(tables, plan) if plan.waves.parts else tables[0]
    return Gathered(table=table, columns=columns, findings=findings)


def _tables(data: str | Path | Any, plan: Plan) -> list[RawTable]:
    """The tables of a plan, in the order of its waves where each has one."""
    order, waves = plan.waves.order, plan.waves
    if not waves.parts:
        return [read_table(data, sheet=plan.data.sheet)]
    if not isinstance(data, (str, Path)):
        raise InputFileError(
            f"The plan has {waves.parts_key}, but the data are a table in memory.",
            fix="give the path of the workbook or folder.",
        )
    path = Path(data)
    if waves.sheets:
        return [read_table(path, sheet=waves.sheets[wave]) for wave in order]
    if path.is_file():
        raise InputFileError(
            f"'{path}' is a file, but the plan's [waves.files] names files in a folder.",
            fix="give the folder that holds them.",
        )
    return [read_table(path / waves.files[wave], sheet=plan.data.sheet) for wave in order]


def _refuse_absent(tables: Sequence[RawTable], plan: Plan, columns: Columns) -> None:
    """Refuse a sheet or file without an ID or an answer column that another one has."""
    kind = "sheet" if plan.waves.sheets else "file"
    ids = columns.elements or (() if columns.participant is None else (columns.participant,))
    needed = {"[data] sgic" if columns.elements else "[data] participant": list(ids)}
    for outcome in plan.outcomes:
        items = columns.items[outcome.name]
        needed[place(outcome)] = [c for item in items for c in set(item.columns.values())]
    problems = []
    for table, wave in zip(tables, plan.waves.order, strict=True):
        header = table.cells.columns.tolist()
        for where, names in needed.items():
            absent = [name for name in names if name not in header]
            if absent:
                shown = ", ".join(f"'{name}'" for name in absent[:5])
                more = f" and {len(absent) - 5} more" if len(absent) > 5 else ""
                hint = did_you_mean(absent[0], header)
                part = f"{kind} '{plan.waves.parts[wave]}'"
                problems.append(
                    full_stop(f"{where} needs {shown}{more}, not in the {part}; {hint}")
                )
    if problems:
        raise PlanError(" ".join(problems))


def _stacked(tables: Sequence[RawTable], plan: Plan) -> RawTable:
    """The rows of all tables under each other, each with its wave."""
    import numpy as np
    import pandas as pd

    key, names = plan.waves.parts_key, [plan.waves.parts[wave] for wave in plan.waves.order]
    frames, numbers, parts, start = [], [], [], 0
    for table, wave, name in zip(tables, plan.waves.order, names, strict=True):
        frames.append(table.cells.assign(**{key: wave}))
        # Row numbers are made different, and turned back when they are shown.
        numbers.append(table.row_numbers + start)
        parts.append(Part(name=name, start=start))
        start += int(table.row_numbers[-1])
    return RawTable(
        cells=pd.concat(frames, ignore_index=True).fillna("").astype("str"),
        row_numbers=np.concatenate(numbers),
        source=_source([table.source for table in tables], dict(zip(names, tables, strict=True))),
        decimal_comma=any(table.decimal_comma for table in tables),
        parts=tuple(parts),
    )


def _source(sources: Sequence[Source], tables: Mapping[str, RawTable]) -> Source:
    """What was read, as one input."""
    names = list(dict.fromkeys(source.name for source in sources))
    n_rows = sum(source.n_rows for source in sources)
    if len(names) == 1:
        formats = [source.format for source in sources]
        return replace(sources[0], n_rows=n_rows, format="; ".join(dict.fromkeys(formats)))
    lines = "".join(f"{source.sha256}  {source.name}\n" for source in sources)
    return Source(
        name=", ".join(names),
        sha256=hashlib.sha256(lines.encode("utf-8", "surrogatepass")).hexdigest(),
        format="; ".join(f"'{name}': {table.source.format}" for name, table in tables.items()),
        n_rows=n_rows,
    )
