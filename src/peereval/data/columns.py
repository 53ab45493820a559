"""Where the plan's columns stand in the header of a file."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from peereval.data.possible import answer_labels, form_of, limits, place
from peereval.data.study import Item
from peereval.data.words import full_stop
from peereval.errors import PlanError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from peereval.instruments.form import Form
    from peereval.plan import OutcomeSpec, Plan

SHOWN = 5
"""How many names a message lists before it counts the rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """The plan's columns in a header.

    Attributes
    ----------
    participant, wave, region, group, date : str or None
        Column names; None where the plan names none. Without matching there is no participant.
        A code of several columns has a column of its own, which the file does not hold.
    elements : tuple of str
        Columns of such a code.
    items : mapping of str to tuple of Item
        Per outcome of the plan, its items in order.
    """

    participant: str | None
    wave: str | None
    region: str | None
    group: str | None
    items: Mapping[str, tuple[Item, ...]]
    date: str | None = None
    elements: tuple[str, ...] = ()

    def answers(self, wave: str) -> tuple[str, ...]:
        """Columns that hold answers of a wave, each once."""
        found = (i.columns[wave] for own in self.items.values() for i in own if wave in i.columns)
        return tuple(dict.fromkeys(found))


def find_columns(plan: Plan, header: Sequence[str]) -> Columns:
    """Find every column that a plan names or describes.

    Parameters
    ----------
    plan : Plan
        What is evaluated.
    header : sequence of str
        Column names of the file.

    Returns
    -------
    Columns

    Raises
    ------
    PlanError
        Naming every column that is not there, with the nearest one that is; if a
        questionnaire, subscale or variant is unknown or has no key; if a pattern can be read
        in two ways.

    Examples
    --------
    >>> from peereval.plan import Plan
    >>> plan = Plan.from_toml('''
    ... [data]
    ... layout = "wide"
    ... participant = "id"
    ... [waves]
    ... order = ["before", "after"]
    ... [[outcome]]
    ... name = "mood"
    ... domain = "clinical"
    ... column = "mood_{wave}"
    ... higher_is = "better"
    ... ''')
    >>> find_columns(plan, ["id", "mood_before", "mood_after"]).items["mood"][0].columns
    {'before': 'mood_before', 'after': 'mood_after'}
    """
    search = _Search(plan, header)
    roles: dict[str, str | None] = {}
    for role in ("participant", "wave", "region", "group"):
        name = getattr(plan.data, role)
        if role == "participant" and plan.data.unmatched:
            name = None
        roles[role] = search.column(name, f"[data] {role}")
    roles["date"] = search.column(plan.waves.date, "[waves] date")
    elements: tuple[str, ...] = ()
    if plan.data.sgic and plan.data.has_ids:
        elements = tuple(name.strip() for name in plan.data.sgic)
        for name in elements:
            search.need(name, "[data] sgic")
        roles["participant"] = f"code of {', '.join(elements)}"
    # Of sheets or files for each wave a column is made, called by the plan's key.
    roles["wave"] = roles["wave"] or plan.waves.parts_key or None
    items = {outcome.name: search.items_of(outcome) for outcome in plan.outcomes}
    if search.problems:
        raise PlanError(" ".join(dict.fromkeys(search.problems)))
    return Columns(items=items, elements=elements, **roles)


@dataclass(slots=True)
class _Search:
    """One search of a header; gathers what is missing instead of stopping at the first."""

    plan: Plan
    header: Sequence[str]
    problems: list[str] = field(default_factory=list)

    def need(self, column: str, place: str) -> None:
        """Note a column that is not there."""
        if column not in self.header:
            hint = did_you_mean(column, self.header)
            self.problems.append(
                full_stop(f"{place} names the column '{column}', which is not in the data; {hint}")
            )

    def column(self, name: str | None, place: str) -> str | None:
        """A column by the name the plan gives it, if it gives one."""
        if name is not None:
            self.need(name.strip(), place)
        return name.strip() if name else None

    def items_of(self, outcome: OutcomeSpec) -> tuple[Item, ...]:
        """Items of one outcome with their columns and possible values."""
        form, required = form_of(outcome)
        if isinstance(outcome.items, str):
            items = self._by_number(outcome, outcome.items, form, required)
        else:
            items = self._by_name(outcome, form)
        self._refuse_shared(outcome, items)
        return items

    def _by_name(self, outcome: OutcomeSpec, form: Form | None) -> tuple[Item, ...]:
        """Items given as a list of columns, or the one column of a score."""
        if form is None:
            items = tuple(self._item(outcome, name, None, None) for name in outcome.columns)
        elif len(outcome.columns) in (len(form.numbers), len(form.answered)):
            asked = form.numbers
            if len(outcome.columns) != len(form.numbers):
                asked = form.answered
            given = dict(zip(asked, outcome.columns, strict=True))
            items = tuple(self._item(outcome, given.get(n), n, form) for n in form.numbers)
        else:
            self.problems.append(
                f"{place(outcome)} lists {len(outcome.columns)} columns, but the "
                f"questionnaire '{outcome.instrument}' has {len(form.numbers)} items; list all "
                "of them in form order, or give a pattern with {item}."
            )
            return ()
        if len({item.name for item in items}) < len(items):
            items = tuple(replace(i, name=f"{i.name} ({k})") for k, i in enumerate(items, start=1))
        return items

    def _item(
        self, outcome: OutcomeSpec, pattern: str | None, number: int | None, form: Form | None
    ) -> Item:
        """One item that stands in a named column."""
        columns = {}
        if pattern is not None:
            for wave in self.plan.waves.order:
                columns[wave] = self._at(pattern, wave).strip()
                self.need(columns[wave], place(outcome))
        low, high, whole = limits(outcome, number, form)
        name = without_wave(pattern) if pattern is not None else f"item {number}"
        return Item(
            name=name or outcome.name,
            columns=columns,
            number=number,
            low=low,
            high=high,
            whole=whole,
            reverse=pattern in outcome.reverse,
            labels=answer_labels(outcome, number, form),
        )

    def _at(self, pattern: str, wave: str) -> str:
        """The column or pattern for one wave."""
        return pattern.replace("{wave}", self.plan.waves.in_column(wave))

    def _by_number(
        self, outcome: OutcomeSpec, pattern: str, form: Form | None, required: tuple[int, ...]
    ) -> tuple[Item, ...]:
        """Items whose number stands in the column name."""
        waves = self.plan.waves.order
        found = {w: self._numbered(self._at(pattern, w), outcome) for w in waves}
        seen = sorted({number for columns in found.values() for number in columns})
        for wave in waves:
            wanted = required if form is not None else seen or (1,)
            absent = [number for number in wanted if number not in found[wave]]
            if absent:
                self._report_absent(outcome, self._at(pattern, wave), absent, len(wanted), wave)
        items = []
        unknown = set(outcome.reverse)
        for number in form.numbers if form is not None else seen:
            own = {w: found[w][number] for w in waves if number in found[w]}
            digits = next((text for _, text in own.values()), str(number))
            columns = {w: column for w, (column, _) in own.items()}
            name = without_wave(pattern).replace("{item}", digits)
            aliases = {name, digits, str(number), *columns.values()}
            aliases.add(pattern.replace("{item}", digits))
            low, high, whole = limits(outcome, number, form)
            items.append(
                Item(
                    name=name,
                    # A filler asked at some waves only is left out at all of them.
                    columns=columns if len(columns) == len(waves) else {},
                    number=number,
                    low=low,
                    high=high,
                    whole=whole,
                    reverse=not aliases.isdisjoint(outcome.reverse),
                    labels=answer_labels(outcome, number, form),
                )
            )
            unknown -= aliases
        for name in sorted(unknown):
            hint = did_you_mean(name, [item.name for item in items])
            self.problems.append(
                full_stop(
                    f"{place(outcome)} reverses '{name}', which is not one of its items; {hint}"
                )
            )
        return tuple(items)

    def _numbered(self, pattern: str, outcome: OutcomeSpec) -> dict[int, tuple[str, str]]:
        """Columns that fit a pattern, and the digits in them, by item number."""
        first, *rest = (re.escape(part) for part in pattern.split("{item}"))
        fits = re.compile(first + "([0-9]+)" + r"\1".join(rest))
        found: dict[int, tuple[str, str]] = {}
        for column in self.header:
            if match := fits.fullmatch(column):
                number = int(match[1])
                if number in found:
                    self.problems.append(
                        f"{place(outcome)}: '{found[number][0]}' and '{column}' are both item "
                        f"{number} of '{pattern}'; rename one of them."
                    )
                found[number] = (column, match[1])
        return found

    def _report_absent(
        self, outcome: OutcomeSpec, pattern: str, absent: list[int], n_wanted: int, wave: str
    ) -> None:
        """Name the columns of a pattern that are not there."""
        names = [pattern.replace("{item}", str(number)) for number in absent]
        hint = did_you_mean(names[0], self.header)
        at = f" for the wave '{wave}'" if self.plan.data.layout == "wide" else ""
        if len(absent) == n_wanted:
            text = f"has no column{at} that fits '{pattern}' (looked for '{names[0]}'"
            if hint:
                text += f"; {hint}"
            text += ")"
            if at and wave not in self.plan.waves.suffix:
                text += "; [waves.suffix] says how a wave is written in column names"
        else:
            shown = ", ".join(f"'{name}'" for name in names[:SHOWN])
            more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
            text = f"needs the columns {shown}{more}{at}, which are not in the data; {hint}"
        self.problems.append(full_stop(f"{place(outcome)} {text}"))

    def _refuse_shared(self, outcome: OutcomeSpec, items: tuple[Item, ...]) -> None:
        """Refuse one column that would be read as two answers of an outcome."""
        wide = self.plan.data.layout == "wide"
        used = [
            column
            for item in items
            for column in (item.columns.values() if wide else set(item.columns.values()))
        ]
        for column in dict.fromkeys(c for c in used if used.count(c) > 1):
            self.problems.append(
                f"{place(outcome)} would read the column '{column}' more than once; give every "
                "wave and item a column name of its own."
            )


def without_wave(pattern: str) -> str:
    """A pattern without its wave and the sign beside it, so that both layouts agree.

    Examples
    --------
    >>> [without_wave(p) for p in ("hhi_{item}_{wave}", "{wave}_bdi", "q{item}{wave}", "bdi")]
    ['hhi_{item}', 'bdi', 'q{item}', 'bdi']
    """
    without = re.sub(r"^\{wave\}[ _.:-]?", "", pattern)
    return re.sub(r"[ _.:-]?\{wave\}", "", without).strip()
