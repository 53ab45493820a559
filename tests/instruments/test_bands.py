"""Which band a score belongs to."""

import numpy as np
import pandas as pd
import pytest

from peereval import instruments
from peereval.errors import InstrumentError
from peereval.instruments.scale import Band
from peereval.instruments.score import band_labels

BANDS = (
    Band(band_set="", label="low", low=0, high=4),
    Band(band_set="", label="high", low=5, high=9),
)


def test_between_two_bands_the_lower_one():
    labels = band_labels(np.array([0, 4, 4.6, 5, 9, np.nan, -1]), BANDS)
    assert list(labels.astype(object)[:5]) == ["low", "low", "low", "high", "high"]
    assert list(labels.isna()) == [False] * 5 + [True, True]
    assert labels.ordered


def test_rounding_does_not_lower_a_band():
    # A score of 5 that came out a hair below it is still in the upper band.
    labels = band_labels(np.array([5 - 1e-12, 5 - 1e-6]), BANDS)
    assert list(labels) == ["high", "low"]


def test_prorated_score_between_bands():
    # PHQ-9: eight items answered, (2 + 2) x 9/8 = 4.5 lies between 0-4 and 5-9.
    frame = instruments.get("phq9").score([[2, 2, 0, 0, 0, 0, 0, 0, np.nan]])
    assert frame.loc[0, "total"] == 4.5
    assert frame.loc[0, "band"] == "minimal or none"


def test_first_set_in_the_file_is_the_default():
    k10 = instruments.get("k10")
    person = [[2] * 10]
    assert k10.score(person).loc[0, "band"] == "moderate"
    assert k10.score(person, band_set="abs").loc[0, "band"] == "moderate"
    assert k10.score(person, band_set="crufad").loc[0, "band"] == "likely mild disorder"


def test_unknown_band_set_names_the_nearest():
    with pytest.raises(InstrumentError, match="did you mean 'crufad'"):
        instruments.get("k10").score([[1] * 10], band_set="crufads")
    with pytest.raises(InstrumentError, match="there are none"):
        instruments.get("gse").score([[1] * 10], band_set="standard")


def test_subscales_have_bands_of_their_own():
    # Anxiety items of the HADS at 2 each: 14; depression 0.
    hads = instruments.get("hads")
    anxiety = next(s for s in hads.subscales if s.name == "anxiety").items
    frame = hads.score([[2 if i in anxiety else 0 for i in range(1, 15)]])
    assert frame.loc[0, ["anxiety", "depression"]].tolist() == [14, 0]
    assert set(frame.columns) >= {"anxiety_band", "depression_band"}
    assert isinstance(frame["anxiety_band"].dtype, pd.CategoricalDtype)


def test_no_score_no_band():
    frame = instruments.get("phq9").score([[np.nan] * 9, [1] * 9])
    assert frame["band"].isna().tolist() == [True, False]


def test_every_band_of_every_instrument_is_found_at_both_its_ends():
    for one in instruments.list_instruments():
        if one.kind != "scored":
            continue
        for scale in one.standard.scales:
            for name in scale.band_sets:
                bands = scale.bands_of(name)
                ends = np.array([[b.low, b.high] for b in bands], dtype=float)
                labels = [b.label for b in bands]
                assert list(band_labels(ends[:, 0], bands)) == labels
                assert list(band_labels(ends[:, 1], bands)) == labels
