"""Cluster patterns: what people have in common whose products can be summed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from peereval.typing import Codes, FloatArray


def gram_facts(gram: FloatArray, person: Codes) -> tuple[dict[str, Any], Codes]:
    """Patterns by Z_1'Z_1 of each person, shape (people, q, q), and the pattern of each person."""
    n_rows = np.bincount(person)
    patterns, pattern = distinct_rows(np.column_stack([n_rows, gram.reshape(len(n_rows), -1)]))
    facts = {
        "patterns": patterns[:, 1:].reshape(-1, *gram.shape[1:]),
        "pattern_rows": patterns[:, 0].astype(np.intp),
        "pattern_group": np.zeros(len(patterns), dtype=np.intp),
    }
    return facts, pattern


def wave_facts(person: Codes, wave: Codes, group: Codes | None) -> tuple[dict[str, Any], Codes]:
    """Patterns by the waves of each person and the group, and the pattern of each person."""
    patterns, pattern = wave_patterns(person, wave, group)
    facts = {
        "patterns": patterns[:, 1:].astype(bool),
        "pattern_rows": patterns[:, 1:].sum(axis=1),
        "pattern_group": patterns[:, 0],
    }
    return facts, pattern


def wave_patterns(
    person: Codes, wave: Codes, group: Codes | None
) -> tuple[NDArray[np.intp], Codes]:
    """Group and waves of each pattern, shape (patterns, 1 + waves), and pattern of each person."""
    n_people, n_waves = int(person.max()) + 1, int(wave.max()) + 1
    facts = np.zeros((n_people, 1 + n_waves), dtype=np.intp)
    facts[:, 0] = 0 if group is None else group
    facts[person, 1 + wave] = 1
    return distinct_rows(facts)


def distinct_rows(rows: NDArray[Any]) -> tuple[NDArray[Any], Codes]:
    """Distinct rows, and which of them each row is."""
    # Column by column: sorting numbers is many times quicker than sorting rows.
    code = np.zeros(len(rows), dtype=np.intp)
    for column in rows.T:
        values, place = np.unique(column, return_inverse=True)
        _, code = np.unique(code * len(values) + place, return_inverse=True)
    _, first = np.unique(code, return_index=True)
    return rows[first], code
