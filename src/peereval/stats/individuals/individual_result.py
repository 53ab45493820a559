"""What became of every person, and how many of each kind there are."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

import numpy as np

from peereval.stats.basics.proportions import percentages, value_and_limits

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from peereval.results.estimate import Estimate, NotEstimated
    from peereval.stats.individuals.thresholds import Flags
    from peereval.typing import FloatVector

Category: TypeAlias = Literal["recovered", "improved", "unchanged", "deteriorated", "harmed"]
"""What became of a person; readers see "harmed" as "deteriorated into the clinical range"."""

CATEGORIES: tuple[Category, ...] = get_args(Category)
COLUMNS = ("category", "count", "percent", "ci_low", "ci_high", "n", "n_excluded", "method")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class IndividualChange:
    """Change of every person with both scores.

    Attributes
    ----------
    index : ndarray of float, shape (n,)
        Index of reliable change, or the change in scale points where a threshold was given.
        Raw sign: positive means the score rose.
    category : ndarray of str, shape (n,)
        ``recovered``, ``improved``, ``unchanged``, ``deteriorated`` or ``harmed``. Without a
        cut-off nobody is recovered or harmed.
    cutoff : float or None
        Cut-off between the clinical and the functional range, in scale points.
    cutoffs : mapping of str to float
        The cut-offs a, b and c, those that could be had, used or not.
    critical : float
        Size the index must pass, or reach.
    n, n_excluded : int
        People with both scores, and people left out.
    kept : ndarray of bool, shape (n + n_excluded,)
        Who of the people given has both scores; `index` and `category` are theirs, in order.
    method, source : str
        How it was done, in words fit for a footnote; its publication.
    """

    index: FloatVector
    category: NDArray[np.str_]
    cutoff: float | None
    cutoffs: Mapping[Literal["a", "b", "c"], float]
    critical: float
    n: int
    n_excluded: int
    kept: Flags
    method: str
    source: str

    @property
    def counts(self) -> dict[str, int]:
        """People of each kind, all five kinds in a fixed order; together they are `n`."""
        return {name: int((self.category == name).sum()) for name in CATEGORIES}

    def percentages(self, ci_level: float = 0.95) -> tuple[Estimate | NotEstimated, ...]:
        """Share of each kind in per cent, with its Wilson interval, in the order of `counts`."""
        return percentages(self.counts, self.n, ci_level)

    def tidy(self, ci_level: float = 0.95) -> pd.DataFrame:
        """One row per kind: count, per cent with its Wilson interval, n and method.

        Percentages are NaN where nobody has both scores.

        Examples
        --------
        >>> from peereval.stats import change_by_threshold
        >>> table = change_by_threshold([10, 12, 9], [16, 12, 10], threshold=5).tidy()
        >>> dict(zip(table["category"], table["count"].tolist(), strict=True))
        {'recovered': 0, 'improved': 1, 'unchanged': 2, 'deteriorated': 0, 'harmed': 0}
        """
        import pandas as pd

        shares = zip(self.counts.items(), self.percentages(ci_level), strict=True)
        rows = [
            (name, count, *value_and_limits(share), self.n, self.n_excluded, self.method)
            for (name, count), share in shares
        ]
        return pd.DataFrame(rows, columns=list(COLUMNS))

    def summary(self) -> str:
        """People used and left out, how it was done, then the table as text.

        Examples
        --------
        >>> from peereval.stats import change_by_threshold
        >>> found = change_by_threshold([10, 12, 9], [16, 12, None], threshold=5)
        >>> print(found.summary().splitlines()[0])
        2 of 3 people have both scores; 1 left out.
        """
        table = self.tidy().drop(columns=["n", "n_excluded", "method"])
        text = table.to_string(index=False, float_format="%.1f")
        return f"{self._people()}\n{self.method}\n{text}"

    def _repr_html_(self) -> str:
        words = html.escape(f"{self._people()} {self.method}.")
        table = self.tidy().drop(columns=["method"])
        return f"<p>{words}</p>\n{table.to_html(index=False, float_format=lambda x: f'{x:.1f}')}"

    def _people(self) -> str:
        """Who was used and who was left out, in words."""
        asked = self.n + self.n_excluded
        return f"{self.n} of {asked} people have both scores; {self.n_excluded} left out."


def categories(
    *, better: Flags, worse: Flags, recovering: Flags, falling_ill: Flags
) -> NDArray[np.str_]:
    """The category of each person.

    Parameters
    ----------
    better, worse : ndarray of bool, shape (n,)
        Who changed reliably, which way.
    recovering, falling_ill : ndarray of bool, shape (n,)
        Who left the clinical range, and who entered it.

    Returns
    -------
    ndarray of str, shape (n,)

    Examples
    --------
    >>> yes, no = np.array([True]), np.array([False])
    >>> categories(better=yes, worse=no, recovering=yes, falling_ill=no).tolist()
    ['recovered']
    """
    found = np.full(better.shape, "unchanged", dtype="<U12")
    found[better] = "improved"
    found[worse] = "deteriorated"
    found[better & recovering] = "recovered"
    found[worse & falling_ill] = "harmed"
    return found
