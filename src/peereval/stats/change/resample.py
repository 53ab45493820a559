"""Effect sizes of bootstrap resamples and of leave-one-out samples, from sums alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from peereval.stats.change.score_effect_size import ALL_BUT_PERFECT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from peereval.stats.basics.moments import Moments
    from peereval.stats.basics.pairs import Pairs
    from peereval.typing import FloatMatrix, FloatVector

_AT_ONCE = 100_000
_ROUNDING = 1e-12


class PairSums:
    """Complete pairs as columns whose sums over any choice of people give the effect sizes.

    Each of ``whole``, ``without_one`` and ``resampled`` gives the arrays ``mean_change`` (in SDs
    of change), ``d_z``, ``d_av``, ``d_rm`` and ``d_pre`` by name, one value for each choice of
    people; NaN where the denominator is zero.

    Parameters
    ----------
    pairs, m : Pairs, Moments
        At least three pairs whose changes vary, and their moments.

    Examples
    --------
    >>> from peereval.stats.basics.moments import moments
    >>> from peereval.stats.basics.pairs import complete_pairs
    >>> pairs = complete_pairs([19, 22, 25, 18, 21], [23, 22, 29, 20, 26])
    >>> PairSums(pairs, moments(pairs)).without_one()["d_z"].round(2).tolist()
    [1.47, 1.24, 2.98, 1.31, 1.24]
    """

    def __init__(self, pairs: Pairs, m: Moments) -> None:
        x, y, d = (
            (scores - mean) / (sd or 1.0)
            for scores, mean, sd in (
                (pairs.pre, m.mean_pre, m.sd_pre),
                (pairs.post, m.mean_post, m.sd_post),
                (pairs.change, m.mean_change, m.sd_change),
            )
        )
        self._m = m
        columns = np.column_stack([x, y, d, x * x, y * y, d * d, x * y])
        # In an order of their own, so that neither the order of people nor, but for pairs that are
        # each other's mirror image, that of the waves decides who is drawn.
        order = np.lexsort((pairs.change, np.abs(pairs.change), pairs.pre + pairs.post))
        self._columns = columns[order]

    def whole(self) -> dict[str, FloatVector]:
        """Of everybody."""
        return self._effects(self._columns.sum(axis=0, keepdims=True), self._m.n)

    def without_one(self) -> dict[str, FloatVector]:
        """Of everybody but one person, for each person."""
        return self._effects(self._columns.sum(axis=0) - self._columns, self._m.n - 1)

    def resampled(self, seed: int, resamples: int) -> dict[str, FloatVector]:
        """Of as many people drawn with replacement, many times."""
        sums = [counts @ self._columns for counts in _counts(self._m.n, seed, resamples)]
        return self._effects(np.vstack(sums), self._m.n)

    def _effects(self, sums: FloatMatrix, n: int) -> dict[str, FloatVector]:
        """The effect sizes of samples of n people, from the sums of the columns."""
        m = self._m
        x, y, d, xx, yy, dd, xy = (sums / n).T
        sd_x, sd_y, sd_d = (_sd(*mean, n) for mean in ((x, xx), (y, yy), (d, dd)))
        r = (xy - x * y) * n / (n - 1) / (_or_nan(sd_x) * _or_nan(sd_y))
        change = m.mean_change / m.sd_change + d
        # In SDs of change, as the change is.
        before, after = sd_x * (m.sd_pre / m.sd_change), sd_y * (m.sd_post / m.sd_change)
        d_z = change / _or_nan(sd_d)
        return {
            "mean_change": change,
            "d_z": d_z,
            "d_av": change / _or_nan((before + after) / 2),
            "d_rm": d_z * np.sqrt(2 * _or_nan(1 - r, ALL_BUT_PERFECT)),
            "d_pre": change / _or_nan(before),
        }


def _sd(mean: FloatVector, mean_square: FloatVector, n: int) -> FloatVector:
    """SD with divisor n - 1; exactly 0 where nothing but rounding is left."""
    variance = mean_square - mean * mean
    variance[variance <= _ROUNDING * mean_square] = 0.0
    return np.asarray(np.sqrt(variance * (n / (n - 1))))


def _or_nan(x: FloatVector, least: float = 0.0) -> FloatVector:
    """The values above `least`, NaN in place of the others."""
    return np.where(x > least, x, np.nan)


def _counts(n: int, seed: int, resamples: int) -> Iterator[FloatMatrix]:
    """How often each person was drawn, one row per resample, in blocks."""
    rng = np.random.default_rng(seed)
    block = max(1, _AT_ONCE // n)
    for start in range(0, resamples, block):
        rows = min(block, resamples - start)
        drawn = rng.integers(n, size=(rows, n))
        drawn += n * np.arange(rows)[:, None]
        yield np.bincount(drawn.ravel(), minlength=rows * n).reshape(rows, n).astype(np.float64)
