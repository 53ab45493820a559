"""The change of one outcome by the mixed model: the main analysis."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from peereval.analysis.model_data import model_data
from peereval.analysis.modelled_change import ModelledChange, RegionTest
from peereval.errors import StatisticsError
from peereval.mixed import choose_model, fit_chosen
from peereval.results.estimate import NotEstimated

if TYPE_CHECKING:
    import pandas as pd

    from peereval.analysis.model_data import ModelData
    from peereval.analysis.pairs import PairTable
    from peereval.analysis.score_outcomes import ScoredStudy
    from peereval.mixed import ChosenModel, FittedChoice
    from peereval.results.facts import OutcomeFacts
    from peereval.typing import FloatVector

LEAST_PEOPLE = 2
"""People that a region needs at either wave for a change of its own."""
TWO_SURVEYS = "two_surveys"
"""Note on a model of the two surveys that are compared and no others."""
DRAWN_TOGETHER = "drawn_together"
"""Note on the change of a region that is drawn towards the change of all regions."""


@dataclass(frozen=True, kw_only=True, eq=False)
class ChangeModel:
    """A fitted mixed model of one outcome, and the changes it gives.

    Attributes
    ----------
    data : ModelData
        Scores that take part.
    chosen : ChosenModel
        The model that suits the design.
    fitted : FittedChoice
        What was fitted.
    n_people : int
        People with a score at any wave, whether or not that wave takes part.
    """

    data: ModelData
    chosen: ChosenModel
    fitted: FittedChoice
    n_people: int

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why this model, as sentences that begin with the model itself."""
        if len(self.data.regions) == 1:
            everyone: tuple[str, ...] = ()
        elif self.chosen.regions_vary:
            everyone = ("The change of everyone is that of an average region.",)
        else:
            everyone = (
                "The change of everyone weighs regions by their people at the first survey.",
            )
        return (f"{self.chosen.written}.", *self.fitted.reasons, *everyone)

    @property
    def notes(self) -> tuple[str, ...]:
        """Codes for the ledger."""
        two = (TWO_SURVEYS,) if len(self.data.waves) == 2 else ()
        return (*self.fitted.notes, *two)

    def change(self, group: str) -> ModelledChange | NotEstimated:
        """The change of everyone, or of one region.

        Everyone's change weighs fixed regions by their people at the first wave; regions with
        fewer than two people at either wave have no part in it. Where regions are random it is
        the change of an average region.

        Parameters
        ----------
        group : str
            ``"all"`` or ``"region=NAME"``.
        """
        nobody = NotEstimated(name="mean_change", reason="fewer_than_two_people", n=0)
        return self._changes.get(group, nobody)

    @cached_property
    def _changes(self) -> dict[str, ModelledChange | NotEstimated]:
        """The change of everyone and of every region, by ledger group."""
        regions = {f"region={r}": self._one_region(r) for r in self.data.regions}
        return {"all": self._everyone(), **regions}

    def _everyone(self) -> ModelledChange | NotEstimated:
        """The change of everyone."""
        if self.chosen.regions_vary:
            weights = self._difference_of_waves(self.fitted.fit.coefficients.index)
            words = "the change of an average region"
            return self._modelled(
                self.fitted.fit.contrast(weights[None, :]), self.data.regions, words
            )
        there = self._with_change()
        if not there:
            return self._none("too_few_rows", self.data.regions)
        start = self.data.people[:, self.data.waves.index(self.data.before)]
        people = np.array([start[self.data.regions.index(r)] for r in there], dtype=float)
        weights = (people / people.sum()) @ self._region_weights(self.fitted, there)
        words = "regions weighted by people at the first wave" if len(self.data.regions) > 1 else ""
        return self._modelled(self.fitted.fit.contrast(weights[None, :]), there, words)

    def region_test(self, regions: tuple[str, ...]) -> RegionTest | NotEstimated:
        """Test whether named regions changed differently, each with a change of its own.

        Where regions are random the test is made in a second fit, in which they are fixed.

        Parameters
        ----------
        regions : tuple of str
            Regions with a name.
        """
        there = tuple(r for r in self._with_change() if r in regions)
        if len(there) < 2:
            return self._none("fewer_than_two_regions", self.data.regions)
        fitted = self.fitted
        if self.chosen.regions_vary:
            try:
                fitted = fit_chosen(
                    choose_model(self.chosen.design, compare_regions=True), self.data.frame()
                )
            except StatisticsError:
                return self._none("no_convergence", self.data.regions)
        changes = self._region_weights(fitted, there)
        contrasts = changes[1:] - changes[0]
        test = fitted.fit.wald(contrasts)
        if not all(map(math.isfinite, test.values())):
            return self._none("no_convergence", self.data.regions)
        method = f"{_method(fitted)}; F test of region by wave"
        only = None
        if len(there) == 2:
            found = self._modelled(fitted.fit.contrast(contrasts), self.data.regions, "")
            only = found if isinstance(found, ModelledChange) else None
        return RegionTest(
            statistic=test["statistic"],
            df_num=test["df_num"],
            df=test["df"],
            p_value=test["p_value"],
            difference=only,
            n=self.data.n_people(self.data.regions),
            method=method,
            notes=fitted.notes,
        )

    def _one_region(self, region: str) -> ModelledChange | NotEstimated:
        """The change in one region; drawn towards that of all where regions are random."""
        if region not in self._with_change():
            return self._none("fewer_than_two_people", (region,))
        if not self.chosen.regions_vary:
            weights = self._region_weights(self.fitted, (region,))
            return self._modelled(self.fitted.fit.contrast(weights), (region,), "")
        own = self._drawn_together.loc[[self.data.regions.index(region)]]
        drawn = self._modelled(own, (region,), "drawn towards the change of all regions")
        if isinstance(drawn, NotEstimated):
            return drawn
        return replace(drawn, notes=(*drawn.notes, DRAWN_TOGETHER))

    @cached_property
    def _drawn_together(self) -> pd.DataFrame:
        """The change of every region where regions are random: that of all, and its own part."""
        fit = self.fitted.fit
        table: pd.DataFrame = fit.level_estimates(
            self.chosen.design.region,
            fixed=self._difference_of_waves(fit.coefficients.index),
            random=np.array(self.fitted.change_weights),
        )
        return table

    def _with_change(self) -> tuple[str, ...]:
        """Regions with enough people at both waves for a change of their own."""
        people = self.data.people
        ends = [self.data.waves.index(w) for w in (self.data.before, self.data.after)]
        fewest = people[:, ends].min(axis=1)
        return tuple(r for r, n in zip(self.data.regions, fewest, strict=True) if n >= LEAST_PEOPLE)

    def _region_weights(self, fitted: FittedChoice, regions: tuple[str, ...]) -> FloatVector:
        """Combinations of coefficients that are the changes of regions, one a row."""
        terms = fitted.fit.coefficients.index
        codes = [self.data.regions.index(r) for r in regions]
        return np.array([self._difference_of_waves(terms, code) for code in codes])

    def _difference_of_waves(self, terms: pd.Index[str], region: int = 0) -> FloatVector:
        """The mean after less the mean before, in one region, by coefficients.

        Terms that are not there are those of the first level, or follow from others because no
        score stands in their cell; they count nothing in a cell that has scores.
        """
        design = self.chosen.design

        def mean(wave: str) -> FloatVector:
            at_wave = f"C({design.wave})[T.{self.data.waves.index(wave)}]"
            in_region = f"C({design.region})[T.{region}]"
            own = ("Intercept", at_wave, in_region, f"{at_wave}:{in_region}")
            there: FloatVector = np.asarray(terms.isin(own), dtype=float)
            return there

        return mean(self.data.after) - mean(self.data.before)

    def _modelled(
        self, row: pd.DataFrame, regions: tuple[str, ...], words: str
    ) -> ModelledChange | NotEstimated:
        """A row of a fitted model as a change; no change where its interval has no ends."""
        value, error, df = (float(row[c].iloc[0]) for c in ("estimate", "std_error", "df"))
        n = self.data.n_people(regions)
        change = ModelledChange(
            value=value,
            std_error=error,
            df=df,
            n=n,
            n_excluded=self.n_people - n,
            method="; ".join(part for part in (_method(self.fitted), words) if part),
            notes=self.notes,
        )
        # Infinite df would come of variances of which nothing at all could be learnt.
        if error > 0 and 0 < df < math.inf and all(map(math.isfinite, change.limits(0.95))):
            return change
        return self._none("no_convergence", regions)

    def _none(self, reason: str, regions: tuple[str, ...]) -> NotEstimated:
        """Why there is no number."""
        return NotEstimated(name="mean_change", reason=reason, n=self.data.n_people(regions))


def _method(fitted: FittedChoice) -> str:
    """The model in words fit for a footnote."""
    return f"mixed model {fitted.written}, REML, Kenward-Roger"


def fit_change_model(
    outcome: OutcomeFacts, scored: ScoredStudy, pairs: PairTable
) -> ChangeModel | NotEstimated:
    """Choose and fit the mixed model of one outcome.

    Parameters
    ----------
    outcome : OutcomeFacts
        Which.
    scored : ScoredStudy
        Its scores.
    pairs : PairTable
        People with their region.

    Returns
    -------
    ChangeModel or NotEstimated
        The reason where people cannot be followed, nothing varies, there are too few scores, or
        no model converges that gives everyone's change.
    """
    data = model_data(outcome, scored, pairs)
    n = data.n_people(data.regions)
    if not scored.matched:
        return NotEstimated(name="mean_change", reason="unmatched", n=n)
    reason = data.cannot_be_fitted()
    if reason:
        return NotEstimated(name="mean_change", reason=reason, n=n)
    chosen = choose_model(data.design)
    kept = data.of_waves(chosen.waves)
    try:
        fitted = fit_chosen(chosen, kept.frame())
    except StatisticsError:
        return NotEstimated(name="mean_change", reason="no_convergence", n=n)
    model = ChangeModel(data=kept, chosen=chosen, fitted=fitted, n_people=n)
    everyone = model.change("all")
    return everyone if isinstance(everyone, NotEstimated) else model
