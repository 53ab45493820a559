"""Tables of single people's change: by outcome, over several measures, and by band or answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from peereval.figures.flow import group_name
from peereval.report.cells import (
    Lookup,
    hidden_note,
    n_cell,
    p_cell,
    rounded_note,
    share_with_interval,
)
from peereval.report.document import Table
from peereval.report.sentences import in_sentence
from peereval.results import format as fmt

if TYPE_CHECKING:
    from peereval.results.facts import EvaluationFacts, OutcomeFacts
    from peereval.results.ledger import Ledger

CATEGORIES = {
    "recovered": "Recovered",
    "improved": "Improved",
    "unchanged": "Unchanged",
    "deteriorated": "Deteriorated",
    "harmed": "Deteriorated into the clinical range",
}
_CASE_WORDS = {
    ">=": "{:g} or more",
    ">": "more than {:g}",
    "<=": "{:g} or less",
    "<": "less than {:g}",
}
_RATES = {
    "recovery": "Recovered, of those who were a case",
    "reliable_improvement": "Reliably improved",
    "reliable_recovery": "Reliably recovered, of those who were a case",
    "reliable_deterioration": "Reliably deteriorated",
    "no_reliable_change": "No reliable change",
}


def individuals_table(ledger: Ledger, facts: EvaluationFacts) -> Table | None:
    """People by what became of them; None where no outcome is judged for individuals."""
    found = ledger.where(analysis="individual_change", statistic="people")
    with_cutoff = any(row.level == "recovered" for row in found)
    shown = [c for c in CATEGORIES if with_cutoff or c not in ("recovered", "harmed")]
    rows = []
    for outcome in facts.outcomes:
        for group in facts.groups:
            get = Lookup(ledger, facts, outcome.name, group)
            cells = [
                share_with_interval(
                    get("individual_change", "people", level=c),
                    get("individual_change", "percent", level=c),
                )
                for c in shown
            ]
            if any(cell != fmt.NOT_SHOWN for cell in cells):
                rows.append((outcome.label, group_name(group), *cells))
    if not rows:
        return None
    level = fmt.level_text(facts.ci_level)
    once = (
        " Each person is counted once: who recovered is not counted again as improved."
        if with_cutoff
        else ""
    )
    return Table(
        id="individuals-table",
        caption="People whose own change was more than measurement error",
        header=("Outcome", "Region", *(CATEGORIES[c] for c in shown)),
        rows=tuple(rows),
        note=f"Percentages with their {level} intervals.{once} {_rules(facts)}"
        f"{rounded_note(facts)}{hidden_note(rows)}",
    )


def measures_table(ledger: Ledger, facts: EvaluationFacts) -> Table | None:
    """Recovery and reliable change over several measures; None without two of them."""
    rows = []
    for group in facts.groups:
        get = Lookup(ledger, facts, "study", group)
        cells = [
            share_with_interval(
                get("individual_change", "people", level=rate), get("individual_change", rate)
            )
            for rate in _RATES
        ]
        if any(cell != fmt.NOT_SHOWN for cell in cells):
            rows.append((group_name(group), *cells))
    if not rows:
        return None
    return Table(
        id="recovery-table",
        caption="Recovery and reliable change over several measures",
        header=("Region", *_RATES.values()),
        rows=tuple(rows),
        note=f"Over {measures_counted(facts)}, as NHS Talking Therapies counts: recovered is a case on "
        "any measure before and on none after; improved is better on one and worse on none; "
        "deteriorated is worse on any. A measure counts for people who have it at both surveys."
        f"{_alone_note(rows)}{rounded_note(facts)}{hidden_note(rows)}",
    )


def measures_counted(facts: EvaluationFacts) -> str:
    """The outcomes that the rates over several measures are of, as in a sentence."""
    return fmt.listing(
        [
            in_sentence(o.label)
            for o in facts.outcomes
            if o.index is None and o.reliable_change and o.case
        ]
    )


def shifts_table(ledger: Ledger, facts: EvaluationFacts) -> Table | None:
    """People in a better or worse band, or with a better or worse answer; None without either."""
    rows = []
    for outcome in facts.outcomes:
        analysis = "bands" if len(outcome.bands) > 1 else "categories"
        better, worse = ("up", "down") if outcome.good == 1 else ("down", "up")
        for group in facts.groups:
            get = Lookup(ledger, facts, outcome.name, group)
            if get(analysis, "people_moved", level="same") is None:
                continue
            cells = [
                share_with_interval(
                    get(analysis, "people_moved", level=way),
                    get(analysis, "percent_moved", level=way),
                )
                for way in (better, "same", worse)
            ]
            test = get(analysis, "ordered_shift")
            rows.append((outcome.label, group_name(group), *cells, p_cell(test), n_cell(test)))
    if not rows:
        return None
    return Table(
        id="shifts-table",
        caption="People who moved to another band of severity, or to another answer",
        header=(
            "Outcome",
            "Region",
            "Moved to a better one",
            "Stayed in the same",
            "Moved to a worse one",
            "p",
            "n",
        ),
        rows=tuple(rows),
        note="p: exact test for ordered categories of whether people moved one way more than the "
        f"other, not adjusted for the number of tests; rounded up where its digits would tell hidden "
        f"numbers.{_band_words(facts)}{rounded_note(facts)}{hidden_note(rows)}",
    )


def _alone_note(rows: list[tuple[str, ...]]) -> str:
    """What a count without its denominator means, where there is one."""
    if not any(cell.isdecimal() for cells in rows for cell in cells[1:]):
        return ""
    return " A number alone: how many people it is of would tell how few were no case."


def _band_words(facts: EvaluationFacts) -> str:
    """Which bands people are counted by, and where those are from."""
    words = [
        f"{in_sentence(o.label)} {', '.join(b.name for b in o.bands)} ({o.bands_source})"
        for o in facts.outcomes
        if len(o.bands) > 1
    ]
    return f" Bands: {'; '.join(words)}." if words else ""


def _rules(facts: EvaluationFacts) -> str:
    """What counts as changed and as a case, by source."""
    by_source: dict[str, list[str]] = {}
    for o in facts.outcomes:
        if o.index is not None:
            by_source.setdefault("the plan", []).append(_index_words(o))
        elif o.reliable_change is not None:
            words = f"{in_sentence(o.label)} {o.reliable_change:g} points or more"
            by_source.setdefault(o.reliable_change_source, []).append(words)
    counted = [
        f"Counted as changed: {fmt.listing(words)}" + (f" (source: {source})." if source else ".")
        for source, words in by_source.items()
    ]
    cases = [
        f"{_CASE_WORDS[o.case.rule].format(o.case.cutoff)} in {in_sentence(o.label)}"
        for o in facts.outcomes
        if o.case is not None
        and (o.reliable_change is not None if o.index is None else o.index.functional_mean is None)
    ]
    if cases:
        counted.append(
            f"A case is a score of {' or '.join(cases)}; recovered means a case before, no case "
            "after, and changed for the better."
        )
    return " ".join(counted)


def _index_words(outcome: OutcomeFacts) -> str:
    """How an outcome is judged by the plan's index."""
    index = outcome.index
    if index is None:
        return ""
    words = f"{in_sentence(outcome.label)} by the index {index.method}, reliability "
    words += f"{index.reliability:g}"
    if index.functional_mean is not None:
        words += (
            f", recovered beyond the cut-off c to people with mean {index.functional_mean:g} and "
            f"SD {index.functional_sd:g}"
        )
    return words
