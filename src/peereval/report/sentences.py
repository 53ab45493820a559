"""Every sentence the report makes of a number, in plain English and one place.

Verbs say that scores changed, never why: before-and-after surveys without a comparison group
cannot show that.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

from peereval.results import format as fmt

if TYPE_CHECKING:
    from peereval.results.facts import EvaluationFacts, OutcomeFacts
    from peereval.results.ledger import Ledger, LedgerRow

Tone = Literal["better", "worse", "none", "unsure"]

VERDICT_WORDS = {
    "improved_meaningfully": "improved by at least what matters",
    "improved": "improved; whether by enough to matter is uncertain",
    "improved_trivially": "improved, but by less than matters",
    "no_meaningful_change": "no change that matters",
    "inconclusive": "not enough evidence either way",
    "worsened_trivially": "worsened, but by less than matters",
    "worsened": "worsened; whether by enough to matter is uncertain",
    "worsened_meaningfully": "worsened by at least what matters",
}

REASONS = {
    "fewer_than_two_pairs": "fewer than two people answered both surveys",
    "no_variance": "everybody's change was the same, so there is no interval",
    "no_smallest_change": "there is no smallest change that matters to compare with",
    "no_variance_pre": "everybody had the same score before",
    "no_variance_post": "everybody had the same score after",
    "perfect_correlation": "scores before and after rise and fall together exactly",
    "above_1e307": "the number is too large to print",
    "no_pairs": "nobody answered both surveys",
    "fewer_than_three_pairs": "fewer than three people answered both surveys",
    "unmatched": "surveys could not be linked person by person",
    "too_few_rows": "there are too few answers for this model",
    "too_few_scores": "there are too few scores",
    "no_convergence": "the model did not settle on an answer",
    "fewer_than_two_people": "fewer than two people answered at one of the surveys",
    "fewer_than_two_regions": "fewer than two regions have enough people",
    "not_tested": "there was no test",
    "all_zero_differences": "nobody's score changed",
    "nobody_to_count": "there is nobody to count",
    "nobody_changed_category": "everybody stayed in the same category",
    "everybody_moved_alike": "everybody moved in the same way, so there is no variation",
    "no_true_variance": "scores vary no more than measurement error alone would make them",
    "one_pair": "only one person answered both surveys",
    "fewer_than_two_items": "the score has fewer than two items",
    "fewer_than_two_complete_forms": "fewer than two people answered every item",
    "no_total_variance": "everybody's answers add up to the same",
    "item_without_variance": "everybody gave the same answer to an item",
    "not_identified": "the answers do not determine one common factor",
    "negative_alpha": "the items run against each other, so the scale has no reliability",
    "no_variance_trimmed": "without the lowest and the highest scores everybody's change was the "
    "same",
    "fewer_than_five_pairs": "fewer than five people answered both surveys",
    "degenerate_resamples": "too few scores differ for an interval by resampling",
    "many_pairs": "there are people enough for the intervals without resampling",
}

MEANING_OF_ORIGIN = {
    "plan": "Set in the plan.",
    "questionnaire": "Published for the questionnaire and meant for individuals; never more than "
    "half a standard deviation of the scores before.",
    "software": "A yardstick chosen by the software: one fifth of the standard deviation of the "
    "scores before.",
}

NO_COMPARISON = (
    "There was no comparison group, so this evaluation cannot say why scores changed, or what "
    "would have happened without the service."
)


def reason_text(code: str) -> str:
    """Why a number could not be computed, in words."""
    return REASONS.get(code, code.replace("_", " "))


def tone_of(code: str) -> Tone:
    """What a verdict says about direction."""
    if code.startswith("improved"):
        return "better"
    if code.startswith("worsened"):
        return "worse"
    return "none" if code == "no_meaningful_change" else "unsure"


def verdict_words(row: LedgerRow | None) -> str:
    """A verdict in a few words, with its "exploratory" mark."""
    if row is None:
        return "not estimated"
    if row.suppressed:
        return "hidden to protect small groups"
    if row.level not in VERDICT_WORDS:
        return f"not estimated: {reason_text(row.reason)}"
    words = VERDICT_WORDS[row.level]
    return f"{words} (exploratory)" if "exploratory" in row.notes else words


def quoted(label: str) -> str:
    """A label as it may begin a sentence; a question in quotation marks, because it ends one."""
    return (
        f"\N{LEFT DOUBLE QUOTATION MARK}{label}\N{RIGHT DOUBLE QUOTATION MARK}"
        if (label.endswith(("?", "!", ".")))
        else label
    )


def in_sentence(label: str) -> str:
    """A label as it stands inside a sentence: ``Hope`` becomes ``hope``, ``PHQ-9`` stays."""
    if quoted(label) != label:
        return quoted(label)
    first_word = label.split(" ", 1)[0]
    return label[:1].lower() + label[1:] if first_word[1:].islower() else label


def movement(value: float, places: int) -> str:
    """A raw change in words: ``a rise of 1.2``, ``a fall of 0.4``, ``no change``."""
    size = fmt.fixed(abs(value), places)
    if not any(d in size for d in "123456789"):
        return "no change"
    return f"a {'rise' if value > 0 else 'fall'} of {size}"


def change_sentence(row: LedgerRow, outcome: OutcomeFacts) -> str:
    """How far the average score moved, with its interval and n."""
    places = outcome.places
    size = fmt.fixed(abs(row.value), places)
    verb = "rose" if row.value > 0 else "fell"
    better = "higher" if outcome.good == 1 else "lower"
    if row.ci_low > 0 or row.ci_high < 0:
        low, high = sorted((abs(row.ci_low), abs(row.ci_high)))
        reach = f"95% interval {fmt.interval(low, high, places)}"
    else:
        reach = (
            f"95% interval from {movement(row.ci_low, places)} to {movement(row.ci_high, places)}"
        )
    # The n alone may be hidden, where it would give a small count away.
    people = "n hidden" if row.n is None else fmt.plural(row.n, "person", "people")
    moved = (
        f"The average score {verb} by {size} points"
        if any(d in size for d in "123456789")
        else "The average score stayed the same to the decimal shown"
    )
    return f"{moved} ({reach}; {people}); {better} is better."


def verdict_sentence(
    row: LedgerRow,
    outcome: OutcomeFacts,
    smallest: LedgerRow | None,
    equivalence: LedgerRow | None,
) -> str:
    """The verdict on an outcome with the numbers it rests on.

    Parameters
    ----------
    row : LedgerRow
        The verdict.
    outcome : OutcomeFacts
        What is judged.
    smallest : LedgerRow or None
        The smallest change that matters.
    equivalence : LedgerRow or None
        The row that holds the 90% interval.

    Returns
    -------
    str
        Two or three sentences.
    """
    if row.suppressed:
        return f"{outcome.label}: the result is hidden to protect small groups."
    if row.level not in VERDICT_WORDS:
        return f"{outcome.label}: not estimated, because {reason_text(row.reason)}."
    has_m = smallest is not None and not math.isnan(smallest.value)
    m = fmt.fixed(smallest.value, outcome.places) if smallest is not None and has_m else "?"
    matters = f"{m} points, the smallest change that matters"
    name = quoted(outcome.label)
    uncertain = (
        f"It is uncertain whether the change was {m} points or more, which is the smallest "
        "change that matters."
        if has_m
        else "There is no smallest change that matters to compare it with."
    )
    opening = {
        "improved_meaningfully": f"{name} improved by at least {matters}.",
        "improved": f"{name} improved. {uncertain}",
        "improved_trivially": f"{name} improved, but by less than {matters}.",
        "no_meaningful_change": f"{name} showed no change that matters: any average change was "
        f"smaller than {m} points either way{_narrow_interval(equivalence, outcome)}.",
        "inconclusive": f"For {in_sentence(name)} there is not enough evidence either way: a "
        f"change of {m} points, the smallest that matters, can be neither shown nor ruled out.",
        "worsened_trivially": f"{name} worsened, but by less than {matters}.",
        "worsened": f"{name} worsened. {uncertain}",
        "worsened_meaningfully": f"{name} worsened by at least {matters}.",
    }[row.level]
    return f"{opening} {change_sentence(row, outcome)}"


def _narrow_interval(row: LedgerRow | None, outcome: OutcomeFacts) -> str:
    """The 90% interval that an equivalence test rests on, in brackets."""
    if row is None or math.isnan(row.ci_low):
        return ""
    low, high = movement(row.ci_low, outcome.places), movement(row.ci_high, outcome.places)
    return f" (90% interval from {low} to {high})"


def not_shown_sentence(row: LedgerRow, ledger: Ledger) -> str:
    """What a verdict does not show."""
    if row.suppressed or row.level not in VERDICT_WORDS:
        return "This says nothing about whether scores changed."
    if row.level == "inconclusive":
        text = "This does not show that nothing changed."
    elif row.level == "no_meaningful_change":
        text = "This is an average: single people may have changed either way."
    else:
        text = "This does not show that the service was the reason."
    if "exploratory" in row.notes and row.group == "all":
        text += f" {exploratory_sentence(row, ledger)}"
    return text


def exploratory_sentence(row: LedgerRow, ledger: Ledger) -> str:
    """Why a verdict is marked exploratory."""
    prefix = "equivalence_" if row.level == "no_meaningful_change" else ""
    tests = ledger.only(
        outcome=row.outcome, analysis="verdict", statistic=f"{prefix}tests_in_family"
    )
    n = round(tests.value) if tests is not None and not math.isnan(tests.value) else 1
    if tests is not None and "gate_closed" in tests.notes and not prefix:
        return (
            f"Exploratory: not after allowing for {fmt.plural(n, 'test')} and the plan's main "
            "outcomes, which come first."
        )
    return f"Exploratory: not after allowing for {fmt.plural(n, 'test')}."


def yardstick_sentence(
    row: LedgerRow, smallest: LedgerRow | None, bounds: LedgerRow | None, places: int
) -> str:
    """What to know about a smallest change that matters which the plan did not set."""
    if row.level not in VERDICT_WORDS or smallest is None or math.isnan(smallest.value):
        return ""
    if "origin:questionnaire" in smallest.notes:
        lowered = ", lowered to half an SD before" if "capped" in smallest.notes else ""
        return f"The smallest change that matters is the questionnaire's, meant for individuals{lowered}."
    if "origin:software" not in smallest.notes:
        return ""
    text = "The smallest change that matters is a yardstick chosen by the software."
    undecided = row.level in ("inconclusive", "no_meaningful_change")
    if undecided and bounds is not None and not math.isnan(bounds.value):
        text += (
            " With these data, the verdict 'no change that matters' needs a smallest change that "
            f"matters above {fmt.fixed(bounds.value, places)} points."
        )
    return text


# What the headline says of outcomes with the same kind of verdict: in full, and as a count.
_HEADLINES = {
    "better": ("Scores for {} improved {span}.", "improved"),
    "better_little": ("{} improved, but by less than matters.", "improved by less than matters"),
    "worse": ("Scores for {} worsened {span}.", "worsened"),
    "worse_little": ("{} worsened, but by less than matters.", "worsened by less than matters"),
    "none": ("There was no change that matters in {}.", "with no change that matters"),
    "better_exploratory": ("Exploratory: {} improved.", "improved (exploratory)"),
    "worse_exploratory": ("Exploratory: {} worsened.", "worsened (exploratory)"),
    "none_exploratory": (
        "Exploratory: no change that matters in {}.",
        "with no change that matters (exploratory)",
    ),
    "unsure": ("The evidence is inconclusive for {}.", "inconclusive"),
    "no_result": ("No result can be shown for {}.", "without a result to show"),
}


def headline(ledger: Ledger, facts: EvaluationFacts) -> str:
    """The findings in at most 60 words: each outcome by name, or their numbers."""
    found: dict[str, list[str]] = {kind: [] for kind in _HEADLINES}
    for outcome in facts.outcomes:
        found[_kind(_verdict(ledger, outcome.name))].append(in_sentence(outcome.short_label))
    named = {kind: labels for kind, labels in found.items() if labels}
    span = f"between {facts.first_wave} and {facts.last_wave}"
    if (facts.first_wave.lower(), facts.last_wave.lower()) == ("before", "after"):
        span = "from before to after"
    end = "There was no comparison group, so the reasons are unknown."
    if not facts.matched:
        return (
            "The two surveys could not be linked person by person, so it is not known how people "
            "changed. The report compares the two surveys as a whole. There was no comparison "
            "group, so the reasons for any difference are unknown."
        )
    sentences = [_HEADLINES[k][0].format(fmt.listing(v), span=span) for k, v in named.items()]
    full = " ".join([*(s[0].upper() + s[1:] for s in sentences), end])
    if len(full.split()) <= 60:
        return full
    counts = ", ".join(f"{len(v)} {_HEADLINES[k][1]}" for k, v in named.items())
    return f"Of {fmt.plural(len(facts.outcomes), 'outcome')}: {counts}. {end}"


def _kind(row: LedgerRow | None) -> str:
    """Which sentence of the headline speaks of an outcome."""
    if row is None or row.suppressed or row.level not in VERDICT_WORDS:
        return "no_result"
    tone = tone_of(row.level)
    if tone == "unsure":
        return tone
    if "exploratory" in row.notes:
        return f"{tone}_exploratory"
    return f"{tone}_little" if row.level.endswith("_trivially") else tone


def _verdict(ledger: Ledger, outcome: str) -> LedgerRow | None:
    """The verdict on an outcome for everyone."""
    return ledger.only(outcome=outcome, group="all", analysis="verdict", statistic="verdict")
