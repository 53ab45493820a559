"""From answers to scores: every outcome of the plan, by its questionnaire or its own rule."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from peereval import instruments
from peereval.data.possible import place
from peereval.errors import InstrumentError
from peereval.notes import Finding
from peereval.results.facts import OutcomeFacts
from peereval.results.format import places_for, plural

if TYPE_CHECKING:
    import pandas as pd

    from peereval.data.study import Study
    from peereval.instruments import Instrument
    from peereval.plan import OutcomeSpec, Plan
    from peereval.typing import Direction, FloatVector

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
    facts = replace(_facts(spec, instrument), places_found=_places(scores))
    return scores, facts, [*findings, *_key_findings(spec, instrument), *_without_effect(spec)]


def _places(scores: FloatVector) -> int:
    """Decimals that suit the scores found: one, and more where they differ by less than one."""
    found = scores[np.isfinite(scores)]
    span = float(np.ptp(found)) if found.size else 0.0
    return places_for(span) if 0 < span < 1 else 1


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


def _facts(spec: OutcomeSpec, instrument: Instrument | None) -> OutcomeFacts:
    """What readers must know about an outcome."""
    named = instrument if spec.instrument is not None else None
    low, high = _score_range(spec, instrument)
    facts = OutcomeFacts(
        name=spec.name,
        label=spec.title,
        domain=spec.domain,
        higher_is=_direction(spec, instrument),
        primary=spec.primary,
        score_low=low,
        score_high=high,
        measure=_measure(spec, instrument),
        grade="" if named is None else named.grade,
        citations=()
        if named is None
        else tuple(s.citation for s in named.citations("items", "reverse", "scoring")),
        smallest_change=spec.smallest_change,
    )
    return _with_thresholds(facts, spec, named)


def _direction(spec: OutcomeSpec, instrument: Instrument | None) -> Direction:
    """Whether a high score is good; a plan that contradicts its questionnaire is refused."""
    if spec.instrument is None or instrument is None:
        return spec.higher_is or "better"
    if instrument.kind == "note_only":
        if spec.higher_is is None:
            raise InstrumentError(
                f"{instrument.title} is listed without a scoring key, so nothing says whether a "
                "high score is good.",
                fix="add higher_is to the outcome, after its publisher's material.",
            )
        return spec.higher_is
    known = instrument.direction(spec.subscale)
    if spec.higher_is not in (None, known):
        raise InstrumentError(
            f"the plan says that higher is {spec.higher_is}, but on {instrument.title} higher is "
            f"{known}.",
            fix="leave higher_is out; if the scores were turned round, leave instrument out.",
        )
    return known


def _score_range(
    spec: OutcomeSpec, instrument: Instrument | None
) -> tuple[float | None, float | None]:
    """The lowest and highest possible score; None where nobody says."""
    if spec.items is None and spec.range is not None:
        return spec.range
    if instrument is None or instrument.kind == "note_only":
        return None, None
    return instrument.score_range(spec.subscale, variant=spec.variant)


def _with_thresholds(
    facts: OutcomeFacts, spec: OutcomeSpec, named: Instrument | None
) -> OutcomeFacts:
    """The facts with the thresholds of the questionnaire's total, in its standard scoring only."""
    if named is None or named.kind == "note_only":
        return facts
    if spec.subscale is not None or not named.same_ranges(spec.variant):
        return facts
    source = next((s.citation for s in named.citations("change")), "source not recorded")
    if named.reliable_change is not None:
        confirmed = named.is_verified("change.reliable_change")
        facts = replace(
            facts,
            reliable_change=named.reliable_change,
            reliable_change_source=source if confirmed else f"not confirmed; {source}",
        )
    if named.mcid is not None and named.is_verified("change.mcid"):
        facts = replace(facts, mcid=named.mcid, mcid_source=source)
    return facts


def _measure(spec: OutcomeSpec, instrument: Instrument | None) -> str:
    """How the outcome was measured, in words."""
    if instrument is None:
        return "a score that was already in the data"
    if spec.instrument is None:
        kind = "mean" if spec.score == "mean" else "sum"
        return f"{plural(instrument.n_items, 'own question')}, {kind}"
    words = instrument.title
    if spec.subscale is not None:
        words += f", subscale {spec.subscale.replace('_', ' ')}"
    if spec.variant is not None:
        words += f", variant {spec.variant.replace('_', ' ')}"
    return words if spec.items is not None else f"{words}, scored before it was read"


def _without_effect(spec: OutcomeSpec) -> list[Finding]:
    """Keys of the plan that are kept for later but change nothing yet; said, not hidden."""
    keys = (
        "band_set",
        "method",
        "reliability",
        "functional_mean",
        "functional_sd",
        "norm_mean",
        "norm_sd",
        "caseness",
    )
    given = [key for key in keys if getattr(spec, key) is not None]
    if not given:
        return []
    return [
        Finding(
            code="key_without_effect",
            severity="warn",
            what=f"{spec.title}: the plan gives {', '.join(given)}, which this version does "
            "not use yet.",
            effect="Individual change is judged by published thresholds only, and bands of "
            "scores are not counted.",
            outcome=spec.name,
        )
    ]
