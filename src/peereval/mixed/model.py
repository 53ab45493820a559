"""A fitted model: coefficients and contrasts with the inference chosen at the fit."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING
from warnings import warn

import numpy as np

from peereval.errors import did_you_mean
from peereval.mixed.design import DesignError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import ArrayLike

    from peereval.mixed.design import FixedPart, Level
    from peereval.mixed.effects import Effects
    from peereval.mixed.nesting import Unit
    from peereval.mixed.residuals import Quantiles, Residuals
    from peereval.mixed.row_covariance import RowCovariance
    from peereval.mixed.small_sample import DfMethod, Inference
    from peereval.typing import FloatArray

CI_LEVEL = 0.95


@dataclass(frozen=True, kw_only=True, eq=False)
class FittedModel(ABC):
    """What every fitted model offers, whatever its covariance.

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
    """

    n: int
    n_excluded: int
    log_likelihood: float
    reml: bool
    df_method: DfMethod
    notes: tuple[str, ...]
    n_parameters: int
    _data: pd.DataFrame
    _outcome: str
    _fixed: FixedPart
    _beta: FloatArray
    _residual: FloatArray
    _inference: Inference
    _spread: FloatArray
    _levels: tuple[Level, ...]
    _psis: tuple[FloatArray, ...]

    @property
    @abstractmethod
    def row_covariance(self) -> RowCovariance:
        """V at the estimates."""

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
        """Estimated marginal means; see `peereval.mixed.means`."""
        from peereval.mixed.means import marginal_means

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
        """Differences between estimated marginal means; see `peereval.mixed.means`."""
        from peereval.mixed.means import marginal_changes

        return marginal_changes(self, over, by, weights, against, adjust)

    @cached_property
    def random_effects(self) -> dict[str, pd.DataFrame]:
        """Conditional modes of the random effects, by grouping factor."""
        from peereval.mixed.random_effects import mode_tables

        return mode_tables(self._effects)

    def random_effect_table(self, group: str) -> pd.DataFrame:
        """Conditional modes of one grouping factor with their SDs, as lme4's ``condVar``.

        Returns
        -------
        pandas.DataFrame
            Columns ``level, term, estimate, std_error, conf_low, conf_high``; see
            `peereval.mixed.random_effects.effect_table`. To report how a region changed, take
            `level_estimates`, which has the uncertainty of the coefficients in it.

        Examples
        --------
        >>> import pandas as pd
        >>> from peereval.mixed import fit_mixed
        >>> data = pd.DataFrame({"g": list("aabbccdd"), "y": [1.0, 2, 4, 5, 3, 3, 8, 7]})
        >>> table = fit_mixed("y ~ 1 + (1 | g)", data).random_effect_table("g")
        >>> table[["level", "estimate", "std_error"]].round(2).values.tolist()[0]
        ['a', -2.55, 0.43]
        """
        from peereval.mixed.random_effects import effect_table

        return effect_table(self._effects[self._place(group)])

    def level_estimates(self, group: str, *, fixed: ArrayLike, random: ArrayLike) -> pd.DataFrame:
        r"""Estimates of :math:`c'\beta + z'b_u` for every level u of a grouping factor.

        Shrunken towards what the fixed part says alone, the more so the fewer rows a level has:
        with ``score ~ wave + (1 + wave | region)``, the change of every region is
        ``level_estimates("region", fixed=[0, 1], random=[0, 1])``.

        Parameters
        ----------
        group : str
            A grouping factor of the model.
        fixed : array_like, shape (p,)
            c, in the order of `coefficients`.
        random : array_like, shape (q,)
            z, in the order of the columns of ``random_effects[group]``.

        Returns
        -------
        pandas.DataFrame
            Index the level; columns as those of `coefficients`. The standard error is that of
            the prediction; with Kenward-Roger it allows for the estimated variances. See
            `peereval.mixed.level_estimates` for formulae.

        Raises
        ------
        DesignError
            If there is no such group, or c or z have another length.

        Examples
        --------
        >>> import pandas as pd
        >>> from peereval.mixed import fit_mixed
        >>> data = pd.DataFrame({"g": list("aabbccdd"), "y": [1.0, 2, 4, 5, 3, 3, 8, 7]})
        >>> fit = fit_mixed("y ~ 1 + (1 | g)", data)
        >>> table = fit.level_estimates("g", fixed=[1], random=[1])
        >>> table.loc["a", ["estimate", "std_error", "df"]].round(2).tolist()
        [1.57, 0.44, 4.18]
        """
        from peereval.mixed.level_estimates import prediction_error

        place = self._place(group)
        c, z = np.asarray(fixed, dtype=float), np.asarray(random, dtype=float)
        for name, given, size, what in (
            ("fixed", c, len(self._beta), "coefficients"),
            ("random", z, len(self._levels[place].terms), f"random effects of '{group}'"),
        ):
            if given.shape != (size,):
                raise DesignError(
                    f"{name} has shape {given.shape}.",
                    expected=f"one number for each of {size} {what}",
                )
        std_error, df = prediction_error(
            self.row_covariance,
            self._fixed.basis,
            self._inference,
            self._spread,
            place,
            np.linalg.solve(self._fixed.triangle.T, c),
            z,
        )
        estimate = c @ self._beta + self._effects[place].modes[:, :, 0] @ z
        return student_table(estimate, std_error, df).set_axis(
            self.random_effects[group].index, axis=0
        )

    def robust(
        self, cluster: str | None = None, *, contrasts: ArrayLike | None = None
    ) -> pd.DataFrame:
        """Coefficients, or contrasts of them, with cluster-robust (CR2) standard errors.

        They hold whatever the covariance within a cluster is, given enough clusters; with df
        below about 4 their p-values are not to be trusted (Tipton 2015, Psychological Methods
        20, 375-393). Where they differ much from those of the fit, its covariance is doubtful.

        Parameters
        ----------
        cluster : str, optional
            Column whose levels hold whole units of every grouping factor, and whole people; by
            default the outermost grouping factor, or the person.
        contrasts : array_like, shape (m, p), optional
            Combinations of the coefficients, one a row; by default every coefficient.

        Returns
        -------
        pandas.DataFrame
            Columns as those of `coefficients`, with Satterthwaite df; see
            `peereval.mixed.robust` for formulae. Where a cluster has a coefficient to itself,
            such as a region's in a model of ``wave * region`` clustered by region, there is
            nothing to estimate its variance from: NaN, with a `NotRobustWarning`.

        Raises
        ------
        DesignError
            If there is no such column, clusters are not independent of each other or fewer than
            two, or a large cluster's covariance is too irregular.

        Examples
        --------
        Two complete waves give the paired t test:

        >>> import pandas as pd
        >>> from peereval.mixed import fit_mixed
        >>> y = [1.0, 2, 4, 6, 3, 3, 8, 7]
        >>> data = pd.DataFrame({"p": list("aabbccdd"), "wave": [0, 1] * 4, "y": y})
        >>> table = fit_mixed("y ~ wave + (1 | p)", data).robust()
        >>> table.loc["wave", ["estimate", "std_error", "df"]].round(3).tolist()
        [0.5, 0.645, 3.0]
        """
        import pandas as pd

        from peereval.mixed.robust import (
            SEEN,
            NotRobustWarning,
            cluster_codes,
            robust_inference,
        )

        if cluster is None:
            cluster, own, labels = self._units[-1]
            column = pd.Series(labels[own])
        elif cluster in self.data.columns:
            column = self.data[cluster]
        else:
            raise DesignError(
                f"There is no column '{cluster}'; {did_you_mean(cluster, map(str, self.data))}"
            )
        codes = cluster_codes(cluster, column, self._units)
        found = robust_inference(self.row_covariance, self._fixed.basis, self._residual, codes)
        matrix = np.eye(len(self._beta)) if contrasts is None else np.asarray(contrasts, float)
        in_basis = matrix @ np.linalg.inv(self._fixed.triangle)
        std_error, df, seen = found.contrasts(in_basis)
        blind = seen < SEEN
        std_error[blind] = df[blind] = np.nan
        table = student_table(matrix @ self._beta, std_error, df)
        if contrasts is None:
            table.index = pd.Index(self._fixed.names, name="term")
        if blind.any():
            lost = ", ".join(map(str, table.index[blind]))
            warn(
                f"No robust standard errors for {lost}: clusters of '{cluster}' have coefficients "
                "of their own, so that their residuals say little of these.",
                NotRobustWarning,
                stacklevel=2,
            )
        return table

    @cached_property
    def residuals(self) -> Residuals:
        """Residuals of every row used, raw and standardised; see `peereval.mixed.residuals`."""
        from peereval.mixed.residuals import residuals

        return residuals(self.row_covariance, self._residual, self._effects)

    def random_effect_quantiles(self, group: str) -> dict[str, Quantiles]:
        """Normal quantile plot of the standardised random effects of a grouping factor, by term.

        ``normal_quantiles(fit.residuals.standardised_conditional)`` is that of the residuals.
        """
        from peereval.mixed.residuals import normal_quantiles, standardised_effects

        place = self._place(group)
        found = standardised_effects(
            self.row_covariance, self._fixed.basis, self._effects[place], place
        )
        terms = self._levels[place].terms
        return {t: normal_quantiles(v) for t, v in zip(terms, found.T, strict=True)}

    @property
    def _units(self) -> list[Unit]:
        """Name, codes and labels of every unit within which rows hang together, innermost first."""
        return [(level.name, level.codes, level.labels) for level in self._levels]

    @cached_property
    def _effects(self) -> list[Effects]:
        """Random effects of every level, innermost first."""
        from peereval.mixed.effects import eliminate

        return eliminate(self.row_covariance, self._residual[:, None]).effects

    def _place(self, group: str) -> int:
        """Which level a grouping factor is."""
        names = [level.name for level in self._levels]
        if group not in names:
            raise DesignError(
                f"'{group}' has no random effects in this model; {did_you_mean(group, names)}"
            )
        return names.index(group)

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
