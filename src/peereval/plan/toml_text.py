"""TOML text from anybody: how long it may be, and what it may not hold."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

from peereval.errors import PlanError
from peereval.hidden import has_hidden, hidden_words, without_hidden
from peereval.plan.refusals import toml_problem

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 1_000_000
"""Characters of a plan; one of a hundred outcomes has 20,000."""

LONGEST_TEXT = 2_000
"""Characters of one name or text in it."""

DEEPEST = 20
"""Tables and lists inside each other."""


def toml_table(text: str) -> dict[str, Any]:
    """The table that a TOML text stands for.

    Parameters
    ----------
    text : str
        The plan.

    Returns
    -------
    dict

    Raises
    ------
    PlanError
        If it is too long, not TOML, nested too deeply, or holds characters that cannot be seen.

    Examples
    --------
    >>> toml_table('title = "Hope"')
    {'title': 'Hope'}
    """
    if len(text) > LONGEST:
        raise PlanError(f"The plan has {len(text):,} characters.", expected=f"at most {LONGEST:,}")
    # A key of a hundred thousand parts ends the whole process inside Python's own reader.
    if any(line.count(".") > LONGEST_TEXT for line in text.splitlines()):
        raise _too_deep()
    try:
        table = tomllib.loads(text)
        texts = list(_texts(table))
    except tomllib.TOMLDecodeError as err:
        raise PlanError(
            f"The plan is not valid TOML: {toml_problem(str(err))}.",
            fix="correct it at the place named.",
        ) from err
    except RecursionError as err:
        raise _too_deep() from err
    except ValueError as err:
        # Python itself refuses numbers of thousands of digits and impossible dates.
        raise PlanError(f"The plan is not valid TOML: {err}.") from err
    if long := next((t for t in texts if len(t) > LONGEST_TEXT), None):
        raise PlanError(
            f"'{without_hidden(long[:60])}...' in the plan has {len(long):,} characters.",
            expected=f"at most {LONGEST_TEXT:,} in a name or text",
        )
    if hidden := next(filter(has_hidden, texts), None):
        raise PlanError(
            f"'{without_hidden(hidden)[:60]}' in the plan holds {hidden_words(hidden)}, which "
            "cannot be seen or changes how the text around it reads.",
            fix="type the text anew instead of copying it.",
        )
    return table


def _too_deep() -> PlanError:
    """The refusal of tables inside tables inside tables."""
    return PlanError(
        "The plan is nested too deeply.", expected="tables and lists as in the documentation"
    )


def _texts(table: dict[str, Any]) -> Iterator[str]:
    """Every key and text of a table; level by level, since a plan may be as deep as it is long."""
    level: list[Any] = [table]
    for _ in range(DEEPEST):
        dicts = [value for value in level if isinstance(value, dict)]
        yield from (key for value in dicts for key in value)
        yield from (value for value in level if isinstance(value, str))
        level = [inner for value in level if isinstance(value, list) for inner in value]
        level += [inner for value in dicts for inner in value.values()]
    if level:
        raise RecursionError
