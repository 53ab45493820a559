"""How people were matched, and what would be found had no ID been joined."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from peereval.analysis.mixed_change import ChangeModel, fit_change_model
from peereval.analysis.modelled_change import ModelledChange
from peereval.analysis.pairs import pair_table
from peereval.results.ledger import LedgerRow, estimate_row
from peereval.stats import paired_change

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from peereval.analysis.score_outcomes import ScoredStudy
    from peereval.data.study import Study
    from peereval.results.estimate import Estimate, NotEstimated
    from peereval.results.facts import EvaluationFacts, OutcomeFacts
    from peereval.stats import PairedChange

STUDY = "study"
EXACT, TRIM, CONSENT, CODE = "exact", "case_or_spaces", "by_consent", "one_element"
"""How the two compared surveys of a person were found to be one person's."""
EXACT_MATCHES = "exact_matches"
"""Level of the change that rests on no joined ID."""


def matching_rows(study: Study) -> Iterator[LedgerRow]:
    """People by how their two surveys were matched, and IDs that stayed apart in doubt.

    Parameters
    ----------
    study : Study
        What arrived; nothing follows where people cannot be matched.

    Yields
    ------
    LedgerRow
        ``people_matched`` (level: how), ``people_not_matched``, and where there are any
        ``near_matches`` (pairs of IDs) and ``ambiguous_ids``.
    """
    if not study.matched:
        return
    data, how = study.plan.data, _how_matched(study)
    ways = [EXACT]
    ways += [TRIM] if data.ids == "trim" else []
    ways += [CONSENT] if data.same else []
    ways += [CODE] if data.sgic_tolerance else []
    for way in ways:
        yield _count("people_matched", int((how == way).sum()), level=way)
    yield _count("people_not_matched", study.n_people - len(how))
    yield _count("near_matches", len(study.doubts.near), unit="pairs of IDs")
    yield _count("ambiguous_ids", study.doubts.n_ambiguous, unit="IDs")


def _how_matched(study: Study) -> pd.Series[str]:
    """How each person with both surveys was matched: by the least sure of the ways it took."""
    import pandas as pd

    waves, data = study.plan.waves, study.plan.data
    rows = study.rows[study.rows["wave"].isin([waves.first, waves.last])]
    people = rows.groupby("participant")
    paired = people["wave"].nunique() == 2
    same = people["spelling"].agg("nunique") == 1
    # What is left of an ID without case and spaces.
    bare = rows["spelling"].str.split().str.join("").str.casefold()
    alike = bare.groupby(rows["participant"]).agg("nunique") == 1
    other = CODE if data.sgic else CONSENT
    # With exact IDs case and spaces count, so a join of such IDs was the plan's too.
    how = np.where(same, EXACT, np.where(alike & (data.ids == "trim"), TRIM, other))
    return pd.Series(how, index=same.index, dtype="str")[paired]


def _count(statistic: str, n: int, *, level: str = "", unit: str = "people") -> LedgerRow:
    """A ledger row that counts people or IDs."""
    return LedgerRow(
        outcome=STUDY,
        domain="",
        group="all",
        analysis="matching",
        statistic=statistic,
        level=level,
        value=float(n),
        unit=unit,
        n=n,
        method="count",
    )


def without_joins(scored: ScoredStudy) -> ScoredStudy | None:
    """The same scores with every spelling of an ID a person of its own; None where none differs."""
    rows = scored.rows
    if not scored.matched or rows.groupby("participant")["spelling"].nunique().max() == 1:
        return None
    # A control character keeps "a" + "bc" and "ab" + "c" apart.
    apart = rows["participant"] + "\x1f" + rows["spelling"]
    return replace(scored, rows=rows.assign(participant=apart))


def sensitivity_rows(scored: ScoredStudy | None, facts: EvaluationFacts) -> Iterator[LedgerRow]:
    """The change of every outcome by the main analysis, with exact matches only.

    Parameters
    ----------
    scored : ScoredStudy or None
        What `without_joins` gave.
    facts : EvaluationFacts
        What is analysed.

    Yields
    ------
    LedgerRow
    """
    if scored is None:
        return
    for outcome in facts.outcomes:
        estimate = _main_change(outcome, scored, facts.ci_level)
        yield estimate_row(
            estimate,
            outcome=outcome.name,
            domain=outcome.domain,
            group="all",
            analysis="sensitivity",
            contrast=facts.contrast,
            level=EXACT_MATCHES,
        )


def _main_change(
    outcome: OutcomeFacts, scored: ScoredStudy, ci_level: float
) -> Estimate | NotEstimated:
    """The change by the mixed model; by the pairs where there is none."""
    pairs = pair_table(scored)
    model = fit_change_model(outcome, scored, pairs)
    change = model.change("all") if isinstance(model, ChangeModel) else model
    if isinstance(change, ModelledChange):
        return change.estimate("mean_change", ci_level=ci_level)
    before, after = pairs.scores(outcome.name, "all")
    paired: PairedChange = paired_change(before, after, ci_level=ci_level)
    return paired.get("mean_change")
