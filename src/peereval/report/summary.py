"""The first two pages: who took part, what cannot be shown, what changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from peereval.figures import draw
from peereval.figures.flow import flow_counts
from peereval.report.benchmark import BENCHMARK, BENCHMARK_TITLE, BENCHMARK_TITLE_UNMATCHED
from peereval.report.cells import HIDDEN, Lookup, by_pairs_note, label, mark_note, n_cell
from peereval.report.document import Bullets, Callout, FigureBlock, Section, Table
from peereval.report.limits import limits
from peereval.report.person_by_person import individual_sentences
from peereval.report.sentences import quoted, verdict_words
from peereval.report.unmatched_tables import survey_list
from peereval.results import format as fmt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from peereval.results.facts import EvaluationFacts
    from peereval.results.ledger import Ledger, LedgerRow


def summary_sections(ledger: Ledger, facts: EvaluationFacts) -> tuple[Section, ...]:
    """Who took part, then the limits, then what changed."""
    title = BENCHMARK_TITLE if facts.matched else BENCHMARK_TITLE_UNMATCHED
    return (
        Section(
            id="at-a-glance",
            title="At a glance",
            blocks=(Bullets(items=tuple(_outputs(ledger, facts))),),
        ),
        Section(
            id="limits",
            title="What these results cannot show",
            blocks=(
                Bullets(items=limits(ledger, facts)),
                Callout(title=title, text=BENCHMARK),
            ),
        ),
        _findings(ledger, facts),
    )


def _findings(ledger: Ledger, facts: EvaluationFacts) -> Section:
    """What changed; where people could not be followed, how the two surveys differ."""
    if not facts.matched:
        return Section(
            id="findings",
            title="How the two surveys differ",
            blocks=(survey_list(ledger, facts),),
        )
    change = draw("change", ledger, facts)
    figure = (FigureBlock(picture=change),) if change else ()
    people = individual_sentences(ledger, facts)
    return Section(
        id="findings",
        title="What changed",
        blocks=(
            *figure,
            verdict_list(ledger, facts),
            *((Bullets(items=people),) if people else ()),
        ),
    )


def _outputs(ledger: Ledger, facts: EvaluationFacts) -> Iterator[str]:
    """What there was: people, waves, groups, regions, outcomes."""
    yield from _people(ledger, facts)
    places = []
    groups = ledger.get("study", "peer_groups", analysis="flow")
    if groups is not None and groups.value > 0:
        places.append(fmt.plural(round(groups.value), "peer group"))
    if facts.regions:
        names = fmt.listing(facts.regions)
        places.append(f"{fmt.plural(len(facts.regions), 'region')} ({names})")
    if places:
        yield f"They came from {' in '.join(places)}."
    measured = fmt.plural(len(facts.outcomes), "outcome")
    yield f"{measured} measured: {fmt.listing([quoted(o.label) for o in facts.outcomes])}."


def _people(ledger: Ledger, facts: EvaluationFacts) -> Iterator[str]:
    """How many answered, and how many of them twice."""
    first, both, lost, late = flow_counts(ledger, facts, "all").values()
    n_first, n_both = _count(first), _count(both)
    if first is not None and both is not None and n_first is not None and n_both is not None:
        yield (
            f"{_people_words(n_first)} answered {fmt.at(facts.first_wave)}; "
            f"{fmt.share(n_both, n_first)} also answered {fmt.at(facts.last_wave)}."
        )
    elif n_both is not None:
        yield f"{_people_words(n_both)} answered {fmt.at(facts.first_wave)} and {fmt.at(facts.last_wave)}."
    elif n_first is not None:
        yield f"{_people_words(n_first)} answered {fmt.at(facts.first_wave)}."
    for row, wave in ((lost, facts.first_wave), (late, facts.last_wave)):
        if row is not None and row.suppressed:
            yield f"The number who answered {fmt.at(wave)} only is hidden, to protect a small number."
    n_late = _count(late)
    if n_late:
        yield f"{_people_words(n_late)} answered {fmt.at(facts.last_wave)} only."
    if not facts.matched:
        last = ledger.get("study", "people_at_wave", analysis="flow", level=facts.last_wave)
        n_last = _count(last)
        if n_last is not None:
            yield (
                f"{_people_words(n_last)} answered {fmt.at(facts.last_wave)}; who of them answered "
                "before is not known."
            )


def _count(row: LedgerRow | None) -> int | None:
    """The count in a row; None where it is not there or hidden."""
    return None if row is None or row.suppressed else round(row.value)


def _people_words(n: int) -> str:
    """A count of people."""
    return fmt.plural(n, "person", "people")


def verdict_list(ledger: Ledger, facts: EvaluationFacts) -> Table:
    """The verdict on each outcome in one line."""
    rows = []
    for outcome in facts.outcomes:
        get = Lookup(ledger, facts, outcome.name)
        rows.append((label(outcome), verdict_words(get.verdict()), n_cell(get.verdict())))
    told = " Hidden: it would give a small number of people away."
    hidden = told if any(n == HIDDEN for _, _, n in rows) else ""
    return Table(
        id="verdict-list",
        caption=f"Verdicts, {facts.first_wave} to {facts.last_wave}",
        header=("Outcome", "Verdict", "n"),
        rows=tuple(rows),
        note=f"n: people whose scores the verdict rests on, with one survey or more.{hidden}"
        f"{by_pairs_note(facts)}"
        f"{mark_note(facts)}",
    )
