import pandas as pd

from peereval.data.load import read_study


def test_empty_rows_are_left_out_and_counted(plan_of, frame, write, found):
    text = frame.to_csv(index=False).replace("\n2,before", "\n,,,,,\n\n2,before")
    empty = found(write(text), plan_of())["empty_row"]
    assert (empty.severity, empty.n) == ("note", 2)
    assert empty.what == "2 rows are completely empty and left out."
    assert [cell.row for cell in empty.cells] == [4, 5]


def test_rows_without_an_id_are_left_out_counted_and_warned_of(plan_of, frame):
    frame.loc[3, "id"] = "  "
    study = read_study(frame, plan_of())
    (warning,) = study.findings
    assert (warning.code, warning.severity, warning.n) == ("no_participant", "warn", 1)
    assert warning.what == "1 row has no participant ID in 'id' and is left out."
    assert study.account["reason"].tolist() == ["", "", "", "no participant ID"]
    assert study.account["used"].tolist() == [True, True, True, False]


def test_rows_without_a_wave_are_left_out_counted_and_warned_of(plan_of, frame, found):
    frame["wave"] = ["before", "after", None, "n/a"]
    warning = found(frame, plan_of('participant = "id"\nmissing = ["n/a"]'))["no_wave"]
    assert (warning.severity, warning.n) == ("warn", 2)
    assert [cell.row for cell in warning.cells] == [4, 5]


def test_an_unknown_wave_is_refused_with_the_nearest_named(plan_of, frame, refused):
    frame["wave"] = ["before", "after", "Before", "after"]
    finding = refused(frame, plan_of())["unknown_wave"]
    assert finding.what == (
        "1 row has a wave in 'wave' that is not in [waves] order; did you mean 'before'?"
    )
    assert finding.cells[0].value == "Before"


def test_a_wave_that_never_occurs_is_refused_with_the_nearest_named(plan_of, frame, refused):
    plan = plan_of(waves='order = ["before", "after", "aftr 2"]')
    finding = refused(frame, plan)["wave_absent"]
    assert finding.what == (
        "The wave 'aftr 2' of the plan has no usable row; in 'wave': did you mean 'after'?"
    )


def test_a_wide_wave_without_an_answer_is_refused(plan_of, refused):
    outcomes = '[[outcome]]\nname = "y"\ndomain = "d"\ncolumn = "y_{wave}"\nhigher_is = "better"'
    frame = pd.DataFrame({"id": [1, 2], "y_before": [1, 2], "y_after": [None, None]})
    finding = refused(frame, plan_of(outcomes=outcomes, wide=True))["wave_absent"]
    assert (
        "'after' of the plan has no usable row: none of its columns holds an answer" in finding.what
    )


def test_rows_without_an_answer_are_left_out_and_noted(plan_of, frame, found):
    frame.loc[3, ["q1", "q2"]] = ["", "-9"]
    note = found(frame, plan_of('participant = "id"\nmissing = ["-9"]'))["no_answers"]
    assert (note.severity, note.n) == ("note", 1)


def test_data_without_a_usable_row_are_refused(plan_of, frame, refused):
    frame["id"] = ""
    findings = refused(frame, plan_of())
    assert findings["no_usable_rows"].what == "None of the 4 rows can be used."
    assert findings["no_participant"].n == 4


def test_a_wave_without_any_answer_is_not_called_a_wrong_label(plan_of, frame, refused):
    frame.loc[frame["wave"] == "before", ["q1", "q2"]] = ""
    finding = refused(frame, plan_of())["wave_absent"]
    assert "its rows hold no answer to any question of the plan" in finding.what
    assert "did you mean" not in finding.what
