"""Small studies, and the samples evaluated once."""

import numpy as np
import pandas as pd
import pytest

from peereval import Plan, evaluate, read_study, sample

from .studies import plan_text


@pytest.fixture(scope="session")
def two_regions():
    """The synthetic sample, evaluated."""
    return evaluate(read_study(*sample("two_regions")))


@pytest.fixture(scope="session")
def beat_the_blues():
    """The sample of a published trial, evaluated."""
    return evaluate(read_study(*sample("beat_the_blues")))


@pytest.fixture
def people():
    """A long frame of people with scores at several waves, in regions by turns."""

    def make(n=24, *, regions=("North", "South"), waves=("before", "after"), change=2.0, seed=1):
        rng = np.random.default_rng(seed)
        start = rng.normal(10, 3, n)
        rows = [
            (f"P{i:03d}", wave, regions[i % len(regions)], start[i] + change * k + rng.normal(0, 2))
            for i in range(n)
            for k, wave in enumerate(waves)
        ]
        frame = pd.DataFrame(rows, columns=["id", "wave", "region", "mood"])
        return frame.round({"mood": 2})

    return make


@pytest.fixture
def evaluated():
    """Evaluate a frame by a plan with some changes."""

    def run(frame, **changes):
        return evaluate(read_study(frame, Plan.from_toml(plan_text(**changes))))

    return run
