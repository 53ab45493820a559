"""`peereval check`: every problem in the data, in one table."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from peereval.data.study import Study
    from peereval.notes import Finding


def print_check(data: Path, plan: Path) -> int:
    """Print what was found; 1 when an analysis cannot be trusted, else 0."""
    from peereval.analysis.score_outcomes import score_outcomes
    from peereval.data.load import read_study
    from peereval.data.problems import DataProblemsError

    try:
        study = read_study(data, plan)
    except DataProblemsError as err:
        _print_table(err.findings)
        refused = sum(f.severity == "refuse" for f in err.findings)
        print(f"\n{refused} to be mended before anything can be analysed.")
        return 1
    findings = [*study.findings, *score_outcomes(study).findings]
    _print_account(study)
    _print_table(findings)
    return 0


def _print_account(study: Study) -> None:
    """Rows read, used and left out, and the people in them."""
    print(
        f"{study.source.name} ({study.source.format}): {study.source.n_rows} rows read, "
        f"{study.n_rows_used} used, {study.n_rows_left_out} left out."
    )
    left_out = study.account.loc[~study.account["used"], "reason"]
    for reason, n in left_out.value_counts().sort_index().items():
        print(f"  {n} left out: {reason}")
    if study.matched:
        print(f"{study.n_people} people.")


def _print_table(findings: Sequence[Finding]) -> None:
    """One block per finding: what, where, what it does, how to mend it."""
    if not findings:
        print("Nothing doubtful was found.")
        return
    order = {"refuse": 0, "warn": 1, "note": 2}
    words = {"refuse": "MEND", "warn": "WARN", "note": "NOTE"}
    for finding in sorted(findings, key=lambda f: order[f.severity]):
        print(f"\n[{words[finding.severity]}] {finding.what}")
        for text, label in ((finding.effect, "Effect"), (finding.fix, "To mend it")):
            if text:
                print(f"       {label}: {text}")
        for cell in finding.cells:
            column = f", column '{cell.column}'" if cell.column else ""
            value = f": {cell.value!r}" if cell.value else ""
            print(f"       row {cell.row}{column}{value}")
