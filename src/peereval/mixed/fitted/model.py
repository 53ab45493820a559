"""A fitted model: coefficients and contrasts with the inference chosen at the fit."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from peereval.errors import did_you_mean
from peereval.mixed.terms.design import DesignError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from peereval.mixed.likelihood.small_sample import DfMethod, Inference
    from peereval.mixed.terms.fixed_part import FixedPart
    from peereval.typing import FloatArray

CI_LEVEL = 0.95


@dataclass(frozen=True, kw_only=True, eq=False)
class FittedModel:
    """What the fixed part of a fitted model says.

    Attributes
    ----------
    n : int
        Rows used.
    n_excluded : int
        Rows left out for a missing value.
    log_likelihood : float
        Restricted when `reml`: with log det(X'V^-1 X) and (n - p) log 2 pi.
    reml : bool
        Whether the restricted likelihood was maximised.
    df_method : str
        How degrees of freedom and standard errors are made.
    notes : tuple of str
        What a reader should know: columns dropped, a singular fit.
    n_parameters : int
        Free parameters of the covariance of the data.
    residual_sd : float
        SD of the residuals.
    singular : bool
        Whether some random effect shows no variance of its own.
    """

    n: int
    n_excluded: int
    log_likelihood: float
    reml: bool
    df_method: DfMethod
    notes: tuple[str, ...]
    n_parameters: int
    residual_sd: float
    singular: bool
    _data: pd.DataFrame
    _outcome: str
    _fixed: FixedPart
    _beta: FloatArray
    _residual: FloatArray
    _inference: Inference

    @cached_property
    def coefficients(self) -> pd.DataFrame:
        """Fixed effects: estimate, std_error, df, statistic, p_value, conf_low, conf_high."""
        import pandas as pd

        table = self.contrast(np.eye(len(self._beta)))
        return table.set_axis(pd.Index(self._fixed.names, name="term"), axis=0)

    def contrast(self, matrix: FloatArray) -> pd.DataFrame:
        """Linear combinations of the coefficients.

        Parameters
        ----------
        matrix : ndarray, shape (m, p)
            One combination a row, columns in the order of `coefficients`.

        Returns
        -------
        pandas.DataFrame
            Columns as in `coefficients`; two-sided p and 95% interval from t with each row's df.
        """
        # The model was fitted in an orthonormal basis of the same columns.
        std_error, df = self._inference.contrasts(matrix @ np.linalg.inv(self._fixed.triangle))
        return student_table(matrix @ self._beta, std_error, df)

    def f_test(self, term: str) -> dict[str, float]:
        """Test that all coefficients of a term are zero.

        Parameters
        ----------
        term : str
            A term of the fixed part as written, e.g. ``"C(wave):region"``.

        Returns
        -------
        dict
            ``statistic`` (F), ``df_num``, ``df`` and ``p_value``.

        Raises
        ------
        DesignError
            If there is no such term, or none of its columns was kept.
        """
        slices = {str(t): where for t, where in self._fixed.spec.term_slices.items()}
        if term not in slices:
            raise DesignError(f"There is no term '{term}'; {did_you_mean(term, slices)}")
        where = slices[term]
        own = np.isin(self._fixed.kept, np.arange(where.start, where.stop))
        if not own.any():
            raise DesignError(f"No column of the term '{term}' could be estimated.")
        return self.wald(np.eye(len(self._beta))[own])

    def wald(self, matrix: FloatArray) -> dict[str, float]:
        """F test that several combinations of the coefficients are all zero.

        Parameters
        ----------
        matrix : ndarray, shape (m, p)
            One combination a row.

        Returns
        -------
        dict
            ``statistic`` (F), ``df_num``, ``df`` and ``p_value``.
        """
        from scipy import stats as st

        in_basis = matrix @ np.linalg.inv(self._fixed.triangle)
        statistic, df_num, df = self._inference.f_test(in_basis, self._fixed.triangle @ self._beta)
        finite = np.isfinite(df)
        p = st.f.sf(statistic, df_num, df) if finite else st.chi2.sf(statistic * df_num, df_num)
        return {"statistic": statistic, "df_num": float(df_num), "df": df, "p_value": float(p)}

    def means(
        self, over: str, by: str | Sequence[str] | None = None, weights: str = "equal"
    ) -> pd.DataFrame:
        """Estimated marginal means; see `peereval.mixed.fitted.means`."""
        from peereval.mixed.fitted.means import marginal_means

        return marginal_means(self, over, by, weights)

    def changes(
        self,
        over: str,
        by: str | Sequence[str] | None = None,
        weights: str = "equal",
        *,
        against: str = "each",
        adjust: str | None = None,
    ) -> pd.DataFrame:
        """Differences between estimated marginal means; see `peereval.mixed.fitted.means`."""
        from peereval.mixed.fitted.means import marginal_changes

        return marginal_changes(self, over, by, weights, against, adjust)

    @property
    def data(self) -> pd.DataFrame:
        """Rows used."""
        return self._data

    @property
    def fixed(self) -> FixedPart:
        """The fixed part."""
        return self._fixed


def student_table(estimate: FloatArray, std_error: FloatArray, df: FloatArray) -> pd.DataFrame:
    """Estimates with two-sided p and 95% interval from t with each row's df."""
    import pandas as pd
    from scipy import stats as st

    reach = st.t.ppf(0.5 + CI_LEVEL / 2, df) * std_error
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = estimate / std_error
    return pd.DataFrame(
        {
            "estimate": estimate,
            "std_error": std_error,
            "df": df,
            "statistic": statistic,
            "p_value": 2 * st.t.sf(np.abs(statistic), df),
            "conf_low": estimate - reach,
            "conf_high": estimate + reach,
        }
    )


def dropped_note(dropped: tuple[str, ...]) -> tuple[str, ...]:
    """That terms were left out because they follow from others; empty when none were."""
    if not dropped:
        return ()
    return (f"Left out because they follow from other terms: {', '.join(dropped)}.",)


def singular_note(*, singular: bool) -> tuple[str, ...]:
    """That a random effect shows no variance of its own; empty when all do."""
    text = (
        "The fit is singular: at least one random effect shows no variance of its own. "
        "Estimates stand; the data cannot tell that effect from the others."
    )
    return (text,) if singular else ()
