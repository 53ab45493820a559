"""How long the statistics of paired change take on arrays: `make bench`.

    python benchmarks/paired.py [--runs 5]

Prints least and median seconds over the runs, after one that loads what is loaded once.
"""

from __future__ import annotations

import argparse
import statistics
import time
from typing import TYPE_CHECKING

import numpy as np

from peereval.stats import bootstrap_effects, paired_change

if TYPE_CHECKING:
    from collections.abc import Callable


def seconds(call: Callable[[], object], runs: int) -> tuple[float, float]:
    """Least and median seconds of a call."""
    call()
    taken = []
    for _ in range(runs):
        start = time.perf_counter()
        call()
        taken.append(time.perf_counter() - start)
    return min(taken), statistics.median(taken)


def main() -> None:
    """Time the paired change of one outcome, its bootstrap, and ten outcomes with both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    rng = np.random.default_rng(1)
    print(f"{'':50} {'least':>7} {'median':>7}")
    for n in (200, 1_000, 10_000):
        before = rng.integers(0, 28, (10, n)).astype(float)
        after = before + rng.integers(-5, 7, (10, n))
        calls: dict[str, Callable[[], object]] = {
            f"paired change, {n} pairs": lambda b=before, a=after: paired_change(
                b[0], a[0], equivalence=(-2, 2)
            ),
            f"bootstrap, {n} pairs, 10,000 resamples": lambda b=before, a=after: bootstrap_effects(
                b[0], a[0], seed=1
            ),
            f"both, ten outcomes of {n} pairs": lambda b=before, a=after: [
                (paired_change(x, y, equivalence=(-2, 2)), bootstrap_effects(x, y, seed=1))
                for x, y in zip(b, a, strict=True)
            ],
        }
        for label, call in calls.items():
            least, middle = seconds(call, runs)
            print(f"{label:50} {least:7.3f} {middle:7.3f}")


if __name__ == "__main__":
    main()
