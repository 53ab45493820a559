"""Order statistics of Walsh averages, by counting and written out."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from peereval.stats.change.walsh import _by_counting, _written_out, smallest_walsh_averages

tenths = st.integers(-300, 300).map(lambda k: k / 10)
values_and_place = st.lists(tenths, min_size=1, max_size=60).flatmap(
    lambda x: st.tuples(st.just(np.array(x)), st.integers(1, len(x) * (len(x) + 1) // 2))
)


@given(values_and_place)
def test_counting_finds_what_writing_out_finds(case):
    values, k = case
    halves = np.sort(values) / 2
    assert _by_counting(halves, k) == pytest.approx(
        _written_out(halves, [k])[0], rel=1e-12, abs=1e-13
    )


@given(values_and_place)
def test_counting_is_exact_on_whole_scores(case):
    values, k = case
    halves = np.sort(np.rint(values)) / 2
    assert _by_counting(halves, k) == _written_out(halves, [k])[0]


@given(values_and_place, st.sampled_from([1e-290, 1e290]))
def test_any_scale(case, scale):
    values, k = case
    halves = np.sort(values) * scale / 2
    expected = pytest.approx(_written_out(halves, [k])[0], rel=1e-9, abs=1e-13 * scale)
    assert _by_counting(halves, k) == expected


def test_the_middle_one_is_the_median_of_all():
    change = np.array([3.0, -1.0, 4.0, 1.5])
    sums = [(a + b) / 2 for i, a in enumerate(change) for b in change[i:]]
    assert smallest_walsh_averages(change, (1, 5, 10)) == [sorted(sums)[k] for k in (0, 4, 9)]


def test_many_people_in_little_memory():
    change = np.random.default_rng(5).normal(3, 2, 5000)
    places = (300, 6_251_250, 12_502_000)
    tracemalloc.start()
    found = smallest_walsh_averages(change, places)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5e6
    assert found == pytest.approx(_written_out(np.sort(change) / 2, places), rel=1e-12)
