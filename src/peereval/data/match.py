"""Which rows belong to one person, and which of them count."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from peereval.data.doubtful_ids import alike_ids, lost_zeros
from peereval.data.words import rows_words
from peereval.errors import DataError
from peereval.notes import Cell, Finding

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from peereval.data.arrange import Entries, Sheet
    from peereval.plan import Plan

_RULES = {
    "first": "the first of them was used",
    "last": "the last of them was used",
    "most_complete": "the one with most answers was used, the first of equals",
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class People:
    """Who each input row is about.

    Attributes
    ----------
    of_row : ndarray of int, shape (rows,)
        Position in `names` of each row's person; -1 where the row names nobody.
    names : ndarray of str, shape (people,)
        ID of each person.
    """

    of_row: NDArray[np.intp]
    names: NDArray[Any]

    def name(self, row: int) -> str:
        """ID of the person a row is about; empty when it names nobody."""
        code = self.of_row[row]
        return str(self.names[code]) if code >= 0 else ""


def refuse_unmatched(plan: Plan) -> None:
    """Refuse a plan that neither names participants nor says that nobody can be matched.

    Parameters
    ----------
    plan : Plan
        What is evaluated.

    Raises
    ------
    DataError
        If rows of one person cannot be told to belong together.

    Examples
    --------
    >>> from peereval.plan import Plan
    >>> refuse_unmatched(Plan.from_toml('''
    ... [data]
    ... wave = "wave"
    ... unmatched = true
    ... [waves]
    ... order = ["before", "after"]
    ... [[outcome]]
    ... name = "mood"
    ... domain = "clinical"
    ... column = "mood"
    ... higher_is = "better"
    ... '''))
    """
    if plan.data.participant is None and not plan.data.unmatched:
        raise DataError(
            "A paired analysis is refused: the plan names no participant column, so nobody can "
            "tell which 'before' and which 'after' belong to the same person.",
            expected='participant = "COLUMN" under [data]',
            fix="name the column of the participant codes; where there are none, or none to be "
            "trusted, say unmatched = true under [data], and each wave is described on its own.",
        )


def people_of(sheet: Sheet, rows: NDArray[np.bool_]) -> tuple[People, list[Finding]]:
    """Say who each row is about, by the plan's rule for IDs.

    Parameters
    ----------
    sheet : Sheet
        A table with its columns.
    rows : ndarray of bool, shape (rows,)
        Which rows are looked at; the others are about nobody.

    Returns
    -------
    People
        IDs as they stand in the file; with ``ids = "trim"`` the first spelling stands for
        all that differ only by case or spaces. Without matching, a person per row.
    list of Finding
        IDs that were joined, or that look alike and were not.
    """
    import numpy as np
    import pandas as pd

    if sheet.columns.participant is None:
        numbers = sheet.table.row_numbers
        names = np.array([f"row {n}" for n in numbers], dtype=object)
        return People(of_row=np.where(rows, np.arange(len(names)), -1), names=names), []
    texts = sheet.texts(sheet.columns.participant)
    keys, _ = pd.factorize(np.array([_folded(v) for v in texts.different], dtype=object))
    named = texts.where(lambda text: bool(text.strip())) & rows
    codes = np.where(named, texts.codes, -1)
    findings = [*alike_ids(sheet, codes, keys), *lost_zeros(sheet, codes)]
    of_text, ids = np.arange(len(texts.different)), texts.different
    if sheet.plan.data.ids == "trim":
        # Rows that are not looked at must not lend their spelling.
        spellings = list(dict.fromkeys(texts.codes[named].tolist()))
        first: dict[int, str] = {}
        for code in spellings:
            first.setdefault(int(keys[code]), ids[code].strip())
        of_text = keys
        ids = [first.get(key, "") for key in range(int(keys.max(initial=-1)) + 1)]
    of_row = np.where(named, of_text[texts.codes], -1)
    return People(of_row=of_row, names=np.array(ids, dtype=object)), findings


def _folded(text: str) -> str:
    """An ID without its spaces and case."""
    return "".join(text.split()).casefold()


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
            column=sheet.columns.wave or "",
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
