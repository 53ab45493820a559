"""Files of a small study, and the command line run in this process."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from peereval.cli.app import run

from .files import PLAN, table


class Answer(NamedTuple):
    """What a command gave back."""

    code: int
    out: str
    err: str


@pytest.fixture
def small(tmp_path):
    """A folder with data.csv and plan.toml of a small study, and nothing else."""
    (tmp_path / "data.csv").write_text(table(), encoding="utf-8")
    (tmp_path / "plan.toml").write_text(PLAN, encoding="utf-8")
    return tmp_path


@pytest.fixture
def cli(capsys):
    """Run a command in this process."""

    def call(*words):
        capsys.readouterr()
        code = run([str(word) for word in words])
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return Answer(code, out, err)

    return call
