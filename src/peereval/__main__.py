"""Run `python -m peereval` as the command `peereval`."""

from peereval.cli.console import main

main()
