"""IDs that may mean the same person although they are not the same text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from peereval.notes import Cell, Finding

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from peereval.data.arrange import Sheet


def folded(text: str) -> str:
    """An ID without its spaces and case.

    Examples
    --------
    >>> folded(" P 07"), folded("p07")
    ('p07', 'p07')
    """
    return "".join(text.split()).casefold()


def alike_ids(
    sheet: Sheet, codes: NDArray[Any], keys: NDArray[Any], person: NDArray[Any]
) -> list[Finding]:
    """IDs that differ only by case or spaces.

    Parameters
    ----------
    sheet : Sheet
        A table with its columns.
    codes : ndarray of int, shape (rows,)
        Which different text of the ID column a row holds; -1 where it names nobody.
    keys, person : ndarray of int, shape (texts,)
        For each different text, what is left without case and spaces, and whose ID it is.
    """
    import numpy as np
    import pandas as pd

    used = np.unique(codes[codes >= 0])
    joined = sheet.plan.data.ids == "trim"
    differing = pd.Series(used if joined else person[used]).groupby(keys[used])
    alike = used[differing.transform("nunique").to_numpy() > 1]
    if not alike.size:
        return []
    column = str(sheet.columns.participant)
    different = sheet.texts(column).different
    cells = tuple(
        Cell(row=int(sheet.table.row_numbers[i]), column=column, value=text, participant=text)
        for i in np.flatnonzero(np.isin(codes, alike))
        for text in [different[codes[i]]]
    )
    n_people = int(np.unique(keys[alike]).size)
    what = f"{alike.size} IDs differ from another ID only by case or spaces"
    if joined:
        return [
            Finding(
                code="joined_ids",
                severity="note",
                what=f'{what}; by ids = "trim" they were joined into {n_people}.',
                effect="Rows under these spellings count as one person.",
                n=n_people,
                cells=cells,
            )
        ]
    stated = sheet.plan.data.ids_stated
    return [
        Finding(
            code="similar_ids",
            severity="warn" if stated else "refuse",
            what=f'{what}; by ids = "exact" they are different people.' if stated else f"{what}.",
            effect="If they are the same people, pairs are lost and people counted twice.",
            fix='say ids = "trim" under [data] to join them, or ids = "exact" if they are '
            "different people; or join single ones under [data.same].",
            n=int(alike.size),
            cells=cells,
        )
    ]


def lost_zeros(sheet: Sheet, codes: NDArray[Any], person: NDArray[Any]) -> list[Finding]:
    """Numbers as IDs that differ only by zeros in front, as spreadsheets drop them.

    The parameters are those of `alike_ids`.
    """
    import numpy as np

    column = str(sheet.columns.participant)
    different = sheet.texts(column).different
    by_number: dict[str, list[int]] = {}
    for code in np.unique(codes[codes >= 0]).tolist():
        text = different[code].strip()
        if text.isdecimal():
            by_number.setdefault(text.lstrip("0"), []).append(code)
    # Spellings that differ by spaces are another finding's business.
    doubtful = [
        code
        for found in by_number.values()
        if len({different[code].strip() for code in found}) > 1
        and len({int(person[code]) for code in found}) > 1
        for code in found
    ]
    if not doubtful:
        return []
    cells = tuple(
        Cell(
            row=int(sheet.table.row_numbers[i]),
            column=column,
            value=different[codes[i]],
            participant=different[codes[i]],
        )
        for i in np.flatnonzero(np.isin(codes, doubtful))
    )
    return [
        Finding(
            code="lost_zeros",
            severity="warn",
            what=f"{len(doubtful)} IDs differ from another ID only by zeros in front, which "
            "spreadsheets drop; they count as different people.",
            effect="If they are the same people, pairs are lost and people counted twice.",
            fix="format the ID column as text and correct the IDs, or join them under [data.same].",
            n=len(doubtful),
            cells=cells,
        )
    ]
