"""A questionnaire that scores answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from peereval.errors import InstrumentError
from peereval.instruments.questionnaire import Questionnaire

if TYPE_CHECKING:
    import pandas as pd

    from peereval.instruments.answers import Responses
    from peereval.instruments.key import Key
    from peereval.instruments.score import Scores
    from peereval.typing import FloatMatrix


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Instrument(Questionnaire):
    """A questionnaire with the means to score answers to it.

    What is known about it (ranges, thresholds, grade, sources) is described in
    `Questionnaire`. Two instruments are the same when they are the same object.

    Examples
    --------
    >>> from peereval import instruments
    >>> gad2 = instruments.get("gad2")
    >>> gad2.score([[1, 2], [3, 3]])["total"].tolist()
    [3.0, 6.0]
    >>> gad2.caseness_rule, gad2.caseness, gad2.grade
    ('>=', 3, 'A')
    """

    def __repr__(self) -> str:
        return f"<Instrument {self.id}: {self.title}>"

    def score(
        self, responses: Responses, *, variant: str | None = None, band_set: str | None = None
    ) -> pd.DataFrame:
        """Score answers.

        Parameters
        ----------
        responses : DataFrame or array, shape (people, items)
            Answers in form order, unscored items included, NaN where there is none. Where a
            variant leaves items out, their columns may be left out as well.
        variant : str, optional
            Id of a variant: its reversals, response range and items take the place of the
            standard ones.
        band_set : str, optional
            Set of bands; the first of the definition by default.

        Returns
        -------
        DataFrame
            ``total`` (unless the questionnaire has none), one column per subscale, in scale
            points, not rounded; ``band`` and ``NAME_band`` (ordered categories) where there
            are bands. NaN where too many items are missing. The index is that of `responses`.

        Raises
        ------
        InstrumentError
            If an answer is outside the response range, infinite, text or not a whole number
            (naming the row by its index label, the item and the value); if the number of
            columns is not the form's; if there is no such variant or band set; if the
            questionnaire has no key.

        Notes
        -----
        Reversal comes first: ``min + max - x``. With ``prorate`` and ``mean_of_answered`` a
        missing item counts as the mean of the person's answered items of that score; with
        ``count_as_zero`` it adds nothing.

        Examples
        --------
        >>> from peereval import instruments
        >>> none = float("nan")
        >>> instruments.get("phq9").score([[1, 2, 0, 3, 1, 0, 2, 1, 0], [2, none, 1] + [1] * 6])
            total      band
        0  10.000  moderate
        1  10.125  moderate
        """
        return self.score_detail(responses, variant=variant, band_set=band_set).frame

    def score_detail(
        self, responses: Responses, *, variant: str | None = None, band_set: str | None = None
    ) -> Scores:
        """Score answers, and count the scores that rest on missing items.

        Takes and refuses what `score` does.

        Returns
        -------
        Scores
            `frame` as `score` returns it; `n_prorated`, `n_unscored`, `n_empty` per score.

        Examples
        --------
        >>> from peereval import instruments
        >>> none = float("nan")
        >>> scores = instruments.get("gad2").score_detail([[1, 2], [3, none], [none, none]])
        >>> scores.n_prorated["total"], scores.n_unscored["total"], scores.n_empty["total"]
        (0, 2, 1)
        """
        from peereval.instruments.score import score_answers

        key = self.key(variant)
        if band_set is not None and self._loses_bands(key, band_set):
            raise InstrumentError(
                f"The bands '{band_set}' of {self.title} do not hold for its variant '{variant}', "
                "which has another score range.",
                fix="leave band_set out.",
            )
        return score_answers(key, responses, band_set=band_set)

    def item_points(
        self, responses: Responses, *, subscale: str | None = None, variant: str | None = None
    ) -> FloatMatrix:
        """What each item adds to the total or a subscale, reversed items turned round.

        Returns
        -------
        ndarray of float, shape (people, items of that score)
            NaN where there is no answer. With the method ``count``: 1 or 0.

        Raises
        ------
        InstrumentError
            As `score`, and if there is no such subscale or no total.

        Examples
        --------
        >>> from peereval import instruments
        >>> instruments.get("brs").item_points([[1, 1, 5, 4, 3, 2]])
        array([[1., 5., 5., 2., 3., 4.]])
        """
        from peereval.instruments.answers import answer_matrix, as_frame
        from peereval.instruments.score import item_points

        key = self.key(variant)
        answers = answer_matrix(as_frame(responses, key.name), key.form, key.name)
        return item_points(key, key.scale(subscale), answers)

    def _loses_bands(self, key: Key, band_set: str) -> bool:
        """Whether a set of bands belongs to the standard key but not to `key`."""
        here = {name for scale in key.scales for name in scale.band_sets}
        standard = {name for scale in self.standard.scales for name in scale.band_sets}
        return band_set in standard - here
