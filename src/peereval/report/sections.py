"""The sections of the full report, each from ledger rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from peereval.figures import draw
from peereval.report import certainty_tables, change_tables, individual_tables, people_tables
from peereval.report.cells import Lookup, number, without_model
from peereval.report.document import (
    Bullets,
    Code,
    FigureBlock,
    Finding,
    Paragraph,
    Section,
    Table,
)
from peereval.report.doubts import doubts
from peereval.report.limits import doubtful_ends
from peereval.report.matching_tables import exact_matches_table, matching_table
from peereval.report.measurement import doubtful_measurement, reliability_table
from peereval.report.methods import disclosure_words
from peereval.report.sentences import (
    NO_COMPARISON,
    in_sentence,
    not_shown_sentence,
    tone_of,
    verdict_sentence,
    verdict_words,
    yardstick_sentence,
)
from peereval.report.unmatched_tables import INDEPENDENT, difference_sentence, difference_table
from peereval.results import format as fmt

if TYPE_CHECKING:
    from peereval.report.document import Block
    from peereval.results.facts import EvaluationFacts, OutcomeFacts
    from peereval.results.ledger import Ledger, LedgerRow


def taking_part(ledger: Ledger, facts: EvaluationFacts) -> Section:
    """Participant flow and usable scores."""
    flow = draw("flow", ledger, facts)
    windows = draw("windows", ledger, facts)
    table = people_tables.flow_table(ledger, facts)
    return Section(
        id="taking-part",
        title="Who took part and who stayed",
        blocks=(
            *((FigureBlock(picture=flow, table=table),) if flow else (table,)),
            *((FigureBlock(picture=windows),) if windows else ()),
            people_tables.score_counts_table(ledger, facts),
        ),
    )


def _finding(ledger: Ledger, facts: EvaluationFacts, outcome: OutcomeFacts) -> Block:
    """The verdict on one outcome in full sentences."""
    get = Lookup(ledger, facts, outcome.name)
    if not facts.matched:
        return _difference(get("unmatched", "mean_difference", level=INDEPENDENT), outcome)
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
        not_shown=" ".join(
            part
            for part in (
                not_shown_sentence(row, ledger),
                yardstick_sentence(row, smallest, get.main("smallest_bounds"), outcome.places),
            )
            if part
        ),
        tone="unsure" if row.suppressed else tone_of(row.level),
    )


def _difference(row: LedgerRow | None, outcome: OutcomeFacts) -> Block:
    """How two surveys differ that could not be linked."""
    why = "hidden to protect small groups" if row is None or row.suppressed else "not estimated"
    return Finding(
        label=outcome.label,
        verdict="no verdict, because the surveys could not be linked",
        sentence=difference_sentence(row, outcome) or f"The difference of the two means is {why}.",
        not_shown="This says nothing about how people changed.",
        tone="unsure",
    )


def changes(ledger: Ledger, facts: EvaluationFacts) -> Section:
    """What changed, domain by domain."""
    domains = tuple(
        Section(
            id=f"domain-{i + 1}",
            title=domain.replace("_", " ").capitalize(),
            blocks=tuple(_finding(ledger, facts, o) for o in facts.outcomes if o.domain == domain),
        )
        for i, domain in enumerate(facts.domains)
    )
    tables: tuple[Table | None, ...] = (
        (change_tables.outcome_table(ledger, facts),)
        if facts.matched
        else (change_tables.survey_table(ledger, facts), difference_table(ledger, facts))
    )
    return Section(
        id="changes",
        title="What changed, by domain" if facts.matched else "The two surveys, by domain",
        blocks=(Paragraph(text=NO_COMPARISON), *(t for t in tables if t is not None)),
        sections=domains,
    )


def by_region(ledger: Ledger, facts: EvaluationFacts) -> tuple[Section, ...]:
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


def individuals(ledger: Ledger, facts: EvaluationFacts) -> Section:
    """How single people changed."""
    picture = draw("individuals", ledger, facts)
    table = individual_tables.individuals_table(ledger, facts)
    intro = (
        "An average can hide people who got better and people who got worse. A person counts as "
        "changed here when the change is larger than the questionnaire's measurement error alone "
        "would make likely. That takes a published threshold, or a reliability in the plan."
    )
    blocks: list[Block] = [Paragraph(text=intro)]
    if table is not None:
        blocks.append(table)
    else:
        blocks.append(Paragraph(text="No measure used here has either."))
    more = (individual_tables.measures_table, individual_tables.shifts_table)
    blocks += [found for make in more if (found := make(ledger, facts)) is not None]
    if picture is not None:
        blocks.append(FigureBlock(picture=picture))
    return Section(id="individuals", title="For individuals", blocks=tuple(blocks))


def certainty(ledger: Ledger, facts: EvaluationFacts) -> Section:
    """How far the results depend on the analysis chosen."""
    exact = exact_matches_table(ledger, facts)
    return Section(
        id="certainty",
        title="How sure we are",
        blocks=(
            Paragraph(text=_three_ways(facts)),
            certainty_tables.certainty_table(ledger, facts),
            *((exact,) if exact else ()),
            certainty_tables.full_table(ledger, facts, "mixed"),
            certainty_tables.full_table(ledger, facts, "paired"),
            certainty_tables.equivalence_table(ledger, facts),
            certainty_tables.effect_table(ledger, facts),
        ),
    )


def _three_ways(facts: EvaluationFacts) -> str:
    """Which analyses there are, and which of them the verdicts rest on."""
    without = [in_sentence(o.short_label) for o in without_model(facts)]
    if len(without) == len(facts.outcomes):
        rest = "No mixed model could be fitted, so verdicts rest on the paired analysis"
    elif without:
        rest = f"Verdicts rest on the first, and for {fmt.listing(without)} on the second"
    else:
        rest = "Verdicts rest on the first"
    return (
        "The same change is analysed in three ways: by a mixed model, which uses every score, by a "
        "paired t test and by ranks, which use people with both scores. "
        f"{rest}. Where they agree, the result does not hang on the method; where they differ, it "
        "should be read with care."
    )


def data_quality(ledger: Ledger, facts: EvaluationFacts) -> Section:
    """What the file held, what was left out and what was done by rule."""
    rows = [
        (
            f"left out: {row.level}" if row.level else row.statistic.replace("_", " "),
            number(row, 0),
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
    found = doubts(facts)
    rules = Table(
        id="rules",
        caption="Rules of the plan for the data",
        header=("For", "Rule"),
        rows=facts.rules,
    )
    matching = matching_table(ledger)
    ends = people_tables.ends_table(ledger, facts)
    reliability = reliability_table(ledger, facts)
    doubtful = (*doubtful_ends(ledger, facts), *doubtful_measurement(ledger, facts))
    return Section(
        id="data-quality",
        title="Quality of the data",
        blocks=(
            account,
            *((matching,) if matching else ()),
            Bullets(items=found) if found else Paragraph(text="Nothing doubtful was found."),
            rules,
            *((ends,) if ends else ()),
            *((reliability,) if reliability else ()),
            *((Bullets(items=doubtful),) if doubtful else ()),
        ),
    )


def made(facts: EvaluationFacts, versions: tuple[str, ...]) -> Section:
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
