"""Bytes that reach ever more of the readers, by atheris: ``python benchmarks/by_coverage.py csv``.

atheris is no dependency: ``make endurance`` installs it where it can be had. Any exception that is
not one of ours, and any input that takes over ten seconds, ends the run with the input kept.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["peereval.data", "peereval.plan"]):
    from peereval.data import delimited  # noqa: F401 - read_table imports it when it is called
    from peereval.data.read import read_table
    from peereval.errors import PeerEvalError
    from peereval.plan import Plan

PLAN = (
    '[data]\nparticipant = "id"\nwave = "w"\n[waves]\norder = ["a", "b"]\n[[outcome]]\nname = "m"\n'
)
PLAN += 'domain = "d"\ncolumn = "m"\nhigher_is = "better"\n'
FOLDER = Path(tempfile.mkdtemp())


def csv(content: bytes) -> None:
    """One CSV file."""
    path = FOLDER / "data.csv"
    path.write_bytes(content)
    try:
        table = read_table(path)
    except PeerEvalError:
        return
    if len(table.cells) != table.source.n_rows:
        raise AssertionError("Rows are lost.")


def plan(content: bytes) -> None:
    """One plan."""
    path = FOLDER / "plan.toml"
    path.write_bytes(content)
    try:
        Plan.from_file(path)
    except PeerEvalError:
        return


if __name__ == "__main__":
    what = sys.argv.pop(1)
    corpus = FOLDER / "corpus"
    corpus.mkdir()
    start = {"csv": b'id;w\n"a";1,5\n', "plan": PLAN.encode()}[what]
    (corpus / "start").write_bytes(start)
    atheris.Setup([*sys.argv, str(corpus)], {"csv": csv, "plan": plan}[what])
    atheris.Fuzz()
