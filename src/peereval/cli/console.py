"""The way in from a terminal: nothing heavy is imported before it can be interrupted."""

from __future__ import annotations

import sys


def main() -> None:
    """Run `peereval` and end the process with its exit code."""
    try:
        from peereval.cli.app import run

        code = run()
    except KeyboardInterrupt:
        print("peereval: stopped; nothing was written.", file=sys.stderr)
        code = 2
    sys.exit(code)
