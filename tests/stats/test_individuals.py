"""Individual change against R and a published example, identities, properties and refusals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from peereval.errors import StatisticsError, UndefinedError, UnmatchedPairsError
from peereval.stats import Caseness, individual_change

from .references import REFERENCE, cases

RTOL = 1e-10  # Closed forms on both sides; only rounding differs.
METHODS = ("JT", "GLN", "HLL", "EN", "NK", "HA", "Maassen")
REVERSED = {
    "recovered": "harmed",
    "improved": "deteriorated",
    "unchanged": "unchanged",
    "deteriorated": "improved",
    "harmed": "recovered",
}

score = st.integers(0, 60)
people = st.lists(st.tuples(score, score), min_size=3, max_size=30)


def columns(pairs):
    pre, post = np.array(pairs, float).T
    return pre, post


def reference_scores(case):
    frame, args = pd.read_csv(REFERENCE / "data" / f"{case['data']}.csv"), case["args"]
    return frame[args["pre"]].to_numpy(float), frame[args["post"]].to_numpy(float)


def options(case):
    return {k: v for k, v in case["args"].items() if k not in ("pre", "post")}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("case", cases("individual_change"), ids=lambda c: c["id"])
def test_indices_cut_offs_and_categories_match_r(case, method):
    expected = case["expected"][method]
    for cutoff in "abc":
        found = individual_change(
            *reference_scores(case), **options(case), method=method, cutoff=cutoff
        )
        np.testing.assert_allclose(found.index, expected["index"], rtol=RTOL, atol=1e-13)
        assert found.cutoff == pytest.approx(expected["cutoffs"][cutoff], rel=RTOL)
        assert found.cutoffs == pytest.approx(expected["cutoffs"], rel=RTOL)
        assert found.category.tolist() == expected[f"by_{cutoff}"]


def test_the_example_of_jacobson_and_truax_1991():
    # Clinical mean 40 and SD 7.5, functional mean 60 and SD 7.5, reliability .80, one client from
    # 32.5 to 47.5: SEM 3.354, S_diff 4.743, RC 3.16; cut-offs a 55, b 45, c 50.
    # Four more people bring the group to mean 40 and SD 7.5.
    pre = np.array([32.5, 47.5, 32.5, 47.5, 40.0])
    assert pre.mean() == pytest.approx(40)
    assert pre.std(ddof=1) == pytest.approx(7.5)
    post = pre.copy()
    post[0] = 47.5
    found = {
        cutoff: individual_change(
            pre, post, reliability=0.8, functional_mean=60, functional_sd=7.5, cutoff=cutoff
        )
        for cutoff in "abc"
    }
    assert [found[c].cutoff for c in "abc"] == pytest.approx([55, 45, 50])
    assert round(found["c"].index[0], 2) == 3.16
    # Beyond b, but not beyond a or c.
    assert [found[c].category[0] for c in "abc"] == ["improved", "recovered", "improved"]


@given(people, st.sampled_from(METHODS), st.sampled_from("abc"))
def test_negating_the_scores_and_their_meaning_changes_only_the_signs(pairs, method, cutoff):
    pre, post = columns(pairs)
    kept = {"reliability": 0.7, "method": method, "cutoff": cutoff, "functional_sd": 6.0}
    try:
        there = individual_change(pre, post, functional_mean=40.0, **kept)
    except StatisticsError:
        return
    back = individual_change(-pre, -post, functional_mean=-40.0, higher_is="worse", **kept)
    np.testing.assert_allclose(back.index, -there.index, rtol=1e-9, atol=1e-12)
    assert back.counts == there.counts
    assert back.cutoff == pytest.approx(-there.cutoff)


@given(people, st.sampled_from([m for m in METHODS if m != "HA"]))
def test_what_is_good_on_one_scale_is_bad_on_the_other(pairs, method):
    pre, post = columns(pairs)
    assume(np.ptp(pre) > 0)
    kept = {"reliability": 0.7, "method": method}
    # No score lies on the cut-off, so that nobody is on neither side of it.
    up = individual_change(pre, post, cutoff=30.5, **kept)
    down = individual_change(pre, post, cutoff=30.5, higher_is="worse", **kept)
    assert [REVERSED[c] for c in up.category] == down.category.tolist()


@given(people, st.sampled_from(METHODS), st.integers(-1000, 1000))
def test_adding_a_constant_changes_nothing(pairs, method, constant):
    pre, post = columns(pairs)
    kept = {"reliability": 0.7, "method": method, "cutoff": "c", "functional_sd": 6.0}
    try:
        here = individual_change(pre, post, functional_mean=40.0, **kept)
    except StatisticsError:
        return
    there = individual_change(
        pre + constant, post + constant, functional_mean=40.0 + constant, **kept
    )
    np.testing.assert_allclose(there.index, here.index, rtol=1e-7, atol=1e-10)
    assert there.counts == here.counts


@given(people, st.sampled_from(METHODS))
def test_the_unit_of_the_scale_does_not_matter(pairs, method):
    pre, post = columns(pairs)
    try:
        here = individual_change(pre, post, reliability=0.7, method=method)
    except StatisticsError:
        return
    # Powers of two change no digit.
    for scale in (2.0**-900, 2.0**900):
        there = individual_change(pre * scale, post * scale, reliability=0.7, method=method)
        np.testing.assert_array_equal(there.index, here.index)


@given(people)
def test_jacobson_and_truax_is_maassen_where_both_sds_are_equal(pairs):
    pre, _ = columns(pairs)
    assume(np.ptp(pre) > 0)
    post = pre[::-1] + 3.0
    jt, maassen = (
        individual_change(pre, post, reliability=0.8, method=m).index for m in ("JT", "Maassen")
    )
    np.testing.assert_allclose(jt, maassen, rtol=1e-12)


@given(
    people,
    st.sampled_from(METHODS),
    st.sampled_from(["a", None, 25.0, Caseness(value=30, rule="<")]),
)
def test_everybody_is_in_one_category(pairs, method, cutoff):
    pre, post = columns(pairs)
    try:
        found = individual_change(pre, post, reliability=0.7, method=method, cutoff=cutoff)
    except StatisticsError:
        return
    assert sum(found.counts.values()) == found.n == len(pairs)
    table = found.tidy()
    assert table["count"].sum() == found.n
    assert table["percent"].sum() == pytest.approx(100)
    assert ((table["ci_low"] <= table["percent"]) & (table["percent"] <= table["ci_high"])).all()
    if cutoff is None:
        assert found.counts["recovered"] == found.counts["harmed"] == 0
        assert found.cutoff is None


@given(people)
def test_equal_reliabilities_are_the_default(pairs):
    pre, post = columns(pairs)
    assume(np.ptp(pre) > 0)
    default = individual_change(pre, post, reliability=0.7, method="NK")
    named = individual_change(pre, post, reliability=0.7, reliability_post=0.7, method="NK")
    np.testing.assert_array_equal(default.index, named.index)


def test_an_index_of_exactly_the_critical_value_counts_if_asked():
    pre = np.array([10.0, 20.0, 30.0])
    found = individual_change(pre, pre + 1, reliability=0.5)
    step = found.critical / found.index[0]
    post = pre + step
    strict = individual_change(pre, post, reliability=0.5)
    assert strict.index == pytest.approx([found.critical] * 3)
    assert strict.counts["unchanged"] == 3
    assert individual_change(pre, post, reliability=0.5, inclusive=True).counts["improved"] == 3


def test_a_score_on_the_cut_off_is_on_neither_side_of_it():
    pre = [20.0, 19.0, 40.0, 25.0, 30.0]
    post = [40.0, 20.0, 20.0, 25.0, 30.0]
    found = individual_change(pre, post, reliability=0.95, cutoff=20)
    # The first was not strictly below 20; the second is not strictly above; the third is harmed.
    assert found.category[0] == "improved"
    assert found.category[2] == "harmed"
    rule = individual_change(pre, post, reliability=0.95, cutoff=Caseness(value=20, rule="<="))
    assert rule.category[0] == "recovered"
    assert rule.category[2] == "harmed"
    assert rule.cutoff == 20
    assert rule.method.endswith("; case: a score <= 20")


def test_rounding_does_not_move_a_prorated_score_across_the_cut_off():
    noisy = np.nextafter(20.0, 21.0)
    pre, post = [5.0, 30.0, 20.0, 10.0], [noisy, 30.0, 20.0, 10.0]
    assert individual_change(pre, post, reliability=0.95, cutoff=20).category[0] == "improved"


def test_people_without_a_pair_are_left_out_and_the_rest_can_be_found():
    found = individual_change([10, None, 30, 20], [40, 20, None, 21], reliability=0.9)
    assert (found.n, found.n_excluded) == (2, 2)
    assert found.kept.tolist() == [True, False, False, True]
    assert found.index.size == found.category.size == 2
    assert found.summary().splitlines()[0] == "2 of 4 people have both scores; 2 left out."
    assert (found.tidy()["n"] == 2).all()
    assert "2 of 4 people" in found._repr_html_()


def test_the_inputs_stay_as_they_were():
    pre, post = np.array([10.0, 20.0, 30.0]), np.array([12.0, 25.0, 29.0])
    before = pre.copy(), post.copy()
    individual_change(pre, post, reliability=0.98, method="HA")
    np.testing.assert_array_equal(pre, before[0])
    np.testing.assert_array_equal(post, before[1])


PRE, POST = [10.0, 14.0, 19.0, 30.0], [11.0, 20.0, 16.0, 33.0]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"method": "RCI"}, "no method 'RCI'"),
        ({"higher_is": "good"}, "no higher_is 'good'"),
        ({"reliability": 1.0}, "reliability is 1.0"),
        ({"reliability": 0}, "reliability is 0"),
        ({"reliability": float("nan")}, "reliability is nan"),
        ({"reliability_post": 1.2}, "reliability_post is 1.2"),
        ({"cutoff": "d"}, "no cutoff 'd'"),
        ({"cutoff": "c"}, "cut-off c needs functional_mean and functional_sd"),
        ({"cutoff": float("inf")}, "cut-off is inf"),
        ({"functional_mean": 40}, "functional_sd is missing"),
        ({"functional_sd": 4}, "functional_mean is missing"),
        ({"functional_mean": 40, "functional_sd": 0}, "functional_sd is 0"),
        ({"functional_mean": 40, "functional_sd": 0.1, "method": "HA"}, "functional_sd is 0.1"),
    ],
)
def test_options_that_cannot_be_used_are_refused(changed, words):
    with pytest.raises(StatisticsError, match=words):
        individual_change(PRE, POST, **{"reliability": 0.8, **changed})


@pytest.mark.parametrize(
    ("pre", "post", "method", "words"),
    [
        ([], [], "JT", "0 people have both scores"),
        ([3], [4], "JT", "1 people have both scores"),
        ([3, 3, 3], [4, 5, 6], "JT", "All 3 scores before are the same"),
        ([1, 2, 3], [3, 4, 5], "HA", "SD of the changes is 0"),
        ([1, 5, 9], [2, 7, 9], "HA", "SD of the changes is 1 "),
        ([1, float("inf")], [2, 3], "JT", "infinite"),
    ],
)
def test_scores_without_an_answer_are_refused(pre, post, method, words):
    with pytest.raises(StatisticsError, match=words):
        individual_change(pre, post, reliability=0.5, method=method)


def test_hageman_needs_true_variation_after_for_a_cut_off():
    # The changes vary, because everybody ends at the same score.
    pre, post = [0.0, 10.0, 20.0, 30.0], [15.0, 15.0, 15.0, 15.0]
    kept = {"reliability": 0.9, "method": "HA"}
    assert individual_change(pre, post, **kept).n == 4
    with pytest.raises(StatisticsError, match="SD of the scores after is 0"):
        individual_change(pre, post, cutoff=12, **kept)


def test_scores_that_are_not_pairs_are_refused():
    with pytest.raises(UnmatchedPairsError, match="3 pre scores but 2 post scores"):
        individual_change([1, 2, 3], [1, 2], reliability=0.8)


@pytest.mark.parametrize("method", METHODS)
def test_an_index_that_no_number_holds_is_refused(method):
    small, large = [1e-300, 2e-300, 3e-300, 5e-300], [1e300, -1e300, 5e299, 2e299]
    with pytest.raises(UndefinedError, match="standard error of measurement") as refused:
        individual_change(small, large, reliability=0.8, method=method)
    assert refused.value.reason == "above_1e307"
