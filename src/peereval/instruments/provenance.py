"""Where a scoring key comes from, and which of its parts nobody could confirm."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Grade: TypeAlias = Literal["A", "B", "C", ""]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A publication or page that supports part of a definition.

    Attributes
    ----------
    citation : str
        As a reference list prints it.
    fields : tuple of str
        Parts it supports: ``items, reverse, scoring, missing, subscales, bands, change,
        psychometrics, licence, variants``. Empty when it was not itself consulted.
    url : str
        Where it is; may be empty.
    """

    citation: str
    fields: tuple[str, ...] = ()
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """How well a definition is supported.

    Attributes
    ----------
    grade : {"A", "B", "C", ""}
        ``A``: two independent sources agree on the scoring key; ``B``: one good source;
        ``C``: the key, or part of it, is unverified; empty: the charity's own items.
    unverified : tuple of str
        Parts that come from general knowledge; dotted for a part of a part. ``coding`` means
        the printed direction of the options.
    conflicts : tuple of str
        Disagreements found between sources.
    """

    grade: Grade
    unverified: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()

    def lists(self, field: str) -> bool:
        """Whether `field`, the part it belongs to, or a part of it is listed as unverified."""
        return any(
            field == name or field.startswith(f"{name}.") or name.startswith(f"{field}.")
            for name in self.unverified
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Norm:
    """Published scores of a population.

    Attributes
    ----------
    population : str
        Who they are.
    kind : {"general", "clinical"}
        Which kind of population.
    metric : str
        ``"total"``, the name of a subscale, or another metric in words.
    status : {"sourced", "unverified"}
        Whether the row was confirmed in a source.
    mean, sd : float or None
        In units of the metric.
    n : int or None
        How many people.
    """

    population: str
    kind: Literal["general", "clinical"]
    status: Literal["sourced", "unverified"]
    metric: str = ""
    mean: float | None = None
    sd: float | None = None
    n: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """Whether the questionnaire may be used freely; a summary, not legal advice.

    Attributes
    ----------
    status : {"free", "registration", "permission", "paid"}
        What it takes.
    note : str
        Details and the holder of the rights.
    """

    status: Literal["free", "registration", "permission", "paid"]
    note: str = ""
