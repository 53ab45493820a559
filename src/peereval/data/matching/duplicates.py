"""One row per person and wave, and whether anybody has both waves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from peereval.data.words import rows_words
from peereval.notes import Cell, Finding

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from peereval.data.arrange import Entries, Sheet
    from peereval.data.people import People

_RULES = {
    "first": "the first of them was used",
    "last": "the last of them was used",
    "most_complete": "the one with most answers was used, the first of equals",
}


def without_duplicates(
    sheet: Sheet, people: People, entries: Entries
) -> tuple[NDArray[np.bool_], list[Finding]]:
    """Keep one entry per person and wave by the plan's rule.

    Parameters
    ----------
    sheet : Sheet
        A table with its columns.
    people : People
        Who each row is about.
    entries : Entries
        Entries with a known person and wave, in file order.

    Returns
    -------
    ndarray of bool, shape (n,)
        Which entries to keep; all of them under the rule "refuse".
    list of Finding
        What was found and done.
    """
    import numpy as np
    import pandas as pd

    frame = pd.DataFrame(
        {"person": people.of_row[entries.position], "wave": entries.wave, "n": entries.n_answered}
    )
    everyone = np.ones(len(entries), dtype=bool)
    double = frame.duplicated(["person", "wave"], keep=False).to_numpy()
    if sheet.columns.participant is None or not double.any():
        return everyone, []
    rule = sheet.plan.data.duplicates
    if rule == "most_complete":
        frame = frame.sort_values("n", ascending=False, kind="stable")
    kept = ~frame.duplicated(["person", "wave"], keep="last" if rule == "last" else "first")
    keep = kept.sort_index().to_numpy()
    n_extra = int((~keep).sum())
    n_people = frame.loc[double[frame.index], "person"].nunique()
    what = f"{_people(n_people)} more than one row for the same wave"
    finding = Finding(
        code="duplicate_wave",
        severity="refuse" if rule == "refuse" else "note",
        what=f"{what}."
        if rule == "refuse"
        else f"{what}; {_RULES[rule]}, {rows_words(n_extra)} left out.",
        effect="A person would count twice in one wave."
        if rule == "refuse"
        else "The rows left out do not enter any result.",
        fix='delete the wrong rows, or say duplicates = "first", "last" or "most_complete" '
        "under [data]."
        if rule == "refuse"
        else "",
        n=int(double.sum()) if rule == "refuse" else n_extra,
        cells=_double_cells(sheet, people, entries.keep(double)),
    )
    return (everyone if rule == "refuse" else keep), [finding]


def _people(n: int) -> str:
    """The count of people as the beginning of a sentence, with its verb."""
    return "1 person has" if n == 1 else f"{n:,} people have"


def _double_cells(sheet: Sheet, people: People, entries: Entries) -> tuple[Cell, ...]:
    """Places of entries that claim the same person and wave."""
    order = sheet.plan.waves.order
    return tuple(
        Cell(
            row=int(sheet.table.row_numbers[i]),
            column=sheet.columns.wave or sheet.columns.date or "",
            value=order[wave],
            participant=people.name(i),
        )
        for i, wave in zip(entries.position.tolist(), entries.wave.tolist(), strict=True)
    )


def pairing(sheet: Sheet, people: People, entries: Entries) -> list[Finding]:
    """Warn when nobody has both the first and the last wave.

    Parameters
    ----------
    sheet : Sheet
        A table with its columns.
    people : People
        Who each row is about.
    entries : Entries
        Entries that are used.

    Returns
    -------
    list of Finding
        Empty when at least one person has both.
    """
    import numpy as np

    waves = sheet.plan.waves
    person = people.of_row[entries.position]
    before, after = np.zeros((2, len(people.names)), dtype=bool)
    before[person[entries.wave == waves.order.index(waves.first)]] = True
    after[person[entries.wave == waves.order.index(waves.last)]] = True
    n_before, n_after = int(before.sum()), int(after.sum())
    if sheet.columns.participant is None or (before & after).any() or not (n_before and n_after):
        return []
    return [
        Finding(
            code="no_pairs",
            severity="warn",
            what=f"Nobody has both waves: {n_before:,} people at '{waves.first}', "
            f"{n_after:,} at '{waves.last}', and no ID in common.",
            effect="No change of a person can be computed.",
            fix="compare the IDs of both waves; they may be written in different ways.",
            n=n_before + n_after,
        )
    ]
