"""Publications that the methods of a report are from."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from peereval.results.facts import EvaluationFacts
    from peereval.results.ledger import Ledger

ALWAYS = (
    "Altman DG, Bland JM (1995). Absence of evidence is not evidence of absence. BMJ 311, 485.",
    "Bland JM, Altman DG (1994). Some examples of regression towards the mean. BMJ 309, 780.",
    (
        "Holm S (1979). A simple sequentially rejective multiple test procedure. Scandinavian "
        "Journal of Statistics 6, 65-70."
    ),
    (
        "Kenward MG, Roger JH (1997). Small sample inference for fixed effects from restricted "
        "maximum likelihood. Biometrics 53, 983-997."
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

# Sources of analyses that not every report has.
OF_ANALYSIS = {
    "overlap": (
        (
            "Derrick B, Russ B, Toher D, White P (2017). Test statistics for the comparison of means for "
            "two samples that include both paired and independent observations. Journal of Modern "
            "Applied Statistical Methods 16(1), 137-157."
        ),
    ),
    "reliability": (
        (
            "Cronbach LJ (1951). Coefficient alpha and the internal structure of tests. Psychometrika "
            "16, 297-334."
        ),
        (
            "Feldt LS, Woodruff DJ, Salih FA (1987). Statistical inference for coefficient alpha. "
            "Applied Psychological Measurement 11, 93-103."
        ),
        "McDonald RP (1999). Test theory: a unified treatment. Lawrence Erlbaum.",
    ),
    "unmatched": (
        (
            'Welch BL (1947). The generalization of "Student\'s" problem when several different '
            "population variances are involved. Biometrika 34, 28-35."
        ),
    ),
}


def references(ledger: Ledger, facts: EvaluationFacts) -> tuple[str, ...]:
    """Sources of the methods, in alphabetical order, then of the scoring keys."""
    analyses = {row.analysis for row in ledger}
    more = [text for name, texts in OF_ANALYSIS.items() if name in analyses for text in texts]
    keys = [f"{o.measure}: {c}" for o in facts.outcomes for c in o.citations]
    return (*sorted((*ALWAYS, *more)), *dict.fromkeys(keys))
