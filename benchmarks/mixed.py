"""Mixed models beside those of other programs: seconds, peak memory and ratios.

    python benchmarks/mixed.py [--people 2000 20000 ...] [--limit 60] [--peers .venv-bench]

Prints a Markdown table. Every measurement is a process of its own (`mixed_once.py`,
`mixed_once.R`); one that takes longer than the limit, all told, is ended and shown as such.
Programs that are not installed are named. R is looked for as `Rscript`.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
PYTHON_PEERS = ("statsmodels", "glmm", "mixedlm")
R_PEERS = ("lme4", "pbkrtest", "nlme", "mmrm")
# What the table of coefficients of each program rests on.
INFERENCE = {
    "statsmodels": "z",
    "glmm": "Satterthwaite",
    "mixedlm": "Satterthwaite",
    "lme4": "t alone",
    "pbkrtest": "Kenward-Roger",
    "nlme": "n - p",
    "mmrm": "Kenward-Roger",
}


@dataclass(frozen=True, slots=True)
class Model:
    """A model of the table, with the most people each program is given."""

    key: str
    label: str
    inference: str
    sizes: tuple[int, ...]
    peers: dict[str, int]


MODELS = (
    Model(
        "level",
        "wave * region + age + (1 given person)",
        "Kenward-Roger",
        (2_000, 20_000, 200_000, 2_000_000),
        {"statsmodels": 20_000, "glmm": 200_000, "mixedlm": 200_000, "lme4": 200_000},
    ),
    Model(
        "change",
        "wave + age + (1 + wave given region) + (1 given group) + (1 given person)",
        "z",
        (2_000, 20_000, 200_000),
        {"statsmodels": 2_000, "glmm": 20_000, "mixedlm": 200_000, "lme4": 200_000},
    ),
    Model(
        "change_kr",
        "the same with Kenward-Roger",
        "Kenward-Roger",
        (2_000, 20_000, 200_000),
        {"pbkrtest": 2_000},
    ),
    Model(
        "repeated",
        "wave * region + age, unstructured over waves",
        "Kenward-Roger",
        (2_000, 20_000, 200_000),
        {"nlme": 20_000, "mmrm": 20_000},
    ),
)


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds of every call and peak memory in MB, or why there are none."""

    seconds: tuple[float, ...] = ()
    peak: float = 0.0
    failure: str = ""

    @property
    def median(self) -> float:
        """The middle of the calls."""
        return statistics.median(self.seconds)


def run(command: list[str], limit: float) -> Measured:
    """Run one measurement, and end it at the limit."""
    with tempfile.TemporaryFile("w+") as said, tempfile.TemporaryFile("w+") as complaints:
        process = subprocess.Popen(command, stdout=said, stderr=complaints)
        late = threading.Event()

        def end() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(limit, end)
        timer.start()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = status
        timer.cancel()
        said.seek(0)
        complaints.seek(0)
        if late.is_set():
            return Measured(failure=f"over {limit:.0f} s")
        if status:
            lines = complaints.read().replace("Execution halted", "").strip().splitlines()
            reason = lines[-1] if lines else f"status {status}"
            return Measured(failure=f"failed: {reason[:80]}")
        seconds = tuple(float(word) for word in said.read().split())
        return Measured(seconds, usage.ru_maxrss / 1024)


def find_programs(peers: Path | None) -> tuple[dict[str, list[str]], list[str]]:
    """The command before the arguments of every program there is, and what is missing."""
    once = str(HERE / "mixed_once.py")
    found, missing = {"peereval": [sys.executable, once]}, []
    python = sys.executable if peers is None else str(peers / "bin" / "python")
    for name in PYTHON_PEERS:
        if Path(python).exists() and _works([python, "-c", f"import {name}"]):
            found[name] = [python, once]
        else:
            missing.append(f"{name}: not installed for {python}")
    rscript = shutil.which("Rscript")
    for name in R_PEERS:
        if rscript is None:
            missing.append(f"{name}: there is no Rscript")
        elif _works([rscript, "-e", f"packageVersion('{name}')"]):
            found[name] = [rscript, str(HERE / "mixed_once.R")]
        else:
            missing.append(f"{name}: R has no such package")
    return found, missing


def _works(command: list[str]) -> bool:
    """Whether a command ends well."""
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


def data_file(folder: Path, people: int, suffix: str) -> Path:
    """The drawn data; drawn by another process, whose memory would count here."""
    path = folder / f"{people}{suffix}"
    if not path.exists():
        draw = [sys.executable, str(HERE / "mixed_people.py"), str(people), str(path)]
        subprocess.run(draw, check=True)
    return path


def row(
    model: Model, people: int, program: str, measured: Measured, own: Measured
) -> tuple[str, ...]:
    """A row of the table."""
    inference = model.inference if program == "peereval" else INFERENCE[program]
    start = (model.label, f"{people:,}", program, inference)
    if measured.failure:
        return (*start, measured.failure, "", "", "", "", "")
    ratios = ("", "")
    if program != "peereval" and own.seconds:
        ratios = (f"{measured.median / own.median:.1f}", f"{measured.peak / own.peak:.1f}")
    times = (measured.seconds[0], min(measured.seconds), measured.median)
    return (*start, *(f"{time:.3f}" for time in times), f"{measured.peak:.0f}", *ratios)


def main() -> None:
    """Measure every model, size and program, and print the table as it grows."""
    parser = argparse.ArgumentParser(description=__doc__)
    everything = sorted({size for model in MODELS for size in model.sizes})
    parser.add_argument("--people", type=int, nargs="+", default=everything)
    parser.add_argument("--limit", type=float, default=60.0, help="seconds of a measurement")
    parser.add_argument("--peers", type=Path, help="virtual environment of the Python peers")
    options = parser.parse_args()
    programs, missing = find_programs(options.peers)
    for line in missing:
        print(f"Not measured: {line}.")
    head = (
        "model", "people", "program", "inference",
        "first s", "least s", "median s", "peak MB", "times our s", "times our MB",
    )  # fmt: skip
    print(f"\n| {' | '.join(head)} |\n|{' --- |' * len(head)}")
    with tempfile.TemporaryDirectory() as name:
        for model in MODELS:
            for people in (size for size in model.sizes if size in options.people):
                own = Measured()
                chosen = ["peereval", *(p for p, most in model.peers.items() if people <= most)]
                for program in (p for p in chosen if p in programs):
                    suffix = ".csv" if program in R_PEERS else ".npz"
                    data = str(data_file(Path(name), people, suffix))
                    measured = run([*programs[program], program, model.key, data], options.limit)
                    own = measured if program == "peereval" else own
                    cells = row(model, people, program, measured, own)
                    print(f"| {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
