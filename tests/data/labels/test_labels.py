"""Answers given as words: mapped by the coding or the plan, refused with hints otherwise."""

import pandas as pd
import pytest

from peereval import instruments
from peereval.data.labels.numbered import number_and_label
from peereval.data.labels.unmatched import unmatched_words
from peereval.data.load import read_study
from peereval.errors import PlanError
from peereval.instruments.response_labels import response_labels
from peereval.plan import Plan
from peereval.plan.labels import same_label

GAD2 = """
[[outcome]]
name = "anxiety"
label = "Anxiety"
domain = "clinical"
instrument = "gad2"
items = "q{item}"
"""
OWN = """
[[outcome]]
name = "mood"
label = "Mood"
domain = "clinical"
items = "q{item}"
range = [1, 3]
score = "sum"
higher_is = "worse"
labels = { "Don't know" = 2, "Never" = 1, "All the time" = 3 }
"""


def frame_of(first, second=("0", "1", "2", "3")):
    return pd.DataFrame(
        {
            "id": ["a", "a", "b", "b"],
            "wave": ["before", "after"] * 2,
            "q1": list(first),
            "q2": list(second),
        }
    )


def test_labels_are_mapped_by_the_coding(plan_of):
    words = ["Not at all", " several  DAYS ", "More than half the days", "3 - Nearly every day"]
    study = read_study(frame_of(words), plan_of(outcomes=GAD2))
    # Rows are sorted by person and wave, in which they stand already.
    assert study.answers["anxiety"]["q1"].tolist() == [0, 1, 2, 3]
    assert not study.findings


def test_labels_are_mapped_by_the_plan(plan_of):
    words = ["Don\u2019t know", "never", "ALL THE TIME", "2"]
    study = read_study(frame_of(words, "1231"), plan_of(outcomes=OWN))
    assert study.answers["mood"]["q1"].tolist() == [2, 1, 3, 2]


def test_the_plan_comes_before_the_coding(plan_of):
    plan = plan_of(outcomes=f'{GAD2}labels = {{ "Not at all" = 3 }}')
    study = read_study(frame_of(["not at all", "Several days", "1", "2"]), plan)
    assert study.answers["anxiety"]["q1"].tolist() == [3, 1, 1, 2]


def test_unmatched_labels_are_listed_with_the_nearest(plan_of, refused):
    words = ["Severl days", "often", "often", "my neighbour Jo"]
    found = refused(frame_of(words), plan_of(outcomes=GAD2))
    finding = found["not_a_number"]
    assert finding.n == 4
    assert (
        "the texts are 'often' (2), 'Severl days' (1; did you mean 'several days'?) and 1 other text"
        in finding.fix
    )
    assert "Jo" not in finding.what + finding.fix
    assert "labels = {" in finding.fix


def test_an_opposite_label_is_not_the_nearest():
    known = ["Strongly disagree", "Not at all", "Agree"]
    words = unmatched_words(["Strongly agree"] * 2 + ["At all"] * 2 + ["Agre"], known)
    assert words == "'At all' (2), 'Strongly agree' (2), 'Agre' (1; did you mean 'Agree'?)"


def test_unmatched_labels_may_be_left_out_by_rule(plan_of, found):
    plan = plan_of('participant = "id"\nout_of_range = "missing"', outcomes=GAD2)
    findings = found(frame_of(["often", "1", "2", "0"]), plan)
    assert findings["not_a_number"].severity == "note"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3 - Agree", (3, "Agree")),
        ("3 = Agree", (3, "Agree")),
        ("3. Ærlig talt", (3, "Ærlig talt")),
        (" 0 – Not at all ", (0, "Not at all")),
        ("-1: Worse", (-1, "Worse")),
        ("3 agree", None),
        ("3-4", None),
        ("03-Jan", None),
        ("5+ - many", None),
        ("three - agree", None),
    ],
)
def test_a_number_before_its_label(text, expected):
    assert number_and_label(text) == expected


def test_numbered_labels_that_contradict_the_coding_are_noticed(plan_of, found):
    words = ["0 - Nearly every day", "1 - More than half the days", "3 - Not at all", "2"]
    finding = found(frame_of(words), plan_of(outcomes=GAD2))["labels_contradict"]
    assert finding.severity == "warn"
    assert "They run the other way round." in finding.what


def test_a_column_that_contradicts_another_is_noticed(plan_of, found):
    outcomes = OWN.replace('labels = { "Don\'t know" = 2, "Never" = 1, "All the time" = 3 }', "")
    first = ["1 - Calm", "2 - So so", "3 - Tense", "1 - Calm"]
    second = ["3 - Calm", "2 - So so", "1 - Tense", "2 - So so"]
    finding = found(frame_of(first, second), plan_of(outcomes=outcomes))["labels_contradict"]
    assert "'Calm' is 3 in 'q2' but 1 in 'q1'" in finding.what
    assert not found(frame_of(first, first), plan_of(outcomes=outcomes))


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (
            'labels = { "Never" = 1, "never " = 2 }',
            "'Never' and 'never ', which are read as the same",
        ),
        (
            'labels = { "Never" = 0 }',
            "the number of 'Never' in 'labels' lies outside 'range', 1 to 3",
        ),
        ('labels = { "Never" = "1" }', "labels Never must be a number"),
        ("labels = [1, 2]", "labels must be a table"),
    ],
)
def test_labels_that_cannot_be_used_are_refused(plan_of, line, text):
    outcomes = OWN[: OWN.index("labels")] + line
    with pytest.raises(PlanError, match=text):
        plan_of(outcomes=outcomes)


def test_a_score_has_no_labels():
    with pytest.raises(PlanError, match="'labels' are of answers to items"):
        Plan.from_toml(
            '[data]\nparticipant = "id"\nwave = "wave"\n[waves]\norder = ["a", "b"]\n'
            '[[outcome]]\nname = "x"\ndomain = "clinical"\ninstrument = "gad7"\ncolumn = "total"\n'
            'labels = { "low" = 1 }'
        )


def test_every_label_of_a_coding_is_a_possible_answer():
    n_labelled = 0
    for name in instruments.instrument_ids():
        instrument = instruments.get(name)
        form = instrument.standard.form
        for number in form.numbers:
            labels = response_labels(instrument, form, number)
            low, high = form.range_of(number)
            assert all(low <= value <= high for value in labels.values()), name
            assert len({same_label(label) for label in labels}) == len(labels), name
            if labels:
                # A coding names at least both ends of its scale.
                assert {low, high} <= set(labels.values()), name
        n_labelled += bool(response_labels(instrument, form, 1))
    assert n_labelled >= 50


def test_a_variant_with_another_range_has_no_labels():
    k10 = instruments.get("k10")
    variant = next(v.id for v in k10.variants if v.response_min is not None)
    assert response_labels(k10, k10.key(None).form, 1)
    assert not response_labels(k10, k10.key(variant).form, 1)
