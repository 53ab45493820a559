"""What a mixed model must equal where a formula is known, and what must leave it as it is."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from peereval.mixed import fit_mixed, fit_repeated

from .references import cases, frame

PEOPLE = {"participant": "person", "wave": "wave"}
score = st.integers(0, 40)
pairs = st.lists(st.tuples(score, score), min_size=4, max_size=15).map(np.array)
one_way = st.tuples(st.integers(3, 8), st.integers(2, 5)).flatmap(
    lambda shape: st.lists(
        st.lists(score, min_size=shape[1], max_size=shape[1]), min_size=shape[0], max_size=shape[0]
    ).map(np.array)
)


def long(table):
    """One row per person and wave, of a table with a row per person."""
    person, wave = np.divmod(np.arange(table.size), table.shape[1])
    return pd.DataFrame({"person": person, "wave": wave, "y": table.ravel().astype(float)})


def mean_squares(table):
    """Between and within the rows of a table."""
    rows = table.mean(axis=1)
    within = ((table - rows[:, None]) ** 2).sum() / (table.size - len(table))
    return table.shape[1] * rows.var(ddof=1), within


def assert_paired_t(row, change):
    """That a coefficient is the mean change with the paired t test's error, df and p."""
    assert row["estimate"] == pytest.approx(change.mean(), abs=1e-8)
    assert row["std_error"] == pytest.approx(stats.sem(change), rel=1e-6)
    assert row["df"] == pytest.approx(len(change) - 1, rel=1e-5)
    assert row["p_value"] == pytest.approx(stats.ttest_1samp(change, 0.0).pvalue, rel=1e-4)


@settings(max_examples=50, deadline=None)
@given(pairs, st.sampled_from(["kenward-roger", "satterthwaite"]))
def test_two_complete_waves_with_a_person_intercept_are_the_paired_t_test(table, method):
    change, total = table[:, 1] - table[:, 0], table.sum(axis=1)
    # The person's variance is positive where sums vary more than changes.
    assume(0 < 1.1 * change.var() < total.var())
    fit = fit_mixed("y ~ wave + (1 | person)", long(table), df_method=method)
    assert not fit.singular
    assert_paired_t(fit.coefficients.loc["wave"], change)


@settings(max_examples=50, deadline=None)
@given(pairs, st.sampled_from(["kenward-roger-linear", "satterthwaite"]))
def test_two_complete_waves_unstructured_are_the_paired_t_test(table, method):
    covariance = np.cov(table.T)
    assume(np.linalg.det(covariance) > 1e-3 * np.prod(np.diag(covariance)) > 0)
    fit = fit_repeated("y ~ C(wave)", long(table), **PEOPLE, df_method=method)
    np.testing.assert_allclose(fit.covariance, covariance, rtol=1e-6, atol=1e-6)
    assert_paired_t(fit.coefficients.loc["C(wave)[T.1]"], table[:, 1] - table[:, 0])
    assert_paired_t(fit.changes("wave").iloc[0], table[:, 1] - table[:, 0])


@settings(max_examples=50, deadline=None)
@given(one_way)
def test_balanced_one_way_data_are_the_anova_estimator(table):
    between, within = mean_squares(table)
    assume(within > 0 and between > 1.05 * within)
    fit = fit_mixed("y ~ 1 + (1 | person)", long(table))
    variances = fit.variance_components.set_index("group")["covariance"]
    assert variances["Residual"] == pytest.approx(within, rel=1e-6)
    assert variances["person"] == pytest.approx((between - within) / table.shape[1], rel=1e-5)
    row = fit.coefficients.loc["Intercept"]
    assert row["estimate"] == pytest.approx(table.mean())
    assert row["std_error"] == pytest.approx((between / table.size) ** 0.5, rel=1e-6)
    assert row["df"] == pytest.approx(len(table) - 1, rel=1e-5)


@settings(max_examples=50, deadline=None)
@given(one_way)
def test_groups_that_differ_less_than_chance_have_no_variance(table):
    between, within = mean_squares(table)
    assume(0.95 * within > between)
    fit = fit_mixed("y ~ 1 + (1 | person)", long(table))
    variances = fit.variance_components.set_index("group")["covariance"]
    assert fit.singular
    assert variances["person"] == pytest.approx(0.0, abs=1e-8 * within)
    assert variances["Residual"] == pytest.approx(table.var(ddof=1), rel=1e-6)
    row = fit.coefficients.loc["Intercept"]
    assert row["std_error"] == pytest.approx(stats.sem(table.ravel()), rel=1e-6)
    # Kenward-Roger counts the variance of zero: the df stay those of the groups.
    assert row["df"] == pytest.approx(len(table) - 1, rel=1e-5)


def drawn(seed, *, waves, person_sd, lost):
    """People whose later waves are lost with a probability."""
    rng = np.random.default_rng(seed)
    table = 20 + rng.normal(0, person_sd, 30)[:, None] + rng.normal(0, 1, (30, waves))
    data = long(table).assign(age=np.repeat(rng.integers(18, 75, 30), waves))
    return data[(data["wave"] == 0) | (rng.random(len(data)) >= lost)]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 5), st.sampled_from([0.0, 0.3]), st.booleans())
def test_compound_symmetry_is_a_person_intercept(seed, waves, lost, reml):
    data = drawn(seed, waves=waves, person_sd=1.5, lost=lost)
    options = {"reml": reml, "df_method": "satterthwaite"}
    cs = fit_repeated("y ~ C(wave) + age", data, **PEOPLE, covariance="cs", **options)
    mixed = fit_mixed("y ~ C(wave) + age + (1 | person)", data, **options)
    assume(not mixed.singular)
    assert cs.log_likelihood == pytest.approx(mixed.log_likelihood, abs=1e-8)
    variances = mixed.variance_components.set_index("group")["covariance"]
    within = variances["person"] + variances["Residual"] * np.eye(waves)
    np.testing.assert_allclose(cs.covariance, within, rtol=1e-5)
    for column in ("estimate", "std_error", "df"):
        np.testing.assert_allclose(cs.coefficients[column], mixed.coefficients[column], rtol=1e-5)


def test_compound_symmetry_goes_below_zero_where_a_variance_cannot():
    data = drawn(1, waves=3, person_sd=0.0, lost=0.2)
    # What one wave adds is taken from the others.
    data["y"] -= 0.7 * data.groupby("person")["y"].transform("mean")
    cs = fit_repeated("y ~ C(wave)", data, **PEOPLE, covariance="cs", df_method="z")
    mixed = fit_mixed("y ~ C(wave) + (1 | person)", data, df_method="z")
    assert mixed.singular
    assert cs.covariance.iloc[0, 1] < 0
    assert cs.log_likelihood > mixed.log_likelihood + 1


def mixed(data):
    return fit_mixed(
        "score ~ C(wave) * region + (1 | group) + (1 | participant)",
        data,
        df_method="kenward-roger",
    )


def repeated(data):
    return fit_repeated(
        "score ~ C(wave) * region",
        data,
        participant="participant",
        wave="wave",
        random="(1 | group)",
        df_method="kenward-roger",
    )


@pytest.mark.parametrize("fitted", [mixed, repeated])
@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 1000), shift=st.floats(-1e4, 1e4), scale=st.floats(0.01, 100))
def test_order_names_shift_and_scale_change_nothing(fitted, seed, shift, scale):
    case = next(c for c in cases("mixed") if c["id"] == "two_regions")
    data = frame(case)
    moved = data.sample(frac=1, random_state=seed).assign(
        score=lambda d: scale * d["score"] + shift,
        participant=lambda d: "p" + d["participant"].str[::-1],
        group=lambda d: "g" + d["group"].str[::-1],
    )
    plain, other = fitted(data), fitted(moved)
    before, after = plain.coefficients, other.coefficients
    expected = scale * before["estimate"] + shift * (before.index == "Intercept")
    assert (np.abs(after["estimate"] - expected) / after["std_error"]).max() < 1e-6
    np.testing.assert_allclose(after["std_error"], scale * before["std_error"], rtol=1e-5)
    np.testing.assert_allclose(after["df"], before["df"], rtol=1e-4)
    # The density of the restricted outcomes is that of n - p scaled values.
    moved_by = (len(data) - len(before)) * np.log(scale)
    assert other.log_likelihood == pytest.approx(plain.log_likelihood - moved_by, abs=1e-6)
    assert other.residual_sd == pytest.approx(scale * plain.residual_sd, rel=1e-5)
