"""A fitted model with random effects at every level."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from peereval.errors import did_you_mean
from peereval.mixed.fitted.fitted_checks import FittedChecks
from peereval.mixed.fitted.random_effects import RESIDUAL, variance_table
from peereval.mixed.fitted.row_covariance import EqualResiduals, RowCovariance
from peereval.mixed.likelihood.crossproducts import random_effect_products
from peereval.mixed.terms.design import DesignError, ordered_levels

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from peereval.mixed.fitted.profile_parameters import Row
    from peereval.mixed.likelihood.crossproducts import PeopleProducts
    from peereval.mixed.likelihood.deviance import RandomEffectDeviance
    from peereval.typing import Codes


@dataclass(frozen=True, kw_only=True, eq=False)
class MixedFit(FittedChecks):
    """A fitted mixed model.

    Attributes
    ----------
    residual_sd : float
        SD of the residuals.
    singular : bool
        Whether some random effect has no variance of its own, after the terms before it.

    Examples
    --------
    >>> import pandas as pd
    >>> from peereval.mixed import fit_mixed
    >>> data = pd.DataFrame({"g": list("aabbccdd"), "y": [1.0, 2, 4, 5, 3, 3, 8, 7]})
    >>> fit = fit_mixed("y ~ 1 + (1 | g)", data)
    >>> fit.variance_components[["group", "covariance"]].round(3).values.tolist()
    [['g', 6.375], ['Residual', 0.375]]
    >>> fit.random_effects["g"]["Intercept"].round(2).tolist()
    [-2.55, 0.36, -1.09, 3.28]
    """

    _deviance: RandomEffectDeviance

    @cached_property
    def variance_components(self) -> pd.DataFrame:
        """Variances, covariances and the residual: group, term, other, covariance, sd_or_corr."""
        return variance_table(self._levels, self._psis, self.residual_sd)

    @cached_property
    def row_covariance(self) -> RowCovariance:
        """V at the estimates."""
        return RowCovariance(self._levels, self._psis, EqualResiduals(self.residual_sd**2))

    def icc(self, by: str | None = None) -> pd.DataFrame:
        """Share of the variance at every level, the residual included.

        Parameters
        ----------
        by : str, optional
            A column, such as the wave: shares at each of its values, and for the change of each
            innermost unit (person) between two of them. By default one average over all rows.

        Returns
        -------
        pandas.DataFrame
            Columns ``at, reference, group, variance, icc``; see `peereval.mixed.fitted.icc`.

        Examples
        --------
        >>> import pandas as pd
        >>> from peereval.mixed import fit_mixed
        >>> data = pd.DataFrame({"g": list("aabbccdd"), "y": [1.0, 2, 4, 5, 3, 3, 8, 7]})
        >>> fit_mixed("y ~ 1 + (1 | g)", data).icc()[["group", "icc"]].round(3).values.tolist()
        [['g', 0.944], ['Residual', 0.056]]
        """
        import pandas as pd

        from peereval.mixed.fitted.icc import share_table

        if by is None:
            values, occasion = [None], np.zeros(self.n, dtype=np.intp)
        elif by not in self.data.columns:
            raise DesignError(
                f"There is no column '{by}'; {did_you_mean(by, map(str, self.data.columns))}"
            )
        else:
            column = self.data[by]
            values = ordered_levels(column.dropna())
            occasion = pd.Categorical(column, categories=values).codes.astype(np.intp)
        return share_table(self.row_covariance, RESIDUAL, self._levels[0].codes, occasion, values)

    @property
    def _innermost(self) -> Codes:
        """Unit of the innermost level of each row."""
        return self._levels[0].codes

    def _people(self) -> PeopleProducts:
        """The pass over the data again, with the residuals for an outcome."""
        designs = [level.design for level in self._levels]
        units = [level.codes for level in self._levels]
        return random_effect_products(designs, units, self._fixed.basis, self._residual)

    def _profile_rows(self, ci_level: float) -> Iterator[Row]:
        """Intervals of every SD and correlation."""
        from peereval.mixed.fitted.profile_parameters import mixed_intervals

        return mixed_intervals(
            self._deviance.table,
            self._levels,
            self._psis,
            self._deviance.factors,
            sigma=self.residual_sd,
            reml=self.reml,
            ci_level=ci_level,
        )
