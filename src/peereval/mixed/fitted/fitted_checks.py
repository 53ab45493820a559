"""How a fitted model is checked: residuals, robust errors, influence, profiles."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING
from warnings import warn

import numpy as np

from peereval.errors import did_you_mean
from peereval.mixed.fitted.fitted_effects import FittedEffects
from peereval.mixed.fitted.model import CI_LEVEL, student_table
from peereval.mixed.terms.design import DesignError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd
    from numpy.typing import ArrayLike

    from peereval.mixed.fitted.profile_parameters import Row
    from peereval.mixed.fitted.residuals import Quantiles, Residuals
    from peereval.mixed.likelihood.crossproducts import PeopleProducts
    from peereval.mixed.likelihood.deviance import Deviance
    from peereval.typing import Codes, FloatArray


@dataclass(frozen=True, kw_only=True, eq=False)
class FittedChecks(FittedEffects):
    """A fitted model that can be looked at from outside."""

    _deviance: Deviance
    _point: FloatArray
    _starts: FloatArray

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
            `peereval.mixed.fitted.robust` for formulae. Where a cluster has a coefficient to itself,
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

        from peereval.mixed.fitted.robust import (
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
        """Residuals of every row used, raw and standardised; see `peereval.mixed.fitted.residuals`."""
        from peereval.mixed.fitted.residuals import residuals

        return residuals(self.row_covariance, self._residual, self._effects)

    def random_effect_quantiles(self, group: str) -> dict[str, Quantiles]:
        """Normal quantile plot of the standardised random effects of a grouping factor, by term.

        ``normal_quantiles(fit.residuals.standardised_conditional)`` is that of the residuals.
        """
        from peereval.mixed.fitted.residuals import normal_quantiles, standardised_effects

        place = self._place(group)
        found = standardised_effects(
            self.row_covariance, self._fixed.basis, self._effects[place], place
        )
        terms = self._levels[place].terms
        return {t: normal_quantiles(v) for t, v in zip(terms, found.T, strict=True)}

    def profile_intervals(self, *, ci_level: float = CI_LEVEL) -> pd.DataFrame:
        """Profile-likelihood intervals of every SD and correlation.

        Parameters
        ----------
        ci_level : float, default 0.95
            Confidence level.

        Returns
        -------
        pandas.DataFrame
            Columns ``group, term, other, estimate, conf_low, conf_high``: a row per SD (other
            None) and per correlation. An end at the bound of what is possible, such as 0, means
            that the data do not exclude it. See `peereval.mixed.fitted.profile`.

        Examples
        --------
        >>> import pandas as pd
        >>> from peereval.mixed import fit_mixed
        >>> data = pd.DataFrame({"g": list("aabbccdd"), "y": [1.0, 2, 4, 5, 3, 3, 8, 7]})
        >>> table = fit_mixed("y ~ 1 + (1 | g)", data).profile_intervals()
        >>> table[["group", "estimate", "conf_low", "conf_high"]].round(2).values.tolist()
        [['g', 2.52, 1.28, 7.55], ['Residual', 0.61, 0.35, 1.5]]
        """
        import pandas as pd

        if not 0.0 < ci_level < 1.0:
            raise DesignError(f"ci_level is {ci_level}.", expected="a number between 0 and 1")
        columns = ["group", "term", "other", "estimate", "conf_low", "conf_high"]
        rows = pd.DataFrame(self._profile_rows(ci_level), columns=columns)
        names = rows[["term", "other"]].astype(object)
        return rows.assign(**names.where(names.notna(), None))

    def influence(self, by: str) -> pd.DataFrame:
        """The coefficients without one region or group at a time.

        Parameters
        ----------
        by : str
            Column whose levels are left out in turn: a grouping factor, or one whose levels hold
            whole people and whole groups.

        Returns
        -------
        pandas.DataFrame
            Index the level; ``n_left_out`` (rows), ``cooks_distance`` (how far the coefficients
            move together, in units of their own covariance, divided by their number), then each
            coefficient without the level. NaN where the others cannot tell it, as that of a
            region left out. Variances are estimated anew each time.

        Raises
        ------
        DesignError
            If there is no such column, it has one level, a unit or person lies in several
            levels, or grouping factors cross.

        References
        ----------
        Cook (1977). Detection of influential observation in linear regression. Technometrics 19,
        15-18.

        Examples
        --------
        >>> import pandas as pd
        >>> from peereval.mixed import fit_mixed
        >>> data = pd.DataFrame({"g": list("aabbccdd"), "y": [1.0, 2, 4, 5, 3, 3, 8, 7]})
        >>> table = fit_mixed("y ~ 1 + (1 | g)", data).influence("g")
        >>> table["Intercept"].round(2).tolist()
        [5.0, 4.0, 4.5, 3.0]
        """
        import pandas as pd

        from peereval.mixed.fitted.influence import leave_each_out
        from peereval.mixed.fitted.robust import cluster_codes
        from peereval.mixed.likelihood.crossed_products import CrossedProducts

        if by not in self.data.columns:
            raise DesignError(f"There is no column '{by}'; {did_you_mean(by, map(str, self.data))}")
        if isinstance(self._deviance.table, CrossedProducts):
            raise DesignError(
                "Grouping factors cross, so that leaving out a level leaves out parts of others.",
                fix="fit again without its rows.",
            )
        # Of levels further out a unit may lie in several: parts of them are taken off.
        codes = cluster_codes(by, self.data[by], self._units[:2])
        starts = np.vstack([self._starts, self._point])
        found = leave_each_out(
            self._people(), self._innermost, codes, self._fixed.basis, self._deviance, starts
        )
        labels = np.sort(self.data[by].unique())
        return found.table(
            pd.Index(labels, name=by), np.bincount(codes), self._fixed, self._beta, self._inference
        )

    @property
    @abstractmethod
    def _innermost(self) -> Codes:
        """Innermost unit, a person as a rule, of each row."""

    @abstractmethod
    def _people(self) -> PeopleProducts:
        """The pass over the data again, with the residuals for an outcome."""

    @abstractmethod
    def _profile_rows(self, ci_level: float) -> Iterator[Row]:
        """Intervals of every SD and correlation."""
