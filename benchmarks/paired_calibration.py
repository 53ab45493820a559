"""Whether p-values of the paired change are uniform when nothing changed, and intervals hold the truth.

    python benchmarks/paired_calibration.py [--draws 2000] [--out docs/null-calibration.md]

Draws pairs of scores, with no true change and with a known one, and asks `paired_change` and
`bootstrap_effects`. The bootstrap is run on a quarter of the draws.
"""

from __future__ import annotations

import argparse
import math
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import numpy as np
from scipy.stats import kstest, norm

from peereval.results.estimate import Estimate
from peereval.stats import bootstrap_effects, paired_change

Vector: TypeAlias = "np.ndarray[tuple[int], np.dtype[np.float64]]"
Draw: TypeAlias = Callable[[np.random.Generator, int], tuple[Vector, Vector]]
PEOPLE = (10, 30, 100)
CORRELATION = 0.6
MEAN, SD_AFTER = 0.5, 1.2
TESTS = ("mean_change", "yuen", "sign_flip", "wilcoxon", "wilcoxon_pratt", "sign_test")
LEVELS = (0.01, 0.05, 0.10)
RESAMPLES = 2_000


def pair(
    first: Vector, second: Vector, mean: float = 0.0, sd: float = 1.0
) -> tuple[Vector, Vector]:
    """Scores before and after, from two independent vectors of variance 1."""
    r = CORRELATION
    return first, mean + sd * (r * first + math.sqrt(1 - r * r) * second)


def normal(rng: np.random.Generator, n: int) -> tuple[Vector, Vector]:
    """Normal scores, no change."""
    return pair(*rng.standard_normal((2, n)))


def heavy(rng: np.random.Generator, n: int) -> tuple[Vector, Vector]:
    """The same person's score with errors that have wild values, no change."""
    person = rng.standard_normal(n)
    before, after = person + rng.standard_t(3, (2, n))
    return before, after


def whole(rng: np.random.Generator, n: int) -> tuple[Vector, Vector]:
    """Sums of five items from 1 to 5, before and after alike: many ties, many unchanged."""
    trait = rng.standard_normal(n)
    items = np.clip(np.rint(3 + trait + 0.7 * rng.standard_normal((2, 5, n))), 1, 5)
    before, after = items.sum(axis=1)
    return before, after


def moved(rng: np.random.Generator, n: int) -> tuple[Vector, Vector]:
    """Normal scores with a change."""
    return pair(*rng.standard_normal((2, n)), MEAN, SD_AFTER)


def skewed(rng: np.random.Generator, n: int) -> tuple[Vector, Vector]:
    """Skewed scores (gamma of shape 2) with the same means, SDs and correlation."""
    return pair(*(rng.gamma(2, 1, (2, n)) - 2) / math.sqrt(2), MEAN, SD_AFTER)


def truths() -> dict[str, float]:
    """What the intervals of `moved` should hold; those of moments also hold for `skewed`."""
    sd_change = math.sqrt(1 + SD_AFTER**2 - 2 * CORRELATION * SD_AFTER)
    d_z = MEAN / sd_change
    return {
        "mean_change": MEAN,
        "d_z": d_z,
        "d_av": MEAN / ((1 + SD_AFTER) / 2),
        "d_rm": d_z * math.sqrt(2 * (1 - CORRELATION)),
        "d_pre": MEAN,
        "yuen": MEAN,
        "hodges_lehmann": MEAN,
        "probability_of_increase": float(norm.cdf(d_z)),
    }


def p_values(draw: Draw, n: int, draws: int) -> dict[str, list[float]]:
    """The p-values of every test over many draws."""
    found = defaultdict(list)
    for seed in range(draws):
        change = paired_change(*draw(np.random.default_rng(seed), n))
        for name in TESTS:
            estimate = change.get(name)
            if isinstance(estimate, Estimate):
                found[name].append(estimate.p_value)
    return found


def bound_p_values(unit: str, n: int, draws: int) -> list[float]:
    """P of the lower one-sided test when the true change lies on the lower bound."""
    bound = truths().get(unit, MEAN)
    found = []
    for seed in range(draws):
        scores = moved(np.random.default_rng(seed), n)
        change = paired_change(*scores, equivalence=(bound, math.inf), equivalence_unit=unit)
        found.append(change.get("tost_low").p_value)
    return found


def covered(draw: Draw, names: tuple[str, ...], n: int, draws: int) -> Iterator[tuple[str, ...]]:
    """Share of intervals that hold the truth, analytic and bootstrap."""
    hits: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for seed in range(draws):
        scores = draw(np.random.default_rng(seed), n)
        results = [("", paired_change(*scores))]
        if seed < draws // 4:
            results.append((", BCa", bootstrap_effects(*scores, seed=seed, resamples=RESAMPLES)))
        for kind, result in results:
            for estimate in result.estimates:
                if estimate.name in names and isinstance(estimate, Estimate):
                    truth = truths()[estimate.name]
                    hits[estimate.name, kind].append(estimate.ci_low <= truth <= estimate.ci_high)
    for name in names:
        yield (name, *(share(hits[name, kind]) for kind in ("", ", BCa")))


def share(hits: list[bool]) -> str:
    """A share in percent with its Monte Carlo standard error."""
    if not hits:
        return ""
    p = float(np.mean(hits))
    return f"{100 * p:.1f} ({100 * math.sqrt(p * (1 - p) / len(hits)):.1f})"


def p_row(*labels: str, found: list[float]) -> tuple[str, ...]:
    """Shares of p up to the usual levels, and how far p is from uniform."""
    p = np.array(found)
    # A test that counts cannot reach every p: shares may lie below the level, not above it.
    shares = (share(list(p <= level * (1 + 1e-9))) for level in LEVELS)
    return (*labels, *shares, f"{kstest(p, 'uniform').statistic:.3f}")


def table(header: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """A Markdown table."""
    lines = [header, tuple("---" for _ in header), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def report(draws: int) -> str:
    """The page with all tables."""
    shapes = {"normal": normal, "heavy tails": heavy, "whole scores": whole}
    p_header = ("n", *(f"p <= {level:g}, %" for level in LEVELS), "distance")
    null_rows = [
        p_row(shape, name, str(n), found=p)
        for shape, draw in shapes.items()
        for n in PEOPLE
        for name, p in p_values(draw, n, draws).items()
    ]
    bound_rows = [
        p_row(unit, str(n), found=bound_p_values(unit, n, draws))
        for unit in ("points", "d_z", "d_av", "d_pre")
        for n in PEOPLE
    ]
    of_moments = ("mean_change", "d_z", "d_av", "d_rm", "d_pre")
    cover_rows = [
        (shape, str(n), *row)
        for shape, draw, names in (
            ("normal", moved, tuple(truths())),
            ("skewed", skewed, of_moments),
        )
        for n in PEOPLE
        for row in covered(draw, names, n, draws)
    ]
    edge = 1.36 / math.sqrt(draws)
    return (
        "\n\n".join(
            [
                "# Whether p-values are uniform when nothing changed, and intervals hold the truth",
                (
                    f"Made by `benchmarks/paired_calibration.py`: {draws} draws a row (the bootstrap, of "
                    f"{RESAMPLES} resamples, on a quarter of them). Monte Carlo standard errors in "
                    "brackets."
                ),
                "## No true change",
                (
                    "p should be at most .05 in 5% of the draws, and so on. `distance` is the largest "
                    "distance of p from the uniform distribution (Kolmogorov); by chance it stays below "
                    f"{edge:.3f} in 95 of 100 rows. Tests that count signs or ranks cannot reach every "
                    "p, and so come in below the level with few people or many ties; the t test and "
                    "Yuen's take scores to be roughly normal."
                ),
                table(("scores", "test", *p_header), null_rows),
                "## A true change that lies on the equivalence bound",
                (
                    "p of the one-sided test against that bound, by the unit the bound is given in. In "
                    "points and in `d_z` the test is exact for normal scores, the others are for many."
                ),
                table(("unit", *p_header), bound_rows),
                "## Intervals of 95% with a true change",
                (
                    f"Mean change {MEAN}, SDs 1 and {SD_AFTER}, correlation {CORRELATION}; percent of "
                    "the intervals that hold the truth."
                ),
                table(("scores", "n", "statistic", "analytic, %", "BCa bootstrap, %"), cover_rows),
            ]
        )
        + "\n"
    )


def main() -> None:
    """Run everything and print or write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=2000)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    page = report(options.draws)
    if options.out:
        options.out.write_text(page, encoding="utf-8")
    print(page)


if __name__ == "__main__":
    main()
