"""Errors a user can act on, and the nearest name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peereval import errors
from peereval.errors import PeerEvalError, did_you_mean, sentence

names = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=8)


def test_the_three_parts_are_sentences():
    err = PeerEvalError("Two rows are alike", expected="one row", fix="delete one")
    assert str(err) == "Two rows are alike. Expected: one row. To mend it: delete one."
    assert (err.problem, err.expected, err.fix) == ("Two rows are alike", "one row", "delete one")


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        ("did you mean 'phq9'?", "No 'ph9'; did you mean 'phq9'?"),
        ("known: 'a', 'b'", "No 'ph9'; known: 'a', 'b'."),
        ("a questionnaire of the list", "No 'ph9'. Expected: a questionnaire of the list."),
    ],
)
def test_a_hint_goes_with_the_problem(expected, text):
    assert str(PeerEvalError("No 'ph9'.", expected=expected)) == text


@pytest.mark.parametrize("end", [".", "?", "!"])
def test_a_sentence_gets_no_second_stop(end):
    assert sentence(f"So{end}") == f"So{end}"


def test_an_empty_hint_leaves_no_semicolon():
    assert sentence(f"No 'x' here; {did_you_mean('x', [])}") == "No 'x' here."


@pytest.mark.parametrize("name", ["DataError", "UnmatchedPairsError"])
def test_what_the_data_cannot_support_ends_with_1(name):
    assert getattr(errors, name).exit_code == 1


@pytest.mark.parametrize(
    "name",
    ["PlanError", "InputFileError", "OutputError", "InstrumentError", "StatisticsError"],
)
def test_wrong_use_ends_with_2(name):
    assert getattr(errors, name).exit_code == 2
    assert issubclass(getattr(errors, name), PeerEvalError)
    assert issubclass(PeerEvalError, ValueError)


@pytest.mark.parametrize(
    ("name", "known", "hint"),
    [
        ("regoin", ["region", "group"], "did you mean 'region'?"),
        ("REGION", ["region", "group"], "did you mean 'region'?"),
        ("nhs", ["nhs_hes", "nhs_mhsds", "ons"], "did you mean 'nhs_hes'?"),
        ("zzz", ["b", "a"], "known: 'a', 'b'"),
        (
            "zzz",
            list("abcdefghij"),
            "known: " + ", ".join(f"'{c}'" for c in "abcdefgh") + " and 2 more",
        ),
        ("zzz", [], ""),
    ],
)
def test_the_nearest_name(name, known, hint):
    assert did_you_mean(name, known) == hint


@given(names, st.lists(names, max_size=5))
def test_a_known_name_is_nearest_to_itself(name, others):
    hint = did_you_mean(name, [name, *others])
    assert hint.casefold() == f"did you mean '{name}'?".casefold()
