"""What must hold for every questionnaire, whatever people answer."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peereval import instruments

SCORED = [i for i in instruments.list_instruments() if i.kind == "scored"]
FORMS = [(i, None) for i in SCORED] + [(i, v.id) for i in SCORED for v in i.variants if v.has_key]
ROUNDING = 1e-9


def limits(one, variant=None):
    ranges = [one.item_range(n, variant=variant) for n in range(1, one.n_items + 1)]
    low, high = np.array(ranges, dtype=float).T
    return low, high


def answers(one, variant, seed, missing):
    """Forty people's answers, a share of them missing."""
    rng = np.random.default_rng(seed)
    low, high = limits(one, variant)
    table = rng.integers(low, high, size=(40, one.n_items), endpoint=True).astype(float)
    table[rng.random(table.shape) < missing] = np.nan
    return table


forms = st.sampled_from(FORMS)
seeds = st.integers(0, 2**32 - 1)
shares = st.sampled_from([0.0, 0.05, 0.3, 0.9])


@settings(max_examples=150, deadline=None)
@given(form=forms, seed=seeds, missing=shares)
def test_scores_stay_in_their_range(form, seed, missing):
    one, variant = form
    frame = one.score(answers(one, variant, seed, missing), variant=variant)
    for scale in one.key(variant).scales:
        score = frame[scale.name].dropna()
        low, high = one.score_range(None if scale.name == "total" else scale.name, variant=variant)
        assert score.between(low - ROUNDING, high + ROUNDING).all()


@settings(max_examples=60, deadline=None)
@given(form=forms, seed=seeds, missing=shares)
def test_people_do_not_affect_each_other(form, seed, missing):
    one, variant = form
    table = pd.DataFrame(answers(one, variant, seed, missing))
    order = np.random.default_rng(seed).permutation(len(table))
    there = one.score(table, variant=variant).iloc[order]
    back = one.score(table.iloc[order], variant=variant)
    pd.testing.assert_frame_equal(there, back)


@settings(max_examples=60, deadline=None)
@given(form=forms, seed=seeds)
def test_reversing_twice_is_nothing(form, seed):
    one, variant = form
    table = answers(one, variant, seed, 0.1)
    key_form = one.key(variant).form
    twice = key_form.turn_round(key_form.turn_round(table, key_form.numbers), key_form.numbers)
    np.testing.assert_array_equal(twice, table)


@settings(max_examples=60, deadline=None)
@given(form=forms, seed=seeds, missing=shares)
def test_counts_account_for_everybody(form, seed, missing):
    one, variant = form
    table = answers(one, variant, seed, missing)
    before = table.copy()
    scores = one.score_detail(table, variant=variant)
    np.testing.assert_array_equal(table, before)
    for scale in one.key(variant).scales:
        has_score = scores.frame[scale.name].notna()
        complete = ~np.isnan(table[:, [i - 1 for i in scale.items]]).any(axis=1)
        assert scores.n_unscored[scale.name] == (~has_score).sum()
        assert scores.n_prorated[scale.name] == (has_score & ~complete).sum()
        assert has_score[complete].all()
        assert scores.n_empty[scale.name] <= scores.n_unscored[scale.name]


@settings(max_examples=60, deadline=None)
@given(form=forms, seed=seeds)
def test_a_band_holds_its_score(form, seed):
    one, variant = form
    frame = one.score(answers(one, variant, seed, 0.0), variant=variant)
    total = one.key(variant).total
    if total is None or not total.bands:
        assert "band" not in frame
        return
    bands = {b.label: b for b in total.bands_of(None)}
    for score, label in zip(frame["total"], frame["band"], strict=True):
        if isinstance(label, str):
            assert score >= bands[label].low - ROUNDING


@pytest.mark.parametrize("form", FORMS, ids=lambda f: f"{f[0].id}-{f[1]}")
def test_best_and_worst_forms_reach_the_ends_of_the_range(form):
    """Reversed items at the other end: the raw points are all lowest, or all highest."""
    one, variant = form
    key = one.key(variant)
    low, high = limits(one, variant)
    reverse = np.isin(key.form.numbers, key.form.reverse)
    ends = np.array([np.where(reverse, high, low), np.where(reverse, low, high)])
    frame = one.score(ends, variant=variant)
    for scale in key.scales:
        if scale.method != "count":
            reached = sorted(frame[scale.name])
            np.testing.assert_allclose(reached, [scale.score_min, scale.score_max], atol=ROUNDING)


@settings(max_examples=60, deadline=None)
@given(form=forms, seed=seeds)
def test_turning_all_answers_round_mirrors_sums_and_means(form, seed):
    """For additive methods, score(min + max - x) = score_min + score_max - score(x)."""
    one, variant = form
    low, high = limits(one, variant)
    table = answers(one, variant, seed, 0.1)
    there = one.score(table, variant=variant)
    back = one.score(low + high - table, variant=variant)
    for scale in one.key(variant).scales:
        if scale.method in {"sum", "mean", "linear_sum", "linear_mean"}:
            mirrored = scale.score_min + scale.score_max - there[scale.name]
            np.testing.assert_allclose(back[scale.name], mirrored, atol=ROUNDING)
