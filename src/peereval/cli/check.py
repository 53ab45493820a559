"""`peereval check`: every problem in the data, in one table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from peereval.cli.console import say
from peereval.data.matching.consent import consent_lines

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from peereval.data.study import Study
    from peereval.notes import Cell, Finding


def print_check(data: Path, plan: Path) -> int:
    """Print what was found; 1 when an analysis cannot be trusted, else 0.

    Raises
    ------
    DataError
        If the data are sound and still nothing can be compared.
    """
    from peereval.analysis.comparable import refuse_incomparable
    from peereval.analysis.pairs import pair_table
    from peereval.analysis.score_outcomes import score_outcomes
    from peereval.data.load import read_study
    from peereval.data.problems import DataProblemsError
    from peereval.results.format import plural

    try:
        study = read_study(data, plan)
    except DataProblemsError as err:
        _print_table(err.findings)
        refused = sum(f.severity == "refuse" for f in err.findings)
        say(f"\n{plural(refused, 'problem')} to be mended before anything can be analysed.")
        return 1
    scored = score_outcomes(study)
    _print_account(study)
    _print_table([*study.findings, *scored.findings])
    refuse_incomparable(study, scored, pair_table(scored))
    return 0


def _print_account(study: Study) -> None:
    """Rows read, used and left out, and the people in them."""
    from peereval.results.format import plural

    say(
        f"{study.source.name} ({study.source.format}): {plural(study.source.n_rows, 'row')} read, "
        f"{study.n_rows_used} used, {study.n_rows_left_out} left out."
    )
    left_out = study.account.loc[~study.account["used"], "reason"]
    for reason, n in left_out.value_counts().sort_index().items():
        say(f"  {n} left out: {reason}")
    if study.matched:
        say(f"{plural(study.n_people, 'person', 'people')}.")
    _print_near(study)


def _print_near(study: Study) -> None:
    """Pairs of IDs that may be one person, and the lines of a plan that would join them."""
    near = study.doubts.near
    if not near:
        return
    say("\nIDs that may be one person (not joined; for your eyes only):")
    for pair in near:
        first, second = (
            f"{cell.value!r} ({_row(cell)}, {survey})"
            for cell, survey in zip(pair.cells, pair.surveys, strict=True)
        )
        say(f"  {first} and {second}: {pair.reason}")
    if study.plan.data.sgic:
        say("To join all of these, say under [data]: sgic_tolerance = 1")
        return
    say("To join those that are one person, put their lines into the plan:")
    for line in consent_lines(near):
        say(f"  {line}")


def _print_table(findings: Sequence[Finding]) -> None:
    """One block per finding: what, where, what it does, how to mend it."""
    if not findings:
        say("Nothing doubtful was found.")
        return
    order = {"refuse": 0, "warn": 1, "note": 2}
    words = {"refuse": "MEND", "warn": "WARN", "note": "NOTE"}
    for finding in sorted(findings, key=lambda f: order[f.severity]):
        say(f"\n[{words[finding.severity]}] {finding.what}")
        for text, label in ((finding.effect, "Effect"), (finding.fix, "To mend it")):
            if text:
                say(f"       {label}: {text}")
        for cell in finding.cells:
            column = f", column '{cell.column}'" if cell.column else ""
            value = f": {cell.value!r}" if cell.value else ""
            say(f"       {_row(cell)}{column}{value}")


def _row(cell: Cell) -> str:
    """Where a cell stands: its row, and its sheet or file where there are several."""
    return f"row {cell.row}" + (f" of '{cell.part}'" if cell.part else "")
