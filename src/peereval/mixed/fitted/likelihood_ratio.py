"""Compare two fitted models, one of which is a special case of the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from peereval.errors import StatisticsError
from peereval.mixed.fitted.repeated_fit import RepeatedFit

if TYPE_CHECKING:
    import pandas as pd

    from peereval.mixed.fitted.fitted_effects import FittedEffects
    from peereval.mixed.likelihood.covariance import WaveCovariance


_CONTAINED_IN: dict[WaveCovariance, tuple[WaveCovariance, ...]] = {
    "cs": ("csh", "toep", "toeph", "us"),
    "ar1": ("ar1h", "toep", "toeph", "us"),
    "toep": ("toeph", "us"),
    "csh": ("toeph", "us"),
    "ar1h": ("toeph", "us"),
    "toeph": ("us",),
    "us": (),
}


class ComparisonError(StatisticsError):
    """Two models that a likelihood ratio cannot compare."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LikelihoodRatio:
    """A likelihood-ratio test.

    Attributes
    ----------
    statistic : float
        Twice the difference of the log-likelihoods.
    df : int
        Parameters the larger model has more.
    p_value : float
        Under the smaller model.
    method : str
        Which likelihood and which distribution, in words fit for a footnote.
    n : int
        Rows both models rest on.
    """

    statistic: float
    df: int
    p_value: float
    method: str
    n: int

    def tidy(self) -> pd.DataFrame:
        """One row: ``statistic, df, p_value, n, method``."""
        import pandas as pd

        columns = ("statistic", "df", "p_value", "n", "method")
        return pd.DataFrame({name: [getattr(self, name)] for name in columns})


def compare_models(smaller: FittedEffects, larger: FittedEffects) -> LikelihoodRatio:
    r"""Test whether the data ask for the larger of two models.

    The statistic is compared with :math:`\chi^2` with as many df as the larger model has
    parameters more. Where exactly one of these is a variance, which is zero in the smaller model
    and cannot be less, the distribution is an even mixture of :math:`\chi^2` with df - 1 and df
    (Self & Liang 1987, case 5 and 6; Stram & Lee 1994, cases 1 to 3). With more variances at
    zero the mixture has other weights; the plain p is then too large, and `method` says so.

    Parameters
    ----------
    smaller, larger : MixedFit or RepeatedFit
        Both by `fit_mixed` or both by `fit_repeated`, of the same rows and outcome, both with the
        same `reml`.

    Returns
    -------
    LikelihoodRatio

    Raises
    ------
    ComparisonError
        If the models are of different kinds, rows or outcomes, if one is restricted and one is
        not, if both are restricted and their fixed parts differ, or if the smaller is not a
        special case of the larger.

    References
    ----------
    Self & Liang (1987). Asymptotic properties of maximum likelihood estimators and likelihood
    ratio tests under nonstandard conditions. JASA 82, 605-610. Stram & Lee (1994). Variance
    components testing in the longitudinal mixed effects model. Biometrics 50, 1171-1177.

    Examples
    --------
    >>> import pandas as pd
    >>> from peereval.mixed import fit_mixed
    >>> y = [1.0, 2, 4, 5, 3, 3, 8, 7]
    >>> data = pd.DataFrame({"g": list("aabbccdd"), "x": [0, 1] * 4, "y": y})
    >>> options = {"reml": False, "df_method": "z"}
    >>> smaller = fit_mixed("y ~ 1 + (1 | g)", data, **options)
    >>> test = compare_models(smaller, fit_mixed("y ~ x + (1 | g)", data, **options))
    >>> round(test.statistic, 2), test.df, round(test.p_value, 2)
    (0.35, 1, 0.56)
    """
    from scipy import stats as st

    _check_same_data(smaller, larger)
    _check_fixed_parts(smaller, larger)
    variances = _added_variances(smaller, larger)
    extra = len(larger._beta) - len(smaller._beta)
    df = extra + larger.n_parameters - smaller.n_parameters
    if df < 1:
        raise ComparisonError(
            "The two models have equally many parameters, so there is nothing to test."
        )
    statistic = max(2.0 * (_log_likelihood(larger) - _log_likelihood(smaller)), 0.0)
    p, against = float(st.chi2.sf(statistic, df)), f"chi-square with {df} df"
    if variances == 1:
        # Chi-square with no df is zero for sure.
        below = float(st.chi2.sf(statistic, df - 1)) if df > 1 else float(statistic <= 0.0)
        p = (p + below) / 2.0
        against = f"even mixture of chi-square with {df - 1} and {df} df, a variance at its bound"
    elif variances:
        against += f", too large a p as {variances} variances are at their bound"
    kind = "restricted likelihood" if larger.reml else "likelihood"
    return LikelihoodRatio(
        statistic=statistic,
        df=df,
        p_value=p,
        method=f"{kind} ratio; {against}",
        n=larger.n,
    )


def _log_likelihood(fit: FittedEffects) -> float:
    """The log-likelihood, restricted ones free of how the columns of X are coded."""
    coding = float(np.log(np.abs(np.diag(fit._fixed.triangle))).sum()) if fit.reml else 0.0
    return float(fit.log_likelihood) + coding


def _check_same_data(smaller: FittedEffects, larger: FittedEffects) -> None:
    """Refuse models of different kinds, rows, outcomes or likelihoods."""
    if type(smaller) is not type(larger):
        raise ComparisonError(
            f"A {type(smaller).__name__} and a {type(larger).__name__} are not compared.",
            expected="two fits by the same function",
        )
    if smaller._outcome != larger._outcome:
        raise ComparisonError(f"The outcomes differ: '{smaller._outcome}' and '{larger._outcome}'.")
    if smaller.n != larger.n:
        raise ComparisonError(
            f"The models rest on {smaller.n} and {larger.n} rows.",
            expected="the same rows",
            fix="leave out the rows with a value missing in either model before fitting both.",
        )
    y, other = (
        fit._residual + fit._fixed.basis @ (fit._fixed.triangle @ fit._beta)
        for fit in (smaller, larger)
    )
    if not smaller.data.index.equals(larger.data.index) or not np.allclose(
        y, other, rtol=1e-9, atol=1e-9 * float(np.abs(y).max())
    ):
        raise ComparisonError(
            f"The models rest on {smaller.n} rows each, but not on the same.",
            expected="the same data frame, in the same order",
        )
    if smaller.reml != larger.reml:
        raise ComparisonError(
            "One model is fitted by REML and one by maximum likelihood.",
            expected="the same for both",
        )


def _check_fixed_parts(smaller: FittedEffects, larger: FittedEffects) -> None:
    """Refuse fixed parts that are not nested, or differ under REML."""
    x, other = smaller._fixed.basis, larger._fixed.basis
    # Bases are orthonormal times the root of n.
    left = x - other @ (other.T @ x) / len(x)
    nested = bool(np.abs(left).max() < 1e-6)
    if not nested:
        raise ComparisonError(
            "The fixed part of the smaller model is not a special case of the larger one's: "
            f"{', '.join(smaller._fixed.names)} against {', '.join(larger._fixed.names)}."
        )
    if smaller.reml and x.shape[1] != other.shape[1]:
        raise ComparisonError(
            "Restricted likelihoods of different fixed parts cannot be compared.",
            fix="refit both with reml=False and df_method='satterthwaite'.",
        )


def _added_variances(smaller: FittedEffects, larger: FittedEffects) -> int:
    """Number of variances that are zero in the smaller model; refuses what is not nested."""
    fewer, more = (_random_part(fit) for fit in (smaller, larger))
    if not fewer <= more:
        lost = "; ".join(" with ".join(sorted(set(pair))) for pair in sorted(fewer - more))
        raise ComparisonError(
            f"The larger model has no {lost}, which the smaller one has.",
            expected="every random effect and correlation of the smaller model in the larger one",
        )
    if not _waves_nested(smaller, larger):
        raise ComparisonError(
            "The covariance over the waves of the smaller model is not a special case of the "
            "larger one's."
        )
    return sum(a == b for a, b in more - fewer)


def _waves_nested(smaller: FittedEffects, larger: FittedEffects) -> bool:
    """Whether the covariance over the waves, if there is one, is a special case."""
    if not isinstance(smaller, RepeatedFit) or not isinstance(larger, RepeatedFit):
        return True
    same = smaller._waves == larger._waves and np.array_equal(smaller._person, larger._person)
    special = {smaller._structure, *_CONTAINED_IN[smaller._structure]}
    return same and larger._structure in special


def _random_part(fit: FittedEffects) -> set[tuple[str, str]]:
    """Variances, as pairs of the same effect, and covariances."""
    found = set()
    for level in fit._levels:
        start = 0
        for size in level.blocks:
            own = sorted(f"{t} of '{level.name}'" for t in level.terms[start : start + size])
            found |= {(a, b) for a in own for b in own if a <= b}
            start += size
    return found
