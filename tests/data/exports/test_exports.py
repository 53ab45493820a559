"""Each system's export gives the study, and the ledger, of the same data as a tidy table."""

from pathlib import Path

import pandas as pd
import pytest

from peereval.analysis.evaluate import evaluate
from peereval.data.load import read_study
from peereval.data.problems import DataProblemsError
from peereval.data.read import read_table
from peereval.plan import Plan

FOLDER = Path(__file__).parent
CODE, SURVEY, PLACE, HOPE = (
    "What is your personal code?",
    "Which survey is this?",
    "Where does your group meet?",
    "I feel hopeful about my future",
)
LITTLE, DOWN = "Little interest or pleasure in doing things", "Feeling down, depressed, or hopeless"
BOTHERED = "Over the last 2 weeks, how often have you been bothered by"

# Per file: the system's name, and its columns for person, wave, region, two items and hope.
EXPORTS = {
    "qualtrics.csv": ("Qualtrics", ["Q1", "wave", "Q2", "Q3_1", "Q3_2", "Q4"]),
    "surveymonkey.csv": (
        "SurveyMonkey",
        [
            *(CODE, SURVEY, PLACE),
            f"{BOTHERED} the following problems? [{LITTLE}]",
            f"{BOTHERED} the following problems? [{DOWN}]",
            HOPE,
        ],
    ),
    "microsoft_forms.xlsx": ("Microsoft Forms", [CODE, SURVEY, PLACE, LITTLE, DOWN, HOPE]),
    "google_forms.csv": (
        "Google Forms",
        [
            *(CODE, SURVEY, PLACE),
            f"How often have you been bothered by these problems? [{LITTLE}]",
            f"How often have you been bothered by these problems? [{DOWN}]",
            HOPE,
        ],
    ),
    "redcap.csv": (
        "REDCap",
        ["record_id", "redcap_event_name", "region", "phq2_1", "phq2_2", "hope"],
    ),
    "redcap_labels.csv": (
        "REDCap, with labels",
        ["Record ID", "Event Name", "Region", "Little interest or pleasure", "Feeling down", HOPE],
    ),
    "online_surveys.csv": (
        "Jisc Online Surveys",
        [
            *(f"1. {CODE}", f"2. {SURVEY}", f"3. {PLACE}"),
            *(f"4.1. {LITTLE}", f"4.2. {DOWN}", f"5. {HOPE}"),
        ],
    ),
    "limesurvey.csv": (
        "LimeSurvey",
        ["G01Q01", "G01Q02", "G01Q03", "G01Q04[SQ001]", "G01Q04[SQ002]", "G01Q05"],
    ),
    "limesurvey_texts.csv": (
        "LimeSurvey",
        [CODE, SURVEY, PLACE, f"{BOTHERED}: [{LITTLE}]", f"{BOTHERED}: [{DOWN}]", HOPE],
    ),
}
EVENTS = {
    "redcap.csv": ("baseline_arm_1", "12_weeks_arm_1"),
    "redcap_labels.csv": ("Baseline", "12 weeks"),
}
ANSWER_CODES = "labels = { AO01 = 0, AO02 = 1, AO03 = 2, AO04 = 3 }"
FIRST_ROW = {"qualtrics.csv": 4, "surveymonkey.csv": 3}


def plan_for(file: str) -> Plan:
    """A plan by the columns of one export."""
    person, wave, region, first, second, hope = EXPORTS[file][1]
    before, after = EVENTS.get(file, ("before", "after"))
    return Plan.from_toml(f'''
[data]
participant = "{person}"
wave = "{wave}"
region = "{region}"
[waves]
order = ["{before}", "{after}"]
[[outcome]]
name = "depression"
domain = "clinical"
instrument = "phq2"
items = ["{first}", "{second}"]
{ANSWER_CODES if file == "limesurvey.csv" else ""}
[[outcome]]
name = "hope"
domain = "hope"
column = "{hope}"
range = [1, 5]
higher_is = "better"
[outcome.labels]
"Strongly disagree" = 1
"Disagree" = 2
"Neither agree nor disagree" = 3
"Agree" = 4
"Strongly agree" = 5
''')


def tidy_for(file: str, folder: Path) -> Path:
    """The same data as a tidy CSV whose columns are called as in the export."""
    tidy = pd.read_csv(FOLDER / "tidy.csv", dtype="str")
    before, after = EVENTS.get(file, ("before", "after"))
    tidy["wave"] = tidy["wave"].map({"before": before, "after": after})
    tidy.columns = EXPORTS[file][1]
    path = folder / "tidy.csv"
    tidy.to_csv(path, index=False)
    return path


@pytest.mark.parametrize("file", EXPORTS)
def test_an_export_gives_the_ledger_of_the_tidy_table(file, tmp_path):
    plan = plan_for(file)
    study = read_study(FOLDER / file, plan)
    tidy = read_study(tidy_for(file, tmp_path), plan)
    where = ["participant", "wave", "region", "group"]
    pd.testing.assert_frame_equal(study.rows[where], tidy.rows[where])
    for name, answers in tidy.answers.items():
        pd.testing.assert_frame_equal(study.answers[name], answers)
    assert study.n_rows_used == 24
    ledger = evaluate(study).ledger.to_csv(index=False)
    assert ledger == evaluate(tidy).ledger.to_csv(index=False)
    assert len(ledger.splitlines()) > 300


@pytest.mark.parametrize("file", EXPORTS)
def test_the_system_is_named_and_what_was_done(file):
    study = read_study(FOLDER / file, plan_for(file))
    system = EXPORTS[file][0]
    assert study.source.format.endswith(f"export of {system}")
    (finding,) = [f for f in study.findings if f.code == "export_layout"]
    assert finding.severity == "note"
    assert finding.what.startswith(f"The data are an export of {system}: ")


@pytest.mark.parametrize("file", EXPORTS)
def test_rows_have_the_numbers_a_spreadsheet_shows(file):
    lines = FOLDER.joinpath(file)
    table = read_table(lines)
    first = FIRST_ROW.get(file, 2)
    # A question text of the Qualtrics file runs over two lines of it.
    first += file == "qualtrics.csv"
    assert table.row_numbers.tolist() == list(range(first, first + 24))


def test_a_tidy_table_is_no_export():
    table = read_table(FOLDER / "tidy.csv")
    assert table.export is None
    assert table.source.format == "CSV, comma, UTF-8"


@pytest.mark.parametrize(
    ("file", "column"),
    [
        ("qualtrics.csv", "ResponseId"),
        ("surveymonkey.csv", "Respondent ID"),
        ("microsoft_forms.xlsx", "ID"),
        ("online_surveys.csv", "Unique Response Number"),
        ("limesurvey.csv", "id"),
        ("limesurvey_texts.csv", "Response ID"),
    ],
)
def test_the_number_of_a_response_is_no_id_of_a_person(file, column):
    plan = plan_for(file)
    wrong = plan.model_copy(update={"data": plan.data.model_copy(update={"participant": column})})
    with pytest.raises(DataProblemsError, match=f"participant is '{column}'") as caught:
        read_study(FOLDER / file, wrong)
    assert "response_number_as_id" in {f.code for f in caught.value.findings}
    unmatched = plan.data.model_copy(update={"participant": None, "unmatched": True})
    assert not read_study(FOLDER / file, plan.model_copy(update={"data": unmatched})).matched


def test_an_empty_export_is_refused_in_words(tmp_path):
    lines = (FOLDER / "qualtrics.csv").read_text(encoding="utf-8").split("\n")
    path = tmp_path / "empty.csv"
    path.write_text("\n".join(lines[:4]), encoding="utf-8")
    with pytest.raises(ValueError, match=r"has a header and no rows under it.*Qualtrics"):
        read_table(path)
