"""The mixed model in the ledger: everybody, each region, and between regions."""

import math

import numpy as np
import pytest
from scipy import stats as st

from .studies import one


def test_everybody_is_the_regions_weighted_by_people_at_the_first_wave(people, evaluated):
    frame = people(30, regions=("North", "North", "South"))
    # Some people are lost: the weights are those of the first wave all the same.
    lost = frame["id"].isin(["P000", "P003", "P004", "P008"]) & (frame["wave"] == "after")
    found = evaluated(frame[~lost])
    north, south = (
        one(found, "mean_change", "mixed", group=f"region={r}") for r in ("North", "South")
    )
    everybody = one(found, "mean_change", "mixed")
    assert everybody.value == pytest.approx((20 * north.value + 10 * south.value) / 30)
    assert (everybody.n, everybody.n_excluded) == (30, 0)
    # People without a second wave count in the model and not in the pairs.
    assert one(found, "mean_change").n == 26
    assert "regions weighted by people at the first wave" in everybody.method


def test_two_regions_have_a_difference_and_its_square_is_the_test(people, evaluated):
    found = evaluated(people(30))
    row = one(found, "region_difference", "mixed")
    north, south = (
        one(found, "mean_change", "mixed", group=f"region={r}") for r in ("North", "South")
    )
    assert row.value == pytest.approx(south.value - north.value)
    error = (row.ci_high - row.ci_low) / 2 / st.t.ppf(0.975, row.df)
    assert row.statistic_value == pytest.approx((row.value / error) ** 2)
    assert row.df_num == 1
    # 15 complete pairs a region: the two-sample t test of the changes.
    assert row.df == pytest.approx(28)


def test_three_regions_have_a_test_and_no_single_difference(people, evaluated):
    frame = people(30, regions=("N", "S", "W"))
    row = one(evaluated(frame), "region_difference", "mixed")
    assert math.isnan(row.value)
    # Complete pairs: the analysis of variance of the changes.
    wide = frame.pivot_table(index=["region", "id"], columns="wave", values="mood")
    change = wide["after"] - wide["before"]
    expected = st.f_oneway(*(part for _, part in change.groupby("region")))
    assert (row.df_num, row.df) == (2, pytest.approx(27))
    assert row.statistic_value == pytest.approx(expected.statistic)
    assert row.p_value == pytest.approx(expected.pvalue)


def test_one_region_has_nothing_to_compare_with(people, evaluated):
    found = evaluated(people(30, regions=("North",)))
    assert not found.rows.where(statistic="region_difference")
    both = [one(found, "mean_change", "mixed", group=g).value for g in found.facts.groups]
    assert both[0] == pytest.approx(both[1])


def test_a_region_without_people_at_one_wave_leaves_the_others_alone(people, evaluated):
    frame = people(36, regions=("A", "B", "C"))
    whole = evaluated(frame[frame["region"] != "A"])
    for wave in ("before", "after"):
        found = evaluated(frame[(frame["region"] != "A") | (frame["wave"] == wave)])
        assert one(found, "mean_change", "mixed", group="region=A").reason
        assert one(found, "region_difference", "mixed").df_num == 1
        for group in ("region=B", "region=C"):
            row, alone = (one(f, "mean_change", "mixed", group=group) for f in (found, whole))
            # A's scores help to estimate the variance of their wave, and nothing else.
            assert row.value == pytest.approx(alone.value, rel=1e-6)
        assert one(found, "mean_change", "mixed").n_excluded == 12


def test_random_regions_are_drawn_towards_the_change_of_all(people, evaluated):
    frame = people(144, regions=[f"R{i:02d}" for i in range(12)])
    found = evaluated(frame)
    everyone = one(found, "mean_change", "mixed")
    assert everyone.method.endswith("the change of an average region")
    assert "(1 + wave | region)" in everyone.method
    wide = frame.pivot_table(index=["region", "id"], columns="wave", values="mood")
    raw = (wide["after"] - wide["before"]).groupby("region").mean() - everyone.value
    drawn = np.array(
        [one(found, "mean_change", "mixed", group=f"region={r}").value for r in raw.index]
    )
    assert np.all(np.abs(drawn - everyone.value) <= np.abs(raw) + 1e-9)
    test = one(found, "region_difference", "mixed")
    # Regions are fixed for their test: complete pairs give the analysis of variance.
    expected = st.f_oneway(
        *(part for _, part in (wide["after"] - wide["before"]).groupby("region"))
    )
    assert (test.df_num, test.df) == (11, pytest.approx(132))
    assert test.statistic_value == pytest.approx(expected.statistic)


def test_what_is_asked_of_the_model_for_a_random_region(people, evaluated, monkeypatch):
    import pandas as pd

    from peereval.mixed.fitted.repeated_fit import RepeatedFit

    asked = []

    def level_estimates(fit, group, *, fixed, random):
        asked.append((group, fixed.tolist(), random.tolist()))
        row = {"estimate": 1.0, "std_error": 0.5, "df": 8.0}
        return pd.DataFrame([{**row, "estimate": float(i)} for i in range(12)], index=range(12))

    monkeypatch.setattr(RepeatedFit, "level_estimates", level_estimates, raising=False)
    found = evaluated(people(144, regions=[f"R{i:02d}" for i in range(12)]))
    assert set(map(str, asked)) == {str(("region", [0.0, 1.0], [0.0, 1.0]))}
    assert len(asked) == 1
    row = one(found, "mean_change", "mixed", group="region=R07")
    assert (row.value, row.df, row.n) == (7.0, 8.0, 12)
    assert row.ci_high == pytest.approx(7 + 0.5 * st.t.ppf(0.975, 8))
    assert row.method.endswith("drawn towards the change of all regions")
