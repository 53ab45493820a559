"""The distribution of a sum over all choices of sign, for whole numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from peereval.typing import Codes, FloatVector


def positive_sum_distribution(sizes: Codes) -> FloatVector:
    """P(the sizes with a positive sign add up to k), k = 0, 1, ..., their total.

    Every size has either sign with probability 1/2, on its own. With at most 52 of them the
    probabilities are exact.

    Parameters
    ----------
    sizes : ndarray of int, shape (n,)
        Zero or above. For Wilcoxon's test these are ranks, for the sign-flip test changes.

    References
    ----------
    Streitberg & Roehmel (1986). Exact distributions for permutations and rank tests: an
    introduction to some recently published algorithms. Statistical Software Newsletter 12, 10-17.

    Examples
    --------
    >>> positive_sum_distribution(np.array([1, 2, 3])).tolist()
    [0.125, 0.125, 0.125, 0.25, 0.125, 0.125, 0.125]
    """
    probability = np.zeros(int(sizes.sum()) + 1)
    probability[0] = 1.0
    end = 1
    for size in np.sort(sizes).tolist():
        end += size
        probability[size:end] += probability[: end - size].copy()
        probability[:end] /= 2
    return probability
