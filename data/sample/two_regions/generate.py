"""Draw the synthetic evaluation of peer support groups in two regions.

Nobody in these data exists. Everyone has one factor per outcome, standard normal at baseline
and correlated between outcomes and waves. Given the factor, the answers to the items are
independent: a noisy latent answer cut at thresholds. A true change in score points becomes a
shift of the factor, found numerically from the exact expected score.

    python generate.py                        writes data.csv beside this file
    python generate.py --seed 7 --out my.csv
"""

from __future__ import annotations

import argparse
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.stats import norm

if TYPE_CHECKING:
    from collections.abc import Mapping

SHIPPED_SEED = 10
TRUE_CHANGES: Mapping[str, float] = MappingProxyType(
    {"hope": 2.5, "empowerment": 0.35, "self_efficacy": 1.2}
)
WAVES = ("baseline", "12 weeks")
REGIONS = MappingProxyType({"N": "Northvale", "S": "Southmoor"})
GROUPS = tuple(f"{letter}{i}" for letter in REGIONS for i in range(1, 6))

# Correlation of one person's factor before with the same factor after.
_STABILITY = 0.65

_NAMES = (
    "hope",
    "empowerment",
    "self_efficacy",
    "depression",
    "anxiety",
    "loneliness",
    "wellbeing",
)
# Correlations of the factors within a wave, in the order above.
_CORRELATIONS = np.array(
    [
        [1.00, 0.55, 0.55, -0.50, -0.35, -0.40, 0.60],
        [0.55, 1.00, 0.60, -0.35, -0.30, -0.30, 0.50],
        [0.55, 0.60, 1.00, -0.40, -0.35, -0.30, 0.50],
        [-0.50, -0.35, -0.40, 1.00, 0.70, 0.45, -0.65],
        [-0.35, -0.30, -0.35, 0.70, 1.00, 0.35, -0.55],
        [-0.40, -0.30, -0.30, 0.45, 0.35, 1.00, -0.45],
        [0.60, 0.50, 0.50, -0.65, -0.55, -0.45, 1.00],
    ]
)
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(80)
_WEIGHTS = _WEIGHTS / _WEIGHTS.sum()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outcome:
    """How one outcome's answers come about and how they are scored.

    Attributes
    ----------
    name, prefix : str
        Machine name in the plan; start of its column names.
    low, high : int
        Response range of every item.
    reverse : tuple of int
        Item numbers, from 1, worded the other way round on the form.
    score : ndarray
        Score for each possible sum of the items, lowest sum first.
    mean_before : float
        Expected score at baseline, in score points.
    loading : ndarray, shape (n_items,)
        Correlation of each latent answer with the factor.
    difficulty : ndarray, shape (n_items,)
        Shift of each item's thresholds: positive means a high answer is rarer.
    spacing : float
        Distance between neighbouring thresholds, in SD of the latent answer.
    """

    name: str
    prefix: str
    low: int
    high: int
    reverse: tuple[int, ...]
    score: np.ndarray
    mean_before: float
    loading: np.ndarray
    difficulty: np.ndarray
    spacing: float

    @property
    def columns(self) -> list[str]:
        """Names of the item columns, in form order."""
        return [f"{self.prefix}_{i}" for i in range(1, len(self.loading) + 1)]

    def thresholds(self, location: float) -> np.ndarray:
        """Cut points of the latent answers, shape (n_items, high - low)."""
        steps = np.arange(self.high - self.low) - (self.high - self.low - 1) / 2
        return location + self.difficulty[:, None] + self.spacing * steps


def _instrument(
    name: str,
    definition: str,
    *,
    difficulty: list[float],
    loadings: tuple[float, float],
    **how: Any,
) -> Outcome:
    """Take range, reversed items and score table from the package's definition."""
    folder = files("peereval") / "instruments" / "definitions"
    facts = tomllib.loads((folder / f"{definition}.toml").read_text(encoding="utf-8"))
    n, low, high = facts["n_items"], facts["response_min"], facts["response_max"]
    score = np.arange(n * low, n * high + 1, dtype=float)
    if "table" in facts["scoring"]:
        table = facts["scoring"]["table"]
        score = np.array([dict(zip(table["raw"], table["value"], strict=True))[s] for s in score])
    return Outcome(
        name=name,
        prefix=definition,
        low=low,
        high=high,
        reverse=tuple(facts["reverse"]),
        score=score,
        loading=np.linspace(*loadings, n),
        difficulty=np.array(difficulty),
        **how,
    )


@lru_cache(maxsize=1)
def outcomes() -> tuple[Outcome, ...]:
    """Return the seven outcomes, in the order of the columns.

    Loadings and spacings were set so that the SDs and alphas are like those of people with
    depression; the last PHQ-9 item, on self-harm, is answered "not at all" most often.
    """
    return (
        _instrument(
            "hope",
            "hhi",
            mean_before=31.0,
            loadings=(0.55, 0.72),
            spacing=1.4,
            difficulty=[0.1, 0.2, -0.1, 0.3, -0.4, 0.2, -0.2, -0.3, -0.1, 0.1, 0.2, 0.0],
        ),
        Outcome(
            name="empowerment",
            prefix="emp",
            low=1,
            high=5,
            reverse=(4,),
            score=np.arange(5, 26) / 5,
            mean_before=2.8,
            loading=np.linspace(0.62, 0.78, 5),
            difficulty=np.array([0.0, -0.2, 0.2, 0.1, -0.1]),
            spacing=0.95,
        ),
        _instrument(
            "self_efficacy",
            "gse",
            mean_before=25.0,
            loadings=(0.58, 0.74),
            spacing=1.2,
            difficulty=[0.1, 0.3, 0.0, 0.1, -0.1, -0.3, 0.2, 0.0, -0.1, -0.2],
        ),
        _instrument(
            "depression",
            "phq9",
            mean_before=14.0,
            loadings=(0.72, 0.58),
            spacing=0.95,
            difficulty=[0.0, -0.1, -0.3, -0.6, 0.0, -0.2, 0.1, 0.4, 0.8],
        ),
        _instrument(
            "anxiety",
            "gad7",
            mean_before=11.0,
            loadings=(0.78, 0.64),
            spacing=1.0,
            difficulty=[-0.2, -0.1, -0.3, 0.0, 0.4, -0.1, 0.3],
        ),
        _instrument(
            "loneliness",
            "ucla3",
            mean_before=6.5,
            loadings=(0.72, 0.80),
            spacing=1.0,
            difficulty=[-0.1, 0.1, 0.0],
        ),
        _instrument(
            "wellbeing",
            "swemwbs",
            mean_before=19.0,
            loadings=(0.64, 0.76),
            spacing=1.0,
            difficulty=[0.2, 0.0, 0.3, 0.1, -0.1, 0.0, -0.4],
        ),
    )


def expected_score(outcome: Outcome, thresholds: np.ndarray, *, mean: float, sd: float) -> float:
    """Exact expected score when the factor is normal with `mean` and `sd`.

    Given the factor the items are independent, so their sum has the convolution of the
    items' distributions; the factor is integrated out by Gauss-Hermite quadrature.

    Parameters
    ----------
    outcome : Outcome
        Loadings and score table.
    thresholds : ndarray, shape (n_items, n_categories - 1)
        Cut points of the latent answers.
    mean, sd : float
        Of the factor, in SD of the baseline factor.

    Returns
    -------
    float
        In score points.
    """
    factor = mean + sd * _NODES
    loading = outcome.loading[:, None, None]
    above = norm.sf((thresholds[:, None, :] - loading * factor[:, None]) / np.sqrt(1 - loading**2))
    # Chance of at least each category: surely the lowest, never more than the highest.
    at_least = np.pad(above, ((0, 0), (0, 0), (1, 0)), constant_values=1.0)
    answers = -np.diff(at_least, axis=2, append=0.0)
    total = np.ones((factor.size, 1))
    for item in answers:
        longer = np.zeros((factor.size, total.shape[1] + item.shape[1] - 1))
        for category in range(item.shape[1]):
            longer[:, category : category + total.shape[1]] += total * item[:, [category]]
        total = longer
    return float(_WEIGHTS @ (total @ outcome.score))


@lru_cache(maxsize=16)
def _thresholds(name: str) -> np.ndarray:
    """Thresholds at which the expected baseline score is the outcome's `mean_before`."""
    outcome = _outcome(name)
    location = brentq(
        lambda x: (
            expected_score(outcome, outcome.thresholds(x), mean=0.0, sd=1.0) - outcome.mean_before
        ),
        -3.0,
        3.0,
        xtol=1e-12,
    )
    return outcome.thresholds(float(location))


@lru_cache(maxsize=1024)
def latent_shift(name: str, true_change: float, group_change_sd: float = 0.0) -> float:
    """Shift of the factor that changes the expected score by exactly `true_change`.

    Parameters
    ----------
    name : str
        Outcome, as in the plan.
    true_change : float
        Post minus pre, in score points, raw sign.
    group_change_sd : float, default 0
        SD of the change of peer groups about the shift, which widens the factor after.

    Returns
    -------
    float
        In SD of the baseline factor.

    Raises
    ------
    ValueError
        If no shift reaches the change within the range of the scale.
    """
    outcome, cuts = _outcome(name), _thresholds(name)
    if true_change == 0 and group_change_sd == 0:
        return 0.0
    sd = float(np.hypot(1.0, group_change_sd))
    target = outcome.mean_before + true_change
    reach = [expected_score(outcome, cuts, mean=x, sd=sd) for x in (-6.0, 6.0)]
    if not reach[0] < target < reach[1]:
        raise ValueError(
            f"'{name}' cannot change by {true_change:g}: from {outcome.mean_before:g} it would "
            f"reach {target:g}. Expected a mean between {reach[0]:.1f} and {reach[1]:.1f}; "
            "ask for a smaller change."
        )
    return float(
        brentq(
            lambda x: expected_score(outcome, cuts, mean=x, sd=sd) - target, -6.0, 6.0, xtol=1e-12
        )
    )


def generate(
    seed: int | np.random.Generator,
    *,
    true_changes: Mapping[str, float] | None = None,
    people: int = 180,
    group_change_sd: float = 0.0,
    lost: float = 1 / 3,
    mess: bool = True,
) -> pd.DataFrame:
    """Draw one data set in the long layout.

    Parameters
    ----------
    seed : int or numpy.random.Generator
        The same seed gives the same answers, with mess and without.
    true_changes : mapping of str to float, optional
        True mean change (post minus pre, in score points, raw sign) by outcome name; 0 for
        outcomes not named. `TRUE_CHANGES` when not given.
    people : int, default 180
        People at baseline, at least 30 when there is to be mess.
    group_change_sd : float, default 0
        SD of an extra change shared by a peer group, in SD of the baseline factor. The
        expected change over groups is still the true one.
    lost : float, default 1/3
        Share of people without a follow-up: that many are drawn at random, whatever their
        region, group or scores.
    mess : bool, default True
        Add duplicates, blanks, codes, impossible values and untidy IDs (`add_mess`).

    Returns
    -------
    pandas.DataFrame
        ``participant, wave, region, group`` and one column per item, coded as on the form:
        integers without mess, else mixed cells with None for a blank.

    Raises
    ------
    ValueError
        If an outcome is unknown, a change cannot be reached, or people are too few for mess.
    """
    if mess and people < 30:
        raise ValueError(
            f"{people} people are too few for the mess. Expected at least 30; or give mess=False."
        )
    rng = np.random.default_rng(seed)
    changes = dict(TRUE_CHANGES if true_changes is None else true_changes)
    for name in changes:
        _outcome(name)
    group = rng.integers(len(GROUPS), size=people)
    before, after = _factors(rng, group, group_change_sd)
    after = after + [latent_shift(n, float(changes.get(n, 0)), group_change_sd) for n in _NAMES]
    stayed = np.ones((2, people), dtype=bool)
    stayed[1, rng.permutation(people)[: round(people * lost)]] = False

    columns: dict[str, Any] = {
        "participant": np.tile([f"P{i:03d}" for i in range(1, people + 1)], 2),
        "wave": np.repeat(WAVES, people),
        "region": np.tile([REGIONS[GROUPS[g][0]] for g in group], 2),
        "group": np.tile([GROUPS[g] for g in group], 2),
    }
    for k, outcome in enumerate(outcomes()):
        factor = np.concatenate([before[:, k], after[:, k]])
        answers = _answers(rng, outcome, factor)
        columns |= dict(zip(outcome.columns, answers.T, strict=True))
    frame = pd.DataFrame(columns)[stayed.ravel()]
    frame = frame.iloc[np.argsort(frame["participant"].to_numpy(str), kind="stable")]
    frame = frame.reset_index(drop=True)
    return add_mess(frame, rng) if mess else frame


def add_mess(frame: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return a copy with the faults that real files have, in fixed numbers.

    Six forms left empty as a whole; one item in a hundred blank; "-9" in five cells and
    "n/a" in four; a 7 in a PHQ-9 item and a 44 in an HHI item; three IDs with stray spaces or
    in lower case; a blank region at follow-up for two people; and, at the end, three rows a
    second time: one copied exactly, two with five answers fewer.

    Parameters
    ----------
    frame : pandas.DataFrame
        Clean data as `generate` makes them.
    rng : numpy.random.Generator
        Draws the places.

    Returns
    -------
    pandas.DataFrame
    """
    frame = frame.astype(object)
    blocks = [outcome.columns for outcome in outcomes()]
    items = [column for block in blocks for column in block]
    cells = frame[items].to_numpy(object, copy=True)
    block_of = np.repeat(np.arange(len(blocks)), [len(block) for block in blocks])
    # Every fault gets rows of its own where it could hide another.
    rows = iter(rng.permutation(len(frame)).tolist())

    free = np.ones(cells.shape, dtype=bool)
    for _ in range(6):
        skipped = next(rows), block_of == rng.integers(len(blocks))
        cells[skipped] = None
        free[skipped] = False
    again = [next(rows) for _ in range(3)]
    free[again] = False
    for value, block in ((7, "phq9"), (44, "hhi")):
        columns = [j for j, name in enumerate(items) if name.startswith(f"{block}_")]
        cell = next(rows), rng.choice(columns)
        cells[cell] = value
        free[cell] = False
    places = rng.permutation(np.flatnonzero(free.ravel()))
    faults = [None] * round(cells.size / 100) + ["-9"] * 5 + ["n/a"] * 4
    cells.flat[places[: len(faults)]] = faults
    frame[items] = cells

    copies = frame.iloc[again].copy()
    for copy in (1, 2):
        columns = rng.choice(items, size=5, replace=False)
        copies.iloc[copy, copies.columns.get_indexer(columns)] = None
    followed = set(np.flatnonzero(frame["wave"] == WAVES[1])) - set(again)
    followed = iter(rng.permutation(sorted(followed)).tolist())
    identity = frame.columns.get_loc("participant")
    for untidy in (" {}", "{} ", "{}"):
        row = next(followed)
        name = frame.iloc[row, identity]
        frame.iloc[row, identity] = untidy.format(name if " " in untidy else name.lower())
    for _ in range(2):
        frame.iloc[next(followed), frame.columns.get_loc("region")] = None
    return pd.concat([frame, copies], ignore_index=True)


def write_csv(frame: pd.DataFrame, path: str | Path) -> None:
    """Write the same bytes on every system: UTF-8, commas, line feeds, blanks empty."""
    frame.to_csv(path, index=False, lineterminator="\n", encoding="utf-8")


def _outcome(name: str) -> Outcome:
    """Find an outcome, or say which ones there are."""
    if name not in _NAMES:
        raise ValueError(f"There is no outcome '{name}'; use one of {', '.join(_NAMES)}.")
    return outcomes()[_NAMES.index(name)]


def _factors(
    rng: np.random.Generator, group: np.ndarray, group_change_sd: float
) -> tuple[np.ndarray, np.ndarray]:
    """Factors before and after, shape (people, outcomes), before any true change."""
    root = np.linalg.cholesky(_CORRELATIONS).T
    people, k = group.size, len(_NAMES)
    before = rng.standard_normal((people, k)) @ root
    fresh = rng.standard_normal((people, k)) @ root
    after = _STABILITY * before + np.sqrt(1 - _STABILITY**2) * fresh
    # Drawn in any case, so that one seed gives the same people for every size of it.
    shared = rng.standard_normal((len(GROUPS), k)) @ root
    return before, after + group_change_sd * shared[group]


def _answers(rng: np.random.Generator, outcome: Outcome, factor: np.ndarray) -> np.ndarray:
    """Answers as ticked on the form, shape (rows, items)."""
    noise = rng.standard_normal((factor.size, outcome.loading.size))
    latent = factor[:, None] * outcome.loading + noise * np.sqrt(1 - outcome.loading**2)
    answers = outcome.low + (latent[:, :, None] > _thresholds(outcome.name)).sum(axis=2)
    turned = [i - 1 for i in outcome.reverse]
    answers[:, turned] = outcome.low + outcome.high - answers[:, turned]
    return answers


def main(argv: list[str] | None = None) -> None:
    """Write the data file."""
    parser = argparse.ArgumentParser(description="Draw the synthetic data of two regions.")
    parser.add_argument("--seed", type=int, default=SHIPPED_SEED)
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("data.csv"))
    options = parser.parse_args(argv)
    write_csv(generate(options.seed), options.out)


if __name__ == "__main__":
    main()
