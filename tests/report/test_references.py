"""Sources of a report: those behind the numbers it shows, each in full."""

from __future__ import annotations

import re
from dataclasses import replace

from peereval.report.references import IN_FULL, references
from peereval.results.ledger import Ledger
from peereval.stats.individuals.reliable_change import SOURCES

from .builder import Result, evaluation, outcome


def sourced(source, **changed):
    ledger, facts = evaluation((outcome(), Result()), **changed)
    return Ledger([replace(r, source=source) if r.statistic == "d_z" else r for r in ledger]), facts


def test_what_a_row_names_in_short_stands_in_full():
    found = references(*sourced("Hedges (1981); Cumming & Finch (2001)"))
    assert any(text.startswith("Hedges LV (1981).") for text in found)
    assert any(text.startswith("Cumming G, Finch S (2001).") for text in found)
    assert not any(text.startswith("Efron") for text in found)


def test_a_source_of_hidden_numbers_alone_is_not_named():
    ledger, facts = sourced("Hedges (1981)")
    hidden = Ledger(replace(r, note="suppressed") if r.statistic == "d_z" else r for r in ledger)
    assert not any(text.startswith("Hedges") for text in references(hidden, facts))


def test_without_matched_people_nothing_about_change_is_cited():
    ledger, facts = sourced("Welch (1947)", matched=False)
    rows = Ledger(r for r in ledger if r.analysis != "mixed")
    found = " ".join(references(rows, facts))
    assert "Welch BL" in found
    for name in ("Holm", "Kenward", "Laird", "Altman DG, Bland"):
        assert name not in found


def test_every_publication_of_the_sample_and_of_every_index_is_known(two_regions_rows):
    named = {row.source for row in two_regions_rows if row.analysis != "verdict"}
    named |= set(SOURCES.values())
    short = re.compile(r"^[A-Z][A-Za-z]+[^()]*\(\d{4}")
    for source in (part.strip() for s in named for part in re.split(r";|interval:|, in ", s)):
        if short.match(source) and "IAPT" not in source:
            assert any(known in source for known in (*IN_FULL, "Terwee et al.", "Kenward")), source


def test_full_texts_agree_with_their_short_names():
    for short, full in IN_FULL.items():
        name, year = re.match(r"(\w+).*\((\d{4})", short).groups()
        assert full.startswith(name)
        assert f"({year})" in full
        assert full.endswith(".")


def test_a_smallest_change_of_a_questionnaire_brings_its_source():
    ledger, facts = evaluation((outcome(), Result(origin="questionnaire")))
    told = Ledger(
        replace(r, source="Toussaint A (2020)") if r.statistic == "smallest_change" else r
        for r in ledger
    )
    assert "Toussaint A (2020)" in references(told, facts)
