"""The plan's tables about the file, the waves and the report."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Name = Annotated[str, Field(min_length=1)]
Flag = Annotated[bool, Field(strict=True)]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
IdRule = Literal["exact", "trim"]
DuplicateRule = Literal["refuse", "first", "last", "most_complete"]
OutOfRangeRule = Literal["refuse", "missing"]
DisclosureProfile = Literal["charity", "nhs_mhsds", "nhs_hes", "ons", "none"]
Length = Literal["summary", "full", "technical"]

LEAST_ELEMENTS = 3
"""Elements a code needs before one of them may differ."""


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
    same : dict of str to tuple of str
        Other spellings of an ID, which its owner says are the same person.
    sgic : tuple of str
        Columns of a self-generated identification code, in place of `participant`.
    sgic_tolerance : {0, 1}
        How many elements of such a code may differ where the match is unique on both sides.
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
    same: dict[Name, tuple[Name, ...]] = Field(default_factory=dict)
    sgic: tuple[Name, ...] = ()
    sgic_tolerance: Annotated[int, Field(strict=True, ge=0, le=1)] = 0
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
        for column in self.sgic:
            if (other := taken.setdefault(column.strip(), "sgic")) != "sgic":
                raise ValueError(f"the column '{column}' stands for both '{other}' and 'sgic'")
        return self

    @model_validator(mode="after")
    def _one_kind_of_id(self) -> DataSpec:
        if self.sgic and self.participant is not None:
            raise ValueError(
                "'participant' and 'sgic' both say who a row is about; keep the one to be trusted"
            )
        if len({column.strip() for column in self.sgic}) < len(self.sgic):
            raise ValueError("the same column stands twice in 'sgic'")
        if self.sgic_tolerance and len(self.sgic) < LEAST_ELEMENTS:
            raise ValueError(
                f"'sgic_tolerance' lets one element of a code differ, which takes 'sgic' with at "
                f"least {LEAST_ELEMENTS} columns"
            )
        if self.same and self.participant is None:
            raise ValueError("[data.same] joins IDs, so 'participant' must name their column")
        return self

    @model_validator(mode="after")
    def _each_spelling_once(self) -> DataSpec:
        owner: dict[str, str] = {}
        for kept, others in self.same.items():
            if not others:
                raise ValueError(f"[data.same] '{kept}' lists no other spelling")
            for spelling in others:
                if spelling.strip() == kept.strip():
                    raise ValueError(f"[data.same] '{kept}' lists itself")
                if spelling.strip() in {key.strip() for key in self.same}:
                    raise ValueError(
                        f"[data.same] '{spelling}' stands on both sides; list all spellings of a "
                        "person behind one of them"
                    )
                if (other := owner.setdefault(spelling.strip(), kept)) != kept:
                    raise ValueError(
                        f"[data.same] lists '{spelling}' for both '{other}' and '{kept}'"
                    )
        return self

    @property
    def has_ids(self) -> bool:
        """Whether the plan says how people can be told apart, and trusts it."""
        return not self.unmatched and (self.participant is not None or bool(self.sgic))

    @property
    def ids_stated(self) -> bool:
        """Whether the plan itself says how IDs are compared."""
        return "ids" in self.model_fields_set


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
