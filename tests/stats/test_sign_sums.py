"""The distribution of a sum over all choices of sign."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from peereval.stats.change.sign_sums import positive_sum_distribution


@given(st.lists(st.integers(0, 9), max_size=9))
def test_is_that_of_all_choices_written_out(sizes):
    sums = [
        sum(s for s, up in zip(sizes, signs, strict=True) if up)
        for signs in itertools.product((False, True), repeat=len(sizes))
    ]
    expected = np.bincount(sums, minlength=sum(sizes) + 1) / 2 ** len(sizes)
    assert positive_sum_distribution(np.array(sizes, int)).tolist() == expected.tolist()


def test_many_sizes_add_up_to_one():
    probability = positive_sum_distribution(np.full(2000, 3))
    assert probability.sum() == pytest.approx(1)
    assert probability[1::3].sum() == probability[2::3].sum() == 0
