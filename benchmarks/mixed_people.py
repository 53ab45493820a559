"""People in peer groups in regions, asked twice; some are lost.

    python benchmarks/mixed_people.py 20000 people.csv      (or people.npz)

Columns pid, region, group, age, wave, y; the second wave is missing at random for a quarter.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd


def draw(
    people: int,
    *,
    regions: int = 8,
    groups: int = 10,
    lost: float = 0.25,
    change_sd: float = 0.7,
    seed: int = 1,
) -> pd.DataFrame:
    """Draw y = 20 + 1.5 wave - 0.02 age + region + region's change + group + person + noise."""
    rng = np.random.default_rng(seed)
    region = rng.integers(0, regions, people)
    group = region * groups + rng.integers(0, groups, people)
    region_level = rng.normal(0, 1, regions)
    region_change = rng.normal(0, change_sd, regions)
    group_level = rng.normal(0, 0.8, regions * groups)
    person = rng.normal(0, 3, people)
    age = rng.normal(45, 12, people)
    level = 20 + region_level[region] + group_level[group] + person - 0.02 * age
    before = level + rng.normal(0, 2.5, people)
    after = level + 1.5 + region_change[region] + rng.normal(0, 2.5, people)
    data = pd.DataFrame(
        {
            "pid": np.tile(np.arange(people), 2),
            "region": np.tile(np.char.add("R", region.astype(str)), 2),
            "group": np.tile(group, 2),
            "age": np.tile(age, 2),
            "wave": np.repeat([0, 1], people),
            "y": np.r_[before, after],
        }
    )
    gone = (data["wave"] == 1) & (rng.random(2 * people) < lost)
    return data[~gone].reset_index(drop=True)


def read(path: Path) -> pd.DataFrame:
    """Rows as they were drawn."""
    with np.load(path) as columns:
        return pd.DataFrame({name: columns[name] for name in columns})


if __name__ == "__main__":
    drawn, target = draw(int(sys.argv[1])), Path(sys.argv[2])
    if target.suffix == ".csv":
        drawn.to_csv(target, index=False)
    else:
        columns: dict[str, Any] = {name: drawn[name].to_numpy() for name in drawn.columns}
        # As fixed text; an object would be pickled.
        np.savez(target, **(columns | {"region": columns["region"].astype(str)}))
