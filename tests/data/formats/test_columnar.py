"""Parquet and Feather, where pyarrow is installed; a plain refusal where it is not."""

import datetime as dt
import importlib.util

import pytest

from peereval.data.read import read_table
from peereval.errors import InputFileError

HERE = importlib.util.find_spec("pyarrow") is not None


@pytest.fixture
def arrow():
    pa = pytest.importorskip("pyarrow")
    return pa.table(
        {
            "id": ["007", "Åse"],
            "q1": pa.array([2, None], pa.int8()),
            "q2": pa.array([0.1, 2.0], pa.float32()),
            "region": pa.array(["North", "South"]).dictionary_encode(),
            "day": [dt.date(2026, 1, 3), None],
        }
    )


TEXTS = {
    "id": ["007", "Åse"],
    "q1": ["2", ""],
    "q2": ["0.1", "2"],
    "region": ["North", "South"],
    "day": ["2026-01-03", ""],
}


def test_files_and_tables_in_memory_give_the_same_text(arrow, tmp_path):
    import pyarrow.feather
    import pyarrow.parquet

    pyarrow.parquet.write_table(arrow, tmp_path / "a.parquet")
    pyarrow.feather.write_feather(arrow, tmp_path / "a.feather")
    for data, words, first in (
        (tmp_path / "a.parquet", "Parquet file", 1),
        (tmp_path / "a.feather", "Feather file", 1),
        (arrow, "pyarrow table in memory", 2),
    ):
        table = read_table(data)
        assert table.cells.to_dict("list") == TEXTS
        assert table.source.format == words
        assert table.row_numbers.tolist() == [first, first + 1]


@pytest.mark.skipif(not HERE, reason="needs pyarrow")
@pytest.mark.parametrize("name", ["a.parquet", "a.feather"])
def test_a_damaged_file_is_refused(write, name):
    with pytest.raises(InputFileError, match=f"'{name}' is damaged or is not a"):
        read_table(write(b"PAR1 no such thing", name))


def test_without_pyarrow_the_extra_is_named(write, monkeypatch):
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "pyarrow" else find(name)
    )
    with pytest.raises(InputFileError, match=r"pip install 'peereval\[parquet\]'"):
        read_table(write(b"PAR1", "a.parquet"))
