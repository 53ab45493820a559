"""The process itself: Ctrl-C at any moment, and readers that go away."""

import os
import signal
import subprocess
import sys
import time

import pytest

from peereval.cli import console
from peereval.errors import OutputError

from .files import digest

PEEREVAL = [sys.executable, "-m", "peereval"]


def start(words, **options):
    """Start a process whose standard error is kept."""
    return subprocess.Popen(  # noqa: S603 - our own command
        [str(word) for word in words], stderr=subprocess.PIPE, text=True, **options
    )


def into_nothing(words):
    """Exit code and complaints of a command whose reader has gone away."""
    reader, writer = os.pipe()
    os.close(reader)
    process = start([*PEEREVAL, *words], stdout=writer)
    os.close(writer)
    _, err = process.communicate(timeout=60)
    return process.returncode, err


# Run as `python -c`: the command of the arguments, which tells when it can meet a signal. While the
# interpreter itself comes up, nobody can meet one with a sentence.
TOLD = """
import sys
from peereval.cli import entry

prepare = entry._prepare

def told():
    prepare()
    print("ready", flush=True)

entry._prepare = told
entry.main()
"""

# Run as `python -c`: the command of the arguments, interrupted by itself at a named call.
INTERRUPTED = """
import os, signal, sys
from peereval.cli.entry import main
from peereval.report import write

# As on a disk where two folders cannot change places in one step.
write.exchange = lambda *_: False
name, number = sys.argv.pop(1), int(sys.argv.pop(1))

def watch(event, details):
    global number
    if event == name and "peereval-" in str(details):
        number -= 1
        if number == 0:
            os.kill(os.getpid(), signal.SIGINT)

sys.addaudithook(watch)
main()
"""


@pytest.fixture
def old_report(small):
    """The words that write a report over an older one, and the older one's folder."""
    words = ["report", small / "data.csv", "--plan", small / "plan.toml", "--out", small / "out"]
    (small / "out").mkdir()
    return [str(word) for word in words], small / "out"


@pytest.mark.parametrize("moment", [0.0, 0.05, 0.5, 1.0])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopped_while_importing_or_reckoning(old_report, moment, number):
    words, folder = old_report
    before, beside = digest(folder), sorted(folder.parent.iterdir())
    process = start([sys.executable, "-c", TOLD, *words], stdout=subprocess.PIPE)
    process.stdout.readline()
    time.sleep(moment)
    process.send_signal(number)
    _, err = process.communicate(timeout=60)
    assert "Traceback" not in err
    if process.returncode == 0:
        # A quick machine was done before.
        return
    assert process.returncode == 2
    assert digest(folder) == before
    assert sorted(folder.parent.iterdir()) == beside


@pytest.mark.parametrize(
    ("event", "count", "new"),
    [
        ("open", 3, False),
        # The two renames belong together: an interruption waits until both are done.
        ("os.rename", 2, True),
    ],
)
def test_stopped_while_writing(old_report, event, count, new):
    words, folder = old_report
    before, beside = digest(folder), sorted(folder.parent.iterdir())
    process = start(
        [sys.executable, "-c", INTERRUPTED, event, count, *words], stdout=subprocess.PIPE
    )
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (2, "")
    assert err == "peereval: stopped; no file was left half-written.\n"
    assert sorted(folder.parent.iterdir()) == beside
    if new:
        assert (folder / "manifest.json").is_file()
        assert (folder / "report.html").read_text("utf-8").rstrip().endswith("</html>")
    else:
        assert digest(folder) == before


@pytest.mark.parametrize("words", [["instruments"], ["--help"], ["instruments", "phq9"]])
def test_a_reader_that_goes_away(words):
    assert into_nothing(words) == (0, "")


def test_a_reader_that_goes_away_does_not_hide_a_refusal(small):
    text = (small / "data.csv").read_text("utf-8")
    (small / "data.csv").write_text(
        text.replace("P03,before,North,", "P03,before,North,x"), "utf-8"
    )
    words = ["check", small / "data.csv", "--plan", small / "plan.toml"]
    assert into_nothing(words) == (1, "")


def test_a_terminal_without_the_minus_sign():
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    process = start([*PEEREVAL, "instruments"], env=environment, stdout=subprocess.DEVNULL)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")


def test_a_full_disk_for_standard_output_is_said(monkeypatch):
    def full(*_args, **_kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("builtins.print", full)
    monkeypatch.setattr(console, "hush", lambda: None)
    with pytest.raises(OutputError, match="Standard output cannot be written: No space left"):
        console.say("x")


def test_complaints_need_no_standard_error(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stderr", None)
    assert console.complain("x", 1) == 1
    assert capsys.readouterr().out == ""
