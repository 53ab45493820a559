"""`peereval report` and `peereval demo`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from peereval.cli.console import say
from peereval.errors import UsageError, did_you_mean

if TYPE_CHECKING:
    from pathlib import Path

    from peereval.analysis.evaluation import Evaluation


_FORMATS = ("docx", "pdf", "xlsx")
_ENGINES = ("duckdb", "postgres", "spark")


def write(
    data: Path,
    plan: Path,
    out: Path,
    *,
    length: str | None = None,
    formats: str = "html",
    raw_ledger: bool = False,
    engine: str = "memory",
) -> None:
    """Evaluate a file and write its report; print where it lies and what it found."""
    _refuse_unknown(formats, engine)
    from peereval.analysis.evaluate import evaluate
    from peereval.data.load import read_study
    from peereval.plan import Plan
    from peereval.report.write import reserved

    promised = Plan.from_file(plan)
    with reserved(out, inputs=(data, plan)):
        evaluation = evaluate(read_study(data, promised))
        evaluation.write_folder(out, length=length, raw_ledger=raw_ledger)
    _print_findings(evaluation, out)


def _refuse_unknown(formats: str, engine: str) -> None:
    """Refuse formats and engines that this version does not have."""
    for name in (f.strip().lower() for f in formats.split(",")):
        _refuse_other("format", name, ("html",), _FORMATS)
    _refuse_other("engine", engine, ("memory",), _ENGINES)


def _refuse_other(kind: str, name: str, here: tuple[str, ...], planned: tuple[str, ...]) -> None:
    """Refuse a name that is not here: misspelt, or not part of this version."""
    if name in here:
        return
    if name in planned:
        raise UsageError(
            f"The {kind} '{name}' is not part of this version.",
            fix=f"use --{kind} {here[0]}, or leave --{kind} out.",
        )
    raise UsageError(f"There is no {kind} '{name}'; {did_you_mean(name, here)}")


def _print_findings(evaluation: Evaluation, out: Path) -> None:
    """The headline, one line per outcome, and where the report lies."""
    from peereval.report.cells import Lookup
    from peereval.report.sentences import headline, verdict_words

    ledger, facts = evaluation.disclosed, evaluation.facts
    say(headline(ledger, facts))
    say()
    width = max(len(o.label) for o in facts.outcomes)
    for outcome in facts.outcomes:
        words = verdict_words(Lookup(ledger, facts, outcome.name).verdict())
        say(f"  {outcome.label:<{width}}  {words}")
    say()
    if facts.notice:
        say(facts.notice)
    say(f"Report: {out / 'report.html'}")
