"""A folder holds the old report or the new one, never a mix, whatever happens."""

import json
import os
import shutil
import signal
import stat
import threading
from hashlib import sha256
from pathlib import Path

import pytest

from peereval.errors import OutputError
from peereval.report import write
from peereval.report.write import check_folder, write_file, write_folder

OLD = {"report.html": b"old", "figures/change.svg": b"<svg/>", "figures/flow.svg": b"<svg/>"}
NEW = {"report.html": b"new", "ledger.csv": b"outcome\n"}


def content(folder):
    """Every file below a folder."""
    found = (p for p in Path(folder).rglob("*") if p.is_file() and p.name != "manifest.json")
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in found}


@pytest.fixture
def out(tmp_path):
    """The folder of an older report, alone in its place."""
    write_folder(tmp_path / "out", OLD, {"created": "yesterday"})
    return tmp_path / "out"


def test_a_new_folder(tmp_path):
    write_folder(tmp_path / "a" / "b" / "out", NEW, {})
    assert content(tmp_path / "a" / "b" / "out") == NEW
    assert [p.name for p in (tmp_path / "a" / "b").iterdir()] == ["out"]


def test_the_manifest_lists_and_checks_every_file(out):
    manifest = json.loads((out / "manifest.json").read_text("utf-8"))
    assert manifest == {
        "created": "yesterday",
        "made_by": "peereval",
        "files": {name: sha256(data).hexdigest() for name, data in OLD.items()},
    }


def test_the_new_report_takes_the_place_of_the_old_one(out):
    write_folder(out, NEW, {})
    assert content(out) == NEW
    assert not (out / "figures").exists()
    assert [p.name for p in out.parent.iterdir()] == ["out"]


def test_permissions_are_those_of_plainly_made_files(out):
    plain = out.parent / "plain"
    plain.mkdir()
    (plain / "file").write_bytes(b"")
    assert out.stat().st_mode == plain.stat().st_mode
    assert (out / "report.html").stat().st_mode == (plain / "file").stat().st_mode
    write_file(out.parent / "page.html", b"x")
    assert stat.S_IMODE((out.parent / "page.html").stat().st_mode) == stat.S_IMODE(
        (plain / "file").stat().st_mode
    )


@pytest.mark.parametrize(
    "make",
    [
        lambda out: (out / "notes.txt").write_text("mine"),
        lambda out: (out / "figures" / "mine.png").write_bytes(b"x"),
        lambda out: (out / "mine").mkdir(),
        lambda out: (out / "mine").symlink_to(out.parent),
        lambda out: (out / ".hidden").write_text("mine"),
        lambda out: (
            shutil.move(out / "report.html", out.parent / "moved.html")
            and (out / "report.html").symlink_to(out.parent / "moved.html")
        ),
        lambda out: (
            shutil.move(out / "figures", out.parent / "moved")
            and (out / "figures").symlink_to(out.parent / "moved")
        ),
        lambda out: (out / "manifest.json").write_text('{"files": {"report.html": ""}}'),
        lambda out: (out / "manifest.json").write_text("[1]"),
        lambda out: (out / "manifest.json").unlink(),
    ],
)
def test_what_peereval_did_not_write_is_left_alone(out, make):
    make(out)
    before = content(out)
    with pytest.raises(OutputError, match="which peereval did not write"):
        write_folder(out, NEW, {})
    assert content(out) == before
    assert not [p.name for p in out.parent.iterdir() if p.name.startswith(".")]


def test_a_file_that_is_read_is_not_replaced_whatever_a_manifest_says(out):
    data = out / "data.csv"
    data.write_text("id\n1\n", "utf-8")
    manifest = json.loads((out / "manifest.json").read_text("utf-8"))
    manifest["files"]["data.csv"] = ""
    (out / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    (out.parent / "link.csv").symlink_to(data)
    for path in (data, out.parent / "link.csv", out / ".." / "out" / "data.csv"):
        with pytest.raises(OutputError, match="which the report would replace"):
            check_folder(out, inputs=[path])
    assert data.exists()


def test_a_path_with_steps_back_stays_where_it_leads(tmp_path):
    (tmp_path / "a").mkdir()
    write_folder(tmp_path / "a" / ".." / "out", NEW, {})
    assert content(tmp_path / "out") == NEW
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a", "out"]


@pytest.mark.parametrize("name", ["../escape.html", "a/../../escape.html", "/escape.html"])
def test_no_name_of_a_file_leads_out_of_the_folder(tmp_path, name):
    with pytest.raises(ValueError, match="escape"):
        write_folder(tmp_path / "in" / "out", {name: b"x"}, {})
    assert not list(tmp_path.rglob("escape*"))


def test_a_large_folder_of_others_is_not_read_through(tmp_path, monkeypatch):
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "1.jpg").write_bytes(b"")
    seen = []
    usual = Path.iterdir
    monkeypatch.setattr(Path, "iterdir", lambda self: seen.append(self) or usual(self))
    with pytest.raises(OutputError, match="holds 'photos'"):
        check_folder(tmp_path)
    assert seen == [tmp_path]


@pytest.mark.parametrize("name", ["..", ".", "../.."])
def test_a_folder_above_this_one(tmp_path, monkeypatch, name):
    (tmp_path / "a" / "b").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "a" / "b")
    with pytest.raises(OutputError, match="is the folder you are in, or above it"):
        check_folder(name)


def test_an_empty_folder_may_be_used(tmp_path):
    (tmp_path / "out").mkdir()
    write_folder(tmp_path / "out", NEW, {})
    assert content(tmp_path / "out") == NEW


def test_a_link_is_not_followed_at_the_end(tmp_path, out):
    (tmp_path / "link").symlink_to(out)
    with pytest.raises(OutputError, match="is a link"):
        check_folder(tmp_path / "link")
    (tmp_path / "nowhere").symlink_to(tmp_path / "missing")
    with pytest.raises(OutputError, match="is a link"):
        check_folder(tmp_path / "nowhere")


def test_a_file_in_the_way(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError, match="is a file, not a folder"):
        check_folder(tmp_path / "file")
    with pytest.raises(OutputError, match="not a folder you may write to"):
        check_folder(tmp_path / "file" / "out")


def refuse(*_args, **_kwargs):
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize(("owner", "name"), [(Path, "write_bytes"), (os, "open"), (Path, "mkdir")])
def test_a_full_disk_leaves_the_old_report(out, monkeypatch, owner, name):
    monkeypatch.setattr(owner, name, refuse)
    with pytest.raises(OutputError, match="No space left on device"):
        write_folder(out, NEW, {})
    monkeypatch.undo()
    assert content(out) == OLD
    assert [p.name for p in out.parent.iterdir()] == ["out"]


def test_a_full_disk_leaves_no_folders_behind(tmp_path, monkeypatch):
    monkeypatch.setattr(Path, "write_bytes", refuse)
    with pytest.raises(OutputError, match="No space left on device"):
        write_folder(tmp_path / "a" / "b" / "out", NEW, {})
    with pytest.raises(OutputError, match="No space left on device"):
        write_file(tmp_path / "a" / "page.html", b"x")
    assert list(tmp_path.iterdir()) == []


def test_when_the_new_folder_cannot_be_placed_the_old_one_returns(out, monkeypatch):
    usual = Path.rename
    monkeypatch.setattr(write, "exchange", lambda *_: False)

    def rename(self, target):
        if self.name == "new":
            refuse()
        return usual(self, target)

    monkeypatch.setattr(Path, "rename", rename)
    with pytest.raises(OutputError, match="what was there before is untouched"):
        write_folder(out, NEW, {})
    assert content(out) == OLD
    assert [p.name for p in out.parent.iterdir()] == ["out"]


@pytest.fixture
def listening():
    """Ctrl-C is heard, also where the shell began the tests in the background and deaf to it."""
    usual = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, usual)


@pytest.mark.parametrize(
    ("owner", "name", "new"),
    [
        (os, "open", False),
        (Path, "write_bytes", False),
        (write, "exchange", True),
        # Both renames belong together: an interruption waits until both are done.
        (Path, "rename", True),
        (shutil, "rmtree", True),
    ],
)
@pytest.mark.parametrize("after", [False, True])
def test_ctrl_c_while_writing(out, monkeypatch, listening, owner, name, new, after):
    usual = getattr(owner, name)
    if name == "rename":
        monkeypatch.setattr(write, "exchange", lambda *_: False)

    def interrupted(*args, **kwargs):
        if not after:
            signal.raise_signal(signal.SIGINT)
        done = usual(*args, **kwargs)
        if after:
            signal.raise_signal(signal.SIGINT)
        return done

    handler = signal.getsignal(signal.SIGINT)
    monkeypatch.setattr(owner, name, interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_folder(out, NEW, {})
    monkeypatch.undo()
    assert content(out) == (NEW if new else OLD)
    assert [p.name for p in out.parent.iterdir()] == ["out"]
    assert signal.getsignal(signal.SIGINT) is handler


def test_in_another_thread(out):
    thread = threading.Thread(target=write_folder, args=(out, NEW, {}))
    thread.start()
    thread.join()
    assert content(out) == NEW


def test_one_file(tmp_path):
    write_file(tmp_path / "a" / "page.html", b"one")
    write_file(tmp_path / "a" / "page.html", b"two")
    assert content(tmp_path) == {"a/page.html": b"two"}
    with pytest.raises(OutputError, match="is a folder"):
        write_file(tmp_path / "a", b"x")
    with pytest.raises(OutputError, match="is not a folder you may write to"):
        write_file(tmp_path / "a" / "page.html" / "x.html", b"x")


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_a_folder_that_may_not_be_written_to(tmp_path, monkeypatch):
    # Tests may run as root, who may write anywhere; so what the system says is replaced.
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(OutputError, match="is not a folder you may write to"):
        check_folder(tmp_path / "out")
