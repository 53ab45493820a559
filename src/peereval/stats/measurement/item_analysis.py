"""What the items of one scale show about it: reliability, and each item against the others."""

from __future__ import annotations

import html
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from peereval.errors import StatisticsError
from peereval.results.estimate import Estimate, NotEstimated
from peereval.stats.basics.estimates import estimate_named, row_of
from peereval.stats.basics.moments import largest_size, mean_and_sd
from peereval.stats.basics.pairs import ROUNDING, score_vector
from peereval.stats.basics.student import check_level
from peereval.stats.measurement.items import complete_forms, item_names, total_variance
from peereval.stats.measurement.measurement_error import measurement_errors
from peereval.stats.measurement.omega import omega_of
from peereval.stats.measurement.reliability import (
    RELIABILITY,
    alpha_of,
    alpha_value,
    standardised_alpha_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import ArrayLike

    from peereval.stats.measurement.items import CompleteForms
    from peereval.typing import FloatMatrix

COLUMNS = ("name", "value", "ci_low", "ci_high", "n", "unit", "method")


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemStatistics:
    """One item against the others.

    Attributes
    ----------
    item : str
        Name of the item.
    mean, sd, rest_correlation, alpha_if_dropped : Estimate or NotEstimated
        Mean and SD of its answers; its correlation with the sum of the other items; alpha of the
        others alone.
    """

    item: str
    mean: Estimate | NotEstimated
    sd: Estimate | NotEstimated
    rest_correlation: Estimate | NotEstimated
    alpha_if_dropped: Estimate | NotEstimated

    @property
    def estimates(self) -> tuple[Estimate | NotEstimated, ...]:
        """All four."""
        return (self.mean, self.sd, self.rest_correlation, self.alpha_if_dropped)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemAnalysis:
    """Reliability of a scale and statistics of its items.

    Attributes
    ----------
    estimates : tuple of Estimate or NotEstimated
        ``alpha``, ``alpha_standardised``, ``omega_total``; ``sem``, ``sdc``, ``sdc_group`` in
        points of the score.
    items : tuple of ItemStatistics
        In the order given.
    n : int
        Complete forms, on which all but the last three estimates rest.
    n_excluded : int
        People left out because an answer was missing.
    """

    estimates: tuple[Estimate | NotEstimated, ...]
    items: tuple[ItemStatistics, ...]
    n: int
    n_excluded: int

    def get(self, name: str) -> Estimate | NotEstimated:
        """The estimate of that name.

        Raises
        ------
        StatisticsError
            If there is none; the nearest name is suggested.
        """
        return estimate_named(name, self.estimates)

    def tidy(self) -> pd.DataFrame:
        """One row per number: of the scale (item empty), then of each item.

        A number that could not be computed is NaN and has the method
        ``"not estimated: REASON"``.

        Examples
        --------
        >>> answers = [[1, 2, 1], [2, 2, 3], [3, 4, 3], [4, 4, 4], [2, 3, 2], [1, 1, 2]]
        >>> analyse_items(answers).tidy()["name"].head(3).tolist()
        ['alpha', 'alpha_standardised', 'omega_total']
        """
        import pandas as pd

        of_scale = [("", e) for e in self.estimates]
        of_items = [(i.item, e) for i in self.items for e in i.estimates]
        rows = [{"item": item, **row_of(e, COLUMNS)} for item, e in of_scale + of_items]
        return pd.DataFrame(rows, columns=["item", *COLUMNS])

    def summary(self) -> str:
        """Forms used and left out, then the table as text.

        Examples
        --------
        >>> print(analyse_items([[1, 2], [2, 3], [4, 4], [3, None]]).summary().splitlines()[0])
        3 of 4 people answered every item; 1 left out.
        """
        return f"{self._people()}\n{self.tidy().to_string(index=False, float_format='%.4g')}"

    def _repr_html_(self) -> str:
        table = self.tidy().to_html(index=False, float_format=lambda x: f"{x:.4g}")
        return f"<p>{html.escape(self._people())}</p>\n{table}"

    def _people(self) -> str:
        """Who was used and who was left out, in words."""
        asked = self.n + self.n_excluded
        return f"{self.n} of {asked} people answered every item; {self.n_excluded} left out."


def analyse_items(
    items: ArrayLike,
    *,
    scores: ArrayLike | None = None,
    names: Sequence[str] | None = None,
    ci_level: float = 0.95,
) -> ItemAnalysis:
    r"""Reliability of a scale, and each of its items against the others.

    The item-rest correlation is that of an item with the sum of the *other* items:

    .. math:: r_i = \frac{c_{iT} - s_i^2}{s_i\, s_{T - i}}

    Negative: the item runs against the rest, as when it was to be reversed and was not, or was
    reversed twice. Alpha if dropped is alpha of the others alone.

    Parameters
    ----------
    items : array_like of float, shape (people, items)
        Answers, reversed items already turned round, NaN where missing. Everything about items
        rests on the people who answered all of them.
    scores : array_like of float, shape (people,), optional
        The score as it is used, where it is not the plain sum of the items (a mean, or one with a
        rule for missing items); NaN where there is none. The error of measurement is in its points
        and rests on its SD.
    names : sequence of str, optional
        Names of the items; the columns of a data frame, else numbers from 1, by default.
    ci_level : float, default 0.95
        Confidence level of alpha's interval.

    Returns
    -------
    ItemAnalysis

    Raises
    ------
    StatisticsError
        If answers are not a table of finite numbers, or scores and names do not fit it.

    Examples
    --------
    >>> answers = [[1, 2, 1], [2, 2, 3], [3, 4, 3], [4, 4, 4], [2, 3, 2], [1, 1, 2]]
    >>> found = analyse_items(answers, names=["calm", "useful", "close"])
    >>> [(i.item, round(i.rest_correlation.value, 2)) for i in found.items]
    [('calm', 0.99), ('useful', 0.79), ('close', 0.78)]
    >>> round(found.get("sem").value, 2)
    0.88
    """
    check_level(ci_level)
    forms = complete_forms(items)
    named = item_names(names, items, forms.n_items)
    alpha = alpha_of(forms, ci_level=ci_level)
    return ItemAnalysis(
        estimates=(
            alpha,
            standardised_alpha_of(forms),
            omega_of(forms),
            *measurement_errors(alpha, *_spread(forms, scores)),
        ),
        items=_items(forms, named),
        n=forms.n,
        n_excluded=forms.n_excluded,
    )


def _spread(forms: CompleteForms, scores: ArrayLike | None) -> tuple[float, int]:
    """SD of the scores and their number; of the sum of the items where none are given."""
    if scores is None:
        found = forms.answers.sum(axis=1)
        rounding = ROUNDING * float(np.abs(forms.answers).sum(axis=1).max(initial=0.0))
    else:
        found = score_vector(scores, "given")
        people = forms.n + forms.n_excluded
        if found.size != people:
            raise StatisticsError(
                f"{found.size} scores for the answers of {people} people.",
                expected="one score per person, in the same order",
                fix="give NaN where a person has no score.",
            )
        found = found[~np.isnan(found)]
        rounding = ROUNDING * largest_size(found)
    return mean_and_sd(found, rounding)[1], int(found.size)


def _items(forms: CompleteForms, names: tuple[str, ...]) -> tuple[ItemStatistics, ...]:
    """Statistics of every item."""
    means, sds = forms.means_and_sds()
    covariances = None if forms.too_few else forms.covariances()
    return tuple(
        ItemStatistics(
            item=name,
            mean=_moment("item_mean", means[i], forms, needed=1),
            sd=_moment("item_sd", sds[i], forms, needed=2),
            rest_correlation=_rest_correlation(forms, covariances, i),
            alpha_if_dropped=_alpha_without(forms, covariances, i),
        )
        for i, name in enumerate(names)
    )


def _moment(
    name: str, value: float, forms: CompleteForms, *, needed: int
) -> Estimate | NotEstimated:
    """Mean or SD of an item's answers on complete forms."""
    if forms.n < needed:
        return NotEstimated(name=name, reason="fewer_than_two_complete_forms", n=forms.n)
    return Estimate(
        name=name, value=float(value), n=forms.n, unit="answer points", method="complete forms"
    )


def _rest_correlation(
    forms: CompleteForms, covariances: FloatMatrix | None, i: int
) -> Estimate | NotEstimated:
    """Correlation of an item with the sum of the others."""
    name = "item_rest_correlation"
    if covariances is None:
        return NotEstimated(name=name, reason=forms.too_few, n=forms.n)
    own = float(covariances[i, i])
    with_rest = float(covariances[i].sum()) - own
    of_rest = total_variance(_without(covariances, i))
    if own == 0:
        return NotEstimated(name=name, reason="item_without_variance", n=forms.n)
    if of_rest == 0:
        return NotEstimated(name=name, reason="no_total_variance", n=forms.n)
    return Estimate(
        name=name,
        value=min(1.0, max(-1.0, with_rest / math.sqrt(own) / math.sqrt(of_rest))),
        n=forms.n,
        unit="correlation",
        method="Pearson, the item with the sum of the others, complete forms",
    )


def _alpha_without(
    forms: CompleteForms, covariances: FloatMatrix | None, i: int
) -> Estimate | NotEstimated:
    """Alpha of the other items."""
    name = "alpha_if_dropped"
    missing = forms.too_few or ("fewer_than_two_items" if forms.n_items < 3 else "")
    if covariances is None or missing:
        return NotEstimated(name=name, reason=missing, n=forms.n)
    alpha = alpha_value(_without(covariances, i))
    if alpha is None:
        return NotEstimated(name=name, reason="no_total_variance", n=forms.n)
    return Estimate(
        name=name,
        value=alpha,
        n=forms.n,
        unit=RELIABILITY,
        method="coefficient alpha of the other items, complete forms",
        source="Cronbach (1951)",
    )


def _without(covariances: FloatMatrix, i: int) -> FloatMatrix:
    """The covariances of the other items."""
    others = np.arange(len(covariances)) != i
    return np.asarray(covariances[np.ix_(others, others)])
