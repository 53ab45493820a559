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
    from peereval.stats.clusters import Clusters, cluster_design_effect, n_to_invite
    from peereval.stats.multiplicity import FamilyStanding, FamilyTest, adjust_p, assess_families
    from peereval.stats.paired import PairedChange, mean_change, paired_change
    from peereval.stats.power import paired_power
    from peereval.stats.power_of_equivalence import equivalence_power
    from peereval.stats.verdict import (
        SmallestChange,
        Verdict,
        VerdictCode,
        reach_verdict,
        smallest_change_that_matters,
    )

__all__ = [
    "Clusters",
    "FamilyStanding",
    "FamilyTest",
    "PairedChange",
    "SmallestChange",
    "Verdict",
    "VerdictCode",
    "adjust_p",
    "assess_families",
    "cluster_design_effect",
    "equivalence_power",
    "mean_change",
    "n_to_invite",
    "paired_change",
    "paired_power",
    "reach_verdict",
    "smallest_change_that_matters",
]

_HOME = {
    "Clusters": "clusters",
    "FamilyStanding": "multiplicity",
    "FamilyTest": "multiplicity",
    "PairedChange": "paired",
    "SmallestChange": "verdict",
    "Verdict": "verdict",
    "VerdictCode": "verdict",
    "adjust_p": "multiplicity",
    "assess_families": "multiplicity",
    "cluster_design_effect": "clusters",
    "equivalence_power": "power_of_equivalence",
    "mean_change": "paired",
    "n_to_invite": "clusters",
    "paired_change": "paired",
    "paired_power": "power",
    "reach_verdict": "verdict",
    "smallest_change_that_matters": "verdict",
}


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    raise AttributeError(f"module '{__name__}' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
