"""Which number stands for which printed answer, as far as a questionnaire's coding says so."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from peereval.instruments.form import Form
    from peereval.instruments.questionnaire import Questionnaire

_CODE = re.compile(r"([0-9]+) = ([^=]+)")
_ASIDE = re.compile(r"(.*?)\s*\(([^)0-9]*)")


def response_labels(instrument: Questionnaire, form: Form, number: int) -> dict[str, float]:
    """Labels of one item's answers that the questionnaire's coding names.

    Parameters
    ----------
    instrument : Questionnaire
        Whose coding it is.
    form : Form
        The form of the key or variant in use.
    number : int
        Place of the item on the form.

    Returns
    -------
    dict of str to float
        Number by label; only the ends of the scale where the coding names no others, and
        nothing for an item or a variant with another response range.

    Examples
    --------
    >>> from peereval import instruments
    >>> phq9 = instruments.get("phq9")
    >>> response_labels(phq9, phq9.key().form, 1)["several days"]
    1.0
    """
    low, high = form.range_of(number)
    standard = instrument.standard.form
    if (low, high) != (standard.response_min, standard.response_max):
        return {}
    labels = labels_of_coding(instrument.coding)
    return {label: value for label, value in labels.items() if low <= value <= high}


def labels_of_coding(coding: str) -> dict[str, float]:
    """Labels in a coding such as ``0 = not at all, 1 = several days; a remark``.

    A coding that differs between items names no labels here. Words in brackets are another
    way to say the same: ``often (always)``.

    Examples
    --------
    >>> labels_of_coding("1 = never ... 4 = often (always); item order as printed")
    {'never': 1.0, 'often': 4.0, 'often (always)': 4.0, 'always': 4.0}
    >>> labels_of_coding("item 1: 1 = none ... 4 = 5+"), labels_of_coding("0-3 as printed")
    ({}, {})
    """
    meaning = re.split(r";|(?<!\.)\. ", coding)[0]
    if "item" in meaning or "/" in meaning:
        return {}
    labels: dict[str, float] = {}
    for part in re.split(r"\.\.\.|,", meaning):
        found = _CODE.search(part)
        if found is None:
            continue
        label = found[2].strip()
        aside = _ASIDE.match(label)
        for text in (aside[1], label, aside[2]) if aside else (label,):
            if text and "(" not in text.removesuffix(f" ({aside[2]})" if aside else ""):
                labels[text] = float(found[1])
    return labels
