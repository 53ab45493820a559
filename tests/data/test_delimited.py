import pytest

from peereval.data.read import read_table
from peereval.errors import InputFileError


@pytest.mark.parametrize(
    ("delimiter", "word"), [(",", "comma"), (";", "semicolon"), ("\t", "tab"), ("|", "bar")]
)
def test_the_delimiter_is_recognised(write, delimiter, word):
    lines = [["id", "text", "q1"], ["01", "a", "3"], ["02", "b c", "4"]]
    table = read_table(write("\n".join(delimiter.join(line) for line in lines)))
    assert table.cells.to_numpy().tolist() == lines[1:]
    assert table.source.format == f"CSV, {word}, UTF-8"


@pytest.mark.parametrize(
    ("encoding", "word"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8"),
        ("utf-16", "UTF-16"),
        ("cp1252", "Windows-1252"),
    ],
)
def test_the_encoding_is_recognised(write, encoding, word):
    table = read_table(write("id,région\nZoë,Île – “x”\n".encode(encoding)))
    assert table.cells.to_dict("list") == {"id": ["Zoë"], "région": ["Île – “x”"]}
    assert word in table.source.format


def test_utf_16_of_either_byte_order_is_read(write):
    for codec, mark in (("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff")):
        table = read_table(write(mark + "id\tq1\n7\t1\n".encode(codec), "data.tsv"))
        assert table.source.format == "TSV, tab, UTF-16"
        assert table.cells["id"].tolist() == ["7"]


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"PK\x03\x04 and more", "is a workbook or another zip file, not a text file"),
        (b"\xd0\xcf\x11\xe0rest", "is an old Excel workbook, not a text file"),
        (b"%PDF-1.7", "is a PDF, not a text file"),
        (b"id,q1\n1,\x00\n", "is not a text file that can be read"),
        ("id,q1\n1,2\n".encode("utf-16-le"), "is not a text file that can be read"),
        (b"\xff\xfei", "is not a text file that can be read"),
        (b"id,q1\n\x81,2\n", "is not a text file that can be read"),
    ],
)
def test_what_is_not_text_is_refused(write, content, text):
    with pytest.raises(InputFileError) as caught:
        read_table(write(content))
    assert text in str(caught.value)


def test_a_line_break_inside_quotes_belongs_to_the_cell(write):
    table = read_table(write('id,note,q1\n1,"two\nlines",3\n2,one,4\n'))
    assert table.cells["note"].tolist() == ["two\nlines", "one"]
    # The number of a record is that of its first line.
    assert table.row_numbers.tolist() == [2, 4]


def test_quotes_protect_the_delimiter_and_double_quotes_are_one(write):
    table = read_table(write('id,note\n1,"a, ""b"""\n'))
    assert table.cells["note"].tolist() == ['a, "b"']


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("id,q1\n1,2\n3\n", "Line 3 of 'data.csv' has 1 cell, but the header names 2."),
        ("id,q1\n1,2\n3,4,5\n", "Line 3 of 'data.csv' has 3 cells, but the header names 2."),
        ('id,q1\n"a\nb",2\n3\n', "Line 4 of 'data.csv' has 1 cell, but the header names 2."),
        ('id,q1\n"a,2\n3,4\n', "'data.csv' cannot be read at line 2: unexpected end of data."),
    ],
)
def test_lines_that_do_not_fit_are_named(write, content, text):
    with pytest.raises(InputFileError) as caught:
        read_table(write(content))
    assert text in str(caught.value)


def test_blank_lines_inside_are_empty_rows_and_at_the_end_nothing(write):
    table = read_table(write("\n\nid,q1\n1,2\n\n3,4\n\n\n"))
    assert table.row_numbers.tolist() == [4, 5, 6]
    assert table.cells["id"].tolist() == ["1", "", "3"]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end_is_read(write, newline):
    table = read_table(write(newline.join(["id,q1", "1,2", "3,4"]) + newline))
    assert table.row_numbers.tolist() == [2, 3]


def test_the_line_by_which_excel_declares_the_delimiter_is_counted_and_not_read(write):
    table = read_table(write("sep=;\r\nid;q1\r\n1;2\r\n"))
    assert table.cells.columns.tolist() == ["id", "q1"]
    assert table.row_numbers.tolist() == [3]


@pytest.mark.parametrize(
    ("content", "comma"),
    [
        ("id;q1\n1;2,5\n2;3\n", True),
        ('id,q1\n1,"2,5"\n2,3\n', True),
        ("id;q1\n1;2.5\n2;3,5\n", False),
        ("id;q1\n1;2.5\n2;3\n", False),
        # Could be a thousand: nothing is guessed.
        ("id;q1\n1;1,234\n", False),
        ("id;q1\n1;0,125\n", True),
    ],
)
def test_the_decimal_comma_is_recognised_and_never_guessed(write, content, comma):
    table = read_table(write(content))
    assert table.decimal_comma is comma
    assert table.source.format.endswith("decimal comma") is comma


def test_a_single_column_is_read(write):
    assert read_table(write("id\n7\n")).cells["id"].tolist() == ["7"]
