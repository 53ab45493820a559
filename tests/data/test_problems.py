import pytest

from peereval.data.load import read_study
from peereval.data.problems import DataProblemsError, problem_cells, problem_table, row_words
from peereval.errors import DataError
from peereval.notes import Cell


def test_the_message_lists_every_problem_with_its_rows(plan_of, frame):
    frame["q1"] = ["9", "9", "x", "1"]
    with pytest.raises(DataProblemsError) as caught:
        read_study(frame, plan_of())
    assert str(caught.value).splitlines() == [
        "The data have 2 problems that must be mended first:",
        "- Mood: 2 answers in 'q1' lie outside the possible range (0 to 4). (rows 2, 3.)",
        "- Mood: 1 answer in 'q1' is text where a number belongs. (row 4.)",
        "To mend it: 'peereval check' shows every cell and what can be done about it.",
    ]
    assert isinstance(caught.value, DataError)
    assert caught.value.exit_code == 1
    assert len(caught.value.findings) == 2


def test_more_than_five_rows_are_counted():
    assert row_words(Cell(row=r) for r in range(2, 1010)) == "rows 2, 3, 4, 5, 6 and 1,003 more"


def test_the_table_puts_the_gravest_first_and_the_cells_name_every_place(plan_of, frame):
    frame["q1"] = ["9", "1", "1", "1"]
    frame.loc[3, "id"] = ""
    with pytest.raises(DataProblemsError) as caught:
        read_study(frame, plan_of())
    table = problem_table(caught.value.findings)
    assert table["severity"].tolist() == ["refuse", "warn"]
    assert table["rows"].tolist() == ["row 2", "row 5"]
    cells = problem_cells(caught.value.findings)
    assert cells[["row", "column", "value"]].to_numpy().tolist() == [[2, "q1", "9"], [5, "id", ""]]


def test_no_findings_make_empty_tables_with_the_same_columns():
    assert problem_table([]).columns.tolist()[:2] == ["severity", "code"]
    assert len(problem_cells([])) == 0
