"""Publications that the methods of a report are from."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from peereval.results.facts import EvaluationFacts
    from peereval.results.ledger import Ledger

ALWAYS = (
    "Bland JM, Altman DG (1994). Some examples of regression towards the mean. BMJ 309, 780.",
    (
        "Terwee CB et al. (2007). Quality criteria were proposed for measurement properties of health "
        "status questionnaires. Journal of Clinical Epidemiology 60, 34-42."
    ),
)
OF_CHANGE = (
    "Altman DG, Bland JM (1995). Absence of evidence is not evidence of absence. BMJ 311, 485.",
    (
        "Holm S (1979). A simple sequentially rejective multiple test procedure. Scandinavian "
        "Journal of Statistics 6, 65-70."
    ),
)
"""Behind every verdict."""
OF_MODELS = (
    (
        "Kenward MG, Roger JH (1997). Small sample inference for fixed effects from restricted "
        "maximum likelihood. Biometrics 53, 983-997."
    ),
    "Laird NM, Ware JH (1982). Random-effects models for longitudinal data. Biometrics 38, 963-974.",
)
"""Behind every mixed model."""

IN_FULL = {
    "Benjamini & Hochberg (1995)": "Benjamini Y, Hochberg Y (1995). Controlling the false discovery "
    "rate: a practical and powerful approach to multiple testing. Journal of the Royal Statistical "
    "Society B 57, 289-300.",
    "Bhapkar (1966)": "Bhapkar VP (1966). A note on the equivalence of two test criteria for "
    "hypotheses in categorical data. Journal of the American Statistical Association 61, 228-235.",
    "Bonett (2008)": "Bonett DG (2008). Confidence intervals for standardized linear contrasts of "
    "means. Psychological Methods 13, 99-109.",
    "Cronbach (1951)": "Cronbach LJ (1951). Coefficient alpha and the internal structure of tests. "
    "Psychometrika 16, 297-334.",
    "Cumming & Finch (2001)": "Cumming G, Finch S (2001). A primer on the understanding, use, and "
    "calculation of confidence intervals that are based on central and noncentral distributions. "
    "Educational and Psychological Measurement 61, 532-574.",
    "Derrick, Russ, Toher & White (2017)": "Derrick B, Russ B, Toher D, White P (2017). Test "
    "statistics for the comparison of means for two samples that include both paired and "
    "independent observations. Journal of Modern Applied Statistical Methods 16(1), 137-157.",
    "Dixon & Mood (1946)": "Dixon WJ, Mood AM (1946). The statistical sign test. Journal of the "
    "American Statistical Association 41, 557-566.",
    "Efron (1987)": "Efron B (1987). Better bootstrap confidence intervals. Journal of the American "
    "Statistical Association 82, 171-185.",
    "Feldt, Woodruff & Salih (1987)": "Feldt LS, Woodruff DJ, Salih FA (1987). Statistical inference "
    "for coefficient alpha. Applied Psychological Measurement 11, 93-103.",
    "Fisher (1935)": "Fisher RA (1935). The Design of Experiments. Oliver and Boyd.",
    "Hageman & Arrindell (1999)": "Hageman WJJM, Arrindell WA (1999). Establishing clinically "
    "significant change: increment of precision and the distinction between individual and group "
    "level of analysis. Behaviour Research and Therapy 37, 1169-1193.",
    "Harman & Jones (1966)": "Harman HH, Jones WH (1966). Factor analysis by minimizing residuals "
    "(minres). Psychometrika 31, 351-368.",
    "Hedges (1981)": "Hedges LV (1981). Distribution theory for Glass's estimator of effect size and "
    "related estimators. Journal of Educational Statistics 6, 107-128.",
    "Hodges & Lehmann (1963)": "Hodges JL, Lehmann EL (1963). Estimates of location based on rank "
    "tests. Annals of Mathematical Statistics 34, 598-611.",
    "Hsu (1989": "Hsu LM (1989). Reliable changes in psychotherapy: taking into account regression "
    "toward the mean. Behavioral Assessment 11, 459-467.",
    "Jacobson & Truax (1991)": "Jacobson NS, Truax P (1991). Clinical significance: a statistical "
    "approach to defining meaningful change in psychotherapy research. Journal of Consulting and "
    "Clinical Psychology 59, 12-19.",
    "Johnson (2005)": "Johnson JA (2005). Ascertaining the validity of individual protocols from "
    "web-based personality inventories. Journal of Research in Personality 39, 103-129.",
    "Kerby (2014)": "Kerby DS (2014). The simple difference formula: an approach to teaching "
    "nonparametric correlation. Comprehensive Psychology 3, 11.IT.3.1.",
    "Lord & Novick (1968)": "Lord FM, Novick MR (1968). Statistical Theories of Mental Test Scores. "
    "Addison-Wesley.",
    "Maassen (2004)": "Maassen GH (2004). The standard error in the Jacobson and Truax Reliable "
    "Change Index: the classical approach to the assessment of reliable change. Journal of the "
    "International Neuropsychological Society 10, 888-893.",
    "McDonald (1999)": "McDonald RP (1999). Test theory: a unified treatment. Lawrence Erlbaum.",
    "Morris & DeShon (2002)": "Morris SB, DeShon RP (2002). Combining effect size estimates in "
    "meta-analysis with repeated measures and independent-groups designs. Psychological Methods 7, "
    "105-125.",
    "NHS Digital (2020)": "NHS Digital (2020). Psychological therapies: reports on the use of IAPT "
    "services. Outcomes.",
    "Noether (1967)": "Noether GE (1967). Wilcoxon confidence intervals for location parameters in "
    "the discrete case. Journal of the American Statistical Association 62, 184-188.",
    "Nunnally & Kotsch (1983)": "Nunnally JC, Kotsch WE (1983). Studies of individual subjects: logic "
    "and methods of analysis. British Journal of Clinical Psychology 22, 83-93.",
    "Pratt (1959)": "Pratt JW (1959). Remarks on zeros and ties in the Wilcoxon signed rank "
    "procedures. Journal of the American Statistical Association 54, 655-667.",
    "Rouder et al. (2009)": "Rouder JN, Speckman PL, Sun D, Morey RD, Iverson G (2009). Bayesian t "
    "tests for accepting and rejecting the null hypothesis. Psychonomic Bulletin & Review 16, "
    "225-237.",
    "Schuirmann (1987)": "Schuirmann DJ (1987). A comparison of the two one-sided tests procedure and "
    "the power approach. Journal of Pharmacokinetics and Biopharmaceutics 15, 657-680.",
    "Speer (1992)": "Speer DC (1992). Clinically significant change: Jacobson and Truax (1991) "
    "revisited. Journal of Consulting and Clinical Psychology 60, 402-408.",
    "Stuart (1955)": "Stuart A (1955). A test for homogeneity of the marginal distributions in a "
    "two-way classification. Biometrika 42, 412-416.",
    "Student (1908)": "Student (1908). The probable error of a mean. Biometrika 6(1), 1-25.",
    "Tango (1998)": "Tango T (1998). Equivalence test and confidence interval for the difference in "
    "proportions for the paired-sample design. Statistics in Medicine 17, 891-908.",
    "Welch (1947)": 'Welch BL (1947). The generalization of "Student\'s" problem when several '
    "different population variances are involved. Biometrika 34, 28-35.",
    "White, Landis & Cooper (1982)": "White AA, Landis JR, Cooper MM (1982). A note on the "
    "equivalence of several marginal homogeneity test criteria for categorical data. International "
    "Statistical Review 50, 27-34.",
    "Wilcox (2012)": "Wilcox RR (2012). Introduction to Robust Estimation and Hypothesis Testing, "
    "third edition. Academic Press.",
    "Wilcoxon (1945)": "Wilcoxon F (1945). Individual comparisons by ranking methods. Biometrics "
    "Bulletin 1(6), 80-83.",
    "Wilson (1927)": "Wilson EB (1927). Probable inference, the law of succession, and statistical "
    "inference. Journal of the American Statistical Association 22, 209-212.",
    "Yuen (1974)": "Yuen KK (1974). The two-sample trimmed t for unequal population variances. "
    "Biometrika 61(1), 165-170.",
}
"""What the sources of ledger rows name in short."""


def references(ledger: Ledger, facts: EvaluationFacts) -> tuple[str, ...]:
    """Sources of the methods behind the numbers shown, in alphabetical order, then of the keys."""
    shown = [row for row in ledger if not (row.suppressed or row.reason)]
    sources = {row.source for row in shown}
    named = [text for short, text in IN_FULL.items() if any(short in s for s in sources)]
    change = OF_CHANGE if facts.matched else ()
    models = OF_MODELS if any(row.analysis == "mixed" for row in shown) else ()
    smallest = {row.source for row in shown if "origin:questionnaire" in row.notes}
    keys = [f"{o.measure}: {c}" for o in facts.outcomes for c in o.citations]
    return (*sorted((*ALWAYS, *change, *models, *named, *smallest)), *dict.fromkeys(keys))
