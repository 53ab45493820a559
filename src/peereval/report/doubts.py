"""What was found in the data, worded so that small counts stay hidden."""

from __future__ import annotations

from typing import TYPE_CHECKING

from peereval.disclosure.rules import PROFILES

if TYPE_CHECKING:
    from peereval.notes import Finding
    from peereval.results.facts import EvaluationFacts

# What a finding says where its count is too small to be shown.
WITHOUT_COUNT = {
    "ambiguous_ids": "Some IDs come near to more than one other and stay apart.",
    "date_as_answer": "Some answers were dates; by the plan they count as no answer.",
    "date_far": "Some dates lie more than two years from all the others.",
    "date_implausible": "Some dates lie too far back for a survey; by the plan they count as none.",
    "date_unreadable": "Some dates could not be read; by the plan they count as none.",
    "dates_turned": "In some dates day and month may have changed places.",
    "duplicate_wave": "Some people had more than one row for the same wave; the plan's rule chose "
    "one of them.",
    "empty_row": "Some rows were completely empty and left out.",
    "filled_by_rule": "Some scores rest on forms with missing answers, as the scoring rule allows.",
    "group_changed": "Some people changed their group; the first one counts.",
    "group_filled": "Some groups were missing and taken from other rows of the same person.",
    "group_missing": "Some people have no group.",
    "interval_negative": "Some people have a later wave dated before an earlier one.",
    "joined_codes": "Some people were found by codes of which one element differs, as the plan allows.",
    "joined_ids": "Some IDs differed from another one only by case or spaces and were joined, as "
    "the plan says.",
    "lost_zeros": "Some IDs differ from another one only by zeros in front, and count as different "
    "people.",
    "near_ids": "Some pairs of IDs differ by so little that they may be one person; they were not joined.",
    "no_answers": "Some rows held no answer and were left out.",
    "no_date": "Some rows had no date and were left out.",
    "no_participant": "Some rows had no participant ID and were left out.",
    "no_wave": "Some rows had no wave and were left out.",
    "not_a_number": "Some answers were not numbers; by the plan they count as no answer.",
    "not_whole": "Some answers were not whole numbers; by the plan they count as no answer.",
    "out_of_range": "Some answers lay outside the possible range; by the plan they count as no "
    "answer.",
    "region_filled": "Some regions were missing and taken from other rows of the same person.",
    "region_missing": "Some people have no region: they count for everyone and for no region.",
    "same_absent": "Some IDs that the plan joins stand in no row.",
    "same_ids": "Some people stood under more than one ID and were joined, as the plan says.",
    "similar_ids": "Some IDs differ from another one only by case or spaces, and count as "
    "different people.",
    "too_many_missing": "Some forms had more missing answers than the scoring rule allows and "
    "have no score.",
}
_NO_WORDS = "Something was found whose count is too small to show."


def doubts(facts: EvaluationFacts) -> tuple[str, ...]:
    """What readers must know about the data, one text each, each text once.

    Parameters
    ----------
    facts : EvaluationFacts
        Findings, and the disclosure profile.

    Returns
    -------
    tuple of str
    """
    shown = (f for f in facts.findings if f.severity != "refuse")
    return tuple(dict.fromkeys(_text(finding, facts) for finding in shown))


def _text(finding: Finding, facts: EvaluationFacts) -> str:
    """One finding with its effect; without its count where the profile hides it."""
    if not (finding.n and PROFILES[facts.disclosure].hides_count(finding.n)):
        return " ".join(part for part in (finding.what, finding.effect) if part)
    text = WITHOUT_COUNT.get(finding.code, _NO_WORDS)
    if not finding.outcome:
        return text
    label = facts.outcome(finding.outcome).label
    return f"{label}: {text[:1].lower()}{text[1:]}"
