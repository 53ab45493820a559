"""Rules that a definition must keep, so that no file can contradict itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from peereval.errors import InstrumentError
from peereval.instruments.change import NO_FACTS
from peereval.instruments.key_rules import key_problems
from peereval.instruments.scale import EPS, TOTAL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from peereval.instruments.model import Instrument
    from peereval.instruments.provenance import Norm
    from peereval.instruments.scale import Scale

GROUPS = (
    *("items", "reverse", "scoring", "missing", "subscales", "bands", "change"),
    *("psychometrics", "licence", "variants"),
)
"""Parts of a definition that sources support."""


def definition_problems(instrument: Instrument, *, band_step: float | None) -> list[str]:
    """Every contradiction in a definition, one short text each; empty when it holds together.

    Parameters
    ----------
    instrument : Instrument
        As read from its file.
    band_step : float or None
        Distance between adjacent scores where the bands of the total cover its whole range;
        None where they do not.
    """
    problems = list(key_problems(instrument.standard, band_step=band_step))
    # Later rules compute with the key, which a broken one does not allow.
    if not problems:
        problems += _variant_problems(instrument)
        problems += _threshold_problems(instrument)
        problems += _norm_problems(instrument)
    problems += _missing_problems(instrument)
    problems += _provenance_problems(instrument)
    problems += _grade_problems(instrument)
    return problems


def _missing_problems(instrument: Instrument) -> Iterator[str]:
    """The rule for missing answers must allow what its method and basis say."""
    rule = instrument.missing
    if rule is None:
        return
    if rule.basis == "unstated" and rule.max_missing:
        yield "unstated basis with a missing allowance"
    if (rule.max_missing == 0) != (rule.method == "none"):
        yield "missing rule inconsistent: a method needs an allowance and the other way round"


def _variant_problems(instrument: Instrument) -> Iterator[str]:
    """Each variant must give a key as sound as the standard one, in the range it states."""
    ids = [v.id for v in instrument.variants]
    if len(set(ids)) < len(ids):
        yield "repeated variant id"
    for variant in instrument.variants:
        ends = (variant.score_min is None) + (variant.score_max is None)
        ends_of_subscales = (variant.subscale_min is None) + (variant.subscale_max is None)
        if 1 in {ends, ends_of_subscales}:
            yield f"variant {variant.id}: a score range needs both ends"
        named = {*(variant.reverse or ()), *(variant.items or ())}
        if not named <= set(instrument.standard.form.numbers):
            yield f"variant {variant.id}: items outside the form"
        elif variant.has_key:
            try:
                key = variant.key(instrument.standard)
            except InstrumentError as err:
                yield err.problem
            else:
                for problem in key_problems(key, band_step=None):
                    yield f"variant {variant.id}: {problem}"


def _threshold_problems(instrument: Instrument) -> Iterator[str]:
    """Cut-offs must lie in the score range, thresholds of change within its width."""
    total, change = instrument.total, instrument.change
    if total is not None:
        named = [("caseness", change.caseness), *change.others]
        cut_offs = [
            (k, v) for k, v in named if k.startswith("caseness") and isinstance(v, int | float)
        ]
        for name, value in cut_offs:
            if not total.score_min <= value <= total.score_max:
                yield f"{name} outside the score range"
        width = total.score_max - total.score_min
        steps = {"reliable_change": change.reliable_change, "mcid": change.mcid}
        for name, step in steps.items():
            if step is not None and not 0 < step < width:
                yield f"{name} implausible"
    if change.caseness is not None and not change.caseness_rule:
        yield "caseness without caseness_rule"
    confidence = change.reliable_change_confidence
    if confidence is not None and not 0 < confidence < 1:
        yield "reliable_change_confidence is not between 0 and 1"
    for scale in instrument.subscales:
        if scale.caseness is not None and not scale.score_min <= scale.caseness <= scale.score_max:
            yield f"subscale {scale.name}: caseness outside the score range"


def _norm_problems(instrument: Instrument) -> Iterator[str]:
    """A published mean must be a score that the scale can give."""
    scales = {scale.name: scale for scale in instrument.standard.scales}
    for row in instrument.norms:
        if not row.population:
            yield "norm row without population"
        if row.sd is not None and row.sd <= 0:
            yield "norm sd is not positive"
        if row.metric in scales and not _mean_fits(row, scales[row.metric]):
            which = "norm mean" if row.metric == TOTAL else f"norm mean of subscale {row.metric}"
            yield f"{which} outside the score range"


def _mean_fits(row: Norm, scale: Scale) -> bool:
    """Whether a norm's mean, where given, lies in the score range."""
    return row.mean is None or scale.score_min - EPS <= row.mean <= scale.score_max + EPS


def _provenance_problems(instrument: Instrument) -> Iterator[str]:
    """Each part must be sourced or marked unverified."""
    unverified = set(instrument.verification.unverified)
    if not instrument.sources:
        yield "no source"
    for source in instrument.sources:
        if not source.citation:
            yield "empty citation"
        unknown = sorted(f for f in source.fields if f.split(".")[0] not in GROUPS)
        if unknown:
            yield f"unknown field in source: {unknown}"
    for name in sorted(unverified):
        if name.split(".")[0] not in {*GROUPS, "coding"}:
            yield f"unverified names {name}"
    sourced = {field for source in instrument.sources for field in source.fields}
    for part in _parts(instrument):
        if part not in sourced | unverified:
            yield f"{part}: neither sourced nor marked unverified"


def _grade_problems(instrument: Instrument) -> Iterator[str]:
    """The grade must agree with what is sourced and what is not."""
    unverified, grade = set(instrument.verification.unverified), instrument.grade
    core = {"items", "reverse", "scoring"} & unverified
    if instrument.kind == "scored" and core and grade != "C":
        yield f"core fields {sorted(core)} unverified but grade {grade}"
    if grade == "C" and not unverified:
        yield "grade C must list what is unverified"
    key_parts = {"items", "reverse", "scoring", "subscales"}
    if grade == "A" and sum(bool(key_parts & set(s.fields)) for s in instrument.sources) < 2:
        yield "grade A needs two sources on the scoring key"


def _parts(instrument: Instrument) -> list[str]:
    """Parts that the definition contains and that need a source."""
    rule = instrument.missing
    present = {
        "items": True,
        "licence": True,
        "reverse": instrument.kind == "scored",
        "scoring": instrument.kind == "scored",
        # Without a stated rule, completeness is our default and has no source.
        "missing": rule is not None and rule.basis != "unstated",
        "subscales": bool(instrument.subscales),
        "bands": bool(instrument.bands),
        "change": instrument.change != NO_FACTS,
        "psychometrics": bool(instrument.psychometrics or instrument.norms),
        "variants": bool(instrument.variants),
    }
    return sorted(part for part, is_there in present.items() if is_there)
