from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from peereval.data.load import read_study, verify_account
from peereval.errors import PeerEvalError, PlanError
from peereval.plan import Plan

NASTY = [
    "001",
    "1e5",
    "NA",
    "None",
    "nan",
    "TRUE",
    "Zoë",
    "名前",
    "-",
    "#N/A",
    "1.0",
    "=1+1",
    "a,b",
]
PLAN = """
[data]
layout = "{layout}"
participant = "id"
{wave}
{rules}
[waves]
order = ["before", "after"]
[[outcome]]
name = "mood"
domain = "clinical"
items = "q{{item}}{pattern}"
range = [0, 4]
score = "sum"
higher_is = "worse"
reverse = ["2"]
[[outcome]]
name = "score"
domain = "social"
column = "s{pattern}"
higher_is = "better"
"""


def plan_for(layout, rules=""):
    wide = layout == "wide"
    wave = "" if wide else 'wave = "wave"'
    pattern = "_{wave}" if wide else ""
    return Plan.from_toml(PLAN.format(layout=layout, wave=wave, rules=rules, pattern=pattern))


def test_nasty_ids_survive_as_text(plan_of, write):
    frame = pd.DataFrame(
        [{"id": i, "wave": w, "q1": 1} for i in NASTY for w in ("before", "after")]
    )
    for data in (frame, write(frame.to_csv(index=False))):
        study = read_study(data, plan_of())
        assert sorted(study.rows["participant"].unique()) == sorted(NASTY)
        assert study.findings == ()


def test_a_study_is_sorted_whatever_the_order_of_the_file(plan_of, frame):
    one = read_study(frame, plan_of())
    other = read_study(frame.iloc[::-1], plan_of())
    columns = ["participant", "wave", "region", "group"]
    pd.testing.assert_frame_equal(one.rows[columns], other.rows[columns])
    pd.testing.assert_frame_equal(one.answers["mood"], other.answers["mood"])
    assert one.rows["wave"].tolist() == ["before", "after", "before", "after"]


def test_a_plan_may_be_a_path(plan_of, frame, tmp_path):
    path = tmp_path / "plan.toml"
    path.write_text(plan_of().text, encoding="utf-8")
    assert read_study(frame, path).plan == plan_of()
    with pytest.raises(PlanError, match="There is no plan"):
        read_study(frame, tmp_path / "none.toml")


def test_filler_items_have_a_column_without_answers(plan_of):
    outcomes = (
        '[[outcome]]\nname = "hope"\ndomain = "hope"\ninstrument = "ahs"\nitems = "ahs_{item}"'
    )
    scored = [1, 2, 4, 6, 8, 9, 10, 12]
    frame = pd.DataFrame({f"ahs_{i}": [i % 8 + 1, 1] for i in scored})
    frame = frame.assign(id=["a", "a"], wave=["before", "after"])
    study = read_study(frame, plan_of(outcomes=outcomes))
    assert study.answers["hope"].shape == (2, 12)
    assert study.answers["hope"].columns[2] == "ahs_3"
    assert study.answers["hope"].isna().all().sum() == 4
    assert study.findings == ()


def test_an_account_that_does_not_add_up_is_never_handed_on(plan_of, frame):
    study = read_study(frame, plan_of())
    with pytest.raises(PeerEvalError, match="does not add up"):
        verify_account(replace(study, account=study.account.iloc[1:]))


answer = st.sampled_from(["", "0", "1", "2", "3", "4", "2.0", " 3 "])
person = st.fixed_dictionaries(
    {"q1": answer, "q2": answer, "s": st.sampled_from(["", "1.5", "-3", "20"])}
)


@settings(max_examples=40, deadline=None)
@given(people=st.lists(st.tuples(person, person), min_size=1, max_size=8))
def test_a_wide_and_a_long_file_of_the_same_data_give_the_same_study(people):
    full = {"q1": "1", "q2": "2", "s": "3"}
    people = [*people, (full, full)]
    long = pd.DataFrame(
        {"id": f"{i:03}", "wave": wave, **person}
        for i, waves in enumerate(people)
        for wave, person in zip(("before", "after"), waves, strict=True)
    )
    wide = pd.DataFrame(
        {"id": f"{i:03}"}
        | {f"{k}_before": v for k, v in before.items()}
        | {f"{k}_after": v for k, v in after.items()}
        for i, (before, after) in enumerate(people)
    )
    one, other = read_study(long, plan_for("long")), read_study(wide, plan_for("wide"))
    pd.testing.assert_frame_equal(one.rows.drop(columns="row"), other.rows.drop(columns="row"))
    for outcome in ("mood", "score"):
        pd.testing.assert_frame_equal(one.answers[outcome], other.answers[outcome])
        assert [i.reverse for i in one.items[outcome]] == [i.reverse for i in other.items[outcome]]


messy_cell = st.one_of(
    answer, st.sampled_from(["-9", "999", "x", "2026-01-03", "9", "1.5", "nan"]), st.text(max_size=3)
)  # fmt: skip
messy_row = st.fixed_dictionaries(
    {
        "id": st.sampled_from(["", "a", "A", "b", "b ", "7", " "]),
        "wave": st.sampled_from(["", "before", "after", "before ", "Before"]),
        "region": st.sampled_from(["", "N", "n", "S"]),
        "group": st.sampled_from(["", "g", "G", "h"]),
        "q1": messy_cell,
        "q2": messy_cell,
        "s": messy_cell,
    }
)
rules = st.fixed_dictionaries(
    {
        "ids": st.sampled_from(["exact", "trim"]),
        "duplicates": st.sampled_from(["refuse", "first", "last", "most_complete"]),
        "out_of_range": st.sampled_from(["refuse", "missing"]),
    }
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    rows=st.lists(messy_row, min_size=1, max_size=12),
    rules=rules,
    region=st.booleans(),
    layout=st.sampled_from(["long", "wide"]),
)
def test_any_table_is_accounted_for_or_refused_in_words(rows, rules, region, layout):
    text = "\n".join(f'{k} = "{v}"' for k, v in rules.items()) + '\nmissing = ["-9"]'
    if region:
        text += '\nregion = "region"\ngroup = "group"'
    frame = pd.DataFrame(rows)
    if layout == "wide":
        frame = frame.rename(columns={c: f"{c}_before" for c in ("q1", "q2", "s")})
        frame = frame.assign(q1_after=1, q2_after="2", s_after=[None] * len(frame))
    before = frame.copy(deep=True)
    try:
        study = read_study(frame, plan_for(layout, text))
    except PeerEvalError:
        # A refusal in words is an answer; any other error fails the test.
        pass
    else:
        assert study.n_rows_used + study.n_rows_left_out == len(rows)
        assert (study.account["used"] == (study.account["reason"] == "")).all()
        assert set(study.rows["row"]) == set(study.account.loc[study.account["used"], "row"])
        mood = study.answers["mood"].to_numpy()
        assert np.isin(mood[~np.isnan(mood)], [0, 1, 2, 3, 4]).all()
    pd.testing.assert_frame_equal(frame, before)


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(content=st.binary(max_size=80) | st.text(max_size=80).map(str.encode))
def test_any_bytes_are_read_or_refused_in_words(content, tmp_path):
    path = tmp_path / "data.csv"
    path.write_bytes(content)
    with pytest.raises(PeerEvalError):
        read_study(path, plan_for("long"))
