"""Cases scored by hand from published keys, by someone who did not write the code."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from peereval import instruments
from peereval.errors import InstrumentError

CASES = json.loads((Path(__file__).parent / "instrument_cases.json").read_text())["cases"]
TOLERANCE = 1e-9  # sums and means of a few whole numbers; only rounding differs


def answers(case):
    row = [np.nan if v is None else v for v in case["item_responses"]]
    return np.array([row], dtype=float)


def options(case):
    return {key: case[key] for key in ("variant", "band_set") if key in case}


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c['instrument']}-{c['case']}")
def test_hand_scored_case(case):
    one = instruments.get(case["instrument"])
    row = one.score(answers(case), **options(case)).iloc[0]
    want = case["expected"]
    scores = {"total": want["total"]} if "total" in want else {}
    for name, value in {**scores, **want.get("subscales", {})}.items():
        if value is None:
            assert pd.isna(row[name]), case["derivation"]
        else:
            tolerance = case.get("tolerance", TOLERANCE)
            assert row[name] == pytest.approx(value, rel=0, abs=tolerance), case["derivation"]
    if "band" in want:
        assert row["band"] == want["band"]
    elif scores and want["total"] is None:
        assert pd.isna(row.get("band"))


@pytest.mark.parametrize("bad", [99, -1])
@pytest.mark.parametrize("case", CASES[::6], ids=lambda c: f"{c['instrument']}-{c['case']}")
def test_value_outside_the_range_is_refused(case, bad):
    table = answers(case)
    table[0, np.flatnonzero(~np.isnan(table[0]))[-1]] = bad
    with pytest.raises(InstrumentError, match="cannot take 1 answer"):
        instruments.get(case["instrument"]).score(table, **options(case))
