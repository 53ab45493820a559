"""The way in from a terminal: what can be met before anything heavy is imported."""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING

from peereval.cli.console import complain

if TYPE_CHECKING:
    from types import FrameType

STOPPED = "stopped; no file was left half-written."
_WRITERS = ("peereval.report.write", "peereval.report.claim")


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
        os._exit(complain(STOPPED))
    sys.exit(code)


def _prepare() -> None:
    """Meet Ctrl-C and a request to end; let a poor terminal show ``?`` for a sign."""
    for interruption in (signal.SIGINT, signal.SIGTERM):
        signal.signal(interruption, _stop)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def _stop(_number: int, frame: FrameType | None) -> None:
    """End at once, or, while files are being written, let the writer tidy up first.

    An exception would do for both, but Python drops one that is raised inside a callback, as
    imports have them, and the command would go on as if nobody had asked it to stop.
    """
    while frame is not None:
        if frame.f_globals.get("__name__") in _WRITERS:
            raise KeyboardInterrupt
        frame = frame.f_back
    if claim := sys.modules.get("peereval.report.claim"):
        claim.give_up_all()
    os._exit(complain(STOPPED))
