"""Single people in a sentence, for the two pages of the summary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from peereval.report.cells import HIDDEN, Lookup, rounded_note, share_with_interval
from peereval.report.individual_tables import CATEGORIES, measures_counted
from peereval.report.sentences import in_sentence
from peereval.results import format as fmt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from peereval.results.facts import EvaluationFacts, OutcomeFacts
    from peereval.results.ledger import Ledger, LedgerRow

_RATES = {
    "reliable_improvement": "reliably improved",
    "reliable_deterioration": "reliably deteriorated",
    "recovery": "recovered, of those who were a case before",
}
_ANYWAY = "People change without any service, too."


def individual_sentences(ledger: Ledger, facts: EvaluationFacts) -> tuple[str, ...]:
    """How many people changed by more than measurement error.

    Over several measures where there are rates over them; else for each primary outcome that is
    judged for individuals.

    Parameters
    ----------
    ledger : Ledger
        Disclosed rows.
    facts : EvaluationFacts
        The plan's facts.

    Returns
    -------
    tuple of str
        A bullet each; empty where nobody is judged.
    """
    shares = f"percentages with their {fmt.level_text(facts.ci_level)} intervals"
    rates = _over_measures(ledger, facts)
    if rates:
        text = (
            f"Person by person, over {measures_counted(facts)} ({shares}): {'; '.join(rates)}. "
            f"Reliably means by more than measurement error.{rounded_note(facts)} {_ANYWAY}"
        )
        return (text,)
    return tuple(
        f"Person by person, {in_sentence(outcome.label)} ({shares}): {'; '.join(counted)}. Only "
        f"changes by more than measurement error count.{rounded_note(facts)} {_ANYWAY}"
        for outcome in facts.outcomes
        if outcome.primary and (counted := list(_by_category(ledger, facts, outcome)))
    )


def _over_measures(ledger: Ledger, facts: EvaluationFacts) -> list[str]:
    """The rates over several measures; none where there are none."""
    get = Lookup(ledger, facts, "study")
    return [
        _number_who(people, get("individual_change", rate), words)
        for rate, words in _RATES.items()
        if (people := get("individual_change", "people", level=rate)) is not None
    ]


def _by_category(ledger: Ledger, facts: EvaluationFacts, outcome: OutcomeFacts) -> Iterator[str]:
    """People by what became of them in one outcome."""
    get = Lookup(ledger, facts, outcome.name)
    for category, words in CATEGORIES.items():
        people = get("individual_change", "people", level=category)
        if people is not None:
            yield _number_who(
                people, get("individual_change", "percent", level=category), words.lower()
            )


def _number_who(people: LedgerRow, percent: LedgerRow | None, words: str) -> str:
    """How many did something, or that this is hidden."""
    share = share_with_interval(people, percent)
    return f"the number who {words} is hidden" if share == HIDDEN else f"{share} {words}"
