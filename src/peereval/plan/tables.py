"""The plan's tables about the file, the waves and the report."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from peereval.errors import did_you_mean

Name = Annotated[str, Field(min_length=1)]
Flag = Annotated[bool, Field(strict=True)]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
IdRule = Literal["exact", "trim"]
DuplicateRule = Literal["refuse", "first", "last", "most_complete"]
OutOfRangeRule = Literal["refuse", "missing"]
DisclosureProfile = Literal["charity", "nhs_mhsds", "nhs_hes", "ons", "none"]
Length = Literal["summary", "full", "technical"]


class Table(BaseModel):
    """A table of the plan: frozen, and closed to unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)


class DataSpec(Table):
    """Which columns of the file hold what, and the rule for each kind of mess.

    Attributes
    ----------
    layout : {"long", "wide"}
        One row per person and wave, or one row per person.
    participant, wave, region, group : str or None
        Column names.
    sheet : str or None
        Sheet of a workbook; the first that is not empty when not given.
    unmatched : bool
        True when there are no IDs, or none to be trusted: unpaired analysis only.
    ids : {"exact", "trim"}
        Whether case and spaces count in an ID.
    missing : tuple of str
        Codes that mean "no answer"; an empty cell always does.
    duplicates : {"refuse", "first", "last", "most_complete"}
        What to do with two rows for one person and wave.
    out_of_range : {"refuse", "missing"}
        What to do with a value the scale cannot take.
    """

    layout: Literal["long", "wide"] = "long"
    participant: Name | None = None
    wave: Name | None = None
    region: Name | None = None
    group: Name | None = None
    sheet: Name | None = None
    unmatched: Flag = False
    ids: IdRule = "exact"
    missing: tuple[str, ...] = ()
    duplicates: DuplicateRule = "refuse"
    out_of_range: OutOfRangeRule = "refuse"

    @model_validator(mode="after")
    def _one_role_each(self) -> DataSpec:
        taken: dict[str, str] = {}
        for role in ("participant", "wave", "region", "group"):
            column = getattr(self, role)
            if column is not None and (other := taken.setdefault(column.strip(), role)) != role:
                raise ValueError(f"the column '{column}' stands for both '{other}' and '{role}'")
        return self

    @property
    def ids_stated(self) -> bool:
        """Whether the plan itself says how IDs are compared."""
        return "ids" in self.model_fields_set


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
    sheets : dict of str to str
        Sheet of the workbook for each wave, when every wave has a sheet of its own.
    files : dict of str to str
        File in the folder for each wave, when every wave has a file of its own.
    """

    order: tuple[Name, ...]
    after: Name | None = None
    suffix: dict[str, str] = Field(default_factory=dict)
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


class ReportSpec(Table):
    """How the report is printed; none of it changes a verdict.

    Attributes
    ----------
    disclosure : str
        Small-number profile.
    ci_level : float
        Level of the intervals printed, between 0.5 and 0.999.
    length : {"summary", "full", "technical"}
        How much of the report is written.
    """

    disclosure: DisclosureProfile = "charity"
    ci_level: Number = Field(default=0.95, ge=0.5, le=0.999)
    length: Length = "full"
