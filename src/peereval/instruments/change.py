"""Published thresholds: how much change is real, how much matters, where a case begins."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeFacts:
    """Thresholds for the total of a questionnaire, in its scale points.

    Attributes
    ----------
    reliable_change : float or None
        Change larger than measurement error explains.
    reliable_change_confidence : float or None
        Confidence of that threshold; None without one.
    mcid : float or None
        Smallest important change.
    caseness : float or None
        Cut-off.
    caseness_rule : str
        Side on which a score is a case: ``">="``, ``">"``, ``"<="`` or ``"<"``.
    others : tuple of (str, float or str)
        Named alternatives and remarks, e.g. ``caseness_screen``.
    """

    reliable_change: float | None = None
    reliable_change_confidence: float | None = None
    mcid: float | None = None
    caseness: float | None = None
    caseness_rule: str = ""
    others: tuple[tuple[str, float | str], ...] = ()


NO_FACTS = ChangeFacts()
"""Nothing is published, or nothing was found."""
