"""What a fit would be without one region or group at a time, from the cross-products.

The products of a unit's people are taken off the table; nobody else's are summed again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from peereval.mixed.likelihood.cell_sums import products_by, sum_cells
from peereval.mixed.likelihood.crossproducts import unit_of
from peereval.mixed.likelihood.optimise import minimise_each

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from peereval.mixed.likelihood.cell_sums import CellSums
    from peereval.mixed.likelihood.crossproducts import CrossProducts, PeopleProducts
    from peereval.mixed.likelihood.deviance import Deviance
    from peereval.mixed.likelihood.small_sample import Inference
    from peereval.mixed.terms.fixed_part import FixedPart
    from peereval.typing import Codes, FloatArray

_AT_ONCE = 50
# Columns of X with less than this share of their length outside the unit left out are gone.
_GONE = 1e-8


@dataclass(frozen=True, slots=True)
class LeftOut:
    """The fits without one unit at a time.

    Attributes
    ----------
    coefficients : ndarray, shape (units, p)
        Estimates without each unit; NaN where no fit was reached.
    span : ndarray, shape (units, p, p)
        Projection on the combinations of coefficients that can still be estimated.
    """

    coefficients: FloatArray
    span: FloatArray

    def table(
        self,
        levels: pd.Index[Any],
        n_left_out: Codes,
        fixed: FixedPart,
        beta: FloatArray,
        inference: Inference,
    ) -> pd.DataFrame:
        """One row per unit, of fits to what `beta` left over; see `FittedChecks.influence`."""
        import pandas as pd

        back = np.linalg.inv(fixed.triangle)
        # A coefficient is left if its row of the basis lies in what the others span.
        lost = np.linalg.norm(back - back @ self.span, axis=2) / np.linalg.norm(back, axis=1)
        moved = np.where(lost < 1e-6, self.coefficients @ back.T, np.nan)
        spread = self.span @ inference.covariance @ self.span
        distance = np.einsum(
            "ua,uab,ub->u",
            self.coefficients,
            np.linalg.pinv(spread, hermitian=True),
            self.coefficients,
        )
        rank = np.rint(np.trace(self.span, axis1=1, axis2=2))
        table = pd.DataFrame(
            {"n_left_out": n_left_out, "cooks_distance": distance / rank}, index=levels
        )
        return table.join(pd.DataFrame(beta + moved, levels, list(fixed.names)))


def leave_each_out(
    people: PeopleProducts,
    person: Codes,
    by: Codes,
    basis: FloatArray,
    deviance: Deviance,
    start: FloatArray,
) -> LeftOut:
    """Fit again without each unit of a factor.

    Parameters
    ----------
    people : PeopleProducts
        Of all people, with the outcome whose coefficients are wanted.
    person, by : ndarray of int, shape (n,)
        Person, and unit to be left out, of each row; the same for all rows of a unit of the
        second level.
    basis : ndarray, shape (n, p)
        Model matrix.
    deviance : Deviance
        That of the fit; its table is replaced.
    start : ndarray, shape (starts, k)
        Where to start.
    """
    n_units, p = int(by.max()) + 1, basis.shape[1]
    coefficients, span = np.full((n_units, p), np.nan), np.zeros((n_units, p, p))
    grams = products_by(by, basis, basis, n_units)
    kept = [_kept_columns(gram, basis) for gram in grams]
    whole = people.table()
    for units in _alike(kept):
        columns = np.stack([kept[u] for u in units])
        table = _narrowed(_without(people, whole, person, by, units), columns)
        found = _fit_each(replace_table(deviance, table), start, len(units))
        coefficients[units] = np.einsum("dpk,dk->dp", columns, found)
        span[units] = columns @ columns.swapaxes(1, 2)
    return LeftOut(coefficients, span)


def replace_table(deviance: Deviance, table: CrossProducts) -> Deviance:
    """The same deviance of other data."""
    return replace(deviance, table=table)


def _fit_each(deviance: Deviance, start: FloatArray, n: int) -> FloatArray:
    """Coefficients of each data set, shape (n, p); NaN where no fit was reached."""
    which = np.tile(np.arange(n), len(start))
    found = minimise_each(deviance, np.repeat(start, n, axis=0), which)
    values = found.heights.reshape(len(start), n)
    best = values.argmin(axis=0)
    points = found.points.reshape(len(start), n, -1)[best, np.arange(n)]
    reached = np.isfinite(values.min(axis=0))
    coefficients = deviance.coefficients(np.where(reached[:, None], points, start[0]), np.arange(n))
    return np.where(reached[:, None], coefficients, np.nan)


def _kept_columns(gram: FloatArray, basis: FloatArray) -> FloatArray:
    """Orthonormal combinations of the columns of X that the other units still tell apart."""
    share = np.eye(len(gram)) - gram / len(basis)
    values, vectors = np.linalg.eigh(share)
    kept: FloatArray = vectors[:, values > _GONE]
    return kept


def _alike(kept: list[FloatArray]) -> Iterator[Codes]:
    """Units with the same number of columns left, some at a time."""
    widths = np.array([columns.shape[1] for columns in kept])
    for width in np.unique(widths):
        units = np.flatnonzero(widths == width)
        for i in range(0, len(units), _AT_ONCE):
            yield units[i : i + _AT_ONCE]


def _without(
    people: PeopleProducts, whole: CrossProducts, person: Codes, by: Codes, units: Codes
) -> CrossProducts:
    """The table of everyone but the people of a unit, one data set for each unit."""
    tree, d = people.tree, len(units)
    near, _ = tree.of_rows
    by_person, by_near = unit_of(person, by), unit_of(near, by)
    gone_people = by_person == units[:, None]
    own = np.repeat(whole.own.products, d, axis=0)
    if tree.sizes:
        own[by_near[whole.own.unit] == units[:, None]] = 0.0
    lost = np.array([np.sum(by == u) for u in units])
    return replace(
        whole,
        n_rows=whole.n_rows - lost,
        pattern_people=whole.pattern_people
        - np.stack(
            [np.bincount(people.pattern[g], minlength=people.n_patterns) for g in gone_people]
        ),
        own=replace(whole.own, products=own),
        rest=replace(whole.rest, products=_rest_without(people, whole.rest, gone_people)),
        **_rows_without(people, whole, by, units),
    )


def _rest_without(people: PeopleProducts, whole: CellSums, gone_people: FloatArray) -> FloatArray:
    """Products by unit of the third level without those of some people, by data set."""
    _, far = people.tree.of_people
    rest = people.reach[:, :, people.tree.s :]
    products = np.repeat(whole.products, len(gone_people), axis=0)
    code = whole.unit * whole.n_patterns + whole.pattern
    for own, gone in zip(products, gone_people, strict=True):
        part = sum_cells(
            rest[gone],
            rest[gone],
            far[gone],
            people.pattern[gone],
            n_units=whole.n_units,
            n_patterns=whole.n_patterns,
        )
        own[np.searchsorted(code, part.unit * whole.n_patterns + part.pattern)] -= part.products[0]
    return products


def _rows_without(
    people: PeopleProducts, whole: CrossProducts, by: Codes, units: Codes
) -> dict[str, Any]:
    """Products row by row, where the model needs them."""
    if people.columns is None or whole.own_rows is None or whole.rest_rows is None:
        return {}
    near, far = people.tree.of_rows
    own = np.repeat(whole.own_rows, len(units), axis=0)
    if people.tree.sizes:
        own[unit_of(near, by) == units[:, None]] = 0.0
    columns, n_far = people.columns[:, people.tree.s :], people.tree.n_far
    gone = [by == unit for unit in units]
    lost = [products_by(far[g], columns[g], columns[g], n_far) for g in gone]
    rest = whole.rest_rows - np.stack(lost)
    return {"own_rows": own, "rest_rows": rest}


def _narrowed(table: CrossProducts, kept: FloatArray) -> CrossProducts:
    """The table with the columns of X replaced by combinations of them, by data set."""
    d, p, width = kept.shape
    size = table.rest.products.shape[-1] - p - 1  # random effects of the third level and above

    def turn(before: int) -> FloatArray:
        """What the columns after `before` random effects are multiplied with."""
        whole = np.zeros((d, before + p + 1, before + width + 1))
        whole[:, np.arange(before), np.arange(before)] = 1.0
        whole[:, before : before + p, before : before + width] = kept
        whole[:, -1, -1] = 1.0
        return whole

    right, both = turn(table.own.products.shape[-2] + size), turn(size)
    left = both.swapaxes(1, 2)
    wide = (slice(None), None, None, None)
    return replace(
        table,
        n_fixed=width,
        own=replace(table.own, products=table.own.products @ right[wide]),
        rest=replace(table.rest, products=left[wide] @ table.rest.products @ both[wide]),
        own_rows=None if table.own_rows is None else table.own_rows @ right[:, None],
        rest_rows=None
        if table.rest_rows is None
        else left[:, None] @ table.rest_rows @ both[:, None],
    )
