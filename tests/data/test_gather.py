"""A sheet or a file for each wave gives the study of the same rows in one table."""

import hashlib

import pandas as pd
import pytest
import xlsxwriter

from peereval.analysis.evaluate import evaluate
from peereval.data.load import read_study
from peereval.data.problems import DataProblemsError, row_words
from peereval.errors import InputFileError, PlanError

SHEETS = '[waves.sheets]\nbefore = "Start"\nafter = "End of group"'
FILES = '[waves.files]\nbefore = "start.csv"\nafter = "end.csv"'
ORDER = 'order = ["before", "after"]\n'


@pytest.fixture
def long():
    """Six people with two waves; the region is only asked at the first."""
    people = [f"P{i}" for i in range(6)]
    return pd.DataFrame(
        {
            "id": people * 2,
            "wave": ["before"] * 6 + ["after"] * 6,
            "region": ["North", "South"] * 3 + [""] * 6,
            "q1": ["1", "2", "3", "4", "0", "2", "1", "1", "2", "3", "0", "1"],
            "q2": ["2", "2", "3", "1", "1", "2", "0", "1", "3", "", "0", "1"],
        }
    )


@pytest.fixture
def plan_apart(plan_of):
    """A plan with a sheet or file for each wave."""

    def make(apart, data='participant = "id"\nregion = "region"'):
        plan = plan_of(data, waves=ORDER)
        text = plan.text.replace('wave = "wave"\n', "").replace(ORDER, ORDER + apart + "\n")
        return type(plan).from_toml(text)

    return make


def parts(frame):
    """The rows of each wave without the wave, and the second without the region."""
    before, after = (frame[frame["wave"] == w].drop(columns="wave") for w in ("before", "after"))
    return before, after.drop(columns="region")


def write_workbook(path, **sheets):
    book = xlsxwriter.Workbook(str(path))
    for name, frame in sheets.items():
        sheet = book.add_worksheet(name.replace("_", " "))
        sheet.write_row(0, 0, frame.columns)
        for i, row in enumerate(frame.itertuples(index=False), start=1):
            sheet.write_row(i, 0, row)
    book.close()
    return path


@pytest.fixture
def folder(tmp_path, long):
    before, after = parts(long)
    before.to_csv(tmp_path / "start.csv", index=False)
    after.to_csv(tmp_path / "end.csv", index=False)
    return tmp_path


@pytest.fixture
def workbook(tmp_path, long):
    before, after = parts(long)
    return write_workbook(
        tmp_path / "a.xlsx", Notes=before[["id"]], Start=before, End_of_group=after
    )


def same_ledger(study, other):
    ledger = evaluate(study).ledger.to_csv(index=False)
    assert ledger == evaluate(other).ledger.to_csv(index=False)


def test_sheets_as_waves(workbook, long, plan_of, plan_apart):
    study = read_study(workbook, plan_apart(SHEETS))
    same_ledger(study, read_study(long, plan_of('participant = "id"\nregion = "region"')))
    assert study.source.name == "a.xlsx"
    assert study.source.n_rows == 12
    assert "sheet 'Start'" in study.source.format
    assert "sheet 'End of group'" in study.source.format
    first = study.rows[study.rows["participant"] == "P0"]
    assert first["part"].tolist() == ["Start", "End of group"]
    assert first["row"].tolist() == [2, 2]


def test_files_as_waves(folder, long, plan_of, plan_apart):
    study = read_study(folder, plan_apart(FILES))
    same_ledger(study, read_study(long, plan_of('participant = "id"\nregion = "region"')))
    assert study.source.name == "start.csv, end.csv"
    assert study.account[["part", "row"]].iloc[[0, 6]].to_numpy().tolist() == [
        ["start.csv", 2],
        ["end.csv", 2],
    ]
    lines = "".join(
        f"{hashlib.sha256((folder / f).read_bytes()).hexdigest()}  {f}\n"
        for f in ("start.csv", "end.csv")
    )
    assert study.source.sha256 == hashlib.sha256(lines.encode()).hexdigest()


def test_problems_name_the_file_and_the_row_in_it(folder, plan_apart):
    path = folder / "end.csv"
    path.write_text(path.read_text().replace("P1,1,1", "P1,7,1").replace("P2,2,3", "P2,2,9"))
    with pytest.raises(DataProblemsError, match=r"\(rows 3, 4 of 'end.csv'\.\)") as caught:
        read_study(folder, plan_apart(FILES))
    (finding,) = [f for f in caught.value.findings if f.severity == "refuse"]
    assert [(c.part, c.row, c.column) for c in finding.cells] == [
        ("end.csv", 3, "q1"),
        ("end.csv", 4, "q2"),
    ]
    assert row_words(finding.cells) == "rows 3, 4 of 'end.csv'"


def test_two_surveys_without_ids(folder, plan_apart):
    study = read_study(folder, plan_apart(FILES, "unmatched = true"))
    assert study.n_people == 12
    assert not study.matched


def test_a_column_that_one_file_lacks_is_named(folder, plan_apart):
    path = folder / "end.csv"
    path.write_text(path.read_text().replace("q2", "Q2"))
    with pytest.raises(
        PlanError, match=r"needs 'q2', not in the file 'end.csv'; did you mean 'Q2'"
    ):
        read_study(folder, plan_apart(FILES))


def test_one_sheet_by_name(workbook, plan_of):
    plan = plan_of('participant = "id"\nsheet = "Strat"')
    with pytest.raises(InputFileError, match=r"has no sheet called 'Strat'; did you mean 'Start'"):
        read_study(workbook, plan)
    with pytest.raises(PlanError, match="names the column"):
        read_study(workbook, plan_of('participant = "id"\nsheet = "Start"'))


def test_a_sheet_of_a_file_that_has_none(write, plan_of):
    path = write("id,wave,q1\na,before,1\n")
    with pytest.raises(
        InputFileError, match=r"names the sheet 'x', but 'data.csv' is not a workbook"
    ):
        read_study(path, plan_of('participant = "id"\nsheet = "x"'))


def test_data_that_do_not_fit_the_plan(folder, long, plan_of, plan_apart):
    with pytest.raises(InputFileError, match="is a file, but the plan's"):
        read_study(folder / "end.csv", plan_apart(FILES))
    with pytest.raises(InputFileError, match="is a folder, not a data file"):
        read_study(folder, plan_of())
    with pytest.raises(InputFileError, match="table in memory"):
        read_study(long, plan_apart(FILES))
    (folder / "end.csv").unlink()
    with pytest.raises(InputFileError, match="There is no file at"):
        read_study(folder, plan_apart(FILES))


@pytest.mark.parametrize(
    ("apart", "text"),
    [
        ('[waves.files]\nbefore = "a.csv"', "names nothing for the wave 'after'"),
        ('[waves.files]\nbefore = "a.csv"\nafter = "a.csv"', "names 'a.csv' for two waves"),
        ('[waves.files]\nbefore = "../a.csv"\nafter = "b.csv"', "without a path"),
        ('[waves.files]\nbefore = "a.csv"\nafterwards = "b.csv"', "wave 'afterwards' is not in"),
        (f"{FILES}\n{SHEETS}", "exclude each other"),
    ],
)
def test_parts_that_are_not_one_for_each_wave(plan_apart, apart, text):
    with pytest.raises(PlanError, match=text):
        plan_apart(apart)


def test_waves_are_named_once(plan_of, plan_apart):
    with pytest.raises(PlanError, match="and so does"):
        plan_of(waves=ORDER + FILES)
    with pytest.raises(PlanError, match="and so does"):
        plan_apart(SHEETS, 'participant = "id"\nsheet = "Start"')
    with pytest.raises(PlanError, match="goes with the long layout"):
        plan_of(waves=ORDER + FILES, wide=True)
