"""Whatever marks a gap, and whoever carries the labels: the same numbers, or a refusal."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from peereval.errors import StatisticsError, UnmatchedPairsError
from peereval.stats import change_over_measures, cronbach_alpha, paired_change, shift_table
from peereval.stats.basics.numbers import as_floats

ANSWERS = [[1, 2, 1], [2, 2, 3], [3, 4, 3], [4, 4, 4], [2, 3, 2], [3, None, 1]]
FRAME = pd.DataFrame(ANSWERS)
GIVEN = {
    "list": ANSWERS,
    "frame": FRAME,
    "nullable whole numbers": FRAME.astype("Int64"),
    "nullable decimals": FRAME.astype("Float64"),
    "objects": FRAME.astype(object).where(FRAME.notna(), pd.NA),
    "masked": np.ma.masked_invalid(FRAME.to_numpy(float)),
    "decimals": [[None if x is None else Decimal(x) for x in row] for row in ANSWERS],
}


@pytest.mark.parametrize("given", GIVEN.values(), ids=GIVEN)
def test_every_mark_of_a_gap_is_a_gap(given):
    expected = np.array(ANSWERS, float)
    np.testing.assert_array_equal(as_floats(given, "answers"), expected)
    assert cronbach_alpha(given).n == 5


@pytest.mark.parametrize("missing", [None, np.nan, pd.NA])
def test_every_mark_of_a_gap_in_a_vector(missing):
    change = paired_change([19, 22, 25], [23, missing, 29])
    assert (change.n_pairs, change.n_excluded) == (2, 1)


def test_the_input_stays_as_it_was():
    given = np.array([1.0, 2.0])
    as_floats(given, "scores")[0] = 9
    assert given.tolist() == [1.0, 2.0]


def test_rows_of_different_lengths_are_refused():
    with pytest.raises(StatisticsError, match="rows of different lengths"):
        cronbach_alpha([[1, 2], [1]])


@pytest.mark.parametrize("given", [["1", "2"], [1, "2"], [b"1"], [1j], [pd.NaT, 1], [10**400]])
def test_what_is_no_number_is_refused(given):
    with pytest.raises(StatisticsError, match="are not numbers"):
        as_floats(given, "scores")


def test_people_under_other_labels_are_refused_everywhere():
    bands = pd.Series(["low", "high"], index=["ann", "bob"])
    turned = pd.Series(["low", "high"], index=["bob", "ann"])
    with pytest.raises(UnmatchedPairsError, match="row labels"):
        shift_table(bands, turned, ["low", "high"])
    scores = pd.DataFrame([[15.0], [9.0]], index=["ann", "bob"])
    other = scores.set_axis(["bob", "ann"])
    with pytest.raises(UnmatchedPairsError, match="row labels"):
        change_over_measures(scores, other, thresholds=[6], caseness=[10], higher_is="worse")


def test_a_band_missing_in_a_text_column_is_missing():
    bands = pd.Series(["low", None, "high"], dtype="string")
    assert shift_table(bands, ["low", "low", "high"], ["low", "high"]).n_excluded == 1
