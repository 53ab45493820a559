"""One small evaluation set by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .builder import Result, evaluation, outcome, with_people

if TYPE_CHECKING:
    from peereval.results.facts import EvaluationFacts
    from peereval.results.ledger import Ledger


@pytest.fixture(scope="session")
def small() -> tuple[Ledger, EvaluationFacts]:
    """Two outcomes, two regions; hope is better when higher, mood when lower."""
    hope = outcome("hope")
    mood = outcome(
        "mood",
        label="Low mood",
        domain="clinical",
        higher_is="worse",
        primary=False,
        reliable_change=6.0,
        reliable_change_source="a made-up source",
    )
    ledger, facts = evaluation(
        (hope, Result(code="improved")),
        (mood, Result(code="no_meaningful_change", origin="software")),
        regions=("North", "South"),
    )
    return with_people(ledger, mood), facts


@pytest.fixture(scope="session")
def two_regions_rows() -> Ledger:
    """Every row about the synthetic sample, nothing hidden."""
    from peereval import evaluate, read_study, sample

    return evaluate(read_study(*sample("two_regions"))).rows
