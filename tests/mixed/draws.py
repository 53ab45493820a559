"""Small simulated studies."""

from __future__ import annotations

import numpy as np
import pandas as pd


def study(seed, *, waves=3, regions=4, groups=2, people=4, lost=0.2, person_sd=2.0):
    """People in groups in regions, who each met one of five facilitators at every wave.

    Waves after the first are lost with a probability.
    """
    rng = np.random.default_rng(seed)
    n = regions * groups * people
    group = np.arange(n) % (regions * groups)
    region = group % regions
    facilitator = rng.integers(0, 5, (n, waves))
    level = 20 + rng.normal(0, person_sd, n) + rng.normal(0, 1.5, regions * groups)[group]
    change = 1 + rng.normal(0, 0.8, regions * groups)[group] + rng.normal(0, 0.7, regions)[region]
    score = level[:, None] + change[:, None] * np.arange(waves)
    score += rng.normal(0, 1.2, 5)[facilitator]
    score += rng.normal(0, 1 + 0.3 * np.arange(waves), (n, waves))
    person, wave = np.divmod(np.arange(n * waves), waves)
    data = pd.DataFrame(
        {
            "person": person,
            "wave": wave,
            "region": np.array([f"R{i}" for i in range(regions)])[region[person]],
            "group": group[person],
            "facilitator": facilitator.ravel(),
            "age": rng.normal(0, 1, n)[person],
            "y": score.ravel(),
        }
    )
    return data[(wave == 0) | (rng.random(len(data)) >= lost)].reset_index(drop=True)
