"""One run at a time, and a kill at any moment leaves the whole old or the whole new report."""

import os
import random
import signal
import subprocess
import sys
import threading
import time

import pytest

from peereval.errors import OutputError
from peereval.report import claim, write
from peereval.report.claim import InUseError, claimed
from peereval.report.write import reserved, write_file, write_folder

OLD = {"report.html": b"old" * 50_000, "figures/change.svg": b"<svg/>", "ledger.csv": b"old"}
NEW = {"report.html": b"new" * 50_000, "ledger.csv": b"new"}
MOMENTS = int(os.environ.get("PEEREVAL_KILLS", "5"))

HOLDS = """
import sys, time
from peereval.report.write import reserved
with reserved(sys.argv[1]):
    print("held", flush=True)
    time.sleep(60)
"""

# Dies by SIGKILL before (odd steps) or after (even steps) the n-th rename of any kind.
DIES = """
import os, pathlib, signal, sys
from peereval.report import write
folder, step, exchanging = sys.argv[1], int(sys.argv[2]), sys.argv[3] == "exchange"
count = 0

def deadly(usual):
    def call(*args):
        global count
        for moment in ("before", "after"):
            count += 1
            if count == step:
                os.kill(os.getpid(), signal.SIGKILL)
            if moment == "before":
                done = usual(*args)
        return done
    return call

write.exchange = deadly(write.exchange) if exchanging else lambda *_: False
pathlib.Path.rename = deadly(pathlib.Path.rename)
pathlib.Path.replace = deadly(pathlib.Path.replace)
files = {"report.html": b"new" * 50_000, "ledger.csv": b"new"}
if len(sys.argv) > 4:
    write.write_file(folder, files["report.html"])
else:
    write.write_folder(folder, files, {})
"""

WRITES_ON_AND_ON = """
import sys
from peereval.report.write import write_folder
old = {"report.html": b"old" * 50_000, "figures/change.svg": b"<svg/>", "ledger.csv": b"old"}
new = {"report.html": b"new" * 50_000, "ledger.csv": b"new"}
print("ready", flush=True)
while True:
    write_folder(sys.argv[1], new, {})
    write_folder(sys.argv[1], old, {})
"""

FULL = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))
from peereval.errors import OutputError
from peereval.report.write import write_folder
try:
    write_folder(sys.argv[1], {"ledger.csv": b"new", "report.html": b"new" * 50_000}, {})
except OutputError as err:
    print(err)
"""

posix = pytest.mark.skipif(os.name != "posix", reason="kills and locks of POSIX")


def content(folder):
    found = (p for p in folder.rglob("*") if p.is_file() and p.name != "manifest.json")
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in found}


def python(code, *words, **options):
    return subprocess.Popen(  # noqa: S603 - our own code
        [sys.executable, "-c", code, *map(str, words)],
        stdout=subprocess.PIPE,
        text=True,
        **options,
    )


@pytest.fixture
def out(tmp_path):
    write_folder(tmp_path / "out", OLD, {})
    return tmp_path / "out"


@pytest.fixture
def holder(out):
    """A process that holds the folder."""
    process = python(HOLDS, out)
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


@posix
def test_a_second_run_is_refused(out, holder):
    with pytest.raises(InUseError, match="is being written by another run of peereval"):
        write_folder(out, NEW, {})
    with pytest.raises(OutputError, match="is being written"), reserved(out):
        pytest.fail("never reached")
    assert content(out) == OLD
    write_folder(out.parent / "other", NEW, {})
    assert content(out.parent / "other") == NEW


@posix
def test_a_killed_run_blocks_nobody_and_leaves_nothing(out, holder):
    holder.kill()
    holder.wait()
    assert len(list(out.parent.iterdir())) == 2
    write_folder(out, NEW, {})
    assert content(out) == NEW
    assert [p.name for p in out.parent.iterdir()] == ["out"]


def test_another_thread_is_refused_and_the_same_one_is_not(out):
    caught = []

    def other():
        try:
            write_folder(out, NEW, {})
        except InUseError as err:
            caught.append(err)

    with reserved(out):
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
        assert content(out) == OLD
        write_folder(out, NEW, {})
        write_folder(out, NEW, {})
    assert content(out) == NEW
    assert len(caught) == 1
    assert [p.name for p in out.parent.iterdir()] == ["out"]


def test_a_lock_file_taken_away_under_us_is_made_again(out, monkeypatch):
    usual, taken = claim._locked, []

    def locked(descriptor):
        if not taken:
            taken.append(next(p for p in out.parent.iterdir() if p.name.endswith(".lock")))
            taken[0].unlink()
        return usual(descriptor)

    monkeypatch.setattr(claim, "_locked", locked)
    with claimed(out, out):
        assert taken[0].exists()
    assert [p.name for p in out.parent.iterdir()] == ["out"]


def test_a_link_in_the_place_of_the_scratch_folder_is_not_followed(out):
    with claimed(out, out) as scratch:
        pass
    elsewhere = out.parent / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "mine").write_text("x")
    scratch.symlink_to(elsewhere)
    with pytest.raises(OutputError, match="File exists"):
        write_folder(out, NEW, {})
    assert (elsewhere / "mine").exists()
    assert content(out) == OLD


@posix
@pytest.mark.parametrize("way", ["exchange", "two renames"])
def test_a_kill_at_each_rename(out, way):
    died = []
    for step in range(1, 9):
        write_folder(out, OLD, {})
        process = python(DIES, out, step, way)
        process.communicate(timeout=60)
        if process.returncode == 0:
            break
        assert process.returncode == -signal.SIGKILL
        found = content(out) if out.exists() else None
        died.append(found)
        if way == "exchange":
            assert found in (OLD, NEW)
        if found is None:
            # Between two renames: the next run, whatever becomes of it, puts the old one back.
            with pytest.raises(RuntimeError), reserved(out):
                raise RuntimeError
            assert content(out) == OLD
        write_folder(out, NEW, {})
        assert content(out) == NEW
        assert [p.name for p in out.parent.iterdir()] == ["out"]
    expected = [OLD, NEW] if way == "exchange" else [OLD, None, None, NEW]
    assert died == expected


@posix
@pytest.mark.parametrize("step", [1, 2])
def test_a_kill_while_one_file_is_placed(tmp_path, step):
    path = tmp_path / "page.html"
    write_file(path, b"old")
    process = python(DIES, path, step, "exchange", "file")
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    assert path.read_bytes() == (b"old" if step == 1 else NEW["report.html"])
    write_file(path, b"last")
    assert [p.name for p in tmp_path.iterdir()] == ["page.html"]


@posix
@pytest.mark.skipif(sys.platform != "linux", reason="one-step exchange of Linux")
@pytest.mark.parametrize("seed", range(MOMENTS))
def test_a_kill_at_any_moment(out, seed):
    process = python(WRITES_ON_AND_ON, out)
    assert process.stdout.readline() == "ready\n"
    time.sleep(random.Random(seed).uniform(0, 0.3))  # noqa: S311 - no secret
    process.kill()
    process.communicate(timeout=60)
    assert content(out) in (OLD, NEW)
    write_folder(out, NEW, {})
    assert [p.name for p in out.parent.iterdir()] == ["out"]


@posix
@pytest.mark.parametrize("most", [0, 2, 100, 100_000])
def test_a_disk_that_fills_up_leaves_the_old_report(out, most):
    said, _ = python(FULL, out, most).communicate(timeout=60)
    assert "could not be written to" in said
    assert "what was there before is untouched" in said
    assert content(out) == OLD
    assert [p.name for p in out.parent.iterdir()] == ["out"]


def test_where_folders_cannot_change_places_in_one_step(out, monkeypatch):
    monkeypatch.setattr("ctypes.CDLL", lambda _: object())
    assert not write.exchange(out, out.parent)
    write_folder(out, NEW, {})
    assert content(out) == NEW
