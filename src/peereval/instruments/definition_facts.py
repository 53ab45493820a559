"""Reading the facts around a key: thresholds, norms, licence, sources."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from peereval.instruments.change import ChangeFacts
from peereval.instruments.provenance import Licence, Norm, Source, Verification

if TYPE_CHECKING:
    from peereval.instruments.toml_table import TableReader


def read_change(table: TableReader) -> ChangeFacts:
    """Thresholds; a reliable change is at 0.95 unless the file says otherwise."""
    named = {field.name for field in fields(ChangeFacts)}
    reliable = table.maybe_number("reliable_change")
    confidence = table.number("reliable_change_confidence", 0.95)
    return ChangeFacts(
        reliable_change=reliable,
        reliable_change_confidence=None if reliable is None else confidence,
        mcid=table.maybe_number("mcid"),
        caseness=table.maybe_number("caseness"),
        caseness_rule=table.choice("caseness_rule", (">=", ">", "<=", "<"))
        if "caseness_rule" in table
        else "",
        others=tuple((k, v) for k, v in table.figures() if k not in named),
    )


def read_norm(table: TableReader) -> Norm:
    """Scores of one population."""
    return Norm(
        population=table.text("population"),
        kind=table.choice("kind", ("general", "clinical")),
        status=table.choice("status", ("sourced", "unverified")),
        metric=table.text("metric", ""),
        mean=table.maybe_number("mean"),
        sd=table.maybe_number("sd"),
        n=table.integer("n") if "n" in table else None,
    )


def read_licence(table: TableReader) -> Licence:
    """Terms of use."""
    return Licence(
        status=table.choice("status", ("free", "registration", "permission", "paid")),
        note=table.text("note", ""),
    )


def read_verification(table: TableReader) -> Verification:
    """Grade, unverified parts, conflicts."""
    return Verification(
        grade=table.choice("grade", ("A", "B", "C")),
        unverified=table.texts("unverified"),
        conflicts=table.texts("conflicts"),
    )


def read_source(table: TableReader) -> Source:
    """One source."""
    return Source(
        citation=table.text("citation"), fields=table.texts("fields"), url=table.text("url", "")
    )
