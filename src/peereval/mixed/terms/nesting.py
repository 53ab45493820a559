"""How two grouping factors stand to each other: nested, crossed, or nested but for a few errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from peereval.typing import Codes

Relation = Literal["same", "nested", "nearly nested", "crossed"]

Unit: TypeAlias = "tuple[str, Codes, NDArray[Any]]"
"""A grouping of rows: its name, the unit of each row, and what the units are called."""

NEARLY = 0.95
"""From this share of nested levels on, the others are taken for errors in the data.

So are one or two of them among at least four times as many levels.
"""


@dataclass(frozen=True, slots=True, eq=False)
class Nesting:
    """How the levels of an inner factor lie within those of an outer one.

    Attributes
    ----------
    relation : {"same", "nested", "nearly nested", "crossed"}
        ``same``: both divide the rows alike; ``nested``: every inner level lies within one outer
        level; ``nearly nested``: all but a few do (see `NEARLY`); ``crossed``: fewer do.
    n_inner : int
        Number of inner levels.
    strays : ndarray of int
        Inner levels that lie in several outer ones.
    homes : tuple of ndarray of int
        For each of `strays`, the outer levels it lies in.
    """

    relation: Relation
    n_inner: int
    strays: Codes
    homes: tuple[Codes, ...]

    def describe(self, inner: NDArray[Any], outer: NDArray[Any], *, most: int = 3) -> str:
        """Name the strays and where they lie: ``'p07' in 'North' and 'South'``.

        Parameters
        ----------
        inner, outer : ndarray
            Labels of the levels of both factors.
        most : int, default 3
            How many strays, and how many places of each, are named.
        """
        named = []
        for stray, home in list(zip(self.strays, self.homes, strict=True))[:most]:
            places = [f"'{outer[i]}'" for i in home[:most]]
            more = f" and {len(home) - most} more" if len(home) > most else ""
            named.append(f"'{inner[stray]}' in {' and '.join(places)}{more}")
        left = len(self.strays) - most
        return "; ".join(named) + (f"; and {left} more" if left > 0 else "")


def nesting(inner: Codes, outer: Codes) -> Nesting:
    """Tell nested from crossed factors, and both from a few errors in the data.

    People belong to one region each; where one in a hundred seems to belong to two, that is a
    slip of the pen, not a crossed design, and a model of crossed factors would hide it.

    Parameters
    ----------
    inner, outer : ndarray of int, shape (n,)
        Level of each row, 0 upwards without gaps; `inner` has at least as many levels.

    Returns
    -------
    Nesting

    Examples
    --------
    >>> import numpy as np
    >>> nesting(np.array([0, 0, 1, 1, 2]), np.array([0, 0, 0, 0, 1])).relation
    'nested'
    >>> found = nesting(np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1]))
    >>> found.relation, found.describe(np.array(["anna", "ben"]), np.array(["north", "south"]))
    ('crossed', "'anna' in 'north' and 'south'; 'ben' in 'north' and 'south'")
    """
    n_inner, n_outer = int(inner.max()) + 1, int(outer.max()) + 1
    pairs = np.unique(inner.astype(np.int64) * n_outer + outer)
    of_inner, of_outer = pairs // n_outer, pairs % n_outer
    places = np.bincount(of_inner, minlength=n_inner)
    strays = np.flatnonzero(places > 1)
    starts = np.searchsorted(of_inner, strays)
    homes = tuple(of_outer[i : i + places[s]] for i, s in zip(starts, strays, strict=True))
    relation: Relation
    if not strays.size:
        relation = "same" if n_inner == n_outer == len(pairs) else "nested"
    else:
        few = min(max((1.0 - NEARLY) * n_inner, 2.0), n_inner / 4.0)
        relation = "nearly nested" if len(strays) <= few else "crossed"
    return Nesting(relation, n_inner, strays, homes)
