r"""The covariance of the rows, V, as something that multiplies, without being written out.

.. math:: V = R + \sum_l Z_l (I \otimes \Psi_l) Z_l'

with R the same variance for every row (`EqualResiduals`), or a covariance over the waves of
each person (`WaveResiduals`). V is linear in its *elements*: those of the lower triangles of
every :math:`\Psi` (bar by bar), then those of R.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from peereval.mixed.likelihood.covariance import RelativeFactors
from peereval.mixed.likelihood.patterns import wave_patterns

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scipy.sparse import csr_array

    from peereval.mixed.terms.levels import Level
    from peereval.typing import Codes, FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class EqualResiduals:
    """R = variance I.

    Attributes
    ----------
    variance : float
        Of every row.
    """

    variance: float

    def times(self, rows: Codes, block: FloatArray) -> FloatArray:
        """R of some rows times a matrix with these rows; `rows` are not needed here."""
        del rows
        return self.variance * block

    def dense(self, rows: Codes) -> FloatArray:
        """R of stacks of rows, shape (..., s) to (..., s, s)."""
        return np.broadcast_to(
            self.variance * np.eye(rows.shape[-1]), (*rows.shape, rows.shape[-1])
        )

    def variances(self, n: int) -> FloatArray:
        """Diagonal of R, shape (n,)."""
        return np.full(n, self.variance)

    def whiten(self, columns: FloatArray) -> FloatArray:
        """Columns of all rows, so that their residuals have unit covariance."""
        white: FloatArray = columns / np.sqrt(self.variance)
        return white

    def splits(self, unit: Codes) -> bool:
        """Whether residuals of different units hang together: never."""
        del unit
        return False

    def whitener(self, n: int) -> csr_array:
        """What `whiten` multiplies n rows with."""
        from scipy.sparse import csr_array, eye_array

        return csr_array(eye_array(n) / np.sqrt(self.variance))

    def moved(self, step: FloatArray) -> EqualResiduals:
        """The same with its one element moved."""
        return EqualResiduals(self.variance + float(step[0]))

    def share(self, step: FloatArray) -> float:
        """Largest part of R that a step of its elements moves, in any direction."""
        return float(np.abs(step[0])) / self.variance


@dataclass(frozen=True, slots=True, eq=False)
class WaveResiduals:
    """R holds, for every person, the covariance of the waves the person was seen at.

    Attributes
    ----------
    within : ndarray, shape (groups, waves, waves)
        Covariance over all waves of each group of people.
    person, wave, group : ndarray of int, shape (n,)
        Of every row; no person has a wave twice.
    patterns : tuple of ndarray of int, shapes (people, waves)
        Rows of the people of a group who were seen at the same waves, in the order of waves.
    """

    within: FloatArray
    person: Codes
    wave: Codes
    group: Codes
    patterns: tuple[Codes, ...]

    def times(self, rows: Codes, block: FloatArray) -> FloatArray:
        """R of some rows times a matrix with these rows."""
        _, first, person = np.unique(self.person[rows], return_index=True, return_inverse=True)
        wave = self.wave[rows]
        spread = np.zeros((len(first), self.within.shape[-1], block.shape[1]))
        spread[person, wave] = block
        product: FloatArray = (self.within[self.group[rows][first]] @ spread)[person, wave]
        return product

    def dense(self, rows: Codes) -> FloatArray:
        """R of stacks of rows, shape (..., s) to (..., s, s)."""
        person, wave, group = self.person[rows], self.wave[rows], self.group[rows]
        same = person[..., :, None] == person[..., None, :]
        found: FloatArray = (
            self.within[group[..., :, None], wave[..., :, None], wave[..., None, :]] * same
        )
        return found

    def variances(self, n: int) -> FloatArray:
        """Diagonal of R, shape (n,)."""
        del n
        found: FloatArray = self.within[self.group, self.wave, self.wave]
        return found

    def whiten(self, columns: FloatArray) -> FloatArray:
        """Columns of all rows times the inverse lower Cholesky factor, in the order of waves."""
        white = np.empty_like(columns)
        for rows, inverse in self._inverse_factors():
            white[rows] = inverse @ columns[rows]
        return white

    def splits(self, unit: Codes) -> bool:
        """Whether residuals of different units hang together: those of a person in several."""
        first = np.unique(self.person, return_index=True)[1]
        return bool(np.any(unit[first][self.person] != unit))

    def whitener(self, n: int) -> csr_array:
        """What `whiten` multiplies n rows with."""
        from scipy.sparse import csr_array

        blocks = [
            np.broadcast_arrays(rows[:, :, None], rows[:, None, :], inverse)
            for rows, inverse in self._inverse_factors()
        ]
        row, column, value = (
            np.concatenate([part.ravel() for part in parts]) for parts in zip(*blocks, strict=True)
        )
        return csr_array((value, (row, column)), shape=(n, n))

    def _inverse_factors(self) -> Iterator[tuple[Codes, FloatArray]]:
        """Rows of the people of each pattern, and the inverse lower Cholesky factor of theirs."""
        for rows in self.patterns:
            yield rows, np.linalg.inv(np.linalg.cholesky(self.dense(rows[0])))

    def moved(self, step: FloatArray) -> WaveResiduals:
        """The same with the elements of its lower triangles moved."""
        i, j = np.tril_indices(self.within.shape[-1])
        within = self.within.copy()
        within[:, i, j] += step.reshape(len(within), -1)
        within[:, j, i] = within[:, i, j]
        return replace(self, within=within)

    def share(self, step: FloatArray) -> float:
        """Largest part of R that a step of its elements moves, in any direction."""
        inverse = np.linalg.inv(np.linalg.cholesky(self.within))
        change = self.moved(step).within - self.within
        relative = inverse @ change @ inverse.swapaxes(1, 2)
        return float(np.abs(np.linalg.eigvalsh(relative)).max())


@dataclass(frozen=True, slots=True, eq=False)
class RowCovariance:
    """V of all rows used.

    Attributes
    ----------
    levels : tuple of Level
        Grouping factors, innermost first.
    psis : tuple of ndarray, shapes (q, q)
        Covariances of their random effects.
    residual : EqualResiduals or WaveResiduals
        R.
    """

    levels: tuple[Level, ...]
    psis: tuple[FloatArray, ...]
    residual: EqualResiduals | WaveResiduals

    def times(self, rows: Codes, block: FloatArray) -> FloatArray:
        """V of some rows times a matrix with these rows, at a cost linear in the rows."""
        product = self.residual.times(rows, block)
        for level, psi in zip(self.levels, self.psis, strict=True):
            design, (_, unit) = (
                level.design[rows],
                np.unique(level.codes[rows], return_inverse=True),
            )
            summed = np.zeros((int(unit.max()) + 1, design.shape[1], block.shape[1]))
            for a in range(design.shape[1]):
                np.add.at(summed[:, a], unit, design[:, a, None] * block)
            product = product + np.einsum("na,nac->nc", design @ psi, summed[unit])
        return product

    def dense(self, rows: Codes) -> FloatArray:
        """V of stacks of rows, shape (..., s) to (..., s, s)."""
        found = self.residual.dense(rows)
        for level, psi in zip(self.levels, self.psis, strict=True):
            design, unit = level.design[rows], level.codes[rows]
            same = unit[..., :, None] == unit[..., None, :]
            found = found + (design @ psi @ design.swapaxes(-1, -2)) * same
        return found

    def variances(self, n: int) -> list[FloatArray]:
        """What every level, then the residual, adds to the diagonal of V, each of shape (n,)."""
        found = [
            np.einsum("na,ab,nb->n", level.design, psi, level.design)
            for level, psi in zip(self.levels, self.psis, strict=True)
        ]
        return [*found, self.residual.variances(n)]

    def moved(self, step: FloatArray) -> RowCovariance:
        """The same with its elements moved."""
        places = _places(self.levels)
        psis = tuple(psi.copy() for psi in self.psis)
        for (level, i, j), by in zip(places, step[: len(places)], strict=True):
            psis[level][i, j] += by
            if i != j:
                psis[level][j, i] += by
        return RowCovariance(self.levels, psis, self.residual.moved(step[len(places) :]))

    def residual_share(self, step: FloatArray) -> float:
        """Largest part of R, in any direction, that a step of the elements moves."""
        return self.residual.share(step[len(_places(self.levels)) :])


def wave_residuals(
    within: FloatArray, person: Codes, wave: Codes, group: Codes | None
) -> WaveResiduals:
    """The covariance over the waves of every person; see `WaveResiduals`.

    `group`, of each person, tells which of several covariances; None where there is one.
    """
    order = np.lexsort((wave, person))
    starts = np.flatnonzero(np.diff(person[order], prepend=-1))
    patterns, pattern = wave_patterns(person, wave, group)
    size = patterns[:, 1:].sum(axis=1)
    found = [
        order[starts[pattern == which][:, None] + np.arange(size[which])]
        for which in range(len(patterns))
    ]
    of_row = np.zeros_like(person) if group is None else group[person]
    return WaveResiduals(within, person, wave, of_row, tuple(found))


def _places(levels: Sequence[Level]) -> list[tuple[int, int, int]]:
    """Level, row and column of every element of the covariances of random effects."""
    return RelativeFactors(tuple(level.blocks for level in levels)).places
