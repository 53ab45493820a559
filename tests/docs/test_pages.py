"""The README and the pages of docs: their examples run and their links lead somewhere."""

import re
import tomllib
from pathlib import Path

import pytest

import peereval
from peereval.analysis.change import ANALYSIS_OF
from peereval.data.read import FORMATS
from peereval.disclosure.rules import PROFILES
from peereval.errors import PlanError
from peereval.plan import Plan

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("data/**/*.md")])
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.DOTALL | re.MULTILINE)


def blocks(page: str, language: str) -> list[str]:
    """Code of one language in a page."""
    text = (ROOT / page).read_text(encoding="utf-8")
    return [code for lang, code in BLOCK.findall(text) if lang == language]


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        if not target.startswith(("https://", "mailto:")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_readme_example_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (example,) = blocks("README.md", "python")
    names: dict[str, object] = {}
    exec(example, names)  # the page's own text
    assert (tmp_path / "report.html").stat().st_size > 10_000
    assert len(names["evaluation"].outcomes) == 7


@pytest.mark.parametrize(
    "page", ["docs/questionnaires.md", "docs/mixed-models.md", "docs/planning.md"]
)
def test_examples_run(page):
    (example,) = blocks(page, "python")
    exec(example, {})


def test_the_plan_of_the_docs_is_a_plan():
    example, suffix, individuals, *_ = blocks("docs/plan.md", "toml")
    assert "[waves.suffix]" in suffix
    assert Plan.from_toml(example).outcomes[0].name == "hope"
    assert (
        Plan.from_toml(example.partition("[families]")[0] + individuals).outcomes[-1].method == "JT"
    )


def test_the_tables_of_matching_and_dates_fit_into_a_plan():
    *_, same, code, first_last, windows = blocks("docs/plan.md", "toml")
    outcome = '[[outcome]]\nname = "m"\ndomain = "d"\ncolumn = "m"\nhigher_is = "better"\n'
    named, by_id = 'wave = "w"\n[waves]\norder = ["a", "b"]\n', '[data]\nparticipant = "id"\n'
    assert Plan.from_toml(same + by_id + named + outcome).data.same["P07"] == ("p-07", "P7")
    assert Plan.from_toml(code + named + outcome).data.sgic_tolerance == 1
    assert Plan.from_toml(by_id + first_last + outcome).waves.rule == "first_last"
    assert Plan.from_toml(by_id + windows + outcome).waves.last == "12 weeks"


@pytest.mark.parametrize("table", blocks("docs/questionnaires.md", "toml"))
def test_outcome_examples_fit_into_a_plan(table):
    head = '[data]\nparticipant = "id"\nwave = "w"\n[waves]\norder = ["a", "b"]\n'
    assert Plan.from_toml(head + table).outcomes


def test_examples_of_your_data_fit_into_a_plan():
    sheets, files, labels = blocks("docs/your-data.md", "toml")
    head = '[data]\nparticipant = "id"\n'
    assert Plan.from_toml(head + sheets + labels).waves.sheets["12 weeks"] == "Follow-up"
    assert Plan.from_toml(head + files + labels).waves.files["before"] == "baseline.csv"
    assert Plan.from_toml(head + files + labels).outcomes[0].labels["Agree"] == 4


def test_every_ending_that_is_read_is_documented():
    text = (ROOT / "docs/your-data.md").read_text()
    assert all(f"`{ending}`" in text for ending in FORMATS)


def test_every_key_of_the_plan_is_documented():
    text = (ROOT / "docs/plan.md").read_text() + (ROOT / "docs/questionnaires.md").read_text()
    plan = Plan.model_fields
    tables = [plan[t].annotation.model_fields for t in ("data", "waves", "report")]
    for keys in tables:
        for key in keys:
            assert f"`{key}" in text or re.search(rf"^{key} = ", text, re.MULTILINE) or key in text


def test_refused_keys_are_listed_and_refused():
    text = (ROOT / "docs/plan.md").read_text()
    for section, key in (("data", "comparison"), ("data", "attendance"), ("report", "logo")):
        assert f"`{key}`" in text
        with pytest.raises(PlanError, match="not supported"):
            Plan.from_toml(f"[{section}]\n{key} = 'x'")


def test_every_statistic_of_the_ledger_is_documented():
    text = (ROOT / "docs/ledger.md").read_text()
    evaluation = peereval.evaluate(peereval.read_study(*peereval.sample("two_regions")))
    used = {(row.analysis, row.statistic) for row in evaluation.rows}
    assert {name for name, _ in used} >= set(ANALYSIS_OF.values())
    for analysis, statistic in sorted(used):
        assert f"`{analysis}`" in text
        assert f"`{statistic}`" in text, statistic


def test_every_profile_is_documented():
    text = (ROOT / "docs/plan.md").read_text()
    for name in PROFILES:
        assert f"`{name}`" in text


def test_versions_agree():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["version"] == peereval.__version__
    assert f"version: {peereval.__version__}" in (ROOT / "CITATION.cff").read_text()
