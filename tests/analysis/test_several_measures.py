"""Recovery over several measures in the ledger."""

import numpy as np
import pandas as pd
import pytest

from peereval.stats import change_over_measures

from .studies import one

BOTH = """
[[outcome]]
name = "depression"
domain = "clinical"
instrument = "phq9"
column = "phq"

[[outcome]]
name = "anxiety"
domain = "clinical"
instrument = "gad7"
column = "gad"
"""
RATES = (
    "recovery",
    "reliable_improvement",
    "reliable_recovery",
    "reliable_deterioration",
    "no_reliable_change",
)


@pytest.fixture
def frame():
    rng = np.random.default_rng(11)
    n = 60
    before = np.column_stack([rng.integers(4, 28, n), rng.integers(3, 22, n)]).astype(float)
    change = rng.integers(-12, 6, (n, 2))
    after = np.clip(before + change, 0, [27, 21])
    after[:5, 0] = np.nan
    after[4, 1] = np.nan
    ids = [f"P{i:02d}" for i in range(n)]
    return pd.concat(
        pd.DataFrame(
            {"id": ids, "wave": wave, "region": ["A", "B"] * 30, "phq": s[:, 0], "gad": s[:, 1]}
        )
        for wave, s in (("before", before), ("after", after))
    )


def rates(found, group="all"):
    return {
        name: one(found, name, "individual_change", outcome="study", group=group) for name in RATES
    }


def test_the_rates_are_those_of_the_registrys_rules(frame, evaluated):
    found = evaluated(frame, outcomes=BOTH, data='missing = ["nan"]')
    before, after = (
        frame.loc[frame["wave"] == wave, ["phq", "gad"]].to_numpy() for wave in ("before", "after")
    )
    direct = change_over_measures(
        before, after, thresholds=[6, 4], caseness=[10, 8], higher_is="worse"
    )
    assert direct.n_partial == 4
    assert direct.n_excluded == 1
    for name, row in rates(found).items():
        assert row.value == pytest.approx(100 * direct.counts[name] / direct.denominators[name])
        assert (row.n, row.n_excluded) == (direct.denominators[name], 1)
        people = one(found, "people", "individual_change", outcome="study", level=name)
        assert people.value == direct.counts[name]
    row = rates(found)["recovery"]
    assert "depression (change >= 6, case >= 10) and anxiety (change >= 4, case >= 8)" in row.method
    cases = one(found, "people", "individual_change", outcome="study", level="at_caseness")
    assert cases.value == row.n == direct.n_cases


def test_regions_have_rates_of_their_own(frame, evaluated):
    found = evaluated(frame, outcomes=BOTH, data='missing = ["nan"]')
    everyone, a, b = (
        one(found, "people", "individual_change", outcome="study", level="recovery", group=g).value
        for g in ("all", "region=A", "region=B")
    )
    assert everyone == a + b


@pytest.mark.parametrize(
    "outcomes",
    [
        BOTH.partition('\n[[outcome]]\nname = "anxiety"')[0],
        # An outcome judged by the plan's reliability stands by itself.
        f"{BOTH}reliability = 0.9\n",
        BOTH.replace('instrument = "gad7"', 'higher_is = "worse"'),
    ],
)
def test_it_takes_two_measures_with_threshold_and_caseness(frame, evaluated, outcomes):
    found = evaluated(frame, outcomes=outcomes, data='missing = ["nan"]')
    assert not found.rows.where(outcome="study", analysis="individual_change")
