import math

import pytest

from peereval.data.load import read_study

MISSING = 'participant = "id"\nout_of_range = "missing"'


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        ("5", "out_of_range", "Mood: 1 answer in 'q1' lies outside the possible range (0 to 4)."),
        ("-1", "out_of_range", "Mood: 1 answer in 'q1' lies outside the possible range (0 to 4)."),
        ("2.5", "not_whole", "Mood: 1 answer in 'q1' is not a whole number."),
        ("often", "not_a_number", "Mood: 1 answer in 'q1' is text where a number belongs."),
        ("nan", "not_a_number", "Mood: 1 answer in 'q1' is text where a number belongs."),
        ("NA", "not_a_number", "Mood: 1 answer in 'q1' is text where a number belongs."),
        ("inf", "not_a_number", "Mood: 1 answer in 'q1' is text where a number belongs."),
        ("1e400", "not_a_number", "Mood: 1 answer in 'q1' is text where a number belongs."),
        ("1,5", "not_a_number", "Mood: 1 answer in 'q1' is text where a number belongs."),
        (
            "2026-01-03",
            "date_as_answer",
            "as spreadsheet programs make of entries like 1-3 or 2/4.",
        ),
        ("03-Jan", "date_as_answer", "Mood: 1 answer in 'q1' is a date where a number belongs, "),
    ],
)
def test_what_the_scale_cannot_take_is_refused_or_set_to_missing(
    plan_of, frame, refused, value, code, text
):
    frame.loc[0, "q1"] = value
    finding = refused(frame, plan_of())[code]
    assert text in finding.what
    assert (finding.severity, finding.n, finding.outcome) == ("refuse", 1, "mood")
    (cell,) = finding.cells
    assert (cell.row, cell.column, cell.value, cell.participant) == (2, "q1", value, "001")

    study = read_study(frame, plan_of(MISSING))
    (note,) = study.findings
    assert (note.code, note.severity, note.n) == (code, "note", 1)
    assert note.what.endswith('by out_of_range = "missing" it was set to missing.')
    # Sorted by participant and wave: person 001 comes first.
    assert math.isnan(study.answers["mood"].loc[0, "q1"])


def test_answers_of_people_never_stand_in_the_words(plan_of, frame, refused):
    frame["q1"] = ["secret words", "77777", "03-Jan", "1.25"]
    frame["id"] = ["ID-ONE", "ID-ONE", "ID-TWO", "ID-TWO"]
    for finding in refused(frame, plan_of()).values():
        words = finding.what + finding.effect + finding.fix
        for value in ("secret", "77777", "03-Jan", "1.25", "ID-ONE", "ID-TWO"):
            assert value not in words


@pytest.mark.parametrize("code", ["999", "-9", "99.0"])
def test_a_usual_code_for_no_answer_is_suggested(plan_of, frame, refused, code):
    frame.loc[[0, 1], "q1"] = code
    fix = refused(frame, plan_of())["out_of_range"].fix
    assert f'missing = ["{float(code):g}"]' in fix


def test_one_value_everywhere_is_pointed_out_without_naming_it(plan_of, frame, refused):
    frame.loc[[0, 1], "q1"] = "1234"
    fix = refused(frame, plan_of())["out_of_range"].fix
    assert "all these cells hold the same value" in fix
    assert "1234" not in fix


def test_codes_of_the_plan_mean_no_answer(plan_of, frame):
    frame["q1"] = ["-9", "-9.0", "4", "n/a"]
    frame["q2"] = "1"
    study = read_study(frame, plan_of('participant = "id"\nmissing = ["-9", "n/a"]'))
    assert study.answers["mood"]["q1"].isna().tolist() == [True, True, False, True]
    assert study.findings == ()


def test_all_problems_are_found_at_once(plan_of, frame, refused):
    frame["q1"] = ["7", "x", "1.5", "3/1"]
    frame["wave"] = ["before", "before", "before", "afterwards"]
    frame.loc[3, "id"] = "x"
    codes = set(refused(frame, plan_of()))
    assert {"out_of_range", "not_a_number", "not_whole", "duplicate_wave", "unknown_wave"} <= codes
    assert "wave_absent" in codes


def test_a_score_may_have_decimals_but_not_leave_its_range(plan_of, frame, refused):
    outcomes = (
        '[[outcome]]\nname = "bdi"\ndomain = "d"\ninstrument = "bdi2"\ncolumn = "q1"\n'
        'label = "Depression"'
    )
    frame["q1"] = ["10.5", "64", "0", "63"]
    finding = refused(frame, plan_of(outcomes=outcomes))["out_of_range"]
    assert finding.what == "Depression: 1 answer in 'q1' lies outside the possible range (0 to 63)."


def test_cells_that_two_outcomes_read_are_reported_once(plan_of, frame):
    from peereval.data.problems import DataProblemsError

    mood = plan_of().outcomes[0]
    plan = plan_of()
    plan = plan.model_copy(
        update={"outcomes": (mood, mood.model_copy(update={"name": "mood_again"}))}
    )
    frame.loc[0, "q1"] = "9"
    with pytest.raises(DataProblemsError) as caught:
        read_study(frame, plan)
    assert [f.outcome for f in caught.value.findings] == ["mood"]


def test_items_and_outcomes_without_any_answer_are_warned_of(plan_of, frame, found):
    frame["q1"] = ""
    warning = found(frame.assign(q2=[1, 2, 3, 4]), plan_of())["empty_item"]
    assert (warning.severity, warning.n) == ("warn", 1)
    assert warning.what == "Mood: nobody answered 'q1'."
    outcomes = '[[outcome]]\nname = "{0}"\ndomain = "d"\ncolumn = "{0}"\nhigher_is = "better"\n'
    plan = plan_of(outcomes=outcomes.format("q1") + outcomes.format("q2"))
    warning = found(frame, plan)["empty_outcome"]
    assert warning.what == "Q1: there is not a single answer."
    assert warning.effect == "Nothing can be estimated for this outcome."


def test_decimal_commas_are_read_where_the_file_has_them(plan_of, write, refused):
    outcomes = '[[outcome]]\nname = "y"\ndomain = "d"\ncolumn = "y"\nhigher_is = "better"'
    text = "id;wave;y\n1;before;2,5\n1;after;3,25\n"
    study = read_study(write(text), plan_of(outcomes=outcomes))
    assert study.answers["y"]["y"].tolist() == [2.5, 3.25]
    mixed = write(text + "2;before;2.5\n")
    assert refused(mixed, plan_of(outcomes=outcomes))["not_a_number"].cells[0].value == "2.5"
