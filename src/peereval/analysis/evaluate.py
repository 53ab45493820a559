"""Where a plan meets a study: from scores to a ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from peereval.analysis.change import paired_rows, score_rows
from peereval.analysis.comparable import refuse_incomparable
from peereval.analysis.distribution import distribution_rows
from peereval.analysis.evaluation import Evaluation
from peereval.analysis.flow import people_flow, row_account, some_share_a_group
from peereval.analysis.individuals import individual_rows
from peereval.analysis.item_answers import item_answers
from peereval.analysis.item_changes import item_change_rows
from peereval.analysis.judge import judge, smallest_change_of
from peereval.analysis.matching import matching_rows, sensitivity_rows, without_joins
from peereval.analysis.measurement import end_rows, measurement_rows
from peereval.analysis.mixed_change import ChangeModel, fit_change_model
from peereval.analysis.pairs import pair_table
from peereval.analysis.regions import mixed_rows
from peereval.analysis.score_outcomes import score_outcomes
from peereval.analysis.several_measures import recovery_rows
from peereval.analysis.shifts import shift_rows
from peereval.analysis.two_surveys import two_survey_rows
from peereval.analysis.verdicts import verdict_rows
from peereval.analysis.windows import window_rows
from peereval.results.facts import EvaluationFacts
from peereval.results.format import plural
from peereval.results.ledger import Ledger

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from peereval.analysis.pairs import PairTable
    from peereval.analysis.score_outcomes import ScoredStudy
    from peereval.data.study import Study
    from peereval.plan.waves import WavesSpec
    from peereval.results.estimate import NotEstimated
    from peereval.results.facts import OutcomeFacts
    from peereval.results.ledger import LedgerRow


def evaluate(study: Study) -> Evaluation:
    """Evaluate a study as its plan says.

    Parameters
    ----------
    study : Study
        What `read_study` returned.

    Returns
    -------
    Evaluation

    Raises
    ------
    DataError
        If fewer than two people have scores at both waves, so that no change can be shown, or
        a score is too large to reckon with.
    InstrumentError
        If a questionnaire has no key.

    Examples
    --------
    >>> import peereval as pe
    >>> evaluation = pe.evaluate(pe.read_study(*pe.sample("two_regions")))
    >>> evaluation.outcomes.loc[0, ["outcome", "verdict"]].tolist()
    ['hope', 'improved']
    """
    scored = score_outcomes(study)
    pairs = pair_table(scored)
    refuse_incomparable(study, scored, pairs)
    models = {o.name: fit_change_model(o, scored, pairs) for o in scored.outcomes}
    facts = _facts(study, scored, models)
    rows: list[LedgerRow] = [*row_account(study), *people_flow(scored, pairs, facts.groups)]
    rows += [*matching_rows(study), *window_rows(study)]
    smallest = {o.name: smallest_change_of(o, pairs) for o in scored.outcomes}
    clustered = some_share_a_group(scored.rows)
    judged = [
        judge(o, pairs, models[o.name], group, smallest[o.name])
        for o in scored.outcomes
        for group in facts.groups
    ]
    verdicts = verdict_rows(judged, smallest, facts, study.plan.families)
    items = item_answers(study)
    for outcome in scored.outcomes:
        m, model = smallest[outcome.name], models[outcome.name]
        bound = None if m is None else m.value
        rows += _paired_part(outcome, pairs, facts, bound, clustered=clustered)
        rows += mixed_rows(outcome, model, facts, bound)
        rows += distribution_rows(outcome, pairs, facts)
        if outcome.name in items:
            answers = items[outcome.name]
            rows += item_change_rows(outcome, answers, scored, facts, clustered=clustered)
            rows += measurement_rows(outcome, answers, scored, facts)
        rows += verdicts[outcome.name]
    for group in facts.groups:
        rows += recovery_rows(pairs, facts, group, clustered=clustered)
    rows += sensitivity_rows(without_joins(scored), facts)
    return Evaluation(facts=facts, rows=Ledger(rows))


def _paired_part(
    outcome: OutcomeFacts,
    pairs: PairTable,
    facts: EvaluationFacts,
    bound: float | None,
    *,
    clustered: bool,
) -> Iterable[LedgerRow]:
    """Scores, comparisons of the two surveys, individual change and shifts, group by group."""
    for group in facts.groups:
        yield from score_rows(outcome, pairs, facts, group)
        yield from end_rows(outcome, pairs, facts, group)
        yield from paired_rows(outcome, pairs, facts, group, bound, clustered=clustered)
        yield from two_survey_rows(outcome, pairs, facts, group, clustered=clustered)
        yield from individual_rows(outcome, pairs, facts, group, clustered=clustered)
        yield from shift_rows(outcome, pairs, facts, group, clustered=clustered)


def _facts(
    study: Study, scored: ScoredStudy, models: Mapping[str, ChangeModel | NotEstimated]
) -> EvaluationFacts:
    """The plan's facts and findings, as the report knows them."""
    plan = study.plan
    return EvaluationFacts(
        title=plan.title,
        organisation=plan.organisation,
        notice=plan.notice,
        outcomes=scored.outcomes,
        regions=study.regions,
        first_wave=plan.waves.first,
        last_wave=plan.waves.last,
        ci_level=plan.report.ci_level,
        disclosure=plan.report.disclosure,
        length=plan.report.length,
        matched=study.matched,
        models={n: m.reasons for n, m in models.items() if isinstance(m, ChangeModel)},
        findings=(*study.findings, *scored.findings),
        # A file name may hold bytes that are no text; a report is text throughout.
        source_name=study.source.name.encode("utf-8", "replace").decode(),
        source_sha256=study.source.sha256,
        source_format=study.source.format,
        rules=_rules(study),
        plan_text=plan.text_without_ids,
        windows=dict(plan.waves.windows),
        dated=plan.waves.dated,
    )


def _rules(study: Study) -> tuple[tuple[str, str], ...]:
    """The plan's rules for mess, in words."""
    data = study.plan.data
    ids = {"exact": "compared exactly", "trim": "compared without case and spaces"}[data.ids]
    if data.sgic:
        ids = f"a code of {plural(len(data.sgic), 'column')}, {ids}"
    if data.sgic_tolerance:
        ids += "; one element may differ where the match is unique on both sides"
    if data.same:
        ids += "; those named in the plan joined"
    duplicates = {
        "refuse": "refused",
        "first": "the first row is used",
        "last": "the last row is used",
        "most_complete": "the row with the most answers is used",
    }
    values = {"refuse": "refused", "missing": "counted as no answer"}
    return (
        ("IDs", ids if data.has_ids else "none"),
        ("Codes for no answer", ", ".join(data.missing) or "empty cells only"),
        ("Two rows for one person and wave", duplicates[data.duplicates]),
        ("Values a scale cannot take", values[data.out_of_range]),
        *_wave_rules(study.plan.waves),
    )


def _wave_rules(waves: WavesSpec) -> tuple[tuple[str, str], ...]:
    """How waves came from dates, in words; nothing where they have names in the data."""
    if waves.rule is not None:
        return (("Waves", "each person's first and last survey by date"),)
    return tuple(
        (
            f"Wave '{wave}'",
            f"the survey nearest the middle of day {low} to {high} after the person's first",
        )
        for wave, (low, high) in waves.windows.items()
    )
