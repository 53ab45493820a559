"""What a column says of a person: by its name, and by what stands in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from peereval.data.privacy.addresses import is_address
from peereval.data.privacy.dates import date_of, day_comes_first
from peereval.data.privacy.emails import is_email
from peereval.data.privacy.free_text import is_free_text
from peereval.data.privacy.headers import kind_by_header, words_of
from peereval.data.privacy.names import are_names
from peereval.data.privacy.nhs_numbers import is_nhs_number
from peereval.data.privacy.ni_numbers import is_ni_number
from peereval.data.privacy.phones import is_phone
from peereval.data.privacy.postcodes import is_postcode

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from peereval.data.privacy.kinds import Kind

_CONTENT: tuple[tuple[Kind, Callable[[str], bool], float, int], ...] = (
    # One address among many answers is one too many.
    ("email", is_email, 0.0, 1),
    # Of ten digits at random one in eleven passes the check.
    ("nhs_number", is_nhs_number, 0.8, 2),
    ("ni_number", is_ni_number, 0.5, 1),
    ("phone", is_phone, 0.5, 2),
    ("postcode", is_postcode, 0.5, 2),
    ("address", is_address, 0.3, 2),
)
_LIFETIME = 15
_SHORT = 2
_YES_NO = frozenset(
    ("yes", "no", "y", "n", "true", "false", "checked", "unchecked", "not sure", "maybe", "n/a")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a column says of a person.

    Attributes
    ----------
    kind : str
        Which of `kinds.Kind`.
    by : {"name", "content"}
        What it was found by.
    """

    kind: Kind
    by: Literal["name", "content"]


def column_kind(header: str, counts: Mapping[str, int]) -> Found | None:
    """What a column says of a person, or None.

    Parameters
    ----------
    header : str
        Its name.
    counts : mapping of str to int
        How often each text that is not empty stands in it, spaces around it taken away.

    Returns
    -------
    Found or None

    Examples
    --------
    >>> column_kind("Contact", {"jo@example.org": 1, "none": 3})
    Found(kind='email', by='content')
    >>> column_kind("phone", {"1": 4, "2": 5, "3": 1})
    """
    return next(_kinds(header, counts), None)


def _kinds(header: str, counts: Mapping[str, int]) -> Iterator[Found]:
    """What a column may say, the surest first."""
    texts = list(counts)
    for kind, holds, share, fewest in _CONTENT:
        n = sum(map(holds, texts))
        if n >= fewest and n >= share * len(texts):
            yield Found(kind=kind, by="content")
    named = kind_by_header(header)
    if named is not None and not _are_answers(counts):
        yield Found(kind=named, by="name")
    if dates := _dates(texts):
        born = (max(dates) - min(dates)).days > 365 * _LIFETIME
        yield Found(kind="birth_date" if born else "date", by="content")
    if are_names(texts):
        yield Found(kind="name", by="content")
    if is_free_text(counts):
        yield Found(kind="free_text", by="content")
    if _is_other_id(header, counts):
        yield Found(kind="other_id", by="content")


def _are_answers(counts: Mapping[str, int]) -> bool:
    """Whether a column whose name says otherwise holds yes and no, or points of a scale."""
    scale = all(text.isdigit() and len(text) <= _SHORT for text in counts)
    return bool(counts) and (scale or all(text.casefold() in _YES_NO for text in counts))


def _dates(texts: Sequence[str]) -> list[dt.date] | None:
    """The dates of a column in which nearly everything is one."""
    first = day_comes_first(list(texts))
    dates = [d for d in (date_of(text, day_first=first) for text in texts) if d is not None]
    return dates if dates and len(dates) >= 0.8 * len(texts) else None


def _is_other_id(header: str, counts: Mapping[str, int]) -> bool:
    """Whether a column has a name like an ID, and hardly a value twice."""
    words = words_of(header).split()
    named = bool({"id", "ref", "reference", "uuid", "token", "nhsid"} & set(words[-1:] + words[:1]))
    return named and len(counts) >= 5 and len(counts) > sum(counts.values()) / 3
