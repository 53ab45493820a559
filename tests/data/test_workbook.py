import datetime as dt

import pytest
import xlsxwriter

from peereval.data.read import read_table
from peereval.errors import InputFileError


@pytest.fixture
def workbook(tmp_path):
    """Write sheets given as lists of rows; dates get a date format."""

    def make(*sheets, name="data.xlsx", hidden=()):
        path = tmp_path / name
        book = xlsxwriter.Workbook(str(path), {"default_date_format": "dd/mm/yyyy"})
        for i, rows in enumerate(sheets):
            sheet = book.add_worksheet()
            for r, row in enumerate(rows):
                for c, value in enumerate(row):
                    if isinstance(value, str):
                        sheet.write_string(r, c, value)
                    elif value is not None:
                        sheet.write(r, c, value)
            if i in hidden:
                sheet.hide()
            elif hidden:
                sheet.activate()
                sheet.set_first_sheet()
        book.close()
        return path

    return make


def test_ids_typed_as_text_keep_their_zeros_and_numbers_lose_their_point(workbook):
    table = read_table(workbook([["id", "q1"], ["007", 3], [8, 2.5], ["1e5", None]]))
    assert table.cells.to_dict("list") == {"id": ["007", "8", "1e5"], "q1": ["3", "2.5", ""]}
    assert table.row_numbers.tolist() == [2, 3, 4]
    assert table.source.format == "Excel workbook, sheet 'Sheet1'"


def test_dates_are_iso_and_truth_values_are_words(workbook):
    table = read_table(workbook([["a", "b"], [dt.date(2026, 1, 3), True]]))
    assert table.cells.iloc[0].tolist() == ["2026-01-03", "TRUE"]


def test_row_numbers_count_what_stands_above_the_header(workbook):
    table = read_table(workbook([[], [], [None, "id", "q1"], [None, "a", 1], [], [None, "b", 2]]))
    assert table.cells.columns.tolist() == ["id", "q1"]
    assert table.row_numbers.tolist() == [4, 5, 6]
    assert table.cells["id"].tolist() == ["a", "", "b"]


def test_the_first_sheet_with_data_is_read_and_the_others_are_named(workbook):
    table = read_table(workbook([], [["id"], [1]], [["other"], [2]]))
    assert table.cells.columns.tolist() == ["id"]
    assert "sheet 'Sheet2', the first of 2 sheets with data" in table.source.format
    assert "not read: 'Sheet3'" in table.source.format


def test_hidden_sheets_are_left_alone(workbook):
    table = read_table(workbook([["hidden"], [1]], [["id"], [2]], hidden={0}))
    assert table.cells.columns.tolist() == ["id"]


@pytest.mark.parametrize("name", ["data.xlsx", "data.xls", "data.ods", "data.xlsb"])
@pytest.mark.parametrize(
    "content", [b"id,q1\n1,2\n", b"PK\x03\x04 broken", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600]
)  # fmt: skip
def test_damaged_workbooks_are_refused(write, name, content):
    with pytest.raises(InputFileError, match=r"is damaged or is not a workbook|is protected"):
        read_table(write(content, name))


def test_a_workbook_cut_short_is_refused(workbook, write):
    content = workbook([["id", "q1"], ["007", 3]]).read_bytes()
    for size in (100, len(content) // 2, len(content) - 30):
        with pytest.raises(InputFileError, match="is damaged or is not a workbook"):
            read_table(write(content[:size], "cut.xlsx"))


def test_a_protected_workbook_is_named_as_such(write, monkeypatch):
    import python_calamine

    class Protected:
        @staticmethod
        def from_filelike(_):
            raise python_calamine.PasswordError("protected")

    monkeypatch.setattr(python_calamine, "CalamineWorkbook", Protected)
    with pytest.raises(InputFileError, match="is protected with a password"):
        read_table(write(b"anything", "data.xlsx"))


def test_an_empty_workbook_and_a_lonely_header_are_refused(workbook):
    with pytest.raises(InputFileError, match=r"'data.xlsx' is empty"):
        read_table(workbook([]))
    with pytest.raises(InputFileError, match="has a header and no rows"):
        read_table(workbook([["id", "q1"]]))
    with pytest.raises(InputFileError, match="more than one column called 'id'"):
        read_table(workbook([["id", "id"], [1, 2]]))
