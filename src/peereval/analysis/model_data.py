"""The rows of one outcome as the mixed model meets them, and the facts of their design."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from peereval.analysis.pairs import NO_REGION
from peereval.mixed import DesignFacts

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from peereval.analysis.pairs import PairTable
    from peereval.analysis.score_outcomes import ScoredStudy
    from peereval.results.facts import OutcomeFacts
    from peereval.typing import FloatVector


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ModelData:
    """Every usable score of one outcome: any wave, whether or not the person has a pair.

    Arrays have one element per score.

    Attributes
    ----------
    score : ndarray of float
        In scale points.
    person, wave, region : ndarray of int
        Codes; waves in the plan's order, regions as in `regions`.
    group : ndarray of str
        Peer group within its region; people without one have a name of their own.
    waves, regions : tuple of str
        Names of the codes; a region without a name is people without one.
    n_groups, n_alone : int
        Peer groups with a name, and people without a group.
    before, after : str
        The waves compared.
    """

    score: FloatVector
    person: NDArray[np.intp]
    wave: NDArray[np.intp]
    region: NDArray[np.intp]
    group: NDArray[np.str_]
    waves: tuple[str, ...]
    regions: tuple[str, ...]
    n_groups: int
    n_alone: int
    before: str
    after: str

    @property
    def people(self) -> NDArray[np.intp]:
        """People with a score by region and wave, shape (regions, waves)."""
        counts = np.zeros((len(self.regions), len(self.waves)), dtype=np.intp)
        np.add.at(counts, (self.region, self.wave), 1)
        return counts

    @property
    def design(self) -> DesignFacts:
        """Counts and names, for the choice of a model."""
        return DesignFacts(
            waves=self.waves,
            before=self.before,
            after=self.after,
            people=tuple(tuple(map(int, row)) for row in self.people),
            some_without_region=len(self.regions) > 1 and NO_REGION in self.regions,
            n_groups=self.n_groups,
            n_alone=self.n_alone,
            n_people=int(np.unique(self.person).size),
        )

    def at(self, wave: str) -> NDArray[np.bool_]:
        """Which scores are of a wave."""
        there = self.wave == self.waves.index(wave) if wave in self.waves else False
        return np.broadcast_to(np.asarray(there, dtype=bool), self.score.shape)

    def n_people(self, regions: tuple[str, ...]) -> int:
        """Number of people with a score in some regions."""
        inside = np.isin(self.region, [self.regions.index(r) for r in regions])
        return int(np.unique(self.person[inside]).size)

    def of_waves(self, waves: tuple[str, ...]) -> ModelData:
        """The same without the scores of other waves."""
        if waves == self.waves:
            return self
        kept = np.isin(self.wave, [self.waves.index(w) for w in waves])
        code = np.array([waves.index(w) if w in waves else -1 for w in self.waves])
        return ModelData(
            score=self.score[kept],
            person=self.person[kept],
            wave=code[self.wave[kept]],
            region=self.region[kept],
            group=self.group[kept],
            waves=waves,
            regions=self.regions,
            n_groups=self.n_groups,
            n_alone=self.n_alone,
            before=self.before,
            after=self.after,
        )

    def frame(self) -> pd.DataFrame:
        """The columns that `DesignFacts` names."""
        import pandas as pd

        after = self.at(self.after)
        return pd.DataFrame(
            {
                "score": self.score,
                "participant": self.person,
                "wave": self.wave,
                "region": self.region,
                "group": self.group,
                "is_after": after.astype(int),
                "is_other": (~after & ~self.at(self.before)).astype(int),
            }
        )

    def cannot_be_fitted(self) -> str:
        """Code of the reason why no model can be fitted; empty when one can be tried.

        Where a score or a change never varies, no error is left to judge a change by. Where few
        people have both scores and others have one, the correlation is not known well enough: with
        two spare pairs, intervals of the model covered 86 to 90% in simulations, with three 93%.
        Without others the model is the paired t test, which two spare pairs are enough for.
        """
        n_cells = int((self.people > 0).sum())
        change, region = self._changes()
        n_spare = change.size - np.unique(region).size
        others = np.unique(self.person).size > change.size
        if n_spare < (3 if others else 2) or self.score.size <= n_cells + 1:
            return "too_few_rows"
        noise = 1e-10 * float(np.abs(self.score).max())
        if np.ptp(_centred(change, region)) <= noise:
            return "no_variance"
        for wave, reason in ((self.before, "no_variance_pre"), (self.after, "no_variance_post")):
            there = self.at(wave)
            if np.ptp(_centred(self.score[there], self.region[there])) <= noise:
                return reason
        return ""

    def _changes(self) -> tuple[FloatVector, NDArray[np.intp]]:
        """Change of everyone with both scores, and their region."""
        before, after = self.at(self.before), self.at(self.after)
        both = np.intersect1d(self.person[before], self.person[after])
        first = before & np.isin(self.person, both)
        last = after & np.isin(self.person, both)
        start, end = np.argsort(self.person[first]), np.argsort(self.person[last])
        return self.score[last][end] - self.score[first][start], self.region[first][start]


def _centred(values: FloatVector, region: NDArray[np.intp]) -> FloatVector:
    """Values about the mean of their region."""
    n = np.bincount(region)
    means = np.bincount(region, values) / np.maximum(n, 1)
    centred: FloatVector = values - means[region]
    return centred


def model_data(outcome: OutcomeFacts, scored: ScoredStudy, pairs: PairTable) -> ModelData:
    """Gather the usable scores of one outcome.

    Parameters
    ----------
    outcome : OutcomeFacts
        Which.
    scored : ScoredStudy
        Its scores, one row per person and wave.
    pairs : PairTable
        People with their region.

    Returns
    -------
    ModelData
    """
    import pandas as pd

    score = scored.scores[outcome.name].to_numpy(dtype=float)
    usable = np.isfinite(score)
    rows = scored.rows[usable]
    person = pd.Categorical(rows["participant"], categories=pairs.before.index).codes
    region_names, region = np.unique(pairs.region[person], return_inverse=True)
    order = [w for w in scored.plan.waves.order if (rows["wave"] == w).any()]
    named = rows["group"].notna().to_numpy()
    known = region_names[region].astype(object) + "\n" + rows["group"].fillna("").to_numpy(object)
    # A name of a person's own; no region can begin with a line feed.
    alone = np.array([f"\n{p}" for p in person], dtype=object)
    group = np.where(named, known, alone).astype(str)
    return ModelData(
        score=score[usable],
        person=person.astype(np.intp),
        wave=pd.Categorical(rows["wave"], categories=order).codes.astype(np.intp),
        region=region.astype(np.intp),
        group=group,
        waves=tuple(order),
        regions=tuple(region_names.tolist()),
        n_groups=int(np.unique(group[named]).size),
        n_alone=int(np.unique(group[~named]).size) if named.any() else 0,
        before=scored.plan.waves.first,
        after=scored.plan.waves.last,
    )
