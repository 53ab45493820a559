"""How words go out to a terminal, a pipe or nobody."""

from __future__ import annotations

import contextlib
import os
import sys


def say(text: str = "") -> None:
    """Print on standard output; a reader that has gone away, as `head` does, is no failure."""
    from peereval.errors import OutputError

    try:
        print(text, flush=True)
    except BrokenPipeError:
        hush()
    except OSError as err:
        hush()
        raise OutputError(f"Standard output cannot be written: {err.strerror}.") from err


def complain(text: str, code: int = 2) -> int:
    """Print on standard error and give back the exit code, 2 unless it is said."""
    if sys.stderr is not None:
        with contextlib.suppress(OSError):
            print(f"peereval: {text}", file=sys.stderr, flush=True)
    return code


def hush() -> None:
    """Send the rest of standard output nowhere, so that the end of the process is quiet."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    with contextlib.suppress(OSError):
        os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
