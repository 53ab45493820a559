"""Keyed hashes in the place of IDs: the same ID and key give the same pseudonym, always."""

from __future__ import annotations

import base64
import hashlib
import hmac
import unicodedata

from peereval.errors import DataError

LENGTH = 16
"""Signs of a pseudonym after its first letter: 80 bits."""


class Pseudonyms:
    """Pseudonyms by one key.

    The first 80 bits of HMAC-SHA-256 (RFC 2104), in base32: among ten million people two share
    one with a probability of 4e-11, and that is looked for. Whoever has no key can neither go
    back nor try out likely IDs.

    Parameters
    ----------
    key : bytes
        Of `keys.read_or_make_key`.
    folded : bool
        Whether case and spaces do not count, as with ``ids = "trim"`` in a plan. Otherwise only
        spaces around an ID do not.

    Examples
    --------
    >>> pseudonyms = Pseudonyms(bytes(32))
    >>> pseudonyms.of("P001"), pseudonyms.of(" P001 "), pseudonyms.of("p001")
    ('PGOZXT7PT65YZWRK2', 'PGOZXT7PT65YZWRK2', 'PZSG27G7IE6HJXAA3')
    """

    def __init__(self, key: bytes, *, folded: bool = False) -> None:
        self._key, self._folded = key, folded
        self._given: dict[str, str] = {}

    def of(self, identity: str) -> str:
        """The pseudonym of an ID; empty when there is none.

        Raises
        ------
        DataError
            If two IDs would get the same one.
        """
        text = unicodedata.normalize("NFC", identity.strip())
        if self._folded:
            text = "".join(text.split()).casefold()
        if not text:
            return ""
        digest = hmac.new(self._key, text.encode("utf-8", "surrogatepass"), hashlib.sha256).digest()
        pseudonym = "P" + base64.b32encode(digest).decode()[:LENGTH]
        if self._given.setdefault(pseudonym, text) != text:
            raise DataError("Two IDs get the same pseudonym.", fix="make a new key.")
        return pseudonym
