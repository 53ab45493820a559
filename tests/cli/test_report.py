"""The report command: what it writes, what it prints and what it can be asked for."""

import csv
import json

import pytest

from peereval.data.examples import sample

FILES = {"report.html", "ledger.csv", "manifest.json"}


def names(folder):
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


def rows(folder):
    with (folder / "ledger.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def report(small, cli):
    """Write a report of the small study with some options; give the answer and its folder."""

    def write(*options, out="out"):
        folder = small / out
        answer = cli(
            "report", small / "data.csv", "--plan", small / "plan.toml", "--out", folder, *options
        )
        return answer, folder

    return write


def test_a_report(report):
    answer, folder = report()
    assert answer.code == 0
    assert answer.err == ""
    assert answer.out.startswith("Exploratory: mood improved.")
    assert "\n  Mood  improved" in answer.out
    assert answer.out.endswith(f"Report: {folder / 'report.html'}\n")
    assert names(folder) >= FILES
    assert {p.name for p in folder.iterdir()} == FILES | {"figures"}
    assert sorted(p.name for p in folder.parent.iterdir()) == ["data.csv", "out", "plan.toml"]


def test_two_runs_differ_in_their_clock_only(report):
    _, one = report(out="one")
    _, two = report(out="two")
    assert names(one) == names(two)
    for name in names(one) - {"manifest.json"}:
        assert (one / name).read_bytes() == (two / name).read_bytes(), name
    first, second = (json.loads((f / "manifest.json").read_text("utf-8")) for f in (one, two))
    assert first.pop("created")
    assert second.pop("created")
    assert first == second


def test_a_second_run_takes_the_place_of_the_first(report):
    _, folder = report("--length", "summary")
    before = (folder / "report.html").read_bytes()
    answer, _ = report("--length", "technical")
    assert answer.code == 0
    assert len((folder / "report.html").read_bytes()) > len(before)


def test_lengths_grow(report):
    sizes = [
        len((report("--length", length)[1] / "report.html").read_text("utf-8"))
        for length in ("summary", "full", "technical")
    ]
    assert sizes == sorted(sizes)
    assert len(set(sizes)) == 3


def test_raw_ledger_hides_nothing(small, report):
    text = (small / "data.csv").read_text("utf-8")
    (small / "data.csv").write_text(text.replace("P19,after,South,13\n", ""), encoding="utf-8")
    _, hidden = report(out="hidden")
    _, raw = report("--raw-ledger", out="raw")
    assert any(row["note"] == "suppressed" for row in rows(hidden))
    assert not any("suppressed" in row["note"] for row in rows(raw))
    assert len(rows(hidden)) == len(rows(raw))
    assert json.loads((raw / "manifest.json").read_text("utf-8"))["ledger_raw"] is True
    # The report itself stays under the profile either way.
    assert (raw / "report.html").read_bytes() == (hidden / "report.html").read_bytes()


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (["--format", "htlm"], "There is no format 'htlm'; did you mean 'html'?"),
        (["--format", "html,docx"], "The format 'docx' is not part of this version. To mend it:"),
        (["--format", ""], "There is no format ''; known: 'html'."),
        (["--engine", "spark"], "The engine 'spark' is not part of this version."),
        (["--engine", "memroy"], "There is no engine 'memroy'; did you mean 'memory'?"),
    ],
)
def test_what_this_version_does_not_have(report, options, problem):
    answer, folder = report(*options)
    assert answer.code == 2
    assert answer.err.startswith(f"peereval: {problem}")
    assert not folder.exists()


def test_demo(cli, tmp_path):
    folder = tmp_path / "demo"
    answer = cli("demo", "--out", folder, "--length", "summary")
    assert answer.code == 0
    assert "Hope" in answer.out
    assert "Synthetic data" in answer.out
    assert names(folder) >= FILES


def test_published_number_of_beat_the_blues(cli, tmp_path):
    # Change in BDI-II over the first two months of the Beat the Blues trial (R HSAUR3::BtheB),
    # t.test(bdi.2m, bdi.pre, paired = TRUE): -6.2371, 95% interval -8.1466 to -4.3276, df 96.
    data, plan = sample("beat_the_blues")
    assert cli("report", data, "--plan", plan, "--out", tmp_path / "btb").code == 0
    found = [
        row
        for row in rows(tmp_path / "btb")
        if (row["group"], row["analysis"], row["statistic"]) == ("all", "paired", "mean_change")
    ]
    assert len(found) == 1
    shown = [f"{float(found[0][key]):.4f}" for key in ("value", "ci_low", "ci_high")]
    assert shown == ["-6.2371", "-8.1466", "-4.3276"]
    assert (float(found[0]["df"]), found[0]["n"]) == (96, "97")
    page = (tmp_path / "btb" / "report.html").read_text("utf-8")
    assert "\N{MINUS SIGN}6.2371" in page


def test_a_file_name_that_is_no_text(small, cli):
    odd = small / "data\udcff.csv"
    try:
        odd.write_text((small / "data.csv").read_text("utf-8"), encoding="utf-8")
    except OSError:
        pytest.skip("this file system has text names only")
    answer = cli("report", odd, "--plan", small / "plan.toml", "--out", small / "out")
    assert answer.code == 0
    manifest = json.loads((small / "out" / "manifest.json").read_text("utf-8"))
    assert manifest["input"]["name"] == "data?.csv"
