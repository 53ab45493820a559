"""How single people changed: reliably, and across the border of the clinical range."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, get_args

import numpy as np

from peereval.errors import StatisticsError, UndefinedError
from peereval.stats.basics.choices import check_choice
from peereval.stats.basics.moments import largest_size, moments
from peereval.stats.basics.pairs import complete_pairs
from peereval.stats.individuals.caseness import Caseness
from peereval.stats.individuals.clinical_cutoff import (
    CutoffName,
    Population,
    clinical_cutoffs,
    functional_population,
)
from peereval.stats.individuals.individual_result import IndividualChange, categories
from peereval.stats.individuals.reliable_change import (
    SOURCES,
    IndexMethod,
    MeasurementError,
    change_index,
    critical_value,
    refuse_beyond_numbers,
    true_score_index,
)
from peereval.stats.individuals.thresholds import passes, reaches
from peereval.typing import Direction

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from peereval.stats.basics.pairs import Pairs
    from peereval.stats.individuals.thresholds import Flags
    from peereval.typing import FloatVector


def individual_change(
    pre: ArrayLike,
    post: ArrayLike,
    *,
    reliability: float,
    method: IndexMethod = "JT",
    higher_is: Direction = "better",
    functional_mean: float | None = None,
    functional_sd: float | None = None,
    cutoff: CutoffName | Caseness | float | None = None,
    reliability_post: float | None = None,
    inclusive: bool = False,
) -> IndividualChange:
    """Reliable and clinically significant change of every person.

    A person has changed reliably when the index of `method` is beyond its critical value (the
    normal quantile at 0.975, for HA at 0.95). With a cut-off between the clinical and the
    functional range

    - **recovered**: before strictly on the clinical side, after strictly beyond the cut-off,
      and reliably better;
    - **harmed**: before not on the clinical side, after not strictly beyond the cut-off on the
      good side, and reliably worse;
    - **improved**, **deteriorated**, **unchanged**: everyone else, by the index alone.

    Parameters
    ----------
    pre, post : array_like of float, shape (people,)
        Scores in scale points, NaN where missing; people without both are left out and counted.
    reliability : float
        Of the scores before, strictly between 0 and 1.
    method : {"JT", "GLN", "HLL", "EN", "NK", "HA", "Maassen"}
        Whose index; the formulas stand in `reliable_change.change_index`.
    higher_is : {"better", "worse"}
        What a higher score means.
    functional_mean, functional_sd : float, optional
        Mean and SD of people who are well, for the cut-offs b and c.
    cutoff : {"a", "b", "c"}, float or Caseness, optional
        Which cut-off, or its value. The clinical mean and SD are those of `pre`. A `Caseness`
        is a published rule, which says whether a score at the cut-off is a case.
    reliability_post : float, optional
        Of the scores after (method NK); `reliability` by default.
    inclusive : bool, default False
        Whether an index of exactly the critical value counts (``>=``).

    Returns
    -------
    IndividualChange
        The index keeps its raw sign: positive means the score rose.

    Raises
    ------
    UnmatchedPairsError, StatisticsError
        If the scores are not pairs, or an option is out of its range.
    UndefinedError
        If there are fewer than two pairs or no variation before; with HA, if the scores vary no
        more than measurement error. Carries a reason code.

    Notes
    -----
    With HA cut-offs are of true scores: each SD s becomes s sqrt(r_s) with r_s = (s^2 - SEM^2) /
    s^2. Beyond the cut-off means that the index of the true score after is above the critical
    value, and a person who was not on the clinical side before and is reliably worse counts as
    harmed whatever the score after.

    References
    ----------
    Jacobson & Truax (1991). Clinical significance: a statistical approach to defining meaningful
    change in psychotherapy research. Journal of Consulting and Clinical Psychology 59, 12-19.
    Hageman & Arrindell (1999). Establishing clinically significant change. Behaviour Research
    and Therapy 37, 1169-1193.

    Examples
    --------
    >>> found = individual_change([32.5, 47.5, 40, 40], [47.5, 47.5, 41, 55], reliability=0.8,
    ...                           functional_mean=60, functional_sd=7.5, cutoff="c")
    >>> print(f"{found.cutoff:.1f}", found.category.tolist())
    49.0 ['improved', 'unchanged', 'unchanged', 'recovered']
    """
    check_choice(method, "method", get_args(IndexMethod))
    check_choice(higher_is, "higher_is", get_args(Direction))
    pairs = complete_pairs(pre, post)
    error = _measurement_error(pairs, reliability, reliability_post)
    cutoffs = _cutoffs(error, method, higher_is, functional_mean, functional_sd)
    border = _border(cutoff, cutoffs)
    index, critical = change_index(pairs, error, method), critical_value(method)
    good = 1 if higher_is == "better" else -1
    beyond = reaches if inclusive else passes
    recovering = falling_ill = np.zeros(pairs.n, dtype=bool)
    if border is not None:
        clinical_before, _ = _sides(border, pairs.pre, good)
        if method == "HA":
            true = true_score_index(pairs, error, _number(border))
            recovering = clinical_before & beyond(good * true, critical, 0.0)
            falling_ill = ~clinical_before
        else:
            _, well_after = _sides(border, pairs.post, good)
            recovering = clinical_before & well_after
            falling_ill = ~clinical_before & ~well_after
    return IndividualChange(
        index=index,
        category=categories(
            better=beyond(good * index, critical, 0.0),
            worse=beyond(-good * index, critical, 0.0),
            recovering=recovering,
            falling_ill=falling_ill,
        ),
        cutoff=None if border is None else _number(border),
        cutoffs=cutoffs,
        critical=critical,
        n=pairs.n,
        n_excluded=pairs.n_excluded,
        kept=pairs.kept,
        method=_words(method, error, border, cutoff, inclusive=inclusive),
        source=SOURCES[method],
    )


def _measurement_error(
    pairs: Pairs, reliability: float, reliability_post: float | None
) -> MeasurementError:
    """The error of measurement of a group that has one."""
    after = reliability if reliability_post is None else reliability_post
    for name, value in (("reliability", reliability), ("reliability_post", after)):
        if not 0 < value < 1:
            raise StatisticsError(
                f"{name} is {value!r}.",
                expected="a number strictly between 0 and 1",
                fix="take it from a publication, or from the answers themselves (alpha, omega).",
            )
    if pairs.n < 2:
        raise UndefinedError(
            f"{pairs.n} people have both scores, so there is no SD before.",
            reason="fewer_than_two_pairs" if pairs.n else "no_pairs",
            expected="at least two complete pairs",
            fix="use change_by_threshold() with a published threshold.",
        )
    m = moments(pairs)
    if not m.sd_pre > 0:
        raise UndefinedError(
            f"All {pairs.n} scores before are the same, so their standard error is 0.",
            reason="no_variance",
            expected="scores that vary",
            fix="use change_by_threshold() with a published threshold.",
        )
    error = MeasurementError(m=m, reliability=float(reliability), reliability_post=float(after))
    refuse_beyond_numbers(max(largest_size(pairs.pre), largest_size(pairs.post)), error.sem)
    return error


def _cutoffs(
    error: MeasurementError,
    method: IndexMethod,
    higher_is: Direction,
    functional_mean: float | None,
    functional_sd: float | None,
) -> dict[CutoffName, float]:
    """The cut-offs that can be had; with HA those of true scores."""
    functional = functional_population(functional_mean, functional_sd)
    clinical = Population(mean=error.m.mean_pre, sd=error.m.sd_pre)
    if method == "HA":
        clinical = _true(clinical, error)
        functional = None if functional is None else _true(functional, error)
    return clinical_cutoffs(clinical, functional, higher_is)


def _true(population: Population, error: MeasurementError) -> Population:
    """The population of true scores: the SD without the error of measurement."""
    r = error.reliability_in(population.sd)
    if r <= 0:
        raise UndefinedError(
            f"functional_sd is {population.sd:g}, not above the standard error of measurement "
            f"{error.sem:.4g}, so the method HA finds no variation of true scores.",
            reason="no_true_variance",
            expected="a larger SD, or a higher reliability",
            fix="check functional_sd and reliability, or use another method.",
        )
    return Population(mean=population.mean, sd=population.sd * math.sqrt(r))


def _border(
    cutoff: CutoffName | Caseness | float | None, cutoffs: dict[CutoffName, float]
) -> Caseness | float | None:
    """The border between the ranges: a rule, a value, or none."""
    if cutoff is None or isinstance(cutoff, Caseness):
        return cutoff
    if isinstance(cutoff, str):
        check_choice(cutoff, "cutoff", get_args(CutoffName))
        if cutoff not in cutoffs:
            raise StatisticsError(
                f"The cut-off {cutoff} needs functional_mean and functional_sd.",
                expected="the mean and the SD of people who are well",
                fix="give both, or use the cut-off a.",
            )
        return cutoffs[cutoff]
    if not math.isfinite(cutoff):
        raise StatisticsError(
            f"The cut-off is {cutoff!r}.", expected="a finite score", fix="give one, or None."
        )
    return float(cutoff)


def _number(border: Caseness | float) -> float:
    """The border in scale points."""
    return border.value if isinstance(border, Caseness) else border


def _sides(border: Caseness | float, scores: FloatVector, good: int) -> tuple[Flags, Flags]:
    """Who is on the clinical side of a border, and who is beyond it."""
    if isinstance(border, Caseness):
        case = border.is_case(scores)
        return case, ~case
    size = np.abs(scores)
    return passes(-good * scores, -good * border, size), passes(good * scores, good * border, size)


def _words(
    method: IndexMethod,
    error: MeasurementError,
    border: Caseness | float | None,
    cutoff: CutoffName | Caseness | float | None,
    *,
    inclusive: bool,
) -> str:
    """The index, its critical value and the cut-off; nothing that would tell the scores."""
    reliability = f"reliability {error.reliability:g}"
    if method == "NK":
        reliability += f" before and {error.reliability_post:g} after"
    sign = ">=" if inclusive else ">"
    text = (
        f"reliable change: index {method}, {reliability}, size {sign} {critical_value(method):.3f}"
    )
    if border is None:
        return text
    if isinstance(border, Caseness):
        return f"{text}; case: a score {border}"
    return f"{text}; cut-off {cutoff if isinstance(cutoff, str) else f'{border:g}'}"
