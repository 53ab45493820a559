"""Profile-likelihood intervals against lme4, and against dense matrices at their ends."""

import json
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from peereval.errors import StatisticsError
from peereval.mixed import fit_mixed, fit_repeated

from .draws import study
from .held import lowest
from .references import REFERENCE, frame, neutral

# lme4 reads its ends off a spline through points of the profile. Two of them stand where its own
# minimiser stopped early: by dense matrices (`held.lowest`) the deviance rises by 3.556 and 3.838
# at its ends, by 3.841459 at ours, as it should (3.841459).
SPLINE = 5e-4
EARLY = {"region_slope": ("region", 2e-3), "singular_slope": ("group", 0.1)}
PEOPLE = {"participant": "person", "wave": "wave"}
CASES = json.loads((REFERENCE / "profile.json").read_text(encoding="utf-8"))


def key(name):
    """Group and terms of lme4's name, ``cor_Days.(Intercept)|Subject``."""
    if name == "sigma":
        return ("Residual",)
    terms, group = name.split("_", 1)[1].split("|")
    return group, *sorted(neutral(term) for term in terms.split("."))


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["id"])
def test_intervals_match_lme4(case):
    args, expected = case["args"], case["expected"]
    fit = fit_mixed(args["formula"], frame(case), reml=False, df_method="z")
    table = fit.profile_intervals(ci_level=args["ci_level"])
    rows = {
        (r["group"], *sorted(filter(None, map(neutral, (r["term"], r["other"]))))): r
        for r in table.to_dict("records")
    }
    named = dict(zip(map(key, expected["name"]), range(len(rows)), strict=True))
    for where, row in rows.items():
        if np.isnan(row["estimate"]):
            # lme4 gives the whole range of a correlation that does not exist.
            assert np.isnan([row["conf_low"], row["conf_high"]]).all()
            continue
        for end, known in (("conf_low", "low"), ("conf_high", "high")):
            theirs = expected[known][named[where]]
            if known == "low" and where == (EARLY.get(case["id"], ("",))[0], "Intercept"):
                assert row[end] == pytest.approx(theirs, rel=EARLY[case["id"]][1])
                assert row[end] < theirs
            else:
                assert row[end] == pytest.approx(theirs, rel=SPLINE, abs=1e-8)


def slopes(data):
    return fit_mixed("y ~ wave + age + (1 + wave | group) + (1 | person)", data, df_method="z")


def three_terms(data):
    rng = np.random.default_rng(8)
    slope = data["region"].map(
        dict(zip(data["region"].unique(), rng.normal(0, 2, 12), strict=True))
    )
    data = data.assign(y=data["y"] + slope * data["age"])
    bar = "(1 + wave + age | region)"
    return fit_mixed(f"y ~ wave + age + {bar}", data, reml=False, df_method="z")


def repeated(**options):
    def fitted(data):
        return fit_repeated("y ~ wave + age", data, **PEOPLE, df_method="z", **options)

    return fitted


FITS = {
    "slopes": slopes,
    "three terms": three_terms,
    "us": repeated(),
    "us ML": repeated(reml=False),
    "csh": repeated(covariance="csh"),
    "ar1": repeated(covariance="ar1"),
    "us above": repeated(random="(1 + wave | group)"),
    "ar1 above": repeated(covariance="ar1", random="(1 | group)"),
    "by sex": repeated(covariance="csh", covariance_by="sex"),
    "crossed": repeated(covariance="csh", random="(1 | facilitator)"),
}


def fitted(name):
    data = study(3)
    if name == "three terms":
        data = study(5, regions=12, groups=1, people=4, lost=0.0, waves=2)
    if name == "us above":
        data = study(6, waves=2)
    return FITS[name](data.assign(sex=data["person"] % 2))


@pytest.mark.parametrize("name", FITS)
def test_the_deviance_at_an_end_is_the_quantile_above_the_lowest(name):
    fit = fitted(name)
    best = lowest(fit)
    assert -2 * fit.log_likelihood == pytest.approx(best, abs=1e-5)
    table = fit.profile_intervals(ci_level=0.9)
    assert (table["conf_low"] <= table["estimate"]).all()
    assert (table["estimate"] <= table["conf_high"]).all()
    assert (table["conf_low"] < table["conf_high"]).all()
    for row in table.to_dict("records"):
        low, high = (0.0, np.inf) if row["other"] is None else (-1.0, 1.0)
        for end in (row["conf_low"], row["conf_high"]):
            if end in (low, high):
                assert lowest(fit, row, end) < best + stats.chi2.ppf(0.9, 1)
            else:
                expected = best + stats.chi2.ppf(0.9, 1)
                assert lowest(fit, row, end) == pytest.approx(expected, abs=1e-5)


def test_a_higher_level_is_a_wider_interval():
    fit = fitted("slopes")
    tables = [fit.profile_intervals(ci_level=level) for level in (0.5, 0.8, 0.95)]
    for narrow, wide in pairwise(tables):
        pd.testing.assert_series_equal(narrow["estimate"], wide["estimate"])
        bounds = wide["conf_low"].isin([0.0, -1.0]), wide["conf_high"] == 1.0
        assert ((wide["conf_low"] < narrow["conf_low"]) | bounds[0]).all()
        assert ((wide["conf_high"] > narrow["conf_high"]) | bounds[1]).all()


def test_a_correlation_with_a_variance_of_zero_does_not_exist():
    data = study(1, lost=0.0)
    # Groups have no more in common than chance at the first wave.
    data["y"] -= data.groupby(["group", "wave"])["y"].transform("mean") - data["wave"]
    fit = fit_mixed("y ~ wave + (1 + wave | group) + (1 | person)", data, df_method="z")
    table = fit.profile_intervals().set_index(["group", "term", "other"])
    for term in ("Intercept", "wave"):
        row = table.loc[("group", term, None)]
        assert row["estimate"] == pytest.approx(0.0, abs=1e-9)
        assert row["conf_low"] == 0.0
        assert 0.0 < row["conf_high"] < 2.0
    assert table.loc[("group", "Intercept", "wave")].isna().all()


@pytest.mark.parametrize("level", [0.0, 1.0, 95, -0.5])
def test_a_level_is_a_number_between_0_and_1(level):
    fit = fitted("ar1")
    with pytest.raises(StatisticsError, match=rf"ci_level is {level}. Expected: a number between"):
        fit.profile_intervals(ci_level=level)


def test_structures_name_one_row_for_each_parameter():
    rows = {"us": 6, "cs": 2, "csh": 4, "ar1": 2, "ar1h": 4, "toep": 3, "toeph": 5}
    for kind, n in rows.items():
        fit = repeated(covariance=kind)(study(3))
        table = fit.profile_intervals()
        assert len(table) == n == fit.n_parameters
        sds = np.sqrt(np.diag(fit.covariance))
        for row in table.to_dict("records"):
            i = fit.covariance.index.get_loc(row["term"])
            known = sds[i]
            if row["other"] is not None:
                j = fit.covariance.index.get_loc(row["other"])
                known = fit.covariance.iloc[i, j] / (sds[i] * sds[j])
            assert row["estimate"] == pytest.approx(known)
            assert row["conf_low"] < known < row["conf_high"]
