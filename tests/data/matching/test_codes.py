"""Self-generated codes: exact on every element, or one element off with the plan's consent."""

import pandas as pd
import pytest

from peereval.data.load import read_study
from peereval.plan import Plan

OUTCOME = '[[outcome]]\nname = "y"\ndomain = "d"\ncolumn = "y"\nhigher_is = "better"'


def plan(tolerance=0, more=""):
    return Plan.from_toml(
        f'[data]\nsgic = ["initial", "month", "town"]\nsgic_tolerance = {tolerance}\n'
        f'wave = "wave"\nids = "exact"\n{more}\n[waves]\norder = ["before", "after"]\n{OUTCOME}'
    )


def codes(before, after):
    rows = [
        (*code.split(), w) for w, them in (("before", before), ("after", after)) for code in them
    ]
    frame = pd.DataFrame(rows, columns=["initial", "month", "town", "wave"])
    return frame.assign(y=range(len(frame)))


def people(study):
    return sorted(study.rows.groupby("participant").size().to_dict().items())


def test_all_elements_must_agree():
    study = read_study(codes(["M 03 Leeds", "K 11 York"], ["M 03 Leeds", "K 12 York"]), plan())
    assert people(study) == [("K/11/York", 1), ("K/12/York", 1), ("M/03/Leeds", 2)]
    (pair,) = study.doubts.near
    assert pair.reason == "one element differs: 11 / 12"


def test_one_element_may_differ_with_consent():
    study = read_study(codes(["M 03 Leeds", "K 11 York"], ["M 03 Leeds", "K 12 York"]), plan(1))
    assert people(study) == [("K/11/York", 2), ("M/03/Leeds", 2)]
    (note,) = study.findings
    assert (note.code, note.n) == ("joined_codes", 1)
    assert study.doubts.near == ()


@pytest.mark.parametrize(
    ("before", "after", "ambiguous"),
    [
        (["K 11 York", "M 03 Leeds"], ["K 12 York", "K 13 York", "M 03 Leeds"], 3),
        (["K 11 York", "J 11 York", "M 03 Leeds"], ["K 12 York", "M 03 Leeds"], 0),
        (["K 11 York", "M 03 Leeds"], ["K 12 Hull", "M 03 Leeds"], 0),
    ],
)
def test_what_is_not_unique_on_both_sides_stays_apart(before, after, ambiguous):
    study = read_study(codes(before, after), plan(1))
    assert study.doubts.n_ambiguous == ambiguous
    # J 11 York is two elements from K 12 York, so K 11 and K 12 are one.
    n = {3: 4, 0: len({*before, *after})}[ambiguous]
    assert study.n_people == n - (1 if "J 11 York" in before else 0)


def test_two_at_one_wave_are_two_people():
    study = read_study(codes(["K 11 York", "K 12 York", "M 03 Leeds"], ["M 03 Leeds"]), plan(1))
    assert study.n_people == 3


def test_a_code_with_a_missing_element_says_nobody():
    frame = codes(["K 11 York", "M 03 Leeds"], ["K 11 York", "M 03 Leeds"])
    frame.loc[0, "month"] = ""
    study = read_study(frame, plan(1))
    assert study.account["reason"].tolist() == ["no participant ID", "", "", ""]


def test_elements_do_not_run_into_each_other():
    frame = codes(["a b/c d", "x 1 y"], ["x 1 y"])
    frame.loc[len(frame)] = ["a/b", "c", "d", "after", 9]
    assert read_study(frame, plan()).n_people == 3


def test_regions_that_differ_contradict():
    frame = codes(["K 11 York", "M 03 Leeds"], ["K 12 York", "M 03 Leeds"])
    frame["region"] = ["North", "North", "South", "North"]
    assert read_study(frame, plan(1, 'region = "region"')).n_people == 3
