"""The way in from a terminal, and the way its words go out."""

from __future__ import annotations

import contextlib
import os
import signal
import sys


def main() -> None:
    """Run `peereval` and end the process with its exit code.

    Nothing heavy is imported before an interruption can be met with a sentence.
    """
    try:
        _prepare()
        from peereval.cli.app import run

        code = run()
    except KeyboardInterrupt:
        # Nothing is left to tidy. Python's own way out would end some interrupted processes by
        # the signal instead of the exit code (when it struck inside `exec`, as imports use it).
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        os._exit(complain("stopped; no file was left half-written."))
    sys.exit(code)


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


def _prepare() -> None:
    """Let a polite request to end act like Ctrl-C, and a poor terminal show ``?`` for a sign."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
