"""How far one person's change is beyond measurement error: seven published indices."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from peereval.errors import UndefinedError
from peereval.stats.basics.student import normal_quantile

if TYPE_CHECKING:
    from peereval.stats.basics.moments import Moments
    from peereval.stats.basics.pairs import Pairs
    from peereval.typing import FloatVector

IndexMethod: TypeAlias = Literal["JT", "GLN", "HLL", "EN", "NK", "HA", "Maassen"]
"""Whose index of reliable change."""

SOURCES: dict[IndexMethod, str] = {
    "JT": "Jacobson & Truax (1991)",
    "GLN": "Gulliksen, Lord & Novick, in Hsu (1989)",
    "HLL": "Hsu (1989, 1999), after Linn & Slinde and Lord",
    "EN": "Speer (1992), after Edwards & Nunnally",
    "NK": "Nunnally & Kotsch (1983)",
    "HA": "Hageman & Arrindell (1999)",
    "Maassen": "Maassen (2004)",
}
"""Publication of each index."""

MOST_ERRORS = 1e290
"""Standard errors of measurement that a score may be in size."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasurementError:
    """What the indices take of a group: its moments and how reliable its scores are.

    Letters as in the papers: M mean, s SD, R reliability; 1 before, 2 after.

    Attributes
    ----------
    m : Moments
        Of at least two pairs whose scores before vary.
    reliability, reliability_post : float
        Reliability of the scores before and after, between 0 and 1.
    """

    m: Moments
    reliability: float
    reliability_post: float

    @property
    def sem(self) -> float:
        """Standard error of measurement before, s1 sqrt(1 - R), in scale points."""
        return self.m.sd_pre * math.sqrt(1 - self.reliability)

    def reliability_in(self, sd: float) -> float:
        """Reliability of scores that vary by `sd` and carry the same error of measurement."""
        ratio = self.sem / sd if sd > 0 else math.inf
        return 1 - ratio * ratio

    @property
    def reliability_of_change(self) -> float:
        """Reliability of the changes, r_dd of Hageman & Arrindell.

        (s1^2 r1 + s2^2 r2 - 2 s1 s2 r12) / (s1^2 + s2^2 - 2 s1 s2 r12), with s_k^2 r_k =
        s_k^2 - SEM^2, is 1 - 2 SEM^2 / s_d^2 with s_d the SD of the changes.
        """
        return self.reliability_in(self.m.sd_change / math.sqrt(2))


def critical_value(method: IndexMethod) -> float:
    """Normal quantile that an index must pass in size: 0.975, for HA 0.95.

    Examples
    --------
    >>> round(critical_value("JT"), 3), round(critical_value("HA"), 3)
    (1.96, 1.645)
    """
    return normal_quantile(0.95 if method == "HA" else 0.975)


def change_index(pairs: Pairs, error: MeasurementError, method: IndexMethod) -> FloatVector:
    r"""Index of reliable change of every person; positive when the score rose.

    .. math::
        JT: \frac{x_2 - x_1}{\sqrt 2\, SEM} \qquad
        Maassen: \frac{x_2 - x_1}{\sqrt{(s_1^2 + s_2^2)(1 - R)}}

        GLN: \frac{(x_2 - M_1) - R (x_1 - M_1)}{s_1 \sqrt{1 - R^2}} \qquad
        HLL: \frac{(x_2 - M_2) - R (x_1 - M_1)}{s_1 \sqrt{1 - R^2}}

        EN: \frac{x_2 - [R (x_1 - M_1) + M_1]}{SEM} \qquad
        NK: \frac{x_2 - [R (x_1 - M_1) + M_1]}{\sqrt{R^2 s_1^2 (1 - R) + s_1^2 (1 - R_2)}}

        HA: \frac{(x_2 - x_1) r_{dd} + (M_2 - M_1)(1 - r_{dd})}{\sqrt{r_{dd}}\, \sqrt 2\, SEM}

    Parameters
    ----------
    pairs : Pairs
        Scores before (x1) and after (x2).
    error : MeasurementError
        Of these pairs.
    method : str
        One of ``JT, GLN, HLL, EN, NK, HA, Maassen``.

    Returns
    -------
    ndarray of float, shape (n,)
        In standard errors.

    Raises
    ------
    UndefinedError
        With HA, when the changes vary no more than measurement error alone would make them.

    References
    ----------
    Jacobson & Truax (1991), Journal of Consulting and Clinical Psychology 59, 12-19. Hageman &
    Arrindell (1999), Behaviour Research and Therapy 37, 1169-1193. Maassen (2004), Journal of
    the International Neuropsychological Society 10, 888-893. The others as compared by Atkins,
    Bedics, McGlinchey & Beauchaine (2005), Journal of Consulting and Clinical Psychology 73,
    982-989.
    """
    m, r, sem = error.m, error.reliability, error.sem
    # Everything is counted in SDs before, so that no square leaves the number range.
    before = (pairs.pre - m.mean_pre) / m.sd_pre
    risen = (pairs.post - m.mean_pre) / m.sd_pre
    match method:
        case "JT":
            index = pairs.change / (math.sqrt(2) * sem)
        case "Maassen":
            index = pairs.change / (math.hypot(m.sd_pre, m.sd_post) * math.sqrt(1 - r))
        case "GLN":
            index = (risen - r * before) / math.sqrt(1 - r * r)
        case "HLL":
            after = (pairs.post - m.mean_post) / m.sd_pre
            index = (after - r * before) / math.sqrt(1 - r * r)
        case "EN":
            index = (risen - r * before) / math.sqrt(1 - r)
        case "NK":
            spread = math.sqrt(r * r * (1 - r) + (1 - error.reliability_post))
            index = (risen - r * before) / spread
        case "HA":
            r_dd = _reliable(error.reliability_of_change, "changes", m.sd_change, sem)
            true_change = pairs.change * r_dd + m.mean_change * (1 - r_dd)
            index = true_change / (math.sqrt(r_dd) * math.sqrt(2) * sem)
    return index


def true_score_index(pairs: Pairs, error: MeasurementError, cutoff: float) -> FloatVector:
    r"""How far each true score after is above a cut-off, after Hageman & Arrindell.

    .. math:: \frac{M_2 + (x_2 - M_2) r_2 - cutoff}{\sqrt{r_2}\, SEM}

    with r2 = (s2^2 - SEM^2) / s2^2.

    Returns
    -------
    ndarray of float, shape (n,)
        In standard errors.

    Raises
    ------
    UndefinedError
        When the scores after vary no more than measurement error alone would make them.
    """
    m = error.m
    refuse_beyond_numbers(abs(cutoff), error.sem)
    r = _reliable(error.reliability_in(m.sd_post), "scores after", m.sd_post, error.sem)
    true = m.mean_post + (pairs.post - m.mean_post) * r
    return (true - cutoff) / (math.sqrt(r) * error.sem)


def refuse_beyond_numbers(size: float, sem: float) -> None:
    """Refuse an index that no number could hold: scores of a size far beyond their error."""
    if size < MOST_ERRORS * sem:
        return
    raise UndefinedError(
        f"The standard error of measurement is {sem:.4g}, but there are scores of the size {size:.4g}.",
        reason="above_1e307",
        expected="scores before and after in one unit",
        fix="check the units of the two surveys, the cut-off and the reliability.",
    )


def _reliable(reliability: float, of_what: str, sd: float, sem: float) -> float:
    """The reliability, unless there is none left."""
    if reliability > 0:
        return reliability
    raise UndefinedError(
        f"The SD of the {of_what} is {sd:.4g} and the standard error of measurement {sem:.4g}: "
        "they vary no more than measurement error alone would make them, so the method HA has "
        "no true change to find.",
        reason="no_true_variance",
        expected="more variation than the reliability leaves to error",
        fix="use another method, or check the reliability.",
    )
