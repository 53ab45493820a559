"""BCa intervals: R, scipy on the same resamples, properties, degenerate data."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from peereval.errors import StatisticsError, UnmatchedPairsError
from peereval.results.estimate import Estimate, NotEstimated
from peereval.stats import bootstrap_effects, paired_change
from peereval.stats.basics.moments import moments
from peereval.stats.basics.pairs import complete_pairs
from peereval.stats.change.bootstrap import FEWEST, bca_limits
from peereval.stats.change.resample import PairSums

from .references import SLEEP_POST, SLEEP_PRE, change_cases

NAMES = ["mean_change", "d_z", "g_z", "d_av", "g_av", "d_rm", "d_pre"]
quarters = st.integers(-200, 200).map(lambda k: k / 4)
people = st.lists(st.tuples(quarters, quarters), min_size=12, max_size=30).map(
    lambda rows: np.array(rows).T
)


def bootstrap(pre, post, **options):
    return bootstrap_effects(pre, post, **{"seed": 1, "resamples": 1000, **options})


@pytest.mark.parametrize(("pre", "post", "expected"), change_cases())
def test_matches_boot_up_to_monte_carlo_error(pre, post, expected):
    # boot::boot.ci, type "bca", with the jackknife's acceleration, 100,000 resamples.
    found = bootstrap_effects(pre, post, seed=3, resamples=100_000)
    # The standard error of a limit is up to 1% of the width. boot takes resamples that equal the
    # estimate to lie above it, here and in scipy half of them do: with ten people they are many.
    share = 0.06 if pre.size == 10 else 0.02
    for name, (low, high) in (expected.get("bca") or {}).items():
        tolerance, estimate = share * (high - low), found.get(name)
        assert estimate.ci_low == pytest.approx(low, abs=tolerance), name
        assert estimate.ci_high == pytest.approx(high, abs=tolerance), name


@pytest.mark.newest  # scipy's `rng` is from 1.15.
@pytest.mark.parametrize("name", ["mean_change", "d_z", "d_av", "d_rm", "d_pre"])
def test_is_scipys_interval_of_the_same_resamples(name):
    def statistic(pre, post, axis=-1):
        change = (post - pre).mean(axis)
        sd = [v.std(axis, ddof=1) for v in (pre, post, post - pre)]
        r = ((pre - pre.mean(axis, keepdims=True)) * (post - post.mean(axis, keepdims=True))).sum(
            axis
        ) / ((pre.shape[axis] - 1) * sd[0] * sd[1])
        return {
            "mean_change": change,
            "d_z": change / sd[2],
            "d_av": change / (sd[0] + sd[1]) * 2,
            "d_rm": change / sd[2] * np.sqrt(2 * (1 - r)),
            "d_pre": change / sd[0],
        }[name]

    rng = np.random.default_rng(8)
    pre, post = rng.gamma(3, 2, (2, 25)) + np.array([[0.0], [1.0]])
    pairs = complete_pairs(pre, post)
    m = moments(pairs)
    unit = m.sd_change if name == "mean_change" else 1.0
    drawn = PairSums(pairs, m).resampled(seed=1, resamples=1000)[name] * unit
    # The same draws, gathered person by person.
    order = np.lexsort((abs(post - pre), pre + post))
    chosen = order[np.random.default_rng(1).integers(25, size=(1000, 25))]
    np.testing.assert_allclose(drawn, statistic(pre[chosen], post[chosen]), rtol=1e-10)
    theirs = stats.bootstrap(
        (pre, post),
        statistic,
        paired=True,
        method="BCa",
        n_resamples=1,
        rng=2,
        bootstrap_result=type("Drawn", (), {"bootstrap_distribution": drawn})(),
    )
    extra = theirs.bootstrap_distribution
    without_one = PairSums(pairs, m).without_one()[name] * unit
    low, high = bca_limits(extra, float(statistic(pre, post)), without_one, 0.95)
    assert (low, high) == pytest.approx(tuple(theirs.confidence_interval), rel=1e-9)


def test_values_are_those_of_paired_change():
    plain, drawn = paired_change(SLEEP_PRE, SLEEP_POST), bootstrap(SLEEP_PRE, SLEEP_POST)
    assert [e.name for e in drawn.estimates] == NAMES
    for estimate in drawn.estimates:
        assert estimate.value == plain.get(estimate.name).value
        assert estimate.unit == plain.get(estimate.name).unit
        assert estimate.ci_low < estimate.value < estimate.ci_high
        assert "BCa bootstrap interval, 1000 resamples, seed 1" in estimate.method
        assert math.isnan(estimate.p_value)


def test_the_seed_decides():
    one, same = (bootstrap(SLEEP_PRE, SLEEP_POST, seed=4) for _ in range(2))
    assert one == same
    other = bootstrap(SLEEP_PRE, SLEEP_POST, seed=5)
    assert one.get("d_av").ci_low != other.get("d_av").ci_low


def test_missing_scores_are_left_out():
    pre, post = np.append(SLEEP_PRE, np.nan), np.append(SLEEP_POST, 3.0)
    found = bootstrap(pre, post)
    assert (found.n_pairs, found.n_excluded) == (10, 1)
    assert found.estimates == bootstrap(SLEEP_PRE, SLEEP_POST).estimates


@settings(max_examples=25)
@given(people)
def test_swapping_the_waves_flips_the_sign(scores):
    # Somebody's mirror image takes their place when the waves are swapped.
    change = scores[1] - scores[0]
    kinds = {(total, d) for total, d in zip(scores.sum(axis=0), change, strict=True)}
    assume(not any((total, -d) in kinds for total, d in kinds if d))
    there, back = bootstrap(*scores), bootstrap(*scores[::-1])
    for name in NAMES[:-1]:
        a, b = there.get(name), back.get(name)
        assert type(a) is type(b)
        if isinstance(a, Estimate):
            assert (-b.ci_high, -b.ci_low) == pytest.approx((a.ci_low, a.ci_high), abs=1e-9)


@settings(max_examples=25)
@given(people, st.sampled_from([2.0**-900, 2.0**-3, 2.0**900]), st.integers(-50, 50))
def test_unit_and_origin_do_not_matter(scores, factor, constant):
    plain = bootstrap(*scores)
    for moved, unit in ((scores * factor, factor), (scores + constant, 1.0)):
        found = bootstrap(*moved)
        for name in NAMES:
            a, b = plain.get(name), found.get(name)
            assert type(a) is type(b)
            if isinstance(a, Estimate):
                size = unit if name == "mean_change" else 1.0
                expected = (a.ci_low * size, a.ci_high * size)
                assert (b.ci_low, b.ci_high) == pytest.approx(expected, rel=1e-6, abs=1e-9 * size)


def test_the_order_of_people_does_not_matter():
    rng = np.random.default_rng(4)
    scores = rng.integers(0, 9, (2, 40)).astype(float)
    mixed = scores[:, rng.permutation(40)]
    assert bootstrap(*scores).estimates == bootstrap(*mixed).estimates


def test_blocks_change_nothing(monkeypatch):
    from peereval.stats.change import resample

    whole = bootstrap(SLEEP_PRE, SLEEP_POST)
    monkeypatch.setattr(resample, "_AT_ONCE", 130)
    for a, b in zip(whole.estimates, bootstrap(SLEEP_PRE, SLEEP_POST).estimates, strict=True):
        assert (b.ci_low, b.ci_high) == pytest.approx((a.ci_low, a.ci_high), rel=1e-12)


def test_a_level_is_wider_than_a_lower_one():
    wide, narrow = (bootstrap(SLEEP_PRE, SLEEP_POST, ci_level=c).get("d_z") for c in (0.95, 0.8))
    assert wide.ci_low < narrow.ci_low < narrow.ci_high < wide.ci_high
    assert (wide.ci_level, narrow.ci_level) == (0.95, 0.8)


def test_too_few_people_have_values_only():
    few = bootstrap(SLEEP_PRE[: FEWEST - 1], SLEEP_POST[: FEWEST - 1])
    for estimate in few.estimates:
        assert math.isnan(estimate.ci_low)
        assert math.isnan(estimate.ci_level)
        assert f"no bootstrap interval below {FEWEST} pairs" in estimate.method


def test_degenerate_resamples():
    # One of twelve people changed: a third of all resamples have no variance of change.
    pre = np.arange(12.0)
    post = pre + np.eye(12)[3]
    found = bootstrap(pre, post)
    assert found.get("d_z").reason == found.get("d_rm").reason == "degenerate_resamples"
    assert isinstance(found.get("d_av"), Estimate)
    # Three of twelve: (9/12)^12 = 3%; seven of twelve: some, fewer than one in a hundred.
    three = bootstrap(pre, pre + np.isin(pre, [1, 5, 8]))
    assert three.get("g_z").reason == "degenerate_resamples"
    five = bootstrap(pre, pre + np.isin(pre, [1, 2, 5, 8]), seed=2)
    assert "without variance left out" in five.get("d_z").method
    assert "left out" not in five.get("d_av").method


def test_reasons():
    for pre, reason in (
        ([], "no_pairs"),
        ([1.0], "fewer_than_two_pairs"),
        ([1.0] * 20, "no_variance"),
    ):
        found = bootstrap(pre, np.add(pre, 1.0))
        assert [e.reason for e in found.estimates] == [reason] * 7
    flat = bootstrap([4.0] * 12, np.arange(12.0))
    assert flat.get("d_pre").reason == flat.get("d_rm").reason == "no_variance_pre"
    assert isinstance(flat.get("d_av"), Estimate)
    line = bootstrap(np.arange(12.0), 2 * np.arange(12.0))
    assert line.get("d_rm") == NotEstimated(name="d_rm", reason="perfect_correlation", n=12)


@pytest.mark.parametrize("size", [1e-300, 1e300])
def test_extreme_scales(size):
    rng = np.random.default_rng(2)
    scores = rng.uniform(0.1, 1, (2, 15)) * size
    scores[:, 0] = size, -size
    for estimate in bootstrap(*scores).estimates:
        assert estimate.ci_low < estimate.value < estimate.ci_high


def test_without_skewness_it_is_corrected_for_bias_alone():
    drawn, level = np.random.default_rng(1).normal(size=5000), np.ones(9)
    low, high = bca_limits(drawn, float(np.median(drawn)), level, 0.95)
    assert (low, high) == pytest.approx(tuple(np.quantile(drawn, [0.025, 0.975])), rel=1e-9)


def test_an_interval_that_breaks_down_is_none():
    ahead = np.linspace(1, 2, 1000)
    assert bca_limits(ahead, 0.5, np.arange(9.0), 0.95) is None
    assert bca_limits(ahead, 2.5, np.arange(9.0), 0.95) is None


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"seed": -1}, "seed is -1"),
        ({"seed": None}, "seed is None"),
        ({"seed": 1.5}, "seed is 1.5"),
        ({"resamples": 999}, "1000 or above"),
        ({"resamples": 1e4}, "resamples is 10000.0"),
        ({"ci_level": 95}, "between 0 and 1"),
    ],
)
def test_refused_options(options, text):
    with pytest.raises(StatisticsError, match=text):
        bootstrap(SLEEP_PRE, SLEEP_POST, **options)


def test_refused_scores():
    with pytest.raises(UnmatchedPairsError):
        bootstrap([1, 2, 3], [1, 2])
