"""The sign-flip permutation test of the mean change."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from peereval.results.estimate import Estimate, NotEstimated
from peereval.stats.basics.moments import largest_size, power_of_two
from peereval.stats.change.sign_sums import positive_sum_distribution

if TYPE_CHECKING:
    from collections.abc import Iterator

    from peereval.typing import Codes, FloatVector

FEW = 30
"""Changes, not zero and of any size, up to which every choice of signs is counted."""
FLIPS = 9_999
SEED = 20_240_229
"""Where the draws start when no seed is given, so that a report gives the same p every time."""
_AT_ONCE = 100_000
_ROUNDING = 1e-12
_RESOLUTION = 1e-9
_MOST_WORK = 20_000_000


def sign_flip_test(
    change: FloatVector, *, seed: int = SEED, flips: int = FLIPS
) -> Estimate | NotEstimated:
    r"""Permutation test of the mean change over the signs of the changes.

    If nothing moves scores in one direction, every person's change could as well have the other
    sign. Two-sided: p is the share of all choices of sign whose mean change is at least as far
    from zero as the one observed. Zeros stay in; they have no sign to flip.

    Every choice is counted where it can be: with changes that are multiples of one step, as
    totals and means of items are, by the distribution of their sum (Streitberg & Roehmel 1986);
    with up to 30 other changes by halves: the sums over each half of them are written out, and for
    every sum of the one it is looked up how many of the other reach the observed mean. Otherwise
    `flips` choices are drawn, of which b are at least as far out, and p = (b + 1) / (flips + 1),
    which never claims more than was drawn (Phipson & Smyth 2010). `method` says which.

    Parameters
    ----------
    change : ndarray of float, shape (n,)
        Post minus pre in scale points, no missing values.
    seed : int
        Where the draws start.
    flips : int, default 9999
        Number of draws.

    Returns
    -------
    Estimate or NotEstimated
        Statistic: the mean change in scale points; two-sided p; no value. Reason: ``no_pairs``.

    References
    ----------
    Fisher (1935). The design of experiments, section 21. Oliver & Boyd.
    Streitberg & Roehmel (1986), as for `positive_sum_distribution`.
    Phipson & Smyth (2010). Permutation p-values should never be zero. Statistical Applications in
    Genetics and Molecular Biology 9(1), 39.

    Examples
    --------
    >>> test = sign_flip_test(np.array([1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4]))
    >>> test.p_value == 2 / 2**9, test.method
    (True, 'sign-flip permutation test of the mean change, all choices of sign, zeros kept')
    """
    if change.size == 0:
        return NotEstimated(name="sign_flip", reason="no_pairs")
    scale = power_of_two(largest_size(change))
    scaled = change / scale
    # Sorted, so that the order of people does not decide which signs are drawn.
    sizes = np.sort(np.abs(scaled[scaled != 0]))
    # Sums that are equal on paper may differ in their last digits.
    edge = abs(float(scaled.sum())) - _ROUNDING * float(sizes.sum())
    steps = _whole_steps(sizes)
    how = "all choices of sign"
    if edge <= 0:
        p = 1.0
    elif steps is not None:
        p = _share_by_steps(steps, edge / float(sizes.sum()))
    elif sizes.size <= FEW:
        p = _share_by_halves(sizes, edge)
    else:
        reached = sum(int((np.abs(s) >= edge).sum()) for s in _drawn_sums(sizes, seed, flips))
        p, how = (reached + 1) / (flips + 1), f"{flips} choices of sign drawn with seed {seed}"
    return Estimate(
        name="sign_flip",
        value=math.nan,
        n=change.size,
        unit="scale points",
        method=f"sign-flip permutation test of the mean change, {how}, zeros kept",
        statistic=float(scaled.mean()) * scale,
        p_value=p,
        source="Fisher (1935)",
    )


def _whole_steps(sizes: FloatVector) -> Codes | None:
    """The sizes as multiples of their common step; None where they have none, or too many."""
    step = 0.0
    for size in sizes[np.diff(sizes, prepend=0.0) > 0].tolist():
        # Euclid's algorithm; what is left below the resolution is rounding.
        step, rest = size, step
        while rest > _RESOLUTION:
            step, rest = rest, step % rest
    if not sizes.size * float(sizes.sum()) <= _MOST_WORK * step:
        return None
    return np.rint(sizes / step).astype(np.intp)


def _share_by_steps(steps: Codes, edge: float) -> float:
    """Share of all choices of sign whose sum, over that of the steps, is at least `edge` in size."""
    probability = positive_sum_distribution(steps)
    # The sum is the positive steps less the others; half of the choices lie on the lower side.
    most = math.floor((1 - edge) / 2 * (probability.size - 1))
    return 2 * float(probability[: most + 1].sum())


def _share_by_halves(sizes: FloatVector, edge: float) -> float:
    """Share of all choices of sign whose sum is at least `edge`, above 0, in size."""
    half = sizes.size // 2
    one, other = _all_sums(sizes[:half]), np.sort(_all_sums(sizes[half:]))
    reached = one.size * other.size - int(np.searchsorted(other, edge - one).sum())
    # Flipping every sign turns a sum round: as many lie at -edge or below.
    return 2 * reached / (one.size * other.size)


def _all_sums(sizes: FloatVector) -> FloatVector:
    """The sums over all choices of sign."""
    sums = np.zeros(1)
    for size in sizes:
        sums = np.concatenate([sums + size, sums - size])
    return sums


def _drawn_sums(sizes: FloatVector, seed: int, flips: int) -> Iterator[FloatVector]:
    """Sums over drawn choices of sign, in blocks."""
    rng = np.random.default_rng(seed)
    total, width = float(sizes.sum()), -(-sizes.size // 8)
    block = max(1, _AT_ONCE // sizes.size)
    for start in range(0, flips, block):
        rows = min(block, flips - start)
        drawn = np.frombuffer(rng.bytes(rows * width), dtype=np.uint8).reshape(rows, width)
        up = np.unpackbits(drawn, axis=1, count=sizes.size).astype(np.float64)
        yield 2 * (up @ sizes) - total
