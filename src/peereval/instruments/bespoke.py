"""The charity's own items, scored the same way as a published questionnaire."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from peereval.errors import InstrumentError
from peereval.instruments.form import Form
from peereval.instruments.key import Key
from peereval.instruments.key_rules import key_problems
from peereval.instruments.model import Instrument
from peereval.instruments.provenance import Verification
from peereval.instruments.scale import TOTAL, MissingRule, Scale

if TYPE_CHECKING:
    from collections.abc import Iterable

    from peereval.typing import Direction


def bespoke(
    *,
    id: str,  # noqa: A002 - the same word as in every definition
    name: str,
    n_items: int,
    response_min: float,
    response_max: float,
    method: Literal["sum", "mean"],
    higher_is: Direction,
    reverse: Iterable[int] = (),
    max_missing: int = 0,
) -> Instrument:
    """Make an instrument of the charity's own items.

    Parameters
    ----------
    id, name : str
        Machine name and the name readers see.
    n_items : int
        How many items, in the order in which answers will be given.
    response_min, response_max : float
        Lowest and highest answer of every item; whole numbers.
    method : {"sum", "mean"}
        How the items make the total.
    higher_is : {"better", "worse"}
        What a higher total means.
    reverse : iterable of int
        Items (from 1) that are turned round first: ``min + max - x``.
    max_missing : int, default 0
        Up to so many missing items count as the mean of the answered ones.

    Returns
    -------
    Instrument
        With a total and no subscales; no source confirms it, and none is claimed.

    Raises
    ------
    InstrumentError
        If the parts contradict each other, e.g. a reversed item that is not there.

    Examples
    --------
    >>> own = bespoke(id="sense", name="Sense of belonging", n_items=3, reverse=[2],
    ...               response_min=1, response_max=5, method="mean", max_missing=1,
    ...               higher_is="better")
    >>> own.score([[5, 1, 5], [4, None, 3], [None, None, 3]])["total"].tolist()
    [5.0, 3.5, nan]
    """
    problems = [
        f"'{word}' is not one of {', '.join(options)}"
        for word, options in ((method, ("sum", "mean")), (higher_is, ("better", "worse")))
        if word not in options
    ]
    if n_items < 1:
        problems.append("there are no items")
    if not (math.isfinite(response_min) and math.isfinite(response_max)):
        problems.append("the response range has no end")
    if not problems:
        form = Form(
            n_items=n_items,
            response_min=response_min,
            response_max=response_max,
            reverse=tuple(reverse),
        )
        total = _total(form, method, higher_is, max_missing)
        key = Key(name=name, form=form, total=total)
        problems = list(key_problems(key, band_step=None))
    if problems:
        raise InstrumentError(f"The items of '{name}' cannot be scored: {'; '.join(problems)}.")
    return Instrument(
        id=id,
        name=name,
        abbreviation="",
        domain="",
        construct="",
        kind="bespoke",
        higher_is=higher_is,
        standard=key,
        missing=total.missing,
        verification=Verification(grade=""),
    )


def _total(
    form: Form, method: Literal["sum", "mean"], higher_is: Direction, max_missing: int
) -> Scale:
    """The total of all items, with the range that they give."""
    total = Scale(
        name=TOTAL,
        items=form.numbers,
        method=method,
        score_min=form.response_min,
        score_max=form.response_max,
        higher_is=higher_is,
        missing=MissingRule(
            method="prorate" if max_missing else "none",
            max_missing=max_missing,
            note="as the plan says",
        ),
    )
    low, high = total.span(form)
    return replace(total, score_min=low, score_max=high)
