"""Every rule of a definition, tested by breaking it."""

import pytest

from peereval.errors import InstrumentError
from peereval.instruments.definition import from_table, read_definition
from peereval.instruments.registry import instrument_ids, list_instruments


def put(table, path, value):
    """Set an entry by its dotted path; None takes it out."""
    *parents, last = path.split(".")
    for part in parents:
        table = table[int(part)] if part.isdigit() else table.setdefault(part, {})
    if value is None:
        del table[last]
    elif isinstance(table, list):
        table[int(last)] = value
    else:
        table[last] = value


SUB = {"items": [1, 2], "method": "sum", "score_min": 0, "score_max": 6}
BAND = {"set": "s", "label": "low", "min": 0, "max": 5}
TOP = {"set": "s", "label": "high", "min": 6, "max": 12}
META = {"complete": True, "step": 1}
COUNT = {"scoring.method": "count", "scoring.score_max": 4}
RULES = [{"items": [1, 2, 3, 4], "values": [1]}]
LOOKUP = {"scoring.method": "lookup"}
DOMAINS = {"scoring.method": "domain_max_sum", "scoring.score_max": 6}
PRORATE = {"scoring.missing.method": "prorate", "scoring.missing.max_missing": 1}
NORM = {"population": "p", "kind": "general", "metric": "total", "mean": 5, "sd": 1}
FULL_NORM = NORM | {"status": "sourced"}
CASE = {"change.caseness": 5, "change.caseness_rule": ">="}


def lookup(raw, value):
    return {"scoring.table": {"raw": raw, "value": value}}


def bands(*rows, meta=META):
    return {"bands": list(rows), "bands_meta": meta}


def variant(**entries):
    return {"variants": [{"id": "v", **entries}]}


def norm(**entries):
    return {"psychometrics.norms": [FULL_NORM | entries]}


BROKEN = {
    # form and identification
    "missing name": ({"name": None}, "missing key name"),
    "missing sources": ({"sources": None}, "missing key sources"),
    "other schema": ({"schema_version": 2}, "schema_version"),
    "other id": ({"id": "other"}, "id differs from the file name"),
    "domain": ({"domain": "sport"}, "unknown domain sport"),
    "kind": ({"kind": "half"}, "unknown kind half"),
    "direction": ({"higher_is": "up"}, "unknown higher_is up"),
    "licence": ({"licence.status": "secret"}, "unknown status secret"),
    "no items": ({"n_items": 0}, "n_items is not positive"),
    "half an item": ({"n_items": 1.5}, "n_items is not a whole number"),
    "method": ({"scoring.method": "guess"}, "unknown method guess"),
    "unknown key": ({"revers": [1]}, "unknown key revers .did you mean 'reverse'"),
    "unknown scoring key": ({"scoring.max_missing": 1}, "unknown key max_missing"),
    "unscored outside": ({"unscored": [9]}, "unscored item outside the form"),
    "repeated unscored": ({"unscored": [1, 1]}, "repeated item"),
    "repeated reverse": ({"reverse": [1, 1]}, "repeated item"),
    "reverse a filler": ({"unscored": [1], "reverse": [1]}, "reversed item is not scored"),
    "reverse outside": ({"reverse": [5]}, "reversed item is not scored"),
    "item outside": ({"items": [{"number": 9, "min": 0, "max": 1}]}, "range of item 9"),
    "item upside down": ({"items": [{"number": 1, "min": 2, "max": 1}]}, "range of item 1"),
    "range upside down": ({"response_max": 0}, "response range upside down"),
    "no range": ({"response_max": None}, "missing key response_max"),
    "fractional range": ({"response_max": 2.5}, "not of whole numbers"),
    "text range": ({"response_max": "3"}, "response_max is not a number"),
    "endless range": ({"response_max": float("inf")}, "response_max is not a finite number"),
    "yes is no number": ({"response_max": True}, "response_max is not a number"),
    "note with a method": ({"kind": "note_only"}, "note_only file carries no scoring method"),
    # totals
    "score_min": ({"scoring.score_min": 1}, "score range 1 to 12 but items give 0 to 12"),
    "score_max": ({"scoring.score_max": 13}, "score range 0 to 13 but items give 0 to 12"),
    "no score_max": ({"scoring.score_max": None}, r"missing key score_max in \[scoring\]"),
    "count without rules": (COUNT, "count rules do not cover"),
    "count twice": (COUNT | {"scoring.rules": RULES * 2}, "count rules do not cover"),
    "count some": (
        COUNT | {"scoring.rules": [{"items": [1], "values": [1]}]},
        "count rules do not cover",
    ),
    "count value": (
        COUNT | {"scoring.rules": [{"items": [1, 2, 3, 4], "values": [7]}]},
        "count value outside",
    ),
    "count reversed": (COUNT | {"scoring.rules": RULES, "reverse": [1]}, "cannot be reversed"),
    "lookup without table": (LOOKUP, "lookup rows do not cover"),
    "lookup columns": (LOOKUP | lookup(list(range(13)), [1.0]), "columns differ in length"),
    "lookup rows": (LOOKUP | lookup([0, 1], [0, 12]), "lookup rows do not cover"),
    "lookup falls": (
        LOOKUP | lookup(list(range(13)), [0, 2, 1, *range(3, 13)]),
        "lookup values do not rise",
    ),
    "domains": (DOMAINS | {"scoring.domains": [[1, 2], [2, 3, 4]]}, "not a partition"),
    "empty domain": (DOMAINS | {"scoring.domains": [[1, 2], [3, 4], []]}, "empty domain"),
    # missing answers
    "no missing rule": ({"scoring.missing": None}, "no missing rule"),
    "missing method": ({"scoring.missing.method": "mode"}, "unknown method mode"),
    "missing basis": ({"scoring.missing.basis": "rumour"}, "unknown basis rumour"),
    "too many missing": (PRORATE | {"scoring.missing.max_missing": 4}, "max_missing too large"),
    "negative missing": (PRORATE | {"scoring.missing.max_missing": -1}, "max_missing too large"),
    "unstated allowance": (PRORATE | {"scoring.missing.basis": "unstated"}, "unstated basis"),
    "allowance without method": ({"scoring.missing.max_missing": 1}, "missing rule inconsistent"),
    "method without allowance": (
        {"scoring.missing.method": "prorate"},
        "missing rule inconsistent",
    ),
    "lookup prorated": (
        LOOKUP | lookup(list(range(13)), list(range(13))) | PRORATE,
        "lookup needs complete answers",
    ),
    "domains prorated": (
        DOMAINS | {"scoring.domains": [[1, 2], [3, 4]]} | PRORATE,
        "domain_max_sum needs complete answers",
    ),
    "zero is no answer": (
        {
            "response_min": 1,
            "scoring.score_min": 4,
            "scoring.missing.method": "count_as_zero",
            "scoring.missing.max_missing": 1,
        },
        "zero is not an answer",
    ),
    # subscales
    "subscale outside": ({"subscales.a": SUB | {"items": [1, 9]}}, "a: items outside"),
    "subscale empty": ({"subscales.a": SUB | {"items": []}}, "a: items outside"),
    "subscale filler": (
        {"subscales.a": SUB, "unscored": [1], "scoring.score_max": 9},
        "a: items outside",
    ),
    "subscale repeats": ({"subscales.a": SUB | {"items": [1, 1]}}, "a: repeated item"),
    "subscale range": ({"subscales.a": SUB | {"score_max": 5}}, "a: score range 0 to 5 but"),
    "subscale missing": ({"subscales.a": SUB | {"max_missing": 2}}, "a: max_missing too large"),
    "subscale allowance": (
        {"subscales.a": SUB | {"max_missing": 1}},
        "a: max_missing without a missing method",
    ),
    "subscale bands": ({"subscales.a": SUB | {"bands": [BAND]}}, "a: bands s: does not end at 6"),
    "subscale called total": ({"subscales.total": SUB}, "a subscale is called total"),
    "subscale key": ({"subscales.a": SUB | {"factr": 2}}, "unknown key factr"),
    "subscale direction": ({"subscales.a": SUB | {"higher_is": "up"}}, "unknown higher_is"),
    "subscale caseness": ({"subscales.a": SUB | {"caseness": 7}}, "a: caseness outside"),
    # bands
    "no bands_meta": ({"bands": [BAND, TOP]}, "missing key step"),
    "no complete": (bands(BAND, TOP, meta={"step": 1}), "missing key complete"),
    "band upside down": (bands(BAND | {"min": 6}, TOP), "band low upside down"),
    "repeated label": (bands(BAND, TOP | {"label": "low"}), "repeated label"),
    "overlap": (bands(BAND, TOP | {"min": 5}), "low and high overlap"),
    "gap": (bands(BAND, TOP | {"min": 7}), "gap before high"),
    "late start": (bands(BAND | {"min": 1}, TOP), "does not start at 0"),
    "early end": (bands(BAND, TOP | {"max": 11}), "does not end at 12"),
    "bands without total": (
        {"scoring.method": "none", "subscales.a": SUB} | bands(BAND, TOP),
        "bands without a total",
    ),
    # change, norms
    "caseness": (CASE | {"change.caseness": 13}, "caseness outside the score range"),
    "other caseness": (CASE | {"change.caseness_screen": -1}, "caseness_screen outside"),
    "caseness side": ({"change.caseness": 5}, "caseness without caseness_rule"),
    "caseness rule": (CASE | {"change.caseness_rule": "=="}, "unknown caseness_rule"),
    "reliable change": ({"change.reliable_change": 12}, "reliable_change implausible"),
    "mcid": ({"change.mcid": 0}, "mcid implausible"),
    "confidence": (
        {"change.reliable_change": 4, "change.reliable_change_confidence": 95},
        "not between 0 and 1",
    ),
    "norm population": (norm(population=""), "norm row without population"),
    "norm kind": (norm(kind="odd"), "unknown kind odd"),
    "norm status": ({"psychometrics.norms": [NORM]}, "missing key status"),
    "norm sd": (norm(sd=0), "norm sd is not positive"),
    "norm mean": (norm(mean=13), "norm mean outside the score range"),
    "norm of subscale": (
        {"subscales.a": SUB} | norm(metric="a", mean=7),
        "norm mean of subscale a outside",
    ),
    # variants
    "variant reverse": (variant(reverse=[9]), "variant v: items outside the form"),
    "variant items": (variant(items=[9]), "variant v: items outside the form"),
    "variant range": (
        variant(response_max=4, score_min=0, score_max=12),
        "variant v: no method gives total the range 0 to 12",
    ),
    "variant subset": (
        variant(items=[1, 2], score_min=0, score_max=12),
        "variant v: no method gives total",
    ),
    "variant half range": (variant(score_min=0), "variant v: a score range needs both ends"),
    "variant unknown key": (variant(respnse_min=1), "unknown key respnse_min"),
    "variant repeated": ({"variants": [{"id": "v"}, {"id": "v"}]}, "repeated variant id"),
    "variant lookup": (
        LOOKUP | lookup(list(range(13)), list(range(13))) | variant(response_max=4),
        "variant v: lookup rows do not cover",
    ),
    # provenance
    "grade": ({"verification.grade": "D"}, "unknown grade D"),
    "no source": ({"sources": []}, "no source"),
    "empty citation": ({"sources.0.citation": ""}, "empty citation"),
    "source field": ({"sources.0.fields": ["itms"]}, "unknown field in source"),
    "unverified name": ({"verification.unverified": ["itms"]}, "unverified names itms"),
    "unsourced part": (
        {"sources.0.fields": ["items", "reverse", "scoring", "missing"]},
        "licence: neither sourced nor marked unverified",
    ),
    "unsourced bands": (
        bands(BAND, TOP) | {"sources.0.fields": ["items", "reverse", "missing", "licence"]},
        "bands: neither sourced nor marked unverified",
    ),
    "core unverified": (
        {"verification.unverified": ["scoring"]},
        r"core fields \['scoring'\] unverified but grade A",
    ),
    "grade C without list": ({"verification.grade": "C"}, "grade C must list"),
    "grade A with one source": ({"sources.1.fields": []}, "grade A needs two sources"),
    # kinds of entries
    "list expected": ({"reverse": 3}, "reverse is not a list"),
    "numbers expected": ({"reverse": ["a"]}, "reverse is not a list of whole numbers"),
    "text expected": ({"name": 3}, "name is not text"),
    "texts expected": ({"notes": [1]}, "notes is not a list of texts"),
    "table expected": ({"scoring": 3}, "scoring is not a table"),
    "tables expected": ({"bands": [1]}, "bands is not a list of tables"),
    "flag expected": (bands(BAND, TOP, meta={"step": 1, "complete": 1}), "neither true nor false"),
}


def broken(base, changes):
    table = base()
    for path, value in changes.items():
        put(table, path, value)
    return table


@pytest.mark.parametrize("case", BROKEN)
def test_broken_definition_is_refused_by_file_and_problem(base, case):
    changes, problem = BROKEN[case]
    with pytest.raises(InstrumentError, match=problem) as refusal:
        from_table(broken(base, changes), file="toy.toml")
    assert str(refusal.value).startswith("toy.toml: ")


SOUND = {
    "as it is": {},
    "two sets of bands": bands(
        BAND, TOP, BAND | {"set": "t", "max": 11}, TOP | {"set": "t", "min": 12}
    ),
    "incomplete bands": bands(TOP, meta={"complete": False, "step": 1}),
    "threshold": CASE | {"change.reliable_change": 11.9},
    "unstated rule needs no source": {
        "scoring.missing.basis": "unstated",
        "sources.0.fields": ["items", "reverse", "scoring", "licence"],
    },
    "subscale": {"subscales.a": SUB | {"caseness": 3}},
}


@pytest.mark.parametrize("case", SOUND)
def test_sound_definition_is_taken(base, case):
    assert from_table(broken(base, SOUND[case]), file="toy.toml").id == "toy"


def test_all_contradictions_are_named_at_once(base):
    table = broken(base, {"scoring.score_max": 13, "sources.0.citation": "", "id": "x"})
    with pytest.raises(InstrumentError, match=r"id differs.*items give 0 to 12.*empty citation"):
        from_table(table, file="toy.toml")


def test_unreadable_file_is_named():
    with pytest.raises(InstrumentError, match=r"toy\.toml: not readable as TOML"):
        read_definition("id = ", file="toy.toml")


def test_all_definitions_load():
    assert len(instrument_ids()) == 83
    assert [i.id for i in list_instruments()] == list(instrument_ids())
    assert sum(i.kind == "note_only" for i in list_instruments()) == 10
    grades = [i.grade for i in list_instruments()]
    assert [grades.count(g) for g in "ABC"] == [35, 28, 20]
