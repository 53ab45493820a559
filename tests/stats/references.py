"""Reference cases and their data."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

REFERENCE = Path(__file__).parents[1] / "reference"


def cases(name):
    """The cases of one reference file."""
    return json.loads((REFERENCE / f"{name}.json").read_text(encoding="utf-8"))


def scores(case):
    """The two columns a paired case asks for, missing values and all."""
    frame, args = pd.read_csv(REFERENCE / "data" / f"{case['data']}.csv"), case["args"]
    for column, wanted in args.get("where", {}).items():
        frame = frame[frame[column] == wanted]
    return frame[args["pre"]].to_numpy(float), frame[args["post"]].to_numpy(float)


def change_cases():
    """Test parameters of tests/reference/change.json: scores before, after, and what R found."""
    return [
        pytest.param(
            np.array(case["data"]["pre"], float),
            np.array(case["data"]["post"], float),
            case["expected"],
            id=case["id"],
        )
        for case in cases("change")
    ]


SLEEP_PRE = np.array([0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0])
SLEEP_POST = np.array([1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4])
