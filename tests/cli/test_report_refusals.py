"""Bad input: a sentence in the user's terms, the right exit code, and nothing written."""

import pytest

from .files import PLAN, digest, table

WAVES = 'order = ["before", "after"]'
COLUMN = 'column = "mood"\nrange = [0, 20]\nhigher_is = "better"\n'


@pytest.fixture
def refused(small, cli):
    """Run a report that must be refused; give its sentence. An older report stays as it is."""

    def run(code, *, data="data.csv", plan="plan.toml"):
        old = small / "out"
        old.mkdir()
        before, beside = digest(old), sorted(p.name for p in small.iterdir())
        answer = cli("report", small / data, "--plan", small / plan, "--out", old)
        fresh = cli("report", small / data, "--plan", small / plan, "--out", small / "new")
        assert (answer.code, answer.out) == (code, "")
        assert fresh.err == answer.err
        assert digest(old) == before
        assert sorted(p.name for p in small.iterdir()) == beside
        assert answer.err.startswith("peereval: ")
        return answer.err.removeprefix("peereval: ").rstrip("\n")

    return run


def test_no_such_file(refused):
    assert "There is no file at" in refused(2, data="dta.csv")


def test_a_folder_for_data(small, refused):
    (small / "sub").mkdir()
    assert "is a folder, not a data file" in refused(2, data="sub")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "'data.csv' is empty."),
        (b"\n\n", "'data.csv' is empty."),
        (bytes(range(256)) * 20, "'data.csv' is not a text file that can be read."),
        (b"id,wave,region,mood\n", "'data.csv' has a header and no rows under it."),
        (b"id,wave,region,mood,mood\n1,before,N,2,2\n", "more than one column called 'mood'"),
    ],
)
def test_a_file_that_is_no_table(small, refused, content, problem):
    (small / "data.csv").write_bytes(content)
    assert problem in refused(2)


def test_a_column_that_is_not_there(small, refused):
    (small / "data.csv").write_text(table().replace("mood", "moood"), encoding="utf-8")
    text = refused(2)
    assert text == (
        "[[outcome]] 'mood' names the column 'mood', which is not in the data; "
        "did you mean 'moood'?"
    )


def test_a_wave_that_never_occurs(small, refused):
    (small / "plan.toml").write_text(PLAN.replace('"after"', '"aftr"'), encoding="utf-8")
    text = refused(1)
    assert "not in [waves] order; did you mean 'aftr'?" in text
    assert "The wave 'aftr' of the plan has no usable row" in text


def test_an_unknown_questionnaire(small, refused):
    items = 'items = "mood_{item}"\ninstrument = "ph9"\n'
    (small / "plan.toml").write_text(PLAN.replace(COLUMN, items), encoding="utf-8")
    assert refused(2).startswith(
        "[[outcome]] 'mood': There is no questionnaire 'ph9'; did you mean 'phq9'? To mend it:"
    )


def test_a_questionnaire_without_a_key(small, refused):
    items = 'items = "mood_{item}"\ninstrument = "nel"\n'
    (small / "plan.toml").write_text(PLAN.replace(COLUMN, items), encoding="utf-8")
    text = refused(2)
    assert "Netherlands Empowerment List (NEL) is listed without a scoring key." in text
    assert "give the score as a column" in text


def test_text_where_a_number_belongs(small, refused):
    (small / "data.csv").write_text(
        table().replace("P03,before,North,", "P03,before,North,about "), encoding="utf-8"
    )
    assert "1 answer in 'mood' is text where a number belongs. (row 8.)" in refused(1)


def test_no_answer_at_all(small, refused):
    rows = table().splitlines()
    emptied = [rows[0], *(row.rpartition(",")[0] + "," for row in rows[1:])]
    (small / "data.csv").write_text("\n".join(emptied), encoding="utf-8")
    assert "None of the 40 rows can be used." in refused(1)


def test_nobody_has_both_waves(small, refused):
    rows = [r.replace("P", "Q", 1) if ",after," in r else r for r in table().splitlines()]
    (small / "data.csv").write_text("\n".join(rows), encoding="utf-8")
    assert refused(1) == (
        "Nobody has a score at both 'before' and 'after' in any outcome, so no change can be "
        "shown. Of 40 people, 20 answered at 'before', 20 at 'after' and 0 at both. Expected: at "
        "least two people with a score at both waves. To mend it: see with 'peereval check' "
        'whether IDs and wave labels are written alike at both waves; ids = "trim" joins IDs '
        "that differ only by case and spaces."
    )


def test_one_person_only(small, refused):
    (small / "data.csv").write_text(table(people=1), encoding="utf-8")
    assert refused(1).startswith("Only one person has a score at both 'before' and 'after'")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (PLAN.replace("participant", "participent"), "'participent' in [data]; did you mean 'par"),
        ("a = [", "The plan is not valid TOML: "),
        ("", "The plan cannot be used, for 3 reasons:\n- [data] is missing.\n- [waves] is missing"),
        (PLAN.replace(WAVES, 'order = ["before"]'), "[waves]: 'order' needs at least two waves"),
    ],
)
def test_a_plan_that_cannot_be_used(small, refused, content, problem):
    (small / "plan.toml").write_text(content, encoding="utf-8")
    assert problem in refused(2)


def test_no_such_plan(refused):
    text = refused(2, plan="paln.toml")
    assert "There is no plan at" in text
    assert text.endswith("To mend it: check the folder and the spelling.")


def test_a_plan_that_is_a_folder(small, refused):
    (small / "sub").mkdir()
    assert "is a folder, not a plan" in refused(2, plan="sub")


def test_a_plan_that_is_not_utf8(small, refused):
    (small / "plan.toml").write_bytes(b'title = "\xff\xfe"')
    assert "is not a text file in UTF-8" in refused(2)


@pytest.mark.parametrize(
    ("place", "problem"),
    [
        ("data.csv", "' is a file, not a folder."),
        ("data.csv/out", "is not a folder you may write to."),
        (".", "', which the report would replace."),
        ("link", "' is a link."),
        ("x" * 300, "cannot be used: File name too long."),
    ],
)
def test_a_place_where_no_report_can_go(small, cli, place, problem):
    (small / "elsewhere").mkdir()
    (small / "link").symlink_to(small / "elsewhere")
    before = digest(small)
    answer = cli(
        "report", small / "data.csv", "--plan", small / "plan.toml", "--out", small / place
    )
    assert answer.code == 2
    assert problem in answer.err
    assert digest(small) == before


def test_the_folder_one_is_in(small, cli, monkeypatch):
    (small / "here").mkdir()
    monkeypatch.chdir(small / "here")
    answer = cli("report", "../data.csv", "--plan", "../plan.toml", "--out", ".")
    assert answer.code == 2
    assert "'.' is the folder you are in" in answer.err
