"""Scores before and after, one row per person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from peereval.results.estimate import NotEstimated

if TYPE_CHECKING:
    import pandas as pd

    from peereval.analysis.score_outcomes import ScoredStudy
    from peereval.typing import FloatVector

NO_REGION = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PairTable:
    """Scores of every person at the first and the last wave.

    Attributes
    ----------
    before, after : pandas.DataFrame
        Index the participant, one column per outcome, NaN where there is no score.
    region : ndarray of str, shape (people,)
        Region of each person, empty where none is given.
    at_first, at_last : ndarray of bool, shape (people,)
        Whether the person has a row at that wave.
    matched : bool
        Whether rows of one person are known to belong together; without it there are no pairs.
    """

    before: pd.DataFrame
    after: pd.DataFrame
    region: np.ndarray
    at_first: np.ndarray
    at_last: np.ndarray
    matched: bool = True

    def cannot_compare(self, name: str) -> NotEstimated | None:
        """Why a paired statistic cannot be had at all; None when it can be tried."""
        return None if self.matched else NotEstimated(name=name, reason="unmatched")

    def members(self, group: str) -> np.ndarray:
        """Mask of the people in a ledger group, ``"all"`` or ``"region=NAME"``."""
        if group == "all":
            return np.ones(self.region.size, dtype=bool)
        return np.asarray(self.region == group.removeprefix("region="))

    def scores(self, outcome: str, group: str) -> tuple[FloatVector, FloatVector]:
        """Scores before and after of the people in a group, NaN where missing."""
        mask = self.members(group)
        before = self.before[outcome].to_numpy(dtype=float)[mask]
        return before, self.after[outcome].to_numpy(dtype=float)[mask]


def pair_table(scored: ScoredStudy) -> PairTable:
    """Put the scores of the first and the last wave side by side.

    Parameters
    ----------
    scored : ScoredStudy
        Scores, one row per person and wave.

    Returns
    -------
    PairTable
        People in alphabetical order of their ID.
    """
    import pandas as pd

    waves = scored.plan.waves
    people = pd.Index(scored.rows["participant"].unique()).sort_values()
    region = (
        scored.rows.dropna(subset=["region"])
        .drop_duplicates("participant")
        .set_index("participant")["region"]
        .reindex(people)
        .fillna(NO_REGION)
    )

    def at(wave: str) -> tuple[pd.DataFrame, np.ndarray]:
        mask = scored.rows["wave"] == wave
        table = scored.scores[mask].set_axis(scored.rows.loc[mask, "participant"], axis=0)
        return table.reindex(people), people.isin(table.index)

    before, at_first = at(waves.first)
    after, at_last = at(waves.last)
    return PairTable(
        before=before,
        after=after,
        region=region.to_numpy(dtype=str),
        at_first=at_first,
        at_last=at_last,
        matched=scored.matched,
    )
