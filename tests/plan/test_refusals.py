"""What is wrong with a plan, in the words of the person who wrote it."""

import pytest

from peereval.errors import PlanError
from peereval.plan import Plan

DATA = '[data]\nparticipant = "id"\nwave = "wave"\n'
WAVES = '[waves]\norder = ["a", "b"]\n'
MOOD = '[[outcome]]\nname = "mood"\ndomain = "x"\ncolumn = "m"\nhigher_is = "better"\n'
OWN = MOOD.replace('column = "m"\n', 'items = ["q1", "q2"]\nrange = [1, 5]\nscore = "sum"\n')


def problem(text):
    """What a plan is refused for."""
    with pytest.raises(PlanError) as refused:
        Plan.from_toml(text)
    assert refused.value.exit_code == 2
    words = str(refused.value)
    for jargon in ("tuple", "dictionary", "validation", "input should", "parse", "instance of"):
        assert jargon not in words
    return words.removeprefix("The plan cannot be used").removeprefix(".").strip()


def outcome(lines, of=MOOD):
    """What a plan is refused for whose only outcome has these lines more."""
    return problem(DATA + WAVES + of + lines).removeprefix("[[outcome]] 'mood'").lstrip(": ")


def test_a_sound_plan_is_none_of_these():
    assert Plan.from_toml(DATA + WAVES + MOOD).outcomes[0].name == "mood"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('titel = "x"\n' + DATA + WAVES + MOOD, "'titel'; did you mean 'title'?"),
        (DATA + 'participent = "x"\n' + WAVES + MOOD, "'participent' in [data]; did you mean"),
        (DATA + WAVES + 'ordr = ["x"]\n' + MOOD, "'ordr' in [waves]; did you mean 'order'?"),
        (DATA + WAVES + '[report]\ndisclosre = "ons"\n' + MOOD, "'disclosre' in [report]; did"),
        (
            DATA + WAVES + MOOD + "smalest_change = 2\n",
            "'smalest_change' in [[outcome]] 'mood'; did",
        ),
        (DATA + WAVES + MOOD.replace("[[outcome", "[[outcomes"), "Unknown key 'outcomes'; did you"),
    ],
)
def test_a_misspelt_key_names_the_nearest(text, words):
    assert words in problem(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (WAVES + MOOD, "[data] is missing."),
        (DATA + MOOD, "[waves] is missing."),
        (DATA + WAVES, "[[outcome]] is missing."),
        (
            "outcome = []\n" + DATA + WAVES,
            "The plan names no outcome; it needs an [[outcome]] table.",
        ),
        (
            'data = "x"\n' + WAVES + MOOD,
            "[data] must be a table: a line [data] of its own, and its",
        ),
        ('families = ["mood"]\n' + DATA + WAVES + MOOD, "[families] must be a table: a line [fam"),
        (
            DATA + WAVES + MOOD.replace("[[outcome]]", "[outcome]"),
            "[[outcome]] must be written with two brackets on either side, once for each outcome.",
        ),
        (
            DATA + WAVES + MOOD.replace('domain = "x"\n', ""),
            "[[outcome]] 'mood' domain is missing.",
        ),
        (DATA + WAVES + MOOD.replace('name = "mood"\n', ""), "[[outcome]] 1 name is missing."),
        ("title = 5\n" + DATA + WAVES + MOOD, "title must be text in quotation marks."),
    ],
)
def test_what_is_missing_or_in_the_wrong_shape(text, words):
    assert problem(text).startswith(words)


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("range = 5", "range must be two numbers, such as [0, 20]."),
        ("range = [5]", "range must be two numbers, such as [0, 20]."),
        ("range = [1, 2, 5]", "range must be two numbers, such as [0, 20]."),
        ("range = [5, 1]", "'range' must run from the lowest to the highest possible value."),
        ("range = [0, inf]", "range 2 must be a finite number."),
        ('range = ["0", 5]', "range 1 must be a number, without quotation marks."),
        ("smallest_change = -3", "smallest_change must be more than 0."),
        ('smallest_change = "3"', "smallest_change must be a number, without quotation marks."),
        ("reliability = 1.2", "reliability must be less than 1."),
        ('primary = "yes"', "primary must be true or false, without quotation marks."),
        ('method = "jt"', "method is 'jt'; did you mean 'JT'?"),
        ('items = "q_{item}"', "it has both 'items' and 'column'; give one of them."),
        ('reverse = ["q1"]', "'reverse' goes with 'items', not with 'column'."),
        ('subscale = "x"', "'subscale' needs an 'instrument'."),
        ('instrument = "phq9"\nrange = [0, 27]', "'range' comes from the questionnaire 'phq9'."),
        (
            'instrument = "k10"\nvariant = "us_0_4"',
            "'variant' says how items are scored; 'column' is already scored.",
        ),
    ],
)
def test_an_outcome_with_a_column(lines, words):
    assert outcome(lines) == words


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('column = "m"\n', "", "it has neither 'items' nor 'column'; give one of them."),
        ('"better"', '"Better"', "higher_is is 'Better'; did you mean 'better'?"),
        (
            'higher_is = "better"\n',
            "",
            '\'higher_is\' is missing; say whether "better" or "worse".',
        ),
        (
            'column = "m"',
            'items = "q1"',
            "a pattern in 'items' needs {item}, or give a list of columns.",
        ),
        (
            'column = "m"',
            "items = {a = 1}",
            "items must be a pattern such as 'q_{item}', or a list of columns.",
        ),
        ('column = "m"', "items = []", "'items' is an empty list."),
        ('column = "m"', 'items = ["q1", ""]', "items 2 is empty."),
        ('column = "m"', 'items = ["q1"]', "own items need a 'range', e.g. range = [1, 5]."),
    ],
)
def test_an_outcome_written_otherwise(old, new, words):
    assert outcome("", MOOD.replace(old, new)) == words


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('score = "sum"\n', "", 'own items need \'score\': "sum" or "mean".'),
        ('"sum"', '"sums"', "score is 'sums'; did you mean 'sum'?"),
        ('"q2"', '"q1"', "the same column stands twice in 'items'."),
        (
            "[1, 5]\n",
            '[1, 5]\nreverse = ["q3"]\n',
            "'q3' in 'reverse' is not in 'items'; known: 'q1', 'q2'.",
        ),
        (
            "[1, 5]\n",
            '[1, 5]\nreverse = "q2"\n',
            'reverse must be a list in square brackets, such as ["one", "two"].',
        ),
        ("[1, 5]\n", "[1, 5]\nmax_missing = -1\n", "max_missing must be at least 0."),
        (
            "[1, 5]\n",
            "[1, 5]\nmax_missing = 0.5\n",
            "max_missing must be a whole number, without quotation marks.",
        ),
        (
            "[1, 5]\n",
            "[1, 5]\nmax_missing = 2\n",
            "'max_missing' must be less than the number of items.",
        ),
    ],
)
def test_an_outcome_of_own_items(old, new, words):
    assert outcome("", OWN.replace(old, new)) == words


def test_names_are_simple_and_own():
    assert "'my mood' name must start with a letter" in problem(
        DATA + WAVES + MOOD.replace("mood", "my mood")
    )
    assert problem(DATA + WAVES + MOOD + MOOD) == "Two outcomes are called 'mood'."
    assert "No outcome can be called 'study'" in problem(
        DATA + WAVES + MOOD.replace("mood", "study")
    )


@pytest.mark.parametrize(
    ("waves", "words"),
    [
        ('order = ["a"]', "[waves]: 'order' needs at least two waves: the first is \"before\"."),
        ('order = "a"', "[waves] order must be a list in square brackets, such as"),
        ('order = ["a", ""]', "[waves] order 2 is empty."),
        ('order = ["a", "a"]', "[waves]: the same wave stands twice in 'order'."),
        (
            'order = ["base", "end"]\nafter = "edn"',
            "[waves]: wave 'edn' is not in 'order'; did you mean",
        ),
        ('order = ["a", "b"]\nafter = "a"', "[waves]: 'after' is 'a', which is the first wave"),
    ],
)
def test_waves(waves, words):
    assert problem(f"{DATA}[waves]\n{waves}\n{MOOD}").startswith(words)


@pytest.mark.parametrize(
    ("data", "column", "words"),
    [
        (
            'participant = "id"',
            "m",
            "The long layout, one row per person and wave, needs [data] wave",
        ),
        (
            'wave = "w"\nlayout = "wide"',
            "m_{wave}",
            "A wide file has no [data] wave; waves stand in",
        ),
        ('layout = "wide"', "m", "In the wide layout 'm' needs {wave} where the wave stands."),
        ('wave = "w"', "m_{wave}", "'m_{wave}' holds {wave}, which is for the wide layout."),
        ('wave = "w"\nlayout = "lang"', "m", "[data] layout is 'lang'; did you mean 'long'?"),
        ('wave = "w"\nparticipant = "w"', "m", "[data]: the column 'w' stands for both"),
        ('wave = "w"\nmissing = "-9"', "m", "[data] missing must be a list in square brackets"),
        ('wave = "w"\nunmatched = "yes"', "m", "[data] unmatched must be true or false"),
    ],
)
def test_the_file(data, column, words):
    of = MOOD.replace('"m"', f'"{column}"')
    assert problem(f"[data]\n{data}\n{WAVES}{of}").startswith(words)


@pytest.mark.parametrize(
    ("families", "words"),
    [
        (
            'f = ["moood"]',
            "The family 'f' names the outcome 'moood', which the plan does not have; did you",
        ),
        ('f = ["mood"]\ng = ["mood"]', "The outcome 'mood' stands twice in [families]."),
        ("f = []", "The family 'f' names no outcome."),
        ('f = "mood"', "[families] f must be a list in square brackets"),
    ],
)
def test_families(families, words):
    assert problem(f"{DATA}{WAVES}{MOOD}[families]\n{families}").startswith(words)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (DATA + 'attendance = "n"\n' + WAVES + MOOD, "[data] attendance"),
        (DATA + WAVES + MOOD + '[report]\nlogo = "x.png"\n', "[report] logo"),
        (DATA + WAVES + MOOD + '[comparison]\nservice = "a"\n', "[comparison]"),
    ],
)
def test_what_has_no_analysis_yet_is_refused_not_ignored(text, place):
    assert problem(text) == (
        f"{place} is not supported by this version of peereval. To mend it: leave it out of the plan."
    )


def test_interval_level_in_percent():
    words = problem(DATA + WAVES + MOOD + "[report]\nci_level = 95\n")
    assert words == "[report] ci_level must be at most 0.999; write 0.95 for 95%."


def test_several_problems_are_a_list():
    text = DATA + 'layout = "longg"\n[waves]\norder = ["a"]\n' + MOOD.replace('domain = "x"\n', "")
    assert problem(text) == (
        ", for 3 reasons:\n- [data] layout is 'longg'; did you mean 'long'?\n"
        "- [waves]: 'order' needs at least two waves: the first is \"before\".\n"
        "- [[outcome]] 'mood' domain is missing."
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[data\n", "The plan is not valid TOML: Expected ']'"),
        (DATA + DATA, "Cannot declare [data] twice (at line 4"),
    ],
)
def test_text_that_is_not_toml(text, words):
    assert words in problem(text)


def test_a_suffix_belongs_to_the_wide_layout():
    text = DATA + WAVES + '[waves.suffix]\na = "t1"\n' + MOOD
    assert "which is for the wide layout" in problem(text)


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ('method = "JT"', "'method' needs a 'reliability'"),
        ("functional_mean = 20\nfunctional_sd = 4", "'functional_mean' needs a 'reliability'"),
        (
            "reliability = 0.8\nfunctional_mean = 20",
            "'functional_mean' and 'functional_sd' go together",
        ),
        (
            "reliability = 0.8\nfunctional_mean = 20\nfunctional_sd = 4\ncaseness = 10",
            "it gives two cut-offs, 'caseness' and 'functional_mean'",
        ),
        (
            "range = [0, 27]\ncaseness = 30",
            "'caseness' is 30, outside the possible scores, 0 to 27",
        ),
        (
            "range = [0, 27]\nreliability = 0.8\nfunctional_mean = 28\nfunctional_sd = 4",
            "'functional_mean' is 28, outside the possible scores, 0 to 27",
        ),
        ("reliability = 1", "less than 1"),
        ('reliability = 0.8\nmethod = "RCI"', "'RCI'"),
    ],
)
def test_keys_for_individuals_that_do_not_fit_are_refused(lines, words):
    text = f"""
[data]
participant = "id"
wave = "wave"
[waves]
order = ["before", "after"]
[[outcome]]
name = "mood"
domain = "clinical"
column = "mood"
higher_is = "worse"
{lines}
"""
    with pytest.raises(PlanError, match=words):
        Plan.from_toml(text)
