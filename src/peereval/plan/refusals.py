"""What is wrong with a plan, in the terms of the person who wrote it."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any

from peereval.errors import PlanError, did_you_mean, sentence
from peereval.plan.outcome import OutcomeSpec
from peereval.plan.tables import DataSpec, ReportSpec
from peereval.plan.waves import WavesSpec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import BaseModel, ValidationError

# Part of the plan's format, but without an analysis behind them yet: refused, never ignored.
_WITHOUT_ANALYSIS = {
    "data": ("comparison", "attendance", "moderators", "auxiliary", "weights"),
    "report": ("logo", "colour", "language", "benchmark"),
}
_SECTIONS: dict[str, type[BaseModel]] = {
    "data": DataSpec,
    "waves": WavesSpec,
    "report": ReportSpec,
    "outcome": OutcomeSpec,
}
# What pydantic says of a value, by the kind of its error, in the words of someone who writes TOML.
_WORDS = {
    "missing": "is missing",
    "string_type": "must be text in quotation marks",
    "string_too_short": "is empty",
    "string_pattern_mismatch": "must start with a letter and hold only the letters a to z, digits "
    "and _",
    "bool_type": "must be true or false, without quotation marks",
    "float_type": "must be a number, without quotation marks",
    "finite_number": "must be a finite number",
    "int_type": "must be a whole number, without quotation marks",
    "tuple_type": 'must be a list in square brackets, such as ["one", "two"]',
    "greater_than": "must be more than {gt:g}",
    "greater_than_equal": "must be at least {ge:g}",
    "less_than": "must be less than {lt:g}",
    "less_than_equal": "must be at most {le:g}",
}
_TWO_NUMBERS = "must be two numbers, such as [0, 20]"
_TWO_DAYS = "must be two whole numbers of days after the first survey, such as [56, 126]"
_TWO_BRACKETS = "must be written with two brackets on either side, once for each outcome"
_ITEMS = "must be a pattern such as 'q_{item}', or a list of columns"
_TABLES = ("model_type", "model_attributes_type", "dict_type")


def refuse_without_analysis(table: Mapping[str, Any]) -> None:
    """Refuse keys that this version reads but cannot act on, rather than ignore them."""
    for section, keys in _WITHOUT_ANALYSIS.items():
        content = table.get(section)
        for key in keys:
            if isinstance(content, dict) and key in content:
                _refuse_unsupported(f"[{section}] {key}")
    if "comparison" in table:
        _refuse_unsupported("[comparison]")


def _refuse_unsupported(place: str) -> None:
    """Refuse one key or table that has no analysis behind it."""
    raise PlanError(
        f"{place} is not supported by this version of peereval.", fix="leave it out of the plan."
    )


def toml_problem(text: str) -> str:
    """What the TOML reader says, with table names as one writes them.

    Examples
    --------
    >>> toml_problem("Cannot declare ('waves', 'suffix') twice (at line 4, column 6)")
    'Cannot declare [waves.suffix] twice (at line 4, column 6)'
    """
    names = re.compile(r"\('[^)]*\)")
    return names.sub(lambda found: f"[{'.'.join(ast.literal_eval(found.group()))}]", text)


def plan_problem(err: ValidationError, plan: type[BaseModel], table: Mapping[str, Any]) -> str:
    """Turn pydantic's report into one sentence per problem, in the terms of the plan."""
    found = (_sentence(dict(problem), plan, table) for problem in err.errors(include_url=False))
    sentences = [text for text in dict.fromkeys(found) if text]
    if len(sentences) == 1:
        return f"The plan cannot be used. {sentences[0]}"
    return "\n- ".join([f"The plan cannot be used, for {len(sentences)} reasons:", *sentences])


def _sentence(problem: dict[str, Any], plan: type[BaseModel], table: Mapping[str, Any]) -> str:
    """One problem as a sentence; empty for one that another problem says better."""
    whole: tuple[int | str, ...] = problem["loc"]
    loc = [part for part in whole if not (isinstance(part, str) and re.search(r"\[|constr", part))]
    if len(loc) < len(whole) and not _from_fitting_branch(problem, loc):
        return ""
    kind, place = problem["type"], _place(loc, table)
    if kind == "extra_forbidden":
        where = f" in {_place(loc[:-1], table)}" if loc[:-1] else ""
        text = (
            f"Unknown key '{loc[-1]}'{where}; {did_you_mean(str(loc[-1]), _known_keys(loc, plan))}"
        )
    elif _in_window(loc):
        text = f"{_place(loc[:3], table)} {_TWO_DAYS}"
    elif kind == "missing" and isinstance(loc[-1], int):
        text = f"{_place(loc[:-1], table)} {_TWO_NUMBERS}"
    elif kind == "value_error":
        text = str(problem["ctx"]["error"])
        text = f"{place}: {text}" if place else text[0].upper() + text[1:]
    else:
        text = f"{place} {_what_is_wrong(problem, loc)}"
    return sentence(text)


def _in_window(loc: list[int | str]) -> bool:
    """Whether a problem lies within one of the windows of waves from dates."""
    return loc[:2] == ["waves", "windows"] and len(loc) > 2


def _from_fitting_branch(problem: dict[str, Any], loc: list[int | str]) -> bool:
    """Whether a problem with `items` is one of what it is: a pattern, or a list.

    `items` may be either, and pydantic reports what is wrong with it as both.
    """
    as_list = any("[" in str(part) for part in problem["loc"])
    return as_list == (isinstance(problem["input"], list) or isinstance(loc[-1], int))


def _what_is_wrong(problem: dict[str, Any], loc: list[int | str]) -> str:
    """What is wrong with one value, without its place."""
    kind, context = problem["type"], problem.get("ctx", {})
    if kind == "literal_error":
        known = re.findall(r"'([^']*)'", str(context["expected"]))
        return f"is {problem['input']!r}; {did_you_mean(str(problem['input']), known)}"
    at_place = {"outcome": _TWO_BRACKETS, "range": _TWO_NUMBERS, "items": _ITEMS}
    if kind in ("tuple_type", "too_long", "string_type") and loc[-1] in at_place:
        return at_place[str(loc[-1])]
    if kind in _TABLES:
        return f"must be a table: a line [{loc[-1]}] of its own, and its keys below it"
    text = _WORDS.get(kind, f"is not usable: {problem['msg']}").format(**context)
    return f"{text}; write 0.95 for 95%" if loc[-1] == "ci_level" and "most" in text else text


def _known_keys(loc: list[int | str], plan: type[BaseModel]) -> list[str]:
    """Keys that may stand in the table where an unknown one was found."""
    model = _SECTIONS.get(str(loc[0]), plan) if len(loc) > 1 else plan
    return [field.alias or name for name, field in model.model_fields.items()]


def _place(loc: list[int | str], table: Mapping[str, Any]) -> str:
    """Name a place of the plan as its writer sees it: ``[data] wave``, ``[[outcome]] 'hope'``."""
    words = []
    for i, part in enumerate(loc):
        if isinstance(part, int):
            words.append(_outcome_name(table, part) if loc[:i] == ["outcome"] else str(part + 1))
        elif i == 0 and part == "outcome":
            words.append("[[outcome]]")
        elif i == 0 and (part in _SECTIONS or part == "families"):
            words.append(f"[{part}]")
        else:
            words.append(part)
    return " ".join(words)


def _outcome_name(table: Mapping[str, Any], position: int) -> str:
    """An outcome by its name where it has one of its own, else by its place in the plan."""
    names = [outcome.get("name") for outcome in table["outcome"] if isinstance(outcome, dict)]
    name = names[position] if position < len(names) else None
    unique = isinstance(name, str) and name and names.count(name) == 1
    return f"'{name}'" if unique else str(position + 1)
