"""One outcome of the plan: where its answers are and how they become a score."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from peereval.errors import did_you_mean
from peereval.plan.labels import same_label
from peereval.plan.tables import Flag, Name, Number, Table
from peereval.typing import Direction


class OutcomeSpec(Table):
    """One outcome: where its answers are and how they become a score.

    Exactly one of three kinds: a named questionnaire (`instrument` with `items`, or with
    `column` when its total is already there), the charity's own items (`items`, `range`,
    `score`), or a column that is already a score (`column`).
    """

    name: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")]
    label: str = ""
    domain: Name
    instrument: Name | None = None
    subscale: Name | None = None
    variant: Name | None = None
    band_set: Name | None = None
    items: Name | tuple[Name, ...] | None = None
    column: Name | None = None
    reverse: tuple[Name, ...] = ()
    range: tuple[Number, Number] | None = None
    score: Literal["sum", "mean"] | None = None
    max_missing: int = Field(default=0, ge=0, strict=True)
    labels: dict[Name, Number] = Field(default_factory=dict)
    higher_is: Direction | None = None
    primary: Flag = False
    smallest_change: Number | None = Field(default=None, gt=0)
    method: Literal["JT", "GLN", "HLL", "EN", "NK", "HA", "Maassen"] | None = None
    reliability: Number | None = Field(default=None, gt=0, lt=1)
    functional_mean: Number | None = None
    functional_sd: Number | None = Field(default=None, gt=0)
    norm_mean: Number | None = None
    norm_sd: Number | None = Field(default=None, gt=0)
    caseness: Number | None = None

    @property
    def title(self) -> str:
        """Label for readers; made of the machine name when the plan gives none."""
        words = self.name.replace("_", " ")
        return self.label or words[:1].upper() + words[1:]

    @property
    def bespoke(self) -> bool:
        """Whether the outcome is built from the charity's own items."""
        return self.items is not None and self.instrument is None

    @model_validator(mode="after")
    def _one_kind(self) -> OutcomeSpec:
        if (self.items is None) == (self.column is None):
            both = "both 'items' and 'column'" if self.items else "neither 'items' nor 'column'"
            raise ValueError(f"it has {both}; give one of them")
        if self.items == ():
            raise ValueError("'items' is an empty list")
        if self.range is not None and not self.range[0] < self.range[1]:
            raise ValueError("'range' must run from the lowest to the highest possible value")
        if isinstance(self.items, str) and "{item}" not in self.items:
            raise ValueError("a pattern in 'items' needs {item}, or give a list of columns")
        if self.instrument is None:
            self._without_instrument()
        else:
            self._with_instrument()
        self._answer_labels()
        self._individual_change()
        return self

    def _answer_labels(self) -> None:
        """Refuse labels that cannot be told apart, or stand for impossible numbers."""
        if self.labels and self.instrument is not None and self.column is not None:
            raise ValueError("'labels' are of answers to items; 'column' is scored already")
        seen: dict[str, str] = {}
        for label, value in self.labels.items():
            if (other := seen.setdefault(same_label(label), label)) != label:
                raise ValueError(
                    f"'labels' has '{other}' and '{label}', which are read as the same"
                )
            if self.range is not None and not self.range[0] <= value <= self.range[1]:
                low, high = self.range
                raise ValueError(
                    f"the number of '{label}' in 'labels' lies outside 'range', {low:g} to {high:g}"
                )

    def _individual_change(self) -> None:
        """Refuse keys for individual change that do nothing, or contradict each other."""
        functional = [
            k for k in ("functional_mean", "functional_sd") if getattr(self, k) is not None
        ]
        if len(functional) == 1:
            raise ValueError("'functional_mean' and 'functional_sd' go together")
        if self.reliability is None:
            for key in ("method", *functional):
                if getattr(self, key) is not None:
                    raise ValueError(f"'{key}' needs a 'reliability'")
        if functional and self.caseness is not None:
            raise ValueError(
                "it gives two cut-offs, 'caseness' and 'functional_mean' with 'functional_sd'; "
                "give one of them"
            )
        # The range of own items is that of single answers, which only their mean shares.
        if self.range is not None and self.score != "sum" and (text := self.off_scale(*self.range)):
            raise ValueError(text)

    def off_scale(self, low: float, high: float) -> str:
        """What the plan places outside the possible scores, as a refusal; empty for nothing."""
        for key in ("caseness", "functional_mean"):
            value = getattr(self, key)
            if value is not None and not low <= value <= high:
                return f"'{key}' is {value:g}, outside the possible scores, {low:g} to {high:g}"
        return ""

    @property
    def columns(self) -> tuple[str, ...]:
        """Column names or patterns the outcome is read from."""
        if self.column is not None:
            return (self.column,)
        return (self.items,) if isinstance(self.items, str) else self.items or ()

    def _without_instrument(self) -> None:
        if self.higher_is is None:
            raise ValueError('\'higher_is\' is missing; say whether "better" or "worse"')
        for key in ("subscale", "variant", "band_set"):
            if getattr(self, key) is not None:
                raise ValueError(f"'{key}' needs an 'instrument'")
        if self.column is None:
            self._own_items()
            return
        for key in ("reverse", "score", "max_missing"):
            if key in self.model_fields_set:
                raise ValueError(f"'{key}' goes with 'items', not with 'column'")

    def _own_items(self) -> None:
        if self.range is None:
            raise ValueError("own items need a 'range', e.g. range = [1, 5]")
        if self.score is None:
            raise ValueError('own items need \'score\': "sum" or "mean"')
        if isinstance(self.items, tuple):
            if len(set(self.items)) != len(self.items):
                raise ValueError("the same column stands twice in 'items'")
            if self.max_missing >= len(self.items):
                raise ValueError("'max_missing' must be less than the number of items")
            for item in self.reverse:
                if item not in self.items:
                    raise ValueError(
                        f"'{item}' in 'reverse' is not in 'items'; {did_you_mean(item, self.items)}"
                    )

    def _with_instrument(self) -> None:
        for key in ("reverse", "score", "max_missing", "range"):
            if key in self.model_fields_set:
                raise ValueError(f"'{key}' comes from the questionnaire '{self.instrument}'")
        if self.column is not None and self.variant is not None:
            raise ValueError("'variant' says how items are scored; 'column' is already scored")
