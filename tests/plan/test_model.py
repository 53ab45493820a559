"""The plan as a whole: what it holds, and where it is read from."""

import pytest
from pydantic import ValidationError

from peereval.data.examples import SAMPLES, sample
from peereval.errors import PlanError
from peereval.plan import Plan

PLAN = """
title = "Würde"
[data]
participant = "id"
wave = "wave"
missing = [-9, "n/a"]
[waves]
order = ["before", "middle", "after"]
[[outcome]]
name = "mood"
domain = "clinical"
column = "mood"
higher_is = "worse"
[[outcome]]
name = "hope"
label = "Hope"
domain = "hope"
instrument = "hhi"
items = "hhi_{item}"
primary = true
smallest_change = 2
"""


@pytest.fixture
def plan():
    return Plan.from_toml(PLAN)


def test_what_is_not_said_is_strict(plan):
    data, report = plan.data, plan.report
    assert (data.layout, data.ids, data.duplicates, data.out_of_range) == (
        "long",
        "exact",
        "refuse",
        "refuse",
    )
    assert (report.disclosure, report.ci_level, report.length) == ("charity", 0.95, "full")
    assert not data.unmatched
    assert not data.ids_stated
    assert plan.families == {}


def test_first_and_last_wave(plan):
    assert (plan.waves.first, plan.waves.last) == ("before", "after")
    assert plan.waves.contrast == "after - before"
    middle = Plan.from_toml(PLAN.replace('"after"]', '"after"]\nafter = "middle"'))
    assert middle.waves.contrast == "middle - before"


def test_outcomes_keep_their_order_and_kind(plan):
    mood, hope = plan.outcomes
    assert (mood.title, mood.columns, mood.bespoke) == ("Mood", ("mood",), False)
    assert (hope.title, hope.columns, hope.primary) == ("Hope", ("hhi_{item}",), True)
    assert hope.smallest_change == 2


def test_codes_for_no_answer_may_be_numbers(plan):
    assert plan.data.missing == ("-9", "n/a")


def test_a_plan_stays_as_it_is(plan):
    with pytest.raises(ValidationError):
        plan.title = "another"


def test_suffixes_of_a_wide_file():
    text = PLAN.replace('wave = "wave"', 'layout = "wide"').replace(
        'column = "mood"', 'column = "mood_{wave}"'
    )
    wide = Plan.from_toml(
        text.replace("hhi_{item}", "hhi_{item}_{wave}").replace(
            "[[outcome]]", '[waves.suffix]\nafter = "3"\n[[outcome]]', 1
        )
    )
    assert [wide.waves.in_column(w) for w in wide.waves.order] == ["before", "middle", "3"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_file_with_or_without_a_mark(tmp_path, encoding):
    path = tmp_path / "plan.toml"
    path.write_text(PLAN, encoding=encoding)
    read = Plan.from_file(path)
    assert read.title == "Würde"
    assert read.text == PLAN


def test_built_in_python_it_has_no_text():
    table = {
        "data": {"participant": "id", "wave": "w"},
        "waves": {"order": ["a", "b"]},
        "outcome": [{"name": "m", "domain": "d", "column": "m", "higher_is": "better"}],
    }
    assert Plan.model_validate(table).text == ""


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(PlanError, match="There is no plan at"):
        Plan.from_file(tmp_path / "plan.toml")
    with pytest.raises(PlanError, match="is a folder, not a plan"):
        Plan.from_file(tmp_path)
    with pytest.raises(PlanError, match="cannot be read: File name too long"):
        Plan.from_file(tmp_path / ("x" * 300))
    (tmp_path / "latin.toml").write_bytes('title = "Würde"'.encode("latin-1"))
    with pytest.raises(PlanError, match=r"not a text file in UTF-8\. To mend it: save it as UTF-8"):
        Plan.from_file(tmp_path / "latin.toml")


@pytest.mark.parametrize("name", SAMPLES)
def test_the_plans_of_the_samples(name):
    assert Plan.from_file(sample(name)[1]).outcomes
