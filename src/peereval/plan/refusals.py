"""What is wrong with a plan, in the terms of the person who wrote it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from peereval.errors import PlanError, did_you_mean
from peereval.plan.outcome import OutcomeSpec
from peereval.plan.tables import DataSpec, ReportSpec, WavesSpec

if TYPE_CHECKING:
    from pydantic import BaseModel, ValidationError

# Part of the plan's format, but without an analysis behind them yet: refused, never ignored.
_WITHOUT_ANALYSIS = {
    "data": ("comparison", "attendance", "moderators", "auxiliary"),
    "waves": ("date", "rule", "windows"),
    "report": ("logo", "colour", "language", "benchmark"),
}


def refuse_without_analysis(table: dict[str, Any]) -> None:
    """Refuse keys that this version reads but cannot act on, rather than ignore them."""
    for section, keys in _WITHOUT_ANALYSIS.items():
        content = table.get(section)
        for key in keys:
            if isinstance(content, dict) and key in content:
                raise PlanError(
                    f"[{section}] {key} is not supported by this version of peereval.",
                    fix="leave it out of the plan.",
                )


def plan_sentences(err: ValidationError, plan: type[BaseModel]) -> list[str]:
    """Turn pydantic's report into one sentence per problem, in the terms of the plan."""
    sentences = []
    for problem in err.errors(include_url=False):
        loc = [p for p in problem["loc"] if not (isinstance(p, str) and re.search(r"\[|constr", p))]
        place = _place(loc)
        match problem["type"]:
            case "extra_forbidden":
                key = str(loc[-1])
                hint = did_you_mean(key, _known_keys(loc, plan))
                sentences.append(f"Unknown key '{key}'{_place(loc[:-1], ' in ')}; {hint}")
            case "missing":
                sentences.append(f"{place.removeprefix('In ') or 'A key'} is missing.")
            case "value_error":
                prefix = f"{place}: " if place else ""
                sentences.append(f"{prefix}{problem['ctx']['error']}.")
            case _:
                sentences.append(f"{place}: {problem['msg'][0].lower()}{problem['msg'][1:]}.")
    return list(dict.fromkeys(sentences))


def _known_keys(loc: list[int | str], plan: type[BaseModel]) -> list[str]:
    """Keys that may stand in the table where an unknown one was found."""
    sections: dict[str, type[BaseModel]] = {
        "data": DataSpec,
        "waves": WavesSpec,
        "report": ReportSpec,
        "outcome": OutcomeSpec,
    }
    model = sections.get(str(loc[0]), plan) if len(loc) > 1 else plan
    fields = model.model_fields
    return [field.alias or name for name, field in fields.items()]


def _place(loc: list[int | str], before: str = "") -> str:
    """Name a place of the plan as its reader sees it: ``[data] wave``, ``[[outcome]] 2 items``."""
    words = []
    for part in loc:
        if isinstance(part, int):
            words.append(str(part + 1))
        elif part == "outcome":
            words.append("[[outcome]]")
        elif part in {"data", "waves", "report", "families"}:
            words.append(f"[{part}]")
        else:
            words.append(part)
    return before + " ".join(words) if words else ""
