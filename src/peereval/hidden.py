"""Characters that cannot be seen, or that turn the direction of the text around them."""

from __future__ import annotations

import re
import unicodedata

_HIDDEN = re.compile(
    "["
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # control characters but tab and ends of line
    "\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\ufffe\uffff\U000e0000-\U000e007f"  # halves of pairs, no characters, tags
    "]"
    # Joiners shape words of Persian or Hindi; between other letters they only tell names apart.
    "|(?<![\u0590-\U0010ffff])[\u200c\u200d]|[\u200c\u200d](?![\u0590-\U0010ffff])"
)


def has_hidden(text: str) -> bool:
    r"""Whether a text holds a character that a reader does not see, or that misleads one.

    Examples
    --------
    >>> has_hidden("North"), has_hidden("No\u202erth"), has_hidden("two\nlines")
    (False, True, False)
    """
    return _HIDDEN.search(text) is not None


def without_hidden(text: str) -> str:
    r"""The text without such characters.

    Examples
    --------
    >>> without_hidden("\ufeffid\u200b")
    'id'
    """
    return _HIDDEN.sub("", text)


def hidden_words(text: str) -> str:
    r"""The first such character by its number and name, for a message.

    Examples
    --------
    >>> hidden_words("No\u202erth"), hidden_words("\x00")
    ('U+202E (right-to-left override)', 'U+0000 (control character)')
    """
    found = _HIDDEN.search(text)
    if found is None:
        return ""
    kind = "half of a character" if "\ud800" <= found[0] <= "\udfff" else "control character"
    return f"U+{ord(found[0]):04X} ({unicodedata.name(found[0], kind).lower()})"
