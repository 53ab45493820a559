"""Ledgers and facts set by hand: no optimiser, no data, the same on every machine."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from peereval.notes import Finding
from peereval.results.facts import EvaluationFacts, OutcomeFacts
from peereval.results.ledger import Ledger, LedgerRow

FIRST, LAST = "baseline", "12 weeks"
CONTRAST = f"{LAST} - {FIRST}"
CODES = (
    "improved_meaningfully",
    "improved",
    "improved_trivially",
    "no_meaningful_change",
    "inconclusive",
    "worsened_trivially",
    "worsened",
    "worsened_meaningfully",
)
# 95% limits (good up) that earn each code when the smallest change that matters is 2.
CHANGES = {
    "improved_meaningfully": (3.0, 2.2, 3.8),
    "improved": (2.2, 1.0, 3.5),
    "improved_trivially": (1.0, 0.5, 1.5),
    "no_meaningful_change": (0.4, -0.5, 1.3),
    "inconclusive": (1.1, -0.4, 2.6),
    "worsened_trivially": (-1.0, -1.5, -0.5),
    "worsened": (-2.2, -3.5, -1.0),
    "worsened_meaningfully": (-3.0, -3.8, -2.2),
    "not_estimated": (float("nan"),) * 3,
}


MODEL = (
    "score ~ wave + us(wave | participant).",
    "There are 3 peer groups, too few to estimate how much groups vary.",
)


@dataclass(frozen=True, kw_only=True)
class Result:
    """What was found for one outcome in one group, good turned up."""

    code: str = "improved"
    n_pre: int = 40
    n_post: int = 32
    n_pairs: int = 30
    exploratory: bool = False
    smallest: float = 2.0
    origin: str = "plan"
    reason: str = "fewer_than_two_pairs"


def outcome(name: str = "hope", **changed: Any) -> OutcomeFacts:
    base = OutcomeFacts(
        name=name,
        label=name.capitalize(),
        domain="hope",
        higher_is="better",
        primary=True,
        score_low=12.0,
        score_high=48.0,
        measure="Herth Hope Index (HHI)",
        grade="B",
        citations=("A made-up source",),
    )
    return replace(base, **changed)


def facts(*outcomes: OutcomeFacts, **changed: Any) -> EvaluationFacts:
    base = EvaluationFacts(
        title="A small evaluation",
        organisation="Example charity",
        notice="Made-up numbers.",
        outcomes=outcomes,
        regions=(),
        first_wave=FIRST,
        last_wave=LAST,
        ci_level=0.95,
        disclosure="charity",
        length="full",
        matched=True,
        models={o.name: MODEL for o in outcomes},
        findings=(Finding(code="x", severity="note", what="30 rows were joined.", n=30),),
        source_name="data.csv",
        source_sha256="0" * 64,
        source_format="CSV",
        rules=(("IDs", "compared exactly"),),
        plan_text='title = "A small evaluation"',
    )
    return replace(base, **changed)


def count(outcome: str, statistic: str, value: int, **changed: Any) -> LedgerRow:
    row = LedgerRow(
        outcome=outcome,
        domain="",
        group="all",
        analysis="flow",
        statistic=statistic,
        value=float(value),
        unit="people",
        n=value,
        method="count",
    )
    return replace(row, **changed)


def flow(
    group: str = "all", *, both: int = 30, only_first: int = 12, only_last: int = 0
) -> list[LedgerRow]:
    """The steps of one group, with the totals that follow from them."""
    people = {
        ("people", ""): both + only_first + only_last,
        ("people_at_wave", FIRST): both + only_first,
        ("people_at_wave", LAST): both + only_last,
        ("people_at_both", ""): both,
        ("people_only_first", ""): only_first,
        ("people_only_last", ""): only_last,
    }
    return [count("study", s, n, level=w, group=group) for (s, w), n in people.items()]


def rows_of(o: OutcomeFacts, result: Result, group: str = "all") -> list[LedgerRow]:
    """The ledger rows of one outcome in one group."""
    good, low, high = CHANGES[result.code]
    value, ci_low, ci_high = (good, low, high) if o.good == 1 else (-good, -high, -low)
    base = LedgerRow(outcome=o.name, domain=o.domain, group=group, analysis="", statistic="")
    missing = f"not_estimated:{result.reason}" if result.code == "not_estimated" else ""
    points = {"unit": "scale points", "n": result.n_pairs}

    def row(analysis: str, statistic: str, **changed: Any) -> LedgerRow:
        return replace(base, analysis=analysis, statistic=statistic, **changed)

    def change(analysis: str, statistic: str, **changed: Any) -> LedgerRow:
        numbers: dict[str, Any] = {
            "contrast": CONTRAST,
            "value": value,
            "ci_low": ci_low,
            "ci_high": ci_high,
            "ci_level": 0.95,
            "p_value": 0.0312,
            **points,
            "note": missing,
        }
        return row(analysis, statistic, **{**numbers, **changed})

    rows = []
    for wave, statistic, n in ((FIRST, "n_pre", result.n_pre), (LAST, "n_post", result.n_post)):
        rows += [
            row("scores", statistic, value=float(n), unit="people", n=n),
            row("scores", "mean", level=wave, value=30.25, unit="scale points", n=n),
            row("scores", "sd", level=wave, value=5.25, unit="scale points", n=n),
            row("scores", "at_lowest", level=wave, value=0.0, unit="people", n=n),
            row("scores", "at_highest", level=wave, value=8.0, unit="people", n=n),
        ]
    n_any = result.n_pre + result.n_post - result.n_pairs
    rows += [
        row(
            "paired",
            "n_pairs",
            value=float(result.n_pairs),
            unit="people",
            n=result.n_pairs,
            n_excluded=n_any - result.n_pairs,
        ),
        row("paired", "mean_pre", value=30.5, **points),
        row("paired", "sd_pre", value=5.5, **points),
        row("paired", "mean_post", value=32.75, **points),
        row("paired", "sd_post", value=5.75, **points),
        change("paired", "mean_change", statistic_value=2.345, df=float(result.n_pairs - 1)),
        change("rank", "hodges_lehmann"),
        change(
            "rank",
            "sign_test",
            method="exact sign test, 18 up, 9 down, zeros dropped: 3",
            statistic_value=18.0,
        ),
        change("rank", "wilcoxon", statistic_value=301.5),
        *(
            change("effect_size", d, value=0.41, ci_low=0.11, ci_high=0.71, unit="SD")
            for d in ("d_z", "d_av", "g_av")
        ),
        change("equivalence", "equivalence", p_value=0.21, source="Schuirmann (1987)"),
        change("equivalence", "smallest_bounds", value=3.3),
        change("mixed", "mean_change", n=n_any, df=38.4, statistic_value=2.1),
        change("mixed", "equivalence", n=n_any, p_value=0.19),
        change("mixed", "smallest_bounds", n=n_any, value=3.1),
        change("verdict", "change_with_90_interval", n=n_any, ci_level=0.9),
        change(
            "verdict",
            "change_in_smallest_changes",
            value=value / result.smallest,
            ci_low=ci_low / result.smallest,
            ci_high=ci_high / result.smallest,
            n=n_any,
            unit="smallest changes that matter",
        ),
        change(
            "verdict",
            "verdict",
            level=result.code,
            n=n_any,
            note=missing or ("exploratory" if result.exploratory else ""),
        ),
    ]
    if group == "all":
        rows += [
            row(
                "verdict",
                "smallest_change",
                value=result.smallest,
                unit="scale points",
                source="the plan",
                note=f"origin:{result.origin}",
            ),
            row("verdict", "tests_in_family", value=2.0, unit="tests", note="gate_open"),
            row("verdict", "equivalence_tests_in_family", value=2.0, unit="tests"),
            change("verdict", "p_adjusted", value=float("nan"), p_value=0.0624),
            change("verdict", "equivalence_p_adjusted", value=float("nan"), p_value=0.42),
        ]
    return rows


def evaluation(
    *results: tuple[OutcomeFacts, Result], regions: tuple[str, ...] = (), **changed: Any
) -> tuple[Ledger, EvaluationFacts]:
    """A ledger and its facts; every region has half of the people."""
    about = facts(*(o for o, _ in results), regions=regions, **changed)
    rows = [
        count("study", "rows_read", 72, unit="rows"),
        count("study", "rows_used", 72, unit="rows"),
        count("study", "rows_left_out", 0, unit="rows"),
        *flow(),
        *(row for r in regions for row in flow(f"region={r}", both=15, only_first=6)),
    ]
    for o, result in results:
        rows += rows_of(o, result)
        half = replace(
            result,
            n_pre=result.n_pre // 2,
            n_post=result.n_post // 2,
            n_pairs=result.n_pairs // 2,
            exploratory=True,
        )
        for region in regions:
            rows += rows_of(o, half, f"region={region}")
        if len(regions) > 1:
            rows.append(
                LedgerRow(
                    outcome=o.name,
                    domain=o.domain,
                    group="all",
                    analysis="mixed",
                    statistic="region_difference",
                    contrast=CONTRAST,
                    value=0.4,
                    ci_low=-1.9,
                    ci_high=2.7,
                    ci_level=0.95,
                    statistic_value=0.12,
                    df=37.2,
                    df_num=1.0,
                    p_value=0.7312,
                    unit="scale points",
                    n=42,
                )
            )
    return Ledger(rows), about


def with_people(ledger: Ledger, o: OutcomeFacts) -> Ledger:
    """The same with people counted one by one: categories and classes of scores."""
    base = {"unit": "people", "contrast": CONTRAST, "domain": o.domain}
    extra = [
        count(
            o.name, "people", value, analysis="individual_change", level=level, **{**base, "n": 30}
        )
        for level, value in (("improved", 9), ("unchanged", 14), ("deteriorated", 7))
    ]
    extra += [
        replace(
            row,
            statistic="percent",
            value=100 * row.value / 30,
            ci_low=90 * row.value / 30,
            ci_high=110 * row.value / 30,
            unit="percent",
        )
        for row in extra
    ]
    cells = {"12 to 24 | 24 to 36": 11, "24 to 36 | 24 to 36": 13, "36 to 48 | 36 to 48": 6}
    extra += [
        count(o.name, "people", value, analysis="distribution", level=level, **base)
        for level, value in cells.items()
    ]
    return Ledger([*ledger, *extra])


def with_windows(
    ledger: Ledger, about: EvaluationFacts, windows: dict[str, tuple[int, int]]
) -> tuple[Ledger, EvaluationFacts]:
    """The same with waves from dates: 21 surveys in each window, in three classes, and others."""
    base = {"analysis": "windows", "unit": "surveys"}
    extra = []
    day = 1
    for wave, (low, high) in windows.items():
        third = (high - low) // 3
        extra.append(count("study", "surveys_in_window", 21, level=wave, **base))
        starts = [low, low + third, low + 2 * third, high + 1]
        classes = [(day, low - 1, 3, "")]
        classes += [
            (a, b - 1, n, f" | {wave}")
            for a, b, n in zip(starts[:-1], starts[1:], (6, 10, 5), strict=True)
        ]
        extra += [
            count("study", "surveys_by_days", n, level=f"{a} to {b} days{within}", **base)
            for a, b, n, within in classes
        ]
        day = high + 1
    extra.append(count("study", "surveys_by_days", 8, level=f"{day} or more days", **base))
    return Ledger([*ledger, *extra]), replace(about, windows=windows, dated=True)
