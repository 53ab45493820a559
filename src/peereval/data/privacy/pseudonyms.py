"""Keyed hashes in the place of IDs: the same ID and key give the same pseudonym, always."""

from __future__ import annotations

import base64
import hashlib
import hmac
import unicodedata
from typing import TYPE_CHECKING

from peereval.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable

LENGTH = 16
"""Signs of a pseudonym after its first letter: 80 bits."""


def plain_spelling(identity: str) -> str:
    """An ID without the spaces around it, each accent encoded in one way.

    Examples
    --------
    >>> plain_spelling(" P01 ")
    'P01'
    """
    return unicodedata.normalize("NFC", identity.strip())


class Pseudonyms:
    """Pseudonyms by one key.

    The first 80 bits of HMAC-SHA-256 (RFC 2104), in base32: among ten million people two share
    one with a probability of 4e-11, and that is looked for. Whoever has no key can neither go
    back nor try out likely IDs.

    Parameters
    ----------
    key : bytes
        Of `keys.read_or_make_key`.
    spelling : callable
        What all spellings of an ID have in common; by default spaces around it do not count,
        nor how an accent is encoded.

    Examples
    --------
    >>> pseudonyms = Pseudonyms(bytes(32))
    >>> pseudonyms.of("P001"), pseudonyms.of(" P001 "), pseudonyms.of("p001")
    ('PGOZXT7PT65YZWRK2', 'PGOZXT7PT65YZWRK2', 'PZSG27G7IE6HJXAA3')
    """

    def __init__(self, key: bytes, spelling: Callable[[str], str] = plain_spelling) -> None:
        self._key, self._spelling = key, spelling
        self._given: dict[str, str] = {}

    def of(self, identity: str) -> str:
        """The pseudonym of an ID; empty when there is none.

        Raises
        ------
        DataError
            If two IDs would get the same one.
        """
        if not identity.strip():
            return ""
        text = self._spelling(identity)
        digest = hmac.new(self._key, text.encode("utf-8", "surrogatepass"), hashlib.sha256).digest()
        pseudonym = "P" + base64.b32encode(digest).decode()[:LENGTH]
        if self._given.setdefault(pseudonym, text) != text:
            raise DataError("Two IDs get the same pseudonym.", fix="make a new key.")
        return pseudonym
