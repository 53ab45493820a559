"""From answers to scores: every method and every missing rule, one scale at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from peereval.errors import InstrumentError, did_you_mean
from peereval.instruments.answers import answer_matrix, as_frame

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from peereval.instruments.answers import Responses
    from peereval.instruments.key import Key
    from peereval.instruments.scale import Band, Scale
    from peereval.typing import Codes, FloatMatrix, FloatVector

BAND_TOLERANCE = 1e-9
"""A score this far below a band still belongs to it: only rounding put it there."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scores:
    """Scores of a group of people, and how many of them rest on missing answers.

    Attributes
    ----------
    frame : pandas.DataFrame
        One row per person, as `Instrument.score` returns it.
    n_people : int
        How many people there were.
    n_prorated : mapping of str to int
        Per score (``"total"`` and the subscales): people whose score was made although
        items were missing, by the rule of the questionnaire.
    n_unscored : mapping of str to int
        Per score: people without one.
    n_empty : mapping of str to int
        Per score: those of `n_unscored` who answered none of its items; the others had more
        missing items than the rule allows.
    """

    frame: pd.DataFrame
    n_people: int
    n_prorated: Mapping[str, int]
    n_unscored: Mapping[str, int]
    n_empty: Mapping[str, int]


def score_answers(key: Key, responses: Responses, *, band_set: str | None = None) -> Scores:
    """Score answers with a key.

    Parameters
    ----------
    key : Key
        Form and scales.
    responses : DataFrame or array, shape (people, items)
        Answers in form order, NaN where missing.
    band_set : str, optional
        Set of bands to use; the first of each scale by default.

    Raises
    ------
    InstrumentError
        If an answer cannot be what the form takes, or there is no such set of bands.
    """
    import numpy as np
    import pandas as pd

    check_band_set(key, band_set)
    table = as_frame(responses, key.name)
    answers = answer_matrix(table, key.form, key.name)
    columns: dict[str, FloatVector] = {}
    bands: dict[str, pd.Categorical[str]] = {}
    prorated, unscored, empty = {}, {}, {}
    for scale in key.scales:
        points = item_points(key, scale, answers)
        score = combine(scale, points)
        n_missing = np.isnan(points).sum(axis=1)
        has_score = ~np.isnan(score)
        columns[scale.name] = score
        prorated[scale.name] = int((has_score & (n_missing > 0)).sum())
        unscored[scale.name] = int((~has_score).sum())
        empty[scale.name] = int((n_missing == len(scale.items)).sum())
        if scale.bands:
            name = "band" if scale is key.total else f"{scale.name}_band"
            bands[name] = band_labels(score, scale.bands_of(band_set))
    return Scores(
        frame=pd.DataFrame({**columns, **bands}, index=table.index),
        n_people=len(table),
        n_prorated=prorated,
        n_unscored=unscored,
        n_empty=empty,
    )


def item_points(key: Key, scale: Scale, answers: FloatMatrix) -> FloatMatrix:
    """What each item adds to a scale, shape (people, items of the scale); NaN where missing.

    Reversed items are turned round; with the method ``count`` an item gives 1 or 0.
    """
    import numpy as np

    if scale.method != "count":
        return key.form.turn_round(answers, scale.items)
    given = answers[:, [i - 1 for i in scale.items]]
    counted = {item: rule.counting for rule in scale.rules for item in rule.items}
    counts = [np.isin(given[:, at], counted[item]) for at, item in enumerate(scale.items)]
    return np.where(np.isnan(given), np.nan, np.column_stack(counts))


def combine(scale: Scale, points: FloatMatrix) -> FloatVector:
    """Turn the points of a scale's items into its score, by its method and missing rule.

    Parameters
    ----------
    scale : Scale
        The scale.
    points : ndarray of float, shape (people, items of the scale)
        As `item_points` gives them.

    Returns
    -------
    ndarray of float, shape (people,)
        In scale points; NaN where too many items are missing, or all of them.
    """
    import numpy as np

    n_items = points.shape[1]
    answered = n_items - np.isnan(points).sum(axis=1)
    scored = (answered > 0) & (n_items - answered <= scale.missing.max_missing)
    known = points[scored]
    # Missing items count as zero, or as the mean of the answered ones.
    as_zero = scale.missing.method == "count_as_zero"
    divisor = n_items if as_zero else answered[scored]
    total = np.nansum(known, axis=1)
    match scale.method:
        case "sum" | "count":
            values = total * n_items / divisor
        case "mean":
            values = total / divisor
        case "linear_sum":
            values = scale.factor * (total * n_items / divisor) + scale.offset
        case "linear_mean":
            values = scale.factor * (total / divisor) + scale.offset
        case "lookup":
            values = _convert(scale, total)
        case "domain_max_sum":
            values = _domain_maxima(scale, known)
    score = np.full(len(points), np.nan)
    score[scored] = values
    return score


def band_labels(score: FloatVector, bands: tuple[Band, ...]) -> pd.Categorical[str]:
    """Name the band of each score: the one with the largest lower end not above the score.

    Parameters
    ----------
    score : ndarray of float, shape (people,)
        Scores; NaN has no band.
    bands : tuple of Band
        One set, from low to high.

    Returns
    -------
    pandas.Categorical
        Ordered from the lowest band to the highest, shape (people,).
    """
    import pandas as pd

    codes = band_codes(score, [b.low for b in bands])
    labels = pd.Index([b.label for b in bands])
    return pd.Categorical.from_codes(codes, categories=labels, ordered=True)


def band_codes(score: FloatVector, starts: Sequence[float]) -> Codes:
    """Position of the band of each score among bands that start at `starts`; -1 without one."""
    import numpy as np

    codes = np.searchsorted(np.asarray(starts, float), score + BAND_TOLERANCE, side="right") - 1
    codes[np.isnan(score)] = -1
    return codes


def _convert(scale: Scale, raw: FloatVector) -> FloatVector:
    """Look up raw sums of complete forms in the conversion table."""
    import numpy as np

    if scale.conversion is None:
        raise InstrumentError(f"The conversion table of '{scale.name}' is missing.")
    rows = np.rint(raw).astype(int) - scale.conversion.raw[0]
    converted: FloatVector = np.array(scale.conversion.values, dtype=float)[rows]
    return converted


def _domain_maxima(scale: Scale, points: FloatMatrix) -> FloatVector:
    """Add up the highest item of each domain; forms are complete."""
    import numpy as np

    place = {item: column for column, item in enumerate(scale.items)}
    maxima = [points[:, [place[i] for i in domain]].max(axis=1) for domain in scale.domains]
    total: FloatVector = np.column_stack(maxima).sum(axis=1)
    return total


def check_band_set(key: Key, band_set: str | None) -> None:
    """Refuse a set of bands that no score has."""
    known = {name for scale in key.scales for name in scale.band_sets}
    if band_set is not None and band_set not in known:
        raise InstrumentError(
            f"{key.name} has no set of bands '{band_set}' for these scores.",
            expected=did_you_mean(band_set, known) or "no set of bands; there are none",
        )
