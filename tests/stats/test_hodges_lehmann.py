"""The median of Walsh averages, by counting and written out."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from peereval.stats.hodges_lehmann import _median_by_counting, _median_of_all, hodges_lehmann

tenths = st.integers(-300, 300).map(lambda k: k / 10)


@given(st.lists(tenths, min_size=1, max_size=60))
def test_counting_finds_what_writing_out_finds(values):
    halves = np.sort(np.array(values)) / 2
    expected = _median_of_all(halves)
    assert _median_by_counting(halves) == pytest.approx(expected, rel=1e-12, abs=1e-13)


@given(st.lists(st.integers(-9, 9), min_size=1, max_size=60))
def test_counting_is_exact_on_whole_scores(values):
    halves = np.sort(np.array(values, float)) / 2
    assert _median_by_counting(halves) == _median_of_all(halves)


@given(st.lists(tenths, min_size=1, max_size=60), st.sampled_from([1e-290, 1e290]))
def test_any_scale(values, scale):
    halves = np.sort(np.array(values)) * scale / 2
    expected = pytest.approx(_median_of_all(halves), rel=1e-9, abs=1e-13 * scale)
    assert _median_by_counting(halves) == expected


def test_many_people_in_little_memory():
    change = np.random.default_rng(5).normal(3, 2, 5000)
    tracemalloc.start()
    value = hodges_lehmann(change).value
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5e6
    assert value == pytest.approx(_median_of_all(np.sort(change) / 2), rel=1e-12)


def test_symmetric_changes_have_their_centre():
    assert hodges_lehmann(np.array([1.0, 2.0, 3.0, 4.0, 5.0])).value == 3


def test_nobody():
    assert hodges_lehmann(np.array([])).reason == "no_pairs"
