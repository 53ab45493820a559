"""What is known about a questionnaire: keys, ranges, thresholds, sources, doubts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from peereval.errors import InstrumentError, did_you_mean
from peereval.instruments.change import NO_FACTS
from peereval.instruments.findings import unverified_parts
from peereval.instruments.scale import EPS

if TYPE_CHECKING:
    from peereval.instruments.change import ChangeFacts
    from peereval.instruments.key import Key
    from peereval.instruments.provenance import Grade, Licence, Norm, Source, Verification
    from peereval.instruments.scale import Band, MissingRule, Scale
    from peereval.instruments.variant import Variant
    from peereval.notes import Finding
    from peereval.typing import Direction


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Questionnaire:
    """One questionnaire: its key, what its scores mean, and how sure all that is.

    Attributes
    ----------
    id, name, abbreviation : str
        Machine name; full name; the short name people use.
    domain, construct : str
        Family of outcomes it belongs to; what it measures.
    kind : {"scored", "note_only", "bespoke"}
        ``note_only`` is listed but has no key; ``bespoke`` is the charity's own.
    higher_is : {"better", "worse"}
        What a higher total means; a subscale may differ, see `direction`.
    standard : Key
        Scoring key without a variant.
    missing : MissingRule or None
        Rule for missing answers of the total; None without a key.
    variants : tuple of Variant
        Other response formats, item orders and metrics.
    change : ChangeFacts
        Published thresholds of change and caseness, for the total of the standard key.
    psychometrics : tuple of (str, float or str)
        Published figures: ``alpha``, ``test_retest`` and so on.
    norms : tuple of Norm
        Published scores of populations.
    licence : Licence or None
        None for the charity's own items.
    coding, recall, formula : str
        What a raw answer means; period asked about; total in words.
    notes : tuple of str
        Traps and remarks.
    verification : Verification
        Grade, unverified parts, conflicts between sources.
    sources : tuple of Source
        What supports which part.
    """

    id: str
    name: str
    abbreviation: str
    domain: str
    construct: str
    kind: Literal["scored", "note_only", "bespoke"]
    higher_is: Direction
    standard: Key
    verification: Verification
    missing: MissingRule | None = None
    variants: tuple[Variant, ...] = ()
    change: ChangeFacts = NO_FACTS
    psychometrics: tuple[tuple[str, float | str], ...] = ()
    norms: tuple[Norm, ...] = ()
    licence: Licence | None = None
    coding: str = ""
    recall: str = ""
    formula: str = ""
    notes: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()

    def key(self, variant: str | None = None) -> Key:
        """The scoring key, or that of a variant.

        Raises
        ------
        InstrumentError
            If the questionnaire has no key, there is no such variant, or the variant has none.
        """
        self._require_key()
        return self.standard if variant is None else self.variant(variant).key(self.standard)

    def variant(self, variant: str) -> Variant:
        """The variant of that id; InstrumentError naming the nearest when there is none."""
        for one in self.variants:
            if one.id == variant:
                return one
        raise InstrumentError(
            f"{self.title} has no variant '{variant}'.",
            expected=did_you_mean(variant, [v.id for v in self.variants])
            or "no variant; there is only the standard form",
        )

    def same_ranges(self, variant: str | None) -> bool:
        """Whether every score keeps its range under a variant, so that thresholds hold.

        Examples
        --------
        >>> from peereval import instruments
        >>> k10 = instruments.get("k10")
        >>> k10.same_ranges(None), k10.same_ranges("us_0_4")
        (True, False)
        """
        pairs = zip(self.key().scales, self.key(variant).scales, strict=True)
        return all(
            abs(a.score_min - b.score_min) < EPS and abs(a.score_max - b.score_max) < EPS
            for a, b in pairs
        )

    @property
    def title(self) -> str:
        """Full name with the short one: ``Brief Resilience Scale (BRS)``."""
        return f"{self.name} ({self.abbreviation})" if self.abbreviation else self.name

    @property
    def n_items(self) -> int:
        """How many numbered items the form has, unscored ones included."""
        return self.standard.form.n_items

    @property
    def has_total(self) -> bool:
        """Whether there is a total score."""
        return self.standard.total is not None

    @property
    def total(self) -> Scale | None:
        """The total of the standard key."""
        return self.standard.total

    @property
    def subscales(self) -> tuple[Scale, ...]:
        """The subscales of the standard key."""
        return self.standard.subscales

    @property
    def bands(self) -> tuple[Band, ...]:
        """Bands of the total, all sets, in file order."""
        return () if self.standard.total is None else self.standard.total.bands

    def item_range(self, number: int, *, variant: str | None = None) -> tuple[float, float]:
        """Lowest and highest answer of one item.

        Examples
        --------
        >>> from peereval import instruments
        >>> osss3 = instruments.get("osss3")
        >>> osss3.item_range(1), osss3.item_range(2)
        ((1, 4), (1, 5))
        """
        return self.key(variant).form.range_of(number)

    def score_range(
        self, subscale: str | None = None, *, variant: str | None = None
    ) -> tuple[float, float]:
        """Lowest and highest score of the total, or of a subscale, in scale points.

        Examples
        --------
        >>> from peereval import instruments
        >>> instruments.get("k10").score_range(variant="us_0_4")
        (0, 40)
        """
        scale = self.key(variant).scale(subscale)
        return scale.score_min, scale.score_max

    def direction(self, subscale: str | None = None) -> Direction:
        """Whether a higher total, or subscale, is better or worse."""
        return self.higher_is if subscale is None else self.standard.scale(subscale).higher_is

    @property
    def reliable_change(self) -> float | None:
        """Published reliable change of the total, in scale points."""
        return self.change.reliable_change

    @property
    def reliable_change_confidence(self) -> float | None:
        """Confidence of `reliable_change`, 0.95 unless its source says otherwise."""
        return self.change.reliable_change_confidence

    @property
    def mcid(self) -> float | None:
        """Published smallest important change of the total, in scale points."""
        return self.change.mcid

    @property
    def caseness(self) -> float | None:
        """Published cut-off of the total."""
        return self.change.caseness

    @property
    def caseness_rule(self) -> str:
        """Side of `caseness` that is a case, e.g. ``">="``; empty where there is none."""
        return self.change.caseness_rule

    @property
    def grade(self) -> Grade:
        """How well the key is supported: A, B or C; empty for the charity's own items."""
        return self.verification.grade

    def is_verified(self, field: str) -> bool:
        """Whether a part of the definition was confirmed in a source.

        Parameters
        ----------
        field : str
            ``items``, ``reverse``, ``scoring``, ``missing``, ``coding``, ``subscales``,
            ``bands``, ``change``, ``psychometrics``, ``licence`` or ``variants``; a part of
            one is dotted, e.g. ``change.mcid``.

        Returns
        -------
        bool
            False when the part, what it belongs to, or a part of it is listed as unverified,
            and for everything in a definition of grade C.

        Examples
        --------
        >>> from peereval import instruments
        >>> phq9 = instruments.get("phq9")
        >>> phq9.is_verified("change.mcid"), phq9.is_verified("change.reliable_change")
        (False, True)
        """
        return self.grade in {"A", "B"} and not self.verification.lists(field)

    def citations(self, *fields: str) -> tuple[Source, ...]:
        """Sources that support any of the fields (``"change"``, ...); all without fields.

        Those that name the very field (``"change.mcid"``) come before those of its whole group.

        Examples
        --------
        >>> from peereval import instruments
        >>> [s.citation for s in instruments.get("k10").citations("variants")]
        ['Australian Bureau of Statistics 4817.0.55.001']
        """
        groups = {f.split(".")[0] for f in fields}
        found = [s for s in self.sources if not groups or groups & set(s.fields)]
        return tuple(sorted(found, key=lambda s: set(fields).isdisjoint(s.fields)))

    def key_findings(
        self, *, variant: str | None = None, subscale: str | None = None, outcome: str = ""
    ) -> list[Finding]:
        """What a reader must know about the scoring key before relying on it.

        Parameters
        ----------
        variant, subscale : str, optional
            What is in use.
        outcome : str, optional
            Outcome the findings are filed under.

        Returns
        -------
        list of Finding
            Severity ``warn``, code ``unverified_key``: one for a grade C key; otherwise one
            per unconfirmed part in use (key, missing rule, subscales, variant). Empty when
            all is confirmed and for the charity's own items.

        Examples
        --------
        >>> from peereval import instruments
        >>> [finding] = instruments.get("mhcs").key_findings()
        >>> print(finding.what)
        The scoring key of the Mental Health Confidence Scale could not be confirmed in a
        published source (grade C); check it before relying on this outcome.
        """
        if variant is not None:
            self.variant(variant)
        basis = "unstated" if self.missing is None else self.missing.basis
        return unverified_parts(
            self.name,
            self.verification,
            states_missing_rule=basis != "unstated",
            variant=variant,
            subscale=subscale,
            outcome=outcome,
        )

    def _require_key(self) -> None:
        """Refuse to score a questionnaire that is listed without a key, saying why."""
        if self.kind != "note_only":
            return
        reasons = [f"{note}." for note in self.notes]
        if self.licence is not None:
            reasons.append(f"Licence: {self.licence.status} ({self.licence.note}).")
        raise InstrumentError(
            " ".join([f"{self.title} is listed without a scoring key.", *reasons]),
            fix="score it with its publisher's material and give the score as a column.",
        )
