"""Coefficient omega: the share of a scale's variance that one common factor explains."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from peereval.results.estimate import NotEstimated
from peereval.stats.measurement.factor import one_factor
from peereval.stats.measurement.items import complete_forms, refuse, total_variance
from peereval.stats.measurement.reliability import RELIABILITY, Reliability

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from peereval.stats.measurement.items import CompleteForms


@dataclass(frozen=True, slots=True, kw_only=True)
class OmegaTotal(Reliability):
    """Omega total, with the factor it rests on.

    Attributes
    ----------
    loadings : tuple of float
        Loading of each item, between -1 and 1.
    heywood : tuple of int
        Items, counted from 1, whose uniqueness would be negative and is held at 0. Where there
        are any, the one-factor model does not fit these answers and omega is to be distrusted.
    """

    loadings: tuple[float, ...]
    heywood: tuple[int, ...]


def omega_total(items: ArrayLike) -> OmegaTotal:
    r"""Omega total of some items under one common factor.

    .. math:: \omega_t = 1 - \frac{\sum_i u_i}{\sum_{i,j} r_{ij}}, \qquad u_i = 1 - \lambda_i^2

    The loadings are those of `one_factor`, by minimum residuals on the correlations of complete
    forms. Unlike alpha, omega allows items to measure the common thing unequally well.

    Parameters
    ----------
    items : array_like of float, shape (people, items)
        Answers, reversed items already turned round, NaN where missing. People with a missing
        answer are left out and counted.

    Returns
    -------
    OmegaTotal
        `value`, `loadings`, `heywood`, `n`, `n_items`, `n_excluded`; without an interval.

    Raises
    ------
    StatisticsError
        If there are fewer than three items (two have one correlation, from which no two loadings
        follow) or two complete forms, if an item does not vary, if the answers do not determine
        one factor, or if they are not finite numbers.

    References
    ----------
    McDonald (1999). Test theory: a unified treatment. Lawrence Erlbaum. Harman & Jones (1966).
    Factor analysis by minimizing residuals (minres). Psychometrika 31, 351-368.

    Examples
    --------
    >>> answers = [[4, 3, 3, 4], [2, 2, 2, 3], [3, 3, 2, 3], [1, 1, 1, 1], [5, 4, 5, 5], [3, 3, 3, 5]]
    >>> omega = omega_total(answers)
    >>> round(omega.value, 3), omega.heywood
    (0.973, ())
    """
    forms = complete_forms(items)
    omega = omega_of(forms)
    if isinstance(omega, NotEstimated):
        raise refuse(omega.reason, forms, "Omega")
    return omega


def omega_of(forms: CompleteForms) -> OmegaTotal | NotEstimated:
    """Omega total of complete forms, or the reason why there is none."""
    missing = forms.too_few or ("not_identified" if forms.n_items < 3 else "")
    if missing:
        return NotEstimated(name="omega_total", reason=missing, n=forms.n)
    correlations = forms.correlations()
    if correlations is None:
        return NotEstimated(name="omega_total", reason="item_without_variance", n=forms.n)
    fit = one_factor(correlations)
    total = total_variance(correlations)
    if total == 0:
        return NotEstimated(name="omega_total", reason="no_total_variance", n=forms.n)
    if not fit.identified:
        return NotEstimated(name="omega_total", reason="not_identified", n=forms.n)
    heywood = tuple(i + 1 for i, held in enumerate(fit.at_bound) if held)
    told = f"; no uniqueness left to item {', '.join(map(str, heywood))}" if heywood else ""
    return OmegaTotal(
        name="omega_total",
        value=1 - float(fit.uniquenesses.sum()) / total,
        n=forms.n,
        unit=RELIABILITY,
        method=f"one factor of {forms.n_items} items by minimum residuals, complete forms{told}",
        source="McDonald (1999); Harman & Jones (1966)",
        n_items=forms.n_items,
        n_excluded=forms.n_excluded,
        loadings=tuple(map(float, fit.loadings)),
        heywood=heywood,
    )
