import pytest

from peereval.data.load import read_study

BOTH = 'participant = "id"\nregion = "region"\ngroup = "group"'


def test_a_region_that_changes_is_refused(plan_of, frame, refused):
    frame.loc[1, "region"] = "South"
    finding = refused(frame, plan_of(BOTH))["region_changed"]
    assert (finding.severity, finding.n) == ("refuse", 1)
    assert finding.what == "1 person has different regions in 'region' at different rows."
    assert [(c.row, c.value) for c in finding.cells] == [(2, "North"), (3, "South")]


def test_a_group_that_changes_is_warned_of_and_the_earliest_counts(plan_of, frame):
    # The row of the later wave stands first in the file.
    frame["wave"] = ["after", "before", "before", "after"]
    frame.loc[0, "group"] = "z"
    study = read_study(frame, plan_of(BOTH))
    (warning,) = study.findings
    assert (warning.code, warning.severity, warning.n) == ("group_changed", "warn", 1)
    assert study.rows["group"].tolist() == ["a", "a", "b", "b"]


def test_region_names_that_look_alike_are_refused(plan_of, frame, refused):
    frame["region"] = ["North", "North", "north ", "north "]
    finding = refused(frame, plan_of(BOTH))["region_spelling"]
    assert finding.what == "The region names 'North', 'north ' differ only by case or spaces."


def test_group_names_that_look_alike_are_warned_of(plan_of, frame, found):
    frame["group"] = ["a", "a", "A", "A"]
    assert found(frame, plan_of(BOTH))["group_spelling"].severity == "warn"


def test_gaps_are_filled_from_the_persons_other_rows_and_noted(plan_of, frame):
    frame.loc[0, "region"] = None
    study = read_study(frame, plan_of(BOTH))
    (note,) = study.findings
    assert (note.code, note.severity, note.n) == ("region_filled", "note", 1)
    assert "in 1 of 4 rows used and was taken from other rows of the same person" in note.what
    assert study.rows["region"].tolist() == ["North", "North", "South", "South"]


def test_people_without_any_region_are_noted(plan_of, frame):
    frame.loc[[0, 1], "region"] = ["", "n/a"]
    study = read_study(frame, plan_of(BOTH + '\nmissing = ["n/a"]'))
    (note,) = study.findings
    assert note.what == "1 of 2 people have no region in any of their rows."
    assert study.rows["region"].isna().tolist() == [True, True, False, False]
    assert study.regions == ("South",)


@pytest.mark.parametrize("role", ["region", "group"])
def test_a_plan_without_the_column_has_no_places(plan_of, frame, role):
    study = read_study(frame, plan_of())
    assert study.rows[role].isna().all()
    assert study.regions == ()
