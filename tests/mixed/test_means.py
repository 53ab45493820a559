"""Means and changes against emmeans, also where a cell is empty, and Holm's adjustment."""

import re
import warnings

import numpy as np
import pandas as pd
import pytest

from peereval.mixed import fit_mixed
from peereval.mixed.fitted.means import NotEstimableWarning
from peereval.mixed.terms.design import DesignError
from peereval.stats.multiplicity import adjust_p

from .references import inference, rows_of

CASES = inference("contrasts")


def emptied(case):
    data = rows_of(case)
    gone = (data["region"] == "R03") & (data["wave"] == 2)
    return data[~gone] if case["empty"] else data


def quietly(call):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotEstimableWarning)
        return call()


def same(found, known, rtol):
    known = np.array(known, dtype=float)
    np.testing.assert_array_equal(np.isnan(found), np.isnan(known))
    np.testing.assert_allclose(found, known, rtol=rtol, atol=1e-8)


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["id"])
def test_means_match_emmeans(case):
    fit = fit_mixed(case["formula"], emptied(case))
    known = case["means"]
    by = "region" if known.get("by") else None
    mine = quietly(lambda: fit.means("wave", by))
    mine = mine.sort_values([by, "wave"] if by else "wave")
    assert [str(v) for v in mine["wave"]] == known["level"]
    same(mine["estimate"], known["estimate"], 1e-7)
    same(mine["std_error"], known["std_error"], 3e-6)
    same(mine["df"], known["df"], 2e-5)


@pytest.mark.parametrize("against", ["each", "first"])
@pytest.mark.parametrize("case", CASES, ids=lambda c: c["id"])
def test_changes_and_holm_within_by_match_emmeans(case, against):
    fit = fit_mixed(case["formula"], emptied(case))
    known = case[against]
    by = "region" if known.get("by") else None
    mine = quietly(lambda: fit.changes("wave", by, against=against, adjust="holm"))
    names = [re.sub(r"\s", "", c).split("-") for c in known["contrast"]]
    places = known["by"] if by else [None] * len(names)
    order = {
        (later, earlier, place): i
        for i, ((later, earlier), place) in enumerate(zip(names, places, strict=True))
    }
    at = [
        order[str(r["level"]), str(r["reference"]), r[by] if by else None]
        for r in mine.to_dict("records")
    ]
    assert sorted(at) == list(range(len(names)))
    same(mine["estimate"], np.array(known["estimate"], dtype=float)[at], 1e-6)
    # emmeans counts what it cannot estimate among the tests; R's p.adjust and ours do not.
    there = mine["p_value"].notna()
    whole = there.groupby(mine[by] if by else 0 * there).transform("all")
    p = np.array(known["p_value"], dtype=float)[at]
    same(mine["p_value"].where(whole), np.where(whole, p, np.nan), 1e-4)


def test_a_mean_that_cannot_be_estimated_is_named():
    case = next(c for c in CASES if c["id"] == "empty_cell")
    fit = fit_mixed(case["formula"], emptied(case))
    assert any("C(wave)[T.2]:region[T.R03]" in note for note in fit.notes)
    with pytest.warns(NotEstimableWarning, match=r"1 of 18 rows .* 2 R03 .*region\[T\.R03\]"):
        means = fit.means("wave", "region")
    lost = means[(means["wave"] == 2) & (means["region"] == "R03")].iloc[0]
    assert lost.drop(["wave", "region"]).isna().all()
    assert means.drop(index=lost.name).notna().all().all()


def test_weights_of_people_leave_an_empty_cell_out():
    # Nobody of R03 at the first wave: it has no weight there, so the others' change stands.
    case = next(c for c in CASES if c["id"] == "full")
    data = rows_of(case)
    data = data[~((data["region"] == "R03") & (data["wave"] == 0))]
    fit = fit_mixed(case["formula"], data)
    overall = fit.changes("wave", weights="people")
    each = quietly(lambda: fit.changes("wave", "region")).dropna()
    people = data[data["wave"] == 0].groupby("region").size()
    for _, row in overall.iterrows():
        pair = each[(each["level"] == row["level"]) & (each["reference"] == row["reference"])]
        pair = pair[pair["region"] != "R03"].set_index("region")["estimate"]
        assert row["estimate"] == pytest.approx(np.average(pair, weights=people[pair.index]))
    with pytest.warns(NotEstimableWarning):
        assert fit.changes("wave").iloc[0][["estimate", "p_value"]].isna().all()


def test_which_columns_are_dropped_changes_no_mean():
    case = next(c for c in CASES if c["id"] == "full")
    data = emptied(case | {"empty": True})
    turned = data.assign(
        region=pd.Categorical(data["region"], sorted(data["region"].unique(), reverse=True))
    )
    there = quietly(lambda: fit_mixed(case["formula"], data).means("wave", "region"))
    back = quietly(lambda: fit_mixed(case["formula"], turned).means("wave", "region"))
    there, back = (t.set_index(["wave", "region"])["estimate"] for t in (there, back))
    back = back.rename(index=str, level="region").reindex(there.index)
    np.testing.assert_allclose(there, back, rtol=1e-8)


def test_holm_is_that_of_the_statistics_and_the_default_is_unadjusted():
    case = next(c for c in CASES if c["id"] == "full")
    fit = fit_mixed(case["formula"], emptied(case))
    plain, holm = fit.changes("wave", "region"), fit.changes("wave", "region", adjust="holm")
    for region, own in plain.groupby("region"):
        expected = adjust_p(own["p_value"].to_numpy(), "holm")
        np.testing.assert_allclose(holm.loc[own.index, "p_value"], expected, rtol=1e-12)
        assert region in set(holm["region"])
    assert plain.drop(columns="p_value").equals(holm.drop(columns="p_value"))


def test_refusals_name_the_choices():
    case = next(c for c in CASES if c["id"] == "full")
    fit = fit_mixed(case["formula"], emptied(case), df_method="z")
    with pytest.raises(DesignError, match="'each' or 'first'"):
        fit.changes("wave", against="last")
    with pytest.raises(DesignError, match="'holm'"):
        fit.changes("wave", adjust="tukey")
    with pytest.raises(DesignError, match="did you mean 'region'"):
        fit.means("wave", "regoin")
