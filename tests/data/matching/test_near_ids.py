"""IDs that may be one person: what is proposed, and that nothing is joined by it."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from peereval.data.load import read_study
from peereval.data.matching import near_ids
from peereval.data.matching.consent import consent_lines
from peereval.data.matching.lone import Lone
from peereval.data.problems import DataProblemsError
from peereval.plan import Plan

OUTCOME = '[[outcome]]\nname = "y"\ndomain = "d"\ncolumn = "y"\nhigher_is = "better"'


def plan(data="", more=""):
    return Plan.from_toml(
        f'[data]\nparticipant = "id"\nwave = "wave"\nids = "exact"\n{data}\n{more}\n'
        f'[waves]\norder = ["before", "after"]\n{OUTCOME}'
    )


def table(before, after, **columns):
    ids = [*before, *after]
    waves = ["before"] * len(before) + ["after"] * len(after)
    return pd.DataFrame({"id": ids, "wave": waves, "y": range(len(ids)), **columns})


def near(before, after, **columns):
    study = read_study(
        table(before, after, **columns), plan('region = "region"' if columns else "")
    )
    return {(p.first, p.second): p.reason for p in study.doubts.near}, study


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ("P-07", "P_07", "case, spaces or dashes"),
        ("007", "7", "leading zeros lost"),
        ("P07", "P7", "leading zeros lost"),
        ("AB12", "\uff21\uff22\uff11\uff12", "letters or figures of another width"),
        ("AO12", "A012", "differ by one letter that looks alike: o / 0"),
        ("B7", "87", "differ by one letter that looks alike: b / 8"),
        ("MARY12", "MRAY12", "two letters swapped: ar / ra"),
        ("MARY12", "MARY1", "one letter more: 2"),
        ("MARY12", "MARK12", "differ by one letter: y / k"),
        ("ab 12", "AB12", "case or spaces"),
    ],
)
def test_near_ids_are_proposed_with_a_reason_and_not_joined(one, other, reason):
    found, study = near([one, "zzzz99"], [other, "zzzz99"])
    (pair,) = found
    assert set(pair) == {one, other}
    assert set(found.values()) <= {reason, _mirrored(reason)}
    assert study.n_people == 3


def _mirrored(reason):
    """The reason with the two IDs the other way round: they stand in alphabetical order."""
    head, _, letters = reason.rpartition(": ")
    return f"{head}: {' / '.join(reversed(letters.split(' / ')))}"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (["P7", "zzzz"], ["P8", "zzzz"]),  # too short for one letter to say anything
        (["MARY12", "zzzz"], ["MRYA34", "zzzz"]),  # two letters apart
        (["AB12", "AB21", "zzzz"], ["zzzz"]),  # both at one wave
        (["MARY12", "zzzz", "MARY13"], ["MARY14", "zzzz"]),  # near to each other as well
    ],
)
def test_others_are_not(before, after):
    assert near(before, after)[0] == {}


def test_where_ids_are_numbered_through_one_figure_says_nothing():
    numbers = [f"P{i:04d}" for i in range(100)]
    found, _ = near(numbers[:60], numbers[40:])
    assert found == {}


def test_who_comes_near_to_two_stays_apart_and_is_counted():
    found, study = near(["P-07", "zzzz"], ["P07", "P_07", "zzzz"])
    assert found == {}
    assert study.doubts.n_ambiguous == 3
    assert [f.n for f in study.findings if f.code == "ambiguous_ids"] == [3]


def test_different_regions_contradict_and_a_missing_one_does_not():
    ids = (["MARY12", "zzzz"], ["MRAY12", "zzzz"])
    assert near(*ids, region=["North", "South", "South", "South"])[0] == {}
    assert len(near(*ids, region=["North", "South", "", "South"])[0]) == 1


def test_no_finding_names_an_id():
    _, study = near(["MARY12", "zzzz"], ["MRAY12", "zzzz"])
    (finding,) = study.findings
    assert finding.code == "near_ids"
    words = f"{finding.what} {finding.effect} {finding.fix}"
    assert "MARY12" not in words
    assert "MRAY12" not in words
    assert "MARY12" not in repr(study)


def test_the_lines_proposed_join_the_pair_when_the_plan_has_them():
    ids = (['MA"RY\\12', "zzzz"], ['MA"RY\\21', "zzzz"])
    _, study = near(*ids)
    lines = "\n".join(consent_lines(study.doubts.near))
    joined = read_study(table(*ids), plan(more=lines))
    assert joined.n_people == 2
    assert joined.rows["participant"].unique().tolist() == ['MA"RY\\12', "zzzz"]
    assert joined.rows["spelling"].unique().tolist() == ['MA"RY\\12', 'MA"RY\\21', "zzzz"]
    (note,) = joined.findings
    assert (note.code, note.severity, note.n) == ("same_ids", "note", 1)
    assert joined.doubts.near == ()


def test_consent_that_fits_no_row_is_warned_of_without_its_id():
    study = read_study(
        table(["a123", "b456"], ["a123", "b456"]), plan(more='[data.same]\n"a123" = ["a321"]')
    )
    (warning,) = study.findings
    assert (warning.code, warning.n) == ("same_absent", 1)
    assert "a321" not in warning.what + warning.effect + warning.fix


def test_consent_works_beside_trim():
    study = read_study(
        table(["P 07", "q"], ["p-07", "q"]),
        Plan.from_toml(
            '[data]\nparticipant = "id"\nwave = "wave"\nids = "trim"\n[data.same]\n"P07" = ["P-07"]\n'
            f'[waves]\norder = ["before", "after"]\n{OUTCOME}'
        ),
    )
    assert study.rows["participant"].unique().tolist() == ["P07", "q"]


noise = st.sampled_from(["", " ", "-", "_", "0", "o", "O", "x", "\uff10", "'"])


@settings(max_examples=80, deadline=None)
@given(
    ids=st.lists(st.text("ABO018-", min_size=1, max_size=6), min_size=2, max_size=12, unique=True),
    extra=st.lists(noise, min_size=12, max_size=12),
    at=st.lists(st.integers(0, 5), min_size=12, max_size=12),
    seed=st.integers(0, 2**32 - 1),
)
def test_noise_never_joins_two_people_and_the_order_of_rows_changes_nothing(ids, extra, at, seed):
    noisy = [i[:k] + e + i[k:] for i, e, k in zip(ids, extra, at, strict=False)]
    data = table(ids, noisy)
    data = data.drop_duplicates(["id", "wave"])
    found = []
    for rows in (data, data.sample(frac=1, random_state=seed)):
        try:
            study = read_study(rows, plan())
        except DataProblemsError as err:
            found.append({f.code for f in err.findings})
            continue
        # Every text is a person of its own: nobody was joined.
        assert set(study.rows["participant"]) == set(data["id"])
        assert (study.rows["participant"] == study.rows["spelling"]).all()
        assert study.n_rows_used + study.n_rows_left_out == len(data)
        pairs = {(p.first, p.second, p.reason) for p in study.doubts.near}
        lone = data.groupby("id")["wave"].nunique()
        assert all(lone[i] == 1 for first, second, _ in pairs for i in (first, second))
        found.append((pairs, study.doubts.n_ambiguous, study.rows["participant"].tolist()))
    assert found[0] == found[1]


@pytest.mark.parametrize("kind", ["numbers", "random"])
def test_comparisons_grow_with_people_and_not_with_their_square(kind, monkeypatch):
    n = 20_000
    letters = np.random.default_rng(1).choice(list("ABCDEFGHJKMNPQRT2346789"), (n, 7))
    names = [f"{i:07d}" for i in range(n)] if kind == "numbers" else ["".join(x) for x in letters]
    lone = Lone(
        person=list(range(n)),
        name=names,
        row=list(range(n)),
        when=[i % 2 for i in range(n)],
        places=[()] * n,
    )
    compared = 0

    class Counted:
        @staticmethod
        def distance(a, b, score_cutoff):
            nonlocal compared
            compared += 1
            return OSA.distance(a, b, score_cutoff=score_cutoff)

    monkeypatch.setattr(near_ids, "OSA", Counted)
    near_ids.near_pairs(lone, [])
    assert compared < 20 * n
