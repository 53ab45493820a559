"""Several estimates together: one found by its name, each as a row of a table."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from peereval.errors import StatisticsError, did_you_mean
from peereval.results.estimate import Estimate, NotEstimated

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def estimate_named(
    name: str, estimates: Sequence[Estimate | NotEstimated]
) -> Estimate | NotEstimated:
    """The estimate of that name; where there is none the nearest name is suggested.

    Examples
    --------
    >>> estimate_named("alpha", [NotEstimated(name="alpha", reason="fewer_than_two_items")]).reason
    'fewer_than_two_items'
    """
    for estimate in estimates:
        if estimate.name == name:
            return estimate
    names = [estimate.name for estimate in estimates]
    raise StatisticsError(f"There is no estimate '{name}'; {did_you_mean(name, names)}")


def row_of(estimate: Estimate | NotEstimated, columns: Iterable[str]) -> dict[str, object]:
    """The attributes in `columns`; without an estimate NaN, and the reason as the method.

    Examples
    --------
    >>> row_of(NotEstimated(name="d_z", reason="no_pairs"), ("name", "value", "n", "method"))
    {'name': 'd_z', 'value': nan, 'n': 0, 'method': 'not estimated: no_pairs'}
    """
    if isinstance(estimate, Estimate):
        return {column: getattr(estimate, column) for column in columns}
    known = {
        "name": estimate.name,
        "n": estimate.n,
        "unit": "",
        "method": f"not estimated: {estimate.reason}",
    }
    return {column: known.get(column, math.nan) for column in columns}
