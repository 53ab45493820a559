"""How the numbers were made, written out so that they can be made again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from peereval.disclosure.rules import PROFILES
from peereval.report.document import Bullets, Paragraph, Section, Table
from peereval.report.sentences import MEANING_OF_ORIGIN
from peereval.results import format as fmt

if TYPE_CHECKING:
    from peereval.report.document import Block
    from peereval.results.facts import EvaluationFacts
    from peereval.results.ledger import Ledger

REFERENCES = (
    "Altman DG, Bland JM (1995). Absence of evidence is not evidence of absence. BMJ 311, 485.",
    "Bland JM, Altman DG (1994). Some examples of regression towards the mean. BMJ 309, 780.",
    (
        "Holm S (1979). A simple sequentially rejective multiple test procedure. Scandinavian "
        "Journal of Statistics 6, 65-70."
    ),
    (
        "Laird NM, Ware JH (1982). Random-effects models for longitudinal data. Biometrics 38, "
        "963-974."
    ),
    (
        "Schuirmann DJ (1987). A comparison of the two one-sided tests procedure and the power "
        "approach. Journal of Pharmacokinetics and Biopharmaceutics 15, 657-680."
    ),
    (
        "Terwee CB et al. (2007). Quality criteria were proposed for measurement properties of health "
        "status questionnaires. Journal of Clinical Epidemiology 60, 34-42."
    ),
)


def methods_section(ledger: Ledger, facts: EvaluationFacts) -> Section:
    """Measures, analysis, verdicts and rules, in words."""
    return Section(
        id="methods",
        title="How it was done",
        sections=(
            Section(id="measures", title="What was measured", blocks=(measures_table(facts),)),
            Section(id="analysis", title="How change was analysed", blocks=_analysis(facts)),
            Section(id="verdicts", title="How verdicts were reached", blocks=_verdicts(ledger)),
            Section(id="references", title="Sources", blocks=(Bullets(items=_references(facts)),)),
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


def _analysis(facts: EvaluationFacts) -> tuple[Block, ...]:
    """The analyses in words."""
    level = fmt.level_text(facts.ci_level)
    paragraphs = [
        (
            f"Change is the score at {facts.last_wave} minus the score at {facts.first_wave}. The main "
            "analysis takes everyone with both scores and gives the mean change with Student's t "
            f"interval ({level}). Beside it stand the Hodges-Lehmann estimate with Wilcoxon's "
            "signed-rank test, which do not lean on the shape of the scores, and effect sizes that "
            "each name their denominator."
        ),
        (
            "A mixed model uses every score, also of people who answered only once: a mean for each "
            "survey in each region, and a random intercept per person, fitted by restricted maximum "
            "likelihood (statsmodels). The change of everyone weighs the regions by their people at "
            "the first survey. Its intervals are large-sample (z) intervals, which are somewhat too "
            "narrow when people or regions are few; that is why the paired analysis is the main one."
        ),
        (
            "Scores with missing items follow the rule of each questionnaire; nobody's missing survey "
            "was filled in."
        ),
    ]
    if not facts.matched:
        paragraphs = [
            (
                "The surveys could not be linked person by person, so no paired analysis was made. "
                "The report gives each survey's own mean and SD."
            )
        ]
    return tuple(Paragraph(text=text) for text in paragraphs)


def _verdicts(ledger: Ledger) -> tuple[Block, ...]:
    """The verdict rule and where the smallest changes that matter are from."""
    notes = {note for row in ledger for note in row.notes}
    origins = sorted(n.removeprefix("origin:") for n in notes if n.startswith("origin:"))
    return (
        Paragraph(
            text="A verdict compares the 95% interval of the change with zero, and the 90% "
            "interval with the smallest change that matters. Improved: the whole 95% interval is "
            "on the good side of zero. No change that matters: zero is inside, and the whole 90% "
            "interval is smaller than what matters (two one-sided tests at 5%). Otherwise the "
            "evidence is inconclusive, which is not evidence of no change."
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
            or ("none could be formed",)
        ),
    )


def _references(facts: EvaluationFacts) -> tuple[str, ...]:
    """Sources of the methods and of the scoring keys."""
    keys = [f"{o.measure}: {c}" for o in facts.outcomes for c in o.citations]
    return (*REFERENCES, *dict.fromkeys(keys))


def disclosure_words(facts: EvaluationFacts) -> str:
    """The small-number rule this report passed."""
    words = PROFILES[facts.disclosure].words
    if facts.disclosure == "none":
        return words
    return f"{words} Where a hidden number would follow from others, some of those are hidden too."
