"""A copy without what says who somebody is; the key kept apart and shown to nobody."""

import base64
import hashlib
import hmac
import os
import stat

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from peereval.data.matching.same_ids import Consent
from peereval.data.numbers import MissingCodes
from peereval.data.privacy import keys
from peereval.data.privacy.keys import read_or_make_key, usual_key
from peereval.data.privacy.pseudonymise import pseudonymise
from peereval.data.privacy.pseudonyms import Pseudonyms
from peereval.data.privacy.table_file import csv_bytes, xlsx_bytes
from peereval.data.read import read_table
from peereval.errors import DataError, InputFileError, OutputError, UsageError
from peereval.plan.tables import DataSpec

KEY = bytes(range(32))


@pytest.fixture
def cells():
    n = 12
    return pd.DataFrame(
        {
            "id": [f"P{i:02d}" for i in range(n)],
            "Forename": ["Zebedee"] * n,
            "mail": [f"p{i}@example.org" for i in range(n)],
            "wave": ["before", "after"] * 6,
            "completed": [f"{i + 1:02d}/03/2026 10:15" for i in range(n)],
            "region": ["North", "South"] * 6,
            "q1": [str(i % 5) for i in range(n)],
            "What did you like?": [f"I liked visit number {i} to the garden" for i in range(n)],
        },
        dtype="str",
    )


def copy(cells, **options):
    options = {"identities": ["id"], "pseudonyms": Pseudonyms(KEY), "used": {}, **options}
    return pseudonymise(cells, **options)


def test_what_becomes_of_each_column(cells):
    before = cells.copy()
    done = copy(cells)
    assert {d.column: d.action for d in done.decisions} == {
        "id": "hashed",
        "Forename": "dropped",
        "mail": "dropped",
        "wave": "kept",
        "completed": "coarsened",
        "region": "kept",
        "q1": "kept",
        "What did you like?": "dropped",
    }
    assert done.cells.columns.tolist() == ["id", "wave", "completed", "region", "q1"]
    assert set(done.cells["completed"]) == {"2026-03"}
    pd.testing.assert_frame_equal(
        done.cells[["wave", "region", "q1"]], cells[["wave", "region", "q1"]]
    )
    pd.testing.assert_frame_equal(cells, before)
    assert not any(value in d.reason for d in done.decisions for value in ("Zebedee", "garden"))


def test_the_users_own_word_counts_more(cells):
    done = copy(cells, keep=["completed", "Forename"], drop=["q1", "region"])
    assert done.cells.columns.tolist() == ["id", "Forename", "wave", "completed"]
    assert done.cells["completed"].tolist() == cells["completed"].tolist()


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"identities": ["ID"]}, "There is no column 'ID'; did you mean 'id'"),
        ({"keep": ["q2"]}, "There is no column 'q2'; known: "),
        ({"drop": ["rgion"]}, "did you mean 'region'"),
        ({"keep": ["q1"], "drop": ["q1"]}, "'q1' is to be kept and to be dropped"),
        ({"keep": ["id"]}, "'id' holds the IDs, which are replaced"),
    ],
)
def test_words_that_make_no_sense(cells, options, problem):
    with pytest.raises(UsageError, match=problem):
        copy(cells, **options)


def test_a_pseudonym_is_a_truncated_hmac_sha_256():
    expected = base64.b32encode(hmac.new(KEY, b"P01", hashlib.sha256).digest()).decode()[:16]
    assert Pseudonyms(KEY).of("P01") == f"P{expected}"
    # Checked with openssl dgst -sha256 -mac HMAC -macopt hexkey:00...00 | base32.
    assert Pseudonyms(bytes(32)).of("P001") == "PGOZXT7PT65YZWRK2"


@given(st.lists(st.text(max_size=12), max_size=40), st.binary(min_size=32, max_size=32))
def test_different_people_stay_different_and_the_same_stay_the_same(ids, key):
    one, two = Pseudonyms(key), Pseudonyms(key)
    import unicodedata

    for identity in ids:
        assert one.of(identity) == two.of(identity)
        assert len(one.of(identity)) in (0, 17)
    norm = {unicodedata.normalize("NFC", i.strip()) for i in ids} - {""}
    assert len({one.of(i) for i in norm}) == len(norm)


def test_another_key_gives_other_pseudonyms():
    assert Pseudonyms(KEY).of("P01") != Pseudonyms(bytes(32)).of("P01")


def test_case_and_spaces_count_unless_the_plan_says_otherwise(cells):
    trim = Consent(DataSpec(participant="id", ids="trim", same={"P01": ["Q9"]})).key
    exact, folded = Pseudonyms(KEY), Pseudonyms(KEY, trim)
    assert exact.of("p 01") != exact.of("P01")
    assert folded.of("p 01") == folded.of("P01 ") == folded.of("q9")
    cells.loc[0, "id"] = "p 01"
    assert copy(cells).n_alike == 1
    assert copy(cells, pseudonyms=folded).n_alike == 0


def test_each_part_of_a_code_is_hashed_and_no_answer_stays_one(cells):
    done = copy(cells, identities=["id", "region"], no_id=MissingCodes(["South"]).covers)
    assert done.cells["region"].tolist() == [Pseudonyms(KEY).of("North"), "South"] * 6


def test_a_collision_is_refused(monkeypatch):
    monkeypatch.setattr("peereval.data.privacy.pseudonyms.LENGTH", 1)
    pseudonyms = Pseudonyms(KEY)
    with pytest.raises(DataError, match="Two IDs get the same pseudonym"):
        list(map(pseudonyms.of, map(str, range(100))))


def test_a_later_wave_gets_the_same_pseudonyms(cells, tmp_path):
    key, _ = read_or_make_key(tmp_path / "key", apart_from=tmp_path / "out")
    first = copy(cells, pseudonyms=Pseudonyms(key))
    again, new = read_or_make_key(tmp_path / "key", apart_from=tmp_path / "out")
    later = copy(cells.iloc[::-1].reset_index(drop=True), pseudonyms=Pseudonyms(again))
    assert not new
    assert later.cells["id"].tolist() == first.cells["id"].tolist()[::-1]


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_the_key_belongs_to_its_owner(tmp_path):
    key, new = read_or_make_key(tmp_path / "a" / "key", apart_from=tmp_path / "out")
    path = tmp_path / "a" / "key"
    assert new
    assert len(key) == 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o644)
    with pytest.raises(InputFileError, match="can be read by others"):
        read_or_make_key(path, apart_from=tmp_path / "out")


def test_the_key_does_not_lie_with_the_output(tmp_path):
    out = tmp_path / "out"
    (out / "deep").mkdir(parents=True)
    (tmp_path / "link").symlink_to(out)
    for place in (
        out / "key",
        out / "deep" / "key",
        tmp_path / "link" / "key",
        out / ".." / "out" / "k",
    ):
        with pytest.raises(OutputError, match="would lie in the folder of the output"):
            read_or_make_key(place, apart_from=out)
        assert not place.exists()


@pytest.mark.parametrize("text", ["", "abc", "zz" * 32, "00" * 31, "00" * 33, "Ä"])
def test_what_is_no_key(tmp_path, text):
    path = tmp_path / "key"
    path.write_text(text, "utf-8")
    path.chmod(0o600)
    with pytest.raises(InputFileError, match="is no key of peereval"):
        read_or_make_key(path, apart_from=tmp_path / "out")


def test_keys_come_from_the_systems_own_randomness(tmp_path, monkeypatch):
    monkeypatch.setattr(keys.os, "urandom", lambda n: b"\xab" * n)
    key, _ = read_or_make_key(tmp_path / "key", apart_from=tmp_path / "out")
    assert key == b"\xab" * 32


def test_the_usual_key_lies_in_the_users_settings(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert usual_key() == tmp_path / "peereval" / "pseudonym.key"


FORMULAS = ["=1+1", "+1+1", "-1+cmd|x", "@SUM(A1)", "\t=1", "\r=1", " =1", "\uff1d1"]


def test_no_cell_of_a_copy_is_a_formula(tmp_path):
    cells = pd.DataFrame({"=id": ["a"] * len(FORMULAS), "q": FORMULAS, "n": ["-5"] * len(FORMULAS)})
    text = csv_bytes(cells).decode()
    assert text.startswith("'=id,q,n\n")
    for formula in FORMULAS:
        assert f"'{formula}" in text
    assert text.count(",-5\n") == len(FORMULAS)
    path = tmp_path / "copy.xlsx"
    path.write_bytes(xlsx_bytes(cells))
    import zipfile

    with zipfile.ZipFile(path) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")
    assert read_table(path).cells["n"].tolist() == ["-5"] * len(FORMULAS)


@pytest.mark.parametrize("make", [csv_bytes, xlsx_bytes])
def test_a_copy_reads_back_as_it_was(tmp_path, make):
    cells = pd.DataFrame(
        {
            "id": ["007", "8", "1e5"],
            "q": ["2.5", "-3", ""],
            "w": ["Åse", 'say "x", y', "two\nlines"],
        }
    )
    path = tmp_path / f"copy.{'csv' if make is csv_bytes else 'xlsx'}"
    path.write_bytes(make(cells))
    assert read_table(path).cells.to_dict("list") == cells.to_dict("list")
