"""Numbers about how well was measured, and percentages: what would give hidden counts away."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from peereval.disclosure.groups import by_group
from peereval.disclosure.ties import complete_name, score_waves, wave_of
from peereval.disclosure.told import COUNTS_OF_SCORES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from peereval.results.ledger import LedgerRow

Key: TypeAlias = tuple[str, ...]

_PERCENT = "percent_"
_PLACES = 2
"""Decimals of an interval that does not tell its n: one person more moves it by less."""


def followers(rows: Iterable[LedgerRow], hidden: set[Key]) -> Iterator[Key]:
    """Keys of rows from which a hidden number would follow.

    The error of measurement at a wave gives the SD there beside alpha, and alpha beside the SD; a
    percentage gives its count, and with it the number of people; a comparison of two surveys gives
    the number of people in both by its degrees of freedom, and so by its p and interval.
    """
    for members in (members for of in by_group(rows).values() for members in of.values()):
        gone = {r.statistic for r in members if r.key in hidden}
        half = {r.level for r in members if r.statistic in ("sd", "alpha") and r.key in hidden}
        waves = score_waves(members)
        for row in members:
            if (
                (row.statistic in ("sem", "sdc") and row.level in half)
                or _tells_its_count(row, waves, hidden)
                or (
                    row.analysis in ("overlap", "unmatched") and gone.intersection(COUNTS_OF_SCORES)
                )
            ):
                yield row.key


def _tells_its_count(row: LedgerRow, waves: list[str], hidden: set[Key]) -> bool:
    """Whether a row is a percentage whose count, or whose number of people, is hidden."""
    if not row.statistic.startswith(_PERCENT):
        return False
    counted = (*row.key[:3], row.statistic.removeprefix(_PERCENT), *row.key[4:])
    return counted in hidden or (row.analysis == "quality" and _hides_forms(row, waves, hidden))


def _hides_forms(row: LedgerRow, waves: list[str], hidden: set[Key]) -> bool:
    """Whether the number of complete forms that a row rests on may not be told.

    Where that of the people scored may not, it would come too near.
    """
    wave = wave_of(row, waves)
    counts = dict(zip(waves, ("n_pre", "n_post"), strict=False))
    scored = (row.outcome, row.group, "scores", counts.get(wave, ""), "", "")
    return complete_name(row.outcome, wave) in hidden or scored in hidden


def as_shown(row: LedgerRow, waves: list[str], hidden: set[Key]) -> LedgerRow:
    """A row about measurement without what would tell a hidden number of complete forms."""
    if row.analysis in ("reliability", "quality") and _hides_forms(row, waves, hidden):
        return replace(
            row,
            n=None,
            n_excluded=None,
            ci_low=_rounded(row.ci_low),
            ci_high=_rounded(row.ci_high),
        )
    return row


def _rounded(limit: float) -> float:
    """A limit to two decimals."""
    return limit if math.isnan(limit) else round(limit, _PLACES)
