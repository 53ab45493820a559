"""The power command: what it answers, what it draws, what it refuses."""

from functools import partial

import pytest

from peereval.analysis.planning import simulate_regions
from peereval.data.examples import sample

from .files import PLAN, table

# The numbers of people are those of R: power.t.test(delta = 3, sd = 6, power = .8,
# type = "paired") gives n = 33.37, and tests/reference/power.R checks the rest.


def result_lines(answer):
    """The lines that answer, up to what is assumed."""
    return answer.out.split("\nAssumed:")[0].splitlines()


def test_how_many_find_a_change(cli):
    answer = cli("power", "--change", "3", "--sd-change", "6")
    assert (answer.code, answer.err) == (0, "")
    assert result_lines(answer)[:2] == [
        "To find a change of 3 points (0.50 SD of change) with 80% power:",
        "  n = 34 people with scores before and after (80.8% power)",
    ]


def test_the_sign_of_the_change_does_not_matter(cli):
    up, down = (cli("power", "--change", c, "--sd-change", "6") for c in ("3", "-3"))
    assert up.out == down.out


def test_how_many_to_start_with(cli):
    answer = cli("power", "--change", "3", "--sd-change", "6", "--lost", "0.3")
    assert result_lines(answer)[2:4] == [
        "  n = 49 people who start, if 30% do not come back",
        "  n = 55 people who start, to be 90% sure that 34 come back",
    ]
    assert "  30% do not come back, whatever their change." in answer.out


def test_how_many_show_that_there_is_no_change(cli):
    answer = cli("power", "--equivalence", "2", "--sd-change", "6", "--power", "0.9")
    assert result_lines(answer)[:2] == [
        (
            "To show that there is no change of 2 points or more, if in truth there is none, with 90% "
            "power:"
        ),
        "  n = 99 people with scores before and after (90.1% power)",
    ]


def test_what_so_many_can_show(cli):
    answer = cli("power", "--n", "40", "--sd-change", "6", "--change", "3", "--equivalence", "2")
    assert result_lines(answer)[:5] == [
        "With n = 40 people with scores before and after:",
        "  n = 40 people find a change of 2.8 points or more with 80% power.",
        (
            "  n = 40 people show that there is no change of 2.9 points or more, if in truth there is "
            "none, with 80% power."
        ),
        "  n = 40 people find a change of 3 points with 86.9% power.",
        (
            "  n = 40 people show that there is no change of 2 points or more, if in truth there is "
            "none, with 33.1% power."
        ),
    ]


def test_every_line_that_answers_has_its_n(cli):
    asked = ("--change", "3", "--equivalence", "2", "--sd-change", "6", "--lost", "0.2")
    for words in ((), ("--n", "40"), ("--group-size", "8", "--icc", "0.05", "--regions", "2")):
        lines = [x for x in result_lines(cli("power", *asked, *words)) if x.startswith("  ")]
        assert lines
        assert all(line.startswith("  n = ") for line in lines)


def test_groups_take_more_people(cli):
    words = ("--group-size", "8", "--icc", "0.05", "--regions", "2", "--lost", "0.3")
    answer = cli("power", "--change", "3", "--sd-change", "6", *words)
    assert result_lines(answer)[1:3] == [
        "  n = 56 people with scores before and after (83.5% power)",
        "  n = 80 people who start, in 10 groups of 8, 5 in each of 2 regions",
    ]
    assert "ICC of the changes (not of the scores) 0.05" in answer.out
    unequal = cli("power", "--change", "3", "--sd-change", "6", *words, "--cv", "0.9")
    assert "  n = 96 people who start, in 12 groups of 8, 6 in each of 2 regions" in unequal.out


def test_regions_are_compared_by_simulation(cli, monkeypatch):
    from peereval.analysis import planning

    monkeypatch.setattr(planning, "simulate_regions", partial(simulate_regions, runs=100))
    words = ("--regions", "2", "--groups", "5", "--group-size", "6", "--icc", "0.05")
    answer = cli("power", "--sd-change", "6", *words, "--difference", "6")
    assert (answer.code, answer.err) == (0, "")
    lines = result_lines(answer)
    assert lines[0] == (
        "With n = 60 people with scores before and after, out of n = 60 who start, in groups:"
    )
    assert "Whether 2 regions change differently, with n = 60 people who start:" in lines
    assert "find, with 80% power, that one region changes by " in answer.out
    assert "find that it changes by 6 points more with a probability of " in answer.out
    assert "find a difference where there is none with a probability of " in answer.out
    assert "100 evaluations drawn, each fitted with score ~ wave * region" in answer.out


def test_by_the_spread_of_data_that_are_there(cli):
    answer = cli("power", *sample("beat_the_blues")[:1], "--plan", sample("beat_the_blues")[1])
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.splitlines()[0] == (
        "Depression (BDI-II): SD of change 9.5 points (95% interval 8.3 to 11.0), n = 97 people "
        "with scores before and after."
    )
    assert "  As it is, with n = 97 people:\n    n = 97 people find a change of " in answer.out
    assert "SD of change as found in these data" in answer.out
    assert answer.out.endswith("this is not a result about the treatment.\n")


def test_few_people_are_hidden(small, cli):
    (small / "data.csv").write_text(table(people=7), encoding="utf-8")
    answer = cli("power", small / "data.csv", "--plan", small / "plan.toml")
    assert answer.code == 0
    assert answer.out == (
        "Mood: hidden, because it would tell what few people answered (disclosure = "
        '"charity" in the plan).\n\n'
    )
    assert "n = 7" not in answer.out
    (small / "plan.toml").write_text(PLAN + '[report]\ndisclosure = "none"\n', encoding="utf-8")
    answer = cli("power", small / "data.csv", "--plan", small / "plan.toml")
    assert "n = 7 people with scores before and after" in answer.out


def test_a_change_that_never_varies_cannot_be_planned_with(small, cli):
    lines = ["id,wave,region,mood"]
    lines += [
        f"{i},{w},N,{5 + i % 5 + (w == 'after')}" for i in range(12) for w in ("before", "after")
    ]
    (small / "data.csv").write_text("\n".join(lines), encoding="utf-8")
    answer = cli("power", small / "data.csv", "--plan", small / "plan.toml")
    assert answer.out.startswith("Mood: there is no SD of change.\n")


@pytest.mark.parametrize(("name", "start"), [("p.svg", b"<?xml"), ("p.PNG", b"\x89PNG")])
@pytest.mark.parametrize("words", [("--change", "3"), ("--equivalence", "3"), ("--n", "20")])
def test_the_figure_is_the_same_every_time(cli, tmp_path, name, start, words):
    path = tmp_path / name
    call = ("power", "--sd-change", "6", *words, "--figure", path)
    answer = cli(*call)
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.endswith(f"\nFigure: {path}\n")
    first = path.read_bytes()
    assert first.startswith(start)
    cli(*call)
    assert path.read_bytes() == first
    assert [p.name for p in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ("", "Without a data file --sd-change is needed."),
        ("--change 3", "Without a data file --sd-change is needed."),
        ("--sd-change 6", "Nothing is asked. Expected: --change"),
        (
            "--sd-change -6 --n 5",
            "--sd-change is -6.0. Expected: a number above 1e-12 and below 1e+12.",
        ),
        ("--sd-change 6 --change 0", "--change is 0.0."),
        ("--sd-change 1e300 --n 5", "--sd-change is 1e+300."),
        ("--sd-change 6 --change 1e-9", "takes more than 1e+12 people"),
        ("--sd-change 6 --n 2000000000000", "n is 2000000000000. Expected: at most 1e+12"),
        ("--sd-change 6 --change nan", "--change is nan."),
        ("--sd-change 6 --n 1", "--n is 1. Expected: 2 or more."),
        ("--sd-change 6 --n 20 --lost 30", "--lost is 30.0. Expected: a share, from 0 to below 1."),
        ("--sd-change 6 --n 20 --power 0.01", "--power is 0.01. Expected: a number above 0.05"),
        (
            "--sd-change 6 --n 20 --power 80%",
            "Invalid value for '--power': Input should be a valid number",
        ),
        ("--sd-change 6 --n 20 --alpha 0.9", "--alpha is 0.9."),
        ("--sd-change 6 --n 20 --icc 0.1", "--group-size and --icc go together."),
        ("--sd-change 6 --n 20 --group-size 8", "--group-size and --icc go together."),
        ("--sd-change 6 --n 20 --regions 2", "--regions needs --group-size and --icc."),
        ("--sd-change 6 --n 20 --cv 0.5", "--cv needs --group-size and --icc."),
        ("--sd-change 6 --groups 3", "--groups needs --group-size and --icc."),
        ("--sd-change 6 --n 20 --difference 3", "--difference needs --regions, --groups,"),
        ("--sd-change 6 --n 20 --icc 1 --group-size 8", "--icc is 1.0."),
        ("--sd-change 6 --n 20 --icc 0.1 --group-size 0", "--group-size is 0."),
        ("--sd-change 6 --n 9 --icc 0.1 --group-size 8", "n is 9, which is 1.12 groups of 8."),
        ("--sd-change 6 --n 20 --icc 0 --group-size 2 --lost 0.9", "About 0.2 people of every gr"),
        ("--sd-change 6 --n 20 --icc 0 --group-size 2 --groups 5", "--groups and --n both say"),
        ("--sd-change 6 --n 20 --figure p.pdf", "'p.pdf' ends in '.pdf'."),
        ("--sd-change 6 --n 20 --figure plain", "'plain' ends in ''."),
        ("data.csv", "A data file needs its plan."),
        ("--plan plan.toml", "A plan alone has no scores."),
        ("data.csv --plan plan.toml --change 3", "--change goes with no data file."),
        ("data.csv --plan plan.toml --figure p.svg", "--figure goes with no data file."),
        ("data.csv --plan none.toml", "There is no plan at 'none.toml'."),
        ("none.csv --plan plan.toml", "There is no file at 'none.csv'"),
    ],
)
def test_wrong_use(cli, small, monkeypatch, words, problem):
    monkeypatch.chdir(small)
    answer = cli("power", *words.split())
    assert (answer.code, answer.out) == (2, "")
    assert problem in answer.err
    assert answer.err.startswith("peereval: ")


def test_data_that_cannot_be_compared(small, cli):
    one_wave = "\n".join(x for x in table().splitlines() if ",after," not in x)
    (small / "data.csv").write_text(one_wave, encoding="utf-8")
    answer = cli("power", small / "data.csv", "--plan", small / "plan.toml")
    assert (answer.code, answer.out) == (1, "")


def test_surveys_that_cannot_be_linked_have_no_sd_of_change(small, cli):
    (small / "data.csv").write_text(table(), encoding="utf-8")
    plan = PLAN.replace('participant = "id"', "unmatched = true")
    (small / "plan.toml").write_text(plan, encoding="utf-8")
    answer = cli("power", small / "data.csv", "--plan", small / "plan.toml")
    assert (answer.code, answer.out) == (1, "")
    assert "nobody's two scores can be linked" in answer.err
    assert "give --sd-change" in answer.err


def test_a_figure_that_cannot_be_written(cli, tmp_path):
    (tmp_path / "file").write_text("")
    answer = cli("power", "--sd-change", "6", "--n", "20", "--figure", tmp_path / "file" / "p.svg")
    assert answer.code == 2
    assert "is not a folder you may write to" in answer.err
