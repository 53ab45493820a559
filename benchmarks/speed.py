"""How long the commands take, as whole processes: `make bench`.

    python benchmarks/speed.py [--runs 5]

Prints seconds (least, median and most of the runs) and peak memory. Each run is a new process
with the bytecode of an earlier one; "bare Python" is the floor that imports are held against.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

SAMPLES = Path(__file__).resolve().parents[1] / "data" / "sample"
BIG_PLAN = """
title = "Many people, sixty items"
[data]
participant = "id"
wave = "wave"
region = "region"
[waves]
order = ["before", "after"]
"""
BIG_OUTCOME = """
[[outcome]]
name = "scale_{k}"
domain = "domain_{d}"
items = "s{k}_{{item}}"
range = [1, 5]
score = "mean"
max_missing = 1
higher_is = "better"
primary = {primary}
"""


def big_study(folder: Path, people: int, items: int = 60, outcomes: int = 10) -> tuple[Path, Path]:
    """A wide-awake evaluation: a quarter lost, two regions, `items` items in `outcomes` scales."""
    rng = np.random.default_rng(1)
    person = np.repeat(np.arange(people), 2)
    wave = np.tile([0, 1], people)
    trait = rng.normal(0, 1, people)[person] + 0.2 * wave
    answers = trait[:, None] + rng.normal(0, 1, (2 * people, items))
    per_scale = items // outcomes
    columns = [f"s{k}_{i}" for k in range(1, outcomes + 1) for i in range(1, per_scale + 1)]
    frame = pd.DataFrame(np.clip(np.rint(answers + 3), 1, 5).astype(int), columns=columns)
    frame.insert(0, "region", np.where(person % 2, "North", "South"))
    frame.insert(0, "wave", np.where(wave, "after", "before"))
    frame.insert(0, "id", [f"P{i:06d}" for i in person])
    frame = frame[~((wave == 1) & (rng.random(2 * people) < 0.25))]
    data, plan = folder / f"{people}.csv", folder / f"{people}.toml"
    frame.to_csv(data, index=False)
    outcome_tables = [
        BIG_OUTCOME.format(k=k, d=k % 4, primary=str(k == 1).lower())
        for k in range(1, outcomes + 1)
    ]
    plan.write_text(BIG_PLAN + "".join(outcome_tables), encoding="utf-8")
    return data, plan


def measure(command: list[str], runs: int) -> tuple[list[float], float]:
    """Seconds of every run after one warm-up, and the largest peak memory in MB."""
    seconds, peak = [], 0.0
    for i in range(runs + 1):
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        elapsed = time.perf_counter() - start
        if status:
            raise SystemExit(f"{command} failed")
        if i:
            seconds.append(elapsed)
        peak = max(peak, usage.ru_maxrss / 1024)
    return seconds, peak


def main() -> None:
    """Measure every command and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    peereval = [sys.executable, "-m", "peereval"]
    print(f"{'':34} {'least':>7} {'median':>7} {'most':>7} {'MB':>6}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        thousand, ten_thousand = (big_study(folder, n) for n in (1_000, 10_000))
        btb = SAMPLES / "beat_the_blues"
        commands = {
            "bare Python": [sys.executable, "-c", "pass"],
            "import peereval": [sys.executable, "-c", "import peereval"],
            "peereval --help": [*peereval, "--help"],
            "report on Beat the Blues": [
                *peereval, "report", str(btb / "data.csv"), "--plan", str(btb / "plan.toml"),
                "--out", str(folder / "btb"),
            ],
            "demo": [*peereval, "demo", "--out", str(folder / "demo")],
            "report, 1,000 people, 60 items": [
                *peereval, "report", str(thousand[0]), "--plan", str(thousand[1]),
                "--out", str(folder / "thousand"),
            ],
            "report, 10,000 people, 60 items": [
                *peereval, "report", str(ten_thousand[0]), "--plan", str(ten_thousand[1]),
                "--out", str(folder / "ten_thousand"),
            ],
        }  # fmt: skip
        for label, command in commands.items():
            seconds, peak = measure(command, runs)
            middle = statistics.median(seconds)
            print(f"{label:34} {min(seconds):7.3f} {middle:7.3f} {max(seconds):7.3f} {peak:6.0f}")


if __name__ == "__main__":
    main()
