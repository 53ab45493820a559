"""What cannot be concluded, said before any finding."""

from __future__ import annotations

from typing import TYPE_CHECKING

from peereval.disclosure.rules import PROFILES
from peereval.figures.flow import flow_counts
from peereval.report.cells import Lookup
from peereval.report.sentences import in_sentence, quoted
from peereval.results import format as fmt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from peereval.results.facts import EvaluationFacts
    from peereval.results.ledger import Ledger


def limits(ledger: Ledger, facts: EvaluationFacts) -> tuple[str, ...]:
    """The limits of this evaluation, most important first, from its own ledger.

    Parameters
    ----------
    ledger : Ledger
        Disclosed rows.
    facts : EvaluationFacts
        The plan's facts.

    Returns
    -------
    tuple of str
        One or two sentences each.
    """
    return tuple(_limits(ledger, facts))


def _limits(ledger: Ledger, facts: EvaluationFacts) -> Iterator[str]:
    yield (
        "There was no comparison group. Scores can change for many reasons: time, other help, "
        "life events, or because people join when they feel at their worst and then drift back "
        "towards their usual level. None of these can be told apart here."
    )
    yield from _leavers(ledger, facts)
    if not facts.matched:
        yield (
            "The surveys could not be linked person by person, so nothing can be said about how "
            "people changed; the two surveys may have been answered by different people. Tests of "
            "their differences are not adjusted for their number, and no verdict rests on them."
        )
        yield from _alike(ledger)
    if facts.matched:
        yield from _of_tests(ledger, facts)
    yield from _keys(facts)
    if facts.disclosure != "none":
        words = PROFILES[facts.disclosure].words
        yield f"To protect participants, {words[0].lower()}{words[1:]}"


def _of_tests(ledger: Ledger, facts: EvaluationFacts) -> Iterator[str]:
    """What limits the tests of change: peer groups, their number, and single regions."""
    yield from _clusters(ledger, facts)
    primary = [quoted(o.label) for o in facts.outcomes if o.primary]
    verb = "was" if len(facts.outcomes) == 1 else "were"
    tested = f"{fmt.plural(len(facts.outcomes), 'outcome')} {verb} tested"
    if primary and len(facts.outcomes) == 1:
        yield f"{tested}: {primary[0]}, which the plan named as primary."
    elif primary:
        yield (
            f"{tested}. The plan named "
            f"{fmt.listing(primary)} as primary; other results count as exploratory unless they "
            "stand after allowing for the number of tests."
        )
    else:
        yield (
            f"{tested} and the plan named none as primary, so every change found is exploratory."
        )
    if facts.regions:
        yield (
            "Results of single regions rest on fewer people and are exploratory. A difference "
            "between regions is shown only by the test of that difference, not by one region's "
            "result being clear and another's not."
        )


def _leavers(ledger: Ledger, facts: EvaluationFacts) -> Iterator[str]:
    """How many did not come back, and what that does."""
    first, both, lost, _late = flow_counts(ledger, facts, "all").values()
    if first is None or lost is None or both is None or lost.value == 0:
        return
    who = "Some people"
    if not (first.suppressed or lost.suppressed) and first.value:
        who = fmt.share(round(lost.value), round(first.value))
    yield (
        f"{who} who answered {fmt.at(facts.first_wave)} did not answer {fmt.at(facts.last_wave)}, and how "
        "they fared is not known. If they fared differently from people with similar scores who "
        "stayed, the changes shown are not those of everyone who came."
    )


def _clusters(ledger: Ledger, facts: EvaluationFacts) -> Iterator[str]:
    """That people of one peer group may change together, where the main analysis ignores it."""
    ignored = []
    for outcome in facts.outcomes:
        row = Lookup(ledger, facts, outcome.name).main("mean_change")
        if row is not None and "ignores_clusters" in row.notes:
            ignored.append(in_sentence(outcome.short_label))
    if not ignored:
        return
    which = "here" if len(ignored) == len(facts.outcomes) else f"for {fmt.listing(ignored)}"
    yield (
        f"People came in {_groups(ledger)}, and people of one group may change together. The "
        f"intervals {which} do not allow for that and may be too narrow."
    )


def _alike(ledger: Ledger) -> Iterator[str]:
    """That people of one peer group may answer alike, which a comparison of surveys ignores."""
    rows = ledger.where(analysis="unmatched")
    if any("ignores_clusters" in row.notes for row in rows):
        yield (
            f"People came in {_groups(ledger)}, and people of one group may be alike. The intervals "
            "of the differences do not allow for that and may be too narrow."
        )


def _groups(ledger: Ledger) -> str:
    """The number of peer groups, in words."""
    row = ledger.get("study", "peer_groups", analysis="flow")
    if row is None or row.suppressed:
        return "several peer groups"
    return fmt.plural(round(row.value), "peer group")


def _keys(facts: EvaluationFacts) -> Iterator[str]:
    """Questionnaires whose key could not be confirmed."""
    doubtful = {f.outcome for f in facts.findings if f.code == "unverified_key"}
    labels = [in_sentence(o.short_label) for o in facts.outcomes if o.name in doubtful]
    if labels:
        yield (
            f"A part of how {fmt.listing(labels)} {'is' if len(labels) == 1 else 'are'} scored "
            "could not be confirmed in a published source; the last sections say which. If it is "
            "wrong, so are these scores."
        )


def doubtful_ends(ledger: Ledger, facts: EvaluationFacts) -> tuple[str, ...]:
    """Scales with more than 15% of people at an end, one sentence each (Terwee et al. 2007)."""
    sentences = []
    for outcome in facts.outcomes:
        get = Lookup(ledger, facts, outcome.name)
        for statistic, end in (("at_lowest", "lowest"), ("at_highest", "highest")):
            for wave in (facts.first_wave, facts.last_wave):
                row = get("scores", statistic, level=wave, contrast=False)
                if row is None or row.suppressed or not row.n or row.value <= 0.15 * row.n:
                    continue
                share = fmt.share(round(row.value), row.n)
                sentences.append(
                    f"{outcome.label}: {share} had the {end} possible score {fmt.at(wave)}, so "
                    "change beyond it cannot be seen."
                )
    return tuple(sentences)
