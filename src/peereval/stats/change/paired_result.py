"""What was found about the change of complete pairs, as a table and as text."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import TYPE_CHECKING

from peereval.stats.basics.estimates import estimate_named, row_of

if TYPE_CHECKING:
    import pandas as pd

    from peereval.results.estimate import Estimate, NotEstimated

COLUMNS = ("name", "value", "ci_low", "ci_high", "statistic", "df", "p_value", "n", "method")


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedChange:
    """Estimates of the change of complete pairs.

    Attributes
    ----------
    estimates : tuple of Estimate or NotEstimated
        In the order of `tidy`; find one with `get`.
    n_pairs : int
        People with both scores.
    n_excluded : int
        People left out because a score was missing.
    sd_change : float
        SD of post - pre in scale points, divisor n - 1; NaN below two pairs.
    ci_level : float
        Level of the intervals, except that of ``equivalence``, which is 0.90.

    Examples
    --------
    >>> from peereval.stats import paired_change
    >>> change = paired_change([19, 22, 25, 18], [23, 22, 29, float("nan")])
    >>> change.n_pairs, change.n_excluded
    (3, 1)
    """

    estimates: tuple[Estimate | NotEstimated, ...]
    n_pairs: int
    n_excluded: int
    sd_change: float
    ci_level: float

    def get(self, name: str) -> Estimate | NotEstimated:
        """The estimate of that name.

        Raises
        ------
        StatisticsError
            If there is none; the nearest name is suggested.

        Examples
        --------
        >>> from peereval.stats import paired_change
        >>> paired_change([19, 22, 25, 18], [23, 22, 29, 20]).get("mean_change").df
        3
        """
        return estimate_named(name, self.estimates)

    def tidy(self) -> pd.DataFrame:
        """One row per estimate: name, value, interval, test, n and method.

        A quantity that could not be computed has NaN everywhere and the method
        ``"not estimated: REASON"``.

        Examples
        --------
        >>> from peereval.stats import paired_change
        >>> table = paired_change([19, 22, 25, 18], [23, 22, 29, 20]).tidy().set_index("name")
        >>> table.loc["sign_test", "p_value"].item()
        0.25
        """
        import pandas as pd

        return pd.DataFrame([row_of(e, COLUMNS) for e in self.estimates], columns=list(COLUMNS))

    def summary(self) -> str:
        """People used and left out, then the table as text.

        Examples
        --------
        >>> from peereval.stats import paired_change
        >>> print(paired_change([19, 22, 25, 18], [23, 22, 29, 20]).summary().splitlines()[0])
        4 of 4 people have both scores; 0 left out.
        """
        return f"{self._people()}\n{self.tidy().to_string(index=False, float_format='%.4g')}"

    def _repr_html_(self) -> str:
        table = self.tidy().to_html(index=False, float_format=lambda x: f"{x:.4g}")
        return f"<p>{html.escape(self._people())}</p>\n{table}"

    def _people(self) -> str:
        """Who was used and who was left out, in words."""
        asked = self.n_pairs + self.n_excluded
        return f"{self.n_pairs} of {asked} people have both scores; {self.n_excluded} left out."
