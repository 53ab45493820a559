"""Fit the model that was chosen, stepping down its ladder where a fit does not converge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from peereval.errors import StatisticsError
from peereval.mixed.choice_words import stepped_down
from peereval.mixed.likelihood.optimise import NotConvergedError
from peereval.mixed.terms.design import DesignError

if TYPE_CHECKING:
    import pandas as pd

    from peereval.mixed.chosen import ChosenModel, Step
    from peereval.mixed.fitted.repeated_fit import RepeatedFit


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FittedChoice:
    """The model that was fitted in the end.

    Attributes
    ----------
    fit : RepeatedFit
        The fit.
    written : str
        The model as a reader would write it.
    reasons : tuple of str
        Why this model, with every step down that was taken.
    notes : tuple of str
        Codes: ``ignores_clusters``, ``simplified``, ``singular``.
    change_weights : tuple of float
        Weights of a region's or group's random effects that give its part of the change.
    """

    fit: RepeatedFit
    written: str
    reasons: tuple[str, ...]
    notes: tuple[str, ...]
    change_weights: tuple[float, ...]


def fit_chosen(chosen: ChosenModel, data: pd.DataFrame) -> FittedChoice:
    """Fit the chosen model, or the first simpler one that converges.

    Standard errors are Kenward-Roger's without the term in second derivatives
    (``kenward-roger-linear``): an unstructured covariance is linear in its own elements, and so
    the change of complete pairs has exactly the standard error and df of the paired t test.

    Parameters
    ----------
    chosen : ChosenModel
        What `choose_model` returned.
    data : pandas.DataFrame
        One row per person and wave, with the columns that the design names.

    Returns
    -------
    FittedChoice

    Raises
    ------
    StatisticsError
        If no model of the ladder can be fitted; the error of the last one.
    """
    from peereval.mixed.repeated import fit_repeated

    failure: StatisticsError | None = None
    for step in chosen.ladder:
        try:
            fit = fit_repeated(
                chosen.formula,
                data,
                participant=chosen.design.participant,
                wave=chosen.design.wave,
                covariance=step.covariance,
                random=step.random,
                df_method="kenward-roger-linear",
            )
        except (NotConvergedError, DesignError) as err:
            failure = err
            continue
        stepped = failure is not None
        told = (stepped_down(chosen, step),) if stepped else ()
        codes = (
            *chosen.notes_of(step),
            *(("simplified",) if stepped else ()),
            *(("singular",) if fit.singular else ()),
        )
        return FittedChoice(
            fit=fit,
            written=chosen.written_as(step),
            reasons=(*chosen.reasons, *told),
            notes=codes,
            change_weights=_change_weights(chosen, step),
        )
    raise failure if failure is not None else StatisticsError("The ladder has no model.")


def _change_weights(chosen: ChosenModel, step: Step) -> tuple[float, ...]:
    """Weights of a region's random effects that give its own part of the change."""
    if step.random is None:
        return ()
    terms = step.random[1 : step.random.index("|")].strip().split(" + ")
    change = chosen.design.wave if len(chosen.waves) == 2 else chosen.design.is_after
    return tuple(float(term == change) for term in terms if term != "0")
