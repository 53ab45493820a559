"""Errors a user can act on: the problem, what was expected, how to mend it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterable


# What `did_you_mean` answers goes with the problem; it is not a thing that was expected.
_HINTS = ("did you mean ", "known: ")


def sentence(text: str) -> str:
    """The text with its full stop, unless it ends as a sentence already.

    Examples
    --------
    >>> sentence("Unknown key 'x'; known: 'a'"), sentence("did you mean 'a'?")
    ("Unknown key 'x'; known: 'a'.", "did you mean 'a'?")
    """
    text = text.rstrip().removesuffix(";")
    return text if text.endswith((".", "?", "!")) else f"{text}."


class PeerEvalError(ValueError):
    """Base of every error that peereval raises on purpose.

    Parameters
    ----------
    problem : str
        What is wrong, with the user's own names and counts.
    expected : str, optional
        What should have been there.
    fix : str, optional
        What to do about it.

    Attributes
    ----------
    exit_code : int
        What a command ends with: 1 when the data cannot support what was asked,
        2 for wrong use or unreadable input.

    Examples
    --------
    >>> print(PlanError("The plan names no outcome.", fix="add an [[outcome]] table."))
    The plan names no outcome. To mend it: add an [[outcome]] table.
    """

    exit_code: ClassVar[int] = 2

    def __init__(self, problem: str, *, expected: str = "", fix: str = "") -> None:
        self.problem, self.expected, self.fix = problem, expected, fix
        hint = f"; {expected}" if expected.startswith(_HINTS) else ""
        parts = [sentence(problem.removesuffix(".") + hint if hint else problem)]
        if expected and not hint:
            parts.append(sentence(f"Expected: {expected}"))
        if fix:
            parts.append(sentence(f"To mend it: {fix}"))
        super().__init__(" ".join(parts))


class PlanError(PeerEvalError):
    """The plan cannot be read, or asks for something that does not exist."""


class InputFileError(PeerEvalError):
    """A data file is missing, unreadable or not what its name says."""


class OutputError(PeerEvalError):
    """The report cannot be written where it was asked for."""


class UsageError(PeerEvalError):
    """An option asks for something that is not there."""


class InstrumentError(PeerEvalError):
    """A questionnaire is unknown, has no key, or cannot score these answers."""


class StatisticsError(PeerEvalError):
    """A statistic was asked for something it is not defined for."""


class UndefinedError(StatisticsError):
    """These scores have no such statistic.

    Parameters
    ----------
    problem, expected, fix : str
        As in `PeerEvalError`.
    reason : str
        Code of the reason, as the ledger notes it, e.g. ``"no_variance"``.
    """

    def __init__(self, problem: str, *, reason: str, expected: str = "", fix: str = "") -> None:
        self.reason = reason
        super().__init__(problem, expected=expected, fix=fix)


class UnmatchedPairsError(StatisticsError):
    """Scores before and after are not complete pairs."""

    exit_code = 1


class DataError(PeerEvalError):
    """The data cannot support what the plan asks."""

    exit_code = 1


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Suggest the nearest known name, or list a few when none is near.

    A name that begins with what was written is nearer than any other.

    Examples
    --------
    >>> did_you_mean("regoin", ["region", "group"])
    "did you mean 'region'?"
    >>> did_you_mean("nhs", ["charity", "nhs_hes", "ons"])
    "did you mean 'nhs_hes'?"
    >>> did_you_mean("zzz", ["region", "group"])
    "known: 'group', 'region'"
    """
    import difflib

    options = sorted({str(k) for k in known})
    folded = {o.casefold(): o for o in reversed(options)}
    wanted = name.casefold()
    longer = [o for o in folded if len(wanted) > 1 and o.startswith(wanted)]
    close = difflib.get_close_matches(wanted, longer or list(folded), 1, 0.0 if longer else 0.6)
    if close:
        return f"did you mean '{folded[close[0]]}'?"
    shown = ", ".join(f"'{o}'" for o in options[:8])
    more = f" and {len(options) - 8} more" if len(options) > 8 else ""
    return f"known: {shown}{more}" if options else ""
