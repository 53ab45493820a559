"""The mixed model in the ledger: everybody, each region, and between regions."""

import math

import pytest

from .studies import one, verdict


def test_complete_pairs_give_the_paired_change(people, evaluated):
    found = evaluated(people(30))
    for group in found.facts.groups:
        mixed = one(found, "mean_change", "mixed", group=group)
        assert mixed.value == pytest.approx(one(found, "mean_change", group=group).value)


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


def test_intervals_are_of_the_normal_distribution(people, evaluated):
    row = one(evaluated(people(30)), "mean_change", "mixed")
    error = row.value / row.statistic_value
    assert row.ci_high - row.value == pytest.approx(1.959963985 * error)
    assert row.df == math.inf
    assert "Wald z" in row.method


def test_two_regions_have_a_difference_and_its_square_is_the_test(people, evaluated):
    found = evaluated(people(30))
    row = one(found, "region_difference", "mixed")
    north, south = (
        one(found, "mean_change", "mixed", group=f"region={r}") for r in ("North", "South")
    )
    assert row.value == pytest.approx(south.value - north.value)
    error = (row.ci_high - row.ci_low) / 2 / 1.959963985
    assert row.statistic_value == pytest.approx((row.value / error) ** 2)
    assert row.df_num == 1


def test_three_regions_have_a_test_and_no_single_difference(people, evaluated):
    row = one(evaluated(people(30, regions=("N", "S", "W"))), "region_difference", "mixed")
    assert math.isnan(row.value)
    assert row.df_num == 2
    assert 0 < row.p_value < 1


def test_one_region_has_nothing_to_compare_with(people, evaluated):
    found = evaluated(people(30, regions=("North",)))
    assert not found.rows.where(statistic="region_difference")
    both = [one(found, "mean_change", "mixed", group=g).value for g in found.facts.groups]
    assert both[0] == pytest.approx(both[1])


def test_the_verdict_rests_on_the_paired_analysis_until_the_model_has_small_sample_tests(
    people, evaluated
):
    found = evaluated(people(30))
    assert verdict(found).method == "paired t interval (main analysis)"
