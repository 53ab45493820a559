"""From a definition file to an instrument: reading, then checking that it holds together."""

from __future__ import annotations

import math
import tomllib
from dataclasses import fields
from typing import TYPE_CHECKING, get_args

from peereval.errors import InstrumentError
from peereval.instruments.consistency import definition_problems
from peereval.instruments.definition_facts import (
    read_change,
    read_licence,
    read_norm,
    read_source,
    read_verification,
)
from peereval.instruments.form import Form, ItemRange
from peereval.instruments.key import Key
from peereval.instruments.model import Instrument
from peereval.instruments.scale import (
    TOTAL,
    Band,
    Conversion,
    CountRule,
    Method,
    MissingBasis,
    MissingMethod,
    MissingRule,
    Scale,
)
from peereval.instruments.toml_table import TableReader
from peereval.instruments.variant import Variant

if TYPE_CHECKING:
    from peereval.typing import Direction, TomlTable

DOMAINS = (
    *("hope", "empowerment", "clinical", "social", "recovery"),
    *("wellbeing", "functioning", "quality_of_life", "self_esteem", "stigma"),
)
REQUIRED = (
    *("schema_version", "id", "name", "abbreviation", "domain", "construct", "kind"),
    *("higher_is", "n_items", "reverse", "unscored", "scoring", "licence"),
    *("verification", "sources"),
)
OPTIONAL = (
    *("response_min", "response_max", "items", "coding", "recall", "notes", "subscales"),
    *("bands", "bands_meta", "change", "psychometrics", "variants"),
)
MADE = ("method", "factor", "offset", "score_min", "score_max", "rules", "domains", "table")
DIRECTIONS: tuple[Direction, ...] = ("better", "worse")


def read_definition(text: str, *, file: str) -> Instrument:
    """Read a definition and check it.

    Parameters
    ----------
    text : str
        TOML of schema version 1.
    file : str
        Its file name, ``ID.toml``; errors carry it.

    Raises
    ------
    InstrumentError
        Naming the file and what is wrong: unreadable, an entry missing or of the wrong kind,
        or parts that contradict each other (all such contradictions at once).
    """
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as err:
        raise InstrumentError(f"{file}: not readable as TOML: {err}") from err
    return from_table(content, file=file)


def from_table(content: TomlTable, *, file: str) -> Instrument:
    """Make an instrument of a definition that is already parsed, refusing what `file` breaks."""
    table = TableReader(content, file)
    for key in REQUIRED:
        if key not in table:
            raise table.broken(f"missing key {key}")
    table.only((*REQUIRED, *OPTIONAL))
    if table.integer("schema_version") != 1:
        raise table.broken("schema_version is not 1")
    instrument = _instrument(table)
    problems = definition_problems(instrument, band_step=_band_step(table))
    if table.text("id") != file.removesuffix(".toml"):
        problems = ["id differs from the file name", *problems]
    if problems:
        raise InstrumentError(f"{file}: {'; '.join(problems)}")
    return instrument


def _instrument(table: TableReader) -> Instrument:
    """The instrument as the file states it, not yet checked for contradictions."""
    key = _key(table)
    psychometrics = table.table("psychometrics")
    has_missing = "missing" in table.table("scoring")
    return Instrument(
        id=table.text("id"),
        name=table.text("name"),
        abbreviation=table.text("abbreviation"),
        domain=table.choice("domain", DOMAINS),
        construct=table.text("construct"),
        kind=table.choice("kind", ("scored", "note_only")),
        higher_is=table.choice("higher_is", DIRECTIONS),
        standard=key,
        missing=_missing(table.table("scoring").table("missing")) if has_missing else None,
        variants=tuple(
            _variant(v, [s.name for s in key.subscales]) for v in table.tables("variants")
        ),
        change=read_change(table.table("change")),
        psychometrics=psychometrics.figures(),
        norms=tuple(read_norm(row) for row in psychometrics.tables("norms")),
        licence=read_licence(table.table("licence")),
        coding=table.text("coding", ""),
        recall=table.text("recall", ""),
        formula=table.table("scoring").text("formula", ""),
        notes=table.texts("notes"),
        verification=read_verification(table.table("verification")),
        sources=tuple(read_source(row) for row in table.tables("sources")),
    )


def _band_step(table: TableReader) -> float | None:
    """Distance between adjacent scores where the bands cover the range; None where not."""
    if "bands" not in table:
        return None
    meta = table.table("bands_meta")
    step = meta.number("step")
    return step if meta.flag("complete") else None


def _key(table: TableReader) -> Key:
    """Form, total and subscales."""
    scoring = table.table("scoring")
    scoring.only((*MADE, "formula", "missing"))
    form = _form(table)
    method = scoring.choice("method", (*get_args(Method), "none"))
    name = table.text("abbreviation") or table.text("name")
    if table.text("kind") == "note_only":
        if method != "none":
            raise table.broken("a note_only file carries no scoring method")
        return Key(name=name, form=form)
    missing = scoring.table("missing")
    if not missing.keys:
        raise scoring.broken("no missing rule")
    rule = _missing(missing)
    higher_is = table.choice("higher_is", DIRECTIONS)
    total, bands = None, tuple(_band(b) for b in table.tables("bands"))
    if method != "none":
        total = _scale(scoring, TOTAL, form.scored, rule, higher_is, bands, ())
    elif bands:
        raise table.broken("bands without a total")
    rules = _rules(scoring)
    return Key(
        name=name,
        form=form,
        total=total,
        subscales=tuple(
            _subscale(table.table("subscales").table(name), name, rule, higher_is, rules)
            for name in table.table("subscales").keys
        ),
    )


def _form(table: TableReader) -> Form:
    """Items, ranges and reversals."""
    n_items = table.integer("n_items")
    if n_items < 1:
        raise table.broken("n_items is not positive")
    # A questionnaire without a key may have no single response range.
    absent = math.nan if table.text("kind") == "note_only" else None
    return Form(
        n_items=n_items,
        response_min=table.number("response_min", absent),
        response_max=table.number("response_max", absent),
        own_ranges=tuple(
            ItemRange(number=i.integer("number"), low=i.number("min"), high=i.number("max"))
            for i in table.tables("items")
        ),
        reverse=table.integers("reverse"),
        unscored=table.integers("unscored"),
    )


def _scale(
    table: TableReader,
    name: str,
    items: tuple[int, ...],
    missing: MissingRule,
    higher_is: Direction,
    bands: tuple[Band, ...],
    rules: tuple[CountRule, ...],
) -> Scale:
    """A total or a subscale; a subscale counts by the rules of the total."""
    conversion = table.table("table")
    return Scale(
        name=name,
        items=items,
        method=table.choice("method", get_args(Method)),
        score_min=table.number("score_min"),
        score_max=table.number("score_max"),
        higher_is=higher_is,
        missing=missing,
        factor=table.number("factor", 1.0),
        offset=table.number("offset", 0.0),
        rules=_rules(table) or rules,
        domains=table.integer_lists("domains"),
        conversion=Conversion(raw=conversion.integers("raw"), values=conversion.numbers("value"))
        if conversion.keys
        else None,
        bands=bands,
        caseness=table.maybe_number("caseness"),
        note=table.text("note", ""),
    )


def _subscale(
    table: TableReader,
    name: str,
    total: MissingRule,
    higher_is: Direction,
    rules: tuple[CountRule, ...],
) -> Scale:
    """A subscale, with its own allowance of missing items under the rule of the total."""
    table.only((*MADE, "items", "max_missing", "higher_is", "bands", "caseness", "note"))
    items = table.integers("items")
    if "max_missing" in table:
        allowed = table.integer("max_missing")
    elif total.method == "mean_of_answered":
        allowed = max(0, min(total.max_missing, len(items) - 1))
    else:
        allowed = 0
    missing = MissingRule(
        method=total.method, max_missing=allowed, basis=total.basis, note=total.note
    )
    bands = tuple(_band(b) for b in table.tables("bands"))
    direction = table.choice("higher_is", DIRECTIONS, higher_is)
    return _scale(table, name, items, missing, direction, bands, rules)


def _rules(table: TableReader) -> tuple[CountRule, ...]:
    """Rules of the method ``count``."""
    return tuple(
        CountRule(items=r.integers("items"), counting=r.numbers("values"))
        for r in table.tables("rules")
    )


def _missing(table: TableReader) -> MissingRule:
    """The rule for missing answers."""
    table.only(field.name for field in fields(MissingRule))
    return MissingRule(
        method=table.choice("method", get_args(MissingMethod)),
        max_missing=table.integer("max_missing"),
        basis=table.choice("basis", get_args(MissingBasis)),
        note=table.text("note", ""),
    )


def _band(table: TableReader) -> Band:
    """One band."""
    table.only(("set", "label", "min", "max"))
    return Band(
        band_set=table.text("set", ""),
        label=table.text("label"),
        low=table.number("min"),
        high=table.number("max"),
    )


def _variant(table: TableReader, subscales: list[str]) -> Variant:
    """One variant; keys named after subscales carry their item lists."""
    known = {field.name for field in fields(Variant)} - {"subscale_items"}
    # n_items alone is a remark: it does not say which items are gone.
    table.only((*known, "n_items", *subscales))
    return Variant(
        id=table.text("id"),
        description=table.text("description", ""),
        response_min=table.maybe_number("response_min"),
        response_max=table.maybe_number("response_max"),
        reverse=table.maybe_integers("reverse"),
        items=table.maybe_integers("items"),
        score_min=table.maybe_number("score_min"),
        score_max=table.maybe_number("score_max"),
        subscale_min=table.maybe_number("subscale_min"),
        subscale_max=table.maybe_number("subscale_max"),
        subscale_items=tuple((s, table.integers(s)) for s in subscales if s in table),
    )
