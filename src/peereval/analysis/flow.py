"""Who took part and who stayed: counts of rows and people, for everyone and by region."""

from __future__ import annotations

from typing import TYPE_CHECKING

from peereval.results.ledger import LedgerRow

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from peereval.analysis.pairs import PairTable
    from peereval.analysis.score_outcomes import ScoredStudy
    from peereval.data.study import Study

STUDY = "study"


def _count(statistic: str, value: int, *, group: str = "all", level: str = "") -> LedgerRow:
    """A ledger row that counts rows or people."""
    return LedgerRow(
        outcome=STUDY,
        domain="",
        group=group,
        analysis="flow",
        statistic=statistic,
        level=level,
        value=float(value),
        unit="rows" if statistic.startswith("rows_") else "people",
        n=value,
        method="count",
    )


def row_account(study: Study) -> Iterator[LedgerRow]:
    """Rows of the file: read = used + left out, each with its reason."""
    account = study.account
    yield _count("rows_read", len(account))
    yield _count("rows_used", int(account["used"].sum()))
    left_out = account.loc[~account["used"], "reason"]
    yield _count("rows_left_out", len(left_out))
    for reason, n in left_out.value_counts().sort_index().items():
        yield _count("rows_left_out", int(n), level=str(reason))


def n_peer_groups(rows: pd.DataFrame) -> int:
    """Number of peer groups with a name; the same name in two regions is two groups."""
    return len(rows.loc[rows["group"].notna(), ["region", "group"]].drop_duplicates())


def some_share_a_group(rows: pd.DataFrame) -> bool:
    """Whether some people share a peer group, and not all people the same one."""
    people = rows.drop_duplicates("participant")
    n_groups = n_peer_groups(people)
    n_units = n_groups + int(people["group"].isna().sum())
    return n_groups > 0 and 1 < n_units < len(people)


def people_flow(
    scored: ScoredStudy, pairs: PairTable, groups: tuple[str, ...]
) -> Iterator[LedgerRow]:
    """People at each wave, at both, and lost or late, per group.

    Without IDs nobody can be followed, so only the counts per wave are given.
    """
    waves = scored.plan.waves
    for group in groups:
        members = pairs.members(group)
        people = pairs.before.index[members]
        rows = scored.rows[scored.rows["participant"].isin(people)]
        if scored.matched:
            yield _count("people", len(people), group=group)
        for wave in waves.order:
            at_wave = int(rows.loc[rows["wave"] == wave, "participant"].nunique())
            yield _count("people_at_wave", at_wave, group=group, level=wave)
        if scored.matched:
            first, last = pairs.at_first & members, pairs.at_last & members
            yield _count("people_at_both", int((first & last).sum()), group=group)
            yield _count("people_only_first", int((first & ~last).sum()), group=group)
            yield _count("people_only_last", int((~first & last).sum()), group=group)
        if n_groups := n_peer_groups(rows):
            yield LedgerRow(
                outcome=STUDY,
                domain="",
                group=group,
                analysis="flow",
                statistic="peer_groups",
                value=float(n_groups),
                unit="groups",
                n=len(people) if scored.matched else len(rows),
                method="count",
            )
