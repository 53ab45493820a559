"""Studies in which nothing can be compared are refused, with where to look."""

import pytest

from peereval.errors import DataError

BESPOKE = """
[[outcome]]
name = "mood"
domain = "clinical"
items = ["q1", "q2"]
range = [0, 30]
score = "sum"
higher_is = "better"
"""


def refusal(run):
    with pytest.raises(DataError) as refused:
        run()
    assert refused.value.exit_code == 1
    return str(refused.value)


def test_two_pairs_are_enough(people, evaluated):
    assert evaluated(people(2)).rows.get("mood", "n_pairs", analysis="paired").value == 2


def test_one_pair_is_not(people, evaluated):
    frame = people(6)
    frame = frame[(frame["wave"] == "before") | (frame["id"] == "P003")]
    text = refusal(lambda: evaluated(frame))
    assert text.startswith("Only one person has a score at both 'before' and 'after'")
    assert "Of 6 people, 6 answered at 'before', 1 at 'after' and 1 at both." in text
    assert 'ids = "trim" joins IDs' in text


def test_a_rule_already_used_is_not_advised(people, evaluated):
    frame = people(6)
    frame.loc[frame["wave"] == "after", "id"] += "x"
    text = refusal(lambda: evaluated(frame, data='ids = "trim"'))
    assert text.startswith("Nobody has a score at both")
    assert "trim" not in text


def test_people_with_both_waves_but_too_few_answers(people, evaluated):
    frame = people(6).assign(q1="3", q2="")
    text = refusal(lambda: evaluated(frame, outcomes=BESPOKE))
    assert "6 at 'after' and 6 at both" in text
    assert text.endswith("see with 'peereval check' why answers could not be scored.")


def test_one_outcome_that_can_be_compared_is_enough(people, evaluated):
    frame = people(6).assign(q1="3", q2="")
    own = BESPOKE.replace('"mood"', '"own"')
    found = evaluated(frame, more=own)
    assert found.rows.get("own", "n_pairs", analysis="paired").value == 0


def test_unmatched_surveys_with_no_score_at_a_wave(people, evaluated):
    frame = people(6).assign(q1="3", q2="4")
    frame.loc[frame["wave"] == "after", "q2"] = ""
    text = refusal(lambda: evaluated(frame, outcomes=BESPOKE, participant="unmatched = true"))
    assert text.startswith("No outcome has scores at both 'before' and 'after'")


def test_a_score_that_is_no_score(people, evaluated):
    frame = people(6).assign(mood=lambda f: f["mood"].mask(f["id"] == "P002", 1e300))
    text = refusal(lambda: evaluated(frame))
    assert text.startswith("2 scores of 'mood' are larger than 1e100. Expected: scores of a")
