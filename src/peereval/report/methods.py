"""How the numbers were made, written out so that they can be made again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from peereval.disclosure.rules import PROFILES
from peereval.report.cells import Lookup
from peereval.report.document import Bullets, Paragraph, Section, Table
from peereval.report.references import references
from peereval.report.sentences import MEANING_OF_ORIGIN, in_sentence, reason_text
from peereval.results import format as fmt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from peereval.report.document import Block
    from peereval.results.facts import EvaluationFacts
    from peereval.results.ledger import Ledger


def methods_section(ledger: Ledger, facts: EvaluationFacts) -> Section:
    """Measures, analysis, verdicts and rules, in words."""
    return Section(
        id="methods",
        title="How it was done",
        sections=(
            Section(id="measures", title="What was measured", blocks=(measures_table(facts),)),
            Section(
                id="analysis", title="How change was analysed", blocks=_analysis(ledger, facts)
            ),
            *(
                (
                    Section(
                        id="verdicts", title="How verdicts were reached", blocks=_verdicts(ledger)
                    ),
                )
                if facts.matched
                else ()
            ),
            Section(
                id="references",
                title="Sources",
                blocks=(Bullets(items=references(ledger, facts)),),
            ),
        ),
    )


def measures_table(facts: EvaluationFacts) -> Table:
    """One row per outcome: how it was measured and how far its key is confirmed."""
    return Table(
        id="measures-table",
        caption="Outcomes and how they were measured",
        header=("Outcome", "Domain", "Measure", "Possible scores", "Better is", "Scoring key"),
        rows=tuple(
            (
                o.label,
                o.domain.replace("_", " "),
                o.measure,
                fmt.NOT_SHOWN
                if o.score_low is None or o.score_high is None
                else f"{o.score_low:g} to {o.score_high:g}",
                "higher" if o.good == 1 else "lower",
                _grade(o.grade),
            )
            for o in facts.outcomes
        ),
        note="Grade of a scoring key: A, two independent sources agree; B, one good source; "
        "C, not confirmed in a source.",
    )


def _grade(grade: str) -> str:
    """How far a scoring key is confirmed."""
    return f"grade {grade}" if grade else "from the plan"


def _analysis(ledger: Ledger, facts: EvaluationFacts) -> tuple[Block, ...]:
    """The analyses in words."""
    if not facts.matched:
        text = (
            "The surveys could not be linked person by person, so no analysis of change was made and "
            "no verdict reached. The report gives each survey's own mean and SD and their difference, "
            "with the interval and test of two samples (Welch 1947) and the intervals that the unknown "
            "correlation of a person's two scores could give at most and at least. None of them is a "
            "paired analysis."
        )
        return (Paragraph(text=text),)
    level = fmt.level_text(facts.ci_level)
    main = (
        f"Change is the score {fmt.at(facts.last_wave)} minus the score {fmt.at(facts.first_wave)}. "
        "The main analysis is a linear mixed model, which uses every score, also of people who "
        "answered only once. It is fitted by restricted maximum likelihood; its intervals "
        f"({level}) and tests take standard errors and degrees of freedom from Kenward and Roger "
        "(1997), which allow for few people, few regions and few groups."
    )
    clusters = (
        " None of these allows for people of one peer group changing together."
        if any(r.analysis == "paired" and "ignores_clusters" in r.notes for r in ledger)
        else ""
    )
    beside = (
        "Beside it stands the paired analysis of people with both scores: the mean change with "
        f"Student's t interval ({level}), the Hodges-Lehmann estimate with Wilcoxon's signed-rank "
        "test, which do not lean on the shape of the scores, and effect sizes that each name their "
        f"denominator.{clusters}"
    )
    if any(r.analysis == "overlap" for r in ledger):
        beside += (
            " The ledger also holds the difference of the means of all scores at the two surveys, by "
            "the partially overlapping samples t test (Derrick et al. 2017)."
        )
    items = (
        "Scores with missing items follow the rule of each questionnaire; nobody's missing survey "
        "was filled in."
    )
    return (
        Paragraph(text=main),
        *_models(facts),
        *(Paragraph(text=text) for text in _model_notes(ledger, facts)),
        Paragraph(text=beside),
        Paragraph(text=items),
    )


def _models(facts: EvaluationFacts) -> Iterator[Block]:
    """Which model was fitted and why; once where it is the same for all outcomes."""
    shared: dict[tuple[str, ...], list[str]] = {}
    for outcome in facts.outcomes:
        if outcome.name in facts.models:
            label = in_sentence(outcome.short_label)
            shared.setdefault(facts.models[outcome.name], []).append(label)
    for reasons, labels in shared.items():
        of = "" if len(labels) == len(facts.outcomes) else f" for {fmt.listing(labels)}"
        yield Paragraph(
            text=f"The model{of}, in the notation of R's lme4 and glmmTMB, and why it was chosen:"
        )
        yield Bullets(items=reasons)


def _model_notes(ledger: Ledger, facts: EvaluationFacts) -> Iterator[str]:
    """Singular fits, and outcomes to which no model could be fitted."""
    singular = []
    for outcome in facts.outcomes:
        row = Lookup(ledger, facts, outcome.name)("mixed", "mean_change")
        label = in_sentence(outcome.short_label)
        if row is not None and "singular" in row.notes:
            singular.append(label)
        if row is not None and row.reason:
            yield (
                f"No model could be fitted to {label}, because {reason_text(row.reason)}; there the "
                "paired analysis is the main one."
            )
    if singular:
        yield (
            f"For {fmt.listing(singular)} the fit is what statisticians call singular: a spread "
            "between groups or regions that the model allows for came out as zero, or their levels "
            "and changes as moving exactly together. That is common where groups or regions are "
            "few. The model is kept as it was chosen, and its degrees of freedom still count the "
            "groups or regions, because these data do not rule such a spread out."
        )


def _verdicts(ledger: Ledger) -> tuple[Block, ...]:
    """The verdict rule and where the smallest changes that matter are from."""
    notes = {note for row in ledger for note in row.notes}
    origins = sorted(n.removeprefix("origin:") for n in notes if n.startswith("origin:"))
    return (
        Paragraph(
            text="A verdict compares the 95% interval of the change, from the main analysis, with "
            "zero, and the 90% interval with the smallest change that matters. Improved: the whole "
            "95% interval is on the good side of zero. No change that matters: zero is inside, and "
            "the whole 90% interval is smaller than what matters (two one-sided tests at 5%). "
            "Otherwise the evidence is inconclusive, which is not evidence of no change."
        ),
        Paragraph(
            text="Tests are grouped into families: the primary outcomes, then the other outcomes "
            "of each domain. Within a family p-values are adjusted by Holm's method. A change in "
            "another outcome stands only when every primary outcome changed clearly too; "
            "otherwise it is marked exploratory. Equivalence tests are adjusted in families of "
            "their own."
        ),
        Paragraph(text="Smallest changes that matter in this report:"),
        Bullets(
            items=tuple(
                MEANING_OF_ORIGIN[origin] for origin in origins if origin in MEANING_OF_ORIGIN
            )
            or ("None can be shown.",)
        ),
    )


def disclosure_words(facts: EvaluationFacts) -> str:
    """The small-number rule this report passed."""
    words = PROFILES[facts.disclosure].words
    if facts.disclosure == "none":
        return words
    return f"{words} Where a hidden number would follow from others, some of those are hidden too."
