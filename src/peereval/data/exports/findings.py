"""What a reader should know of a file that a survey system wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING

from peereval.notes import Finding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from peereval.data.grid import Export
    from peereval.plan import Plan


def export_findings(exports: Sequence[Export], plan: Plan) -> list[Finding]:
    """Name the systems; refuse a number of responses that the plan takes for people's IDs.

    Parameters
    ----------
    exports : sequence of Export
        Of every file that was recognised.
    plan : Plan
        What is evaluated.

    Returns
    -------
    list of Finding
        Each system once.
    """
    findings = []
    for export in {export.system: export for export in exports}.values():
        findings.append(
            Finding(
                code="export_layout",
                severity="note",
                what=f"The data are an export of {export.system}: {export.done}.",
                n=sum(other.system == export.system for other in exports),
            )
        )
        participant = (plan.data.participant or "").strip()
        if participant in export.response_ids and _joins_rows(plan):
            findings.append(
                Finding(
                    code="response_number_as_id",
                    severity="refuse",
                    what=f"The plan's participant is '{participant}', which in {export.system} "
                    "numbers responses, not people.",
                    effect="The same person has another number at every wave, and the same "
                    "number may be two people.",
                    fix="name the column in which people gave their ID or code; without one say "
                    "unmatched = true under [data].",
                    n=1,
                )
            )
    return findings


def _joins_rows(plan: Plan) -> bool:
    """Whether rows of one person are found by the participant column."""
    return plan.data.layout == "long" and not plan.data.unmatched
