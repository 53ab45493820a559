"""Ledger rows of small studies, set by hand."""

from __future__ import annotations

from dataclasses import replace

from peereval.results.ledger import LedgerRow

FIRST, LAST = "before", "after"
REGION = "region={}".format


def row(statistic, value, *, outcome="hope", group="all", analysis="scores", n=None, **changed):
    base = LedgerRow(
        outcome=outcome,
        domain="",
        group=group,
        analysis=analysis,
        statistic=statistic,
        value=float(value),
        unit="people",
        n=int(value) if n is None else n,
    )
    return replace(base, **changed)


def flow(group, both, only_first, only_last):
    counts = {
        ("people", ""): both + only_first + only_last,
        ("people_at_wave", FIRST): both + only_first,
        ("people_at_wave", LAST): both + only_last,
        ("people_at_both", ""): both,
        ("people_only_first", ""): only_first,
        ("people_only_last", ""): only_last,
    }
    return [
        row(s, n, outcome="study", group=group, analysis="flow", level=level)
        for (s, level), n in counts.items()
    ]


def scores(group, pre, post, pairs, *, outcome="hope", mean=20.0):
    points = {"unit": "scale points", "group": group, "outcome": outcome}
    found = []
    for wave, statistic, n in ((FIRST, "n_pre", pre), (LAST, "n_post", post)):
        found += [
            row(statistic, n, group=group, outcome=outcome),
            row("mean", mean, level=wave, n=n, **points),
            row("sd", 4, level=wave, n=n, **points),
        ]
    n_any = pre + post - pairs
    found += [
        row(
            "n_pairs",
            pairs,
            analysis="paired",
            n_excluded=n_any - pairs,
            group=group,
            outcome=outcome,
        ),
        row(
            "mean_change",
            2,
            analysis="paired",
            n=pairs,
            ci_low=1.0,
            ci_high=3.0,
            df=pairs - 1.0,
            statistic_value=3.1,
            p_value=0.01,
            n_excluded=n_any - pairs,
            **points,
        ),
        row("mean_change", 2, analysis="mixed", n=n_any, ci_low=1.0, ci_high=3.0, **points),
        row(
            "verdict",
            2,
            analysis="verdict",
            level="improved",
            n=n_any,
            note="exploratory",
            ci_low=1.0,
            ci_high=3.0,
            **points,
        ),
    ]
    return found
