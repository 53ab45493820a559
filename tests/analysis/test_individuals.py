"""How single people changed: counts by a threshold, and classes of scores."""

import numpy as np
import pandas as pd
import pytest

from peereval.analysis.distribution import class_edges

from .studies import one

GAD = """
[[outcome]]
name = "mood"
domain = "clinical"
instrument = "gad7"
column = "mood"
"""


def study(before, after):
    ids = [f"P{i}" for i in range(len(before))]
    return pd.concat(
        pd.DataFrame({"id": ids, "wave": wave, "mood": scores})
        for wave, scores in (("before", before), ("after", after))
    )


def people_by_class(evaluation, level):
    return one(evaluation, "people", "individual_change", level=level).value


def test_a_change_of_exactly_the_threshold_counts(evaluated):
    # GAD-7, lower is better, threshold 4: two better (6 and 4 down), one worse (4 up).
    found = evaluated(study([12, 12, 12, 12, 12], [6, 8, 9, 16, 12]), outcomes=GAD, region="")
    counts = [people_by_class(found, c) for c in ("improved", "unchanged", "deteriorated")]
    assert counts == [2, 2, 1]
    row = one(found, "people", "individual_change", level="improved")
    assert row.method == "reliable change: at least 4 points either way (>=)"
    assert row.source.startswith("NHS Talking Therapies")


def test_people_without_a_pair_are_counted_out(evaluated):
    found = evaluated(
        study([12, 12, 12, 12], [6, 8, 9, None]), outcomes=GAD, region="", data='missing = ["nan"]'
    )
    row = one(found, "people", "individual_change", level="improved")
    assert (row.n, row.n_excluded) == (3, 1)


def test_without_a_threshold_nobody_is_counted(people, evaluated):
    assert not evaluated(people()).rows.where(analysis="individual_change")


def test_classes_hold_everybody_once(people, evaluated):
    found = evaluated(people(40), more="range = [-20, 60]")
    classes = found.rows.where(analysis="distribution")
    assert sum(row.value for row in classes) == 40
    assert all(" | " in row.level for row in classes)


@pytest.mark.parametrize(
    ("low", "high", "edges"),
    [
        (0, 27, [0, 5, 10, 15, 20, 25, 30]),
        (1, 5, [1, 2, 3, 4, 5]),
        (0, 63, [0, 12, 24, 36, 48, 60, 72]),
        (12, 48, [12, 18, 24, 30, 36, 42, 48]),
    ],
)
def test_classes_are_few_and_round(two_regions, low, high, edges):
    from dataclasses import replace

    facts = replace(two_regions.facts.outcomes[0], score_low=low, score_high=high)
    np.testing.assert_allclose(class_edges(facts, np.array([1.0, 2.0])), edges)


def test_classes_without_a_range_span_the_scores(two_regions):
    from dataclasses import replace

    facts = replace(two_regions.facts.outcomes[0], score_low=None, score_high=None)
    edges = class_edges(facts, np.array([-3.2, 4.9, 8.4]))
    assert edges[0] <= -3.2
    assert edges[-1] >= 8.4
    assert len(edges) <= 8
    assert len(class_edges(facts, np.array([5.0, 5.0]))) > 1


def test_classes_of_large_scores_keep_their_names_apart(people, evaluated):
    found = evaluated(people(20).assign(mood=lambda f: f["mood"] + 1e9))
    assert sum(row.value for row in found.rows.where(analysis="distribution")) == 20
