"""What a plan may say of IDs and dates, and what it is refused for."""

import pytest

from peereval.errors import PlanError
from peereval.plan import Plan
from peereval.plan.private import without_ids

MOOD = '[[outcome]]\nname = "mood"\ndomain = "x"\ncolumn = "m"\nhigher_is = "better"\n'
ID = 'participant = "id"'
NAMED = ('wave = "wave"', 'order = ["a", "b"]')


def plan(data, waves):
    return Plan.from_toml(f"[data]\n{data}\n[waves]\n{waves}\n{MOOD}")


@pytest.mark.parametrize(
    ("data", "waves", "words"),
    [
        (ID, 'rule = "first_last"\norder = ["a", "b"]', "'rule' needs 'date'"),
        (ID, 'date = "on"', "[waves] order is missing"),
        (ID, 'date = "on"\norder = ["a", "b"]', "needs [data] wave"),
        (ID, 'date = "on"\nrule = "last"', "[waves] rule is 'last'; known: 'first_last'."),
        (ID, 'date = "id"\nrule = "first_last"', "stands for both 'participant' and 'date'"),
        (ID, 'date = "on"\nrule = "first_last"\norder = ["a", "b", "c"]', "needs two names"),
        (ID, 'date = "on"\nrule = "first_last"\nwindows = { w = [1, 2] }', "keep one"),
        (ID, 'date = "on"\nwindows = { w = [1, 2] }\norder = ["a", "v"]', "or leave 'order' out"),
        (ID, 'date = "on"\nwindows = { w = [0, 2] }', "begins before day 1"),
        (ID, 'date = "on"\nwindows = { w = [9, 2] }', "'w' ends on day 2, before it begins"),
        (ID, 'date = "on"\nwindows = { v = [1, 9], w = [9, 20] }', "must not overlap"),
        (ID, 'date = "on"\nwindows = { w = [1] }', "windows w must be two whole numbers of days"),
        (ID, 'date = "on"\nwindows = { w = [1.5, 2] }', "two whole numbers of days"),
        (f'{ID}\nwave = "w"', 'date = "on"\nrule = "first_last"', "both say which wave"),
        ("unmatched = true", 'date = "on"\nrule = "first_last"', "each person's first survey"),
        (f'{ID}\nlayout = "wide"', 'date = "on"\nrule = "first_last"', "for the long layout"),
        (f'{ID}\nsgic = ["a", "b"]\n{NAMED[0]}', NAMED[1], "keep the one to be trusted"),
        (f'sgic = ["a", "a"]\n{NAMED[0]}', NAMED[1], "twice in 'sgic'"),
        (f'sgic = ["a", "wave"]\n{NAMED[0]}', NAMED[1], "both 'wave' and 'sgic'"),
        (f'sgic = ["a", "b"]\nsgic_tolerance = 1\n{NAMED[0]}', NAMED[1], "at least 3 columns"),
        (f'sgic = ["a", "b", "c"]\nsgic_tolerance = 2\n{NAMED[0]}', NAMED[1], "at most 1"),
        (f'same = {{ a = ["b"] }}\n{NAMED[0]}', NAMED[1], "'participant' must name"),
        (f"{ID}\nsame = {{ a = [] }}\n{NAMED[0]}", NAMED[1], "lists no other spelling"),
        (f'{ID}\nsame = {{ a = ["a "] }}\n{NAMED[0]}', NAMED[1], "lists itself"),
        (f'{ID}\nsame = {{ a = ["b"], b = ["c"] }}\n{NAMED[0]}', NAMED[1], "on both sides"),
        (f'{ID}\nsame = {{ a = ["c"], b = ["c"] }}\n{NAMED[0]}', NAMED[1], "for both 'a' and 'b'"),
    ],
)
def test_refused_in_words(data, waves, words):
    with pytest.raises(PlanError) as refused:
        plan(data, waves)
    assert words in str(refused.value)


def test_windows_name_the_waves():
    found = plan(ID, 'date = "on"\nwindows = { "12 weeks" = [56, 126], "a year" = [330, 400] }')
    assert found.waves.order == ("the first survey", "12 weeks", "a year")
    assert found.waves.contrast == "a year - the first survey"


TABLE = '"P07" = [\n  "p-seven", # wrote it out\n]\n'


@pytest.mark.parametrize(
    "text",
    [
        f"[data]\n{ID}\n[data.same]\n{TABLE}[waves]\n{NAMED[1]}\n",
        f'[data]\n{ID}\nsame = {{ "P07" = ["p-seven"] }}\n',
        f'data.same."P07" = ["p-seven"]\n[waves]\n{NAMED[1]}\n',
        f"[data]\n{ID} # P07 is p-seven\n[data.same]\n{TABLE}",
        f"[ data . same ]\n{TABLE}[report]\n",
        f'[data."same"]\n{TABLE}[report]\n',
    ],
)
def test_ids_of_a_plan_are_not_for_readers(text):
    shown = without_ids(text)
    assert "P07" not in shown
    assert "p-seven" not in shown
    assert "[data.same] joins IDs" in shown


def test_the_rest_of_the_plan_stays():
    shown = without_ids(f"[data]\n{ID} # the code\n[data.same]\n{TABLE}[waves]\n{NAMED[1]}")
    assert shown.splitlines()[-2:] == ["[waves]", NAMED[1]]
    assert f"{ID} # the code" in shown
