"""The probability that a person's score rose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from peereval.results.estimate import Estimate, NotEstimated
from peereval.stats.basics.paired_proportions import tango_interval

if TYPE_CHECKING:
    from peereval.typing import FloatVector


def probability_of_increase(
    change: FloatVector, *, ci_level: float = 0.95
) -> Estimate | NotEstimated:
    r"""Probability that a score rose, plus half the probability that it stayed the same.

    .. math:: P(post > pre) + P(post = pre) / 2 = (1 + \Delta) / 2, \qquad
        \Delta = P(post > pre) - P(post < pre)

    0.5 means that as many scores rose as fell. It is about the raw score: where lower is better,
    its complement is the probability of improvement. The interval is that of Tango (1998) for the
    difference of two paired proportions, here of the people who rose and who fell. Without
    unchanged scores it is Wilson's; it stays within 0 and 1, and has a width also when everybody
    rose or nobody changed. Its exact coverage at 95%, for values of 0.5 to 0.95 and nobody, a
    fifth or half unchanged: 91 to 98% of 10 people, 93 to 97% of 30, 94 to 97% of 100; Wilson's
    interval around the same value would cover up to 99.8%, because it ignores the ties.

    Parameters
    ----------
    change : ndarray of float, shape (n,)
        Post minus pre, in any unit, no missing values.
    ci_level : float, default 0.95
        Confidence level.

    Returns
    -------
    Estimate or NotEstimated
        A probability, without a test: see `sign_test`. Reason: ``no_pairs``.

    References
    ----------
    Tango (1998). Equivalence test and confidence interval for the difference in proportions for
    the paired-sample design. Statistics in Medicine 17, 891-908.
    Grissom & Kim (2012). Effect sizes for research (2nd ed.), on the probability of superiority
    of dependent groups. Routledge.

    Examples
    --------
    >>> import numpy as np
    >>> rose = probability_of_increase(np.array([1.0, 2.0, 1.0, 3.0, -1.0, 0.0]))
    >>> f"{rose.value:.2f} ({rose.ci_low:.2f} to {rose.ci_high:.2f})"
    '0.75 (0.39 to 0.93)'
    """
    n = change.size
    if n == 0:
        return NotEstimated(name="probability_of_increase", reason="no_pairs")
    up, down = int((change > 0).sum()), int((change < 0).sum())
    low, high = tango_interval(down, up, n, ci_level)
    return Estimate(
        name="probability_of_increase",
        value=(1 + (up - down) / n) / 2,
        ci_low=(1 + low) / 2,
        ci_high=(1 + high) / 2,
        ci_level=ci_level,
        n=n,
        unit="probability",
        method=f"P(rose) + P(same) / 2, {up} up, {down} down, {n - up - down} same, Tango's score "
        "interval",
        source="Tango (1998)",
    )
