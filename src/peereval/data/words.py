"""Small words of messages: counts, verbs, full stops."""

from __future__ import annotations


def rows_words(n: int) -> str:
    """The count of rows in words.

    Examples
    --------
    >>> rows_words(1), rows_words(2000)
    ('1 row', '2,000 rows')
    """
    return "1 row" if n == 1 else f"{n:,} rows"


def verb(n: int, one: str, many: str) -> str:
    """The form of a verb that goes with a count.

    Examples
    --------
    >>> verb(1, "is", "are"), verb(2, "is", "are")
    ('is', 'are')
    """
    return one if n == 1 else many


def full_stop(text: str) -> str:
    """A sentence with its full stop, unless it ends with a question.

    Examples
    --------
    >>> full_stop("known: 'a'"), full_stop("did you mean 'a'?")
    ("known: 'a'.", "did you mean 'a'?")
    """
    text = text.removesuffix("; ")
    return text if text.endswith("?") else f"{text}."
