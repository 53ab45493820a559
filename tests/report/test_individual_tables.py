"""Tables of single people's change, from ledger rows set by hand."""

from __future__ import annotations

from dataclasses import replace

from peereval.report.individual_tables import individuals_table, measures_table, shifts_table
from peereval.report.person_by_person import individual_sentences
from peereval.results.facts import BandFacts, CaseFacts, IndexFacts
from peereval.results.ledger import Ledger, LedgerRow

from .builder import CONTRAST, Result, evaluation, outcome

PEOPLE = {"recovered": 8, "improved": 2, "unchanged": 7, "deteriorated": 2, "harmed": 0}


def rows(counts, n, *, name, share, analysis, of="mood"):
    """A count and a percentage of 40 to 60 for each level."""
    found = []
    for level, k in counts.items():
        row = LedgerRow(
            outcome=of,
            domain="",
            group="all",
            analysis=analysis,
            statistic=name,
            contrast=CONTRAST,
            level=level,
            value=float(k),
            unit="people",
            n=n,
        )
        numbers = {"value": 100 * k / n, "ci_low": 40.2, "ci_high": 60.4, "unit": "percent"}
        if share == "level":
            found += [row, replace(row, statistic=level, level="", **numbers)]
        else:
            found += [row, replace(row, statistic=share, **numbers)]
    return found


def made(**changed):
    """Facts of one outcome, "mood", lower is better."""
    about = outcome("mood", label="Low mood", higher_is="worse", **changed)
    return evaluation((about, Result()))[1]


def test_people_are_shown_with_their_percentage_and_interval():
    facts = made(
        reliable_change=6.0,
        reliable_change_source="a source",
        case=CaseFacts(cutoff=10, rule=">=", source="a source"),
    )
    found = rows(PEOPLE, 19, name="people", share="percent", analysis="individual_change")
    table = individuals_table(Ledger(found), facts)
    assert table.header[2:] == (
        "Recovered",
        "Improved",
        "Unchanged",
        "Deteriorated",
        "Deteriorated into the clinical range",
    )
    assert table.rows == (
        (
            "Low mood",
            "Everyone",
            "8 of 19 (42%, 40 to 60)",
            "2 of 19 (11%, 40 to 60)",
            "7 of 19 (37%, 40 to 60)",
            "2 of 19 (11%, 40 to 60)",
            "0 of 19 (0%, 40 to 60)",
        ),
    )
    assert "low mood 6 points or more (source: a source)" in table.note
    assert "A case is a score of 10 or more in low mood" in table.note
    assert "who recovered is not counted again as improved" in table.note


def test_without_a_cut_off_there_are_three_columns():
    three = {k: v for k, v in PEOPLE.items() if k not in ("recovered", "harmed")}
    found = rows(three, 11, name="people", share="percent", analysis="individual_change")
    table = individuals_table(Ledger(found), made(reliable_change=6.0))
    assert table.header[2:] == ("Improved", "Unchanged", "Deteriorated")
    assert "case" not in table.note


def test_the_plans_index_is_named():
    index = IndexFacts(method="HA", reliability=0.8, functional_mean=6, functional_sd=3)
    found = rows(PEOPLE, 19, name="people", share="percent", analysis="individual_change")
    note = individuals_table(Ledger(found), made(index=index)).note
    assert "low mood by the index HA, reliability 0.8, recovered beyond the cut-off c" in note
    assert "mean 6 and SD 3 (source: the plan)" in note


def test_a_hidden_count_shows_nothing():
    found = rows(PEOPLE, 19, name="people", share="percent", analysis="individual_change")
    hidden = [
        replace(r, value=float("nan"), ci_low=float("nan"), n=None, note="suppressed")
        if r.level == "improved"
        else r
        for r in found
    ]
    table = individuals_table(Ledger(hidden), made(reliable_change=6.0))
    assert table.rows[0][3] == "hidden"


def test_rates_over_several_measures_say_of_whom():
    counts = {
        "recovery": 5,
        "reliable_improvement": 9,
        "reliable_recovery": 4,
        "reliable_deterioration": 2,
        "no_reliable_change": 1,
    }
    found = rows(counts, 12, name="people", share="level", analysis="individual_change", of="study")
    facts = made(reliable_change=6.0, case=CaseFacts(cutoff=10, rule=">=", source="a source"))
    table = measures_table(Ledger(found), facts)
    assert table.rows[0][:2] == ("Everyone", "5 of 12 (42%, 40 to 60)")
    assert table.header[1] == "Recovered, of those who were a case"
    assert "A number alone" not in table.note
    assert measures_table(Ledger([]), facts) is None


def test_a_rate_whose_people_are_hidden_is_a_number_alone():
    counts = {"recovery": 9, "reliable_improvement": 17}
    found = rows(counts, 24, name="people", share="level", analysis="individual_change", of="study")
    nan = float("nan")
    found = [
        replace(r, n=None)
        if r.level == "recovery"
        else replace(r, value=nan, ci_low=nan, ci_high=nan, n=None, note="suppressed")
        if r.statistic == "recovery"
        else r
        for r in found
    ]
    table = measures_table(Ledger(found), made())
    assert table.rows[0][1:3] == ("9", "17 of 24 (71%, 40 to 60)")
    assert "A number alone: how many people it is of would tell" in table.note


def test_moves_are_turned_so_that_better_is_better():
    bands = (BandFacts(label="mild", low=0, high=9), BandFacts(label="severe", low=10, high=27))
    counts = {"up": 2, "same": 10, "down": 7}
    found = rows(counts, 19, name="people_moved", share="percent_moved", analysis="bands")
    test = replace(
        found[0],
        statistic="ordered_shift",
        level="",
        value=-0.26,
        statistic_value=-1.7,
        p_value=0.18,
        unit="categories",
    )
    table = shifts_table(Ledger([*found, test]), made(bands=bands, bands_source="a source"))
    # Fewer points are better here, so down stands first.
    assert table.rows[0][2:] == (
        "7 of 19 (37%, 40 to 60)",
        "10 of 19 (53%, 40 to 60)",
        "2 of 19 (11%, 40 to 60)",
        ".180",
        "19",
    )
    assert "Bands: low mood mild (0 to 9), severe (10 to 27) (a source)." in table.note
    assert shifts_table(Ledger([]), made()) is None


def test_the_summary_says_what_became_of_single_people():
    found = rows(PEOPLE, 19, name="people", share="percent", analysis="individual_change")
    (text,) = individual_sentences(Ledger(found), made(reliable_change=6.0))
    assert text.startswith(
        "Person by person, low mood (percentages with their 95% intervals): 8 of 19 (42%, 40 to 60) "
        "recovered; 2 of 19 (11%, 40 to 60) improved; "
    )
    assert text.endswith(
        "0 of 19 (0%, 40 to 60) deteriorated into the clinical range. Only changes "
        "by more than measurement error count. People change without any service, too."
    )
    assert individual_sentences(Ledger(found), made(reliable_change=6.0, primary=False)) == ()
    assert individual_sentences(Ledger([]), made(reliable_change=6.0)) == ()


def test_the_summary_prefers_rates_over_several_measures():
    counts = {"recovery": 5, "reliable_improvement": 9, "reliable_deterioration": 2}
    rates = rows(counts, 12, name="people", share="level", analysis="individual_change", of="study")
    hidden = [
        replace(r, value=float("nan"), n=None, note="suppressed")
        if r.level == "reliable_deterioration"
        else r
        for r in rates
    ]
    case = CaseFacts(cutoff=10, rule=">=", source="a source")
    one = rows(PEOPLE, 19, name="people", share="percent", analysis="individual_change")
    (text,) = individual_sentences(Ledger([*one, *hidden]), made(reliable_change=6.0, case=case))
    assert (
        "9 of 12 (75%, 40 to 60) reliably improved; the number who reliably deteriorated is hidden; "
        in text
    )
    assert (
        "5 of 12 (42%, 40 to 60) recovered, of those who were a case before. Reliably means" in text
    )


def test_percentages_of_rounded_counts_are_said_to_be_rough():
    found = rows(PEOPLE, 19, name="people", share="percent", analysis="individual_change")
    for profile, rough in (("charity", False), ("nhs_mhsds", True)):
        facts = replace(made(reliable_change=6.0), disclosure=profile)
        (text,) = individual_sentences(Ledger(found), facts)
        note = individuals_table(Ledger(found), facts).note
        for words in (text, note):
            assert (
                "rounded to the nearest 5 and percentages are of the rounded counts" in words
            ) is rough
