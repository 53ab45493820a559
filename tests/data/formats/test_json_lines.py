import pytest

from peereval.data.read import read_table
from peereval.errors import InputFileError


def test_values_are_text_as_they_are_written(write):
    lines = '{"id": "007", "q1": 2.50, "ok": true}\n\n{"q2": null, "id": "Åse", "q1": 1e2}\n'
    table = read_table(write(lines, "a.jsonl"))
    assert table.cells.to_dict("list") == {
        "id": ["007", "Åse"],
        "q1": ["2.50", "1e2"],
        "ok": ["TRUE", ""],
        "q2": ["", ""],
    }
    assert table.row_numbers.tolist() == [1, 3]
    assert table.source.format == "JSON lines, UTF-8"


def test_nested_values_are_no_numbers(write):
    table = read_table(write('{"a": [1, "x"], "b": {"c": NaN}}', "a.ndjson"))
    assert table.cells.iloc[0].tolist() == ['["1", "x"]', '{"c": NaN}']


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ('{"a": 1}\n{"a": ', "Line 2 of 'a.jsonl' cannot be read as JSON"),
        ("[1, 2]", "Line 1 of 'a.jsonl' is not a JSON object"),
        ('{"a": 1, "a": 2}', "a key stands twice"),
        ('{"a": ' + "[" * 100_000, "cannot be read as JSON"),
        (b"\xff\xfe", "not a text file in UTF-8"),
        ("\n\n", "has no header"),
    ],
)
def test_what_is_no_json_lines_is_refused(write, content, text):
    with pytest.raises(InputFileError, match=text):
        read_table(write(content, "a.jsonl"))
