"""Run `python -m peereval` as the command `peereval`."""

from peereval.cli.entry import main

main()
