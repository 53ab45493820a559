"""What a fitted model says of each level of its grouping factors."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from peereval.errors import did_you_mean
from peereval.mixed.fitted.model import FittedModel, student_table
from peereval.mixed.terms.design import DesignError

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike

    from peereval.mixed.fitted.effects import Effects
    from peereval.mixed.fitted.row_covariance import RowCovariance
    from peereval.mixed.terms.levels import Level
    from peereval.mixed.terms.nesting import Unit
    from peereval.typing import FloatArray


@dataclass(frozen=True, kw_only=True, eq=False)
class FittedEffects(FittedModel, ABC):
    """A fitted model with its random effects."""

    _spread: FloatArray
    _levels: tuple[Level, ...]
    _psis: tuple[FloatArray, ...]

    @property
    @abstractmethod
    def row_covariance(self) -> RowCovariance:
        """V at the estimates."""

    @cached_property
    def random_effects(self) -> dict[str, pd.DataFrame]:
        """Conditional modes of the random effects, by grouping factor."""
        from peereval.mixed.fitted.random_effects import mode_tables

        return mode_tables(self._effects)

    def random_effect_table(self, group: str) -> pd.DataFrame:
        """Conditional modes of one grouping factor with their SDs, as lme4's ``condVar``.

        Returns
        -------
        pandas.DataFrame
            Columns ``level, term, estimate, std_error, conf_low, conf_high``; see
            `peereval.mixed.fitted.random_effects.effect_table`. To report how a region changed, take
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
        from peereval.mixed.fitted.random_effects import effect_table

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
            `peereval.mixed.fitted.level_estimates` for formulae.

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
        >>> table.loc["a", ["estimate", "std_error", "df"]].round(1).tolist()
        [1.6, 0.4, 4.2]
        """
        from peereval.mixed.fitted.level_estimates import prediction_error

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

    @property
    def _units(self) -> list[Unit]:
        """Name, codes and labels of every unit within which rows hang together, innermost first."""
        return [(level.name, level.codes, level.labels) for level in self._levels]

    @cached_property
    def _effects(self) -> list[Effects]:
        """Random effects of every level, innermost first."""
        from peereval.mixed.fitted.effects import eliminate

        return eliminate(self.row_covariance, self._residual[:, None]).effects

    def _place(self, group: str) -> int:
        """Which level a grouping factor is."""
        names = [level.name for level in self._levels]
        if group not in names:
            raise DesignError(
                f"'{group}' has no random effects in this model; {did_you_mean(group, names)}"
            )
        return names.index(group)
