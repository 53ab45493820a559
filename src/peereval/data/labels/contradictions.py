"""Labels of a file that say something else than the coding, or than each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from peereval.data.labels.numbered import label_numbers
from peereval.data.words import verb
from peereval.notes import Finding
from peereval.plan.labels import same_label

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from peereval.data.study import Item
    from peereval.plan import OutcomeSpec

SHOWN = 4

Labelled = tuple[str, float, str]
"""A column, a number that is used in it, and the label the file gives that number."""


def contradictions(
    outcome: OutcomeSpec, items: Sequence[Item], labelled: Iterable[Labelled]
) -> list[Finding]:
    """Warn when an outcome's labels contradict its coding, or one column another.

    The numbers are used all the same, so this decides whether they mean what they seem to.

    Parameters
    ----------
    outcome : OutcomeSpec
        Whose answers they are.
    items : sequence of Item
        Its items, with the numbers that labels should have.
    labelled : iterable of (column, number, label)
        What the file says.

    Returns
    -------
    list of Finding
        One, or none.
    """
    known = {c: label_numbers(item.labels) for item in items for c in item.columns.values()}
    limits = {c: (item.low, item.high) for item in items for c in item.columns.values()}
    elsewhere: dict[str, tuple[float, str]] = {}
    wrong: dict[str, str] = {}
    columns: list[str] = []
    turned = []
    for column, value, label in labelled:
        key = same_label(label)
        low, high = limits[column]
        expected, where = known[column].get(key), "in the coding"
        if expected is None:
            if not low <= value <= high:
                continue
            expected, first = elsewhere.setdefault(key, (value, column))
            where = f"in '{first}'"
        if expected == value:
            continue
        turned.append(value + expected == low + high)
        columns.append(column)
        wrong.setdefault(key, f"'{label}' is {value:g} in '{column}' but {expected:g} {where}")
    if not wrong:
        return []
    n = len(set(columns))
    shown = "; ".join(list(wrong.values())[:SHOWN])
    more = f"; and {len(wrong) - SHOWN} more" if len(wrong) > SHOWN else ""
    order = " They run the other way round." if all(turned) and len(turned) > 1 else ""
    return [
        Finding(
            code="labels_contradict",
            severity="warn",
            what=f"{outcome.title}: the labels of {n} {verb(n, 'column', 'columns')} contradict "
            f"what the numbers should mean: {shown}{more}.{order}",
            effect="The numbers of the file are used; if its labels are right, the scores are wrong.",
            fix="compare the file with the printed form; to go by the labels instead of the "
            "numbers, give every label its number under [[outcome]]: labels = { ... }.",
            n=n,
            outcome=outcome.name,
        )
    ]
