"""The way in from a terminal: what can be met before anything heavy is imported."""

from __future__ import annotations

import os
import signal
import sys

from peereval.cli.console import complain


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


def _prepare() -> None:
    """Let a polite request to end act like Ctrl-C, and a poor terminal show ``?`` for a sign."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
