"""How often each verdict is reached when the truth is known: `make calibrate`.

Draws the synthetic evaluation of data/sample/two_regions many times with known true changes,
scores it and reaches the verdicts as a report would, and prints a table of shares with their
Monte Carlo error.

    python benchmarks/calibrate.py [--seeds 2000] [--out docs/calibration.md]
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from peereval.analysis.judge import judge, smallest_change_of
from peereval.analysis.mixed_change import fit_change_model
from peereval.analysis.pairs import pair_table
from peereval.analysis.score_outcomes import score_outcomes
from peereval.data.load import read_study
from peereval.plan import Plan

SAMPLE = Path(__file__).resolve().parents[1] / "data" / "sample" / "two_regions"
MANY_PEOPLE = 100_000

Verdicts = dict[str, Counter[str]]


def generator() -> Any:
    """The module that draws the sample."""
    if str(SAMPLE) not in sys.path:
        sys.path.insert(0, str(SAMPLE))
    import generate

    return generate


def verdicts(frame: Any, plan: Plan) -> dict[str, str]:
    """The verdict on every outcome for everyone."""
    scored = score_outcomes(read_study(frame, plan))
    pairs = pair_table(scored)
    found = {}
    for o in scored.outcomes:
        model = fit_change_model(o, scored, pairs)
        found[o.name] = judge(o, pairs, model, "all", smallest_change_of(o, pairs)).verdict.code
    return found


def smallest_changes(plan: Plan) -> dict[str, float]:
    """Give m of every outcome, from so many people that its SD is all but exact."""
    frame = generator().generate(1, true_changes={}, people=MANY_PEOPLE, mess=False)
    pairs = pair_table(scored := score_outcomes(read_study(frame, plan)))
    found = {o.name: smallest_change_of(o, pairs) for o in scored.outcomes}
    return {name: m.value for name, m in found.items() if m is not None}


def run(plan: Plan, true_changes: dict[str, float], seeds: int) -> Verdicts:
    """Verdicts over many draws with the same true changes, on every core."""
    counts: Verdicts = {o.name: Counter() for o in plan.outcomes}
    with ProcessPoolExecutor() as pool:
        draw = partial(one, plan, true_changes)
        for found in pool.map(draw, range(seeds), chunksize=max(1, seeds // 50)):
            for name, code in found.items():
                counts[name][code] += 1
    return counts


def one(plan: Plan, true_changes: dict[str, float], seed: int) -> dict[str, str]:
    """Verdicts of one draw."""
    return verdicts(generator().generate(seed, true_changes=true_changes, mess=False), plan)


def share(counts: Counter[str], start: str, seeds: int) -> str:
    """Share of verdicts that start so, with its Monte Carlo standard error."""
    p = sum(n for code, n in counts.items() if code.startswith(start)) / seeds
    return f"{100 * p:.1f}% ({100 * np.sqrt(p * (1 - p) / seeds):.1f})"


def table(header: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """A Markdown table."""
    lines = [header, tuple("---" for _ in header), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def main() -> None:
    """Run all scenarios and print or write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=2000)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    page = report(options.seeds)
    if options.out:
        options.out.write_text(page, encoding="utf-8")
    print(page)


def report(seeds: int) -> str:
    """The page with all tables."""
    plan = Plan.from_file(SAMPLE / "plan.toml")
    m = smallest_changes(plan)
    shipped = dict(generator().TRUE_CHANGES)
    null = run(plan, {}, seeds)
    there = run(plan, shipped, seeds)
    back = run(plan, {name: -change for name, change in shipped.items()}, seeds)
    up = run(plan, m, seeds)
    down = run(plan, {name: -value for name, value in m.items()}, seeds)
    good = {o.name: o.higher_is != "worse" for o in plan.outcomes}
    null_rows = [
        (
            name,
            share(null[name], "improved", seeds),
            share(null[name], "worsened", seeds),
            share(null[name], "no_meaningful_change", seeds),
            share(null[name], "inconclusive", seeds),
        )
        for name in good
    ]
    change_rows = [
        (
            name,
            f"{shipped[name]:g}",
            share(there[name], "improved", seeds),
            share(back[name], "worsened", seeds),
        )
        for name in shipped
    ]
    edge_rows = [
        (
            name,
            f"{m[name]:.3g}",
            share(up[name], "no_meaningful_change", seeds),
            share(down[name], "no_meaningful_change", seeds),
        )
        for name in good
    ]
    return (
        "\n\n".join(
            [
                "# How often each verdict is reached when the truth is known",
                (
                    f"Made by `make calibrate`: the synthetic evaluation of `data/sample/two_regions` "
                    f"(180 people, a third lost at random, no clustering of change in groups) drawn "
                    f"{seeds} times per table. Monte Carlo standard errors in brackets."
                ),
                "## All true changes are 0",
                (
                    "A verdict of improvement, and one of worsening, should each come in at most 2.5%. "
                    "They come in less: the model allows for peer groups that change together, and "
                    "here they do not."
                ),
                table(
                    ("outcome", "improved", "worsened", "no change that matters", "inconclusive"),
                    null_rows,
                ),
                "## The shipped true changes, and the same with the signs reversed",
                "Both columns should agree: nothing in the rules prefers good news.",
                table(
                    ("outcome", "true change", "improved", "worsened when reversed"), change_rows
                ),
                "## True changes of exactly the smallest change that matters",
                '"No change that matters" would be wrong here, and should come in at most 5%.',
                table(("outcome", "m", "claimed at +m", "claimed at -m"), edge_rows),
            ]
        )
        + "\n"
    )


if __name__ == "__main__":
    main()
