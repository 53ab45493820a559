"""Statistics of change: arrays in, frozen results out.

Public names are imported when first used, so that `import peereval.stats` costs almost nothing.

>>> from peereval.stats import paired_change
>>> paired_change([19, 22, 25, 18], [23, 22, 29, 20]).get("mean_change").value
2.5
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from peereval.stats.bayes_factor import bayes_factors
    from peereval.stats.bootstrap import bootstrap_effects
    from peereval.stats.mean import mean_change
    from peereval.stats.multiplicity import FamilyStanding, FamilyTest, adjust_p, assess_families
    from peereval.stats.paired import paired_change
    from peereval.stats.paired_result import PairedChange
    from peereval.stats.verdict import (
        SmallestChange,
        Verdict,
        VerdictCode,
        reach_verdict,
        smallest_change_that_matters,
    )

__all__ = [
    "FamilyStanding",
    "FamilyTest",
    "PairedChange",
    "SmallestChange",
    "Verdict",
    "VerdictCode",
    "adjust_p",
    "assess_families",
    "bayes_factors",
    "bootstrap_effects",
    "mean_change",
    "paired_change",
    "reach_verdict",
    "smallest_change_that_matters",
]

_HOME = {
    "FamilyStanding": "multiplicity",
    "FamilyTest": "multiplicity",
    "PairedChange": "paired_result",
    "SmallestChange": "verdict",
    "Verdict": "verdict",
    "VerdictCode": "verdict",
    "adjust_p": "multiplicity",
    "assess_families": "multiplicity",
    "bayes_factors": "bayes_factor",
    "bootstrap_effects": "bootstrap",
    "mean_change": "mean",
    "paired_change": "paired",
    "reach_verdict": "verdict",
    "smallest_change_that_matters": "verdict",
}


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    raise AttributeError(f"module '{__name__}' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
