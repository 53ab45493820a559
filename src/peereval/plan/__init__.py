"""The plan: one TOML file that says what is evaluated, before the data are looked at."""

from peereval.plan.model import Plan
from peereval.plan.outcome import OutcomeSpec
from peereval.plan.tables import DataSpec, ReportSpec
from peereval.plan.waves import WavesSpec

__all__ = ["DataSpec", "OutcomeSpec", "Plan", "ReportSpec", "WavesSpec"]
