"""How often the intervals of the mixed models hold the truth: a part of `make calibrate`.

Draws evaluations with two waves in which every effect is known, fits them as a report does (an
unstructured covariance over the waves, a change of its own for every peer group) and asks how
often the interval of the change holds the true one. Regions are random (truth: the mean of all
regions there could be) or, below 10 regions, fixed (truth: the mean of these regions). In half of
the runs the true change is 0, so that false alarms can be counted too.

    python benchmarks/coverage.py [--runs 5000] [--out docs/coverage.md]

Takes hours. Cells that are done are kept in a file and not drawn again: delete it to start anew.
"""

from __future__ import annotations

import argparse
import json
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, astuple, dataclass
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from coverage_table import page
from scipy import stats

from peereval.mixed.likelihood.cell_sums import CellSums
from peereval.mixed.likelihood.covariance import RelativeFactors, WaveParameters
from peereval.mixed.likelihood.crossproducts import CrossProducts
from peereval.mixed.likelihood.deviance import SINGULAR, WaveDeviance
from peereval.mixed.likelihood.optimise import minimise_each

if TYPE_CHECKING:
    from peereval.typing import FloatArray

HERE = Path(__file__).parent
GROUPS = 5  # peer groups in every region
PERSON_SD, NOISE_SD, LEVEL_SD = 3.0, 2.5, 1.0
CHANGE = 1.5  # of the runs in which there is one
CHUNK = 50  # runs fitted at once
# Kenward-Roger as the report uses it, and with the term in second derivatives that mmrm keeps.
METHODS = ("z", "satterthwaite", "kenward-roger-linear", "kenward-roger")


@dataclass(frozen=True, slots=True)
class Cell:
    """One kind of evaluation, and the model it is fitted with.

    Attributes
    ----------
    random : bool
        Whether regions are random in the model.
    regions, people : int
        Regions; people in each of them.
    lost : float
        Share of people without a second wave, at random.
    slope_sd, group_sd : float
        SD of the change between regions, and between the peer groups of a region.
    """

    random: bool
    regions: int
    people: int
    lost: float
    slope_sd: float
    group_sd: float


def cells() -> list[Cell]:
    """Every cell of the table, quick ones first."""
    kinds = product((2, 4, 6, 12), (10, 40), (0.0, 0.2, 0.4), (0.0, 0.8, 2.5), (0.0, 0.8))
    both = [Cell(random, *kind) for kind in kinds for random in (True, False)]
    small = [cell for cell in both if cell.random or cell.regions < 10]
    # Large groups that change differently: hardly a fit is singular.
    large = product((4, 6, 12), (200,), (0.0, 0.2, 0.4), (2.5,), (2.0,))
    return small + [Cell(kind[0] == 12, *kind) for kind in large]


def draw(cell: Cell, truth: FloatArray, rng: np.random.Generator) -> tuple[FloatArray, FloatArray]:
    """Scores, shape (runs, groups, people of a group, 2), and who has a second wave."""
    runs, r, g, m = len(truth), cell.regions, cell.regions * GROUPS, cell.people // GROUPS
    in_region = np.repeat(np.arange(r), GROUPS)
    slope = rng.normal(0, cell.slope_sd, (runs, r))
    if not cell.random:  # the mean of these regions is the truth
        slope -= slope.mean(axis=1, keepdims=True)
    change = truth[:, None] + slope[:, in_region] + rng.normal(0, cell.group_sd, (runs, g))
    level = rng.normal(0, LEVEL_SD, (runs, r))[:, in_region] + rng.normal(0, LEVEL_SD, (runs, g))
    person = 20 + level[..., None] + rng.normal(0, PERSON_SD, (runs, g, m))
    scores = np.stack([person, person + change[..., None]], axis=-1)
    scores += rng.normal(0, NOISE_SD, scores.shape)
    return scores, rng.random((runs, g, m)) >= cell.lost


def products_of(cell: Cell, scores: FloatArray, back: FloatArray) -> CrossProducts:
    """The cross-products of all runs, as `wave_products` makes them of one."""
    runs, g, m, _ = scores.shape
    in_region = np.repeat(np.arange(cell.regions), GROUPS)
    waves = np.broadcast_to([[1.0, 0.0], [1.0, 1.0]], (g, 2, 2))
    if cell.random:
        columns = np.concatenate([waves, waves, waves], axis=2)  # of group, region and X
    else:
        own_region = np.eye(cell.regions)[in_region]
        fixed = np.einsum("gr,gwc->gwrc", own_region, waves).reshape(g, 2, -1)
        columns = np.concatenate([waves, fixed], axis=2)
    shape = (runs, g, m, *columns.shape[1:])
    rows = np.concatenate(
        [np.broadcast_to(columns[None, :, None], shape), scores[..., None]], axis=-1
    )
    rows[..., 1, :] *= back[..., None]
    n_back = back.sum(axis=(1, 2))
    to_root = np.zeros(g, dtype=int)
    to_region, n_far = (in_region, cell.regions) if cell.random else (to_root, 1)
    own = sums(rows[..., :2], rows, back)
    rest = sums(rows[..., 2:], rows[..., 2:], back)
    by_far = (np.arange(n_far)[:, None] == to_region).astype(float)
    rest = np.einsum("fg,dgpabrs->dfpabrs", by_far, rest)
    return CrossProducts(
        n_rows=g * m + n_back,
        n_fixed=2 if cell.random else 2 * cell.regions,
        sizes=(2, 2) if cell.random else (2,),
        parents=(in_region, np.zeros(cell.regions, dtype=int)) if cell.random else (to_root,),
        patterns=np.array([[True, False], [True, True]]),
        pattern_rows=np.array([1, 2]),
        pattern_people=np.stack([g * m - n_back, n_back], axis=1),
        pattern_group=np.zeros(2, dtype=int),
        own=of_cells(own),
        rest=of_cells(rest),
    )


def sums(left: FloatArray, right: FloatArray, back: FloatArray) -> FloatArray:
    """Products between people by group and pattern, shape (runs, groups, 2, 2, 2, f, g)."""
    return np.stack(
        [
            np.einsum("dgm,dgmar,dgmbs->dgabrs", of_pattern, left, right, optimize=True)
            for of_pattern in (~back, back)
        ],
        axis=2,
    )


def of_cells(products: FloatArray) -> CellSums:
    """Sums by unit and pattern as a table of cells."""
    runs, n_units, n_patterns = products.shape[:3]
    return CellSums(
        n_units=n_units,
        n_patterns=n_patterns,
        unit=np.repeat(np.arange(n_units), n_patterns),
        pattern=np.tile(np.arange(n_patterns), n_units),
        products=products.reshape(runs, n_units * n_patterns, *products.shape[3:]),
    )


def fit(cell: Cell, truth: FloatArray, rng: np.random.Generator) -> dict[str, FloatArray]:
    """Error of the change, half width of its intervals and singularity, of every run fitted."""
    table = products_of(cell, *draw(cell, truth, rng))
    blocks = ((2,), (2,)) if cell.random else ((2,),)
    waves, factors = WaveParameters("us", 2), RelativeFactors(blocks)
    deviance = WaveDeviance(table, (waves,), factors, float(np.hypot(PERSON_SD, NOISE_SD)), True)
    every = np.arange(len(truth))
    optima = minimise_each(deviance, np.tile(deviance.start(), (len(truth), 1)), every)
    kept = np.flatnonzero(optima.reached)
    at = optima.points[kept]
    p = table.n_fixed
    mean_change = np.tile([0.0, 2.0 / p], p // 2)[None]
    estimate = (deviance.coefficients(at, kept) @ mean_change.T)[:, 0]
    found = deviance.inference("kenward-roger-linear", at, kept)
    adjusted, df = (a[:, 0] for a in found.contrasts(mean_change))
    curved, _ = deviance.inference("kenward-roger", at, kept).contrasts(mean_change)
    plain = np.sqrt(mean_change @ found.plain @ mean_change.T)[:, 0, 0]
    free = np.abs(at[:, waves.n_parameters :])[:, factors.on_diagonal()]
    return {
        "truth": truth[kept],
        "error": estimate - truth[kept],
        "singular": np.any(free < SINGULAR, axis=1).astype(float),
        "z": stats.norm.ppf(0.975) * plain,
        # With a covariance over waves Satterthwaite's df are those of Kenward-Roger.
        "satterthwaite": stats.t.ppf(0.975, df) * plain,
        "kenward-roger-linear": stats.t.ppf(0.975, df) * adjusted,
        "kenward-roger": stats.t.ppf(0.975, df) * curved[:, 0],
    }


def summarise(cell: Cell, runs: int) -> dict[str, float]:
    """Coverage, median width, false alarms and power by method, and the share of singular fits."""
    rng = np.random.default_rng([round(10 * value) for value in astuple(cell)])
    truth = np.where(np.arange(runs) % 2, CHANGE, 0.0)
    parts = [fit(cell, truth[i : i + CHUNK], rng) for i in range(0, runs, CHUNK)]
    found = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    null = found["truth"] == 0.0
    summary = {"runs": runs, "fitted": len(null), "singular": found["singular"].mean()}
    for method in METHODS:
        reach = found[method]
        clear = np.abs(found["error"] + found["truth"]) > reach
        summary[f"{method} coverage"] = np.mean(np.abs(found["error"]) <= reach)
        summary[f"{method} width"] = np.median(2.0 * reach)
        summary[f"{method} type I"] = np.mean(clear[null])
        summary[f"{method} power"] = np.mean(clear[~null])
    return {name: float(value) for name, value in summary.items()}


def main() -> None:
    """Judge every cell that is not kept yet, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5000)
    parser.add_argument("--out", type=Path, default=Path("docs/coverage.md"))
    parser.add_argument("--keep", type=Path, default=HERE / "coverage.jsonl")
    options = parser.parse_args()
    lines = options.keep.read_text().splitlines() if options.keep.exists() else []
    done = {tuple(astuple(Cell(**entry["cell"]))): entry for entry in map(json.loads, lines)}
    left = [cell for cell in cells() if done.get(astuple(cell), {}).get("runs") != options.runs]
    with ProcessPoolExecutor() as pool, options.keep.open("a") as keep:
        jobs = {pool.submit(summarise, cell, options.runs): cell for cell in left}
        for job in as_completed(jobs):
            cell = jobs[job]
            entry = {"cell": asdict(cell), "runs": options.runs, **job.result()}
            done[astuple(cell)] = entry
            keep.write(json.dumps(entry) + "\n")
            keep.flush()
            entries = [done[astuple(c)] for c in cells() if astuple(c) in done]
            options.out.write_text(page(entries, len(cells())), encoding="utf-8")


if __name__ == "__main__":
    main()
