"""One score of a questionnaire: which items, how they are added up, what the result means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from peereval.instruments.form import Form
    from peereval.typing import Direction

Method: TypeAlias = Literal[
    "sum", "mean", "linear_sum", "linear_mean", "lookup", "count", "domain_max_sum"
]
MissingMethod: TypeAlias = Literal["none", "prorate", "mean_of_answered", "count_as_zero"]
MissingBasis: TypeAlias = Literal[
    "manual", "author_guidance", "implementation", "convention", "unstated"
]

TOTAL = "total"
"""Name of the total among the scores of a questionnaire."""

EPS = 1e-9
"""Scores nearer than this are the same score; only rounding differs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingRule:
    """What happens to a score when items were not answered.

    Attributes
    ----------
    method : {"none", "prorate", "mean_of_answered", "count_as_zero"}
        ``none``: a complete form is required. ``prorate`` and ``mean_of_answered``: missing
        items count as the mean of the answered ones. ``count_as_zero``: they add nothing.
    max_missing : int
        More missing items than this, and there is no score.
    basis : str
        Whose rule it is: ``manual``, ``author_guidance``, ``implementation``, ``convention``,
        or ``unstated`` when none was found and completeness is our default.
    note : str
        The rule in the words of its source.
    """

    method: MissingMethod
    max_missing: int
    basis: MissingBasis = "unstated"
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A named stretch of the score range, both ends included.

    Attributes
    ----------
    band_set : str
        Set the band belongs to; several sets may coexist for one score.
    label : str
        Name of the band, e.g. ``"moderate"``.
    low, high : float
        Lowest and highest score, in scale points.
    """

    band_set: str
    label: str
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CountRule:
    """Which answers of which items count one point each.

    Attributes
    ----------
    items : tuple of int
        Item numbers.
    counting : tuple of float
        Answers, as given on the form, that count.
    """

    items: tuple[int, ...]
    counting: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """A table that turns a raw sum into the published score.

    Attributes
    ----------
    raw : tuple of int
        Every raw sum, rising by one.
    values : tuple of float
        The score of each.
    """

    raw: tuple[int, ...]
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """One score: the total, or a subscale.

    Attributes
    ----------
    name : str
        ``"total"``, or the name of the subscale; also its column in a frame of scores.
    items : tuple of int
        Item numbers that enter it.
    method : str
        ``sum``; ``mean`` of items; ``linear_sum`` and ``linear_mean`` (factor x sum or mean,
        plus offset); ``lookup`` (sum, then `conversion`); ``count`` of items answered as in
        `rules`; ``domain_max_sum`` (highest item of each of `domains`, added up).
    score_min, score_max : float
        Range of the score, in scale points.
    higher_is : {"better", "worse"}
        What a higher score means.
    missing : MissingRule
        What happens when items were not answered.
    factor, offset : float
        Of the linear methods.
    rules : tuple of CountRule
        Of ``count``.
    domains : tuple of tuple of int
        Of ``domain_max_sum``.
    conversion : Conversion or None
        Of ``lookup``.
    bands : tuple of Band
        In file order; the first one's set is the default.
    caseness : float or None
        Score from which a person counts as a case, where this scale has its own.
    note : str
        What a reader should know about it.
    """

    name: str
    items: tuple[int, ...]
    method: Method
    score_min: float
    score_max: float
    higher_is: Direction
    missing: MissingRule
    factor: float = 1.0
    offset: float = 0.0
    rules: tuple[CountRule, ...] = ()
    domains: tuple[tuple[int, ...], ...] = ()
    conversion: Conversion | None = None
    bands: tuple[Band, ...] = ()
    caseness: float | None = None
    note: str = ""

    @property
    def band_sets(self) -> tuple[str, ...]:
        """Names of the sets of bands, in file order."""
        return tuple(dict.fromkeys(b.band_set for b in self.bands))

    def bands_of(self, band_set: str | None) -> tuple[Band, ...]:
        """Bands of one set from low to high; of the first set when that one is not here."""
        if not self.bands:
            return ()
        name = band_set if band_set in self.band_sets else self.band_sets[0]
        return tuple(sorted((b for b in self.bands if b.band_set == name), key=lambda b: b.low))

    def span(self, form: Form) -> tuple[float, float]:
        """Lowest and highest score that the items of `form` can give."""
        ends = list(zip(*(form.range_of(i) for i in self.items), strict=True))
        low, high = sum(ends[0]), sum(ends[1])
        n_items = len(self.items)
        match self.method:
            case "sum":
                span = low, high
            case "mean":
                span = low / n_items, high / n_items
            case "linear_sum":
                span = self._line(low, high)
            case "linear_mean":
                span = self._line(low / n_items, high / n_items)
            case "count":
                span = 0.0, float(n_items)
            case "lookup":
                values = self.conversion.values if self.conversion else (low, high)
                span = values[0], values[-1]
            case "domain_max_sum":
                span = self._highest(form, 0), self._highest(form, 1)
        return span

    def _line(self, low: float, high: float) -> tuple[float, float]:
        """Both ends after factor and offset, the lower one first."""
        ends = self.factor * low + self.offset, self.factor * high + self.offset
        return min(ends), max(ends)

    def _highest(self, form: Form, end: int) -> float:
        """Sum over domains of the highest `end` (0: minimum, 1: maximum) of its items."""
        return sum(max(form.range_of(i)[end] for i in domain) for domain in self.domains if domain)
