import hashlib
from pathlib import Path

import pandas as pd
import pytest

from peereval.data.read import column_letter, read_table
from peereval.errors import InputFileError


def test_every_cell_is_text_and_rows_are_numbered_as_in_a_spreadsheet(write):
    path = write("id,q1\n007,1.50\nNA,\n")
    table = read_table(path)
    assert table.cells.to_dict("list") == {"id": ["007", "NA"], "q1": ["1.50", ""]}
    assert table.row_numbers.tolist() == [2, 3]
    assert table.source.name == "data.csv"
    assert table.source.n_rows == 2
    assert table.source.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_text_path_reads_like_a_path(write):
    path = write("id,q1\n7,1\n")
    assert read_table(str(path)).source == read_table(path).source


@pytest.mark.parametrize(
    ("name", "content", "text"),
    [
        ("empty.csv", b"", "'empty.csv' is empty."),
        ("blank.csv", b" \n\n", "'blank.csv' is empty."),
        ("commas.csv", b",,\n,,\n", "'commas.csv' has no header and no data."),
        ("head.csv", b"id,q1\n", "'head.csv' has a header and no rows under it."),
        ("twice.csv", b"id,q1,q1\n1,2,3\n", "has more than one column called 'q1'."),
        ("spaces.csv", b"id,q1, q1 \n1,2,3\n", "has more than one column called 'q1'."),
        ("noname.csv", b"id,,q1\n1,2,3\n", "has data without a column name in column B."),
        ("data.doc", b"$FL2", "'data.doc' has the ending '.doc', so peereval does not know"),
        ("data", b"id,q1\n1,2\n", "'data' has no ending, so peereval does not know"),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_plain_words(write, name, content, text):
    with pytest.raises(InputFileError) as caught:
        read_table(write(content, name))
    assert text in str(caught.value)
    assert caught.value.exit_code == 2


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    with pytest.raises(InputFileError, match=r"There is no file at '.*nowhere\.csv'\."):
        read_table(tmp_path / "nowhere.csv")
    with pytest.raises(InputFileError, match="is a folder, not a data file"):
        read_table(tmp_path)


@pytest.mark.parametrize("path", ["a\0b.csv", "x" * 5000 + ".csv"])
def test_an_impossible_path_is_refused_without_a_traceback(path):
    with pytest.raises(InputFileError):
        read_table(path)


def test_a_file_one_may_not_read_is_refused(write, monkeypatch):
    path = write("id,q1\n1,2\n")

    def deny(self):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", deny)
    with pytest.raises(InputFileError, match="You are not permitted to read"):
        read_table(path)


def test_other_objects_are_refused():
    with pytest.raises(InputFileError, match="Data of type 'list' cannot be read"):
        read_table([["id", "q1"]])


def test_columns_without_name_and_data_are_dropped(write):
    table = read_table(write("id,q1,,\n1,2,,\n3,4, ,\n"))
    assert table.cells.columns.tolist() == ["id", "q1"]


def test_a_frame_and_its_csv_file_give_the_same_table(write, frame):
    from_file = read_table(write(frame.to_csv(index=False)))
    from_frame = read_table(frame)
    pd.testing.assert_frame_equal(from_file.cells, from_frame.cells)
    assert from_file.row_numbers.tolist() == from_frame.row_numbers.tolist()
    assert from_file.source.sha256 == from_frame.source.sha256


def test_column_letters_are_those_of_a_spreadsheet():
    assert [column_letter(i) for i in (0, 25, 26, 51, 701, 702)] == [
        "A",
        "Z",
        "AA",
        "AZ",
        "ZZ",
        "AAA",
    ]
