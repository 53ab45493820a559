"""Which unconfirmed parts of a definition a reader has to be told of, in plain English."""

from __future__ import annotations

from typing import TYPE_CHECKING

from peereval.notes import Finding

if TYPE_CHECKING:
    from peereval.instruments.provenance import Verification

KEY_PARTS = {
    "items": "the items",
    "reverse": "the reversed items",
    "scoring": "the scoring rule",
    "coding": "the printed order of the answers",
}
"""Parts of a scoring key, as sentences name them."""


def unverified_parts(
    name: str,
    verification: Verification,
    *,
    states_missing_rule: bool,
    variant: str | None = None,
    subscale: str | None = None,
    outcome: str = "",
) -> list[Finding]:
    """Findings about the parts in use that could not be confirmed.

    Parameters
    ----------
    name : str
        Full name of the questionnaire.
    verification : Verification
        Grade and unverified parts.
    states_missing_rule : bool
        Whether the definition claims a rule for missing answers at all; where it does not,
        a complete form is our own default and there is nothing to confirm.
    variant, subscale : str, optional
        What is in use.
    outcome : str, optional
        Outcome the findings are filed under.
    """
    subjects: list[str] = []
    if verification.grade == "C":
        subjects = [f"The scoring key of the {name}"]
    else:
        parts = [words for part, words in KEY_PARTS.items() if verification.lists(part)]
        if parts:
            subjects.append(f"Part of the scoring key of the {name} ({', '.join(parts)})")
        if states_missing_rule and verification.lists("missing"):
            subjects.append(f"The rule for missing answers of the {name}")
        if subscale is not None and verification.lists("subscales"):
            subjects.append(f"The subscale '{subscale}' of the {name}")
        if variant is not None and verification.lists("variants"):
            subjects.append(f"The variant '{variant}' of the {name}")
    grade = " (grade C)" if verification.grade == "C" else ""
    return [
        Finding(
            code="unverified_key",
            severity="warn",
            what=f"{subject} could not be confirmed in a published source{grade}; check it "
            "before relying on this outcome.",
            effect="If it is wrong, so are the scores.",
            fix="compare it with the scoring sheet of the questionnaire's publisher.",
            outcome=outcome,
        )
        for subject in subjects
    ]
