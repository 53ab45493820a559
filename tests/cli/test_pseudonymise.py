"""The command pseudonymise, and the warning that a file holds more than a plan needs."""

import os
import stat

import pytest

from peereval.data.examples import sample
from peereval.data.read import read_table

PERSONAL = "Zebedee Quirk"


@pytest.fixture
def personal(small):
    """The small study with a name, an address and a date in every row."""
    lines = (small / "data.csv").read_text("utf-8").splitlines()
    text = [f"{lines[0]},Full name,mail,completed"]
    text += [
        f"{line},{PERSONAL},z{i}@example.org,{i % 28 + 1:02d}/03/2026"
        for i, line in enumerate(lines[1:])
    ]
    (small / "data.csv").write_text("\n".join(text) + "\n", "utf-8")
    (small / "share").mkdir()
    return small


@pytest.fixture
def run(personal, cli):
    def call(*options, out="share/copy.csv", key="key"):
        return cli("pseudonymise", personal / "data.csv", "--out", personal / out, "--key",
                   personal / key, *options)  # fmt: skip

    return call


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_copy(personal, run, ending):
    data = (personal / "data.csv").read_bytes()
    answer = run("--plan", personal / "plan.toml", out=f"share/copy.{ending}")
    assert (answer.code, answer.err) == (0, "")
    copy = read_table(personal / "share" / f"copy.{ending}")
    assert copy.cells.columns.tolist() == ["id", "wave", "region", "mood", "completed"]
    assert copy.cells["id"].str.fullmatch("P[A-Z2-7]{16}").all()
    assert copy.cells["id"].nunique() == 20
    assert set(copy.cells["completed"]) == {"2026-03"}
    assert (personal / "data.csv").read_bytes() == data
    assert "  dropped    Full name  40 rows, 1 different  (names, by its name)" in answer.out
    assert "7 columns: 1 hashed, 2 dropped, 1 coarsened, 3 kept." in answer.out


def test_nothing_of_a_row_and_no_key_is_shown(personal, run):
    answer = run("--participant", "id")
    key = (personal / "key").read_text("ascii").strip()
    copy = read_table(personal / "share" / "copy.csv")
    for secret in (PERSONAL, "@example", key, "P00", *copy.cells["id"]):
        assert secret not in answer.out + answer.err
    assert key not in (personal / "share" / "copy.csv").read_text("utf-8")
    assert sorted(p.name for p in (personal / "share").iterdir()) == ["copy.csv"]
    if os.name == "posix":
        assert stat.S_IMODE((personal / "key").stat().st_mode) == 0o600


def test_the_copy_gives_the_same_results(personal, run, cli):
    run("--plan", personal / "plan.toml")
    for data, out in (("data.csv", "one"), ("share/copy.csv", "two")):
        answer = cli(
            "report", personal / data, "--plan", personal / "plan.toml", "--out", personal / out
        )
        assert answer.code == 0, answer.err
    one, two = ((personal / out / "ledger.csv").read_text("utf-8") for out in ("one", "two"))
    assert one == two


def test_later_waves_match(personal, run):
    run("--participant", "id")
    run("--participant", "id", out="share/again.csv")
    one, two = (read_table(personal / "share" / f"{n}.csv").cells for n in ("copy", "again"))
    assert one["id"].tolist() == two["id"].tolist()


@pytest.mark.parametrize(
    ("options", "out", "key", "problem"),
    [
        ([], "share/copy.csv", "key", "Nothing says which column holds the IDs"),
        (["--participant", "ID"], "share/copy.csv", "key", "no column 'ID'; did you mean 'id'"),
        (["--participant", "id"], "data.csv", "key", "is there already, and nothing is overwritten"),
        (["--participant", "id"], "share/link.csv", "key", "is there already, and nothing"),
        (["--participant", "id"], "share/copy.sav", "key", "does not say how it is to be written"),
        (["--participant", "id"], "share/copy.csv", "share/key", "would lie in the folder of the output"),
        (["--participant", "id"], "share/copy.csv", "plan.toml", "can be read by others"),
    ],
)  # fmt: skip
def test_refusals(personal, run, options, out, key, problem):
    (personal / "share" / "link.csv").symlink_to(personal / "data.csv")
    (personal / "plan.toml").chmod(0o644)
    data = (personal / "data.csv").read_bytes()
    answer = run(*options, out=out, key=key)
    assert answer.code == 2
    assert problem in answer.err
    assert (personal / "data.csv").read_bytes() == data
    assert [p.name for p in (personal / "share").iterdir()] == ["link.csv"]


def test_check_and_report_warn_without_a_value(personal, cli):
    plan = personal / "plan.toml"
    answer = cli("check", personal / "data.csv", "--plan", plan)
    warning = "2 columns that say who people are: 'Full name' (names), 'mail' (e-mail addresses)"
    assert answer.code == 0
    assert f"[WARN] The file holds {warning}." in answer.out
    assert "peereval pseudonymise" in answer.out
    assert cli("report", personal / "data.csv", "--plan", plan, "--out", personal / "out").code == 0
    page = (personal / "out" / "report.html").read_text("utf-8")
    assert "2 columns that say who people are" in page
    assert "Full name" in page
    for value in (PERSONAL, "@example"):
        assert value not in answer.out + page


def test_ids_that_are_addresses_are_warned_of(small, cli):
    text = (small / "data.csv").read_text("utf-8")
    (small / "data.csv").write_text(text.replace("P", "p") .replace(",before", "@example.org,before")
                                    .replace(",after", "@example.org,after"), "utf-8")  # fmt: skip
    answer = cli("check", small / "data.csv", "--plan", small / "plan.toml")
    assert "1 column that says who people are: 'id' (e-mail addresses)" in answer.out


@pytest.mark.parametrize("name", ["two_regions", "beat_the_blues"])
def test_a_file_without_them_is_not_warned_of(cli, name):
    data, plan = sample(name)
    assert "who people are" not in cli("check", data, "--plan", plan).out
