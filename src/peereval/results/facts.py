"""What a report must know beside the numbers: the plan's facts, in words and without people."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from peereval.notes import Finding
    from peereval.typing import Direction


@dataclass(frozen=True, slots=True, kw_only=True)
class BandFacts:
    """A named stretch of a scale.

    Attributes
    ----------
    label : str
        Its name, e.g. ``"moderate"``.
    low, high : float
        Lowest and highest score, in scale points.
    """

    label: str
    low: float
    high: float

    @property
    def name(self) -> str:
        """The label with its scores, as the ledger names it: ``"moderate (10 to 14)"``."""
        return f"{self.label} ({self.low:g} to {self.high:g})"


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexFacts:
    """How the plan wants reliable change of individuals to be judged.

    Attributes
    ----------
    method : str
        Whose index.
    reliability : float
        Of the scores.
    functional_mean, functional_sd : float or None
        Of people who are well, for the cut-off c.
    """

    method: str
    reliability: float
    functional_mean: float | None = None
    functional_sd: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFacts:
    """Who counts as a case.

    Attributes
    ----------
    cutoff : float
        In scale points.
    rule : str
        Side of it on which a score is a case: ``">="``, ``">"``, ``"<="`` or ``"<"``.
    source : str
        Where that is from.
    """

    cutoff: float
    rule: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeFacts:
    """One outcome as readers meet it.

    Attributes
    ----------
    name, label, domain : str
        From the plan.
    higher_is : {"better", "worse"}
        Whether a high score is good.
    primary : bool
        Whether the plan declared it primary.
    score_low, score_high : float or None
        The lowest and highest possible score; None when the plan gives none.
    measure : str
        How it was measured, in words: the questionnaire, or "5 own questions, mean".
    grade : str
        Grade of the scoring key, A to C; empty for own questions and ready scores.
    citations : tuple of str
        Publications the key is from.
    reliable_change : float or None
        Change beyond which one person's change is more than measurement error.
    reliable_change_source : str
        Where that threshold is from.
    index : IndexFacts or None
        An index of reliable change, which then takes the place of the threshold.
    case : CaseFacts or None
        Who is a case; None where nobody says.
    bands : tuple of BandFacts
        Bands of severity from low to high; empty where there are none.
    bands_source : str
        Publication the bands are from.
    answers : tuple of int
        The possible answers of a single question; empty for anything else.
    smallest_change : float or None
        Smallest change that matters as the plan gives it, in scale points.
    mcid : float or None
        Smallest change that matters as the questionnaire's sources give it; None when
        there is none or it is unverified.
    mcid_source : str
        Where that is from.
    places_found : int
        Decimals that suit the scores found, where nobody gives the possible ones.
    """

    name: str
    label: str
    domain: str
    higher_is: Direction
    primary: bool
    score_low: float | None
    score_high: float | None
    measure: str
    grade: str = ""
    citations: tuple[str, ...] = ()
    reliable_change: float | None = None
    reliable_change_source: str = ""
    index: IndexFacts | None = None
    case: CaseFacts | None = None
    bands: tuple[BandFacts, ...] = ()
    bands_source: str = ""
    answers: tuple[int, ...] = ()
    smallest_change: float | None = None
    mcid: float | None = None
    mcid_source: str = ""
    places_found: int = 1

    @property
    def good(self) -> int:
        """1 when up is good, -1 when down is good: multiplies a raw change for readers."""
        return 1 if self.higher_is == "better" else -1

    @property
    def short_label(self) -> str:
        """The label without what stands in brackets."""
        return self.label.split(" (", 1)[0]

    @property
    def places(self) -> int:
        """Decimals that suit this scale."""
        from peereval.results.format import places_for

        if self.score_low is None or self.score_high is None:
            return self.places_found
        return places_for(self.score_high - self.score_low)


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationFacts:
    """One evaluation as readers meet it; holds no person's data.

    Attributes
    ----------
    title, organisation, notice : str
        From the plan; the notice stands on every page.
    outcomes : tuple of OutcomeFacts
        In the plan's order.
    regions : tuple of str
        In alphabetical order.
    first_wave, last_wave : str
        "Before" and "after".
    ci_level : float
        Level of the intervals printed.
    disclosure : str
        Profile the report passes.
    length : {"summary", "full", "technical"}
        How much of the report the plan asks for.
    matched : bool
        Whether people could be followed from one wave to the other.
    models : mapping of str to tuple of str
        Which mixed model was fitted to each outcome and why, in sentences; outcomes without
        one are not in it.
    findings : tuple of Finding
        What readers must know about the data.
    source_name, source_sha256, source_format : str
        The input file.
    rules : tuple of (str, str)
        Rules of the plan for mess, in words: (what, rule).
    plan_text : str
        The plan as written, without anybody's ID.
    windows : mapping of str to tuple of (int, int)
        Where waves come from dates: wave to its first and last day after the first survey.
    dated : bool
        Whether waves come from dates.
    """

    title: str
    organisation: str
    notice: str
    outcomes: tuple[OutcomeFacts, ...]
    regions: tuple[str, ...]
    first_wave: str
    last_wave: str
    ci_level: float
    disclosure: str
    length: str
    matched: bool
    models: Mapping[str, tuple[str, ...]]
    findings: tuple[Finding, ...]
    source_name: str
    source_sha256: str
    source_format: str
    rules: tuple[tuple[str, str], ...]
    plan_text: str
    windows: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    dated: bool = False

    @property
    def contrast(self) -> str:
        """How the change is labelled in the ledger."""
        return f"{self.last_wave} - {self.first_wave}"

    @property
    def groups(self) -> tuple[str, ...]:
        """Ledger groups, everybody first."""
        return ("all", *(f"region={region}" for region in self.regions))

    @property
    def domains(self) -> tuple[str, ...]:
        """Domains in the order in which the plan names them."""
        return tuple(dict.fromkeys(o.domain for o in self.outcomes))

    def outcome(self, name: str) -> OutcomeFacts:
        """Facts of the outcome of that name."""
        return next(o for o in self.outcomes if o.name == name)
