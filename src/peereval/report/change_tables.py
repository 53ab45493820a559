"""Tables of change: cells are ledger rows as text, nothing is computed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from peereval.figures.flow import group_name
from peereval.report.cells import (
    Lookup,
    by_pairs_note,
    hidden_note,
    label,
    mark_note,
    mean_sd,
    n_cell,
    number,
    p_cell,
    with_interval,
)
from peereval.report.document import Table
from peereval.report.sentences import reason_text, verdict_words
from peereval.results import format as fmt

if TYPE_CHECKING:
    from peereval.results.facts import EvaluationFacts
    from peereval.results.ledger import Ledger


def survey_table(ledger: Ledger, facts: EvaluationFacts) -> Table:
    """Mean and SD of each survey, where nobody could be followed from one to the other."""
    rows = []
    for outcome in facts.outcomes:
        for group in facts.groups:
            get = Lookup(ledger, facts, outcome.name, group)
            cells = []
            for wave in (facts.first_wave, facts.last_wave):
                mean, sd = (get("scores", s, level=wave, contrast=False) for s in ("mean", "sd"))
                cells += [mean_sd(mean, sd, outcome.places), n_cell(mean)]
            better = "higher" if outcome.good == 1 else "lower"
            rows.append((label(outcome), group_name(group), *cells, better))
    return Table(
        id="outcomes",
        caption="Scores at each survey",
        header=(
            "Outcome",
            "Region",
            f"{facts.first_wave}: mean (SD)",
            f"n, {facts.first_wave}",
            f"{facts.last_wave}: mean (SD)",
            f"n, {facts.last_wave}",
            "Better is",
        ),
        rows=tuple(rows),
        note="Different people may have answered the two surveys, so the difference of two means is "
        f"not how people changed.{hidden_note(rows)}{mark_note(facts)}",
    )


def outcome_table(ledger: Ledger, facts: EvaluationFacts) -> Table:
    """One row per outcome: before, after, change by the main analysis, verdict."""
    rows = []
    for outcome in facts.outcomes:
        get = Lookup(ledger, facts, outcome.name)
        smallest = get("verdict", "smallest_change", contrast=False)
        rows.append(
            (
                label(outcome),
                mean_sd(
                    get("paired", "mean_pre", contrast=False),
                    get("paired", "sd_pre", contrast=False),
                    outcome.places,
                ),
                mean_sd(
                    get("paired", "mean_post", contrast=False),
                    get("paired", "sd_post", contrast=False),
                    outcome.places,
                ),
                n_cell(get("paired", "n_pairs", contrast=False)),
                with_interval(get.main("mean_change"), outcome.places),
                n_cell(get.main("mean_change")),
                "higher" if outcome.good == 1 else "lower",
                number(smallest, outcome.places),
                verdict_words(get.verdict()),
            )
        )
    level = fmt.level_text(facts.ci_level)
    return Table(
        id="outcomes",
        caption="Change in every outcome",
        header=(
            "Outcome",
            f"{facts.first_wave}: mean (SD)",
            f"{facts.last_wave}: mean (SD)",
            "n, both surveys",
            f"Change ({level} interval)",
            "n, any survey",
            "Better is",
            "Smallest change that matters",
            "Verdict",
        ),
        rows=tuple(rows),
        note="Means and SDs are of people with both surveys. The change is that of the main "
        "analysis, which also uses the scores of people who answered once; it can differ a little "
        f"from the difference of the two means.{by_pairs_note(facts)} Changes are later minus "
        "earlier, in scale points: plus means the score rose, whether or not that is better."
        f"{hidden_note(rows)}{mark_note(facts)}",
    )


def region_table(ledger: Ledger, facts: EvaluationFacts) -> Table:
    """Change by outcome and region, from the main analysis and paired."""
    rows = []
    for outcome in facts.outcomes:
        for group in facts.groups:
            get = Lookup(ledger, facts, outcome.name, group)
            rows.append(
                (
                    outcome.label,
                    group_name(group),
                    with_interval(get.main("mean_change"), outcome.places),
                    n_cell(get.main("mean_change")),
                    with_interval(get("paired", "mean_change"), outcome.places),
                    n_cell(get("paired", "n_pairs", contrast=False)),
                    verdict_words(get.verdict()),
                )
            )
    level = fmt.level_text(facts.ci_level)
    return Table(
        id="regions",
        caption="Change by region",
        header=(
            "Outcome",
            "Region",
            f"Change ({level} interval)",
            "n, any survey",
            f"Change, both surveys only ({level} interval)",
            "n, both surveys",
            "Verdict",
        ),
        rows=tuple(rows),
        note="Later minus earlier, in scale points. The first change is that of the main analysis."
        f"{_drawn_note(ledger)}{by_pairs_note(facts)} Verdicts on single regions are exploratory."
        f"{hidden_note(rows)}",
    )


def _drawn_note(ledger: Ledger) -> str:
    """How the results of many regions are drawn together, where they are."""
    if not any("drawn_together" in row.notes for row in ledger.where(analysis="mixed")):
        return ""
    return (
        " There are many regions, so that of everyone is the change of an average region, and each "
        "region's own is drawn towards it, the more so the fewer its people are and the less "
        "regions differ."
    )


def region_difference_table(ledger: Ledger, facts: EvaluationFacts) -> Table:
    """Whether the regions changed differently."""
    rows = []
    two = len(facts.regions) == 2
    for outcome in facts.outcomes:
        row = Lookup(ledger, facts, outcome.name)("mixed", "region_difference")
        if row is None:
            continue
        test = fmt.NOT_SHOWN
        if not math.isnan(row.statistic_value):
            df = "" if math.isnan(row.df) else f"({row.df_num:.0f}, {fmt.fixed(row.df, 1)})"
            test = f"F{df} = {fmt.fixed(row.statistic_value, 2)}"
        p = p_cell(row) if not row.reason else f"not estimated: {reason_text(row.reason)}"
        difference = (with_interval(row, outcome.places),) if two else ()
        rows.append((outcome.label, *difference, test, p, n_cell(row)))
    level = fmt.level_text(facts.ci_level)
    columns = (f"Difference in change ({level} interval)",) if two else ()
    order = " minus that in ".join(reversed(facts.regions))
    return Table(
        id="region-differences",
        caption="Did the regions change differently?",
        header=("Outcome", *columns, "Test", "p", "n"),
        rows=tuple(rows),
        note=(f"Difference: the change in {order}, in scale points. " if two else "")
        + "F test of the mixed model, in which every region has a change of its own, with the "
        f"degrees of freedom of Kenward and Roger.{_ignored_note(ledger)}",
    )


def _ignored_note(ledger: Ledger) -> str:
    """That a test of regions takes people of one group to change independently."""
    tests = ledger.where(analysis="mixed", statistic="region_difference")
    if not any("ignores_clusters" in row.notes for row in tests):
        return ""
    return (
        " The test does not allow for people of one peer group changing together, so a difference "
        "between regions may be one between groups."
    )
