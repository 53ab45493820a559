"""What will be said: a tree of blocks that any renderer can turn into a page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from peereval.figures.picture import Picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """One paragraph; `lead` sets it larger."""

    text: str
    lead: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Bullets:
    """A list of short texts."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Callout:
    """A boxed text that must not be overlooked."""

    title: str
    text: str
    kind: Literal["caution", "info"] = "info"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A verdict with its sentence, the numbers it rests on and what it does not show."""

    label: str
    verdict: str
    sentence: str
    not_shown: str
    tone: Literal["better", "worse", "none", "unsure"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table; the first column names the row.

    Attributes
    ----------
    id : str
        Unique in the document.
    caption : str
        What the table shows.
    header : tuple of str
        One text per column.
    rows : tuple of tuple of str
        Cells as text, ready to be read.
    note : str
        Printed below it.
    """

    id: str
    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureBlock:
    """A figure with its caption; its numbers stand in `table` for those who do not see it."""

    picture: Picture
    table: Table | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """Text kept as it was written."""

    text: str
    label: str


Block: TypeAlias = Paragraph | Bullets | Callout | Finding | Table | FigureBlock | Code


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading with its blocks and sections below it."""

    id: str
    title: str
    blocks: tuple[Block, ...] = ()
    sections: tuple[Section, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A whole report.

    Attributes
    ----------
    title, organisation : str
        From the plan.
    notice : str
        Stands on every page; empty for none.
    headline : str
        The findings in at most 60 words.
    sections : tuple of Section
        In reading order.
    """

    title: str
    organisation: str
    notice: str
    headline: str
    sections: tuple[Section, ...] = field(default_factory=tuple)

    def pictures(self) -> tuple[Picture, ...]:
        """Every figure in reading order."""
        return tuple(
            block.picture
            for section in _walk(self.sections)
            for block in section.blocks
            if isinstance(block, FigureBlock)
        )


def _walk(sections: tuple[Section, ...]) -> list[Section]:
    """Sections and those below them, in reading order."""
    return [s for section in sections for s in (section, *_walk(section.sections))]
