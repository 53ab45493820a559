"""From answers to scores: every outcome of the plan, by its questionnaire or its own rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from peereval import instruments
from peereval.analysis.outcome_facts import outcome_facts, without_effect
from peereval.data.possible import place
from peereval.errors import InstrumentError
from peereval.notes import Finding
from peereval.results.format import plural

if TYPE_CHECKING:
    import pandas as pd

    from peereval.data.study import Study
    from peereval.instruments import Instrument
    from peereval.plan import OutcomeSpec, Plan
    from peereval.results.facts import OutcomeFacts
    from peereval.typing import FloatVector

_TOTAL = "total"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredStudy:
    """Scores of every outcome, one row per person and wave.

    Attributes
    ----------
    plan : Plan
        What was promised.
    rows : pandas.DataFrame
        ``participant, wave, region, group``, as in the study.
    scores : pandas.DataFrame
        One column per outcome in scale points, rows as in `rows`, NaN where there is no score.
    outcomes : tuple of OutcomeFacts
        In the plan's order.
    findings : tuple of Finding
        What scoring showed: unconfirmed keys, scores filled by a missing-item rule.
    matched : bool
        Whether rows of one person belong together.
    """

    plan: Plan
    rows: pd.DataFrame
    scores: pd.DataFrame
    outcomes: tuple[OutcomeFacts, ...]
    findings: tuple[Finding, ...]
    matched: bool


def score_outcomes(study: Study) -> ScoredStudy:
    """Score every outcome of a study.

    Parameters
    ----------
    study : Study
        Checked answers.

    Returns
    -------
    ScoredStudy

    Raises
    ------
    InstrumentError
        If a questionnaire has no key, or no score of the kind the plan asks for.
    """
    import pandas as pd

    columns: dict[str, FloatVector] = {}
    facts, findings = [], []
    for spec in study.plan.outcomes:
        try:
            columns[spec.name], of_outcome, found = _score_one(study, spec)
        except InstrumentError as err:
            raise InstrumentError(
                f"{place(spec)}: {err.problem}", expected=err.expected, fix=err.fix
            ) from err
        facts.append(of_outcome)
        findings += found
    return ScoredStudy(
        plan=study.plan,
        rows=study.rows,
        scores=pd.DataFrame(columns, index=study.rows.index),
        outcomes=tuple(facts),
        findings=tuple(findings),
        matched=study.matched,
    )


def _score_one(study: Study, spec: OutcomeSpec) -> tuple[FloatVector, OutcomeFacts, list[Finding]]:
    """Scores of one outcome, its facts, and what readers must know of them."""
    findings: list[Finding] = []
    if spec.items is None:
        instrument = instruments.get(spec.instrument) if spec.instrument else None
        scores = study.answers[spec.name].iloc[:, 0].to_numpy(dtype=float)
    else:
        instrument = instrument_of(study, spec)
        scores, findings = _scored(study, spec, instrument)
    facts = outcome_facts(spec, instrument, scores)
    return (
        scores,
        facts,
        [*findings, *_key_findings(spec, instrument), *without_effect(spec, facts)],
    )


def _key_findings(spec: OutcomeSpec, instrument: Instrument | None) -> list[Finding]:
    """What is doubtful about a named questionnaire's key.

    A score made elsewhere does not rest on the key, except for its range and direction.
    """
    if instrument is None or spec.instrument is None:
        return []
    if spec.items is None and instrument.grade != "C":
        return []
    return list(
        instrument.key_findings(variant=spec.variant, subscale=spec.subscale, outcome=spec.name)
    )


def instrument_of(study: Study, spec: OutcomeSpec) -> Instrument:
    """The named questionnaire, or one made of the charity's own items."""
    if spec.instrument is not None:
        return instruments.get(spec.instrument)
    items = study.items[spec.name]
    low, high = spec.range or (np.nan, np.nan)
    return instruments.bespoke(
        id=spec.name,
        name=spec.title,
        n_items=len(items),
        response_min=low,
        response_max=high,
        method=spec.score or "sum",
        higher_is=spec.higher_is or "better",
        reverse=[i + 1 for i, item in enumerate(items) if item.reverse],
        max_missing=spec.max_missing,
    )


def _scored(
    study: Study, spec: OutcomeSpec, instrument: Instrument
) -> tuple[FloatVector, list[Finding]]:
    """Scores of one outcome, and how many rest on a missing-item rule."""
    # Columns by position: the form's order is what the key counts by.
    answers = study.answers[spec.name].to_numpy(dtype=float)
    scores = instrument.score_detail(answers, variant=spec.variant, band_set=spec.band_set)
    name = spec.subscale or _TOTAL
    if name not in scores.frame:
        instrument.key(spec.variant).scale(spec.subscale)
    findings = []
    if n := scores.n_prorated[name]:
        findings.append(
            Finding(
                code="filled_by_rule",
                severity="note",
                what=f"{spec.title}: {plural(n, 'score')} rest on forms with missing answers, "
                "which the scoring rule allows.",
                n=n,
                outcome=spec.name,
            )
        )
    if n := scores.n_unscored[name] - scores.n_empty[name]:
        findings.append(
            Finding(
                code="too_many_missing",
                severity="note",
                what=f"{spec.title}: {plural(n, 'form')} had more missing answers than the "
                f"scoring rule allows and {'has' if n == 1 else 'have'} no score.",
                n=n,
                outcome=spec.name,
            )
        )
    return scores.frame[name].to_numpy(dtype=float), findings
