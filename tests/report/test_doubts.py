"""Findings in the report: in full, or without a count that is too small to show."""

from dataclasses import replace

import pytest

from peereval.notes import Finding
from peereval.report.doubts import WITHOUT_COUNT, doubts


@pytest.fixture
def facts(small):
    return small[1]


def finding(code, n, outcome="", what="12 of 60 people have no region."):
    return Finding(code=code, severity="note", what=what, n=n, outcome=outcome)


def test_a_large_count_is_told(facts):
    told = doubts(replace(facts, findings=(finding("region_missing", 12),)))
    assert told == ("12 of 60 people have no region.",)


@pytest.mark.parametrize("code", sorted(WITHOUT_COUNT))
@pytest.mark.parametrize("n", [1, 4])
def test_a_small_count_is_not(facts, code, n):
    (told,) = doubts(replace(facts, findings=(finding(code, n, what=f"{n} of 60 ..."),)))
    assert told == WITHOUT_COUNT[code]
    assert not any(character.isdigit() for character in told)


def test_without_a_profile_every_count_is_told(facts):
    open_facts = replace(facts, disclosure="none", findings=(finding("region_missing", 1),))
    assert doubts(open_facts) == ("12 of 60 people have no region.",)


def test_an_unknown_finding_loses_its_count_too(facts):
    (told,) = doubts(replace(facts, findings=(finding("new", 2, what="2 new things."),)))
    assert told == "Something was found whose count is too small to show."


def test_an_outcome_is_named_and_a_text_told_once(facts):
    name = facts.outcomes[0].name
    twice = (finding("out_of_range", 1, name), finding("out_of_range", 2, name))
    (told,) = doubts(replace(facts, findings=twice))
    assert told.startswith(f"{facts.outcomes[0].label}: some answers lay outside")
