"""Fit one mixed model with one Python package, and print the seconds of every call.

    python benchmarks/mixed_once.py PROGRAM MODEL people.npz

A call runs from the data frame to the table of coefficients. Imports, reading and a first fit of
500 people stay outside the time; calls are repeated until they have taken ten seconds together, seven
at most. The first one also asks the system for memory, which the later ones find at hand.
Only the package that is asked for is imported, so that each can live where it is installed.
"""

from __future__ import annotations

import sys
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mixed_people import read

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

LEVEL = "y ~ wave * region + age"
CHANGE = "y ~ wave + age"
BARS = {
    "level": f"{LEVEL} + (1 | pid)",
    "change": f"{CHANGE} + (1 + wave | region) + (1 | group) + (1 | pid)",
}


def ours(model: str) -> Callable[[pd.DataFrame], Any]:
    """Peereval; z where the peers of the table give no degrees of freedom either."""
    from peereval.mixed import fit_mixed, fit_repeated

    if model == "repeated":
        return lambda d: fit_repeated(LEVEL, d, participant="pid", wave="wave").coefficients
    formula = BARS[model.removesuffix("_kr")]
    method = "z" if model == "change" else "kenward-roger"
    return lambda d: fit_mixed(formula, d, df_method=method).coefficients  # type: ignore[arg-type]


def glmm(model: str) -> Callable[[pd.DataFrame], Any]:
    """The Python port of the Rust crate glmm."""
    import glmm as package

    return lambda d: package.fit(d, BARS[model], reml=True)


def mixedlm(model: str) -> Callable[[pd.DataFrame], Any]:
    """The package mixedlm, with the table that its summary makes."""
    import mixedlm as package

    return lambda d: str(package.lmer(BARS[model], d.astype({"pid": str, "group": str})))


def statsmodels(model: str) -> Callable[[pd.DataFrame], Any]:
    """MixedLM of statsmodels; people and groups as variance components of their region."""
    from statsmodels.formula.api import mixedlm as from_formula

    if model == "level":
        return lambda d: from_formula(LEVEL, d, groups="pid").fit().summary()
    parts = {"group": "0 + C(group)", "pid": "0 + C(pid)"}
    return lambda d: (
        from_formula(CHANGE, d, groups="region", re_formula="~wave", vc_formula=parts)
        .fit()
        .summary()
    )


PROGRAMS = {"peereval": ours, "glmm": glmm, "mixedlm": mixedlm, "statsmodels": statsmodels}


def main() -> None:
    """Fit and time."""
    program, model, path = sys.argv[1:]
    warnings.simplefilter("ignore")
    data = read(Path(path))
    fit = PROGRAMS[program](model)
    fit(data[data["pid"] < 500])
    seconds: list[float] = []
    while sum(seconds) < 10.0 and len(seconds) < 7:
        start = time.perf_counter()
        fit(data)
        seconds.append(time.perf_counter() - start)
    print(*seconds)


if __name__ == "__main__":
    main()
