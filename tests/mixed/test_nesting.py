"""Nested, crossed and nearly nested factors are told apart."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from peereval.errors import StatisticsError
from peereval.mixed import fit_mixed, fit_repeated
from peereval.mixed.terms.nesting import nesting

from .references import rows_of


def crossing(strays, people=100, waves=2):
    """People of two regions; some answered the second time in the other region."""
    inner = np.tile(np.arange(people), waves)
    outer = inner % 2
    outer[people : people + strays] = 1 - outer[people : people + strays]
    return inner, outer


@pytest.mark.parametrize(
    ("strays", "relation"),
    [(0, "nested"), (1, "nearly nested"), (5, "nearly nested"), (6, "crossed"), (100, "crossed")],
)
def test_one_in_twenty_is_an_error_and_more_is_a_design(strays, relation):
    found = nesting(*crossing(strays))
    assert found.relation == relation
    assert found.strays.tolist() == list(range(strays))
    assert all(home.tolist() == [0, 1] for home in found.homes)


@pytest.mark.parametrize(
    ("people", "most"), [(3, 0), (4, 1), (7, 1), (8, 2), (12, 2), (40, 2), (60, 3), (100, 5)]
)
def test_few_are_two_or_one_in_twenty_but_never_more_than_a_quarter(people, most):
    relations = [nesting(*crossing(strays, people)).relation for strays in range(1, people + 1)]
    assert relations == ["nearly nested"] * most + ["crossed"] * (people - most)


def attended(*, moved):
    """People who came to both groups of their region; some once to a group of another region."""
    rng = np.random.default_rng(9)
    person, wave = np.divmod(np.arange(120), 4)
    region = person % 3
    region[4 * np.arange(moved)] = (region[4 * np.arange(moved)] + 1) % 3
    group = 2 * region + (person // 3 + wave) % 2
    names = np.array(["North", "East", "South"])
    y = rng.normal(0, 1, 30)[person] + rng.normal(0, 1, 6)[group] + rng.normal(0, 1, 120)
    return pd.DataFrame(
        {"person": person, "wave": wave, "group": group, "region": names[region], "y": y}
    )


BETWEEN = "y ~ wave + (1 | person) + (1 | group) + (1 | region)"


def test_a_slip_between_factors_with_another_between_them_is_refused():
    # People and groups cross, groups are nested in regions, and so are people but for two.
    fit = fit_mixed(BETWEEN, attended(moved=0), df_method="z")
    assert list(fit.random_effects) == ["person", "group", "region"]
    with pytest.raises(StatisticsError, match=r"2 of 30 levels of 'person' .* of 'region': '0' in"):
        fit_mixed(BETWEEN, attended(moved=2))
    with pytest.raises(StatisticsError, match=r"2 of 30 levels of 'person' .* of 'region': '0' in"):
        fit_repeated(
            "y ~ wave",
            attended(moved=2),
            participant="person",
            wave="wave",
            covariance="cs",
            random="(1 | group) + (1 | region)",
        )
    assert fit_mixed(BETWEEN, attended(moved=9), df_method="z").n == 120


def test_the_same_division_under_two_names():
    inner = np.array([0, 0, 1, 2])
    assert nesting(inner, np.array([2, 2, 0, 1])).relation == "same"
    assert nesting(inner, np.array([0, 0, 1, 1])).relation == "nested"
    assert nesting(inner, np.array([0, 1, 2, 2])).relation == "crossed"


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3)), min_size=1, max_size=40))
def test_agrees_with_counting(pairs):
    inner = np.unique([i for i, _ in pairs], return_inverse=True)[1]
    outer = np.unique([o for _, o in pairs], return_inverse=True)[1]
    found = nesting(inner, outer)
    homes = {i: sorted(set(outer[inner == i].tolist())) for i in set(inner.tolist())}
    several = {i: h for i, h in homes.items() if len(h) > 1}
    assert dict(zip(found.strays.tolist(), map(list, found.homes), strict=True)) == several
    assert (found.relation in ("nested", "same")) is not bool(several)


def test_names_are_few_and_the_rest_is_counted():
    found = nesting(*crossing(5))
    people = np.array([f"p{i:02}" for i in range(100)])
    assert found.describe(people, np.array(["North", "South"])) == (
        "'p00' in 'North' and 'South'; 'p01' in 'North' and 'South'; "
        "'p02' in 'North' and 'South'; and 2 more"
    )


def test_a_person_whose_region_changes_is_named_with_both():
    data = rows_of({"data": "two_regions"})
    moved = data.index[data["participant"] == "P0003"][-1]
    data.loc[moved, "region"] = "R02" if data.loc[moved, "region"] == "R01" else "R01"
    formula = "score ~ wave + (1 | region) + (1 | participant)"
    with pytest.raises(StatisticsError, match="'P0003' in 'R01' and 'R02'"):
        fit_mixed(formula, data)
    # As a column of the fixed part a region may change, as in lme4.
    assert fit_mixed("score ~ wave + region + (1 | participant)", data).n == len(data)


def test_two_names_for_the_same_units_are_refused():
    data = rows_of({"data": "two_regions"})
    data["code"] = data["participant"].str.lower()
    with pytest.raises(StatisticsError, match="divide the rows alike"):
        fit_mixed("score ~ wave + (1 | participant) + (1 | code)", data)


def frame():
    rng = np.random.default_rng(6)
    return pd.DataFrame(
        {
            "person": np.repeat(np.arange(20), 2),
            "wave": np.tile([0, 1], 20),
            "x": rng.normal(size=40),
            "y": rng.normal(20, 3, 40),
        }
    )


def faults():
    data = frame()
    infinite = data.assign(x=data["x"].where(data.index > 1, np.inf))
    yield "y ~ x + (1 | person)", infinite, "'x' is infinite or not a number in 2 of 40 rows"
    yield "y ~ wave + (1 + x || person)", infinite, "'x' is infinite or not a number"
    yield "y ~ np.log(x) + (1 | person)", data, r"'np.log\(x\)' is infinite or not a number"
    yield "y ~ wave + (1 | person)", data.assign(y=data["y"] > 20), "'y' is true or false"
    words = pd.Categorical(np.where(data["y"] > 20, "high", "low"))
    yield "y ~ wave + (1 | person)", data.assign(y=words), "not numeric: it is categorical"
    numbers = pd.Categorical(data["y"].round())
    yield "y ~ wave + (1 | person)", data.assign(y=numbers), "not numeric: it is categorical"
    text = data["y"].round().astype(str)
    yield "y ~ wave + (1 | person)", data.assign(y=text), "not numeric: it is string"
    days = pd.Timestamp("2024-01-01") + pd.to_timedelta(data["wave"], "D")
    yield "y ~ x + (1 | person)", data.assign(y=days), "not numeric: it is datetime"
    endless = data.assign(y=data["y"].where(data.index > 2, -np.inf))
    yield "y ~ wave + (1 | person)", endless, "'y' has infinite values in 3 rows"
    yield "y ~ wave + (1 | person) + (1 | person)", data, "'person' has the random effect 'Interc"
    yield "y ~ wave + (1 | person) + (0 + x + 1 | person)", data, "'Intercept' twice"
    empty = data.assign(x=np.nan)
    yield "y ~ x + (1 | person)", empty, "None of the 40 rows .* missing are 'x' in 40 rows"
    yield "y ~ x + (1 | person)", data.iloc[:0], "None of the 0 rows"
    yield "y ~ wave + (1 | person)", data.assign(y=4.0), "the same in all 40 rows"
    yield "y ~ C(x) + (1 | wave)", data, "40 rows are not enough for 40 fixed effects"


@pytest.mark.parametrize(("formula", "data", "text"), list(faults()))
def test_each_fault_has_its_own_words(formula, data, text):
    with np.errstate(invalid="ignore"), pytest.raises(StatisticsError, match=text):
        fit_mixed(formula, data)


def test_two_bars_of_one_factor_without_a_common_term_are_fine():
    data = rows_of({"data": "sleepstudy"})
    one = fit_mixed("Reaction ~ Days + (Days || Subject)", data)
    two = fit_mixed("Reaction ~ Days + (1 | Subject) + (0 + Days | Subject)", data)
    assert one.log_likelihood == pytest.approx(two.log_likelihood, abs=1e-8)


def test_categories_nobody_has_are_forgotten():
    data = rows_of({"data": "two_regions"})
    plain = fit_mixed("score ~ C(wave) + region + (1 | participant)", data)
    spare = pd.Categorical(data["region"], ["R00", "R01", "R02", "R09"])
    odd = fit_mixed("score ~ C(wave) + region + (1 | participant)", data.assign(region=spare))
    assert odd.notes == plain.notes == ()
    pd.testing.assert_frame_equal(odd.coefficients, plain.coefficients)
    assert odd.means("region")["region"].tolist() == ["R01", "R02"]


def test_rows_without_a_wave_are_left_out_and_counted():
    data = frame()
    waves = pd.Categorical.from_codes(np.where(data.index < 3, -1, data["wave"]), ["pre", "post"])
    fit = fit_repeated("y ~ C(w)", data.assign(w=waves), participant="person", wave="w")
    assert (fit.n, fit.n_excluded) == (37, 3)
    assert list(fit.covariance.index) == ["pre", "post"]


def test_a_dropped_column_is_named_and_its_test_refused():
    data = rows_of({"data": "two_regions"})
    data["north"] = (data["region"] == "R02").astype(float)
    fit = fit_mixed("score ~ wave + region + north + (1 | participant)", data)
    assert fit.notes == ("Left out because they follow from other terms: north.",)
    with pytest.raises(StatisticsError, match="No column of the term 'north'"):
        fit.f_test("north")
