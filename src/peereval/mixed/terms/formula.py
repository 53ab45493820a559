"""lme4 formulae: the fixed part, and bars of random effects."""

from __future__ import annotations

import re
from dataclasses import dataclass

from peereval.errors import StatisticsError


class FormulaError(StatisticsError):
    """A formula that cannot be read."""


@dataclass(frozen=True, slots=True)
class Bar:
    """Random effects of one grouping factor, ``(1 + wave | region)``.

    Attributes
    ----------
    terms : str
        Left of the bar, a formula of its own.
    group : tuple of str
        Columns whose combination is the grouping factor.
    correlated : bool
        False for ``||``.
    """

    terms: str
    group: tuple[str, ...]
    correlated: bool

    @property
    def name(self) -> str:
        """The grouping factor as results name it."""
        return ":".join(self.group)


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula in its parts.

    Attributes
    ----------
    outcome : str
        Column on the left.
    fixed : str
        Fixed part, without the bars.
    bars : tuple of Bar
        In the order written; ``(1 | a/b)`` stands as ``(1 | a:b)`` and ``(1 | a)``.
    """

    outcome: str
    fixed: str
    bars: tuple[Bar, ...]


def parse(text: str) -> Formula:
    """Split a formula as lme4 would.

    Parameters
    ----------
    text : str
        For example ``"score ~ C(wave) * region + (1 + wave | group) + (1 | participant)"``.

    Returns
    -------
    Formula

    Raises
    ------
    FormulaError
        If there is no outcome, or a bar is not of the form (terms | group).

    Examples
    --------
    >>> parse("score ~ wave + (1 + wave || region) + (1 | participant)").fixed
    'wave'
    >>> [bar.name for bar in parse("y ~ 1 + (1 | region/group)").bars]
    ['region:group', 'region']
    """
    outcome, tilde, right = text.partition("~")
    if not tilde or not outcome.strip():
        raise FormulaError(f"'{text}' has no outcome.", expected="outcome ~ terms + (1 | group)")
    fixed, bars = [], []
    for term in _terms(right):
        if "|" in term:
            bars += _bars(term, text)
        else:
            fixed.append(term)
    return Formula(outcome.strip(), " + ".join(fixed) or "1", tuple(bars))


def parse_bars(text: str | None) -> tuple[Bar, ...]:
    """Read bars alone, ``"(1 + wave | group) + (1 | region)"``."""
    if not text:
        return ()
    parsed = parse(f"y ~ {text}")
    if parsed.fixed != "1":
        raise FormulaError(
            f"'{text}' holds terms that are not random effects.", expected="(terms | group)"
        )
    return parsed.bars


def _terms(text: str) -> list[str]:
    """Terms joined by plus signs that stand in no bracket."""
    terms, depth, start = [], 0, 0
    for i, character in enumerate(text):
        depth += (character in "([") - (character in ")]")
        if character == "+" and depth == 0:
            terms.append(text[start:i])
            start = i + 1
    if depth != 0:
        raise FormulaError(f"The brackets of '{text.strip()}' do not match.")
    terms.append(text[start:])
    return [term.strip() for term in terms if term.strip()]


def _bars(term: str, text: str) -> list[Bar]:
    """The bars of one term; nesting by a slash gives one for each level."""
    match = re.fullmatch(r"\(([^|]*)(\|\|?)([^|]*)\)", term)
    if match is None:
        raise FormulaError(f"'{term}' in '{text}' cannot be read.", expected="(terms | group)")
    terms, bar, group = (part.strip() for part in match.groups())
    names = [name.strip() for name in re.split(r"([/:])", group)]
    columns = names[::2]
    if not all(re.fullmatch(r"`[^`]+`|[^\W\d]\w*", name) for name in columns):
        raise FormulaError(
            f"'{group}' in '{term}' is not a grouping factor.",
            expected="a column, or columns joined by : or /",
        )
    columns = [name.strip("`") for name in columns]
    correlated = bar == "|"
    if "/" in names:
        # a/b is b within a, and a.
        return [
            Bar(terms or "1", tuple(columns[:n]), correlated) for n in range(len(columns), 0, -1)
        ]
    return [Bar(terms or "1", tuple(columns), correlated)]
