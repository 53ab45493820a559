"""The table of reliability, what is doubted, and surveys that could not be linked."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from peereval.report.compose import compose
from peereval.report.measurement import doubtful_measurement, reliability_table
from peereval.report.unmatched_tables import difference_sentence, difference_table
from peereval.results.ledger import Ledger, LedgerRow

from .builder import CONTRAST, FIRST, LAST, Result, evaluation, outcome
from .test_compose import tables, words_of


def row(statistic, value, level, *, analysis="reliability", n=40, **changed):
    base = LedgerRow(
        outcome="hope",
        domain="hope",
        group="all",
        analysis=analysis,
        statistic=statistic,
        level=level,
        value=value,
        n=n,
    )
    return replace(base, **changed)


def measured(*, alpha=0.84, worst=0.31, same=6):
    """Rows of one outcome at the first survey."""
    return [
        row(
            "alpha",
            alpha,
            FIRST,
            ci_low=alpha - 0.1,
            ci_high=alpha + 0.06,
            ci_level=0.95,
            source="Cronbach (1951)",
        ),
        row("omega_total", alpha + 0.01, FIRST),
        row("sem", 2.345, FIRST),
        row("sdc", 6.5, FIRST),
        row("item_rest_correlation", 0.5, f"{FIRST} | hhi_1"),
        row("item_rest_correlation", worst, f"{FIRST} | hhi_3"),
        row("item_rest_correlation", -0.9, f"{LAST} | hhi_1"),
        row("straight_lined", float(same), FIRST, analysis="quality", unit="people"),
    ]


def with_rows(rows, **changed):
    ledger, facts = evaluation((outcome("hope"), Result()), **changed)
    return Ledger([*ledger, *rows]), facts


def test_the_table_reads_the_ledger():
    table = reliability_table(*with_rows(measured()))
    cells = ("0.84 (0.74 to 0.90)", "0.85", "2.3", "6.5", "6 of 40 (15%)", "40")
    assert table.rows == (("Hope", FIRST, *cells),)
    assert len(table.rows[0]) == len(table.header)


def test_a_report_without_items_has_no_such_table():
    ledger, facts = evaluation((outcome("hope"), Result()))
    assert reliability_table(ledger, facts) is None
    assert doubtful_measurement(ledger, facts) == ()
    assert "reliability" not in {t.id for t in tables(compose(ledger, facts, length="full"))}


def test_the_table_stands_with_the_quality_of_the_data():
    document = compose(*with_rows(measured(alpha=0.65)), length="full")
    section = next(s for s in document.sections if s.id == "data-quality")
    assert "reliability" in {getattr(b, "id", "") for b in section.blocks}
    assert "below .70" in words_of(document)
    assert "Cronbach LJ (1951)" in words_of(document)


@pytest.mark.parametrize(
    ("alpha", "said"), [(0.699, True), (0.70, False), (0.95, False), (-0.2, True)]
)
def test_questions_that_agree_little_are_said_to(alpha, said):
    texts = doubtful_measurement(*with_rows(measured(alpha=alpha)))
    assert any("the questions agree little at baseline" in t for t in texts) == said


def test_questions_against_the_others_are_named_at_the_first_survey():
    (text,) = doubtful_measurement(*with_rows(measured(worst=-0.02)))
    assert text.startswith("Hope: the question hhi_3 runs against the others at baseline.")
    assert "turned round before the file was read" in text
    more = [*measured(worst=-0.02), row("item_rest_correlation", -0.3, f"{FIRST} | hhi_6")]
    (text,) = doubtful_measurement(*with_rows(more))
    assert "the questions hhi_3 and hhi_6 run against the others" in text


def test_hidden_numbers_stay_hidden_and_raise_no_doubt():
    hidden = [
        replace(r, value=math.nan, ci_low=math.nan, ci_high=math.nan, n=None, note="suppressed")
        for r in measured(alpha=0.5, worst=-0.5)
    ]
    ledger, facts = with_rows(hidden)
    assert doubtful_measurement(ledger, facts) == ()
    table = reliability_table(ledger, facts)
    assert set(table.rows[0][2:]) == {"hidden"}
    assert "Hidden:" in table.note


def test_a_coefficient_whose_n_is_hidden_is_shown_without_it():
    rows = [replace(r, n=None, n_excluded=None) for r in measured()]
    table = reliability_table(*with_rows(rows))
    assert table.rows[0][2] == "0.84 (0.74 to 0.90)"
    assert table.rows[0][6:] == ("6", "hidden")


def test_a_coefficient_that_could_not_be_computed_is_a_dash():
    rows = [replace(r, value=math.nan, note="not_estimated:x") for r in measured()[:4]]
    table = reliability_table(*with_rows(rows))
    assert set(table.rows[0][2:7]) == {"–"}


def difference(level, low, high, p, **changed):
    changed = {
        "ci_level": 0.95,
        "contrast": CONTRAST,
        "p_value": p,
        "n": 72,
        "source": "Welch (1947)",
        **changed,
    }
    return row(
        "mean_difference", -1.5, level, analysis="unmatched", ci_low=low, ci_high=high, **changed
    )


UNMATCHED = [
    difference("correlation 0", -2.9, -0.1, 0.036),
    difference("correlation -1", -3.4, 0.4, 0.12),
    difference("correlation 1", -1.9, -1.1, 0.0001),
]


def unlinked(rows):
    ledger, facts = evaluation(
        (outcome("hope"), Result(code="not_estimated", reason="unmatched")), matched=False
    )
    return Ledger([*ledger, *rows]), facts


def test_surveys_that_could_not_be_linked_are_compared_with_their_bounds():
    table = difference_table(*unlinked(UNMATCHED))
    assert table.rows == (
        (
            "Hope",
            "Everyone",
            "−1.5 (−2.9 to −0.1)",
            ".036",
            "−3.4 to 0.4",
            ".120",
            "−1.9 to −1.1",
            "< .001",
            "72",
        ),
    )
    assert difference_table(*unlinked([])) is None


def test_the_report_says_that_the_difference_is_none_of_people():
    document = compose(*unlinked(UNMATCHED), length="technical")
    words = words_of(document)
    assert "The mean of the later survey was 1.5 points lower" in words
    assert "it is not known whether the same people answered both" in words
    assert {"outcomes", "difference"} <= {t.id for t in tables(document)}
    # Only to say that nothing is: the word stands in no table and no heading.
    uses = [w for w in words.split(".") if "paired" in w]
    assert uses == [" None of them is a paired analysis"]
    assert "Welch BL (1947)" in words


def test_a_hidden_difference_is_not_worded():
    gone = replace(UNMATCHED[0], value=math.nan, note="suppressed")
    assert difference_sentence(gone, outcome()) == ""
    assert difference_sentence(None, outcome()) == ""
    hidden = [replace(r, value=math.nan, ci_low=math.nan, note="suppressed") for r in UNMATCHED]
    table = difference_table(*unlinked(hidden))
    assert table.rows[0][2] == table.rows[0][4] == "hidden"


def test_the_overlap_test_is_named_where_the_ledger_has_it():
    rows = [row("mean_difference", 1.0, "", analysis="overlap", contrast=CONTRAST)]
    assert "partially overlapping samples t test" in words_of(
        compose(*with_rows(rows), length="full")
    )
    assert "partially overlapping" not in words_of(compose(*with_rows([]), length="full"))


def test_the_summary_of_unlinked_surveys_shows_both_and_their_difference():
    document = compose(*unlinked(UNMATCHED), length="summary")
    (table,) = tables(document)
    assert table.rows == (
        ("Hope *", "30.3 (5.3)", "40", "30.3 (5.3)", "32", "−1.5 (−2.9 to −0.1)", "higher"),
    )
    assert document.headline.startswith("The two surveys could not be linked person by person")
    words = words_of(document)
    assert "not adjusted for their number" in words
    assert "What changed" not in words
    assert "verdict" not in table.caption.lower()


def test_a_difference_is_worded_by_its_sides():
    low, high = replace(UNMATCHED[0], ci_low=-0.02, ci_high=2.5, value=1.2), UNMATCHED[0]
    assert "1.2 points higher (95% interval, as of two samples, from no different to 2.5" in (
        difference_sentence(low, outcome())
    )
    assert "from 2.9 points lower to 0.1 points lower; 72 forms); higher is better" in (
        difference_sentence(high, outcome())
    )


def test_unlinked_surveys_of_peer_groups_say_what_is_ignored():
    def limits(rows):
        return words_of(compose(*unlinked(rows), length="summary"))

    assert "may be alike" not in limits(UNMATCHED)
    assert "people of one group may be alike" in limits(
        [r.with_note("ignores_clusters") for r in UNMATCHED]
    )
