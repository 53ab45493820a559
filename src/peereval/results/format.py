"""Numbers as text: one place, so that a table, a figure and a sentence never disagree."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal

MINUS = "\N{MINUS SIGN}"
NOT_SHOWN = "\N{EN DASH}"
# Floats have no digits after the decimal point beyond this, and nobody reads those before it.
_TOO_LONG = 1e15


def fixed(value: float, places: int = 1) -> str:
    """A number with a fixed count of decimals, halves rounded away from zero.

    Parameters
    ----------
    value : float
        The number; NaN gives a dash. From 10^15 on it is written with a power of ten.
    places : int, default 1
        Decimals.

    Returns
    -------
    str

    Examples
    --------
    >>> fixed(2.5, 0), fixed(0.125, 2), fixed(-0.04, 1), fixed(6.46e121)
    ('3', '0.13', '0.0', '6.5e+121')
    """
    if math.isnan(value):
        return NOT_SHOWN
    if math.isinf(value):
        return "\N{INFINITY}" if value > 0 else f"{MINUS}\N{INFINITY}"
    if abs(value) >= _TOO_LONG:
        return f"{value:.1e}".replace("-", MINUS)
    # repr gives the digits a reader would type, not the binary neighbour of 2.675.
    rounded = Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    if rounded == 0:
        rounded = abs(rounded)
    return f"{rounded:,f}".replace("-", MINUS)


def signed(value: float, places: int = 1) -> str:
    """A change with its sign, plus included.

    Examples
    --------
    >>> signed(3.04), signed(0.01)
    ('+3.0', '0.0')
    """
    text = fixed(value, places)
    positive = value > 0 and any(digit in text for digit in "123456789")
    return f"+{text}" if positive else text


def interval(low: float, high: float, places: int = 1) -> str:
    """Interval limits, joined by "to" so that minus signs stay readable.

    Examples
    --------
    >>> interval(-8.1466, -4.3276)
    '−8.1 to −4.3'
    """
    return f"{fixed(low, places)} to {fixed(high, places)}"


def p_text(p: float) -> str:
    """A p-value, never zero and never one.

    Examples
    --------
    >>> p_text(0.0000004), p_text(0.0123), p_text(0.9999)
    ('p < .001', 'p = .012', 'p > .999')
    """
    if math.isnan(p):
        return f"p {NOT_SHOWN}"
    if p < 0.001:
        return "p < .001"
    if p > 0.999:
        return "p > .999"
    return f"p = {fixed(p, 3)[1:]}"


def percent(part: float, whole: float) -> str:
    """A share in whole percent.

    Examples
    --------
    >>> percent(8, 19)
    '42%'
    """
    return f"{fixed(100 * part / whole, 0)}%" if whole else NOT_SHOWN


def share(part: int, whole: int) -> str:
    """A count with its denominator and percent.

    Examples
    --------
    >>> share(8, 19)
    '8 of 19 (42%)'
    """
    return f"{count(part)} of {count(whole)} ({percent(part, whole)})"


def count(n: int) -> str:
    """A count, with commas from a thousand.

    Examples
    --------
    >>> count(10643)
    '10,643'
    """
    return f"{n:,d}"


def level_text(ci_level: float) -> str:
    """A confidence level in percent, without needless decimals.

    Examples
    --------
    >>> level_text(0.95), level_text(0.975)
    ('95%', '97.5%')
    """
    return f"{100 * ci_level:.6g}%"


def plural(n: int, one: str, many: str = "") -> str:
    """A count with its noun.

    Examples
    --------
    >>> plural(1, "person", "people"), plural(2, "region")
    ('1 person', '2 regions')
    """
    return f"{count(n)} {one if n == 1 else many or one + 's'}"


def listing(words: list[str] | tuple[str, ...]) -> str:
    """Words joined as in a sentence.

    Examples
    --------
    >>> listing(["hope", "empowerment", "mood"])
    'hope, empowerment and mood'
    """
    if len(words) <= 1:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def places_for(span: float) -> int:
    """Decimals that suit scores which can differ by `span` scale points.

    Examples
    --------
    >>> places_for(63), places_for(4), places_for(0.05)
    (1, 2, 4)
    """
    if span > 10:
        return 1
    return 2 + max(0, math.ceil(-math.log10(span))) if span > 0 else 2


def at(wave: str) -> str:
    """When something was answered: ``at baseline``, but ``before`` for a survey of that name.

    Examples
    --------
    >>> at("12 weeks"), at("before"), at("After")
    ('at 12 weeks', 'before', 'after')
    """
    return wave.lower() if wave.lower() in ("before", "after") else f"at {wave}"
