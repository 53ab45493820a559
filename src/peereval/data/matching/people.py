"""Which rows belong to one person, by the plan's rule for IDs and by nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from peereval.data.matching.doubtful_ids import alike_ids, folded, lost_zeros
from peereval.data.matching.same_ids import Consent
from peereval.data.people import People
from peereval.errors import DataError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from peereval.data.arrange import Sheet
    from peereval.notes import Finding
    from peereval.plan import Plan


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
    if not (plan.data.unmatched or plan.data.has_ids):
        raise DataError(
            "A paired analysis is refused: the plan names no participant column, so nobody can "
            "tell which 'before' and which 'after' belong to the same person.",
            expected='participant = "COLUMN" under [data]',
            fix="name the column of the participant codes, or list those of a self-generated code "
            "as sgic; where there are none, or none to be trusted, say unmatched = true under [data], "
            "and each wave is described on its own.",
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
        all that differ only by case or spaces, and the ID before the ``=`` in ``[data.same]``
        for those behind it. Without matching, a person per row.
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
    named = texts.where(lambda text: bool(text.strip())) & rows
    codes = np.where(named, texts.codes, -1)
    consent = Consent(sheet.plan.data)
    person, keys = pd.factorize(np.array([consent.key(t) for t in texts.different], dtype=object))
    alike, _ = pd.factorize(np.array([folded(t) for t in texts.different], dtype=object))
    names = np.array([consent.kept.get(key, key) for key in keys], dtype=object)
    if sheet.plan.data.ids == "trim":
        # Rows that are not looked at must not lend their spelling.
        first: dict[int, str] = {}
        for code in dict.fromkeys(texts.codes[named].tolist()):
            first.setdefault(int(person[code]), texts.different[code].strip())
        for who, spelling in first.items():
            names[who] = consent.kept.get(keys[who], spelling)
    found = [
        *alike_ids(sheet, codes, alike, person),
        *lost_zeros(sheet, codes, person),
        *consent.findings(sheet, codes, person),
    ]
    return People(of_row=np.where(named, person[texts.codes], -1), names=names), found
