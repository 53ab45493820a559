"""The plan as a whole: what is evaluated, promised before the data are looked at."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationError, model_validator

from peereval.errors import PlanError, did_you_mean
from peereval.plan.outcome import OutcomeSpec
from peereval.plan.private import without_ids
from peereval.plan.refusals import plan_problem, refuse_without_analysis
from peereval.plan.tables import DataSpec, ReportSpec
from peereval.plan.toml_text import toml_table
from peereval.plan.waves import WavesSpec

STUDY = "study"
"""What the ledger calls everybody; never the name of an outcome."""


class Plan(BaseModel):
    """What was promised: columns, waves, outcomes, families, smallest change, disclosure.

    Read one with `Plan.from_file` or `Plan.from_toml`; both refuse unknown keys and name the
    nearest known one.

    Attributes
    ----------
    title, organisation, notice : str
        Printed on the report; the notice stands on every page.
    data : DataSpec
        Columns and the rules for mess.
    waves : WavesSpec
        Waves in order.
    report : ReportSpec
        Disclosure and interval level.
    outcomes : tuple of OutcomeSpec
        In the plan's order, which the report keeps.
    families : dict of str to tuple of str
        Families of tests by outcome name; empty for the default of primaries and domains.

    Examples
    --------
    >>> plan = Plan.from_toml('''
    ... [data]
    ... participant = "id"
    ... wave = "wave"
    ... [waves]
    ... order = ["before", "after"]
    ... [[outcome]]
    ... name = "hope"
    ... domain = "hope"
    ... instrument = "hhi"
    ... items = "hhi_{item}"
    ... ''')
    >>> plan.waves.contrast
    'after - before'
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str = "Evaluation of before-and-after questionnaires"
    organisation: str = ""
    notice: str = ""
    data: DataSpec
    waves: WavesSpec
    report: ReportSpec = Field(default_factory=ReportSpec)
    outcomes: tuple[OutcomeSpec, ...] = Field(alias="outcome")
    families: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    _text: str = PrivateAttr(default="")

    @property
    def text(self) -> str:
        """The TOML text the plan was read from; empty when it was built in Python."""
        return self._text

    @property
    def text_without_ids(self) -> str:
        """The same for readers: IDs that the plan joins are nobody else's business."""
        return without_ids(self._text) if self.data.same else self._text

    @model_validator(mode="after")
    def _names_fit(self) -> Plan:
        names = [o.name for o in self.outcomes]
        if not names:
            raise ValueError("the plan names no outcome; it needs an [[outcome]] table")
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"two outcomes are called '{name}'")
        if STUDY in names:
            raise ValueError(f"no outcome can be called '{STUDY}', the ledger's word for everybody")
        self._families_fit(names)
        self._layout_fits()
        return self

    def _families_fit(self, names: list[str]) -> None:
        placed: set[str] = set()
        for family, members in self.families.items():
            if not members:
                raise ValueError(f"the family '{family}' names no outcome")
            for member in members:
                if member not in names:
                    raise ValueError(
                        f"the family '{family}' names the outcome '{member}', which the plan does "
                        f"not have; {did_you_mean(member, names)}"
                    )
                if member in placed:
                    raise ValueError(f"the outcome '{member}' stands twice in [families]")
                placed.add(member)

    def _parts_fit(self) -> None:
        """Refuse what contradicts a sheet or file for each wave."""
        key = self.waves.parts_key
        if self.data.layout == "wide":
            raise ValueError(
                f"{key} goes with the long layout: every sheet or file has a row per person"
            )
        if self.waves.dated:
            raise ValueError(f"{key} says which wave a row is from, and so do dates")
        if self.data.wave is not None:
            raise ValueError(f"{key} says which wave a row is from, and so does [data] wave")
        if self.waves.sheets and self.data.sheet is not None:
            raise ValueError("[waves.sheets] names the sheets, and so does [data] sheet")

    def _layout_fits(self) -> None:
        columns = [c for o in self.outcomes for c in o.columns]
        if self.waves.parts:
            self._parts_fit()
        self._dates_fit()
        if self.data.layout == "wide":
            if self.data.wave is not None:
                raise ValueError("a wide file has no [data] wave; waves stand in the column names")
            for column in columns:
                if "{wave}" not in column:
                    raise ValueError(
                        f"in the wide layout '{column}' needs {{wave}} where the wave stands"
                    )
            return
        if self.data.wave is None and not (self.waves.parts or self.waves.dated):
            raise ValueError(
                "the long layout, one row per person and wave, needs [data] wave: the column that "
                'says which wave a row is from; for one row per person say layout = "wide", for a '
                "sheet or a file per wave [waves.sheets] or [waves.files], and where dates say it "
                "[waves] date with rule or windows"
            )
        if self.waves.suffix:
            raise ValueError(
                "[waves.suffix] says how waves are written in column names, which is for the wide "
                "layout"
            )
        for column in columns:
            if "{wave}" in column:
                raise ValueError(f"'{column}' holds {{wave}}, which is for the wide layout")

    def _dates_fit(self) -> None:
        date = self.waves.date
        if date is None:
            return
        if self.data.layout == "wide":
            raise ValueError(
                "[waves] date is for the long layout; in a wide file waves stand in the column names"
            )
        if self.waves.dated and self.data.wave is not None:
            raise ValueError(
                "[data] wave and [waves] date both say which wave a row is from; leave out "
                "[data] wave, or rule and windows"
            )
        if self.waves.dated and not self.data.has_ids:
            raise ValueError(
                "waves from dates count from each person's first survey, so [data] participant or "
                "sgic must say who a row is about"
            )
        for role in ("participant", "wave", "region", "group"):
            if (getattr(self.data, role) or "").strip() == date.strip():
                raise ValueError(f"the column '{date}' stands for both '{role}' and 'date'")

    @classmethod
    def from_toml(cls, text: str) -> Plan:
        """Read a plan from TOML text.

        Parameters
        ----------
        text : str
            The plan.

        Returns
        -------
        Plan

        Raises
        ------
        PlanError
            If the text is not TOML, holds characters that cannot be seen, or a key or value is
            not one the plan knows.
        """
        table = toml_table(text)
        refuse_without_analysis(table)
        try:
            plan = cls.model_validate(table)
        except ValidationError as err:
            raise PlanError(plan_problem(err, cls, table)) from err
        plan._text = text
        return plan

    @classmethod
    def from_file(cls, path: str | Path) -> Plan:
        """Read a plan from a UTF-8 TOML file.

        Parameters
        ----------
        path : str or Path
            The file.

        Returns
        -------
        Plan

        Raises
        ------
        PlanError
            If the file cannot be read or is not a usable plan.
        """
        path = Path(path)
        try:
            text = path.read_text(encoding="utf-8-sig")
        except FileNotFoundError as err:
            raise PlanError(
                f"There is no plan at '{path}'.", fix="check the folder and the spelling."
            ) from err
        except IsADirectoryError as err:
            raise PlanError(f"'{path}' is a folder, not a plan.", fix="name the file.") from err
        except UnicodeDecodeError as err:
            raise PlanError(
                f"'{path}' is not a text file in UTF-8.", fix="save it as UTF-8."
            ) from err
        except OSError as err:
            raise PlanError(f"The plan '{path}' cannot be read: {err.strerror}.") from err
        return cls.from_toml(text)
