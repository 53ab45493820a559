"""Tables of how people were matched, and of the change without joined IDs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from peereval.report.cells import Lookup, hidden_note, label, n_cell, number, p_cell, with_interval
from peereval.report.document import Table
from peereval.results import format as fmt

if TYPE_CHECKING:
    from peereval.results.facts import EvaluationFacts
    from peereval.results.ledger import Ledger

_WAYS = {
    "exact": "the same ID at both surveys",
    "case_or_spaces": "IDs that differ only by case or spaces, joined",
    "by_consent": "IDs that the plan says are the same, joined",
    "one_element": "codes of which one element differs, joined",
}


def matching_table(ledger: Ledger) -> Table | None:
    """People by how they were matched; None where nothing was joined or in doubt."""
    found = list(ledger.where(outcome="study", analysis="matching"))
    # A hidden number may be 0, which would be told by leaving the table out.
    doubtful = [r for r in found if r.level not in ("", "exact") or r.unit != "people"]
    if not any(r.level or r.suppressed or r.value for r in doubtful):
        return None
    words = {
        "people_not_matched": "people without both surveys",
        "near_matches": "pairs of IDs that differ by little, not joined",
        "ambiguous_ids": "IDs near to more than one other, not joined",
    }
    rows = tuple((_WAYS.get(r.level) or words[r.statistic], number(r, 0)) for r in found)
    return Table(
        id="matching",
        caption="How the surveys of a person were found",
        header=("Matched by", "Number"),
        rows=rows,
        note="Nothing is joined but by a rule or a list in the plan."
        f"{' Hidden: too small to show, or beside such a number.' if _hides(rows) else ''}",
    )


def _hides(rows: tuple[tuple[str, ...], ...]) -> bool:
    """Whether some number of a table is hidden."""
    return bool(hidden_note(rows))


def exact_matches_table(ledger: Ledger, facts: EvaluationFacts) -> Table | None:
    """The main change beside that with exact matches only; None where nothing was joined."""
    if not ledger.where(analysis="sensitivity", level="exact_matches"):
        return None
    rows = []
    for outcome in facts.outcomes:
        get = Lookup(ledger, facts, outcome.name)
        main = get.main("mean_change")
        exact = get("sensitivity", "mean_change", level="exact_matches")
        rows.append(
            (
                label(outcome),
                with_interval(main, outcome.places),
                n_cell(main),
                with_interval(exact, outcome.places),
                p_cell(exact),
                n_cell(exact),
            )
        )
    level = fmt.level_text(facts.ci_level)
    return Table(
        id="exact-matches",
        caption="The change had no ID been joined",
        header=(
            "Outcome",
            f"Main analysis ({level} interval)",
            "n",
            f"Exact matches only ({level} interval)",
            "p",
            "n",
        ),
        rows=tuple(rows),
        note="Later minus earlier, in scale points. With exact matches only, every spelling of an "
        "ID is taken for a person of its own."
        f"{hidden_note(rows)}",
    )
