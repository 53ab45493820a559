"""Disclosure profiles: which small numbers may not leave the evaluator's machine."""

from __future__ import annotations

from dataclasses import dataclass

COUNTED = ("people", "surveys", "pairs of IDs", "IDs")
"""Units of counts that are as small as the number of people in them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One published or in-house rule for small numbers.

    Attributes
    ----------
    name : str
        As the plan names it.
    hide_counts_to : int
        Counts from `hide_counts_from` to this one are hidden; 0 hides none.
    hide_counts_from : int
        0 where a zero is hidden too, else 1.
    hide_statistics_to : int
        Statistics of up to this many people are hidden.
    round_to : int
        Counts shown are rounded to the nearest multiple; 1 leaves them.
    words : str
        The rule in one sentence, for readers.
    """

    name: str
    hide_counts_to: int
    hide_counts_from: int
    hide_statistics_to: int
    round_to: int
    words: str

    def hides_count(self, n: int) -> bool:
        """Whether a count is too small to be shown.

        Examples
        --------
        >>> charity = PROFILES["charity"]
        >>> [charity.hides_count(n) for n in (0, 1, 4, 5)]
        [False, True, True, False]
        """
        return self.hide_counts_from <= n <= self.hide_counts_to

    def hides_statistic(self, n: int) -> bool:
        """Whether a mean, SD or other statistic rests on too few people to be shown."""
        return min(1, self.hide_counts_from) <= n <= self.hide_statistics_to

    def rounded(self, n: int) -> int:
        """A count as it is shown; halves are rounded up.

        Examples
        --------
        >>> [PROFILES["nhs_mhsds"].rounded(n) for n in (12, 13, 15)]
        [10, 15, 15]
        """
        if self.round_to == 1:
            return n
        return self.round_to * ((2 * n + self.round_to) // (2 * self.round_to))


PROFILES = {
    profile.name: profile
    for profile in (
        Profile(
            name="charity",
            hide_counts_to=4,
            hide_counts_from=1,
            hide_statistics_to=7,
            round_to=1,
            words="Counts of 1 to 4 people are hidden, and so are averages and other statistics "
            "of fewer than 8 people.",
        ),
        Profile(
            name="nhs_mhsds",
            hide_counts_to=4,
            hide_counts_from=0,
            hide_statistics_to=4,
            round_to=5,
            words="Counts of 0 to 4 people are hidden and other counts are rounded to the nearest "
            "5, as in NHS England's mental health statistics.",
        ),
        Profile(
            name="nhs_hes",
            hide_counts_to=7,
            hide_counts_from=1,
            hide_statistics_to=7,
            round_to=5,
            words="Counts of 1 to 7 people are hidden and other counts are rounded to the nearest "
            "5; averages of 1 to 7 people are hidden, as in NHS hospital statistics.",
        ),
        Profile(
            name="ons",
            hide_counts_to=9,
            hide_counts_from=0,
            hide_statistics_to=9,
            round_to=1,
            words="Counts under 10 people are hidden, and so are statistics that rest on them.",
        ),
        Profile(
            name="none",
            hide_counts_to=0,
            hide_counts_from=1,
            hide_statistics_to=0,
            round_to=1,
            words="Nothing is hidden. This report is for the evaluator's own eyes and must not be "
            "passed on: small groups can be recognised in it.",
        ),
    )
}
