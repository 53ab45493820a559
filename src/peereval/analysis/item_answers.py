"""The answers behind a score: what each item gave, and what it added."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from peereval.analysis.score_outcomes import instrument_of

if TYPE_CHECKING:
    from peereval.data.study import Study
    from peereval.instruments.form import Form
    from peereval.plan import OutcomeSpec
    from peereval.typing import FloatMatrix


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ItemAnswers:
    """Answers to the items of one score, rows as in the study.

    Attributes
    ----------
    names : tuple of str
        The items' columns, without the wave.
    points : ndarray of float, shape (rows, items)
        What each item adds to the score, reversed items turned round; NaN where missing.
    given : ndarray of float, shape (rows, items)
        The answers as they were given.
    reversed_items : tuple of int
        Reversed items, counted from 1 among `names`.
    middle : float or None
        The answer that stays itself when it is turned round, the same for all items.
    """

    names: tuple[str, ...]
    points: FloatMatrix
    given: FloatMatrix
    reversed_items: tuple[int, ...]
    middle: float | None


def item_answers(study: Study) -> dict[str, ItemAnswers]:
    """Answers to the items of every outcome whose score is made of two items or more.

    A score that adds up the highest item of each domain is left out: its reliability is not that
    of its items together.

    Parameters
    ----------
    study : Study
        Checked answers.

    Returns
    -------
    dict of str to ItemAnswers
        By outcome; those whose score was already in the data are not in it.
    """
    found = {spec.name: _answers(study, spec) for spec in study.plan.outcomes if spec.items}
    return {name: answers for name, answers in found.items() if answers is not None}


def _answers(study: Study, spec: OutcomeSpec) -> ItemAnswers | None:
    """Answers to the items of one outcome; None where they make no scale."""
    instrument = instrument_of(study, spec)
    key = instrument.key(spec.variant)
    scale, form = key.scale(spec.subscale), key.form
    if len(scale.items) < 2 or scale.method == "domain_max_sum":
        return None
    answers = study.answers[spec.name].to_numpy(dtype=float)
    names = [item.name for item in study.items[spec.name]]
    # With "count" the key says which answers count, and nothing is turned round.
    turned = form.reverse if scale.method != "count" else ()
    return ItemAnswers(
        names=tuple(names[number - 1] for number in scale.items),
        points=instrument.item_points(answers, subscale=spec.subscale, variant=spec.variant),
        given=answers[:, [number - 1 for number in scale.items]],
        reversed_items=tuple(
            place for place, number in enumerate(scale.items, 1) if number in turned
        ),
        middle=_middle(form, scale.items),
    )


def _middle(form: Form, items: tuple[int, ...]) -> float | None:
    """The middle answer, where all items have the same range and it is one of their answers."""
    ranges = {form.range_of(number) for number in items}
    if len(ranges) != 1:
        return None
    middle = sum(ranges.pop()) / 2
    return middle if middle.is_integer() else None
