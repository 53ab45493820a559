"""What a questionnaire or a plan says about each answer: which items there are, what they take."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from peereval.errors import InstrumentError, PlanError
from peereval.plan.labels import same_label

if TYPE_CHECKING:
    from peereval.instruments.form import Form
    from peereval.plan import OutcomeSpec


def place(outcome: OutcomeSpec) -> str:
    """How a message names an outcome of the plan."""
    return f"[[outcome]] '{outcome.name}'"


def form_of(outcome: OutcomeSpec) -> tuple[Form | None, tuple[int, ...]]:
    """The questionnaire's form and the items that have to be there; none for own items."""
    if outcome.instrument is None:
        return None, ()
    from peereval import instruments

    try:
        instrument = instruments.get(outcome.instrument)
        if outcome.items is None:
            return None, ()
        key = instrument.key(outcome.variant)
        form = key.form
        if outcome.subscale is not None:
            return form, key.scale(outcome.subscale).items
    except InstrumentError as err:
        raise PlanError(
            f"{place(outcome)}: {err.problem}", expected=err.expected, fix=err.fix
        ) from err
    return form, form.scored


def limits(
    outcome: OutcomeSpec, number: int | None, form: Form | None
) -> tuple[float, float, bool]:
    """Smallest and largest possible value, and whether only whole numbers are possible."""
    if form is not None and number is not None:
        low, high = form.range_of(number)
        return *_or_open(low, high), True
    if outcome.range is not None:
        low, high = outcome.range
        return low, high, outcome.items is not None
    if outcome.instrument is not None:
        return *_score_limits(outcome), False
    return -math.inf, math.inf, False


def answer_labels(outcome: OutcomeSpec, number: int | None, form: Form | None) -> dict[str, float]:
    """Numbers of an item's answer labels; the plan's come before the questionnaire's."""
    labels: dict[str, float] = {}
    if outcome.instrument is not None and form is not None and number is not None:
        from peereval import instruments
        from peereval.instruments.response_labels import response_labels

        labels = response_labels(instruments.get(outcome.instrument), form, number)
    own = {same_label(label) for label in outcome.labels}
    kept = {label: value for label, value in labels.items() if same_label(label) not in own}
    return {**kept, **outcome.labels}


def _score_limits(outcome: OutcomeSpec) -> tuple[float, float]:
    """Range of a questionnaire's score that is already in the data; open without a key."""
    from peereval import instruments

    instrument = instruments.get(str(outcome.instrument))
    if instrument.kind == "note_only":
        return -math.inf, math.inf
    try:
        return _or_open(*instrument.score_range(outcome.subscale))
    except InstrumentError as err:
        raise PlanError(
            f"{place(outcome)}: {err.problem}", expected=err.expected, fix=err.fix
        ) from err


def _or_open(low: float, high: float) -> tuple[float, float]:
    """Limits, infinite where a definition gives none."""
    return (
        -math.inf if math.isnan(low) else float(low),
        math.inf if math.isnan(high) else float(high),
    )
