"""How answer labels are compared: as a reader would, not as a computer."""

from __future__ import annotations

import unicodedata

_ALIKE = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019", "'"),
        **dict.fromkeys("\u201c\u201d", '"'),
        **dict.fromkeys("\u2010\u2013\u2014", "-"),
    }
)


def same_label(label: str) -> str:
    r"""A label without what people do not see as a difference: case, spaces, curly signs.

    Examples
    --------
    >>> same_label(" Don\u2019t  Know ") == same_label("don't know")
    True
    """
    text = unicodedata.normalize("NFKC", label).translate(_ALIKE)
    return " ".join(text.split()).casefold()
