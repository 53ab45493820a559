"""SPSS, Stata and SAS: what goes in with pyreadstat comes out of the reader."""

import datetime as dt
import subprocess

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from peereval.analysis.evaluate import evaluate
from peereval.data.load import read_study
from peereval.data.problems import DataProblemsError
from peereval.data.read import read_table
from peereval.errors import InputFileError
from peereval.plan import Plan

PHQ = {0: "Not at all", 1: "Several days", 2: "More than half the days", 3: "Nearly every day"}
PLAN = """
[data]
participant = "id"
wave = "wave"
region = "region"
{data}
[waves]
order = ["before", "after"]
[[outcome]]
name = "depression"
domain = "clinical"
instrument = "phq2"
items = "q{{item}}"
{outcome}
"""


def plan_of(data="", outcome=""):
    return Plan.from_toml(PLAN.format(data=data, outcome=outcome))


@pytest.fixture
def answers():
    """Six people twice, in codes."""
    rng = np.random.default_rng(5)
    n = 12
    return pd.DataFrame(
        {
            "id": [f"Åse Ø{i % 6}" for i in range(n)],
            "wave": [1.0] * 6 + [2.0] * 6,
            "region": [1.0, 2.0] * 6,
            "q1": rng.integers(0, 4, n).astype(float),
            "q2": rng.integers(0, 4, n).astype(float),
            "when": [dt.date(2026, 1, 3 + i) for i in range(n)],
        }
    )


LABELS = {
    "wave": {1: "before", 2: "after"},
    "region": {1: "Sjælland", 2: "Fyn"},
    "q1": PHQ,
    "q2": PHQ,
}


def tidy(frame):
    """The same data as words and numbers."""
    words = {c: frame[c].map(LABELS[c]) for c in ("wave", "region")}
    return frame.assign(**words)


def test_spss_round_trip(tmp_path):
    frame = pd.DataFrame(
        {
            "id": ["Ærø", "Åse", "Søren"],
            "q1": [0.0, 3.0, -9.0],
            "q2": [1.5, np.nan, 99.0],
            "word": ["NA", "blå", ""],
            "day": [dt.date(2026, 1, 3), None, dt.date(1999, 12, 31)],
            "time": [pd.Timestamp(2026, 1, 3, 10, 2, 3), None, pd.Timestamp(2026, 1, 3)],
        }
    )
    for name, compress in (("a.sav", False), ("a.zsav", True)):
        pyreadstat.write_sav(
            frame,
            tmp_path / name,
            compress=compress,
            variable_value_labels={
                "q1": {0: "Slet ikke", 3: "Næsten hver dag", -9: "Vil ikke svare"}
            },
            missing_ranges={"q1": [-9], "q2": [{"lo": 90, "hi": 100}], "word": ["NA"]},
        )
        table = read_table(tmp_path / name)
        assert table.cells.to_dict("list") == {
            "id": ["Ærø", "Åse", "Søren"],
            "q1": ["0", "3", ""],
            "q2": ["1.5", "", ""],
            "word": ["", "blå", ""],
            "day": ["2026-01-03", "", "1999-12-31"],
            "time": ["2026-01-03T10:02:03", "", "2026-01-03"],
        }
        assert table.no_answer == {"q1": 1, "q2": 1, "word": 1}
        assert table.value_labels["q1"]["3"] == "Næsten hver dag"
        assert table.row_numbers.tolist() == [1, 2, 3]
        assert table.source.format == "SPSS file, UTF-8"


def test_an_spss_file_gives_the_ledger_of_the_tidy_table(tmp_path, answers):
    pyreadstat.write_sav(answers, tmp_path / "a.sav", variable_value_labels=LABELS)
    study = read_study(tmp_path / "a.sav", plan_of())
    expected = read_study(tidy(answers), plan_of())
    assert study.regions == ("Fyn", "Sjælland")
    assert not study.findings
    ledger = evaluate(study).ledger.to_csv(index=False)
    assert ledger == evaluate(expected).ledger.to_csv(index=False)


def test_a_stata_file_gives_the_ledger_of_the_tidy_table(tmp_path, answers):
    frame = answers.astype(dict.fromkeys(("wave", "region", "q1", "q2"), "int32"))
    pyreadstat.write_dta(frame, tmp_path / "a.dta", variable_value_labels=LABELS)
    study = read_study(tmp_path / "a.dta", plan_of())
    expected = read_study(tidy(answers), plan_of())
    ledger = evaluate(study).ledger.to_csv(index=False)
    assert ledger == evaluate(expected).ledger.to_csv(index=False)


def test_stata_missing_letters_are_no_answers(tmp_path):
    frame = pd.DataFrame({"id": ["a", "b"], "q1": [2, "a"]})
    pyreadstat.write_dta(
        frame,
        tmp_path / "a.dta",
        variable_value_labels={"q1": {2: "Often", "a": "Refused"}},
        missing_user_values={"q1": ["a"]},
    )
    table = read_table(tmp_path / "a.dta")
    assert table.cells.to_dict("list") == {"id": ["a", "b"], "q1": ["2", ""]}
    assert table.no_answer == {"q1": 1}


def test_a_sas_transport_file_is_read(tmp_path, answers):
    pyreadstat.write_xport(answers.drop(columns="id").assign(id="x"), tmp_path / "a.xpt")
    table = read_table(tmp_path / "a.xpt")
    assert table.cells["when"].tolist()[:2] == ["2026-01-03", "2026-01-04"]
    assert table.cells["q1"].tolist() == [f"{v:g}" for v in answers["q1"]]
    assert table.source.format.startswith("SAS file")


def test_user_missing_values_are_counted_where_they_are_used(tmp_path, answers):
    answers.loc[[0, 3], "q1"] = -9.0
    pyreadstat.write_sav(
        answers.assign(other=-9.0),
        tmp_path / "a.sav",
        variable_value_labels=LABELS,
        missing_ranges={"q1": [-9], "other": [-9]},
    )
    study = read_study(tmp_path / "a.sav", plan_of())
    (finding,) = study.findings
    assert finding.code == "declared_no_answer"
    assert finding.n == 2
    assert finding.what.endswith("read as 'no answer': 'q1' (2).")
    assert study.answers["depression"]["q1"].isna().sum() == 2


def test_labels_in_another_order_than_the_coding_are_noticed(tmp_path, answers):
    turned = {3 - code: label for code, label in PHQ.items()}
    labels = {**LABELS, "q1": turned}
    pyreadstat.write_sav(answers, tmp_path / "a.sav", variable_value_labels=labels)
    study = read_study(tmp_path / "a.sav", plan_of())
    (finding,) = study.findings
    assert (finding.code, finding.severity, finding.n) == ("labels_contradict", "warn", 1)
    assert "'Not at all' is 3 in 'q1' but 0 in the coding" in finding.what
    assert "They run the other way round." in finding.what
    assert study.answers["depression"]["q1"].sum() == answers["q1"].sum()


def test_labels_of_the_plan_come_before_the_codes_of_the_file(tmp_path, answers):
    shifted = {code + 1: label for code, label in PHQ.items()}
    labels = {**LABELS, "q1": shifted, "q2": shifted}
    moved = answers.assign(q1=answers["q1"] + 1, q2=answers["q2"] + 1)
    pyreadstat.write_sav(moved, tmp_path / "a.sav", variable_value_labels=labels)
    with pytest.raises(DataProblemsError) as caught:
        read_study(tmp_path / "a.sav", plan_of())
    assert {"labels_contradict", "out_of_range"} <= {f.code for f in caught.value.findings}
    given = ", ".join(f'"{label}" = {code}' for code, label in PHQ.items())
    study = read_study(tmp_path / "a.sav", plan_of(outcome=f"labels = {{ {given} }}"))
    assert not study.findings
    assert study.answers["depression"]["q1"].sum() == answers["q1"].sum()


def test_a_label_of_a_code_may_mean_no_answer(tmp_path, answers):
    answers.loc[0, "q1"] = 8.0
    labels = {**LABELS, "q1": {**PHQ, 8: "Prefer not to say"}}
    pyreadstat.write_sav(answers, tmp_path / "a.sav", variable_value_labels=labels)
    study = read_study(tmp_path / "a.sav", plan_of('missing = ["Prefer not to say"]'))
    assert study.answers["depression"]["q1"].isna().sum() == 1


def test_a_wave_may_be_named_by_its_code(tmp_path, answers):
    pyreadstat.write_sav(answers, tmp_path / "a.sav", variable_value_labels=LABELS)
    plan = Plan.from_toml(PLAN.format(data="", outcome="").replace('"before", "after"', '"1", "2"'))
    assert read_study(tmp_path / "a.sav", plan).n_rows_used == 12


@pytest.mark.parametrize(
    ("name", "program"),
    [("a.sav", "SPSS"), ("a.dta", "Stata"), ("a.sas7bdat", "SAS"), ("a.xpt", "SAS")],
)
@pytest.mark.parametrize("content", [b"no such thing", b"\x00" * 600])
def test_a_damaged_file_is_refused_in_words(write, name, program, content):
    with pytest.raises(InputFileError, match=f"is damaged, or {program} did not write it"):
        read_table(write(content, name))


def test_a_file_cut_short_is_refused(tmp_path, answers):
    pyreadstat.write_sav(answers, tmp_path / "a.sav")
    path = tmp_path / "short.sav"
    path.write_bytes((tmp_path / "a.sav").read_bytes()[:-40])
    with pytest.raises(InputFileError, match=r"'short.sav' is damaged"):
        read_table(path)


def test_a_reader_that_crashes_or_hangs_is_a_refusal(write, monkeypatch):
    path = write(b"$FL2", "a.sav")
    crash = subprocess.CompletedProcess([], -11, b"", b"")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: crash)
    with pytest.raises(InputFileError, match="SPSS did not write it: reading it breaks down"):
        read_table(path)

    def hang(command, **options):
        raise subprocess.TimeoutExpired(command, options["timeout"])

    monkeypatch.setattr(subprocess, "run", hang)
    with pytest.raises(InputFileError, match="could not be read within 300 seconds"):
        read_table(path)


@pytest.mark.parametrize("seed", range(8))
def test_flipped_bytes_are_refused_or_read_and_never_crash(tmp_path, answers, seed):
    pyreadstat.write_sav(answers, tmp_path / "a.sav", variable_value_labels=LABELS)
    rng = np.random.default_rng(seed)
    content = bytearray((tmp_path / "a.sav").read_bytes())
    for place in rng.integers(0, len(content), 8):
        content[place] = rng.integers(256)
    path = tmp_path / "flipped.sav"
    path.write_bytes(content)
    refusal = ""
    try:
        read_table(path)
    except InputFileError as err:
        refusal = str(err)
    assert not refusal or "'flipped.sav'" in refusal


def test_nothing_in_the_folder_of_the_data_is_run(tmp_path, answers, monkeypatch):
    pyreadstat.write_sav(answers, tmp_path / "a.sav")
    (tmp_path / "json.py").write_text("raise SystemExit(3)")
    monkeypatch.chdir(tmp_path)
    assert len(read_table("a.sav").cells) == 12
