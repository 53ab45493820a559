"""A fitted marginal model over the waves of a person."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from peereval.mixed.fitted.fitted_checks import FittedChecks
from peereval.mixed.fitted.row_covariance import RowCovariance, wave_residuals
from peereval.mixed.likelihood.crossproducts import wave_products

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from peereval.mixed.fitted.profile_parameters import Row
    from peereval.mixed.likelihood.covariance import WaveCovariance
    from peereval.mixed.likelihood.crossproducts import PeopleProducts
    from peereval.mixed.likelihood.deviance import WaveDeviance
    from peereval.mixed.terms.nesting import Unit
    from peereval.typing import Codes, FloatArray


@dataclass(frozen=True, kw_only=True, eq=False)
class RepeatedFit(FittedChecks):
    """A fitted marginal model.

    Attributes
    ----------
    residual_sd : float
        Root of the mean of the variances within the person, over the waves.
    singular : bool
        Whether some random effect above the person shows no variance of its own.

    Examples
    --------
    >>> import pandas as pd
    >>> from peereval.mixed import fit_repeated
    >>> data = pd.DataFrame({
    ...     "p": list("aabbccdd"), "wave": [0, 1] * 4, "y": [1.0, 2, 4, 5, 3, 3, 8, 7],
    ... })
    >>> fit = fit_repeated("y ~ C(wave)", data, participant="p", wave="wave")
    >>> fit.covariance.round(2).to_numpy().tolist()
    [[8.67, 6.33], [6.33, 4.92]]
    """

    _deviance: WaveDeviance
    _structure: WaveCovariance
    _within: FloatArray
    _waves: tuple[Any, ...]
    _participant: str
    _person: Codes
    _wave: Codes
    _covariance_by: tuple[str, tuple[Any, ...], Codes] | None

    @cached_property
    def covariance(self) -> pd.DataFrame:
        """Covariance over the waves within the person.

        With ``covariance_by`` one below the other, under an index of group and wave.
        """
        import pandas as pd

        waves = list(self._waves)
        if self._covariance_by is None:
            return pd.DataFrame(self._within[0], index=waves, columns=waves)
        name, labels, _ = self._covariance_by
        tables = [pd.DataFrame(own, index=waves, columns=waves) for own in self._within]
        return pd.concat(tables, keys=list(labels), names=[name, None])

    @property
    def _units(self) -> list[Unit]:
        """The person, and the groupings above."""
        first = np.unique(self._person, return_index=True)[1]
        labels = self._data[self._participant].to_numpy()[first]
        return [(self._participant, self._person, labels), *super()._units]

    @cached_property
    def row_covariance(self) -> RowCovariance:
        """V at the estimates."""
        within = wave_residuals(self._within, self._person, self._wave, self._group)
        return RowCovariance(self._levels, self._psis, within)

    def icc(self) -> pd.DataFrame:
        """Share of the variance at every level, the person included.

        Returns
        -------
        pandas.DataFrame
            Columns ``at, reference, group, variance, icc``: at every wave, and for the change
            between every two; see `peereval.mixed.fitted.icc`.
        """
        from peereval.mixed.fitted.icc import share_table

        return share_table(
            self.row_covariance, self._participant, self._person, self._wave, self._waves
        )

    @property
    def _group(self) -> Codes | None:
        """Which covariance each person has, where there are several."""
        return None if self._covariance_by is None else self._covariance_by[2]

    @property
    def _innermost(self) -> Codes:
        """Person of each row."""
        return self._person

    def _people(self) -> PeopleProducts:
        """The pass over the data again, with the residuals for an outcome."""
        return wave_products(
            self._person,
            self._wave,
            [level.design for level in self._levels],
            [level.codes for level in self._levels],
            self._fixed.basis,
            self._residual,
            self._group,
        )

    def _profile_rows(self, ci_level: float) -> Iterator[Row]:
        """Intervals of every SD and correlation."""
        from peereval.mixed.fitted.profile_parameters import repeated_intervals

        names = [self._participant]
        if self._covariance_by is not None:
            names = [f"{self._participant} ({label})" for label in self._covariance_by[1]]
        return repeated_intervals(
            self._deviance,
            self._point,
            self._levels,
            self._psis,
            self._within,
            names,
            self._waves,
            ci_level,
        )
