"""How far a score would move if nothing changed: error of measurement, detectable change."""

from __future__ import annotations

import math

from peereval.errors import StatisticsError
from peereval.results.estimate import Estimate, NotEstimated
from peereval.stats.basics.student import normal_quantile

_POINTS = "scale points"


def standard_error_of_measurement(sd: float, reliability: float) -> float:
    r"""Standard error of measurement of one person's score.

    .. math:: SEM = s \sqrt{1 - R}

    Parameters
    ----------
    sd : float
        SD of the scores, in scale points.
    reliability : float
        Reliability of the score, 0 to 1, in the same kind of people.

    Returns
    -------
    float
        In scale points.

    Raises
    ------
    StatisticsError
        If the SD is negative or not finite, or the reliability is not between 0 and 1.

    References
    ----------
    Lord & Novick (1968). Statistical theories of mental test scores. Addison-Wesley.

    Examples
    --------
    >>> round(standard_error_of_measurement(7.5, 0.80), 3)
    3.354
    """
    if not (math.isfinite(sd) and sd >= 0):
        raise StatisticsError(f"The SD is {sd!r}.", expected="a finite number, not negative")
    if not 0 <= reliability <= 1:
        raise StatisticsError(
            f"The reliability is {reliability!r}.",
            expected="a number from 0 to 1",
            fix="look for an item that is scored the wrong way round where it came out negative.",
        )
    return sd * math.sqrt(1 - reliability)


def smallest_detectable_change(sem: float, *, n: int = 1) -> float:
    r"""The smallest change that is more than measurement error, with 95% confidence.

    .. math:: SDC = z_{0.975} \sqrt{2}\, SEM / \sqrt{n}

    For one person (n = 1), or for the mean of a group of n. It says what can be told from error,
    not what matters; with a single measurement made twice, both carry error, hence the root of 2.

    Parameters
    ----------
    sem : float
        Standard error of measurement, in scale points.
    n : int, default 1
        People whose mean change is looked at.

    Returns
    -------
    float
        In scale points.

    Raises
    ------
    StatisticsError
        If the SEM is negative or not finite, or n is below 1.

    References
    ----------
    Terwee et al. (2007). Quality criteria were proposed for measurement properties of health status
    questionnaires. Journal of Clinical Epidemiology 60, 34-42. de Vet et al. (2006). When to use
    agreement versus reliability measures. Journal of Clinical Epidemiology 59, 1033-1039.

    Examples
    --------
    >>> sem = standard_error_of_measurement(7.5, 0.80)
    >>> round(smallest_detectable_change(sem), 2), round(smallest_detectable_change(sem, n=25), 2)
    (9.3, 1.86)
    """
    if not (math.isfinite(sem) and sem >= 0):
        raise StatisticsError(
            f"The standard error of measurement is {sem!r}.",
            expected="a finite number, not negative",
        )
    if not 1 <= n < math.inf:
        raise StatisticsError(f"n is {n!r}.", expected="one person or more")
    return normal_quantile(0.975) * math.sqrt(2 / n) * sem


def measurement_errors(
    alpha: Estimate | NotEstimated, sd: float, n: int
) -> tuple[Estimate | NotEstimated, ...]:
    """``sem``, ``sdc`` and ``sdc_group`` from alpha and the SD of n scores, or why there is none.

    Parameters
    ----------
    alpha : Estimate or NotEstimated
        Reliability of the score.
    sd : float
        SD of the scores, in scale points; NaN when there is none.
    n : int
        People with a score.

    Returns
    -------
    tuple of Estimate or NotEstimated
    """
    names = ("sem", "sdc", "sdc_group")
    reason = alpha.reason if isinstance(alpha, NotEstimated) else ""
    if isinstance(alpha, Estimate) and alpha.value < 0:
        reason = "negative_alpha"
    elif math.isnan(sd):
        reason = reason or "too_few_scores"
    if reason or isinstance(alpha, NotEstimated):
        return tuple(NotEstimated(name=name, reason=reason, n=n) for name in names)
    sem = standard_error_of_measurement(sd, min(alpha.value, 1.0))
    values = (sem, smallest_detectable_change(sem), smallest_detectable_change(sem, n=n))
    methods = (
        "SD of the scores x sqrt(1 - alpha)",
        "1.96 x sqrt(2) x SEM, for one person",
        "1.96 x sqrt(2) x SEM / sqrt(n), for the mean of these people",
    )
    sources = ("Lord & Novick (1968)", "Terwee et al. (2007)", "Terwee et al. (2007)")
    return tuple(
        Estimate(name=name, value=value, n=n, unit=_POINTS, method=method, source=source)
        for name, value, method, source in zip(names, values, methods, sources, strict=True)
    )
