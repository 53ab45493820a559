"""Mixed models of change, with inference that is right for few clusters and fast for many people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from peereval.mixed.choose import choose_model
    from peereval.mixed.chosen import ChosenModel, DesignFacts
    from peereval.mixed.fit import MixedFit, fit_mixed
    from peereval.mixed.repeated import RepeatedFit, fit_repeated
    from peereval.mixed.stepping import FittedChoice, fit_chosen

__all__ = [
    "ChosenModel",
    "DesignFacts",
    "FittedChoice",
    "MixedFit",
    "RepeatedFit",
    "choose_model",
    "fit_chosen",
    "fit_mixed",
    "fit_repeated",
]

_HOME = {
    "ChosenModel": "chosen",
    "DesignFacts": "chosen",
    "FittedChoice": "stepping",
    "MixedFit": "fit",
    "RepeatedFit": "repeated",
    "choose_model": "choose",
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
