"""Mixed models of change, with inference that is right for few clusters and fast for many people.

`terms` turns a formula and a table into columns and levels, `likelihood` turns these into
cross-products, an optimum and its inference, and `fitted` answers what one asks of a fit. The files
of this folder put the three together: `fit`, `repeated`, and `choose` for the model of a design.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from peereval.mixed.choose import choose_model
    from peereval.mixed.chosen import ChosenModel, DesignFacts
    from peereval.mixed.fit import fit_mixed
    from peereval.mixed.fitted.likelihood_ratio import LikelihoodRatio, compare_models
    from peereval.mixed.fitted.mixed_fit import MixedFit
    from peereval.mixed.fitted.repeated_fit import RepeatedFit
    from peereval.mixed.repeated import fit_repeated
    from peereval.mixed.stepping import FittedChoice, fit_chosen

__all__ = [
    "ChosenModel",
    "DesignFacts",
    "FittedChoice",
    "LikelihoodRatio",
    "MixedFit",
    "RepeatedFit",
    "choose_model",
    "compare_models",
    "fit_chosen",
    "fit_mixed",
    "fit_repeated",
]

_HOME = {
    "ChosenModel": "chosen",
    "DesignFacts": "chosen",
    "FittedChoice": "stepping",
    "LikelihoodRatio": "fitted.likelihood_ratio",
    "MixedFit": "fitted.mixed_fit",
    "RepeatedFit": "fitted.repeated_fit",
    "choose_model": "choose",
    "compare_models": "fitted.likelihood_ratio",
    "fit_chosen": "stepping",
    "fit_mixed": "fit",
    "fit_repeated": "repeated",
}


def __getattr__(name: str) -> Any:
    if name in _HOME:
        from importlib import import_module

        return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    raise AttributeError(f"module '{__name__}' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
