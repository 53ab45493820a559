"""Numbers beside which others would tell what few people answered."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from peereval.disclosure.classes import SHIFTS, TABLES
from peereval.disclosure.groups import by_group
from peereval.disclosure.ties import score_waves

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from peereval.disclosure.rules import Profile
    from peereval.results.ledger import LedgerRow

Key: TypeAlias = tuple[str, ...]

COUNTS_OF_SCORES = ("n_pre", "n_post", "n_pairs")
OF_ANYONE = ("mixed", "verdict")
"""Analyses whose n is everyone with any score."""
# Differences of the means of everyone at each survey.
_OF_SURVEYS = ("overlap", "unmatched")
# Analyses of people with both scores.
_PAIRED = (
    *("paired", "effect_size", "bootstrap", "trimmed", "permutation"),
    *("rank", "equivalence", "bayes_factor", "items", *SHIFTS),
)


def told_by_few(rows: Iterable[LedgerRow], profile: Profile) -> Iterator[Key]:
    """Keys of numbers that would give away the scores of few people beside other numbers.

    The classes of scores of few people are as good as their scores. A yardstick made of the SD
    before gives that SD. A trimmed mean beside the whole one gives that of the people it leaves out
    at the ends; the changes of items beside that of their sum give that of the few with answers
    missing. A change by the mixed model and the mean of the one wave give about that
    of the other, so that it may rest on few people at neither.
    """
    for groups in by_group(rows).values():
        for everyone in (True, False):
            side = [members for group, members in groups.items() if (group == "all") == everyone]
            yield from _told_beside_pairs(side, profile)
        for members in groups.values():
            yield from _told_within(members, profile)


def _told_within(members: list[LedgerRow], profile: Profile) -> Iterator[Key]:
    """Keys of numbers of one outcome in one group that tell of few of its own people."""
    sizes = sizes_of(members)
    pairs = sizes.get("n_pairs", 0)
    complete = [pairs, *(r.n for r in members if r.statistic == "alpha" and r.n is not None)]
    few = any(profile.hides_statistic(n) for n in sizes.values())
    for row in members:
        made_of_scores = row.statistic == "smallest_change" and "origin:plan" not in row.notes
        if (
            (row.analysis in TABLES and profile.hides_statistic(pairs))
            or (few and row.analysis in (*OF_ANYONE, *_OF_SURVEYS) and row.n is not None)
            or (row.analysis == "trimmed" and profile.hides_statistic(_trimmed(row)))
            or (row.analysis == "items" and _few_incomplete(row, complete, profile))
            or (made_of_scores and profile.hides_statistic(sizes.get("n_pre", 0)))
        ):
            yield row.key


def _told_beside_pairs(groups: list[list[LedgerRow]], profile: Profile) -> Iterator[Key]:
    """Keys of numbers that rest on the people with both scores and on few others, or fewer.

    The mean of everyone at a wave differs from that of the pairs by those who have a score at this
    wave alone: the mean of those few would follow. So it would from the change by a model of the
    two waves, which is the paired change moved by the regression of one score on the other. And
    the change of the few whom a model leaves out is the difference of its change and everyone's.
    The main analysis is kept then, and what stands beside it hidden; so is the difference of the
    two surveys by everybody's scores, which is that of the two means.

    The groups are everyone, or all regions together: a region's own number would follow from that
    of everyone and of the other regions.
    """
    found = [_few_beside_pairs(members, profile) for members in groups]
    left_out = any(f.left_out for f in found)
    told = {wave for f in found for wave in f.told}
    told_by_model = left_out or any(f.told and f.of_two_waves for f in found)
    for row in (row for members in groups for row in members):
        spread = row.analysis == "scores" and row.statistic in ("mean", "sd")
        # A cut-off between the people before and people who are well is made of their scores.
        made_of_pairs = row.statistic == "cutoff" and row.n is not None
        of_pairs = (row.analysis in _PAIRED and row.statistic != "n_pairs") or made_of_pairs
        if (
            (spread and (left_out or row.level in told))
            or (of_pairs and told_by_model)
            or (row.analysis == "overlap" and (left_out or told))
        ):
            yield row.key


class _FewBesidePairs(NamedTuple):
    """Whether a model leaves few people out, waves at which few have a score alone, its waves."""

    left_out: bool
    told: set[str]
    of_two_waves: bool


def _few_beside_pairs(members: list[LedgerRow], profile: Profile) -> _FewBesidePairs:
    """Where few people stand beside those with both scores, in one group."""

    def few(n: int) -> bool:
        return 0 < n <= profile.hide_statistics_to

    sizes = sizes_of(members)
    pairs = sizes.get("n_pairs", 0)
    waves = dict(zip(score_waves(members), ("n_pre", "n_post"), strict=False))
    return _FewBesidePairs(
        left_out=any(few(r.n_excluded or 0) for r in members if r.analysis == "mixed"),
        told={wave for wave, n in waves.items() if few(sizes.get(n, 0) - pairs)},
        of_two_waves=any("two_surveys" in r.notes for r in members),
    )


def _trimmed(row: LedgerRow) -> int:
    """How many people the trimmed means leave out: n less h, which is the df and one."""
    return 0 if row.n is None or math.isnan(row.df) else round(row.n - row.df - 1)


def _few_incomplete(row: LedgerRow, numbers: Iterable[int], profile: Profile) -> bool:
    """Whether an item rests on only a few people less than what stands beside it."""
    n = row.n
    return n is not None and any(0 < m - n <= profile.hide_statistics_to for m in numbers)


def sizes_of(rows: Iterable[LedgerRow]) -> dict[str, int]:
    """People with a score before, after, and both, by statistic, from the rows of one group."""
    return {
        r.statistic: round(r.value)
        for r in rows
        if r.statistic in COUNTS_OF_SCORES and not math.isnan(r.value)
    }
