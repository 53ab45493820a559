"""The plan's table about the waves: named, in sheets or files, or made of dates."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from peereval.errors import did_you_mean
from peereval.plan.tables import Name, Table

DateOrder = Literal["dmy", "mdy", "ymd"]
Days = Annotated[int, Field(strict=True)]

FIRST_SURVEY, LAST_SURVEY = "the first survey", "the last survey"
"""Names of waves that come from dates, where the plan gives none."""


class WavesSpec(Table):
    """The waves in their order in time; waves are named, never sorted.

    Attributes
    ----------
    order : tuple of str
        Labels as they stand in the data, first to last.
    after : str or None
        The wave compared with the first; the last of `order` when not given.
    suffix : dict of str to str
        Wide layout: the text that stands for a wave's label in column names.
    date : str or None
        Column of the date of each survey. With `rule` or `windows` the waves come from it;
        with named waves it is only checked.
    date_order : {"dmy", "mdy", "ymd"} or None
        How dates in figures are written; found out by their own figures when not given.
    rule : {"first_last"} or None
        Each person's first survey is "before" and the last one is "after".
    windows : dict of str to tuple of (int, int)
        Wave to its first and last day, counted from a person's first survey.
    sheets : dict of str to str
        Sheet of the workbook for each wave, when every wave has a sheet of its own.
    files : dict of str to str
        File in the folder for each wave, when every wave has a file of its own.
    """

    order: tuple[Name, ...]
    after: Name | None = None
    suffix: dict[str, str] = Field(default_factory=dict)
    date: Name | None = None
    date_order: DateOrder | None = None
    rule: Literal["first_last"] | None = None
    windows: dict[Name, tuple[Days, Days]] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _named_by_dates(cls, table: Any) -> Any:
        """Waves from dates need no `order`: windows have names, and a first survey is one."""
        if not isinstance(table, dict) or "order" in table or "date" not in table:
            return table
        windows = table.get("windows")
        if isinstance(windows, dict) and windows:
            return {**table, "order": (FIRST_SURVEY, *windows)}
        if "rule" in table:
            return {**table, "order": (FIRST_SURVEY, LAST_SURVEY)}
        return table

    sheets: dict[str, Name] = Field(default_factory=dict)
    files: dict[str, Name] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _consistent(self) -> WavesSpec:
        if len(self.order) < 2:
            raise ValueError("'order' needs at least two waves: the first is \"before\"")
        if len(set(self.order)) != len(self.order):
            raise ValueError("the same wave stands twice in 'order'")
        named = (*self.suffix, *self.sheets, *self.files, *([self.after] if self.after else []))
        for wave in named:
            if wave not in self.order:
                raise ValueError(
                    f"wave '{wave}' is not in 'order'; {did_you_mean(wave, self.order)}"
                )
        if self.after == self.order[0]:
            raise ValueError(f"'after' is '{self.after}', which is the first wave, the 'before'")
        if self.sheets and self.files:
            raise ValueError("[waves.sheets] and [waves.files] exclude each other")
        self._one_part_each()
        return self

    @model_validator(mode="after")
    def _dates_fit(self) -> WavesSpec:
        if self.date is None:
            for key in ("rule", "windows", "date_order"):
                if getattr(self, key):
                    raise ValueError(f"'{key}' needs 'date': the column of the date of each survey")
        if self.rule and self.windows:
            raise ValueError("'rule' and 'windows' are two ways to make waves of dates; keep one")
        if self.rule and len(self.order) != 2:
            raise ValueError(
                "rule = \"first_last\" makes two waves, so 'order' needs two names, or none"
            )
        if self.windows:
            self._windows_fit()
        return self

    def _windows_fit(self) -> None:
        if self.order[1:] != tuple(self.windows):
            raise ValueError(
                "'order' must be a name for the first survey and then the names in 'windows', in "
                "the same order; or leave 'order' out"
            )
        last, before = 0, ""
        for wave, (low, high) in self.windows.items():
            if low < 1:
                raise ValueError(f"the window '{wave}' begins before day 1 after the first survey")
            if high < low:
                raise ValueError(f"the window '{wave}' ends on day {high}, before it begins")
            if low <= last:
                raise ValueError(
                    f"the window '{wave}' begins on day {low}, and '{before}' ends on day {last}; "
                    "windows must stand in order of time and must not overlap"
                )
            last, before = high, wave

    @property
    def dated(self) -> bool:
        """Whether waves come from dates."""
        return self.rule is not None or bool(self.windows)

    def _one_part_each(self) -> None:
        """Refuse sheets or files that are not one for every wave."""
        for wave in self.order:
            if self.parts and wave not in self.parts:
                raise ValueError(f"{self.parts_key} names nothing for the wave '{wave}'")
        parts = list(self.parts.values())
        for part in parts:
            if parts.count(part) > 1:
                raise ValueError(f"{self.parts_key} names '{part}' for two waves")
        for name in self.files.values():
            if any(sign in name for sign in "/\\:") or name in (".", ".."):
                raise ValueError(
                    f"'{name}' in [waves.files] must be the name of a file in the folder of the "
                    "data, without a path"
                )

    @property
    def parts(self) -> dict[str, str]:
        """Sheet or file of each wave; empty when all waves stand in one table."""
        return self.sheets or self.files

    @property
    def parts_key(self) -> str:
        """Where the plan names the sheets or files; empty when all waves stand in one table."""
        return "[waves.sheets]" if self.sheets else "[waves.files]" if self.files else ""

    @property
    def first(self) -> str:
        """Label of the wave that is "before"."""
        return self.order[0]

    @property
    def last(self) -> str:
        """Label of the wave that is "after"."""
        return self.after or self.order[-1]

    @property
    def contrast(self) -> str:
        """How the change is labelled in the ledger: later minus earlier."""
        return f"{self.last} - {self.first}"

    def in_column(self, wave: str) -> str:
        """Text that stands for `wave` in the column names of a wide file."""
        return self.suffix.get(wave, wave)
