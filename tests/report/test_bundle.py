"""The files of a report: what they hold, and that they depend on the input alone."""

import hashlib
import json

import pytest

from peereval import Plan, evaluate, read_study, sample
from peereval.errors import OutputError
from peereval.report.bundle import software_versions


@pytest.fixture(scope="module")
def evaluation():
    return evaluate(read_study(*sample("beat_the_blues")))


@pytest.fixture(scope="module")
def folder(evaluation, tmp_path_factory):
    out = tmp_path_factory.mktemp("bundle") / "out"
    evaluation.write_folder(out)
    return out


def test_what_a_report_consists_of(folder):
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    found = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert found == {*manifest["files"], "manifest.json"}
    assert {"report.html", "ledger.csv", "figures/change.svg", "figures/change.png"} <= found
    for name, checksum in manifest["files"].items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == checksum


def test_the_manifest_tells_what_the_report_was_made_of(folder):
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    data, plan = sample("beat_the_blues")
    assert manifest["input"] == {
        "name": "data.csv",
        "sha256": hashlib.sha256(data.read_bytes()).hexdigest(),
    }
    assert manifest["plan_sha256"] == hashlib.sha256(plan.read_bytes()).hexdigest()
    assert manifest["software"] == list(software_versions())
    assert (manifest["disclosure"], manifest["ledger_raw"]) == ("charity", False)
    assert manifest["created"].endswith("+00:00")


def test_the_ledger_is_the_disclosed_one_unless_asked(evaluation, folder, tmp_path):
    assert (folder / "ledger.csv").read_text("utf-8") == evaluation.disclosed.csv_text()
    evaluation.write_folder(tmp_path / "raw", raw_ledger=True, length="summary")
    assert (tmp_path / "raw" / "ledger.csv").read_text("utf-8") == evaluation.rows.csv_text()


def test_the_page_alone_is_that_of_the_folder(evaluation, folder, tmp_path):
    evaluation.write_report(tmp_path / "page.html")
    assert (tmp_path / "page.html").read_bytes() == (folder / "report.html").read_bytes()
    # The day and the way of writing stand in the manifest only.
    created = json.loads((folder / "manifest.json").read_text("utf-8"))["created"]
    assert created not in (folder / "report.html").read_text("utf-8")


@pytest.mark.parametrize("name", ["page.docx", "page", "page.htmlx"])
def test_other_formats_are_refused(evaluation, tmp_path, name):
    with pytest.raises(OutputError, match=f"'{name}' does not end in .html"):
        evaluation.write_report(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_length_is_refused(evaluation, tmp_path):
    with pytest.raises(OutputError, match="no length 'ful'; did you mean 'full'"):
        evaluation.write_report(tmp_path / "page.html", length="ful")
    with pytest.raises(OutputError, match="no length 'ful'; did you mean 'full'"):
        evaluation.write_folder(tmp_path / "out", length="ful")
    assert list(tmp_path.iterdir()) == []


def test_software_is_named_with_its_version():
    assert software_versions()[0].startswith("Python 3.")
    assert any(text.startswith("formulaic ") for text in software_versions())


def test_a_plan_made_in_python_has_no_checksum_of_nothing(tmp_path):
    plan = Plan.model_validate(
        {
            "data": {"participant": "id", "wave": "w"},
            "waves": {"order": ["a", "b"]},
            "outcome": [{"name": "m", "domain": "d", "column": "m", "higher_is": "better"}],
        }
    )
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame(
        {"id": [*"abcdefgh"] * 2, "w": ["a"] * 8 + ["b"] * 8, "m": [*range(8), *range(2, 17, 2)]}
    )
    evaluate(read_study(frame, plan)).write_folder(tmp_path / "out", length="summary")
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))
    assert manifest["plan_sha256"] == ""
    assert manifest["input"]["name"] == "data frame"
