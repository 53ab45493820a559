"""The files of a report: the page, the ledger, the figures and the manifest."""

from __future__ import annotations

import hashlib
import platform
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from peereval.errors import OutputError, did_you_mean
from peereval.report.compose import compose
from peereval.report.html import html_text
from peereval.report.write import write_file, write_folder

if TYPE_CHECKING:
    from peereval.report.document import Document
    from peereval.results.facts import EvaluationFacts
    from peereval.results.ledger import Ledger

_SOFTWARE = ("peereval", "numpy", "scipy", "pandas", "formulaic", "matplotlib")
_LENGTHS = ("summary", "full", "technical")


def software_versions() -> tuple[str, ...]:
    """Names and versions of what makes the numbers."""
    found = [f"Python {platform.python_version()}"]
    for name in _SOFTWARE:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            found.append(f"{name} (version unknown)")
    return tuple(found)


def write_bundle(
    ledger: Ledger,
    facts: EvaluationFacts,
    folder: str | Path,
    *,
    length: str | None,
    ledger_file: Ledger,
) -> None:
    """Write a report's folder, all or nothing.

    Parameters
    ----------
    ledger : Ledger
        Disclosed rows: the report and the figures show nothing else.
    facts : EvaluationFacts
        The plan's facts.
    folder : str or Path
        Where the files go.
    length : {"summary", "full", "technical"} or None
        How much of the report; None for the plan's length.
    ledger_file : Ledger
        Rows written to ``ledger.csv``; `ledger`, unless the evaluator asked for all numbers.

    Raises
    ------
    OutputError
        If the folder cannot be written or holds files of others, or there is no such length.
    """
    document = _document(ledger, facts, length)
    files = {
        "report.html": html_text(document).encode(),
        "ledger.csv": ledger_file.csv_text().encode(),
    }
    for picture in document.pictures():
        files[f"figures/{picture.name}.svg"] = picture.svg.encode()
        files[f"figures/{picture.name}.png"] = picture.png()
    manifest = {
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "software": list(software_versions()),
        "platform": platform.platform(),
        "input": {"name": facts.source_name, "sha256": facts.source_sha256},
        # A plan that was built in Python has no text.
        "plan_sha256": hashlib.sha256(facts.plan_text.encode()).hexdigest()
        if facts.plan_text
        else "",
        "disclosure": facts.disclosure,
        "ledger_raw": ledger_file is not ledger,
    }
    write_folder(folder, files, manifest)


def write_report(
    ledger: Ledger, facts: EvaluationFacts, path: str | Path, *, length: str | None
) -> None:
    """Write the report alone, in the format its name ends with.

    Raises
    ------
    OutputError
        If the ending is not ``.html``, or the file cannot be written.
    """
    if Path(path).suffix.lower() not in (".html", ".htm"):
        raise OutputError(
            f"'{Path(path).name}' does not end in .html.",
            expected="a file name such as report.html; other formats are not part of this version",
        )
    document = _document(ledger, facts, length)
    write_file(path, html_text(document).encode())


def _document(ledger: Ledger, facts: EvaluationFacts, length: str | None) -> Document:
    """The report as a document; a length that does not exist is refused."""
    wanted = length or facts.length
    if wanted not in _LENGTHS:
        raise OutputError(f"There is no length '{wanted}'; {did_you_mean(wanted, _LENGTHS)}")
    return compose(ledger, facts, length=wanted, versions=software_versions())
