import pytest

from peereval.data.columns import find_columns, without_wave
from peereval.errors import PlanError

HHI = """
[[outcome]]
name = "hope"
domain = "hope"
instrument = "hhi"
items = {items}
"""
ONE = """
[[outcome]]
name = "bdi"
domain = "clinical"
column = "bdi"
instrument = "bdi2"
"""
ROLES = ["id", "wave"]


def hhi(items):
    return HHI.format(items=items)


def message(plan, header):
    with pytest.raises(PlanError) as caught:
        find_columns(plan, header)
    assert caught.value.exit_code == 2
    return str(caught.value)


def test_a_column_that_is_not_there_is_named_with_the_nearest(plan_of):
    text = message(
        plan_of('participant = "pid"\nregion = "regoin"'), ["id", "wave", "region", "q1"]
    )
    assert "[data] participant names the column 'pid', which is not in the data" in text
    assert "did you mean 'id'?" in text
    assert "[data] region names the column 'regoin'" in text
    assert "did you mean 'region'?" in text


def test_own_items_are_found_by_number_and_sorted_numerically(plan_of):
    header = [*ROLES, "q10", "q2", "q1", "q1_note", "xq3"]
    items = find_columns(plan_of(), header).items["mood"]
    assert [item.name for item in items] == ["q1", "q2", "q10"]
    assert [item.number for item in items] == [1, 2, 10]
    assert {(item.low, item.high, item.whole) for item in items} == {(0, 4, True)}


def test_own_items_that_are_not_there(plan_of):
    text = message(plan_of(), [*ROLES, "Q1", "Q2"])
    assert "[[outcome]] 'mood' has no column that fits 'q{item}' (looked for 'q1'" in text
    assert "did you mean 'Q1'?" in text


def test_two_spellings_of_one_number_are_refused(plan_of):
    assert "'q1' and 'q01' are both item 1 of 'q{item}'" in message(
        plan_of(), [*ROLES, "q1", "q01"]
    )


@pytest.mark.parametrize("reverse", ["q2", "2"])
def test_reversed_items_of_a_pattern_are_marked(plan_of, reverse):
    outcomes = (
        '[[outcome]]\nname = "m"\ndomain = "d"\nitems = "q{item}"\nrange = [1, 5]\n'
        f'score = "sum"\nhigher_is = "better"\nreverse = ["{reverse}"]'
    )
    items = find_columns(plan_of(outcomes=outcomes), [*ROLES, "q1", "q2", "q3"]).items["m"]
    assert [item.reverse for item in items] == [False, True, False]


def test_a_reversed_item_that_is_not_there_is_refused(plan_of):
    outcomes = (
        '[[outcome]]\nname = "m"\ndomain = "d"\nitems = "q{item}"\nrange = [1, 5]\n'
        'score = "sum"\nhigher_is = "better"\nreverse = ["q9"]'
    )
    text = message(plan_of(outcomes=outcomes), [*ROLES, "q1", "q2"])
    assert "[[outcome]] 'm' reverses 'q9', which is not one of its items" in text


def test_a_questionnaire_needs_all_its_items(plan_of):
    plan = plan_of(outcomes=hhi('"hhi_{item}"'))
    header = [*ROLES, *(f"hhi_{i}" for i in range(1, 13))]
    items = find_columns(plan, header).items["hope"]
    assert [item.number for item in items] == list(range(1, 13))
    assert {(item.low, item.high, item.whole) for item in items} == {(1, 4, True)}
    text = message(plan, [c for c in header if c not in ("hhi_3", "hhi_7")])
    assert (
        "[[outcome]] 'hope' needs the columns 'hhi_3', 'hhi_7', which are not in the data" in text
    )


def test_a_questionnaire_may_be_a_list_in_form_order(plan_of):
    names = [f"item_{letter}" for letter in "abcdefghijkl"]
    items = find_columns(plan_of(outcomes=hhi(names)), [*ROLES, *names]).items["hope"]
    assert [item.name for item in items] == names
    assert [item.number for item in items] == list(range(1, 13))
    text = message(plan_of(outcomes=hhi(names[:11])), [*ROLES, *names])
    assert "lists 11 columns, but the questionnaire 'hhi' has 12 items" in text


def test_filler_items_may_be_absent_and_keep_their_place(plan_of):
    outcomes = hhi('"ahs_{item}"').replace('"hhi"', '"ahs"')
    header = [*ROLES, *(f"ahs_{i}" for i in (1, 2, 4, 6, 8, 9, 10, 12))]
    items = find_columns(plan_of(outcomes=outcomes), header).items["hope"]
    assert len(items) == 12
    assert [item.number for item in items if not item.columns] == [3, 5, 7, 11]


def test_more_numbered_columns_than_items_are_left_alone(plan_of):
    outcomes = hhi('"p{item}"').replace('"hhi"', '"phq9"')
    items = find_columns(plan_of(outcomes=outcomes), [*ROLES, *(f"p{i}" for i in range(1, 11))])
    assert len(items.items["hope"]) == 9


def test_an_unknown_questionnaire_subscale_or_variant_is_named_with_the_nearest(plan_of):
    header = [*ROLES, *(f"hhi_{i}" for i in range(1, 13))]
    text = message(plan_of(outcomes=hhi('"hhi_{item}"').replace('"hhi"', '"hhj"')), header)
    assert "[[outcome]] 'hope':" in text
    assert "did you mean 'hhi'?" in text
    for key in ("subscale", "variant"):
        text = message(plan_of(outcomes=hhi('"hhi_{item}"') + f'{key} = "nothing"'), header)
        assert f"no {key} 'nothing'" in text


def test_a_questionnaire_without_a_key_cannot_be_scored_but_its_score_can_be_read(plan_of):
    text = message(plan_of(outcomes=hhi('"n{item}"').replace('"hhi"', '"nel"')), [*ROLES, "n1"])
    assert "without a scoring key" in text
    outcomes = ONE.replace("bdi2", "nel")
    item = find_columns(plan_of(outcomes=outcomes), [*ROLES, "bdi"]).items["bdi"][0]
    assert (item.low, item.high) == (float("-inf"), float("inf"))


def test_a_score_has_the_range_of_its_questionnaire(plan_of):
    item = find_columns(plan_of(outcomes=ONE), [*ROLES, "bdi"]).items["bdi"][0]
    assert (item.low, item.high, item.whole) == (0, 63, False)


def test_two_outcomes_may_read_the_same_columns(plan_of):
    columns = find_columns(
        plan_of(outcomes=ONE + ONE.replace('"bdi"\nd', '"bdi_b"\nd')), [*ROLES, "bdi"]
    )
    assert columns.answers("before") == ("bdi",)


WIDE = hhi('"hhi_{item}_{wave}"')
SUFFIX = 'order = ["before", "after"]\n[waves.suffix]\nbefore = "t1"\nafter = "t2"'


def test_wide_columns_are_found_by_wave_or_its_text(plan_of):
    header = ["id", *(f"hhi_{i}_t{t}" for t in (1, 2) for i in range(1, 13))]
    items = find_columns(plan_of(outcomes=WIDE, wide=True, waves=SUFFIX), header).items["hope"]
    assert items[2].name == "hhi_3"
    assert items[2].columns == {"before": "hhi_3_t1", "after": "hhi_3_t2"}
    text = message(plan_of(outcomes=WIDE, wide=True), header)
    assert "has no column for the wave 'before' that fits 'hhi_{item}_before'" in text
    assert "[waves.suffix] says how a wave is written in column names" in text


def test_a_whole_wave_or_one_item_of_a_wave_that_is_absent_is_named(plan_of):
    plan = plan_of(outcomes=WIDE, wide=True, waves=SUFFIX)
    header = ["id", *(f"hhi_{i}_t1" for i in range(1, 13))]
    assert "has no column for the wave 'after' that fits 'hhi_{item}_t2'" in message(plan, header)
    header += [f"hhi_{i}_t2" for i in range(1, 12)]
    assert "needs the columns 'hhi_12_t2' for the wave 'after'" in message(plan, header)


def test_a_column_read_as_two_answers_is_refused(plan_of):
    outcomes = hhi('"q{item}{wave}"').replace('instrument = "hhi"\n', "") + (
        'range = [1, 5]\nscore = "sum"\nhigher_is = "better"'
    )
    waves = 'order = ["before", "after"]\n[waves.suffix]\nbefore = "t"\nafter = "t"'
    text = message(plan_of(outcomes=outcomes, wide=True, waves=waves), ["id", "q1t", "q2t"])
    assert "would read the column 'q1t' more than once" in text


def test_names_without_the_wave_are_the_same_in_both_layouts():
    patterns = ["hhi_{item}_{wave}", "{wave}_hhi_{item}", "hhi_{wave}_{item}", "hhi_{item}.{wave}"]
    assert {without_wave(pattern) for pattern in patterns} == {"hhi_{item}"}


def test_without_matching_the_participant_column_is_not_needed(plan_of):
    plan = plan_of('participant = "gone"\nunmatched = true')
    assert find_columns(plan, ["wave", "q1"]).participant is None
