"""What was found: the ledger of an evaluation, and the figures and reports made of it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from peereval.disclosure.suppress import disclose

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    from matplotlib.figure import Figure

    from peereval.results.facts import EvaluationFacts, OutcomeFacts
    from peereval.results.ledger import Ledger


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
        name : {"flow", "windows", "change", "regions", "individuals"}
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
