"""Leaving one unit out at a time against fitting again without its rows."""

import numpy as np
import pytest

from peereval.errors import StatisticsError
from peereval.mixed import fit_mixed, fit_repeated

from .draws import study

PEOPLE = {"participant": "person", "wave": "wave"}
# Of a standard error: two searches for the same optimum.
ESTIMATE = 1e-5


def mixed(formula):
    return lambda data: fit_mixed(formula, data, df_method="satterthwaite")


def repeated(formula, **options):
    return lambda data: fit_repeated(formula, data, **PEOPLE, df_method="satterthwaite", **options)


FITS = {
    "people": (mixed("y ~ wave + age + (1 | person)"), "person"),
    "people by group": (mixed("y ~ wave + age + (1 | person)"), "group"),
    "two levels": (mixed("y ~ wave + age + (1 | group) + (1 | person)"), "group"),
    "three levels": (
        mixed("y ~ wave + age + (1 | region) + (1 | group) + (1 | person)"),
        "region",
    ),
    "slopes": (
        mixed("y ~ wave + (1 + wave | region) + (0 + wave | group) + (1 | person)"),
        "region",
    ),
    "repeated": (repeated("y ~ C(wave) + age"), "group"),
    "repeated above": (repeated("y ~ C(wave) + age", random="(1 + wave | group)"), "region"),
    "repeated above by group": (
        repeated("y ~ C(wave) + age", covariance="csh", random="(1 | group)"),
        "group",
    ),
    "two above": (
        repeated("y ~ C(wave) + age", covariance="ar1", random="(1 | region) + (1 | group)"),
        "region",
    ),
    "by sex": (repeated("y ~ C(wave) + age", covariance="csh", covariance_by="sex"), "group"),
}


def drawn():
    data = study(2, regions=5)
    return data.assign(sex=data["person"] // 20 % 2)


@pytest.mark.parametrize("name", FITS)
def test_each_row_is_a_fit_without_the_unit(name):
    fitted, by = FITS[name]
    data = drawn().sample(frac=1, random_state=3)
    fit = fitted(data)
    table = fit.influence(by)
    assert table.index.tolist() == sorted(data[by].unique())
    assert table["n_left_out"].tolist() == data.groupby(by).size().tolist()
    beta, se = fit.coefficients["estimate"], fit.coefficients["std_error"]
    back = np.linalg.inv(fit.fixed.triangle)
    covariance = back @ fit._inference.covariance @ back.T
    for unit in table.index[:8]:
        again = fitted(data[data[by] != unit]).coefficients["estimate"]
        moved = table.loc[unit, beta.index]
        assert (np.abs(moved - again) / se).max() < ESTIMATE
        change = (again - beta).to_numpy()
        distance = change @ np.linalg.solve(covariance, change) / len(beta)
        assert table.loc[unit, "cooks_distance"] == pytest.approx(distance, rel=1e-4, abs=1e-9)


REGIONS = {
    "mixed": mixed("y ~ wave * region + age + (1 | group) + (1 | person)"),
    "repeated": repeated("y ~ wave * region + age", random="(1 + wave | group)"),
    "alone": repeated("y ~ wave * region + age", covariance="csh"),
}


@pytest.mark.parametrize("name", REGIONS)
def test_what_only_a_region_can_tell_is_unknown_without_it(name):
    data, fitted = drawn(), REGIONS[name]
    fit = fitted(data)
    table = fit.influence("region")
    se = fit.coefficients["std_error"]
    for region in table.index:
        again = fitted(data[data["region"] != region]).coefficients["estimate"]
        known = table.loc[region].drop(["n_left_out", "cooks_distance"])
        if region == "R0":
            # All others are differences from the first region.
            assert known.dropna().index.tolist() == ["age"]
        else:
            own = known.index.str.contains(f"T.{region}]", regex=False)
            assert own.sum() == 2
            assert known.isna().tolist() == own.tolist()
        left = known.dropna().index
        assert (np.abs(known[left] - again[left]) / se[left]).max() < ESTIMATE
        # The others' changes are there whichever region is the reference.
        assert 0 < table.loc[region, "cooks_distance"] < np.inf


def test_a_region_with_all_else_to_itself_moves_nothing_but_the_shared():
    # Without a coefficient or a variance in common, nothing of the others moves.
    data = drawn()
    fit = fit_repeated(
        "y ~ C(wave) * region",
        data,
        **PEOPLE,
        covariance="ar1",
        covariance_by="region",
        df_method="z",
    )
    table = fit.influence("region").drop(columns=["n_left_out", "cooks_distance"])
    beta = fit.coefficients["estimate"]
    for region in table.index[1:]:
        known = table.loc[region].dropna()
        assert len(known) == len(beta) - 3
        np.testing.assert_allclose(known, beta[known.index], atol=1e-6)


def test_more_units_than_are_done_at_once():
    data = study(4, regions=55, groups=1, people=2, lost=0.1)
    fitted = mixed("y ~ wave + age + (1 | group) + (1 | person)")
    table = fitted(data).influence("group")
    assert len(table) == 55
    for unit in (0, 49, 50, 54):
        again = fitted(data[data["group"] != unit]).coefficients["estimate"]
        np.testing.assert_allclose(table.loc[unit, again.index], again, atol=1e-6)


def test_an_outlying_group_stands_out():
    data = drawn()
    data.loc[data["group"] == 3, "y"] += 15 * data["wave"]
    table = mixed("y ~ wave + (1 | person)")(data).influence("group")
    assert table["cooks_distance"].idxmax() == 3
    assert table["wave"].idxmin() == 3


def test_influence_changes_nothing():
    data = drawn()
    copy, fit = data.copy(), mixed("y ~ wave + (1 | person)")(data)
    before = fit.coefficients.copy()
    fit.influence("region")
    assert data.equals(copy)
    assert fit.coefficients.equals(before)


def refused():
    yield "people", "regoin", "There is no column 'regoin'; did you mean 'region'"
    yield "people", "one", "'one' has one level"
    yield "people", "wave", "levels of 'person' lie in several clusters of 'wave'"
    yield "repeated above", "person", "levels of 'group' lie in several clusters of 'person'"
    yield "repeated", "late", "'late' is missing in 3 rows"


@pytest.mark.parametrize(("name", "by", "text"), list(refused()))
def test_refusals_say_why(name, by, text):
    data = drawn().assign(one="a")
    data["late"] = data["group"].mask(np.arange(len(data)) < 3)
    with pytest.raises(StatisticsError, match=text):
        FITS[name][0](data).influence(by)


def test_crossed_factors_are_refused():
    fit = mixed("y ~ wave + (1 | facilitator) + (1 | person)")(drawn())
    with pytest.raises(
        StatisticsError, match=r"Grouping factors cross.*fit again without its rows"
    ):
        fit.influence("region")
