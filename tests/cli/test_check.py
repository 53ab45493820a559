"""The check command: every problem of a file, before any analysis."""

import pytest

from peereval.data.examples import sample

from .files import PLAN, table


@pytest.fixture
def check(small, cli):
    """Check the small study with other data or another plan."""

    def run(data=None, plan=None):
        (small / "data.csv").write_text(data or table(), encoding="utf-8")
        (small / "plan.toml").write_text(plan or PLAN, encoding="utf-8")
        return cli("check", small / "data.csv", "--plan", small / "plan.toml")

    return run


def test_sound_data(check):
    answer = check()
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.splitlines() == [
        "data.csv (CSV, comma, UTF-8): 40 rows read, 40 used, 0 left out.",
        "20 people.",
        "Nothing doubtful was found.",
    ]


def test_every_cell_of_refused_data_is_shown(check):
    data = table().replace("P03,before,North,", "P03,before,North,about ")
    answer = check(data.replace("P07,after,North,", "P07,after,North,9"))
    assert (answer.code, answer.err) == (1, "")
    assert "[MEND] Mood: 1 answer in 'mood' is text where a number belongs." in answer.out
    assert "row 8, column 'mood': 'about " in answer.out
    assert (
        "[MEND] Mood: 1 answer in 'mood' lies outside the possible range (0 to 20)." in answer.out
    )
    assert "row 17, column 'mood': '9" in answer.out
    assert answer.out.endswith("\n2 problems to be mended before anything can be analysed.\n")


def test_one_problem_is_one(check):
    answer = check(table().replace("P03,before,North,", "P03,before,North,x"))
    assert answer.code == 1
    assert answer.out.endswith("\n1 problem to be mended before anything can be analysed.\n")


def test_what_a_report_would_refuse_check_refuses_too(check):
    answer = check(table(people=1))
    assert answer.code == 1
    assert "1 person.\n" in answer.out
    assert answer.err.startswith("peereval: Only one person has a score at both")


def test_unmatched_data_can_be_checked(check):
    answer = check(plan=PLAN.replace('participant = "id"', "unmatched = true"))
    assert answer.code == 0
    assert "people" not in answer.out.splitlines()[1]


def test_a_bad_plan_is_wrong_use(check):
    answer = check(plan=PLAN.replace("[data]", "[dat]"))
    assert (answer.code, answer.out) == (2, "")
    assert "did you mean 'data'?" in answer.err


def test_findings_stand_gravest_first(cli):
    data, plan = sample("two_regions")
    answer = cli("check", data, "--plan", plan)
    assert answer.code == 0
    marks = [line[1:5] for line in answer.out.splitlines() if line.startswith("[")]
    assert marks == sorted(marks, key=["MEND", "WARN", "NOTE"].index)
    assert {"WARN", "NOTE"} == set(marks)


def test_near_ids_are_listed_with_the_lines_that_would_join_them(check):
    data = table().replace("P07,", "QXMARY,")
    answer = check(data.replace("QXMARY,after", "QXMRAY,after"))
    assert answer.code == 0
    assert (
        "  'QXMARY' (row 16, before) and 'QXMRAY' (row 17, after): two letters swapped: ar / ra"
    ) in answer.out
    assert '  [data.same]\n  "QXMARY" = ["QXMRAY"]  # two letters swapped: ar / ra' in answer.out
