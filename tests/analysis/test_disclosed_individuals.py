"""Small studies disclosed as a whole: no small count of people follows from what is shown."""

import numpy as np
import pandas as pd
import pytest

from peereval.disclosure.ranks import named_counts
from peereval.disclosure.rules import PROFILES
from peereval.disclosure.sums import determined
from peereval.disclosure.suppress import disclose
from peereval.disclosure.ties import any_name, anyone_name, counts_by_outcome

from .studies import MOOD
from .test_several_measures import BOTH

QUESTION = MOOD.replace('"mood"', '"question"') + "range = [1, 5]\n"
OWN = MOOD.replace('"mood"', '"own"') + (
    "reliability = 0.85\nfunctional_mean = 60\nfunctional_sd = 9\n"
)


def small_study(seed):
    """Two to three regions with few people, some of whom have one score only."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(20, 60))
    people = {
        "id": [f"P{i}" for i in range(n)],
        "region": rng.choice(list("ABC")[: 2 + seed % 2], n),
    }
    waves = {"before": {}, "after": {}}
    for name, low, high, sd in (
        ("phq", 0, 27, 5),
        ("gad", 0, 21, 4),
        ("question", 1, 5, 1),
        ("own", 20, 80, 8),
    ):
        before = rng.integers(low, high + 1, n).astype(float)
        after = np.clip(before + np.round(rng.normal(0, sd, n)), low, high)
        before[rng.random(n) < 0.05] = np.nan
        after[rng.random(n) < 0.15] = np.nan
        waves["before"][name], waves["after"][name] = before, after
    return pd.concat(pd.DataFrame({**people, "wave": w, **scores}) for w, scores in waves.items())


@pytest.mark.parametrize("seed", range(4))
def test_no_small_count_of_a_study_follows(evaluated, seed):
    evaluation = evaluated(
        small_study(seed), outcomes=BOTH + QUESTION + OWN, data='missing = ["nan"]'
    )
    rows = {row.key: row for row in evaluation.rows}
    for name in ("charity", "ons", "nhs_hes", "nhs_mhsds"):
        profile = PROFILES[name]
        shown = {row.key: row for row in disclose(evaluation.rows, name)}
        hidden = {key for key in rows if key not in shown or shown[key].suppressed}
        hidden |= {any_name(r) for r in shown.values() if r.analysis == "mixed" and r.n is None}
        hidden |= {
            anyone_name(r) for r in shown.values() if r.analysis == "overlap" and r.n is None
        }
        in_words = {key for key in rows if key in shown and " up, " in shown[key].method}
        hidden |= {name for row in rows.values() for name in named_counts(row)}
        hidden -= {name for key in in_words for name in named_counts(rows[key])}
        for counts in counts_by_outcome(list(evaluation.rows)).values():
            if profile.round_to > 1:
                continue
            people = counts.values  # noqa: PD011 - a dict, no frame
            for found in determined(counts, hidden.intersection(people)):
                n = round(people[found])
                assert n == 0 or not profile.hides_count(n), (name, found)
        for row in shown.values():
            _, group, analysis, _, contrast, level = row.key
            if level in ("recovery", "reliable_recovery") and row.n is not None:
                denominator = ("study", group, analysis, "people", contrast, "at_caseness")
                assert denominator not in hidden, (name, row.key)
            if row.unit == "percent" and not row.suppressed:
                raw = rows[row.key]
                k = round(raw.value * raw.n / 100)
                assert k == 0 or not profile.hides_count(k), (name, row.key)
