"""Compose the report: the ledger and the plan's facts become a document."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from peereval.figures import draw
from peereval.figures.flow import flow_counts, shown
from peereval.report import change_tables, people_tables
from peereval.report.benchmark import BENCHMARK, BENCHMARK_TITLE
from peereval.report.cells import Lookup, label, mark_note, n_cell
from peereval.report.document import (
    Bullets,
    Callout,
    Code,
    Document,
    FigureBlock,
    Finding,
    Paragraph,
    Section,
    Table,
)
from peereval.report.limits import doubtful_ends, limits
from peereval.report.methods import disclosure_words, methods_section
from peereval.report.sentences import (
    NO_COMPARISON,
    headline,
    not_shown_sentence,
    tone_of,
    verdict_sentence,
    verdict_words,
)
from peereval.results import format as fmt

if TYPE_CHECKING:
    from peereval.report.document import Block
    from peereval.results.facts import EvaluationFacts, OutcomeFacts
    from peereval.results.ledger import Ledger


def compose(
    ledger: Ledger, facts: EvaluationFacts, *, length: str, versions: tuple[str, ...] = ()
) -> Document:
    """Build the document of a report.

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
            _taking_part(ledger, facts),
            _changes(ledger, facts),
            *_by_region(ledger, facts),
            _individuals(ledger, facts),
            _certainty(ledger, facts),
            methods_section(ledger, facts),
            _data_quality(ledger, facts),
            _made(facts, versions),
        ]
    if length == "technical":
        sections.append(
            Section(
                id="every-number",
                title="Every number",
                blocks=(change_tables.ledger_table(ledger),),
            )
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


def summary_sections(ledger: Ledger, facts: EvaluationFacts) -> tuple[Section, ...]:
    """The first two pages: who, limits, findings."""
    change = draw("change", ledger, facts)
    return (
        Section(
            id="at-a-glance",
            title="At a glance",
            blocks=(Bullets(items=_outputs(ledger, facts)),),
        ),
        Section(
            id="limits",
            title="What these results cannot show",
            blocks=(Bullets(items=limits(ledger, facts)),),
        ),
        Section(
            id="findings",
            title="What changed",
            blocks=(
                *((FigureBlock(picture=change),) if change else ()),
                _verdict_list(ledger, facts),
                Callout(title=BENCHMARK_TITLE, text=BENCHMARK),
            ),
        ),
    )


def _outputs(ledger: Ledger, facts: EvaluationFacts) -> tuple[str, ...]:
    """What there was: people, waves, groups, regions."""
    counts = flow_counts(ledger, facts, "all")
    items = [
        f"{shown(row)} people {step}."
        for step, row in counts.items()
        if row is not None and row.value != 0
    ]
    groups = ledger.get("study", "peer_groups", analysis="flow")
    if groups is not None and not math.isnan(groups.value):
        items.append(f"{fmt.plural(round(groups.value), 'peer group')} took part.")
    if facts.regions:
        items.append(f"{fmt.plural(len(facts.regions), 'region')}: {fmt.listing(facts.regions)}.")
    measured = fmt.plural(len(facts.outcomes), "outcome")
    labels = fmt.listing([o.label for o in facts.outcomes])
    items.append(f"{measured} measured: {labels}.")
    return tuple(items)


def _verdict_list(ledger: Ledger, facts: EvaluationFacts) -> Table:
    """The verdict on each outcome in one line."""
    rows = []
    for outcome in facts.outcomes:
        get = Lookup(ledger, facts, outcome.name)
        rows.append(
            (
                label(outcome),
                verdict_words(get.verdict()),
                n_cell(get("paired", "n_pairs", contrast=False)),
            )
        )
    return Table(
        id="verdict-list",
        caption=f"Verdicts, {facts.first_wave} to {facts.last_wave}",
        header=("Outcome", "Verdict", "n"),
        rows=tuple(rows),
        note=mark_note(facts).strip(),
    )


def _taking_part(ledger: Ledger, facts: EvaluationFacts) -> Section:
    """Participant flow and usable scores."""
    flow = draw("flow", ledger, facts)
    table = people_tables.flow_table(ledger, facts)
    return Section(
        id="taking-part",
        title="Who took part and who stayed",
        blocks=(
            *((FigureBlock(picture=flow, table=table),) if flow else (table,)),
            people_tables.score_counts_table(ledger, facts),
        ),
    )


def _finding(ledger: Ledger, facts: EvaluationFacts, outcome: OutcomeFacts) -> Block:
    """The verdict on one outcome in full sentences."""
    get = Lookup(ledger, facts, outcome.name)
    row = get.verdict()
    if row is None:
        return Paragraph(text=f"{outcome.label}: not estimated.")
    smallest = get("verdict", "smallest_change", contrast=False)
    return Finding(
        label=outcome.label,
        verdict=verdict_words(row),
        sentence=verdict_sentence(
            row, outcome, smallest, get("verdict", "change_with_90_interval")
        ),
        not_shown=not_shown_sentence(row, ledger),
        tone="unsure" if row.suppressed else tone_of(row.level),
    )


def _changes(ledger: Ledger, facts: EvaluationFacts) -> Section:
    """What changed, domain by domain."""
    domains = tuple(
        Section(
            id=f"domain-{i + 1}",
            title=domain.replace("_", " ").capitalize(),
            blocks=tuple(_finding(ledger, facts, o) for o in facts.outcomes if o.domain == domain),
        )
        for i, domain in enumerate(facts.domains)
    )
    return Section(
        id="changes",
        title="What changed, by domain",
        blocks=(Paragraph(text=NO_COMPARISON), change_tables.outcome_table(ledger, facts)),
        sections=domains,
    )


def _by_region(ledger: Ledger, facts: EvaluationFacts) -> tuple[Section, ...]:
    """Change by region; nothing where there are no regions."""
    if not facts.regions:
        return ()
    picture = draw("regions", ledger, facts)
    table = change_tables.region_table(ledger, facts)
    differences = (
        (change_tables.region_difference_table(ledger, facts),) if len(facts.regions) > 1 else ()
    )
    blocks = (FigureBlock(picture=picture, table=table),) if picture else (table,)
    return (Section(id="by-region", title="By region", blocks=(*blocks, *differences)),)


def _individuals(ledger: Ledger, facts: EvaluationFacts) -> Section:
    """How single people changed."""
    picture = draw("individuals", ledger, facts)
    table = people_tables.individuals_table(ledger, facts)
    intro = (
        "An average can hide people who got better and people who got worse. A person counts as "
        "reliably changed when the change is larger than the questionnaire's measurement error, "
        "where a threshold is published for it."
    )
    blocks: list[Block] = [Paragraph(text=intro)]
    if table is not None:
        blocks.append(table)
    else:
        blocks.append(Paragraph(text="No measure used here has a published threshold."))
    if picture is not None:
        blocks.append(FigureBlock(picture=picture))
    return Section(id="individuals", title="For individuals", blocks=tuple(blocks))


def _certainty(ledger: Ledger, facts: EvaluationFacts) -> Section:
    """How far the results depend on the analysis chosen."""
    return Section(
        id="certainty",
        title="How sure we are",
        blocks=(
            Paragraph(
                text="The same change is analysed in three ways. Where they agree, the result does "
                "not hang on the method; where they differ, it should be read with care."
            ),
            change_tables.certainty_table(ledger, facts),
            change_tables.main_analysis_table(ledger, facts),
            change_tables.equivalence_table(ledger, facts),
            change_tables.effect_table(ledger, facts),
        ),
    )


def _data_quality(ledger: Ledger, facts: EvaluationFacts) -> Section:
    """What the file held, what was left out and what was done by rule."""
    rows = [
        (
            f"left out: {row.level}" if row.level else row.statistic.replace("_", " "),
            fmt.count(round(row.value)),
        )
        for row in ledger.where(outcome="study", analysis="flow", group="all")
        if row.statistic.startswith("rows_")
    ]
    account = Table(
        id="account",
        caption="Every row of the file",
        header=("Rows", "Number"),
        rows=tuple(rows),
        note="Rows read = rows used + rows left out.",
    )
    found = tuple(
        " ".join(part for part in (f.what, f.effect) if part)
        for f in facts.findings
        if f.severity != "refuse"
    )
    rules = Table(
        id="rules",
        caption="Rules of the plan for the data",
        header=("For", "Rule"),
        rows=facts.rules,
    )
    ends = people_tables.ends_table(ledger, facts)
    doubtful = doubtful_ends(ledger, facts)
    return Section(
        id="data-quality",
        title="Quality of the data",
        blocks=(
            account,
            Bullets(items=found) if found else Paragraph(text="Nothing doubtful was found."),
            rules,
            *((ends,) if ends else ()),
            *((Bullets(items=doubtful),) if doubtful else ()),
        ),
    )


def _made(facts: EvaluationFacts, versions: tuple[str, ...]) -> Section:
    """Input, software and plan, so that the report can be made again."""
    items = (
        f"Input: {facts.source_name}, {facts.source_format}, SHA-256 {facts.source_sha256}.",
        *((f"Software: {', '.join(versions)}.",) if versions else ()),
        f"Small numbers: {disclosure_words(facts)}",
        "Every number of this report is a row of ledger.csv, which lies beside it.",
    )
    plan = (Code(text=facts.plan_text, label="The plan"),) if facts.plan_text else ()
    return Section(
        id="how-made", title="How this report was made", blocks=(Bullets(items=items), *plan)
    )
