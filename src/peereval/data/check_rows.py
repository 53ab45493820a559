"""Rows that cannot be used: empty, without a person or a wave, or with an unknown wave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from peereval.data.account import row_cells
from peereval.data.words import full_stop, rows_words, verb
from peereval.errors import did_you_mean
from peereval.notes import Finding

if TYPE_CHECKING:
    from peereval.data.account import Account
    from peereval.data.arrange import Entries, Sheet
    from peereval.data.people import People

EMPTY = "the row is empty"
NO_PARTICIPANT = "no participant ID"
NO_WAVE = "no wave"
UNKNOWN_WAVE = "wave not in the plan"
NO_ANSWERS = "no answers"
DUPLICATE = "another row of the same person and wave was used"


def check_empty(sheet: Sheet, account: Account) -> None:
    """Leave out rows with nothing in them."""
    found = account.leave_out(sheet.empty_rows(), EMPTY)
    if n := int(found.sum()):
        account.findings.append(
            Finding(
                code="empty_row",
                severity="note",
                what=f"{rows_words(n)} {verb(n, 'is', 'are')} completely empty and left out.",
                n=n,
                cells=row_cells(sheet, found),
            )
        )


def check_participants(sheet: Sheet, people: People, account: Account) -> None:
    """Leave out rows that name nobody."""
    found = account.leave_out(people.of_row < 0, NO_PARTICIPANT)
    if n := int(found.sum()):
        account.findings.append(
            Finding(
                code="no_participant",
                severity="warn",
                what=f"{rows_words(n)} {verb(n, 'has', 'have')} no participant ID in "
                f"'{sheet.columns.participant}' and {verb(n, 'is', 'are')} left out.",
                effect="Their answers do not enter any result.",
                fix="fill in the IDs.",
                n=n,
                cells=row_cells(sheet, found, column=str(sheet.columns.participant)),
            )
        )


def check_waves(sheet: Sheet, people: People, entries: Entries, account: Account) -> None:
    """Leave out rows without a wave of the plan; refuse labels that the plan does not know."""
    import numpy as np

    if sheet.columns.wave is None:
        return
    texts = sheet.texts(sheet.columns.wave)
    missing = sheet.missing
    unplaced = np.zeros(sheet.n_rows, dtype=bool)
    unplaced[entries.position[entries.wave < 0]] = True
    blank = texts.where(missing.covers)
    none = account.leave_out(unplaced & blank, NO_WAVE)
    if n := int(none.sum()):
        account.findings.append(
            Finding(
                code="no_wave",
                severity="warn",
                what=f"{rows_words(n)} {verb(n, 'has', 'have')} no wave in "
                f"'{sheet.columns.wave}' and {verb(n, 'is', 'are')} left out.",
                effect="Their answers do not enter any result.",
                fix="fill in the wave.",
                n=n,
                cells=row_cells(sheet, none, column=sheet.columns.wave, people=people),
            )
        )
    unknown = account.leave_out(unplaced & ~blank, UNKNOWN_WAVE)
    labels = texts.stripped()
    order = sheet.plan.waves.order
    for label in dict.fromkeys(labels[unknown].tolist()):
        here = unknown & (labels == label)
        n = int(here.sum())
        account.findings.append(
            Finding(
                code="unknown_wave",
                severity="refuse",
                what=full_stop(
                    f"{rows_words(n)} {verb(n, 'has', 'have')} a wave in '{sheet.columns.wave}' "
                    f"that is not in [waves] order; {did_you_mean(label, order)}"
                ),
                effect="peereval does not guess which wave is meant.",
                fix="correct the label, add it to [waves] order, or delete these rows.",
                n=n,
                cells=row_cells(sheet, here, column=sheet.columns.wave, people=people),
            )
        )


def check_answered(sheet: Sheet, people: People, entries: Entries, account: Account) -> None:
    """Leave out rows without a single answer to any outcome of the plan."""
    import numpy as np

    answered = np.zeros(sheet.n_rows, dtype=bool)
    answered[entries.position[entries.n_answered > 0]] = True
    found = account.leave_out(~answered, NO_ANSWERS)
    if n := int(found.sum()):
        account.findings.append(
            Finding(
                code="no_answers",
                severity="note",
                what=f"{rows_words(n)} {verb(n, 'holds', 'hold')} no answer to any outcome of "
                f"the plan and {verb(n, 'is', 'are')} left out.",
                effect="They count as not answered at that wave.",
                n=n,
                cells=row_cells(sheet, found, people=people),
            )
        )


def check_wave_occurs(sheet: Sheet, entries: Entries, account: Account) -> None:
    """Refuse a plan with a wave that no usable row belongs to, or data without such rows."""
    import numpy as np

    if not len(entries):
        account.findings.append(
            Finding(
                code="no_usable_rows",
                severity="refuse",
                what=f"None of the {rows_words(sheet.n_rows)} can be used.",
                effect="There is nothing to analyse.",
                fix="compare the columns and labels of the plan with the file.",
                n=sheet.n_rows,
            )
        )
    seen = set(np.unique(entries.wave).tolist())
    for i, wave in enumerate(sheet.plan.waves.order):
        if i not in seen:
            account.findings.append(
                Finding(
                    code="wave_absent",
                    severity="refuse",
                    what=full_stop(
                        f"The wave '{wave}' of the plan has no usable row"
                        f"{_labels_there(sheet, wave)}"
                    ),
                    effect="Nothing can be compared with it.",
                    fix="correct [waves] order, or the labels in the file.",
                )
            )


def _labels_there(sheet: Sheet, wave: str) -> str:
    """The nearest label of the file, as the end of a sentence."""
    if sheet.plan.waves.dated:
        return f": by '{sheet.columns.date}' no survey belongs to it"
    if sheet.columns.wave is None:
        return ": none of its columns holds an answer"
    found = {value.strip() for value in sheet.texts(sheet.columns.wave).different}
    if wave in found:
        return ": its rows hold no answer to any question of the plan"
    labels = found - {""}
    hint = did_you_mean(wave, labels)
    return f"; in '{sheet.columns.wave}': {hint}" if hint else ""
