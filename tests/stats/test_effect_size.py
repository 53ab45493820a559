"""The small-sample correction of effect sizes."""

from __future__ import annotations

import pytest

from peereval.stats.change.effect_size import hedges_correction

from .references import cases


@pytest.mark.parametrize("case", [pytest.param(c, id=c["id"]) for c in cases("paired")])
def test_correction_matches_r(case):
    expected = case["expected"]["hedges_correction_exact"]
    assert hedges_correction(case["expected"]["df"]) == pytest.approx(expected, rel=1e-12)


def test_correction_of_large_samples_is_continuous():
    assert hedges_correction(1e6) == pytest.approx(1 - 0.75 / 1e6, abs=1e-9)
    assert hedges_correction(1e12) == pytest.approx(1.0)
