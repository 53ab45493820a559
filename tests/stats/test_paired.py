"""Paired change against R, published tables, identities and properties."""

from __future__ import annotations

import math
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from peereval.errors import StatisticsError, UnmatchedPairsError
from peereval.results.estimate import Estimate, NotEstimated
from peereval.stats import mean_change, paired_change
from peereval.stats.basics.moments import Moments
from peereval.stats.change.effect_size import d_z
from peereval.stats.change.mean import t_interval

from .references import SLEEP_POST, SLEEP_PRE, cases, scores

RTOL = 1e-9  # Both sides are closed-form; only rounding differs.
RTOL_P = 1e-8
DESCRIPTIVES = ["mean_pre", "mean_post", "sd_pre", "sd_post", "correlation", "sd_change"]
EFFECTS = ["d_z", "g_z", "d_av", "g_av", "d_rm", "d_pre"]
PERMUTATION = ["sign_flip"]
RANKS = ["wilcoxon", "wilcoxon_pratt", "rank_biserial", "sign_test"]
TOST = ["tost_low", "tost_high", "equivalence"]
BAYES = ["bayes_factor", "bayes_factor_narrow", "bayes_factor_wide", "bayes_factor_ultrawide"]
NAMES = [
    *DESCRIPTIVES,
    *("mean_change", *EFFECTS, "yuen", *PERMUTATION),
    *("wilcoxon", "wilcoxon_pratt", "hodges_lehmann", "rank_biserial", "sign_test"),
    *("probability_of_increase", *TOST, "smallest_bounds", *BAYES),
]
IN_POINTS = {"mean_change", "yuen", "hodges_lehmann", "smallest_bounds"}
TESTS_ONLY = ["sign_flip", "wilcoxon", "wilcoxon_pratt", "sign_test", "tost_low", "tost_high"]
COLUMNS = ["name", "value", "ci_low", "ci_high", "statistic", "df", "p_value", "n", "method"]

# Tenths, as questionnaires with mean scores have; pairs of at most 40 people.
tenths = st.integers(-500, 500).map(lambda k: k / 10)
people = st.lists(st.tuples(tenths, tenths), min_size=2, max_size=40)


def reference_cases():
    return [pytest.param(case, id=case["id"]) for case in cases("paired")]


@pytest.mark.parametrize("case", reference_cases())
def test_values_match_r(case):
    expected = case["expected"]
    result = paired_change(*scores(case))
    keys = {
        "mean_pre": "mean_pre",
        "mean_post": "mean_post",
        "sd_pre": "sd_pre",
        "sd_post": "sd_post",
        "correlation": "r",
        "sd_change": "sd_change",
        "mean_change": "mean_change",
        "d_z": "dz",
        "g_z": "gz",
        "d_av": "d_av",
        "d_rm": "d_rm",
        "d_pre": "glass_pre",
    }
    for name, key in keys.items():
        assert result.get(name).value == pytest.approx(expected[key], rel=RTOL), name
    g_av = expected["d_av"] * expected["hedges_correction_exact"]
    assert result.get("g_av").value == pytest.approx(g_av, rel=RTOL)
    assert result.n_pairs == expected["n"]
    assert result.sd_change == pytest.approx(expected["sd_change"], rel=RTOL)


@pytest.mark.parametrize("case", reference_cases())
def test_t_test_matches_r(case):
    expected, change = case["expected"], paired_change(*scores(case)).get("mean_change")
    assert change.statistic == pytest.approx(expected["t"], rel=RTOL)
    assert change.df == expected["df"]
    assert change.p_value == pytest.approx(expected["p"], rel=RTOL_P, abs=0)
    assert change.ci_low == pytest.approx(expected["ci_low"], rel=RTOL)
    assert change.ci_high == pytest.approx(expected["ci_high"], rel=RTOL)


@pytest.mark.parametrize("case", reference_cases())
def test_other_statistics_match_r(case):
    expected, ranks = case["expected"], case["expected"]["wilcoxon"]
    result = paired_change(*scores(case))
    few = ranks["n_nonzero"] <= 50
    assert ("exact" in result.get("wilcoxon").method) == few
    p_values = {
        "wilcoxon": ranks["p_exact"] if few else ranks["p_normal"],
        "wilcoxon_pratt": ranks["p_pratt_asymptotic"],
        "sign_test": expected["sign"]["p"],
    }
    for name, p in p_values.items():
        assert result.get(name).p_value == pytest.approx(p, rel=RTOL_P, abs=0), name
    assert result.get("wilcoxon").statistic == ranks["v_plus"]
    assert result.get("sign_test").statistic == expected["sign"]["n_up"]
    walsh = ranks["hodges_lehmann_walsh_median_all"]
    assert result.get("hodges_lehmann").value == pytest.approx(walsh, rel=RTOL)
    biserial = ranks["matched_rank_biserial"]
    assert result.get("rank_biserial").value == pytest.approx(biserial, rel=RTOL)
    bf10 = expected["bf10_jzs_medium"]
    assert result.get("bayes_factor").value == pytest.approx(bf10, rel=1e-8)
    low, high = expected["dz_ci_noncentral"]
    assert result.get("d_z").ci_low == pytest.approx(low, rel=1e-7)
    assert result.get("d_z").ci_high == pytest.approx(high, rel=1e-7)


@pytest.mark.parametrize("case", reference_cases())
def test_equivalence_matches_r(case):
    pre, post = scores(case)
    tost = case["expected"]["tost"]
    result = paired_change(pre, post, ci_level=0.9, equivalence=(tost["low"], tost["high"]))
    low, high, both = (result.get(x) for x in ("tost_low", "tost_high", "equivalence"))
    assert low.statistic == pytest.approx(tost["t_lower"], rel=RTOL)
    assert high.statistic == pytest.approx(tost["t_upper"], rel=RTOL)
    assert low.p_value == pytest.approx(tost["p_lower"], rel=RTOL_P, abs=0)
    assert high.p_value == pytest.approx(tost["p_upper"], rel=RTOL_P, abs=0)
    assert both.p_value == pytest.approx(tost["p"], rel=RTOL_P, abs=0)
    for interval in (both, result.get("mean_change")):
        assert interval.ci_low == pytest.approx(tost["ci90"][0], rel=RTOL)
        assert interval.ci_high == pytest.approx(tost["ci90"][1], rel=RTOL)


# Transl Behav Med 2020;10:770, Table 2, n = 22: mean change, SD of it, limits, d and p as printed,
# reductions as positive numbers.
TABLE_2 = [
    pytest.param(4.0, 6.4, 1.1, 6.8, 0.62, 0.008, id="PSS-14"),
    pytest.param(1.7, 3.2, 0.3, 3.1, 0.54, None, id="HADS-A"),
    pytest.param(0.7, 2.3, -0.3, 1.7, 0.32, 0.148, id="HADS-D"),
    pytest.param(2.5, 4.7, 0.4, 4.6, 0.52, 0.024, id="HADS-total"),
]


@pytest.mark.parametrize(("mean", "sd", "low", "high", "d", "p"), TABLE_2)
def test_published_rows_are_reproduced_to_their_digits(mean, sd, low, high, d, p):
    # The printed mean and SD are rounded: some pair of numbers that rounds to them must give every
    # other printed number of the row.
    steps = np.linspace(-0.05, 0.05, 41)
    found = [
        (t_interval(m), d_z(m).value)
        for m in (with_change(22, mean + a, sd + b) for a in steps for b in steps)
        if abs(m.mean_change / m.sd_change - d) <= 0.005
    ]
    assert any(
        abs(change.ci_low - low) <= 0.05
        and abs(change.ci_high - high) <= 0.05
        and abs(size - d) <= 0.005
        and (p is None or abs(change.p_value - p) <= 0.0005)
        for change, size in found
    )


def with_change(n, mean, sd):
    """Moments of which only the change is known."""
    return Moments(
        n=n,
        mean_pre=math.nan,
        mean_post=math.nan,
        mean_change=mean,
        sd_pre=math.nan,
        sd_post=math.nan,
        sd_change=sd,
        correlation=math.nan,
    )


# Older-adult psychology skills group, St Patrick's, Dublin, 2016 outcomes report, n = 21.
ST_PATRICKS = [
    pytest.param(2.31, None, 0.50, id="DERS"),
    pytest.param(3.76, None, 0.82, id="DASS total"),
    pytest.param(3.49, 0.002, 0.76, id="depression"),
    pytest.param(3.29, 0.004, 0.72, id="anxiety"),
    pytest.param(2.51, 0.021, 0.55, id="stress"),
]


@pytest.mark.parametrize(("t", "p", "d"), ST_PATRICKS)
def test_published_effect_sizes_and_p_follow_from_t(t, p, d):
    # A mean of t and an SD of sqrt(n) have exactly that t.
    m = with_change(21, t, math.sqrt(21))
    change = t_interval(m)
    assert change.statistic == pytest.approx(t)
    assert change.df == 20
    assert round(d_z(m).value, 2) == d
    if p is not None:
        assert round(change.p_value, 3) == p


@given(people)
def test_swapping_the_waves_flips_the_sign(rows):
    pre, post = np.array(rows).T
    there, back = paired_change(pre, post), paired_change(post, pre)
    for name in ("mean_change", *EFFECTS[:-1], "yuen", "hodges_lehmann", "rank_biserial"):
        a, b = there.get(name), back.get(name)
        if isinstance(a, NotEstimated):
            assert isinstance(b, NotEstimated)
            continue
        assert b.value == pytest.approx(-a.value, abs=1e-12)
        if not math.isnan(a.ci_low):
            limits = pytest.approx((-a.ci_high, -a.ci_low), rel=1e-7, abs=1e-9)
            assert (b.ci_low, b.ci_high) == limits, name
    for name in ("mean_change", "yuen", *PERMUTATION, *RANKS, *BAYES):
        a, b = there.get(name), back.get(name)
        if isinstance(a, Estimate):
            assert b.p_value == pytest.approx(a.p_value, nan_ok=True)
            if name in BAYES:
                assert b.value == pytest.approx(a.value, rel=1e-9)
    rose, fell = (r.get("probability_of_increase") for r in (there, back))
    numbers = (rose.value, rose.ci_low, rose.ci_high)
    assert numbers == pytest.approx((1 - fell.value, 1 - fell.ci_high, 1 - fell.ci_low))


@given(people, st.integers(-50, 50))
def test_adding_a_constant_to_every_score_changes_no_change(rows, constant):
    # Quarters are exact in binary, so that ties remain ties.
    pre, post = np.round(np.array(rows).T * 4) / 4
    plain, moved = paired_change(pre, post), paired_change(pre + constant, post + constant)
    for name in [n for n in NAMES[5:] if n not in TOST]:
        _same_numbers(plain.get(name), moved.get(name))


@given(people, st.sampled_from([2.0**-900, 0.5, 1024.0, 2.0**900]))
def test_the_unit_of_the_score_does_not_matter(rows, factor):
    pre, post = np.array(rows).T
    plain, scaled = paired_change(pre, post), paired_change(pre * factor, post * factor)
    for name in [n for n in NAMES[6:] if n not in TOST]:
        a, b = plain.get(name), scaled.get(name)
        if name in IN_POINTS and isinstance(a, Estimate):
            for number in ("value", "ci_low", "ci_high"):
                expected = pytest.approx(getattr(a, number) * factor, rel=1e-9, abs=0, nan_ok=True)
                assert getattr(b, number) == expected, (name, number)
        else:
            _same_numbers(a, b, statistic=name != "sign_flip")


def _same_numbers(a, b, *, statistic=True):
    assert type(a) is type(b)
    if isinstance(a, NotEstimated):
        assert a == b
        return
    numbers = ["value", "ci_low", "ci_high", "df", "p_value"] + ["statistic"] * statistic
    for number in numbers:
        expected = pytest.approx(getattr(a, number), rel=1e-6, abs=1e-9, nan_ok=True)
        assert getattr(b, number) == expected, (a.name, number)


@given(people)
def test_identities(rows):
    pre, post = np.array(rows).T
    result = paired_change(pre, post)
    t, d_z = result.get("mean_change"), result.get("d_z")
    if isinstance(t, Estimate):
        assert d_z.value == pytest.approx(t.statistic / math.sqrt(result.n_pairs))
        assert (t.p_value < 0.05) == (t.ci_low > 0 or t.ci_high < 0)
        # The exact interval of d_z excludes 0 exactly when the t test is significant.
        assert (t.p_value < 0.05) == (d_z.ci_low > 0 or d_z.ci_high < 0)
        difference = result.get("mean_post").value - result.get("mean_pre").value
        assert t.value == pytest.approx(difference, abs=1e-9)


def test_inputs_are_unchanged():
    pre, post = SLEEP_PRE.copy(), SLEEP_POST.copy()
    pre[3] = np.nan
    kept = pre.copy(), post.copy()
    pre.flags.writeable = post.flags.writeable = False
    paired_change(pre, post, equivalence=(-1, 1))
    np.testing.assert_array_equal(pre, kept[0])
    np.testing.assert_array_equal(post, kept[1])


def test_missing_scores_are_left_out_and_counted():
    pre = [1.0, None, 3.0, 4.0, np.nan]
    post = [2.0, 2.0, 5.0, 4.0, np.nan]
    result = paired_change(pre, post)
    assert (result.n_pairs, result.n_excluded) == (3, 2)
    assert result.get("mean_change").value == pytest.approx(1.0)
    assert {e.n for e in result.estimates} == {3}


def test_tidy_has_every_row_and_column_in_order():
    table = paired_change(SLEEP_PRE, SLEEP_POST, equivalence=(-2, 2)).tidy()
    assert list(table.columns) == COLUMNS
    assert list(table["name"]) == NAMES
    assert table["name"].is_unique
    assert table["n"].eq(10).all()
    without = paired_change(SLEEP_PRE, SLEEP_POST).tidy()
    assert set(NAMES) - set(without["name"]) == set(TOST)


def test_summary_puts_people_first():
    result = paired_change([1, 2, 3, None], [2, 4, 4, 5])
    first = result.summary().splitlines()[0]
    assert first == "3 of 4 people have both scores; 1 left out."
    assert first in result._repr_html_()


def test_an_unknown_estimate_is_refused_with_the_nearest_name():
    with pytest.raises(StatisticsError, match="did you mean 'mean_change'"):
        paired_change(SLEEP_PRE, SLEEP_POST).get("mean_chnge")


def reasons(result):
    return {e.name: e.reason for e in result.estimates if isinstance(e, NotEstimated)}


NEEDS_T = ["mean_change", "d_z", "g_z", "d_rm", "smallest_bounds", *BAYES]


@pytest.mark.parametrize("empty", [[], [None, None]])
def test_nobody(empty):
    result = paired_change(empty, empty, equivalence=(-1, 1))
    assert result.n_pairs == 0
    assert math.isnan(result.sd_change)
    assert reasons(result) == dict.fromkeys(NAMES, "no_pairs")
    table = result.tidy()
    assert table["method"].eq("not estimated: no_pairs").all()
    assert table[["value", "ci_low", "p_value"]].isna().all(axis=None)


def test_one_person():
    result = paired_change([3.0], [5.0], equivalence=(-1, 1))
    defined = {"mean_pre", "mean_post", "hodges_lehmann", *RANKS, *PERMUTATION}
    defined.add("probability_of_increase")
    assert reasons(result) == dict.fromkeys(
        [n for n in NAMES if n not in defined], "fewer_than_two_pairs"
    )
    assert result.get("hodges_lehmann").value == 2
    assert result.get("wilcoxon").p_value == 1
    assert result.get("sign_test").p_value == 1
    assert result.get("sign_flip").p_value == 1


def test_two_people():
    # By hand: changes 1 and 3, mean 2, SD sqrt(2), se 1, t = 2 on 1 df, p = 1 - 2 atan(2) / pi.
    result = paired_change([1.0, 2.0], [2.0, 5.0], equivalence=(-1, 1))
    assert reasons(result) == {
        "g_z": "fewer_than_three_pairs",
        "g_av": "fewer_than_three_pairs",
        "d_rm": "perfect_correlation",
    }
    change = result.get("mean_change")
    assert change.statistic == pytest.approx(2)
    assert change.p_value == pytest.approx(1 - 2 * math.atan(2) / math.pi)
    assert change.ci_high == pytest.approx(2 + math.tan(0.475 * math.pi))
    assert result.get("correlation").value == pytest.approx(1)
    assert "no interval below" in result.get("d_av").method
    assert "no interval at this level below 6 pairs" in result.get("hodges_lehmann").method


def test_three_people_have_everything_but_large_sample_intervals():
    result = paired_change([1, 2, 5], [2, 5, 4], equivalence=(-1, 1))
    assert reasons(result) == {}
    assert math.isnan(result.get("d_av").ci_low)


def test_everybody_changes_alike():
    # 0.1 has no exact binary form: the changes differ in their last bits, and that is no variance.
    pre = np.array([0.1, 0.2, 0.3, 0.7, 1.1])
    result = paired_change(pre, pre + 0.1, equivalence=(-1, 1))
    assert reasons(result) == {
        **dict.fromkeys([*NEEDS_T, *TOST], "no_variance"),
        "yuen": "no_variance_trimmed",
    }
    assert result.sd_change == 0.0
    assert result.get("d_pre").value == pytest.approx(0.1 / np.std(pre, ddof=1))
    assert result.get("sign_test").p_value == 2 / 2**5


def test_nobody_changes():
    result = paired_change([1, 2, 4, 8], [1, 2, 4, 8])
    assert reasons(result) == {
        **dict.fromkeys(NEEDS_T, "no_variance"),
        **dict.fromkeys(RANKS, "all_zero_differences"),
        "yuen": "no_variance_trimmed",
    }
    assert result.get("hodges_lehmann").value == 0
    assert result.get("sign_flip").p_value == 1
    assert result.get("probability_of_increase").value == 0.5
    assert result.get("d_av").value == 0


def test_a_change_within_rounding_is_no_change():
    result = paired_change([0.1 + 0.2, 1.0, 2.0], [0.3, 2.0, 4.0])
    assert "2 up, 0 down, zeros dropped: 1" in result.get("sign_test").method


@pytest.mark.parametrize(
    ("pre", "post", "name", "reason"),
    [
        ([4, 4, 4], [1, 2, 6], "d_pre", "no_variance_pre"),
        ([4, 4, 4], [1, 2, 6], "correlation", "no_variance_pre"),
        ([1, 2, 6], [4, 4, 4], "correlation", "no_variance_post"),
        ([1, 2, 6], [4, 4, 4], "d_rm", "no_variance_post"),
        ([4, 4, 4], [6, 6, 6], "d_av", "no_variance"),
        ([1, 2, 3], [2, 4, 6], "d_rm", "perfect_correlation"),
    ],
)
def test_reasons(pre, post, name, reason):
    assert reasons(paired_change(pre, post))[name] == reason


def test_one_wave_without_variance_leaves_d_av():
    result = paired_change([4, 4, 4, 4, 4], [1, 2, 6, 7, 8])
    sd_post = np.std([1, 2, 6, 7, 8], ddof=1)
    d_av = result.get("d_av")
    assert d_av.value == pytest.approx(0.8 / (sd_post / 2))
    assert d_av.ci_low < d_av.value < d_av.ci_high


@given(st.sampled_from([1e-300, 1e-150, 1e150, 1e300]), people)
def test_extreme_scales_give_numbers_or_reasons(size, rows):
    pre, post = np.array(rows).T / 50 * size
    result = paired_change(np.append(pre, size), np.append(post, -size), equivalence=(-1, 1))
    for estimate in result.estimates:
        if isinstance(estimate, NotEstimated):
            assert estimate.reason
        elif estimate.name in TESTS_ONLY:
            assert 0 <= estimate.p_value <= 1
        else:
            assert not math.isnan(estimate.value)


@pytest.mark.parametrize(
    ("pre", "post", "error", "text"),
    [
        ([1, 2, 3], [1, 2], UnmatchedPairsError, "3 pre scores but 2 post scores"),
        ([1, 2], [[1], [2]], StatisticsError, "post scores have 2 dimensions"),
        (3, 4, StatisticsError, "pre scores have 0 dimensions"),
        (["1", "2"], [1, 2], StatisticsError, "not numbers: values such as '1'"),
        ([1, "n/a"], [1, 2], StatisticsError, "pre scores are not numbers"),
        (np.array([1, "x", 2], object), [1, 2, 3], StatisticsError, "such as 'x'"),
        ([1, 2], [1, 2j], StatisticsError, "of type complex128"),
        ([1, 2], [1, object()], StatisticsError, "of type object"),
        (np.array(["2020-01-01"], "M8[D]"), [1], StatisticsError, "of type datetime64"),
        ([1, math.inf], [1, 2], StatisticsError, "1 of 2 pre scores are infinite"),
        ([1, 2], [-math.inf, math.nan], StatisticsError, "1 of 2 post scores are infinite"),
        ([1, 2e300], [1, 2], StatisticsError, "largest score in size is 2e\\+300"),
        ([0, 5e-324], [0, 0], StatisticsError, "between 1e-300 and 1e300"),
    ],
)
def test_refused_scores(pre, post, error, text):
    with pytest.raises(error, match=text):
        paired_change(pre, post)


def test_equivalence_in_sds():
    rng = np.random.default_rng(6)
    pre, post = rng.normal(20, 5, (2, 40))
    for unit in ("d_z", "d_av", "d_pre"):
        result = paired_change(pre, post, equivalence=(-1, 1), equivalence_unit=unit)
        plain = paired_change(pre, post, ci_level=0.9).get(unit)
        both, bounds = result.get("equivalence"), result.get("smallest_bounds")
        assert (both.value, both.ci_low, both.ci_high) == (plain.value, plain.ci_low, plain.ci_high)
        assert both.unit == bounds.unit == plain.unit
        assert bounds.value == max(abs(plain.ci_low), abs(plain.ci_high))
    with pytest.raises(StatisticsError, match="did you mean 'd_pre'"):
        paired_change(pre, post, equivalence_unit="d_prae")


def test_infinite_bounds_give_a_p_of_zero():
    result = paired_change(SLEEP_PRE, SLEEP_POST, equivalence=(-math.inf, math.inf))
    assert [result.get(name).p_value for name in TOST] == [0, 0, 0]


def test_series_with_other_labels_are_refused():
    pre = pd.Series([1.0, 2.0, 4.0], index=["a", "b", "c"])
    post = pd.Series([1.0, 2.0, 4.0], index=["c", "b", "a"])
    with pytest.raises(UnmatchedPairsError, match="row labels"):
        paired_change(pre, post)
    assert paired_change(pre, post.loc[pre.index]).n_pairs == 3
    assert paired_change(pre, post.to_numpy()).n_pairs == 3


def test_masked_and_nullable_values_are_missing():
    masked = np.ma.MaskedArray([1.0, 2.0, 9.0], mask=[False, False, True])
    nullable = pd.Series([1, 3, pd.NA], dtype="Int64")
    assert paired_change(masked, [1, 3, 4]).n_excluded == 1
    assert paired_change([1, 4, 4], nullable).n_excluded == 1


@pytest.mark.parametrize("level", [0, 1, 95, -0.1, math.nan])
def test_refused_levels(level):
    with pytest.raises(StatisticsError, match="between 0 and 1"):
        paired_change([1, 2, 4], [2, 4, 4], ci_level=level)


def test_mean_change_refuses_what_is_not_a_complete_set_of_pairs():
    with pytest.raises(UnmatchedPairsError, match="1 of 3 people have a missing score"):
        mean_change([1, 2, np.nan], [1, 2, 3])
    with pytest.raises(UnmatchedPairsError, match="1 complete pair of scores"):
        mean_change([1], [2])
    with pytest.raises(StatisticsError, match="All 3 changes are the same"):
        mean_change([1, 2, 3], [2, 3, 4])


def test_mean_change_is_that_of_paired_change():
    assert mean_change(SLEEP_PRE, SLEEP_POST) == paired_change(SLEEP_PRE, SLEEP_POST).get(
        "mean_change"
    )


def test_importing_statistics_imports_neither_scipy_nor_pandas():
    code = (
        "import sys, peereval.stats as s; [getattr(s, name) for name in s.__all__];"
        "sys.exit(any(m.split('.')[0] in ('scipy', 'pandas') for m in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False)  # noqa: S603 -- our own text
    assert done.returncode == 0
