"""Regions and groups of people: names that look alike, changes, and gaps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from peereval.notes import Cell, Finding

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from peereval.data.arrange import Entries, Sheet
    from peereval.data.people import People

Role = Literal["region", "group"]


def places_of(
    sheet: Sheet, people: People, entries: Entries, role: Role
) -> tuple[NDArray[Any], list[Finding]]:
    """Region or group of every entry, one per person.

    Parameters
    ----------
    sheet : Sheet
        A table with its columns.
    people : People
        Who each row is about.
    entries : Entries
        Entries that are used.
    role : {"region", "group"}
        Which of the two.

    Returns
    -------
    ndarray of object, shape (n,)
        Name, None where nobody gave one. A person's gaps are filled from the person's other
        rows. A person who changes group stays in the group of the earliest wave that names
        one; a person who changes region is refused.
    list of Finding
        What was found and done.
    """
    import numpy as np
    import pandas as pd

    column = getattr(sheet.columns, role)
    if column is None:
        return np.full(len(entries), None, dtype=object), []
    texts, missing = sheet.texts(column), sheet.missing
    given = np.array(
        [None if missing.covers(v) else v.strip() for v in texts.different], dtype=object
    )[texts.codes[entries.position]]
    frame = pd.DataFrame(
        {
            "person": people.of_row[entries.position],
            "wave": entries.wave,
            "position": entries.position,
            "place": pd.Series(given, dtype=object),
        }
    )
    findings = _spellings(sheet, people, frame, role)
    known = frame[frame["place"].notna()].sort_values(["wave", "position"], kind="stable")
    per_person = known.groupby("person", sort=False)["place"]
    changed = per_person.nunique()
    movers = changed.index[changed > 1]
    if len(movers):
        findings.append(_movers(sheet, people, frame[frame["person"].isin(movers)], role))
    own = frame["person"].map(per_person.first())
    findings += _gaps(sheet, people, frame, own, role)
    # After the map a person without a place has NaN.
    return own.astype(object).where(own.notna(), None).to_numpy(), findings


def _cells(sheet: Sheet, people: People, rows: pd.DataFrame, role: Role) -> tuple[Cell, ...]:
    """Places of rows of the working frame, each input row once."""
    import numpy as np

    column = getattr(sheet.columns, role)
    texts = sheet.texts(column)
    return tuple(
        Cell(
            row=int(sheet.table.row_numbers[i]),
            column=column,
            value=texts.at(i),
            participant=people.name(int(i)),
        )
        for i in np.unique(rows["position"])
    )


def _spellings(sheet: Sheet, people: People, frame: pd.DataFrame, role: Role) -> list[Finding]:
    """Names that differ only by case or spaces; regions are refused, groups warned of."""
    texts, missing = sheet.texts(getattr(sheet.columns, role)), sheet.missing
    used = set(texts.codes[frame["position"].to_numpy()].tolist())
    by_key: dict[str, list[str]] = {}
    for code in sorted(used):
        name = texts.different[code]
        if not missing.covers(name):
            by_key.setdefault("".join(name.split()).casefold(), []).append(name)
    findings = []
    for names in by_key.values():
        if len(names) > 1:
            here = frame[texts.where(set(names).__contains__)[frame["position"]]]
            listed = ", ".join(f"'{name}'" for name in names)
            findings.append(
                Finding(
                    code=f"{role}_spelling",
                    severity="refuse" if role == "region" else "warn",
                    what=f"The {role} names {listed} differ only by case or spaces.",
                    effect=f"They would count as different {role}s.",
                    fix="use one spelling in the file.",
                    n=len(names),
                    cells=_cells(sheet, people, here, role),
                )
            )
    return findings


def _movers(sheet: Sheet, people: People, rows: pd.DataFrame, role: Role) -> Finding:
    """People whose rows name different places."""
    n = rows["person"].nunique()
    who = "1 person has" if n == 1 else f"{n:,} people have"
    column = getattr(sheet.columns, role)
    if role == "region":
        return Finding(
            code="region_changed",
            severity="refuse",
            what=f"{who} different regions in '{column}' at different rows.",
            effect="A person's change belongs to one region only.",
            fix="correct the region, so that it is the same in all rows of a person.",
            n=n,
            cells=_cells(sheet, people, rows, role),
        )
    return Finding(
        code="group_changed",
        severity="warn",
        what=f"{who} different groups in '{column}' at different rows.",
        effect="Each is counted in the group of the earliest wave that names one.",
        fix="correct the group where it is a mistake.",
        n=n,
        cells=_cells(sheet, people, rows, role),
    )


def _gaps(
    sheet: Sheet, people: People, frame: pd.DataFrame, own: pd.Series[Any], role: Role
) -> list[Finding]:
    """Rows filled from the person's other rows, and people without any place."""
    findings = []
    filled = frame[frame["place"].isna() & own.notna()]
    if n := len(filled):
        findings.append(
            Finding(
                code=f"{role}_filled",
                severity="note",
                what=f"The {role} was missing in {n:,} of {len(frame):,} rows used and was taken "
                "from other rows of the same person.",
                n=n,
                cells=_cells(sheet, people, filled, role),
            )
        )
    without = frame[own.isna()]
    if n := without["person"].nunique():
        total = frame["person"].nunique()
        findings.append(
            Finding(
                code=f"{role}_missing",
                severity="note",
                what=f"{n:,} of {total:,} people have no {role} in any of their rows.",
                effect=f"They count in the results for all, not in those by {role}.",
                n=n,
                cells=_cells(sheet, people, without, role),
            )
        )
    return findings
