"""Where a plan meets a study: from scores to a ledger and the report made of it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from peereval.analysis.change import paired_rows, score_rows
from peereval.analysis.comparable import refuse_incomparable
from peereval.analysis.flow import n_peer_groups, people_flow, row_account
from peereval.analysis.individuals import distribution_rows, individual_rows
from peereval.analysis.judge import judge, smallest_change_of
from peereval.analysis.mixed_change import ChangeModel, fit_change_model
from peereval.analysis.pairs import pair_table
from peereval.analysis.regions import mixed_rows
from peereval.analysis.score_outcomes import ScoredStudy, score_outcomes
from peereval.analysis.verdicts import verdict_rows
from peereval.disclosure.suppress import disclose
from peereval.results.facts import EvaluationFacts
from peereval.results.ledger import Ledger

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    import pandas as pd
    from matplotlib.figure import Figure

    from peereval.analysis.pairs import PairTable
    from peereval.data.study import Study
    from peereval.results.estimate import NotEstimated
    from peereval.results.facts import OutcomeFacts
    from peereval.results.ledger import LedgerRow


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Evaluation:
    """What was found, ready to be shown.

    Attributes
    ----------
    facts : EvaluationFacts
        The plan's facts and what was found in the data.
    rows : Ledger
        Every number, nothing hidden: for the evaluator.

    Examples
    --------
    >>> import peereval as pe
    >>> evaluation = pe.evaluate(pe.read_study(*pe.sample("beat_the_blues")))
    >>> evaluation.outcomes[["outcome", "n", "verdict"]].values.tolist()
    [['bdi', 100, 'improved_meaningfully']]
    >>> evaluation.figure("change").axes[0].get_xlabel()
    '← worse     multiples of the smallest change that matters     better →'
    """

    facts: EvaluationFacts
    rows: Ledger

    def __repr__(self) -> str:
        return f"<Evaluation '{self.facts.title}': {len(self.facts.outcomes)} outcomes>"

    @property
    def ledger(self) -> pd.DataFrame:
        """Every number, one row each, nothing hidden: for the evaluator's own eyes."""
        return self.rows.frame()

    @property
    def disclosed(self) -> Ledger:
        """The ledger as the plan's disclosure profile lets it be shown."""
        return disclose(self.rows, self.facts.disclosure)

    @property
    def outcomes(self) -> pd.DataFrame:
        """One row per outcome: n, change, interval, p, smallest change that matters, verdict.

        Nothing is hidden, however few the people: for the evaluator's own eyes.
        """
        import pandas as pd

        return pd.DataFrame([self._outcome(o) for o in self.facts.outcomes])

    def _outcome(self, outcome: OutcomeFacts) -> dict[str, object]:
        """One row of `outcomes`."""
        verdict = self.rows.only(
            outcome=outcome.name, group="all", analysis="verdict", statistic="verdict"
        )
        smallest = self.rows.get(outcome.name, "smallest_change", analysis="verdict")
        return {
            "outcome": outcome.name,
            "label": outcome.label,
            "domain": outcome.domain,
            "n": verdict.n if verdict else 0,
            "change": verdict.value if verdict else math.nan,
            "ci_low": verdict.ci_low if verdict else math.nan,
            "ci_high": verdict.ci_high if verdict else math.nan,
            "p_value": verdict.p_value if verdict else math.nan,
            "smallest_change": smallest.value if smallest else math.nan,
            "verdict": verdict.level if verdict else "not_estimated",
            "exploratory": bool(verdict and "exploratory" in verdict.notes),
        }

    def figure(self, name: str) -> Figure:
        """Draw a figure under the plan's disclosure profile.

        Parameters
        ----------
        name : {"flow", "change", "regions", "individuals"}
            Which figure.

        Returns
        -------
        matplotlib.figure.Figure

        Raises
        ------
        FigureError
            If there is no such figure, or this evaluation has nothing to show in it.

        Examples
        --------
        >>> import peereval as pe
        >>> evaluation = pe.evaluate(pe.read_study(*pe.sample("beat_the_blues")))
        >>> evaluation.figure("flow").get_size_inches().tolist()
        [8.2, 3.9]
        """
        from peereval.figures import FigureError, draw

        picture = draw(name, self.disclosed, self.facts)
        if picture is None:
            raise FigureError(f"This evaluation has nothing to show in the figure '{name}'.")
        return picture.figure

    def write_report(self, path: str | Path, *, length: str | None = None) -> None:
        """Write the report as one HTML file.

        Parameters
        ----------
        path : str or Path
            A file name that ends in ``.html``.
        length : {"summary", "full", "technical"}, optional
            How much of it; the plan's length by default.

        Raises
        ------
        OutputError
            If the file cannot be written, or its ending is not known.

        Examples
        --------
        >>> import tempfile
        >>> from pathlib import Path
        >>> import peereval as pe
        >>> evaluation = pe.evaluate(pe.read_study(*pe.sample("beat_the_blues")))
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     evaluation.write_report(Path(folder) / "report.html", length="summary")
        ...     sorted(p.name for p in Path(folder).iterdir())
        ['report.html']
        """
        from peereval.report.bundle import write_report

        write_report(self.disclosed, self.facts, path, length=length)

    def write_folder(
        self, folder: str | Path, *, length: str | None = None, raw_ledger: bool = False
    ) -> None:
        """Write ``report.html``, ``ledger.csv``, ``manifest.json`` and ``figures/``.

        Parameters
        ----------
        folder : str or Path
            Where they go; it holds the old report or the new one, never a mix.
        length : {"summary", "full", "technical"}, optional
            How much of the report; the plan's length by default.
        raw_ledger : bool, default False
            Write the ledger with nothing hidden.

        Raises
        ------
        OutputError
            If the folder cannot be written or holds files of others.

        Examples
        --------
        >>> import tempfile
        >>> from pathlib import Path
        >>> import peereval as pe
        >>> evaluation = pe.evaluate(pe.read_study(*pe.sample("beat_the_blues")))
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     evaluation.write_folder(Path(folder) / "report", length="summary")
        ...     sorted(p.name for p in (Path(folder) / "report").iterdir())
        ['figures', 'ledger.csv', 'manifest.json', 'report.html']
        """
        from peereval.report.bundle import write_bundle

        disclosed = self.disclosed
        ledger = self.rows if raw_ledger else disclosed
        write_bundle(disclosed, self.facts, folder, length=length, ledger_file=ledger)

    def _repr_html_(self) -> str:
        """The table of outcomes, for notebooks."""
        return self.outcomes.to_html(index=False, escape=True, float_format="{:.3g}".format)


def evaluate(study: Study) -> Evaluation:
    """Evaluate a study as its plan says.

    Parameters
    ----------
    study : Study
        What `read_study` returned.

    Returns
    -------
    Evaluation

    Raises
    ------
    DataError
        If fewer than two people have scores at both waves, so that no change can be shown, or
        a score is too large to reckon with.
    InstrumentError
        If a questionnaire has no key.

    Examples
    --------
    >>> import peereval as pe
    >>> evaluation = pe.evaluate(pe.read_study(*pe.sample("two_regions")))
    >>> evaluation.outcomes.loc[0, ["outcome", "verdict"]].tolist()
    ['hope', 'improved']
    """
    scored = score_outcomes(study)
    pairs = pair_table(scored)
    refuse_incomparable(study, scored, pairs)
    models = {o.name: fit_change_model(o, scored, pairs) for o in scored.outcomes}
    facts = _facts(study, scored, models)
    rows: list[LedgerRow] = [*row_account(study), *people_flow(scored, pairs, facts.groups)]
    smallest = {o.name: smallest_change_of(o, pairs) for o in scored.outcomes}
    clustered = n_peer_groups(scored.rows) > 1
    judged = [
        judge(o, pairs, models[o.name], group, smallest[o.name])
        for o in scored.outcomes
        for group in facts.groups
    ]
    verdicts = verdict_rows(judged, smallest, facts, study.plan.families)
    for outcome in scored.outcomes:
        m, model = smallest[outcome.name], models[outcome.name]
        bound = None if m is None else m.value
        rows += _paired_part(outcome, pairs, facts, bound, clustered=clustered)
        rows += mixed_rows(outcome, model, facts, bound)
        rows += distribution_rows(outcome, pairs, facts)
        rows += verdicts[outcome.name]
    return Evaluation(facts=facts, rows=Ledger(rows))


def _paired_part(
    outcome: OutcomeFacts,
    pairs: PairTable,
    facts: EvaluationFacts,
    bound: float | None,
    *,
    clustered: bool,
) -> Iterable[LedgerRow]:
    """Scores, paired analysis and individual change of one outcome, group by group."""
    for group in facts.groups:
        yield from score_rows(outcome, pairs, facts, group)
        yield from paired_rows(outcome, pairs, facts, group, bound, clustered=clustered)
        yield from individual_rows(outcome, pairs, facts, group)


def _facts(
    study: Study, scored: ScoredStudy, models: Mapping[str, ChangeModel | NotEstimated]
) -> EvaluationFacts:
    """The plan's facts and findings, as the report knows them."""
    plan = study.plan
    return EvaluationFacts(
        title=plan.title,
        organisation=plan.organisation,
        notice=plan.notice,
        outcomes=scored.outcomes,
        regions=study.regions,
        first_wave=plan.waves.first,
        last_wave=plan.waves.last,
        ci_level=plan.report.ci_level,
        disclosure=plan.report.disclosure,
        length=plan.report.length,
        matched=study.matched,
        models={n: m.reasons for n, m in models.items() if isinstance(m, ChangeModel)},
        findings=(*study.findings, *scored.findings),
        # A file name may hold bytes that are no text; a report is text throughout.
        source_name=study.source.name.encode("utf-8", "replace").decode(),
        source_sha256=study.source.sha256,
        source_format=study.source.format,
        rules=_rules(study),
        plan_text=plan.text,
    )


def _rules(study: Study) -> tuple[tuple[str, str], ...]:
    """The plan's rules for mess, in words."""
    data = study.plan.data
    ids = {"exact": "compared exactly", "trim": "compared without case and spaces"}
    duplicates = {
        "refuse": "refused",
        "first": "the first row is used",
        "last": "the last row is used",
        "most_complete": "the row with the most answers is used",
    }
    values = {"refuse": "refused", "missing": "counted as no answer"}
    return (
        ("IDs", ids[data.ids] if data.participant else "none"),
        ("Codes for no answer", ", ".join(data.missing) or "empty cells only"),
        ("Two rows for one person and wave", duplicates[data.duplicates]),
        ("Values a scale cannot take", values[data.out_of_range]),
    )
