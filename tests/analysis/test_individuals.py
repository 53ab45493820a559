"""How single people changed: counts by a threshold, and classes of scores."""

import numpy as np
import pandas as pd
import pytest

from peereval.analysis.distribution import class_edges
from peereval.errors import PlanError
from peereval.report.sentences import REASONS
from peereval.stats import individual_change, wilson_interval
from peereval.stats.individuals.individual_result import CATEGORIES

from .studies import MOOD, one

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
    # GAD-7, lower is better, threshold 4, a case from 8: two better (6 and 4 down, the first of
    # them to below 8), one worse (4 up).
    found = evaluated(study([12, 12, 12, 12, 12], [6, 8, 9, 16, 12]), outcomes=GAD, region="")
    counts = {c: people_by_class(found, c) for c in CATEGORIES}
    assert counts == dict(zip(CATEGORIES, (1, 1, 2, 1, 0), strict=True))
    row = one(found, "people", "individual_change", level="improved")
    assert row.method == "reliable change: at least 4 points either way (>=); case: a score >= 8"
    assert row.source.startswith("NHS Talking Therapies")
    assert one(found, "cutoff", "individual_change").value == 8


def test_every_count_has_a_percentage_with_its_interval(evaluated):
    found = evaluated(study([12] * 19, [6] * 8 + [12] * 11), outcomes=GAD, region="")
    row = one(found, "percent", "individual_change", level="recovered")
    assert (row.value, row.ci_level, row.n, row.unit) == (
        pytest.approx(100 * 8 / 19),
        0.95,
        19,
        "percent",
    )
    assert (row.ci_low, row.ci_high) == pytest.approx([100 * x for x in wilson_interval(8, 19)])
    shares = [one(found, "percent", "individual_change", level=c).value for c in CATEGORIES]
    assert sum(shares) == pytest.approx(100)


def test_regions_add_up_to_everyone(evaluated):
    frame = study([12, 9, 15, 4] * 6, [6, 9, 19, 4] * 6).assign(region=["A", "B"] * 24)
    found = evaluated(frame, outcomes=GAD)
    for category in CATEGORIES:
        counts = [
            one(found, "people", "individual_change", level=category, group=g).value
            for g in ("all", "region=A", "region=B")
        ]
        assert counts[0] == counts[1] + counts[2]


INDEX = MOOD + "reliability = 0.8\n"


@pytest.mark.parametrize("method", ["JT", "GLN", "HLL", "EN", "NK", "HA", "Maassen"])
def test_the_method_of_the_plan_is_used(people, evaluated, method):
    frame = people(60, change=4.0)
    found = evaluated(
        frame,
        outcomes=f'{INDEX}method = "{method}"\nfunctional_mean = 18\nfunctional_sd = 3\n',
    )
    wide = frame.pivot_table(index="id", columns="wave", values="mood")
    direct = individual_change(
        wide["before"],
        wide["after"],
        reliability=0.8,
        method=method,
        functional_mean=18,
        functional_sd=3,
        cutoff="c",
    )
    counts = {c: people_by_class(found, c) for c in CATEGORIES}
    assert counts == direct.counts
    cutoff = one(found, "cutoff", "individual_change")
    assert (cutoff.value, cutoff.n) == (pytest.approx(direct.cutoff), 60)
    row = one(found, "people", "individual_change", level="recovered")
    assert f"index {method}, reliability 0.8" in row.method
    assert row.method.endswith("; cut-off c")
    assert row.source.endswith("reliability of the plan, functional mean and SD of the plan")


def test_the_methods_words_do_not_tell_the_scores(people, evaluated):
    found = evaluated(people(60), outcomes=f"{INDEX}functional_mean = 18\nfunctional_sd = 3\n")
    row = one(found, "people", "individual_change", level="improved")
    sd, cutoff = one(found, "sd_pre").value, one(found, "cutoff", "individual_change").value
    for told in (sd, cutoff, one(found, "mean_pre").value):
        assert f"{told:.2f}" not in row.method


def test_without_a_cut_off_nobody_recovers(people, evaluated):
    found = evaluated(people(60), outcomes=INDEX)
    levels = {r.level for r in found.rows.where(analysis="individual_change")}
    assert levels == {"improved", "unchanged", "deteriorated"}


def test_a_plans_caseness_is_a_case_at_the_cut_off(people, evaluated):
    frame = people(4).assign(mood=[8, 10, 8, 25, 30, 31, 20, 21])
    found = evaluated(frame, outcomes=f"{INDEX}caseness = 8\n")
    row = one(found, "people", "individual_change", level="recovered")
    assert row.method.endswith("case: a score <= 8")
    assert row.source.endswith("; caseness: the plan")
    # From 8, a case, to 25: recovered; from 8 to 10 is not reliable.
    assert row.value == 1
    cutoff = one(found, "cutoff", "individual_change")
    assert (cutoff.value, cutoff.n) == (8, None)


def test_a_plans_caseness_goes_before_the_questionnaires(evaluated):
    found = evaluated(study([12, 12, 12], [6, 9, 12]), outcomes=f"{GAD}caseness = 10\n", region="")
    assert people_by_class(found, "recovered") == 1
    assert one(found, "cutoff", "individual_change").value == 10


def test_a_plans_reliability_goes_before_the_threshold(evaluated):
    found = evaluated(
        study([12, 2, 20, 8], [6, 3, 19, 8]), outcomes=f"{GAD}reliability = 0.9\n", region=""
    )
    row = one(found, "people", "individual_change", level="recovered")
    assert "index JT, reliability 0.9" in row.method
    assert row.method.endswith("case: a score >= 8")


@pytest.mark.parametrize(
    ("before", "after", "more", "reason"),
    [
        ([5, 5, 5, 5], [1, 2, 3, 4], "", "no_variance"),
        ([5, None, 5], [None, 3, 4], "", "fewer_than_two_pairs"),
        ([1, 2, 3, 4], [2, 3, 4, 5], 'method = "HA"', "no_true_variance"),
    ],
)
def test_where_an_index_cannot_be_had_the_reason_is_given(evaluated, before, after, more, reason):
    # Somebody changes the second outcome, so that there is something to evaluate.
    frame = study(before, after).assign(other=np.arange(2.0 * len(before)))
    other = MOOD.replace('"mood"', '"other"')
    found = evaluated(
        frame, outcomes=f"{INDEX}{more}\n{other}", region="", data='missing = ["nan"]'
    )
    row = one(found, "people", "individual_change")
    assert row.reason == reason
    assert row.reason in REASONS


def test_people_without_a_pair_are_counted_out(evaluated):
    found = evaluated(
        study([12, 12, 12, 12], [6, 8, 9, None]), outcomes=GAD, region="", data='missing = ["nan"]'
    )
    row = one(found, "people", "individual_change", level="improved")
    assert (row.n, row.n_excluded) == (3, 1)


OWN = (
    '[[outcome]]\nname = "mood"\ndomain = "clinical"\nitems = ["q1", "q2", "q3"]\nrange = [0, 3]\n'
    'score = "sum"\nhigher_is = "worse"\nreliability = 0.8\n'
)


def own_items(people):
    """Three own items, of 0 to 3 each."""
    frame = people(20)
    for i in (1, 2, 3):
        frame[f"q{i}"] = (frame["mood"].rank().astype(int) + i) % 4
    return frame.drop(columns="mood")


def test_a_cut_off_of_own_items_is_on_the_scale_of_their_sum(people, evaluated):
    evaluation = evaluated(own_items(people), outcomes=OWN + "caseness = 5\n")
    assert one(evaluation, "cutoff", "individual_change").value == 5


@pytest.mark.parametrize("more", ["caseness = 10\n", "functional_mean = 90\nfunctional_sd = 2\n"])
def test_a_cut_off_outside_the_possible_scores_is_refused(people, evaluated, more):
    with pytest.raises(PlanError, match="outside the possible scores, 0 to 9"):
        evaluated(own_items(people), outcomes=OWN + more)


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
