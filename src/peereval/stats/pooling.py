"""Rubin's rules: one estimate from several imputed data sets."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from peereval.errors import StatisticsError
from peereval.stats.basics.moments import largest_size, mean_and_sd
from peereval.stats.basics.numbers import as_floats
from peereval.stats.basics.pairs import ROUNDING
from peereval.stats.basics.student import check_level, critical_t, normal_quantile

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike

    from peereval.typing import FloatVector

_SMALLEST, _LARGEST = 1e-150, 1e150
"""Size of an estimate whose square is still a number."""

_NO_INTERVAL = 0.01
"""Degrees of freedom below which a t quantile leaves the number range."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PooledEstimate:
    """One quantity, pooled over imputed data sets.

    Attributes
    ----------
    estimate : float
        Mean of the estimates.
    within : float
        Mean of their variances.
    between : float
        Variance of the estimates, divisor m - 1; exactly 0 when they agree up to rounding.
    total : float
        Variance of the pooled estimate, within + (1 + 1/m) between.
    df : float
        Degrees of freedom (Barnard & Rubin 1999).
    fmi : float
        Fraction of missing information, 0 to 1.
    m : int
        Number of imputed data sets.
    df_complete : float
        Degrees of freedom that complete data would have had.
    """

    estimate: float
    within: float
    between: float
    total: float
    df: float
    fmi: float
    m: int
    df_complete: float

    @property
    def std_error(self) -> float:
        """Standard error of the pooled estimate."""
        return math.sqrt(self.total)

    def interval(self, ci_level: float = 0.95) -> tuple[float, float]:
        """Student's t interval of the pooled estimate; without limits where the df are all but 0.

        Examples
        --------
        >>> low, high = pool([1.2, 1.4, 1.0], [0.09, 0.10, 0.08], df_complete=58).interval()
        >>> f"{low:.2f} to {high:.2f}"
        '0.36 to 2.04'
        """
        check_level(ci_level)
        if self.df < _NO_INTERVAL:
            return -math.inf, math.inf
        infinite = math.isinf(self.df)
        t = normal_quantile((1 + ci_level) / 2) if infinite else critical_t(ci_level, self.df)
        return self.estimate - t * self.std_error, self.estimate + t * self.std_error

    def tidy(self) -> pd.DataFrame:
        """One row: every attribute, the standard error and the 95% interval.

        Examples
        --------
        >>> pool([1.2, 1.4, 1.0], [0.09, 0.10, 0.08], df_complete=58).tidy()["m"].item()
        3
        """
        import pandas as pd

        low, high = self.interval()
        return pd.DataFrame(
            [
                {
                    "estimate": self.estimate,
                    "std_error": self.std_error,
                    "ci_low": low,
                    "ci_high": high,
                    "within": self.within,
                    "between": self.between,
                    "total": self.total,
                    "df": self.df,
                    "fmi": self.fmi,
                    "m": self.m,
                    "df_complete": self.df_complete,
                }
            ]
        )


def pool(estimates: ArrayLike, variances: ArrayLike, *, df_complete: float) -> PooledEstimate:
    r"""Pool one estimate over imputed data sets by Rubin's rules.

    .. math:: T = \bar U + (1 + 1/m) B, \qquad \lambda = (1 + 1/m) B / T

    .. math:: \frac{1}{\nu} = \frac{\lambda^2}{m - 1} +
        \frac{\nu_c + 3}{(\nu_c + 1)\, \nu_c\, (1 - \lambda)}, \qquad
        fmi = \lambda + (1 - \lambda) \frac{2}{\nu + 3}

    with the mean variance :math:`\bar U`, the variance B of the estimates and the complete-data
    degrees of freedom :math:`\nu_c`. This fmi is (r + 2 / (df + 3)) / (r + 1) with
    r = (1 + 1/m) B / U, written so that no r need be finite. Where the estimates agree, B = 0: the
    df are those of complete data, less a little, and fmi is what is left of it by its small-sample
    term.

    Parameters
    ----------
    estimates : array_like of float, shape (m,)
        The same quantity from each imputed data set, two or more.
    variances : array_like of float, shape (m,)
        Their squared standard errors, positive.
    df_complete : float
        Degrees of freedom without missing data, positive; infinity for a large sample.

    Returns
    -------
    PooledEstimate

    Raises
    ------
    StatisticsError
        If there are fewer than two estimates (one imputation cannot show how uncertain it is), if
        lengths differ, or numbers are missing, not finite, or a variance is not positive.

    References
    ----------
    Rubin (1987). Multiple imputation for nonresponse in surveys. Wiley. Barnard & Rubin (1999).
    Small-sample degrees of freedom with multiple imputation. Biometrika 86, 948-955.

    Examples
    --------
    >>> pooled = pool([1.2, 1.4, 1.0], [0.09, 0.10, 0.08], df_complete=58)
    >>> f"{pooled.estimate:.2f}, total {pooled.total:.4f}, df {pooled.df:.1f}"
    '1.20, total 0.1433, df 10.2'
    """
    values, squares = _vector(estimates, "estimates"), _vector(variances, "variances")
    m = values.size
    _check(values, squares, df_complete)
    estimate, sd = mean_and_sd(values, ROUNDING * largest_size(values))
    within = mean_and_sd(squares, 0.0)[0]
    between = sd * sd
    total = within + (1 + 1 / m) * between
    share = (1 + 1 / m) * between / total
    df = _barnard_rubin(m, share, within / total, float(df_complete))
    return PooledEstimate(
        estimate=estimate,
        within=within,
        between=between,
        total=total,
        df=df,
        fmi=share + (within / total) * 2 / (df + 3),
        m=m,
        df_complete=float(df_complete),
    )


def _barnard_rubin(m: int, share: float, rest: float, df_complete: float) -> float:
    """Degrees of freedom from the shares of the total that lie between and within."""
    if math.isinf(df_complete):
        return (m - 1) / share / share if share > 0 else math.inf
    observed = (df_complete + 1) / (df_complete + 3) * df_complete * rest
    # Both terms of 1 / df are multiplied by `observed`, which may be 0.
    return observed / (1 + observed * share**2 / (m - 1))


def _vector(given: ArrayLike, what: str) -> FloatVector:
    """Numbers as a vector."""
    vector = as_floats(given, what)
    if vector.ndim != 1:
        raise StatisticsError(
            f"The {what} have {vector.ndim} dimensions.",
            expected="one number per imputed data set",
        )
    return vector


def _check(values: FloatVector, squares: FloatVector, df_complete: float) -> None:
    """Refuse what Rubin's rules are not defined for."""
    if values.size != squares.size:
        raise StatisticsError(
            f"{values.size} estimates but {squares.size} variances.",
            expected="one variance for each estimate",
        )
    if values.size < 2:
        raise StatisticsError(
            f"{values.size} estimate{'' if values.size == 1 else 's'} to pool.",
            expected="two imputed data sets or more: one cannot show how uncertain it is",
            fix="impute more often; 20 times or more is usual.",
        )
    if not (np.isfinite(values).all() and np.isfinite(squares).all()):
        raise StatisticsError(
            "Some estimates or variances are missing or infinite.",
            expected="finite numbers from every imputed data set",
            fix="find the data set whose analysis failed.",
        )
    if not (squares > 0).all():
        raise StatisticsError(
            f"{int((squares <= 0).sum())} of {squares.size} variances are not positive.",
            expected="squared standard errors",
        )
    largest, smallest = largest_size(values), float(squares.min())
    if largest > _LARGEST or largest_size(squares) > _LARGEST or smallest < _SMALLEST:
        raise StatisticsError(
            "An estimate or a variance is too large or too small to reckon with.",
            expected="estimates up to 1e150 in size, variances between 1e-150 and 1e150",
            fix="check the units.",
        )
    if not df_complete > 0:
        raise StatisticsError(
            f"df_complete is {df_complete!r}.",
            expected="a positive number of degrees of freedom",
            fix="for a mean of n paired changes write df_complete=n - 1.",
        )
