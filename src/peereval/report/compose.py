"""Compose the report: the ledger and the plan's facts become a document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from peereval.report import sections as full
from peereval.report.document import Document, Section
from peereval.report.ledger_table import ledger_table
from peereval.report.methods import disclosure_words, methods_section
from peereval.report.sentences import headline
from peereval.report.summary import summary_sections

if TYPE_CHECKING:
    from peereval.results.facts import EvaluationFacts
    from peereval.results.ledger import Ledger


def compose(
    ledger: Ledger, facts: EvaluationFacts, *, length: str, versions: tuple[str, ...] = ()
) -> Document:
    """Build the document of a report.

    Where nobody could be followed from one survey to the other, nothing is said of change by
    region, for individuals and by other analyses.

    Parameters
    ----------
    ledger : Ledger
        Disclosed rows; the document shows nothing else.
    facts : EvaluationFacts
        The plan's facts and what was found in the data.
    length : {"summary", "full", "technical"}
        The summary alone, the whole report, or the report with every ledger row.
    versions : tuple of str
        Software that made the numbers, for the last section.

    Returns
    -------
    Document
    """
    sections = [*summary_sections(ledger, facts)]
    if length != "summary":
        sections += [
            full.taking_part(ledger, facts),
            full.changes(ledger, facts),
            *(_of_change(ledger, facts) if facts.matched else ()),
            methods_section(ledger, facts),
            full.data_quality(ledger, facts),
            full.made(facts, versions),
        ]
    if length == "technical":
        sections.append(
            Section(id="every-number", title="Every number", blocks=(ledger_table(ledger, facts),))
        )
    notice = facts.notice
    if facts.disclosure == "none":
        notice = f"{notice} {disclosure_words(facts)}".strip()
    return Document(
        title=facts.title,
        organisation=facts.organisation,
        notice=notice,
        headline=headline(ledger, facts),
        sections=tuple(sections),
    )


def _of_change(ledger: Ledger, facts: EvaluationFacts) -> tuple[Section, ...]:
    """Change by region, for individuals, and how far it hangs on the analysis."""
    return (
        *full.by_region(ledger, facts),
        full.individuals(ledger, facts),
        full.certainty(ledger, facts),
    )
