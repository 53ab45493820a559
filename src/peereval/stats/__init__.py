"""Statistics of change: arrays in, frozen results out.

`change` holds the statistics of complete pairs, `individuals` those of single people, `categories`
those of bands and answers, `measurement` says how well was measured, `unpaired` compares surveys in
which people were matched in part or not at all, `planning` says how many people it takes, and `basics`
is what these share. Beside them stand the verdict, the allowance for many tests, and pooling.

Public names are imported when first used, so that `import peereval.stats` costs almost nothing.

>>> from peereval.stats import paired_change
>>> paired_change([19, 22, 25, 18], [23, 22, 29, 20]).get("mean_change").value
2.5
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from peereval.stats.basics.paired_proportions import (
        paired_proportion_difference,
        tango_interval,
    )
    from peereval.stats.basics.proportions import wilson_interval
    from peereval.stats.categories.homogeneity import MarginalHomogeneity, marginal_homogeneity
    from peereval.stats.categories.likert import LikertChange, likert_change
    from peereval.stats.categories.mcnemar import McNemar, mcnemar
    from peereval.stats.categories.shifts import ShiftTable, shift_table
    from peereval.stats.change.bayes_factor import bayes_factors
    from peereval.stats.change.bootstrap import bootstrap_effects
    from peereval.stats.change.mean import mean_change
    from peereval.stats.change.paired import paired_change
    from peereval.stats.change.paired_result import PairedChange
    from peereval.stats.individuals.by_reliability import individual_change
    from peereval.stats.individuals.by_threshold import change_by_threshold
    from peereval.stats.individuals.caseness import Caseness
    from peereval.stats.individuals.individual_result import IndividualChange
    from peereval.stats.individuals.several_measures import RecoveryRates, change_over_measures
    from peereval.stats.measurement.item_analysis import ItemAnalysis, analyse_items
    from peereval.stats.measurement.measurement_error import (
        smallest_detectable_change,
        standard_error_of_measurement,
    )
    from peereval.stats.measurement.omega import OmegaTotal, omega_total
    from peereval.stats.measurement.reliability import (
        Reliability,
        cronbach_alpha,
        standardised_alpha,
    )
    from peereval.stats.measurement.response_style import ResponseStyle, response_style_of
    from peereval.stats.measurement.scale_ends import percent_at_ends
    from peereval.stats.multiplicity import FamilyStanding, FamilyTest, adjust_p, assess_families
    from peereval.stats.planning.clusters import Clusters, cluster_design_effect, n_to_invite
    from peereval.stats.planning.power import paired_power
    from peereval.stats.planning.power_of_equivalence import equivalence_power
    from peereval.stats.pooling import PooledEstimate, pool
    from peereval.stats.unpaired.overlap import OverlapComparison, compare_overlapping
    from peereval.stats.unpaired.unmatched import WaveComparison, compare_waves
    from peereval.stats.verdict import (
        SmallestChange,
        Verdict,
        VerdictCode,
        reach_verdict,
        smallest_change_that_matters,
    )

__all__ = [
    "Caseness",
    "Clusters",
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
    "bayes_factors",
    "bootstrap_effects",
    "change_by_threshold",
    "change_over_measures",
    "cluster_design_effect",
    "compare_overlapping",
    "compare_waves",
    "cronbach_alpha",
    "equivalence_power",
    "individual_change",
    "likert_change",
    "marginal_homogeneity",
    "mcnemar",
    "mean_change",
    "n_to_invite",
    "omega_total",
    "paired_change",
    "paired_power",
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
    "Caseness": "individuals.caseness",
    "Clusters": "planning.clusters",
    "FamilyStanding": "multiplicity",
    "FamilyTest": "multiplicity",
    "IndividualChange": "individuals.individual_result",
    "ItemAnalysis": "measurement.item_analysis",
    "LikertChange": "categories.likert",
    "MarginalHomogeneity": "categories.homogeneity",
    "McNemar": "categories.mcnemar",
    "OmegaTotal": "measurement.omega",
    "OverlapComparison": "unpaired.overlap",
    "PairedChange": "change.paired_result",
    "PooledEstimate": "pooling",
    "RecoveryRates": "individuals.several_measures",
    "Reliability": "measurement.reliability",
    "ResponseStyle": "measurement.response_style",
    "ShiftTable": "categories.shifts",
    "SmallestChange": "verdict",
    "Verdict": "verdict",
    "VerdictCode": "verdict",
    "WaveComparison": "unpaired.unmatched",
    "adjust_p": "multiplicity",
    "analyse_items": "measurement.item_analysis",
    "assess_families": "multiplicity",
    "bayes_factors": "change.bayes_factor",
    "bootstrap_effects": "change.bootstrap",
    "change_by_threshold": "individuals.by_threshold",
    "change_over_measures": "individuals.several_measures",
    "cluster_design_effect": "planning.clusters",
    "compare_overlapping": "unpaired.overlap",
    "compare_waves": "unpaired.unmatched",
    "cronbach_alpha": "measurement.reliability",
    "equivalence_power": "planning.power_of_equivalence",
    "individual_change": "individuals.by_reliability",
    "likert_change": "categories.likert",
    "marginal_homogeneity": "categories.homogeneity",
    "mcnemar": "categories.mcnemar",
    "mean_change": "change.mean",
    "n_to_invite": "planning.clusters",
    "omega_total": "measurement.omega",
    "paired_change": "change.paired",
    "paired_power": "planning.power",
    "paired_proportion_difference": "basics.paired_proportions",
    "percent_at_ends": "measurement.scale_ends",
    "pool": "pooling",
    "reach_verdict": "verdict",
    "response_style_of": "measurement.response_style",
    "shift_table": "categories.shifts",
    "smallest_change_that_matters": "verdict",
    "smallest_detectable_change": "measurement.measurement_error",
    "standard_error_of_measurement": "measurement.measurement_error",
    "standardised_alpha": "measurement.reliability",
    "tango_interval": "basics.paired_proportions",
    "wilson_interval": "basics.proportions",
}


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    raise AttributeError(f"module '{__name__}' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
