"""Coefficient alpha: how far the items of a scale agree, with Feldt's interval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from peereval.results.estimate import Estimate, NotEstimated
from peereval.stats.basics.student import check_level
from peereval.stats.measurement.items import complete_forms, refuse, total_variance

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from peereval.stats.measurement.items import CompleteForms
    from peereval.typing import FloatMatrix

RELIABILITY = "reliability"
_ALPHA_SOURCE = "Cronbach (1951); interval: Feldt, Woodruff & Salih (1987)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reliability(Estimate):
    """A coefficient of reliability, with the forms and items it rests on.

    Attributes
    ----------
    n_items : int
        Number of items.
    n_excluded : int
        People left out because an answer was missing.
    """

    n_items: int
    n_excluded: int


def cronbach_alpha(items: ArrayLike, *, ci_level: float = 0.95) -> Reliability:
    r"""Coefficient alpha of the sum of some items, with Feldt's interval.

    .. math:: \alpha = \frac{k}{k - 1} \left(1 - \frac{\sum_i s_i^2}{s_T^2}\right), \qquad
        1 - (1 - \alpha)\, F_{n-1,\,(n-1)(k-1)}

    with the F quantiles at (1 + c) / 2 and (1 - c) / 2 for the lower and the upper limit at
    confidence level c. Alpha is the reliability when all items measure the same thing equally well,
    and below it otherwise. It can be negative: then items run against each other, and one of them
    is probably scored the wrong way round.

    Parameters
    ----------
    items : array_like of float, shape (people, items)
        Answers, reversed items already turned round, NaN where missing. People with a missing
        answer are left out and counted.
    ci_level : float, default 0.95
        Confidence level.

    Returns
    -------
    Reliability
        `value`, `ci_low`, `ci_high`, `n`, `n_items`, `n_excluded`. The interval takes the
        people as independent and the items as parallel and normal; at an alpha of 1 both
        limits are 1.

    Raises
    ------
    StatisticsError
        If there are fewer than two items or two complete forms, if all totals are the same, or if
        answers are not finite numbers.

    References
    ----------
    Cronbach (1951). Coefficient alpha and the internal structure of tests. Psychometrika 16,
    297-334. Feldt, Woodruff & Salih (1987). Statistical inference for coefficient alpha. Applied
    Psychological Measurement 11, 93-103.

    Examples
    --------
    >>> alpha = cronbach_alpha([[1, 2, 1], [2, 2, 3], [3, 4, 3], [4, 4, 4], [2, 3, 2]])
    >>> f"{alpha.value:.3f} ({alpha.ci_low:.3f} to {alpha.ci_high:.3f})"
    '0.932 (0.654 to 0.992)'
    """
    check_level(ci_level)
    forms = complete_forms(items)
    alpha = alpha_of(forms, ci_level=ci_level)
    if isinstance(alpha, NotEstimated):
        raise refuse(alpha.reason, forms, "Alpha")
    return alpha


def standardised_alpha(items: ArrayLike) -> Reliability:
    r"""Coefficient alpha of the sum of items brought to the same SD.

    .. math:: \alpha_{std} = \frac{k \bar r}{1 + (k - 1) \bar r}

    with the mean correlation of two items. Of use where the items are scored on different ranges;
    the score itself, as a plain sum, has the reliability of `cronbach_alpha`.

    Parameters
    ----------
    items : array_like of float, shape (people, items)
        As `cronbach_alpha` takes them.

    Returns
    -------
    Reliability
        Without an interval.

    Raises
    ------
    StatisticsError
        As `cronbach_alpha`, and if an item does not vary.

    Examples
    --------
    >>> answers = [[1, 2, 1], [2, 2, 3], [3, 4, 3], [4, 4, 4], [2, 3, 2]]
    >>> round(standardised_alpha(answers).value, 3)
    0.932
    """
    forms = complete_forms(items)
    alpha = standardised_alpha_of(forms)
    if isinstance(alpha, NotEstimated):
        raise refuse(alpha.reason, forms, "Standardised alpha")
    return alpha


def alpha_of(forms: CompleteForms, *, ci_level: float = 0.95) -> Reliability | NotEstimated:
    """Alpha of complete forms, or the reason why there is none."""
    if forms.too_few:
        return NotEstimated(name="alpha", reason=forms.too_few, n=forms.n)
    k, alpha = forms.n_items, alpha_value(forms.covariances())
    if alpha is None:
        return NotEstimated(name="alpha", reason="no_total_variance", n=forms.n)
    low, high = _feldt(alpha, forms, ci_level)
    return Reliability(
        name="alpha",
        value=alpha,
        ci_low=low,
        ci_high=high,
        ci_level=ci_level,
        n=forms.n,
        unit=RELIABILITY,
        method=f"coefficient alpha of {k} items, complete forms; Feldt interval",
        source=_ALPHA_SOURCE,
        n_items=k,
        n_excluded=forms.n_excluded,
    )


def standardised_alpha_of(forms: CompleteForms) -> Reliability | NotEstimated:
    """Standardised alpha of complete forms, or the reason why there is none."""
    name = "alpha_standardised"
    if forms.too_few:
        return NotEstimated(name=name, reason=forms.too_few, n=forms.n)
    correlations = forms.correlations()
    if correlations is None:
        return NotEstimated(name=name, reason="item_without_variance", n=forms.n)
    k, alpha = forms.n_items, alpha_value(correlations)
    if alpha is None:
        return NotEstimated(name=name, reason="no_total_variance", n=forms.n)
    return Reliability(
        name=name,
        value=alpha,
        n=forms.n,
        unit=RELIABILITY,
        method=f"alpha of {k} items brought to the same SD, complete forms",
        source="Cronbach (1951)",
        n_items=k,
        n_excluded=forms.n_excluded,
    )


def alpha_value(covariances: FloatMatrix) -> float | None:
    """Alpha of two items or more from their covariances; None when their sum does not vary.

    Examples
    --------
    >>> import numpy as np
    >>> alpha_value(np.array([[1.0, 0.5], [0.5, 1.0]]))
    0.6666666666666667
    """
    k, total = len(covariances), total_variance(covariances)
    return None if total == 0 else k / (k - 1) * (1 - float(covariances.trace()) / total)


def _feldt(alpha: float, forms: CompleteForms, ci_level: float) -> tuple[float, float]:
    """Feldt's limits of alpha."""
    from scipy.special import fdtri

    df_1, df_2 = forms.n - 1, (forms.n - 1) * (forms.n_items - 1)
    tail = (1 - ci_level) / 2
    upper, lower = fdtri(df_1, df_2, 1 - tail), fdtri(df_1, df_2, tail)
    return 1 - (1 - alpha) * float(upper), 1 - (1 - alpha) * float(lower)
