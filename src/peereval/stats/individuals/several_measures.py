"""Recovery and reliable change over several questionnaires, by the rules of NHS England."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from peereval.errors import StatisticsError, UnmatchedPairsError
from peereval.stats.basics.numbers import as_floats
from peereval.stats.basics.pairs import complete_pairs, refuse_other_labels
from peereval.stats.basics.proportions import percentage, value_and_limits
from peereval.stats.individuals.by_threshold import change_by_threshold
from peereval.stats.individuals.caseness import Caseness, as_caseness

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from numpy.typing import ArrayLike

    from peereval.results.estimate import Estimate, NotEstimated
    from peereval.stats.individuals.thresholds import Flags
    from peereval.typing import Direction, FloatMatrix


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RecoveryRates:
    """Recovery and reliable change over several measures.

    Attributes
    ----------
    case_before, case_after : ndarray of bool, shape (n,)
        Who was a case on any measure before, and after.
    better, worse : ndarray of bool, shape (n,)
        Who changed reliably for the better, and for the worse, on any measure.
    n, n_excluded : int
        People with at least one measure at both surveys, and people left out.
    n_partial : int
        People of `n` who are judged by some of the measures only.
    kept : ndarray of bool, shape (n + n_excluded,)
        Who of the people given is among `n`.
    """

    case_before: Flags
    case_after: Flags
    better: Flags
    worse: Flags
    n: int
    n_excluded: int
    n_partial: int
    kept: Flags

    @property
    def n_cases(self) -> int:
        """People who were a case before: those who can recover."""
        return int(self.case_before.sum())

    @property
    def n_mixed(self) -> int:
        """People reliably better on one measure and worse on another; they count as worse."""
        return int((self.better & self.worse).sum())

    @property
    def counts(self) -> dict[str, int]:
        """Numerators of the rates, in the order of `rates`."""
        recovered = self.case_before & ~self.case_after
        improved = self.better & ~self.worse
        return {
            "recovery": int(recovered.sum()),
            "reliable_improvement": int(improved.sum()),
            "reliable_recovery": int((recovered & improved).sum()),
            "reliable_deterioration": int(self.worse.sum()),
            "no_reliable_change": int((~self.better & ~self.worse).sum()),
        }

    @property
    def denominators(self) -> dict[str, int]:
        """People each rate is of: recovery is among those who were a case before."""
        of_cases = ("recovery", "reliable_recovery")
        return {name: self.n_cases if name in of_cases else self.n for name in self.counts}

    def rates(self, ci_level: float = 0.95) -> tuple[Estimate | NotEstimated, ...]:
        """The rates in per cent, with Wilson intervals; n is the denominator."""
        of = self.denominators
        return tuple(percentage(name, k, of[name], ci_level) for name, k in self.counts.items())

    def tidy(self, ci_level: float = 0.95) -> pd.DataFrame:
        """One row per rate: count, per cent with its Wilson interval, and the denominator n.

        Examples
        --------
        >>> found = change_over_measures([[15, 12]], [[8, 7]], thresholds=[6, 4],
        ...                              caseness=[10, 8], higher_is="worse")
        >>> print(found.tidy()[["name", "count", "percent", "n"]].head(2).to_string(index=False))
                        name  count  percent  n
                    recovery      1    100.0  1
        reliable_improvement      1    100.0  1
        """
        import pandas as pd

        shares = zip(self.counts.values(), self.rates(ci_level), strict=True)
        rows = [(rate.name, k, *value_and_limits(rate), rate.n) for k, rate in shares]
        return pd.DataFrame(rows, columns=["name", "count", "percent", "ci_low", "ci_high", "n"])


def change_over_measures(
    pre: ArrayLike,
    post: ArrayLike,
    *,
    thresholds: Sequence[float],
    caseness: Sequence[Caseness | float],
    higher_is: Direction | Sequence[Direction],
) -> RecoveryRates:
    """Recovery, reliable improvement, recovery and deterioration over several measures.

    - **case**: at caseness on at least one measure;
    - **recovery**: a case before, and on no measure a case after, of those who were a case;
    - **reliable improvement**: better by its threshold (``>=``) on at least one measure, and
      worse by it on none;
    - **reliable recovery**: both, of those who were a case;
    - **reliable deterioration**: worse by its threshold on at least one measure;
    - **no reliable change**: neither better nor worse on any measure. A person better on one and
      worse on another counts as deteriorated (`n_mixed` says how many do).

    A measure counts for the people who have it before and after. A person without any such
    measure is left out; one with some of them is judged by those (`n_partial` says how many
    are): a score of a single survey counts for nothing, so recovery never rests on it.

    Parameters
    ----------
    pre, post : array_like of float, shape (people, measures)
        Scores in scale points, NaN where missing.
    thresholds : sequence of float, length (measures,)
        Reliable change of each measure in scale points.
    caseness : sequence of Caseness or float, length (measures,)
        Who is a case on each; at a bare number a score is a case.
    higher_is : {"better", "worse"} or sequence of them
        What a higher score means, for all or for each.

    Returns
    -------
    RecoveryRates

    Raises
    ------
    UnmatchedPairsError, StatisticsError
        If the shapes or the row labels do not fit, or a measure's scores, threshold or caseness
        cannot be used.

    References
    ----------
    NHS Digital (2020). Psychological therapies: reports on the use of IAPT services, England,
    December 2020, Outcomes: recovery = recovered / (finished treatment - not at caseness at the
    start); reliable improvement = improved / finished; reliable recovery = both.

    Examples
    --------
    >>> phq9_gad7_before = [[15, 12], [9, 9], [14, 6], [5, 3]]
    >>> phq9_gad7_after = [[8, 7], [9, 4], [15, 10], [4, float("nan")]]
    >>> found = change_over_measures(phq9_gad7_before, phq9_gad7_after, thresholds=[6, 4],
    ...                              caseness=[10, 8], higher_is="worse")
    >>> found.n, found.n_cases, found.n_partial
    (4, 3, 1)
    >>> found.counts
    {'recovery': 2, 'reliable_improvement': 2, 'reliable_recovery': 2,
     'reliable_deterioration': 1, 'no_reliable_change': 1}
    """
    before, after = _table(pre, "pre"), _table(post, "post")
    refuse_other_labels(pre, post)
    people, measures = before.shape
    if after.shape != before.shape:
        raise UnmatchedPairsError(
            f"The pre scores have the shape {before.shape}, the post scores {after.shape}.",
            expected="the same people and measures in the same order",
            fix="match people by participant code, and give a missing score as NaN.",
        )
    directions = [higher_is] * measures if isinstance(higher_is, str) else list(higher_is)
    _refuse_other_numbers(
        measures,
        {
            "thresholds": thresholds,
            "caseness": caseness,
            "directions in higher_is": directions,
        },
    )
    flags = np.zeros((4, people, measures), dtype=bool)
    paired = np.zeros((people, measures), dtype=bool)
    for j in range(measures):
        rule = as_caseness(caseness[j], directions[j])
        found = change_by_threshold(
            before[:, j], after[:, j], threshold=thresholds[j], higher_is=directions[j]
        )
        kept = found.kept
        paired[:, j] = kept
        pairs = complete_pairs(before[:, j], after[:, j])
        flags[0, kept, j], flags[1, kept, j] = rule.is_case(pairs.pre), rule.is_case(pairs.post)
        flags[2, kept, j] = found.category == "improved"
        flags[3, kept, j] = found.category == "deteriorated"
    used = np.asarray(paired.any(axis=1))
    case_before, case_after, better, worse = np.asarray(flags[:, used].any(axis=2))
    return RecoveryRates(
        case_before=case_before,
        case_after=case_after,
        better=better,
        worse=worse,
        n=int(used.sum()),
        n_excluded=int((~used).sum()),
        n_partial=int((used & ~paired.all(axis=1)).sum()),
        kept=used,
    )


def _refuse_other_numbers(measures: int, options: Mapping[str, Sequence[object]]) -> None:
    """Every option must be given once for each measure."""
    for name, given in options.items():
        if len(given) != measures:
            raise StatisticsError(
                f"There are {measures} measures but {len(given)} {name}.",
                expected="one for each measure, in the same order",
                fix="give as many as there are columns.",
            )


def _table(given: ArrayLike, wave: str) -> FloatMatrix:
    """The scores of one survey, one column per measure."""
    table = as_floats(given, f"{wave} scores")
    if table.ndim != 2 or table.shape[1] < 1:
        raise StatisticsError(
            f"The {wave} scores have the shape {table.shape}.",
            expected="one row per person and one column per measure",
            fix="put the measures side by side.",
        )
    return table
