"""Whatever is sent: a result or a sentence, in time, and every row accounted for.

The test run takes 1,000 examples of readers and 100 of whole reports; ``make endurance`` takes as
many as PEEREVAL_EXAMPLES says.
"""

from __future__ import annotations

import csv
import os
import tempfile
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from peereval.cli.app import run
from peereval.data.load import read_study
from peereval.data.read import read_table
from peereval.errors import PeerEvalError
from peereval.plan import Plan

from .tables import data_file, plan

READERS = int(os.environ.get("PEEREVAL_EXAMPLES", "1000"))
REPORTS = max(100, READERS // 50)
SECONDS = 10
usual = {
    "deadline": None,
    "suppress_health_check": list(HealthCheck),
    "derandomize": "PEEREVAL_EXAMPLES" not in os.environ,
    "database": None,
}


def is_a_sentence(text):
    """Whether a refusal is words that end, and not the tail of a traceback."""
    return (
        len(text) > 10
        and text.rstrip()[-1] in ".?!)"
        and "Traceback" not in text
        and "mistake of peereval" not in text
    )


@pytest.fixture(scope="module")
def folder():
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


@settings(max_examples=READERS // 2, **usual)
@given(content=data_file() | st.binary(max_size=300), ending=st.sampled_from(["csv", "tsv", "txt"]))
def test_text_files(folder, content, ending):
    path = folder / f"data.{ending}"
    path.write_bytes(content)
    start = time.monotonic()
    try:
        table = read_table(path)
    except PeerEvalError as err:
        assert is_a_sentence(str(err))  # noqa: PT017 - either is right
    else:
        assert len(table.cells) == len(table.row_numbers) == table.source.n_rows
    assert time.monotonic() - start < SECONDS


@settings(max_examples=READERS // 10, **usual)
@given(
    content=st.binary(max_size=200).map(lambda b: b"PK\x03\x04" + b) | st.binary(max_size=200),
    ending=st.sampled_from(["xlsx", "xls", "ods", "xlsb"]),
)
def test_workbooks(folder, content, ending):
    path = folder / f"data.{ending}"
    path.write_bytes(content)
    with pytest.raises(PeerEvalError) as caught:
        read_table(path)
    assert is_a_sentence(str(caught.value))


@settings(max_examples=READERS // 10, **usual)
@given(where=st.integers(0, 100_000), junk=st.binary(min_size=1, max_size=8), cut=st.booleans())
def test_damaged_workbooks(folder, where, junk, cut):
    from tests.data.workbooks import xlsx

    content = xlsx(["id", "wave"], *([f"P{i}", "before"] for i in range(20)))
    at = where % len(content)
    path = folder / "data.xlsx"
    path.write_bytes(content[:at] + (b"" if cut else junk + content[at + len(junk) :]))
    try:
        table = read_table(path)
    except PeerEvalError as err:
        assert is_a_sentence(str(err))  # noqa: PT017 - either is right
    else:
        assert len(table.cells) == table.source.n_rows


@settings(max_examples=READERS // 2, **usual)
@given(text=plan() | st.text(max_size=300))
def test_plans(text):
    start = time.monotonic()
    try:
        assert Plan.from_toml(text).outcomes
    except PeerEvalError as err:
        assert is_a_sentence(str(err))  # noqa: PT017 - either is right
    assert time.monotonic() - start < SECONDS


@settings(max_examples=READERS // 2, **usual)
@given(content=data_file(), text=plan())
def test_rows_read_are_used_or_left_out(folder, content, text):
    path = folder / "data.csv"
    path.write_bytes(content)
    try:
        study = read_study(path, Plan.from_toml(text))
    except PeerEvalError as err:
        assert is_a_sentence(str(err))  # noqa: PT017 - either is right
        return
    account = study.account
    assert len(account) == study.source.n_rows == study.n_rows_used + study.n_rows_left_out
    assert ((account["reason"] == "") == account["used"]).all()
    assert set(study.rows["row"]) == set(account.loc[account["used"], "row"])


@settings(max_examples=REPORTS, **usual)
@given(content=data_file(), text=plan())
def test_reports(folder, capsys_of, content, text):
    (folder / "data.csv").write_bytes(content)
    (folder / "plan.toml").write_text(text, "utf-8", "replace")
    start = time.monotonic()
    code, out, err = capsys_of(
        "report", folder / "data.csv", "--plan", folder / "plan.toml", "--out", folder / "out"
    )
    assert time.monotonic() - start < SECONDS
    if code == 0:
        assert err == ""
        assert "\x1b" not in out
        with (folder / "out" / "ledger.csv").open(encoding="utf-8", newline="") as file:
            cells = list(csv.DictReader(file))
        assert cells
    else:
        assert code in (1, 2)
        assert is_a_sentence(err)
    assert {p.name for p in folder.iterdir()} <= {
        "data.csv", "data.tsv", "data.txt", "data.xlsx", "data.xls", "data.ods", "data.xlsb",
        "plan.toml", "out",
    }  # fmt: skip


@pytest.fixture
def capsys_of(capsys):
    """Run a command in this process; give its code and its words."""

    def call(*words):
        capsys.readouterr()
        code = run([str(word) for word in words])
        out, err = capsys.readouterr()
        return code, out, err

    return call


@pytest.mark.skipif("PEEREVAL_EXAMPLES" not in os.environ, reason="other tests share the process")
def test_within_a_gigabyte():
    """All of the above, in this process."""
    resource = pytest.importorskip("resource")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 1_000_000
