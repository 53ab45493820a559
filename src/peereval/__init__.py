"""Turn before-and-after questionnaires into an evaluation one can defend.

>>> import peereval as pe
>>> study = pe.read_study(*pe.sample("beat_the_blues"))
>>> evaluation = pe.evaluate(study)
>>> evaluation.outcomes.loc[0, "n"].item()
100
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from peereval.analysis.evaluate import evaluate
    from peereval.analysis.evaluation import Evaluation
    from peereval.data.examples import sample
    from peereval.data.load import read_study
    from peereval.data.study import Study
    from peereval.errors import PeerEvalError
    from peereval.plan import Plan

__version__ = "0.1.0"

__all__ = [
    "Evaluation",
    "PeerEvalError",
    "Plan",
    "Study",
    "evaluate",
    "read_study",
    "sample",
]

# Public names are imported when first used, so that `import peereval` costs almost nothing.
_HOME = {
    "Evaluation": "peereval.analysis.evaluation",
    "PeerEvalError": "peereval.errors",
    "Plan": "peereval.plan",
    "Study": "peereval.data.study",
    "evaluate": "peereval.analysis.evaluate",
    "read_study": "peereval.data.load",
    "sample": "peereval.data.examples",
}
_SUBPACKAGES = frozenset({"instruments", "mixed", "stats"})


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    if name in _SUBPACKAGES:
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module '{__name__}' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, *_SUBPACKAGES})
