"""The verdict on every outcome, after its equivalence test and after allowing for many tests."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from peereval.results.estimate import NotEstimated
from peereval.results.ledger import NOT_ESTIMATED, LedgerRow, estimate_row
from peereval.stats.multiplicity import FamilyTest, assess_families

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from peereval.analysis.judge import GroupVerdict
    from peereval.results.facts import EvaluationFacts, OutcomeFacts
    from peereval.stats.multiplicity import FamilyStanding
    from peereval.stats.verdict import SmallestChange

ANALYSIS = "verdict"
_CHANGED = ("improved", "worsened")
_ORIGIN_METHOD = {
    "plan": "given in scale points",
    "questionnaire": "published for individuals, at most half an SD before",
    "software": "one fifth of the SD of the scores before",
}
_ORIGIN_SOURCE = {"plan": "the plan", "software": "0.2 SD before, a yardstick of the software"}


def verdict_rows(
    judged: Sequence[GroupVerdict],
    smallest: Mapping[str, SmallestChange | None],
    facts: EvaluationFacts,
    families: Mapping[str, tuple[str, ...]],
) -> dict[str, list[LedgerRow]]:
    """Ledger rows of all verdicts, by outcome.

    Parameters
    ----------
    judged : sequence of GroupVerdict
        All outcomes in all groups.
    smallest : mapping of str to SmallestChange or None
        By outcome.
    facts : EvaluationFacts
        The plan's facts.
    families : mapping of str to tuple of str
        The plan's own families; empty for the default ones.

    Returns
    -------
    dict of str to list of LedgerRow
    """
    overall = {j.outcome.name: j for j in judged if j.group == "all"}
    change_p = {name: getattr(j.change, "p_value", math.nan) for name, j in overall.items()}
    equivalence_p = {name: j.equivalence_p for name, j in overall.items()}
    of_change = _assess(facts, change_p, families)
    of_equivalence = _assess(facts, equivalence_p, families)
    rows: dict[str, list[LedgerRow]] = {}
    for outcome in facts.outcomes:
        name = outcome.name
        rows[name] = [
            _smallest_row(outcome, smallest[name]),
            *_family_rows(overall[name], of_change[name], facts, ""),
            *_family_rows(overall[name], of_equivalence[name], facts, "equivalence_"),
            *(
                row
                for j in judged
                if j.outcome.name == name
                for row in (
                    _narrow_row(j, facts),
                    _relative_row(j, smallest[name], facts),
                    _verdict_row(j, of_change[name], of_equivalence[name], facts),
                )
            ),
        ]
    return rows


def _assess(
    facts: EvaluationFacts, p_values: Mapping[str, float], families: Mapping[str, tuple[str, ...]]
) -> Mapping[str, FamilyStanding]:
    """Place every outcome's test in its family and adjust it there."""
    tests = [
        FamilyTest(outcome=o.name, domain=o.domain, primary=o.primary, p_value=p_values[o.name])
        for o in facts.outcomes
    ]
    return assess_families(tests, families=dict(families) or None)


def _base(outcome: OutcomeFacts, group: str, statistic: str) -> LedgerRow:
    """An empty row about a verdict, with the columns that name it."""
    return LedgerRow(
        outcome=outcome.name,
        domain=outcome.domain,
        group=group,
        analysis=ANALYSIS,
        statistic=statistic,
    )


def _smallest_row(outcome: OutcomeFacts, smallest: SmallestChange | None) -> LedgerRow:
    """The smallest change that matters, and where it is from."""
    base = _base(outcome, "all", "smallest_change")
    if smallest is None:
        return replace(base, note=f"{NOT_ESTIMATED}no_variance_pre")
    return replace(
        base,
        value=smallest.value,
        unit="scale points",
        method=_ORIGIN_METHOD[smallest.origin],
        source=_ORIGIN_SOURCE.get(smallest.origin, outcome.mcid_source),
        note=f"origin:{smallest.origin}{';capped' if smallest.capped else ''}",
    )


def _narrow_row(judged: GroupVerdict, facts: EvaluationFacts) -> LedgerRow:
    """The change with its 90% interval, which the equivalence part of a verdict rests on."""
    return estimate_row(
        replace(judged.narrow, name="change_with_90_interval"),
        outcome=judged.outcome.name,
        domain=judged.outcome.domain,
        group=judged.group,
        analysis=ANALYSIS,
        contrast=facts.contrast,
    )


def _relative_row(
    judged: GroupVerdict, smallest: SmallestChange | None, facts: EvaluationFacts
) -> LedgerRow:
    """The change in multiples of the smallest change that matters, so that scales compare."""
    row = replace(
        _base(judged.outcome, judged.group, "change_in_smallest_changes"),
        contrast=facts.contrast,
        n=judged.change.n,
    )
    change = judged.change
    if isinstance(change, NotEstimated):
        return row.with_note(f"{NOT_ESTIMATED}{change.reason}")
    if smallest is None:
        return row.with_note(f"{NOT_ESTIMATED}no_smallest_change")
    return replace(
        row,
        value=change.value / smallest.value,
        ci_low=change.ci_low / smallest.value,
        ci_high=change.ci_high / smallest.value,
        ci_level=0.95,
        unit="smallest changes that matter",
        method=f"mean change divided by {smallest.value:.6g} scale points",
    )


def _family_rows(
    judged: GroupVerdict, result: FamilyStanding, facts: EvaluationFacts, prefix: str
) -> Iterator[LedgerRow]:
    """The adjusted p and the number of tests it allows for."""
    outcome = judged.outcome
    tested = not math.isnan(result.p_adjusted)
    yield replace(
        _base(outcome, "all", f"{prefix}p_adjusted"),
        contrast=facts.contrast,
        level=result.family,
        p_value=result.p_adjusted,
        n=judged.change.n,
        method=f"Holm within the family '{result.family}'",
        note="" if tested else f"{NOT_ESTIMATED}not_tested",
    )
    yield replace(
        _base(outcome, "all", f"{prefix}tests_in_family"),
        level=result.family,
        value=float(result.n_tests),
        unit="tests",
        method=f"tests in the family '{result.family}'",
        note="" if prefix else "gate_open" if result.gate_open else "gate_closed",
    )


def _verdict_row(
    judged: GroupVerdict,
    of_change: FamilyStanding,
    of_equivalence: FamilyStanding,
    facts: EvaluationFacts,
) -> LedgerRow:
    """The verdict with the numbers it rests on and the "exploratory" mark."""
    code = judged.verdict.code
    row = replace(
        _base(judged.outcome, judged.group, "verdict"),
        contrast=facts.contrast,
        level=code,
        n=judged.change.n,
        method=judged.method,
    )
    change = judged.change
    if isinstance(change, NotEstimated) or code == "not_estimated":
        return row.with_note(f"{NOT_ESTIMATED}{judged.verdict.reason}")
    row = replace(
        row,
        value=change.value,
        ci_low=change.ci_low,
        ci_high=change.ci_high,
        ci_level=0.95,
        p_value=change.p_value,
        unit="scale points",
    )
    if judged.group != "all":
        return row.with_note("exploratory")
    if code.startswith(_CHANGED) and of_change.exploratory:
        return row.with_note("exploratory")
    if code == "no_meaningful_change" and not _equivalence_stands(of_equivalence, facts):
        return row.with_note("exploratory")
    return row


def _equivalence_stands(result: FamilyStanding, facts: EvaluationFacts) -> bool:
    """Whether "no change that matters" holds after allowing for the equivalence tests.

    Holm within the family, and no gate: a primary outcome that improved fails its own
    equivalence test by definition and must not silence the others.
    """
    return any(o.primary for o in facts.outcomes) and result.p_adjusted < 0.05
