"""Plans and files that the tests of reading, checking and matching share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from peereval.data.load import read_study
from peereval.data.problems import DataProblemsError
from peereval.plan import Plan

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from peereval.notes import Finding

MOOD = """
[[outcome]]
name = "mood"
label = "Mood"
domain = "clinical"
items = "q{item}"
range = [0, 4]
score = "sum"
higher_is = "worse"
"""


@pytest.fixture
def plan_of() -> Callable[..., Plan]:
    """Make a long plan with two waves and the outcome "mood" of items q1, q2, ..."""

    def make(
        data: str = 'participant = "id"',
        *,
        outcomes: str = MOOD,
        waves: str = "",
        wide: bool = False,
    ) -> Plan:
        layout = 'layout = "wide"' if wide else 'wave = "wave"'
        order = waves or 'order = ["before", "after"]'
        return Plan.from_toml(f"[data]\n{layout}\n{data}\n[waves]\n{order}\n{outcomes}")

    return make


@pytest.fixture
def frame() -> pd.DataFrame:
    """Two people with two waves and two items."""
    return pd.DataFrame(
        {
            "id": ["001", "001", "2", "2"],
            "wave": ["before", "after", "before", "after"],
            "region": ["North", "North", "South", "South"],
            "group": ["a", "a", "b", "b"],
            "q1": ["1", "2", "3", "4"],
            "q2": ["0", "1", "", "3"],
        }
    )


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write bytes, or text in UTF-8, to a file."""

    def make(content: bytes | str, name: str = "data.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return make


@pytest.fixture
def refused() -> Callable[..., dict[str, Finding]]:
    """Read a study that must be refused; its findings by code."""

    def read(data: object, plan: Plan) -> dict[str, Finding]:
        with pytest.raises(DataProblemsError) as caught:
            read_study(data, plan)
        return {finding.code: finding for finding in caught.value.findings}

    return read


@pytest.fixture
def found() -> Callable[..., dict[str, Finding]]:
    """Read a study that is not refused; its findings by code."""

    def read(data: object, plan: Plan) -> dict[str, Finding]:
        return {finding.code: finding for finding in read_study(data, plan).findings}

    return read
