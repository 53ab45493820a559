"""Whether a study holds scores that a change can be shown with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from peereval.errors import DataError
from peereval.results.format import plural

if TYPE_CHECKING:
    from peereval.analysis.pairs import PairTable
    from peereval.analysis.score_outcomes import ScoredStudy
    from peereval.data.study import Study


_TOO_LARGE = 1e100
"""Beyond this, squares leave the range of numbers; no questionnaire comes near it."""


def refuse_incomparable(study: Study, scored: ScoredStudy, pairs: PairTable) -> None:
    """Refuse a study in which no outcome can show a change, or whose scores are no scores.

    Parameters
    ----------
    study : Study
        What arrived.
    scored : ScoredStudy
        Its scores.
    pairs : PairTable
        Its scores before and after.

    Raises
    ------
    DataError
        If fewer than two people have scores at both waves in every outcome; without matching,
        if no outcome has a score at both waves. If a score is too large to reckon with.
    """
    for name, scores in scored.scores.items():
        if (n := int((scores.abs() > _TOO_LARGE).sum())) > 0:
            raise DataError(
                f"{plural(n, 'score')} of '{name}' {'is' if n == 1 else 'are'} larger than 1e100.",
                expected="scores of a questionnaire",
                fix="correct them, or give the outcome a range so that 'peereval check' finds them.",
            )
    if not study.matched:
        _refuse_one_sided(study, pairs)
        return
    both = pairs.before.notna() & pairs.after.notna()
    most = int(both.sum().max())
    if most >= 2:
        return
    waves = study.plan.waves
    who = "Nobody has" if most == 0 else "Only one person has"
    raise DataError(
        f"{who} a score at both '{waves.first}' and '{waves.last}' in any outcome, so no change "
        f"can be shown. {_people(study, pairs)}",
        expected="at least two people with a score at both waves",
        fix=_remedy(study, pairs),
    )


def _people(study: Study, pairs: PairTable) -> str:
    """How many people there are at each wave and at both."""
    waves = study.plan.waves
    n_both = int((pairs.at_first & pairs.at_last).sum())
    return (
        f"Of {plural(len(pairs.before), 'person', 'people')}, {int(pairs.at_first.sum())} "
        f"answered at '{waves.first}', {int(pairs.at_last.sum())} at '{waves.last}' and {n_both} "
        "at both."
    )


def _remedy(study: Study, pairs: PairTable) -> str:
    """Where to look: at the IDs when few people are found twice, else at the answers."""
    if int((pairs.at_first & pairs.at_last).sum()) >= 2:
        return "see with 'peereval check' why answers could not be scored."
    remedy = "see with 'peereval check' whether IDs and wave labels are written alike at both waves"
    if study.plan.data.ids == "exact":
        remedy += '; ids = "trim" joins IDs that differ only by case and spaces'
    return remedy


def _refuse_one_sided(study: Study, pairs: PairTable) -> None:
    """Refuse surveys without matching in which a wave has no score at all."""
    if bool((pairs.before.notna().any() & pairs.after.notna().any()).any()):
        return
    waves = study.plan.waves
    raise DataError(
        f"No outcome has scores at both '{waves.first}' and '{waves.last}', so there is nothing "
        "to compare.",
        fix="see with 'peereval check' why answers could not be scored.",
    )
