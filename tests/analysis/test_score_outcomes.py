"""Scores and what readers must know of them: keys, subscales, variants, direction."""

import numpy as np
import pandas as pd
import pytest

from peereval import instruments
from peereval.errors import InstrumentError, PlanError

from .studies import MOOD, one

FORM = """
[[outcome]]
name = "mood"
domain = "clinical"
instrument = "{id}"
items = "q_{{item}}"
{more}
"""


def answers(instrument, n=16, variant=None):
    """Answers to every item of a questionnaire, by people at two waves."""
    form = instruments.get(instrument).key(variant).form
    rng = np.random.default_rng(3)
    rows = [
        {
            "id": f"P{i:02d}",
            "wave": wave,
            "region": "NS"[i % 2],
            **{
                f"q_{k}": rng.integers(form.range_of(k)[0], form.range_of(k)[1] + 1)
                for k in form.numbers
            },
        }
        for i in range(n)
        for wave in ("before", "after")
    ]
    return pd.DataFrame(rows)


@pytest.fixture
def scored(evaluated):
    """Evaluate a questionnaire scored from its items."""

    def run(instrument, more="", variant=None):
        frame = answers(instrument, variant=variant)
        return evaluated(frame, outcomes=FORM.format(id=instrument, more=more))

    return run


def codes(evaluation):
    return [finding.code for finding in evaluation.facts.findings]


def test_a_subscale(scored):
    found = scored("hads", 'subscale = "anxiety"')
    facts = found.facts.outcomes[0]
    assert facts.measure == "Hospital Anxiety and Depression Scale (HADS), subscale anxiety"
    assert (facts.score_low, facts.score_high, facts.higher_is) == (0, 21, "worse")
    frame = answers("hads")
    by_key = instruments.get("hads").score(frame.filter(like="q_").to_numpy(float))["anxiety"]
    before = by_key[(frame["wave"] == "before").to_numpy()]
    assert one(found, "mean", "scores", level="before").value == pytest.approx(before.mean())


def test_a_variant(scored):
    found = scored("k10", 'variant = "us_0_4"', variant="us_0_4")
    facts = found.facts.outcomes[0]
    assert facts.measure.endswith("(K10), variant us 0 4")
    assert (facts.score_low, facts.score_high) == (0, 40)


def test_a_key_of_grade_c_warns_every_reader(scored):
    found = scored("cel3")
    finding = next(f for f in found.facts.findings if f.code == "unverified_key")
    assert finding.severity == "warn"
    assert "Campaign to End Loneliness" in finding.what
    assert "(grade C)" in finding.what
    assert found.facts.outcomes[0].grade == "C"


def test_thresholds_come_from_the_standard_total_only(scored):
    gad = scored("gad7").facts.outcomes[0]
    assert (gad.mcid, gad.reliable_change) == (4, 4)
    assert gad.mcid_source.startswith("Toussaint")
    # The PHQ-9's own smallest difference is not confirmed in a source, so it is not used.
    phq = scored("phq9").facts.outcomes[0]
    assert (phq.mcid, phq.reliable_change) == (None, 6)
    assert scored("hads", 'subscale = "anxiety"').facts.outcomes[0].reliable_change is None


@pytest.mark.parametrize(
    ("instrument", "more", "words"),
    [
        ("hads", 'subscale = "anxeity"', "HADS has no subscale 'anxeity'; did you mean 'anxiety'?"),
        ("k10", 'variant = "us_04"', "has no variant 'us_04'; did you mean 'us_0_4'?"),
        ("ons4", "", "ONS4 has no total score. Expected: one of its subscales;"),
        ("phq9", 'band_set = "x"', "PHQ-9 has no set of bands 'x'"),
        ("phq9", 'higher_is = "better"', "the plan says that higher is better, but on"),
        ("rses", 'variant = "likert_1_4"\nsubscale = "x"', "has no subscale 'x'"),
    ],
)
def test_what_a_questionnaire_does_not_have(scored, instrument, more, words):
    with pytest.raises((InstrumentError, PlanError)) as refused:
        scored(instrument, more)
    assert str(refused.value).startswith("[[outcome]] 'mood': ")
    assert words in str(refused.value)
    assert refused.value.exit_code == 2


def test_a_listed_questionnaire_without_a_key(evaluated, people):
    with pytest.raises(PlanError, match=r"\(NEL\) is listed without a scoring key"):
        evaluated(people(), outcomes=FORM.format(id="nel", more=""))
    column = MOOD.replace('higher_is = "better"', 'instrument = "nel"')
    with pytest.raises(InstrumentError, match="nothing says whether a high score is good"):
        evaluated(people(), outcomes=column)
    found = evaluated(people(), outcomes=column + 'higher_is = "better"')
    facts = found.facts.outcomes[0]
    assert facts.measure == "Netherlands Empowerment List (NEL), scored before it was read"
    assert (facts.higher_is, facts.score_low, facts.reliable_change) == ("better", None, None)


def test_a_ready_score_keeps_the_direction_and_thresholds_of_its_questionnaire(evaluated, people):
    frame = people().assign(mood=lambda f: f["mood"].abs().round().clip(0, 27))
    column = MOOD.replace('higher_is = "better"', 'instrument = "phq9"')
    found = evaluated(frame, outcomes=column)
    facts = found.facts.outcomes[0]
    assert (facts.higher_is, facts.score_high, facts.reliable_change) == ("worse", 27, 6)
    # The rule for missing answers was somebody else's business here.
    assert "unverified_key" not in codes(found)


def test_keys_without_effect_are_said(evaluated, people):
    found = evaluated(people(), more="norm_mean = 12\nnorm_sd = 3\ncaseness = 10")
    norm, case = (f for f in found.facts.findings if f.code == "key_without_effect")
    assert "norm_mean, norm_sd, which this version does not use yet" in norm.what
    assert "gives caseness, but neither the plan a reliability" in case.what
    used = evaluated(people(), more="reliability = 0.8\ncaseness = 10")
    assert "key_without_effect" not in codes(used)


def test_own_items(evaluated, people):
    own = """
[[outcome]]
name = "mood"
label = "Own questions"
domain = "social"
items = ["q1", "q2", "q3"]
reverse = ["q2"]
range = [1, 5]
score = "mean"
max_missing = 1
higher_is = "better"
"""
    frame = people(6).assign(q1="5", q2="2", q3="")
    frame.loc[frame["id"] == "P001", "q1"] = ""
    found = evaluated(frame, outcomes=own)
    assert found.facts.outcomes[0].measure == "3 own questions, mean"
    # (5 + (6 - 2)) / 2; one form too incomplete at each wave.
    assert one(found, "mean", "scores", level="before").value == 4.5
    assert one(found, "n_pre", "scores").value == 5
    told = {f.code: f.n for f in found.facts.findings}
    assert (told["filled_by_rule"], told["too_many_missing"]) == (10, 2)


def test_fractions_without_a_range_are_shown_with_enough_decimals(people, evaluated):
    frame = people(30)
    found = evaluated(frame.assign(mood=frame["mood"] / 100))
    assert found.facts.outcome("mood").places == 3
    assert evaluated(frame).facts.outcome("mood").places == 1
