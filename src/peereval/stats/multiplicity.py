"""Many outcomes: adjusted p-values, families of tests, and the gate between them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

import numpy as np

from peereval.errors import StatisticsError, did_you_mean
from peereval.stats.basics.numbers import as_floats

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import ArrayLike

    from peereval.typing import FloatVector

Adjustment: TypeAlias = Literal["holm", "hochberg", "BH", "BY", "bonferroni"]
"""Ways of allowing for several tests."""

ALPHA = 0.05
"""Below this an adjusted p-value is called significant."""

PRIMARY_FAMILY = "primary"
"""Name of the default family of the primary outcomes."""


def adjust_p(p: ArrayLike, method: Adjustment) -> FloatVector:
    r"""P-values that allow for the number of tests, in the order given.

    With m tests and p sorted upwards: ``bonferroni`` m p; ``holm`` the running maximum of
    (m - i + 1) p_i; ``hochberg`` the running minimum of the same from the largest p down;
    ``BH`` the running minimum of (m / i) p_i from the largest p down; ``BY`` that times
    1 + 1/2 + ... + 1/m. All at most 1.

    Parameters
    ----------
    p : array_like of float, shape (k,)
        P-values between 0 and 1. NaN is not a test: it stays NaN and does not count in m.
    method : {"holm", "hochberg", "BH", "BY", "bonferroni"}
        Holm and Bonferroni hold the familywise error rate always, Hochberg for independent or
        positively dependent tests; BH (likewise) and BY (always) hold the false discovery rate.

    Returns
    -------
    ndarray of float, shape (k,)
        Adjusted p-values.

    Raises
    ------
    StatisticsError
        If a p-value is outside 0 to 1, `p` is not a vector, or the method is unknown.

    References
    ----------
    Holm (1979). A simple sequentially rejective multiple test procedure. Scandinavian Journal of
    Statistics 6, 65-70. Hochberg (1988), Biometrika 75, 800-802. Benjamini & Hochberg (1995),
    JRSS B 57, 289-300. Benjamini & Yekutieli (2001), Annals of Statistics 29, 1165-1188.

    Examples
    --------
    >>> adjust_p([0.04, 0.01, float("nan"), 0.03], "holm").tolist()
    [0.06, 0.03, nan, 0.06]
    """
    given = _probabilities(p)
    if method not in get_args(Adjustment):
        raise StatisticsError(
            f"There is no adjustment '{method}'; {did_you_mean(str(method), get_args(Adjustment))}"
        )
    tests = np.flatnonzero(~np.isnan(given))
    order = tests[np.argsort(given[tests], kind="stable")]
    adjusted = given.copy()
    adjusted[order] = np.minimum(1.0, _adjust_sorted(given[order], method))
    return adjusted


def _adjust_sorted(p: FloatVector, method: Adjustment) -> FloatVector:
    """Adjusted p-values, before the cap at 1, of p-values sorted upwards."""
    m = p.size
    i = np.arange(1, m + 1)
    if method == "bonferroni":
        return m * p
    if method == "holm":
        return np.maximum.accumulate((m - i + 1) * p)
    if method == "hochberg":
        return _running_minimum_from_above((m - i + 1) * p)
    dependence = float((1 / i).sum()) if method == "BY" else 1.0
    return _running_minimum_from_above(dependence * m / i * p)


def _running_minimum_from_above(x: FloatVector) -> FloatVector:
    """For each element the smallest of itself and all after it."""
    return np.minimum.accumulate(x[::-1])[::-1]


def _probabilities(p: ArrayLike) -> FloatVector:
    """The p-values as a vector; what cannot be one is refused."""
    given = as_floats(p, "p-values")
    bad = given[(given < 0) | (given > 1)]
    if given.ndim != 1 or bad.size:
        found = f"such as {bad[0]:g}" if bad.size else f"{given.ndim} dimensions"
        raise StatisticsError(
            f"These are not p-values: {found}.",
            expected="a vector of numbers between 0 and 1, NaN where no test was made",
            fix="give the unadjusted p-values, one per test.",
        )
    return given


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyTest:
    """One outcome's test, before anything is adjusted.

    Attributes
    ----------
    outcome, domain : str
        Names from the plan.
    primary : bool
        Whether the plan declares it primary.
    p_value : float
        Two-sided p of the change, or p of equivalence; NaN when it could not be estimated.

    Examples
    --------
    >>> FamilyTest(outcome="hope", domain="hope", primary=True, p_value=0.01).primary
    True
    """

    outcome: str
    domain: str
    primary: bool
    p_value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyStanding:
    """Where one outcome stands after allowing for the other tests.

    Attributes
    ----------
    outcome, family : str
        Names of the outcome and of its family.
    n_tests : int
        Tests made in the family; those that could not be estimated do not count.
    p_value, p_adjusted : float
        As given, and after Holm within the family; NaN when there was no test.
    gate_open : bool
        Whether the family may be read as confirmatory: always for a family that holds a primary
        outcome, for the others only when every primary outcome is significant.
    exploratory : bool
        True when `p_adjusted` is not below .05 (or missing), or the gate is closed.

    Examples
    --------
    >>> alone = FamilyTest(outcome="hope", domain="hope", primary=False, p_value=0.01)
    >>> assess_families([alone])["hope"].exploratory
    True
    """

    outcome: str
    family: str
    n_tests: int
    p_value: float
    p_adjusted: float
    gate_open: bool
    exploratory: bool


def assess_families(
    tests: Iterable[FamilyTest], *, families: Mapping[str, Sequence[str]] | None = None
) -> dict[str, FamilyStanding]:
    """Holm within each family, and a gate from the primary outcomes to the rest.

    The primary outcomes form the family ``"primary"``; the other outcomes of each domain form
    ``"domain:NAME"``. The gate opens when every primary outcome has an adjusted p below .05. A
    primary outcome without a p-value has not shown anything, so it keeps the gate closed.
    Without any primary outcome there is no gate to open, and everything is exploratory.

    Equivalence tests form families of their own: call this again with their p-values.

    Parameters
    ----------
    tests : iterable of FamilyTest
        One per outcome.
    families : mapping of str to sequence of str, optional
        Own families by outcome name. An outcome not named keeps its default family; a family
        called like a default one is joined with it. What decides about the gate is the plan's
        word ``primary``, not the name of a family:

        - a family with at least one primary outcome stands before the gate, all its members are
          adjusted together, and none of them waits for the gate;
        - a family without a primary outcome stands behind the gate;
        - the gate opens when every primary outcome, adjusted in whichever family it stands,
          is significant. Several families with primaries are each tested at .05: that is the
          plan's choice, and the error rate then holds per family.

    Returns
    -------
    dict of str to FamilyStanding
        By outcome, in the order given. On a single region every verdict is exploratory whatever
        stands here.

    Raises
    ------
    StatisticsError
        If an outcome comes twice, stands in two families, is named by a family but not tested,
        or a p-value is outside 0 to 1.

    References
    ----------
    Dmitrienko & Tamhane (2007). Gatekeeping procedures with clinical trial applications.
    Pharmaceutical Statistics 6(3), 171-180 (the serial gate).

    Examples
    --------
    >>> standing = assess_families([
    ...     FamilyTest(outcome="hope", domain="hope", primary=True, p_value=0.01),
    ...     FamilyTest(outcome="phq9", domain="clinical", primary=False, p_value=0.02),
    ...     FamilyTest(outcome="gad7", domain="clinical", primary=False, p_value=0.30),
    ... ])
    >>> phq9 = standing["phq9"]
    >>> phq9.family, phq9.n_tests, phq9.p_adjusted, phq9.gate_open, phq9.exploratory
    ('domain:clinical', 2, 0.04, True, False)
    """
    tests = tuple(tests)
    family_of = _families_of(tests, families or {})
    adjusted, counts = _adjust_within(tests, family_of)
    primaries = [t.outcome for t in tests if t.primary]
    # A comparison with NaN is False, so a primary without a test keeps the gate closed.
    all_significant = bool(primaries) and all(adjusted[name] < ALPHA for name in primaries)
    before_gate = {family_of[name] for name in primaries}
    standings = {}
    for test in tests:
        name, family = test.outcome, family_of[test.outcome]
        gate_open = family in before_gate or all_significant
        standings[name] = FamilyStanding(
            outcome=name,
            family=family,
            n_tests=counts[family],
            p_value=test.p_value,
            p_adjusted=adjusted[name],
            gate_open=gate_open,
            exploratory=not (gate_open and adjusted[name] < ALPHA),
        )
    return standings


def _adjust_within(
    tests: Sequence[FamilyTest], family_of: Mapping[str, str]
) -> tuple[dict[str, float], dict[str, int]]:
    """Holm-adjusted p by outcome, and the number of tests made by family."""
    adjusted: dict[str, float] = {}
    counts: dict[str, int] = {}
    for family in dict.fromkeys(family_of.values()):
        members = [t for t in tests if family_of[t.outcome] == family]
        values = adjust_p([t.p_value for t in members], "holm").tolist()
        adjusted.update(zip((t.outcome for t in members), values, strict=True))
        counts[family] = sum(not math.isnan(t.p_value) for t in members)
    return adjusted, counts


def _families_of(
    tests: Sequence[FamilyTest], families: Mapping[str, Sequence[str]]
) -> dict[str, str]:
    """The family of each outcome: the default one unless `families` names another."""
    family_of: dict[str, str] = {}
    for test in tests:
        if test.outcome in family_of:
            raise StatisticsError(
                f"Outcome '{test.outcome}' comes twice.",
                expected="one test per outcome",
                fix="assess each kind of test (change, equivalence) by itself.",
            )
        family_of[test.outcome] = PRIMARY_FAMILY if test.primary else f"domain:{test.domain}"
    placed: set[str] = set()
    for family, members in families.items():
        for name in members:
            if name not in family_of:
                raise StatisticsError(
                    f"Family '{family}' names outcome '{name}', which was not tested; "
                    f"{did_you_mean(name, family_of)}"
                )
            if name in placed:
                raise StatisticsError(f"Outcome '{name}' stands in two families.")
            placed.add(name)
            family_of[name] = family
    return family_of
