"""The charity's own items."""

import numpy as np
import pytest

from peereval import instruments
from peereval.errors import InstrumentError


def own(**changes):
    options = {
        "id": "belonging",
        "name": "Belonging",
        "n_items": 3,
        "reverse": (2,),
        "response_min": 1,
        "response_max": 5,
        "method": "sum",
        "max_missing": 1,
        "higher_is": "better",
    }
    return instruments.bespoke(**options | changes)


def test_sum_and_mean_with_reversal_and_missing_items():
    people = [[5, 1, 4], [5, 1, np.nan], [5, np.nan, np.nan]]
    # 5 + (6-1) + 4 = 14; (5 + 5) x 3/2 = 15; two missing: none. Means: 14/3, 5, none.
    np.testing.assert_allclose(own().score(people)["total"], [14, 15, np.nan])
    np.testing.assert_allclose(own(method="mean").score(people)["total"], [14 / 3, 5, np.nan])


def test_facts():
    one = own(method="mean")
    assert isinstance(one, instruments.Instrument)
    assert one.score_range() == (1, 5)
    assert own().score_range() == (3, 15)
    assert one.item_range(2) == (1, 5)
    assert one.direction() == "better"
    assert (one.title, one.kind, one.grade) == ("Belonging", "bespoke", "")
    assert not one.is_verified("scoring")
    assert one.key_findings() == []
    assert one.reliable_change is None
    assert one.score([[1, 1, 1]]).columns.tolist() == ["total"]


def test_complete_forms_only_by_default():
    one = instruments.bespoke(
        id="x",
        name="X",
        n_items=1,
        response_min=0.0,
        response_max=10.0,
        method="sum",
        higher_is="worse",
    )
    np.testing.assert_array_equal(one.score([[7], [np.nan]])["total"], [7, np.nan])


@pytest.mark.parametrize("bad", [0, 6, 2.5, np.inf])
def test_impossible_answers_are_refused(bad):
    with pytest.raises(InstrumentError, match=r"Belonging cannot take 1 answer: row 0, item 3"):
        own().score([[5, 1, bad]])


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"reverse": [4]}, "reversed item is not scored"),
        ({"reverse": [1, 1]}, "repeated item"),
        ({"max_missing": 3}, "max_missing too large"),
        ({"max_missing": -1}, "max_missing too large"),
        ({"response_min": 5}, "response range upside down"),
        ({"response_max": 4.5}, "not of whole numbers"),
        ({"response_max": np.inf}, "the response range has no end"),
        ({"response_min": np.nan}, "the response range has no end"),
        ({"n_items": 0}, "there are no items"),
        ({"method": "median"}, "'median' is not one of sum, mean"),
        ({"higher_is": "up"}, "'up' is not one of better, worse"),
    ],
)
def test_contradictions_are_refused(changes, problem):
    with pytest.raises(
        InstrumentError, match=f"items of 'Belonging' cannot be scored: .*{problem}"
    ):
        own(**changes)


def test_no_variants_and_no_bands():
    with pytest.raises(InstrumentError, match="no variant"):
        own().score([[1, 1, 1]], variant="x")
    with pytest.raises(InstrumentError, match="no set of bands"):
        own().score([[1, 1, 1]], band_set="x")
