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
    from peereval.stats.item_analysis import ItemAnalysis, analyse_items
    from peereval.stats.likert import LikertChange, likert_change
    from peereval.stats.mcnemar_test import McNemar, mcnemar
    from peereval.stats.measurement_error import (
        smallest_detectable_change,
        standard_error_of_measurement,
    )
    from peereval.stats.multiplicity import FamilyStanding, FamilyTest, adjust_p, assess_families
    from peereval.stats.omega import OmegaTotal, omega_total
    from peereval.stats.overlap import OverlapComparison, compare_overlapping
    from peereval.stats.paired import PairedChange, mean_change, paired_change
    from peereval.stats.paired_proportions import paired_proportion_difference, tango_interval
    from peereval.stats.pooling import PooledEstimate, pool
    from peereval.stats.proportions import wilson_interval
    from peereval.stats.reliability import Reliability, cronbach_alpha, standardised_alpha
    from peereval.stats.response_style import ResponseStyle, response_style_of
    from peereval.stats.scale_ends import percent_at_ends
    from peereval.stats.several_measures import RecoveryRates, change_over_measures
    from peereval.stats.shifts import ShiftTable, shift_table
    from peereval.stats.threshold_change import change_by_threshold
    from peereval.stats.unmatched import WaveComparison, compare_waves
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
    "ItemAnalysis",
    "LikertChange",
    "MarginalHomogeneity",
    "McNemar",
    "OmegaTotal",
    "OverlapComparison",
    "PairedChange",
    "PooledEstimate",
    "RecoveryRates",
    "Reliability",
    "ResponseStyle",
    "ShiftTable",
    "SmallestChange",
    "Verdict",
    "VerdictCode",
    "WaveComparison",
    "adjust_p",
    "analyse_items",
    "assess_families",
    "change_by_threshold",
    "change_over_measures",
    "compare_overlapping",
    "compare_waves",
    "cronbach_alpha",
    "individual_change",
    "likert_change",
    "marginal_homogeneity",
    "mcnemar",
    "mean_change",
    "omega_total",
    "paired_change",
    "paired_proportion_difference",
    "percent_at_ends",
    "pool",
    "reach_verdict",
    "response_style_of",
    "shift_table",
    "smallest_change_that_matters",
    "smallest_detectable_change",
    "standard_error_of_measurement",
    "standardised_alpha",
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
    "ItemAnalysis": "item_analysis",
    "OmegaTotal": "omega",
    "OverlapComparison": "overlap",
    "PooledEstimate": "pooling",
    "Reliability": "reliability",
    "ResponseStyle": "response_style",
    "SmallestChange": "verdict",
    "Verdict": "verdict",
    "VerdictCode": "verdict",
    "WaveComparison": "unmatched",
    "adjust_p": "multiplicity",
    "analyse_items": "item_analysis",
    "assess_families": "multiplicity",
    "change_by_threshold": "threshold_change",
    "change_over_measures": "several_measures",
    "individual_change": "individuals",
    "likert_change": "likert",
    "marginal_homogeneity": "homogeneity",
    "mcnemar": "mcnemar_test",
    "compare_overlapping": "overlap",
    "compare_waves": "unmatched",
    "cronbach_alpha": "reliability",
    "mean_change": "paired",
    "omega_total": "omega",
    "paired_change": "paired",
    "paired_proportion_difference": "paired_proportions",
    "reach_verdict": "verdict",
    "shift_table": "shifts",
    "smallest_change_that_matters": "verdict",
    "tango_interval": "paired_proportions",
    "wilson_interval": "proportions",
    "percent_at_ends": "scale_ends",
    "pool": "pooling",
    "response_style_of": "response_style",
    "smallest_detectable_change": "measurement_error",
    "standard_error_of_measurement": "measurement_error",
    "standardised_alpha": "reliability",
}


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    raise AttributeError(f"module '{__name__}' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
