"""Files of SPSS, Stata and SAS: codes stay codes, labels come with them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from peereval.data.grid import Grid
from peereval.errors import InputFileError

if TYPE_CHECKING:
    from pathlib import Path

LONGEST = 300
"""Seconds after which reading is given up."""


def grid_from_statistical(content: bytes, *, path: Path, kind: str) -> Grid:
    """Read a file of a statistics program.

    Parameters
    ----------
    content : bytes
        The file.
    path : Path
        Its name; its ending says which program wrote it.
    kind : str
        The program: ``"SPSS"``, ``"Stata"`` or ``"SAS"``.

    Returns
    -------
    Grid
        Numbers as text without ".0", dates in ISO form. Codes are not replaced by their
        labels, which stand in `value_labels`. What the file declares as "no answer" (SPSS:
        user-missing values; Stata and SAS: ``.a`` to ``.z``) is an empty cell and counted in
        `no_answer`. Rows are numbered from 1, as these programs show them.

    Raises
    ------
    InputFileError
        If the file is damaged or not what its name says.

    Notes
    -----
    The library that reads these files can crash, or read on for ever, when a file is damaged.
    So it reads in a process of its own, which gets the file and gives the text by pipes.
    """
    found = _in_own_process(content, path.suffix.lower())
    if "problem" in found:
        raise InputFileError(
            f"'{path.name}' is damaged, or {kind} did not write it: {found['problem']}.",
            fix=f"open it in {kind} and save it again, or export it as CSV.",
        )
    columns: list[list[str]] = found["columns"]
    encoding = found["encoding"]
    return Grid(
        header=found["header"],
        columns=columns,
        row_numbers=range(1, len(next(iter(columns), [])) + 1),
        format=f"{kind} file, {encoding}" if encoding else f"{kind} file",
        value_labels=found["value_labels"],
        no_answer=found["no_answer"],
    )


def _in_own_process(content: bytes, ending: str) -> dict[str, Any]:
    """What `statistical_child` makes of a file, or the problem that it had with it."""
    # -P: a file called json.py in the folder of the data is not what Python imports.
    command = [sys.executable, "-P", "-m", "peereval.data.formats.statistical_child", ending]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    try:
        done = subprocess.run(  # noqa: S603 - our own module; the file is only its input
            command,
            input=content,
            capture_output=True,
            env=environment,
            timeout=LONGEST,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return {"problem": f"it could not be read within {LONGEST} seconds"}
    if done.returncode != 0:
        return {"problem": "reading it breaks down"}
    found: dict[str, Any] = json.loads(done.stdout)
    return found
