"""Rules that a scoring key must keep: items, ranges, methods, missing answers, bands."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from peereval.instruments.scale import EPS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from peereval.instruments.form import Form
    from peereval.instruments.key import Key
    from peereval.instruments.scale import Band, Scale


def key_problems(key: Key, *, band_step: float | None) -> Iterator[str]:
    """Yield every contradiction in a key, one short text each.

    Parameters
    ----------
    key : Key
        The key.
    band_step : float or None
        Distance between adjacent scores where the bands of the total cover its whole range.
        Bands of subscales always cover theirs, in steps of 1.
    """
    form_problems = list(_form_problems(key.form))
    yield from form_problems
    if form_problems:
        return
    names = [scale.name for scale in key.scales]
    if len(set(names)) < len(names):
        yield "a subscale is called total"
    for scale in key.scales:
        is_total = scale is key.total
        where = "" if is_total else f"subscale {scale.name}: "
        for problem in _scale_problems(scale, key.form):
            yield where + problem
        for problem in _band_problems(scale, band_step if is_total else 1):
            yield where + problem


def _form_problems(form: Form) -> Iterator[str]:
    """Reversed and unscored items must be on the form, and ranges must run upwards."""
    numbers, scored = set(form.numbers), set(form.scored)
    if form.response_min >= form.response_max:
        yield "response range upside down"
    if not set(form.unscored) <= numbers:
        yield "unscored item outside the form"
    for items in (form.unscored, form.reverse, tuple(own.number for own in form.own_ranges)):
        if len(set(items)) < len(items):
            yield "repeated item"
    if not set(form.reverse) <= scored:
        yield "reversed item is not scored"
    for own in form.own_ranges:
        if own.number not in numbers or own.low >= own.high:
            yield f"range of item {own.number}"
    ends = {
        form.response_min,
        form.response_max,
        *(e for o in form.own_ranges for e in (o.low, o.high)),
    }
    if any(math.isfinite(e) and e != int(e) for e in ends):
        yield "response range is not of whole numbers"


def _scale_problems(scale: Scale, form: Form) -> Iterator[str]:
    """Items, method and missing rule must fit each other and the stated range."""
    if not scale.items or not set(scale.items) <= set(form.scored):
        yield "items outside the scored set"
        return
    if len(set(scale.items)) < len(scale.items):
        yield "repeated item"
    method_problems = list(_method_problems(scale, form))
    yield from method_problems
    if not method_problems:
        low, high = scale.span(form)
        if abs(low - scale.score_min) > EPS or abs(high - scale.score_max) > EPS:
            stated = f"{scale.score_min:g} to {scale.score_max:g}"
            yield f"score range {stated} but items give {low:g} to {high:g}"
    yield from _missing_problems(scale, form)


def _method_problems(scale: Scale, form: Form) -> Iterator[str]:
    """Each method needs its own material, complete and without contradiction."""
    match scale.method:
        case "count":
            yield from _count_problems(scale, form)
        case "lookup":
            yield from _lookup_problems(scale, form)
        case "domain_max_sum":
            if sorted(i for domain in scale.domains for i in domain) != sorted(scale.items):
                yield "domains are not a partition of the items"
            elif not all(scale.domains):
                yield "empty domain"
        case _:
            pass


def _count_problems(scale: Scale, form: Form) -> Iterator[str]:
    """Count rules must cover each item once, with answers that the item takes."""
    seen = [i for rule in scale.rules for i in rule.items]
    ruled = set(seen)
    if len(ruled) < len(seen) or not set(scale.items) <= ruled <= set(form.scored):
        yield "count rules do not cover each item once"
        return
    for rule in scale.rules:
        ranges = [form.range_of(i) for i in rule.items]
        if any(not low <= value <= high for value in rule.counting for low, high in ranges):
            yield "count value outside the response range"
    # Rules read the answer as given; a reversed one would have two meanings.
    if set(scale.items) & set(form.reverse):
        yield "counted items cannot be reversed"


def _lookup_problems(scale: Scale, form: Form) -> Iterator[str]:
    """A conversion table must have one rising value for every possible raw sum."""
    raw, values = (scale.conversion.raw, scale.conversion.values) if scale.conversion else ((), ())
    if len(raw) != len(values):
        yield "lookup columns differ in length"
    ranges = [form.range_of(i) for i in scale.items]
    low, high = (int(sum(r[end] for r in ranges)) for end in (0, 1))
    if list(raw) != list(range(low, high + 1)):
        yield "lookup rows do not cover the raw range"
    if any(a >= b for a, b in pairwise(values)):
        yield "lookup values do not rise"


def _missing_problems(scale: Scale, form: Form) -> Iterator[str]:
    """A missing rule must leave something to score and mean something for the method."""
    rule = scale.missing
    if not 0 <= rule.max_missing < len(scale.items):
        yield "max_missing too large"
    if rule.max_missing == 0:
        return
    if rule.method == "none":
        yield "max_missing without a missing method"
    # A raw sum with parts filled in has no row in the table; the highest item of a domain
    # is not known while one of its items is missing.
    if scale.method in {"lookup", "domain_max_sum"}:
        yield f"method {scale.method} needs complete answers, so max_missing must be 0"
    lowest = {0.0} if scale.method == "count" else {form.range_of(i)[0] for i in scale.items}
    if rule.method == "count_as_zero" and lowest != {0.0}:
        yield "count_as_zero, but zero is not an answer of every item"


def _band_problems(scale: Scale, step: float | None) -> Iterator[str]:
    """Bands of one set must not overlap; complete ones must cover the range without a gap."""
    for band in scale.bands:
        if band.low > band.high:
            yield f"band {band.label} upside down"
    for name in scale.band_sets:
        bands = scale.bands_of(name)
        where = f"bands {name}".strip()
        if len({b.label for b in bands}) < len(bands):
            yield f"{where}: repeated label"
        for a, b in pairwise(bands):
            if b.low <= a.high:
                yield f"{where}: {a.label} and {b.label} overlap"
            elif step is not None and abs(b.low - a.high - step) > EPS:
                yield f"{where}: gap before {b.label}"
        if step is not None:
            yield from _edge_problems(scale, bands, where)


def _edge_problems(scale: Scale, bands: tuple[Band, ...], where: str) -> Iterator[str]:
    """Complete bands must begin and end with the score range."""
    if abs(bands[0].low - scale.score_min) > EPS:
        yield f"{where}: does not start at {scale.score_min:g}"
    if abs(bands[-1].high - scale.score_max) > EPS:
        yield f"{where}: does not end at {scale.score_max:g}"
