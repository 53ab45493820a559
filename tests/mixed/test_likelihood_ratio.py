"""Likelihood ratios against lme4's anova, the law at the bound, and what is not compared."""

import numpy as np
import pytest
from scipy import stats

from peereval.mixed import compare_models, fit_mixed, fit_repeated
from peereval.mixed.fitted.likelihood_ratio import ComparisonError

from .references import inference, rows_of
from .test_repeated import wide

CASES = inference("likelihood_ratio")
# Fits of both programs are optima; lme4's stops within about 1e-7 of it.
ATOL = 1e-5


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["id"])
def test_statistics_match_lme4(case):
    data = rows_of(case)
    smaller, larger = (
        fit_mixed(case[k], data, reml=case["reml"], df_method="z") for k in ("smaller", "larger")
    )
    test = compare_models(smaller, larger)
    assert test.statistic == pytest.approx(case["statistic"], abs=ATOL)
    assert test.df == case["df"]
    assert test.n == len(data)
    if case["id"] == "fixed_ml":
        assert test.p_value == pytest.approx(case["p_value"], rel=1e-4)
        assert test.method == "likelihood ratio; chi-square with 10 df"
    else:
        # lme4 takes the plain chi-square, which is twice too large with one df.
        below = 0.0 if test.df == 1 else stats.chi2.sf(case["statistic"], test.df - 1)
        assert test.p_value == pytest.approx((case["p_value"] + below) / 2, rel=1e-4)
        assert "even mixture" in test.method


def test_the_law_at_the_bound():
    # A group that does not exist: half of the statistics are zero (Self & Liang 1987).
    rng = np.random.default_rng(2)
    found = []
    for _ in range(150):
        data = wide(int(rng.integers(1e9)), people=16, waves=2)
        fits = [
            fit_mixed(f"y ~ C(wave) + {bars}(1 | person)", data, reml=False, df_method="z")
            for bars in ("", "(1 | group) + ")
        ]
        found.append(compare_models(*fits))
    zero = np.mean([test.statistic < 1e-6 for test in found])
    assert 0.4 < zero < 0.8
    assert np.mean([test.p_value < 0.1 for test in found]) < 0.16
    assert all(test.p_value == 1.0 for test in found if test.statistic == 0.0)


def test_two_more_variances_are_said_to_be_conservative():
    data = rows_of({"data": "peer_groups"})
    smaller = fit_mixed("score ~ C(wave) + (1 | participant)", data, df_method="z")
    larger = fit_mixed(
        "score ~ C(wave) + (1 + wave | group) + (1 | participant)", data, df_method="z"
    )
    test = compare_models(smaller, larger)
    assert test.df == 3
    assert "too large a p as 2 variances" in test.method
    assert test.p_value == pytest.approx(stats.chi2.sf(test.statistic, 3))


def test_a_correlation_alone_is_no_bound():
    data = rows_of({"data": "sleepstudy"})
    fits = [fit_mixed(f"Reaction ~ Days + (Days {bar} Subject)", data) for bar in ("||", "|")]
    test = compare_models(*fits)
    assert (test.df, test.method) == (1, "restricted likelihood ratio; chi-square with 1 df")


def test_structures_over_waves():
    data = wide(3, waves=4)
    fits = {
        kind: fit_repeated(
            "y ~ C(wave)", data, participant="person", wave="wave", covariance=kind, df_method="z"
        )
        for kind in ("cs", "ar1", "us")
    }
    test = compare_models(fits["cs"], fits["us"])
    assert test.df == 8
    assert test.statistic == pytest.approx(
        2 * (fits["us"].log_likelihood - fits["cs"].log_likelihood)
    )
    with pytest.raises(ComparisonError, match="over the waves of the smaller model"):
        compare_models(fits["ar1"], fits["cs"])


def test_coding_of_the_fixed_part_does_not_matter():
    data = rows_of({"data": "peer_groups"})
    bars = "(1 | participant)"
    group = "(1 | group) + (1 | participant)"
    one = compare_models(
        fit_mixed(f"score ~ C(wave) + {bars}", data, df_method="z"),
        fit_mixed(f"score ~ C(wave) + {group}", data, df_method="z"),
    )
    other = compare_models(
        fit_mixed(f"score ~ 0 + C(wave) + {bars}", data, df_method="z"),
        fit_mixed(f"score ~ C(wave) + {group}", data, df_method="z"),
    )
    assert one.statistic == pytest.approx(other.statistic, abs=1e-7)
    assert list(one.tidy().columns) == ["statistic", "df", "p_value", "n", "method"]


def refused():
    data = rows_of({"data": "peer_groups"})

    def fit(formula, rows=data, **options):
        return fit_mixed(formula, rows, **({"df_method": "z"} | options))

    base = fit("score ~ wave + (1 | participant)")
    more = fit("score ~ wave + age + (1 | participant)")
    yield base, more, "Restricted likelihoods of different fixed parts"
    yield more, base, "not a special case"
    yield base, fit("score ~ wave + (1 | participant)", reml=False), "One model is fitted by REML"
    yield base, fit("score ~ wave + (1 | participant)", data.iloc[:-3]), "582 and 579 rows"
    yield base, fit("age ~ wave + (1 | group)"), "'score' and 'age'"
    yield base, base, "equally many parameters"
    yield base, fit("score ~ wave + (1 | group)"), "no Intercept of 'participant'"
    yield base, fit("score ~ wave + (1 | participant)", data[::-1]), "not on the same"
    changed = data.assign(score=data["score"] + (data["wave"] == 2))
    yield base, fit("score ~ wave + (1 | participant)", changed), "not on the same"
    waves = fit_repeated("score ~ wave", data, participant="participant", wave="wave")
    yield base, waves, "A MixedFit and a RepeatedFit"


@pytest.mark.parametrize(("smaller", "larger", "text"), list(refused()))
def test_refusals_say_why(smaller, larger, text):
    with pytest.raises(ComparisonError, match=text):
        compare_models(smaller, larger)
