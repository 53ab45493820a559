"""Answers to the items of one scale: complete forms, and what is refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from peereval.errors import StatisticsError
from peereval.stats.basics.moments import largest_size, mean_and_sd, power_of_two, unit_vector
from peereval.stats.basics.numbers import as_floats
from peereval.stats.basics.pairs import LARGEST, ROUNDING, SMALLEST

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

    from peereval.typing import FloatMatrix, FloatVector


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class CompleteForms:
    """People who answered every item of a scale.

    Attributes
    ----------
    answers : ndarray of float, shape (n, items)
        Finite answers.
    n_excluded : int
        People left out because an answer was missing.
    """

    answers: FloatMatrix
    n_excluded: int

    @property
    def n(self) -> int:
        """Number of complete forms."""
        return int(self.answers.shape[0])

    @property
    def n_items(self) -> int:
        """Number of items."""
        return int(self.answers.shape[1])

    @property
    def too_few(self) -> str:
        """Reason code why items cannot be held against each other; empty when they can."""
        if self.n_items < 2:
            return "fewer_than_two_items"
        return "fewer_than_two_complete_forms" if self.n < 2 else ""

    def covariances(self) -> FloatMatrix:
        """Covariances of the items, divisor n - 1, divided by a power of two.

        The power brings the largest answer to 1 at most, so that no square leaves the number range.
        An item whose answers all agree up to rounding has covariances of exactly 0.
        """
        scaled = self.answers / power_of_two(largest_size(self.answers))
        deviations = scaled - scaled.mean(axis=0)
        rounding = ROUNDING * np.abs(scaled).max(axis=0)
        deviations[:, np.ptp(scaled, axis=0) <= rounding] = 0.0
        return np.asarray(deviations.T @ deviations / (self.n - 1))

    def means_and_sds(self) -> tuple[FloatVector, FloatVector]:
        """Mean and SD of each item, divisor n - 1; an SD is 0 when all answers agree."""
        columns = [mean_and_sd(x, ROUNDING * largest_size(x)) for x in self.answers.T]
        return np.array([m for m, _ in columns]), np.array([s for _, s in columns])

    def correlations(self) -> FloatMatrix | None:
        """Pearson correlations of the items; None when an item does not vary."""
        _, sds = self.means_and_sds()
        if not (sds > 0).all():
            return None
        unit = np.column_stack([unit_vector(x) for x in self.answers.T])
        found = np.clip(unit.T @ unit, -1.0, 1.0)
        np.fill_diagonal(found, 1.0)
        return np.asarray(found)


def complete_forms(items: ArrayLike) -> CompleteForms:
    """Keep the people who answered every item; refuse what are no answers.

    Parameters
    ----------
    items : array_like of float, shape (people, items)
        Answers, NaN or None where missing.

    Returns
    -------
    CompleteForms
        Copies; the input stays as it was.

    Raises
    ------
    StatisticsError
        If answers are not numbers, not a table of people by items, infinite, or of a size beyond
        1e-300 to 1e300.

    Examples
    --------
    >>> forms = complete_forms([[1, 2, 3], [2, None, 3], [4, 4, 5]])
    >>> forms.n, forms.n_items, forms.n_excluded
    (2, 3, 1)
    """
    answers = answer_table(items)
    keep = ~np.isnan(answers).any(axis=1)
    return CompleteForms(answers=answers[keep], n_excluded=int((~keep).sum()))


def answer_table(items: ArrayLike) -> FloatMatrix:
    """Answers as floats, shape (people, items), NaN where missing; a copy.

    Raises
    ------
    StatisticsError
        As `complete_forms`.

    Examples
    --------
    >>> answer_table([[1, None], [2, 3]]).tolist()
    [[1.0, nan], [2.0, 3.0]]
    """
    answers = as_floats(items, "answers")
    if answers.ndim != 2:
        raise StatisticsError(
            f"The answers have {answers.ndim} dimension{'' if answers.ndim == 1 else 's'}.",
            expected="a table with one row per person and one column per item",
            fix="put the answers to all items of one scale side by side.",
        )
    infinite = int(np.isinf(answers).sum())
    if infinite:
        raise StatisticsError(
            f"{infinite} of {answers.size} answers are infinite.",
            expected="finite numbers, NaN where an answer is missing",
            fix="give them as NaN.",
        )
    largest = largest_size(answers[~np.isnan(answers)])
    if largest > LARGEST or 0 < largest < SMALLEST:
        raise StatisticsError(
            f"The largest answer in size is {largest:.3g}.",
            expected="answers between 1e-300 and 1e300 in size, or all zero",
            fix="check the units of the answers.",
        )
    return answers


def total_variance(covariances: FloatMatrix) -> float:
    """Variance of the sum of items; 0 when it is no more than rounding of its parts.

    Examples
    --------
    >>> total_variance(np.array([[2.0, 1.0], [1.0, 3.0]]))
    7.0
    >>> total_variance(np.array([[2.0, -2.0], [-2.0, 2.0]]))
    0.0
    """
    total = float(covariances.sum())
    return total if total > ROUNDING * float(np.abs(covariances).sum()) else 0.0


def item_names(names: Sequence[str] | None, items: ArrayLike, n_items: int) -> tuple[str, ...]:
    """Names of the items: as given, else the columns of a data frame, else from 1.

    Raises
    ------
    StatisticsError
        If there are not as many different names as items.
    """
    if names is None:
        columns = getattr(items, "columns", None)
        found = range(1, n_items + 1) if columns is None else columns
        return tuple(str(name) for name in found)
    if len(names) != n_items or len(set(names)) != n_items:
        raise StatisticsError(
            f"{len(set(names))} different names for {n_items} items.",
            expected="one name per item, each once",
            fix="name every column of the answers.",
        )
    return tuple(str(name) for name in names)


def refuse(reason: str, forms: CompleteForms, what: str) -> StatisticsError:
    """The error that belongs to a reason code, in words."""
    people = forms.n + forms.n_excluded
    problem, expected = {
        "fewer_than_two_items": (f"{forms.n_items} item.", "at least two items"),
        "fewer_than_two_complete_forms": (
            f"{forms.n} of {people} people answered every item.",
            "at least two complete forms",
        ),
        "no_total_variance": (
            f"All {forms.n} complete forms have the same total.",
            "totals that differ between people",
        ),
        "item_without_variance": (
            f"Some item has the same answer on all {forms.n} complete forms.",
            "answers to every item that differ between people",
        ),
        "not_identified": (
            f"The answers to {forms.n_items} items do not determine one factor.",
            "three items or more that go together",
        ),
    }[reason]
    return StatisticsError(
        f"{what} cannot be computed: {problem[0].lower()}{problem[1:]}", expected=expected
    )
