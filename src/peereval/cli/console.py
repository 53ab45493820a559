"""How words go out to a terminal, a pipe or nobody; no text of a file can steer a terminal."""

from __future__ import annotations

import contextlib
import os
import sys


def say(text: str = "") -> None:
    """Print on standard output; a reader that has gone away, as `head` does, is no failure."""
    from peereval.errors import OutputError
    from peereval.hidden import without_hidden

    try:
        print(without_hidden(text), flush=True)
    except BrokenPipeError:
        hush()
    except OSError as err:
        hush()
        raise OutputError(f"Standard output cannot be written: {err.strerror}.") from err


def complain(text: str, code: int = 2) -> int:
    """Print on standard error and give back the exit code, 2 unless it is said."""
    from peereval.hidden import without_hidden

    if sys.stderr is not None:
        with contextlib.suppress(OSError):
            print(f"peereval: {without_hidden(text)}", file=sys.stderr, flush=True)
    return code


def hush() -> None:
    """Send the rest of standard output nowhere, so that the end of the process is quiet."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    with contextlib.suppress(OSError):
        os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
