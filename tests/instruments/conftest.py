"""Small definitions that tests build on and break."""

from copy import deepcopy

import pytest

from peereval.instruments.definition import from_table

FIELDS = ["items", "reverse", "scoring", "missing", "subscales", "bands", "licence"]

BASE = {
    "schema_version": 1,
    "id": "toy",
    "name": "Toy Scale",
    "abbreviation": "TOY",
    "domain": "wellbeing",
    "construct": "made up for tests",
    "kind": "scored",
    "higher_is": "better",
    "n_items": 4,
    "response_min": 0,
    "response_max": 3,
    "reverse": [],
    "unscored": [],
    "scoring": {
        "method": "sum",
        "score_min": 0,
        "score_max": 12,
        "missing": {"max_missing": 0, "method": "none", "basis": "manual"},
    },
    "licence": {"status": "free", "note": "made up"},
    "verification": {"grade": "A", "unverified": [], "conflicts": []},
    "sources": [
        {"fields": [*FIELDS, "change", "psychometrics", "variants"], "citation": "One (2001)."},
        {"fields": ["items", "scoring"], "citation": "Two (2002)."},
    ],
}


@pytest.fixture(scope="session")
def base():
    """A fresh copy of the smallest sound definition, as parsed from TOML."""
    return lambda: deepcopy(BASE)


@pytest.fixture(scope="session")
def toy(base):
    """Make an instrument of the base definition with some of its entries replaced.

    `scoring` and `missing` are merged into what is there; other entries replace it.
    """

    def make(*, scoring=None, missing=None, **entries):
        table = base() | entries
        table["scoring"] |= scoring or {}
        table["scoring"]["missing"] |= missing or {}
        return from_table(table, file="toy.toml")

    return make
