"""The mixed model against lme4, and against the paired analysis where both must agree."""

import json
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peereval.mixed.random_intercept import NotFittedError, _converged, _covariance, fit_cell_means
from peereval.stats import paired_change

REFERENCE = Path(__file__).parents[1] / "reference"
# Two optimisers stop near the same maximum, not at the same digit.
RTOL = 1e-5

scores = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=4, max_size=12
).filter(lambda pairs: len({after - before for before, after in pairs}) > 1)


def two_waves(pairs):
    """Scores, people and cells of people who all have both waves."""
    score = np.array(pairs, dtype=float).ravel()
    return score, np.repeat(np.arange(len(pairs)), 2), np.tile([0, 1], len(pairs))


CHANGE = np.array([-1.0, 1.0])


def test_the_engine_agrees_with_lme4():
    cases = json.loads((REFERENCE / "mixed.json").read_text("utf-8"))
    case = next(c for c in cases if c["id"] == "peer_groups_participant")
    assert case["args"]["formula"] == "score ~ C(wave) * region + age + (1 | participant)"
    frame = pd.read_csv(REFERENCE / "data" / "peer_groups.csv").dropna(subset=["score"])
    expected = case["expected"]
    # One column per cell and one for age, so that the model is the same in other coordinates.
    cells = (frame["region"] + "|" + frame["wave"].astype(str)).to_numpy()
    labels = np.unique(cells)
    design = np.column_stack([(cells[:, None] == labels).astype(float), frame["age"]])
    person = pd.factorize(frame["participant"])[0]
    fitted = _converged(frame["score"].to_numpy(float), design, person)
    value = dict(zip([*labels, "age"], fitted.fe_params, strict=True))
    lme4 = dict(zip(expected["terms"], expected["estimate"], strict=True))
    error = dict(zip(expected["terms"], expected["se"], strict=True))
    assert len(frame) == expected["n"]
    assert value["age"] == pytest.approx(lme4["age"], rel=RTOL)
    assert value["R01|0"] == pytest.approx(lme4["Intercept"], rel=RTOL)
    assert value["R01|2"] - value["R01|0"] == pytest.approx(lme4["wave[2]"], rel=RTOL)
    change = (value["R04|2"] - value["R04|0"]) - (value["R01|2"] - value["R01|0"])
    assert change == pytest.approx(lme4["region[R04]:wave[2]"], rel=RTOL)
    weights = np.zeros(len(labels) + 1)
    weights[np.flatnonzero(labels == "R01|2")] = 1
    weights[np.flatnonzero(labels == "R01|0")] = -1
    person_variance = float(np.asarray(fitted.cov_re).squeeze())
    covariance = _covariance(design, person, between=person_variance, within=fitted.scale)
    assert np.sqrt(weights @ covariance @ weights) == pytest.approx(error["wave[2]"], rel=RTOL)
    assert np.sqrt(fitted.scale) == pytest.approx(expected["sigma"], rel=RTOL)
    variances = {v["group"]: v["vcov"] for v in expected["variance_components"]}
    assert person_variance == pytest.approx(variances["participant"], rel=RTOL)


@settings(max_examples=25, deadline=None)
@given(scores)
def test_with_both_waves_the_change_is_the_mean_change(pairs):
    try:
        fit = fit_cell_means(*two_waves(pairs))
    except NotFittedError as err:
        assert err.reason in ("no_variance", "no_convergence")  # noqa: PT017
        return
    value, _ = fit.contrast(CHANGE)
    before, after = np.array(pairs, dtype=float).T
    assert value == pytest.approx((after - before).mean(), abs=1e-8)


def test_balanced_waves_give_the_paired_standard_error():
    rng = np.random.default_rng(5)
    before = rng.normal(20, 5, 40)
    after = before + rng.normal(2, 3, 40)
    fit = fit_cell_means(*two_waves(np.column_stack([before, after])))
    value, error = fit.contrast(CHANGE)
    paired = paired_change(before, after).get("mean_change")
    assert value == pytest.approx(paired.value, rel=1e-9)
    assert value / error == pytest.approx(paired.statistic, rel=RTOL)
    assert (fit.n_people, fit.n_rows) == (40, 80)


def test_the_wald_test_of_one_contrast_is_the_square_of_z():
    rng = np.random.default_rng(6)
    pairs = np.column_stack([rng.normal(20, 5, 30), rng.normal(22, 5, 30)])
    fit = fit_cell_means(*two_waves(pairs))
    value, error = fit.contrast(CHANGE)
    statistic, df = fit.wald(CHANGE[None, :])
    assert df == 1
    assert statistic == pytest.approx((value / error) ** 2)
    # A contrast that is said twice is one contrast.
    assert fit.wald(np.array([CHANGE, -2 * CHANGE])) == pytest.approx((statistic, 1))


def test_adding_five_and_naming_people_otherwise_changes_nothing():
    rng = np.random.default_rng(7)
    score, person, cell = two_waves(np.column_stack([rng.normal(20, 5, 30), rng.normal(22, 5, 30)]))
    # People lost after the first wave: the answers no longer balance.
    keep = np.ones(score.size, dtype=bool)
    keep[[1, 7, 13, 21]] = False
    plain = fit_cell_means(score[keep], person[keep], cell[keep]).contrast(CHANGE)
    other = fit_cell_means(score[keep] + 5, 900 - person[keep], cell[keep]).contrast(CHANGE)
    assert other == pytest.approx(plain, rel=1e-5)


def test_input_stays_as_it_is():
    given_ = two_waves([(1, 3), (4, 5), (2, 6), (7, 7)])
    copies = [array.copy() for array in given_]
    fit_cell_means(*given_)
    for array, copy in zip(given_, copies, strict=True):
        np.testing.assert_array_equal(array, copy)


@pytest.mark.parametrize(
    ("pairs", "reason"),
    [
        ([(1, 2), (3, 4)], "too_few_rows"),
        ([(5, 5)] * 6, "no_variance"),
        ([(4, 6)] * 6, "no_variance"),
        ([(1, 4), (5, 8), (9, 12), (2, 5), (7, 10)], "no_variance"),
    ],
)
def test_data_without_enough_in_them_are_refused(pairs, reason):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(NotFittedError, match=reason) as refused:
            fit_cell_means(*two_waves(pairs))
    assert refused.value.reason == reason


def test_one_wave_per_person_is_refused():
    score = np.array([3.0, 5.0, 4.0, 6.0, 8.0])
    with pytest.raises(NotFittedError, match="too_few_rows"):
        fit_cell_means(score, np.arange(5), np.array([0, 1, 0, 1, 0]))


def test_no_rows_at_all():
    nobody = np.array([], dtype=int)
    with pytest.raises(NotFittedError, match="too_few_rows"):
        fit_cell_means(np.array([]), nobody, nobody)
