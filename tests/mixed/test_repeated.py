"""fit_repeated against mmrm, and what must hold of any fit."""

import numpy as np
import pandas as pd
import pytest

from peereval.errors import StatisticsError
from peereval.mixed import fit_repeated

from .references import cases, frame, neutral

ESTIMATE, SE, DF, VARIANCE, LOGLIK = 1e-6, 3e-6, 2e-5, 1e-5, 1e-7
METHODS = ("satterthwaite", "kenward-roger", "kenward-roger-linear")
CASES = cases("repeated")


def fits():
    for case in CASES:
        for method in METHODS:
            if method in case["expected"]:
                yield pytest.param(case, method, id=f"{case['id']}-{method}")


def fitted(case, method):
    args = case["args"]
    return fit_repeated(
        args["formula"],
        frame(case),
        participant=args["participant"],
        wave=args["wave"],
        covariance=args["covariance"],
        reml=args["reml"],
        df_method=method,
    )


@pytest.mark.parametrize(("case", "method"), list(fits()))
def test_matches_mmrm(case, method):
    expected, known = case["expected"], case["expected"][method]
    fit = fitted(case, method)
    table = fit.coefficients.set_axis([neutral(t) for t in fit.coefficients.index], axis=0)
    table = table.loc[expected["terms"]]
    assert np.abs((table["estimate"] - known["estimate"]) / known["se"]).max() < ESTIMATE
    np.testing.assert_allclose(table["std_error"], known["se"], rtol=SE)
    np.testing.assert_allclose(table["df"], known["df"], rtol=DF)
    assert fit.log_likelihood == pytest.approx(expected["loglik"], abs=LOGLIK)
    assert fit.n == expected["n"]
    within = np.array(expected["covariance"])
    assert np.abs(fit.covariance.to_numpy() - within).max() < VARIANCE * np.diag(within).max()


def wide(seed, people=40, waves=3):
    """A complete study of a few waves."""
    rng = np.random.default_rng(seed)
    level = rng.normal(0, 2, people)
    scores = 20 + level[:, None] + np.arange(waves) + rng.normal(0, 1, (people, waves))
    person, wave = np.divmod(np.arange(people * waves), waves)
    return pd.DataFrame({"person": person, "wave": wave, "y": scores.ravel(), "group": person % 8})


def test_structures_are_nested_in_each_other():
    data = wide(3, waves=4)
    found = {
        kind: fit_repeated(
            "y ~ C(wave)", data, participant="person", wave="wave", covariance=kind, df_method="z"
        ).log_likelihood
        for kind in ("us", "cs", "csh", "ar1", "ar1h", "toep", "toeph")
    }
    assert found["us"] >= found["toeph"] >= max(found["toep"], found["ar1h"], found["csh"])
    assert found["toep"] >= max(found["ar1"], found["cs"])


def test_categorical_waves_keep_their_order():
    data = wide(4)
    words = pd.Categorical(
        data["wave"].map({0: "start", 1: "end", 2: "after"}), ["start", "end", "after"]
    )
    fit = fit_repeated("y ~ C(w)", data.assign(w=words), participant="person", wave="w")
    assert list(fit.covariance.index) == ["start", "end", "after"]


def refused():
    data = wide(5)
    both = {"participant": "person", "wave": "wave"}
    yield data, "y ~ wave", both | {"covariance": "ar2"}, "covariance is"
    yield data, "y ~ wave", both | {"df_method": "exact"}, "df_method is"
    yield data, "y ~ wave", both | {"reml": False}, "restricted likelihood"
    yield data, "y ~ wave + (1 | group)", both, "stand in `random`"
    yield data, "y ~ wave", both | {"random": "group"}, "not random effects"
    yield data, "y ~ wave", {"participant": "persn", "wave": "wave"}, "did you mean 'person'"
    yield pd.concat([data, data.iloc[:2]]), "y ~ wave", both, "second one of the same person"
    yield data[data["wave"] == 0], "y ~ 1", both, "one wave only"
    moved = data.assign(group=data["person"] % 3)
    moved.loc[moved.index[0], "group"] = (moved["group"].iloc[0] + 1) % 3
    yield moved, "y ~ wave", both | {"random": "(1 | group)"}, "more than one level of 'group'"


@pytest.mark.parametrize(("data", "formula", "options", "text"), list(refused()))
def test_refusals_say_why(data, formula, options, text):
    with pytest.raises(StatisticsError, match=text):
        fit_repeated(formula, data, **options)
