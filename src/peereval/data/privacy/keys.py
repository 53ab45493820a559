"""The key of pseudonyms: made once, kept apart from what it protects, shown to nobody."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from peereval.errors import InputFileError, OutputError

_BYTES = 32


def usual_key() -> Path:
    """Where the key lies unless another place is named: in the user's own settings."""
    settings = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(settings) / "peereval" / "pseudonym.key"


def read_or_make_key(path: Path, *, apart_from: Path) -> tuple[bytes, bool]:
    """Read a key, or make one where there is none.

    Parameters
    ----------
    path : Path
        The key file; a new one can be read and written by its owner only.
    apart_from : Path
        The folder of the output, which goes to others: no key may lie in it or below it.

    Returns
    -------
    bytes
        The key.
    bool
        Whether it was made now.

    Raises
    ------
    OutputError
        If the key would lie with the output, or cannot be made.
    InputFileError
        If the file is no key, or others may read it.
    """
    if path.resolve().is_relative_to(apart_from.resolve()):
        raise OutputError(
            f"The key '{path}' would lie in the folder of the output, '{apart_from}'.",
            expected="the key in another place: who has both can find people",
            fix="name another file with --key, or another folder for the output.",
        )
    try:
        if path.exists():
            return _read(path), False
        return _make(path), True
    except OSError as err:
        raise OutputError(f"The key '{path}' cannot be used: {err.strerror}.") from err


def _read(path: Path) -> bytes:
    """The key of a file that only its owner may read."""
    if os.name == "posix" and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise InputFileError(
            f"The key '{path}' can be read by others.",
            fix=f"chmod 600 '{path}', and make a new key if somebody may have read it.",
        )
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii")[: 4 * _BYTES])
    except ValueError:
        key = b""
    if len(key) != _BYTES:
        raise InputFileError(
            f"'{path}' is no key of peereval.",
            expected=f"{2 * _BYTES} hexadecimal digits",
            fix="name the key file, or a file that does not exist yet.",
        )
    return key


def _make(path: Path) -> bytes:
    """A new key from the system's own randomness, in a file of its owner's."""
    key = os.urandom(_BYTES)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(key.hex() + "\n")
    return key
