"""What readers must know of an outcome: range, direction, thresholds, bands, how it was measured."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from peereval.errors import InstrumentError, PlanError
from peereval.instruments.score import check_band_set
from peereval.notes import Finding
from peereval.results.facts import BandFacts, CaseFacts, IndexFacts, OutcomeFacts
from peereval.results.format import places_for, plural
from peereval.stats.categories.likert import possible_answers

if TYPE_CHECKING:
    from peereval.instruments import Instrument
    from peereval.plan import OutcomeSpec
    from peereval.typing import Direction, FloatVector


def outcome_facts(
    spec: OutcomeSpec, instrument: Instrument | None, scores: FloatVector
) -> OutcomeFacts:
    """What readers must know about an outcome.

    Parameters
    ----------
    spec : OutcomeSpec
        Of the plan.
    instrument : Instrument or None
        What it is scored by: a questionnaire, the charity's own items, or nothing.
    scores : ndarray of float
        Its scores, NaN where missing.

    Raises
    ------
    InstrumentError
        If the plan contradicts the questionnaire, or asks for what it does not have.
    PlanError
        If the plan places a cut-off outside the possible scores.
    """
    named = instrument if spec.instrument is not None else None
    low, high = _score_range(spec, instrument)
    if low is not None and high is not None and (problem := spec.off_scale(low, high)):
        raise PlanError(
            f"[[outcome]] '{spec.name}': {problem}.", fix="give it in points of the score."
        )
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
        index=_index(spec),
        bands=_bands(spec, named),
        bands_source="" if named is None else _bands_source(named),
        answers=_answers(spec, scores),
        places_found=_places(scores),
    )
    facts = _with_thresholds(facts, spec, named)
    return facts if spec.caseness is None else replace(facts, case=_planned_case(spec, facts))


def _index(spec: OutcomeSpec) -> IndexFacts | None:
    """The index of reliable change of the plan; Jacobson and Truax's when it names none."""
    if spec.reliability is None:
        return None
    return IndexFacts(
        method=spec.method or "JT",
        reliability=spec.reliability,
        functional_mean=spec.functional_mean,
        functional_sd=spec.functional_sd,
    )


def _planned_case(spec: OutcomeSpec, facts: OutcomeFacts) -> CaseFacts:
    """The plan's caseness: a score at the cut-off is a case."""
    rule = ">=" if facts.higher_is == "worse" else "<="
    return CaseFacts(cutoff=float(spec.caseness or 0.0), rule=rule, source="the plan")


def _bands(spec: OutcomeSpec, named: Instrument | None) -> tuple[BandFacts, ...]:
    """The bands of the score, from low to high."""
    if named is None or named.kind == "note_only":
        return ()
    key = named.key(spec.variant)
    check_band_set(key, spec.band_set)
    bands = key.scale(spec.subscale).bands_of(spec.band_set)
    return tuple(BandFacts(label=b.label, low=b.low, high=b.high) for b in bands)


def _bands_source(named: Instrument) -> str:
    """Where the bands are from; marked where nothing confirms them."""
    source = next((s.citation for s in named.citations("bands")), "source not recorded")
    return source if named.is_verified("bands") else f"not confirmed; {source}"


def _answers(spec: OutcomeSpec, scores: FloatVector) -> tuple[int, ...]:
    """The answers of a single question: a column of whole numbers in a short range."""
    if spec.column is None or spec.instrument is not None or spec.range is None:
        return ()
    found = scores[np.isfinite(scores)]
    whole = bool((found == np.floor(found)).all())
    return possible_answers(*spec.range) if whole else ()


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
    if named.caseness is not None and named.caseness_rule:
        confirmed = named.is_verified("change.caseness")
        case = CaseFacts(
            cutoff=named.caseness,
            rule=named.caseness_rule,
            source=source if confirmed else f"not confirmed; {source}",
        )
        facts = replace(facts, case=case)
    if named.mcid is not None and named.is_verified("change.mcid"):
        source = next((s.citation for s in named.citations("change.mcid")), source)
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


def _places(scores: FloatVector) -> int:
    """Decimals that suit the scores found: one, and more where they differ by less than one."""
    found = scores[np.isfinite(scores)]
    span = float(np.ptp(found)) if found.size else 0.0
    return places_for(span) if 0 < span < 1 else 1


def without_effect(spec: OutcomeSpec, facts: OutcomeFacts) -> list[Finding]:
    """Keys of the plan that change nothing here; said, not hidden."""
    given = [key for key in ("norm_mean", "norm_sd") if getattr(spec, key) is not None]
    found = []
    if given:
        found.append(
            Finding(
                code="key_without_effect",
                severity="warn",
                what=f"{spec.title}: the plan gives {', '.join(given)}, which this version does "
                "not use yet.",
                effect="Scores are not compared with a norm.",
                outcome=spec.name,
            )
        )
    counted = facts.index is not None or facts.reliable_change is not None
    if spec.caseness is not None and not counted:
        found.append(
            Finding(
                code="key_without_effect",
                severity="warn",
                what=f"{spec.title}: the plan gives caseness, but neither the plan a reliability "
                "nor the questionnaire a published threshold.",
                effect="Nobody is counted as changed or recovered.",
                fix="add the reliability of the scale to the outcome.",
                outcome=spec.name,
            )
        )
    return found
