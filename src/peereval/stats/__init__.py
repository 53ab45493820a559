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
    from peereval.stats.caseness import Caseness
    from peereval.stats.homogeneity import MarginalHomogeneity, marginal_homogeneity
    from peereval.stats.individual_result import IndividualChange
    from peereval.stats.individuals import individual_change
    from peereval.stats.likert import LikertChange, likert_change
    from peereval.stats.mcnemar_test import McNemar, mcnemar
    from peereval.stats.multiplicity import FamilyStanding, FamilyTest, adjust_p, assess_families
    from peereval.stats.paired import PairedChange, mean_change, paired_change
    from peereval.stats.paired_proportions import paired_proportion_difference, tango_interval
    from peereval.stats.proportions import wilson_interval
    from peereval.stats.several_measures import RecoveryRates, change_over_measures
    from peereval.stats.shifts import ShiftTable, shift_table
    from peereval.stats.threshold_change import change_by_threshold
    from peereval.stats.verdict import (
        SmallestChange,
        Verdict,
        VerdictCode,
        reach_verdict,
        smallest_change_that_matters,
    )

__all__ = [
    "Caseness",
    "FamilyStanding",
    "FamilyTest",
    "IndividualChange",
    "LikertChange",
    "MarginalHomogeneity",
    "McNemar",
    "PairedChange",
    "RecoveryRates",
    "ShiftTable",
    "SmallestChange",
    "Verdict",
    "VerdictCode",
    "adjust_p",
    "assess_families",
    "change_by_threshold",
    "change_over_measures",
    "individual_change",
    "likert_change",
    "marginal_homogeneity",
    "mcnemar",
    "mean_change",
    "paired_change",
    "paired_proportion_difference",
    "reach_verdict",
    "shift_table",
    "smallest_change_that_matters",
    "tango_interval",
    "wilson_interval",
]

_HOME = {
    "Caseness": "caseness",
    "FamilyStanding": "multiplicity",
    "FamilyTest": "multiplicity",
    "IndividualChange": "individual_result",
    "LikertChange": "likert",
    "MarginalHomogeneity": "homogeneity",
    "McNemar": "mcnemar_test",
    "PairedChange": "paired",
    "RecoveryRates": "several_measures",
    "ShiftTable": "shifts",
    "SmallestChange": "verdict",
    "Verdict": "verdict",
    "VerdictCode": "verdict",
    "adjust_p": "multiplicity",
    "assess_families": "multiplicity",
    "change_by_threshold": "threshold_change",
    "change_over_measures": "several_measures",
    "individual_change": "individuals",
    "likert_change": "likert",
    "marginal_homogeneity": "homogeneity",
    "mcnemar": "mcnemar_test",
    "mean_change": "paired",
    "paired_change": "paired",
    "paired_proportion_difference": "paired_proportions",
    "reach_verdict": "verdict",
    "shift_table": "shifts",
    "smallest_change_that_matters": "verdict",
    "tango_interval": "paired_proportions",
    "wilson_interval": "proportions",
}


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    raise AttributeError(f"module '{__name__}' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
