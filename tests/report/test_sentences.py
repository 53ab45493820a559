from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peereval.disclosure.suppress import disclose
from peereval.report.compose import compose
from peereval.report.sentences import (
    headline,
    in_sentence,
    not_shown_sentence,
    tone_of,
    verdict_sentence,
    verdict_words,
    yardstick_sentence,
)
from peereval.results.ledger import Ledger

from .builder import CODES, Result, evaluation, outcome, rows_of

# The whole sentence for every verdict; "rose" and "fell" change places where lower is better.
SENTENCES = {
    "improved_meaningfully": "Hope improved by at least 2.0 points, the smallest change that "
    "matters. The average score rose by 3.0 points (95% interval 2.2 to 3.8; 42 people); higher "
    "is better.",
    "improved": "Hope improved. It is uncertain whether the change was 2.0 points or more, which "
    "is the smallest change that matters. The average score rose by 2.2 points (95% interval 1.0 "
    "to 3.5; 42 people); higher is better.",
    "improved_trivially": "Hope improved, but by less than 2.0 points, the smallest change that "
    "matters. The average score rose by 1.0 points (95% interval 0.5 to 1.5; 42 people); higher "
    "is better.",
    "no_meaningful_change": "Hope showed no change that matters: any average change was smaller "
    "than 2.0 points either way (90% interval from a fall of 0.5 to a rise of 1.3). The average "
    "score rose by 0.4 points (95% interval from a fall of 0.5 to a rise of 1.3; 42 people); "
    "higher is better.",
    "inconclusive": "For hope there is not enough evidence either way: a change of 2.0 points, "
    "the smallest that matters, can be neither shown nor ruled out. The average score rose by 1.1 "
    "points (95% interval from a fall of 0.4 to a rise of 2.6; 42 people); higher is better.",
    "worsened_trivially": "Hope worsened, but by less than 2.0 points, the smallest change that "
    "matters. The average score fell by 1.0 points (95% interval 0.5 to 1.5; 42 people); higher "
    "is better.",
    "worsened": "Hope worsened. It is uncertain whether the change was 2.0 points or more, which "
    "is the smallest change that matters. The average score fell by 2.2 points (95% interval 1.0 "
    "to 3.5; 42 people); higher is better.",
    "worsened_meaningfully": "Hope worsened by at least 2.0 points, the smallest change that "
    "matters. The average score fell by 3.0 points (95% interval 2.2 to 3.8; 42 people); higher "
    "is better.",
}
CAUSAL = re.compile(
    r"\b(caus|led to|because of|effect of|thanks to|impact|due to|result of the|helped)",
    re.IGNORECASE,
)


def found(code, *, higher_is="better", **changed):
    """The verdict, smallest change and 90% rows of one outcome."""
    o = outcome("hope", higher_is=higher_is)
    ledger = Ledger(rows_of(o, Result(code=code, **changed)))
    row = ledger.only(statistic="verdict")
    smallest = ledger.get("hope", "smallest_change", analysis="verdict")
    narrow = ledger.only(statistic="change_with_90_interval")
    return o, ledger, row, smallest, narrow


@pytest.mark.parametrize("code", CODES)
def test_sentence_of_every_verdict(code):
    o, _, row, smallest, narrow = found(code)
    assert verdict_sentence(row, o, smallest, narrow) == SENTENCES[code]


@pytest.mark.parametrize("code", CODES)
def test_where_lower_is_better_rise_and_fall_change_places(code):
    o, _, row, smallest, narrow = found(code, higher_is="worse")
    swapped = SENTENCES[code].replace("higher is better", "lower is better")
    if "from a fall" in swapped:
        swapped = re.sub(
            r"from a fall of ([\d.]+) to a rise of ([\d.]+)",
            r"from a fall of \2 to a rise of \1",
            swapped,
        )
    swapped = {"rose": "fell", "fell": "rose"}[re.search("rose|fell", swapped)[0]].join(
        re.split("rose|fell", swapped)
    )
    assert verdict_sentence(row, o, smallest, narrow) == swapped


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("improved", "This does not show that the service was the reason."),
        ("worsened_trivially", "This does not show that the service was the reason."),
        ("inconclusive", "This does not show that nothing changed."),
        (
            "no_meaningful_change",
            "This is an average: single people may have changed either way.",
        ),
        ("not_estimated", "This says nothing about whether scores changed."),
    ],
)
def test_what_a_verdict_does_not_show(code, text):
    _, ledger, row, _, _ = found(code)
    assert not_shown_sentence(row, ledger) == text


def test_exploratory_is_said_with_the_number_of_tests():
    _, ledger, row, _, _ = found("improved", exploratory=True)
    assert verdict_words(row).endswith("(exploratory)")
    assert "Exploratory: not after allowing for 2 tests." in not_shown_sentence(row, ledger)


def test_not_estimated_says_why():
    o, _, row, smallest, narrow = found("not_estimated")
    reason = "fewer than two people answered both surveys"
    assert verdict_sentence(row, o, smallest, narrow) == f"Hope: not estimated, because {reason}."
    assert verdict_words(row) == f"not estimated: {reason}"


@pytest.mark.parametrize("code", CODES)
def test_a_suppressed_verdict_says_nothing_of_what_was_found(code):
    o, ledger, *_ = found(code, n_pre=7, n_post=7, n_pairs=7)
    hidden = disclose(ledger, "charity")
    row = hidden.only(statistic="verdict")
    assert verdict_words(row) == "hidden to protect small groups"
    assert (
        verdict_sentence(row, o, None, None)
        == "Hope: the result is hidden to protect small groups."
    )
    assert tone_of(row.level) == "unsure"


def test_a_yardstick_of_the_software_is_named_with_what_could_be_shown():
    _, ledger, row, smallest, _ = found("inconclusive", origin="software")
    bounds = ledger.only(statistic="smallest_bounds", analysis="mixed")
    text = yardstick_sentence(row, smallest, bounds, 1)
    assert "a yardstick chosen by the software" in text
    assert "3.1 points" in text
    _, _, row, smallest, _ = found("inconclusive", origin="questionnaire")
    text = yardstick_sentence(row, smallest, bounds, 1)
    assert text.endswith("meant for individuals.")
    lowered = yardstick_sentence(row, smallest.with_note("capped"), bounds, 1)
    assert lowered.endswith("meant for individuals, lowered to half an SD before.")
    _, _, row, smallest, _ = found("inconclusive")
    assert yardstick_sentence(row, smallest, bounds, 1) == ""


@pytest.mark.parametrize("code", [*CODES, "not_estimated"])
@pytest.mark.parametrize("higher_is", ["better", "worse"])
def test_no_sentence_says_why(code, higher_is):
    o, ledger, row, smallest, narrow = found(code, higher_is=higher_is, exploratory=True)
    sentences = [verdict_sentence(row, o, smallest, narrow), not_shown_sentence(row, ledger)]
    assert not CAUSAL.search(" ".join(sentences))
    assert ("no change that matters" in sentences[0]) == (code == "no_meaningful_change")
    assert "no effect" not in sentences[0]


def test_headline_in_full():
    ledger, facts = evaluation(
        (outcome("hope", label="Hope (HHI)"), Result(code="improved_meaningfully")),
        (outcome("mood", label="Low mood"), Result(code="improved_trivially")),
        (outcome("phq", label="PHQ-9"), Result(code="no_meaningful_change")),
        (outcome("sleep"), Result(code="improved", exploratory=True)),
        (outcome("work"), Result(code="inconclusive")),
        (outcome("trust"), Result(code="not_estimated")),
    )
    assert headline(ledger, facts) == (
        "Scores for hope improved between baseline and 12 weeks. Low mood improved, but by less "
        "than matters. There was no change that matters in PHQ-9. Exploratory: sleep improved. "
        "The evidence is inconclusive for work. No result can be shown for trust. There was no "
        "comparison group, so the reasons are unknown."
    )


outcomes = st.lists(
    st.tuples(
        st.text(alphabet="ab {}%$", min_size=1, max_size=60).filter(str.strip),
        st.sampled_from([*CODES, "not_estimated"]),
        st.booleans(),
    ),
    min_size=1,
    max_size=15,
)


@settings(max_examples=60, deadline=None)
@given(found=outcomes, wave=st.text(alphabet="w ", min_size=1, max_size=80))
def test_headline_never_has_more_than_60_words(found, wave):
    results = [
        (outcome(f"o{i}", label=label), Result(code=code, exploratory=exploratory))
        for i, (label, code, exploratory) in enumerate(found)
    ]
    ledger, facts = evaluation(*results, first_wave=wave)
    text = headline(ledger, facts)
    assert len(text.split()) <= 60
    assert "no comparison group" in text


def test_longest_headline_of_counts_has_at_most_60_words():
    kinds = [(c, e) for c in (*CODES, "not_estimated") for e in (False, True)]
    results = [
        (
            outcome(f"o{i}", label=f"A rather long label of outcome number {i}"),
            Result(code=c, exploratory=e),
        )
        for i, (c, e) in enumerate(kinds)
    ]
    text = headline(*evaluation(*results))
    assert text.startswith(f"Of {len(kinds)} outcomes: ")
    assert len(text.split()) <= 60


def test_a_hidden_n_is_not_said_to_be_nobody():
    o, ledger, *_ = found("improved", n_pre=33, n_post=40)
    row = disclose(ledger, "charity").only(statistic="verdict")
    assert row.n is None
    assert verdict_sentence(row, o, None, None).endswith(
        "(95% interval 1.0 to 3.5; n hidden); higher is better."
    )


def test_a_question_as_a_label_stands_in_quotation_marks():
    assert in_sentence("How are you?") == "“How are you?”"
    assert (in_sentence("Hope"), in_sentence("PHQ-9")) == ("hope", "PHQ-9")
    o, _, row, smallest, narrow = found("improved")
    text = verdict_sentence(row, replace(o, label="How are you?"), smallest, narrow)
    assert text.startswith("“How are you?” improved. ")


def test_surveys_called_before_and_after_read_as_english():
    ledger, facts = evaluation((outcome(), Result()), first_wave="before", last_wave="after")
    ledger = Ledger(
        replace(r, level={"baseline": "before", "12 weeks": "after"}.get(r.level, r.level))
        for r in ledger
    )
    document = compose(ledger, facts, length="full")
    glance = document.sections[0].blocks[0].items
    assert glance[0] == "42 people answered before; 30 of 42 (71%) also answered after."
    assert "from before to after" in document.headline
    assert "at before" not in repr(document)
    assert "at after" not in repr(document)
