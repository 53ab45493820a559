"""Other ways in which one questionnaire is printed or scored."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from peereval.errors import InstrumentError
from peereval.instruments.key import Key
from peereval.instruments.scale import EPS

if TYPE_CHECKING:
    from peereval.instruments.form import Form
    from peereval.instruments.scale import Method, Scale


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """Another response format, item order or metric of the same questionnaire.

    Whatever is None is as in the standard key.

    Attributes
    ----------
    id : str
        Name to ask for it by.
    description : str
        What it is, in words.
    response_min, response_max : float or None
        Response range of the items.
    reverse : tuple of int or None
        Reversed items; replaces the standard list.
    items : tuple of int or None
        Items that enter the total; the others are not scored.
    score_min, score_max : float or None
        Range of the total.
    subscale_min, subscale_max : float or None
        Range of every subscale.
    subscale_items : tuple of (str, tuple of int)
        Item lists of subscales that differ.
    """

    id: str
    description: str = ""
    response_min: float | None = None
    response_max: float | None = None
    reverse: tuple[int, ...] | None = None
    items: tuple[int, ...] | None = None
    score_min: float | None = None
    score_max: float | None = None
    subscale_min: float | None = None
    subscale_max: float | None = None
    subscale_items: tuple[tuple[str, tuple[int, ...]], ...] = ()

    @property
    def has_key(self) -> bool:
        """Whether it says enough to score by."""
        changes = (self.response_min, self.response_max, self.reverse, self.items, self.score_min)
        return bool(self.subscale_items) or any(c is not None for c in changes)

    def key(self, standard: Key) -> Key:
        """The standard key with this variant's parts in place of its own.

        A score whose range is given takes the method that spans it: its own, else the sum,
        else the mean of its items. Bands stay with scores whose range stays the same.

        Raises
        ------
        InstrumentError
            If the variant carries no key, or no method gives the range it states.
        """
        if not self.has_key:
            raise InstrumentError(
                f"The variant '{self.id}' of {standard.name} cannot be scored, because "
                f"its key is not known: {self.description or 'it has no description'}.",
                fix="score it elsewhere and give the score as a column; the standard key would be wrong.",
            )
        form = self._form(standard.form)
        return Key(
            name=standard.name,
            form=form,
            total=None if standard.total is None else self._total(standard.total, form),
            subscales=tuple(self._subscale(s, form) for s in standard.subscales),
        )

    def _form(self, form: Form) -> Form:
        """The form with this variant's range, reversals and scored items."""
        items = form.scored if self.items is None else self.items
        left_out = tuple(i for i in form.scored if i not in items)
        return replace(
            form,
            response_min=form.response_min if self.response_min is None else self.response_min,
            response_max=form.response_max if self.response_max is None else self.response_max,
            reverse=form.reverse if self.reverse is None else self.reverse,
            unscored=(*form.unscored, *left_out),
            left_out=left_out,
        )

    def _total(self, total: Scale, form: Form) -> Scale:
        """The total with this variant's items and range."""
        items = total.items if self.items is None else self.items
        return self._rescaled(replace(total, items=items), form, self.score_min, self.score_max)

    def _subscale(self, scale: Scale, form: Form) -> Scale:
        """A subscale with this variant's items and range."""
        items = dict(self.subscale_items).get(scale.name, scale.items)
        scale = replace(scale, items=items)
        return self._rescaled(scale, form, self.subscale_min, self.subscale_max)

    def _rescaled(self, scale: Scale, form: Form, low: float | None, high: float | None) -> Scale:
        """The scale on its new range; without its bands and cut-off where that range differs."""
        if low is not None and high is not None:
            scale = replace(scale, method=self._method(scale, form, low, high))
        new_min, new_max = scale.span(form)
        if abs(new_min - scale.score_min) < EPS and abs(new_max - scale.score_max) < EPS:
            return scale
        return replace(scale, score_min=new_min, score_max=new_max, bands=(), caseness=None)

    def _method(self, scale: Scale, form: Form, low: float, high: float) -> Method:
        """The first method whose span is the stated range."""
        methods: tuple[Method, ...] = (scale.method, "sum", "mean")
        for method in methods:
            span = replace(scale, method=method).span(form)
            if abs(span[0] - low) < EPS and abs(span[1] - high) < EPS:
                return method
        raise InstrumentError(
            f"variant {self.id}: no method gives {scale.name} the range {low:g} to {high:g}"
        )
