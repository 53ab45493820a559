"""`peereval report` and `peereval demo`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from peereval.errors import PeerEvalError

if TYPE_CHECKING:
    from pathlib import Path

    from peereval.analysis.evaluate import Evaluation


class UsageError(PeerEvalError):
    """An option asks for something this version does not have."""


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
    from peereval.report.write import check_folder

    promised = Plan.from_file(plan)
    check_folder(out)
    evaluation = evaluate(read_study(data, promised))
    evaluation.write_folder(out, length=length, raw_ledger=raw_ledger)
    _print_findings(evaluation, out)


def _refuse_unknown(formats: str, engine: str) -> None:
    """Refuse formats and engines that this version does not have."""
    for name in (f.strip().lower() for f in formats.split(",")):
        if name != "html":
            raise UsageError(f"The format '{name}' is not part of this version.", expected="html")
    if engine != "memory":
        raise UsageError(f"The engine '{engine}' is not part of this version.", expected="memory")


def _print_findings(evaluation: Evaluation, out: Path) -> None:
    """The headline, one line per outcome, and where the report lies."""
    from peereval.report.cells import Lookup
    from peereval.report.sentences import headline, verdict_words

    ledger, facts = evaluation.disclosed, evaluation.facts
    print(headline(ledger, facts))
    print()
    width = max(len(o.label) for o in facts.outcomes)
    for outcome in facts.outcomes:
        words = verdict_words(Lookup(ledger, facts, outcome.name).verdict())
        print(f"  {outcome.label:<{width}}  {words}")
    print()
    if facts.notice:
        print(facts.notice)
    print(f"Report: {out / 'report.html'}")
