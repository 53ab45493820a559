import pandas as pd
import pytest

from peereval.data.load import read_study
from peereval.errors import DataError


def test_without_ids_a_paired_analysis_is_refused(plan_of, frame):
    with pytest.raises(DataError) as caught:
        read_study(frame, plan_of(""))
    assert str(caught.value).startswith("A paired analysis is refused: the plan names no")
    assert "unmatched = true" in caught.value.fix
    assert caught.value.exit_code == 1


def test_unmatched_rows_are_people_of_their_own(plan_of, frame):
    study = read_study(frame, plan_of("unmatched = true"))
    assert not study.matched
    assert study.n_people == 4
    assert study.rows["participant"].tolist() == ["row 2", "row 3", "row 4", "row 5"]


def test_unmatched_rows_stay_in_the_order_of_the_file(plan_of, frame):
    many = pd.concat([frame] * 4)
    assert read_study(many, plan_of("unmatched = true")).rows["row"].is_monotonic_increasing


def test_unmatched_wide_rows_do_not_look_like_pairs(plan_of):
    outcomes = '[[outcome]]\nname = "y"\ndomain = "d"\ncolumn = "y_{wave}"\nhigher_is = "better"'
    frame = pd.DataFrame({"y_before": [1, 2], "y_after": [3, 4]})
    study = read_study(frame, plan_of("unmatched = true", outcomes=outcomes, wide=True))
    assert study.n_people == 4
    assert study.rows["participant"].tolist()[:2] == ["row 2, before", "row 2, after"]


@pytest.mark.parametrize(
    ("rule", "rows"), [("first", [2, 3]), ("last", [2, 5]), ("most_complete", [2, 4])]
)
def test_duplicates_follow_the_rule_of_the_plan(plan_of, rule, rows):
    frame = pd.DataFrame(
        {
            "id": ["a"] * 4,
            "wave": ["before", "after", "after", "after"],
            "q1": ["1", "1", "2", "3"],
            "q2": ["1", "", "2", "3"],
        }
    )
    study = read_study(frame, plan_of(f'participant = "id"\nduplicates = "{rule}"'))
    assert study.rows["row"].tolist() == rows
    (note,) = study.findings
    assert (note.code, note.severity, note.n) == ("duplicate_wave", "note", 2)
    assert note.what.startswith("1 person has more than one row for the same wave; ")
    left = study.account.loc[~study.account["used"], "reason"]
    assert left.tolist() == ["another row of the same person and wave was used"] * 2


def test_duplicates_are_refused_by_default(plan_of, frame, refused):
    finding = refused(pd.concat([frame, frame.iloc[[0]]]), plan_of())["duplicate_wave"]
    assert finding.what == "1 person has more than one row for the same wave."
    assert [cell.row for cell in finding.cells] == [2, 6]


ALIKE = ["p1", "P 1", "2", "2"]


def test_ids_that_look_alike_are_refused_unless_the_plan_says_how(plan_of, frame, refused):
    frame["id"] = ALIKE
    finding = refused(frame, plan_of())["similar_ids"]
    assert finding.what == "2 IDs differ from another ID only by case or spaces."
    assert [cell.value for cell in finding.cells] == ["p1", "P 1"]


def test_exact_ids_stay_apart_with_a_warning(plan_of, frame):
    frame["id"] = ALIKE
    study = read_study(frame, plan_of('participant = "id"\nids = "exact"'))
    assert study.n_people == 3
    assert [f.severity for f in study.findings if f.code == "similar_ids"] == ["warn"]


def test_trimmed_ids_are_joined_and_counted(plan_of, frame):
    frame["id"] = ALIKE
    study = read_study(frame, plan_of('participant = "id"\nids = "trim"'))
    assert study.n_people == 2
    assert sorted(study.rows["participant"].unique()) == ["2", "p1"]
    (note,) = study.findings
    assert (note.code, note.severity, note.n) == ("joined_ids", "note", 1)


def test_nothing_else_is_ever_joined(plan_of, frame, refused):
    frame["id"] = ["1", "01", "1.0", "one"]
    frame["wave"] = ["before", "after", "before", "after"]
    study = read_study(frame, plan_of('participant = "id"\nids = "trim"'))
    assert study.n_people == 4


def test_waves_without_a_person_in_common_are_warned_of(plan_of, frame, found):
    frame["id"] = ["1", "2", "3", "4"]
    warning = found(frame, plan_of())["no_pairs"]
    assert warning.what == (
        "Nobody has both waves: 2 people at 'before', 2 at 'after', and no ID in common."
    )


def test_numbers_that_lost_their_zeros_are_warned_of_and_not_joined(plan_of, found):
    frame = pd.DataFrame(
        {
            "id": ["0001", "1", "0002", "0002", "A1"],
            "wave": ["before", "after", "before", "after", "before"],
            "q1": ["3", "4", "2", "2", "1"],
            "q2": ["3", "4", "2", "2", "1"],
        }
    )
    warning = found(frame, plan_of('participant = "id"\nids = "trim"'))["lost_zeros"]
    assert (warning.severity, warning.n) == ("warn", 2)
    assert [cell.value for cell in warning.cells] == ["0001", "1"]
    assert "0001" not in warning.what
