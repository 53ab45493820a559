"""Names of regions and groups that a report could not show as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from peereval.data.account import row_cells
from peereval.data.words import rows_words, verb
from peereval.hidden import has_hidden, hidden_words
from peereval.notes import Finding

if TYPE_CHECKING:
    from peereval.data.account import Account
    from peereval.data.arrange import Sheet

LONGEST = 200
"""Characters of the name of a region or group."""
MOST_REGIONS = 100
"""Regions of a report; each has its own results, hidden with regard to all others."""


def check_labels(sheet: Sheet, account: Account) -> None:
    """Refuse names that hold characters nobody sees, and names as long as a story.

    Two names that differ by such a character only look the same in a report, and one that turns
    the direction of text can make a sentence say something else.
    """
    _check_number(sheet, account)
    for role in ("region", "group"):
        column = getattr(sheet.columns, role)
        if column is None:
            continue
        texts = sheet.texts(column)
        hidden = texts.where(has_hidden) & account.open
        if n := int(hidden.sum()):
            what = hidden_words(texts.at(int(hidden.argmax())))
            account.findings.append(
                Finding(
                    code="hidden_characters",
                    severity="refuse",
                    what=f"{rows_words(n)} {verb(n, 'has', 'have')} a name in '{column}' with a "
                    f"character that cannot be seen: {what}.",
                    effect=f"Two {role}s could look the same in the report.",
                    fix="type the names anew, or choose them from a list.",
                    n=n,
                    cells=row_cells(sheet, hidden, column=column),
                )
            )
        long = texts.where(lambda text: len(text) > LONGEST) & account.open
        if n := int(long.sum()):
            account.findings.append(
                Finding(
                    code="long_name",
                    severity="refuse",
                    what=f"{rows_words(n)} {verb(n, 'has', 'have')} more than {LONGEST} characters "
                    f"in '{column}', which is to name a {role}.",
                    effect="No table or figure could show such a name.",
                    fix=f"name the column that holds the {role} in the plan.",
                    n=n,
                    cells=row_cells(sheet, long, column=column),
                )
            )


def _check_number(sheet: Sheet, account: Account) -> None:
    """Refuse more regions than a report can hold, as when the column of IDs is named by mistake."""
    column = sheet.columns.region
    if column is None:
        return
    names = {text.strip() for text in sheet.texts(column).different} - {""}
    if len(names) > MOST_REGIONS:
        account.findings.append(
            Finding(
                code="too_many_regions",
                severity="refuse",
                what=f"'{column}', which is to name regions, holds {len(names):,} different names.",
                effect=f"A report has results for each of at most {MOST_REGIONS} regions.",
                fix="name a column of larger regions, or take 'region' out of the plan.",
                n=len(names),
            )
        )
