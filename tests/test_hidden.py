"""Characters nobody sees: found wherever a name comes from, and never shown."""

import pandas as pd
import pytest

from peereval.data.load import read_study
from peereval.data.problems import DataProblemsError
from peereval.data.read import read_table
from peereval.errors import PlanError
from peereval.hidden import has_hidden, without_hidden
from peereval.plan import Plan

HIDDEN = ["\x00", "\x1b", "\x7f", "\x9b", "\xad", "\u200b", "\u200f", "\u202e", "\u2066", "\ufeff",
          "\ud800", "\U000e0041", "\u200d"]  # fmt: skip
PLAN = """
[data]
participant = "id"
wave = "wave"
region = "region"
[waves]
order = ["before", "after"]
[[outcome]]
name = "mood"
domain = "clinical"
column = "mood"
higher_is = "better"
"""


def frame(region="North", column="mood"):
    return pd.DataFrame(
        {
            "id": ["a", "a", "b", "b"],
            "wave": ["before", "after"] * 2,
            "region": [region, region, "South", "South"],
            column: [1, 2, 3, 5],
        }
    )


@pytest.mark.parametrize("sign", HIDDEN)
def test_each_is_found_and_taken_out(sign):
    assert has_hidden(f"No{sign}rth")
    assert without_hidden(f"No{sign}rth") == "North"


@pytest.mark.parametrize(
    "text",
    [
        "Åse Ørsted",
        "two\nlines\tand a tab\r\n",
        "北区",
        "\u0645\u06cc\u200c\u062e\u0648",
        "👩🏽",
        "a\xa0b",
        "é",
    ],
)
def test_what_people_write_is_left_alone(text):
    assert not has_hidden(text)
    assert without_hidden(text) == text


@pytest.mark.parametrize("sign", HIDDEN)
def test_in_a_header_it_is_taken_out_and_said(sign):
    table = read_table(frame(column=f"mo{sign}od"))
    assert table.cells.columns.tolist()[-1] == "mood"
    assert "cannot be seen taken out of 1 column name" in table.source.format
    assert read_study(frame(column=f"mo{sign}od"), Plan.from_toml(PLAN)).n_people == 2


@pytest.mark.parametrize("sign", HIDDEN)
def test_in_the_name_of_a_region_it_is_refused(sign):
    with pytest.raises(DataProblemsError) as caught:
        read_study(frame(region=f"No{sign}rth"), Plan.from_toml(PLAN))
    (finding,) = (f for f in caught.value.findings if f.code == "hidden_characters")
    assert (finding.severity, finding.n) == ("refuse", 2)
    assert f"U+{ord(sign):04X}" in finding.what
    assert sign not in str(caught.value)


def test_a_story_is_no_region():
    with pytest.raises(DataProblemsError, match="more than 200 characters in 'region'"):
        read_study(frame(region="When I first came here I was " * 10), Plan.from_toml(PLAN))


def test_a_column_of_ids_names_no_regions():
    many = pd.concat([frame().assign(region=f"R{i}", id=f"P{i}").iloc[:2] for i in range(101)])
    with pytest.raises(DataProblemsError, match=r"'region', .* holds 101 different names"):
        read_study(many, Plan.from_toml(PLAN))
    assert read_study(many.iloc[2:], Plan.from_toml(PLAN)).n_people == 100


@pytest.mark.parametrize("place", ['title = "{}"\n', 'organisation = "{}"\n', 'notice = "{}"\n'])
@pytest.mark.parametrize("sign", ["\\u202e", "\\u0000", "\\u001b", "\u200b", "\u2067"])
def test_in_a_plan_it_is_refused(place, sign):
    with pytest.raises(PlanError, match=r"in the plan holds U\+"):
        Plan.from_toml(place.format(f"a{sign}b") + PLAN)


@pytest.mark.parametrize(
    "text",
    [
        "x = " + "[" * 100_000,
        "x = " + "{a = " * 100_000,
        "a" + ".a" * 100_000 + " = 1",
        "x = " + "9" * 10_000,
        "x = 2026-02-31",
        'title = "\\uD800"',
        'title = "' + "x" * 3_000 + '"\n' + PLAN,
        "#" * 2_000_000,
    ],
)
def test_toml_made_to_break_the_reader(text):
    with pytest.raises(PlanError):
        Plan.from_toml(text)
