"""Answers that are words: the number a label stands for, or the number written before it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from peereval.data.numbers import is_date, number
from peereval.plan.labels import same_label

if TYPE_CHECKING:
    from collections.abc import Mapping

# The label starts with a letter: "1-3" and "2/4" are no answers with a label.
_NUMBER_AND_LABEL = re.compile(r"\s*([+-]?[0-9]+)\s*[-–—=:.)]\s*([^\W\d_].*)", re.DOTALL)


def number_and_label(text: str) -> tuple[float, str] | None:
    """Number and label of an answer such as "3 - Agree"; None for any other text.

    Examples
    --------
    >>> number_and_label("3 - Agree"), number_and_label("0 = Not at all")
    ((3.0, 'Agree'), (0.0, 'Not at all'))
    >>> number_and_label("3-Jan"), number_and_label("1-3"), number_and_label("5+")
    (None, None, None)
    """
    found = _NUMBER_AND_LABEL.fullmatch(text)
    if found is None or is_date(text):
        return None
    value = number(found[1])
    return None if value is None else (value, found[2].strip())


def label_numbers(labels: Mapping[str, float]) -> dict[str, float]:
    """Numbers of labels, by labels as they are compared."""
    return {same_label(label): float(value) for label, value in labels.items()}


def answer_number(
    text: str, labels: Mapping[str, float], *, decimal_comma: bool = False
) -> float | None:
    """The number an answer is or stands for; None where nothing says so.

    Parameters
    ----------
    text : str
        The answer.
    labels : mapping of str to float
        Numbers by label, as `label_numbers` gives them.
    decimal_comma : bool, default False
        Whether the file writes 2,5.

    Returns
    -------
    float or None

    Examples
    --------
    >>> labels = label_numbers({"several days": 1, "nearly every day": 3})
    >>> [answer_number(t, labels) for t in ("2", " Several  Days", "3 - Nearly every day", "often")]
    [2.0, 1.0, 3.0, None]
    """
    value = number(text, decimal_comma=decimal_comma)
    if value is None and labels:
        value = labels.get(same_label(text))
    if value is None and (found := number_and_label(text)) is not None:
        value = found[0]
    return value
