"""Reference cases of mixed models, and how their names map to ours."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd

REFERENCE = Path(__file__).parents[1] / "reference"


def cases(name):
    """The cases of one reference file that name a formula."""
    found = json.loads((REFERENCE / f"{name}.json").read_text(encoding="utf-8"))
    return [case for case in found if "formula" in case.get("args", case)]


def frame(case):
    """Rows of a case: chosen, with its factors' levels in order, and with an outcome."""
    args = case.get("args", case)
    data = pd.read_csv(REFERENCE / "data" / f"{case['data']}.csv")
    for column, wanted in args.get("where", {}).items():
        data = data[data[column] == wanted]
    for column, levels in args.get("levels", {}).items():
        data[column] = pd.Categorical(data[column], levels)
    outcome = args["formula"].split("~")[0].strip()
    return data.dropna(subset=[outcome])


def neutral(term):
    """A term's name without the notation of either program: ``region[R02]:wave[1]``."""
    if term in (None, "") or pd.isna(term):
        return None
    if term in ("Intercept", "1", "(Intercept)"):
        return "Intercept"
    parts = []
    for part in re.split(r":(?![^\[]*\])", term):
        bare = re.sub(r"^C\((\w+)[^)]*\)+", r"\1", part)
        parts.append(re.sub(r"\[T\.(.*)\]", r"[\1]", bare))
    return ":".join(sorted(parts))


def inference(kind):
    """The cases of `inference.json` of one kind."""
    found = json.loads((REFERENCE / "inference.json").read_text(encoding="utf-8"))
    return [case for case in found if case["kind"] == kind]


def rows_of(case):
    """Complete rows of a case's data."""
    return pd.read_csv(REFERENCE / "data" / f"{case['data']}.csv").dropna()
