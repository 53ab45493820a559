"""One writer at a time: a lock beside the place a report goes to, and what a killed run left."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import sys
from contextvars import ContextVar
from typing import TYPE_CHECKING

from peereval.errors import OutputError
from peereval.report.undisturbed import undisturbed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OLD = "old"
"""Where the old folder waits inside the scratch folder while the new one takes its place."""

_held: ContextVar[tuple[Path, ...]] = ContextVar("_held", default=())
_claims: list[_Claim] = []


class InUseError(OutputError):
    """Another run is writing to the same place."""


@contextlib.contextmanager
def claimed(target: Path, named: str | Path) -> Iterator[Path]:
    """Hold a place that is written to; a second run is refused until the first has ended.

    The lock is one of the operating system on a small hidden file beside the place. It ends
    with the process, however that ends, so a killed run blocks nobody; what such a run left
    is tidied up by the next one. Where the disk knows no locks nothing is locked.

    Parameters
    ----------
    target : Path
        The place, from the root; its folders above are made, and taken away again at the end
        if nothing came to lie in them.
    named : str or Path
        The same as the user wrote it, for messages.

    Yields
    ------
    Path
        A hidden folder beside `target` that may be made and filled; gone at the end.

    Raises
    ------
    InUseError
        If another run, or another thread of this one, holds the place.
    OSError
        If nothing can be written there.
    """
    if target in _held.get():
        yield _scratch_of(target)
        return
    claim = _Claim(target)
    token = None
    try:
        with undisturbed():
            claim.take(named)
        token = _held.set((*_held.get(), target))
        yield claim.scratch
    finally:
        if token is not None:
            _held.reset(token)
        with undisturbed():
            claim.give_up()


def give_up_all() -> None:
    """Give up every claim, for a process that is about to end without unwinding."""
    for claim in tuple(_claims):
        claim.give_up()


class _Claim:
    """The lock of one place."""

    def __init__(self, target: Path) -> None:
        self.target, self.scratch = target, _scratch_of(target)
        self._lock = self.scratch.with_name(self.scratch.name + ".lock")
        self._made: list[Path] = []
        self._descriptor = -1

    def take(self, named: str | Path) -> None:
        """Make the folders above, take the lock, tidy up after a run that was killed."""
        _claims.append(self)
        self._made = [p for p in self.target.parents if not p.exists()]
        self.target.parent.mkdir(parents=True, exist_ok=True)
        while not self._is_ours():
            self._close()
            flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
            self._descriptor = os.open(self._lock, flags, 0o600)
            if not _locked(self._descriptor):
                self._close()
                raise InUseError(
                    f"'{named}' is being written by another run of peereval.",
                    fix="wait until it has ended, or name another place.",
                )
        _tidy(self.target, self.scratch)

    def give_up(self) -> None:
        """Let go of the lock, and leave nothing behind that nobody needs."""
        if self not in _claims:
            return
        _claims.remove(self)
        if self._descriptor >= 0:
            if self.scratch.exists():
                shutil.rmtree(self.scratch, ignore_errors=True)
            with contextlib.suppress(OSError):
                self._lock.unlink()
            self._close()
        for folder in self._made:
            with contextlib.suppress(OSError):
                folder.rmdir()

    def _is_ours(self) -> bool:
        """Whether the file that is locked is the one that still has the name."""
        if self._descriptor < 0:
            return False
        try:
            return os.path.samestat(os.fstat(self._descriptor), self._lock.stat())
        except FileNotFoundError:
            return False

    def _close(self) -> None:
        """Close the lock file, which unlocks it."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def _scratch_of(target: Path) -> Path:
    """The hidden folder beside a place; always the same, so that a later run can find it."""
    digest = hashlib.sha256(os.fsencode(target.name)).hexdigest()[:12]
    return target.with_name(f".peereval-{digest}")


def _locked(descriptor: int) -> bool:
    """Lock an open file; False when another process or thread has it."""
    if sys.platform != "win32":
        import fcntl

        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            # A disk without locks; each file and folder still changes in one step.
            return True
    return True


def _tidy(target: Path, scratch: Path) -> None:
    """Put back an old report that a killed run had moved aside, and remove what it left."""
    if not os.path.lexists(target) and (scratch / OLD).is_dir():
        (scratch / OLD).rename(target)
    if scratch.exists():
        shutil.rmtree(scratch, ignore_errors=True)
