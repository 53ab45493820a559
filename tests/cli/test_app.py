"""Wrong use, help and the promise that no failure is a traceback."""

import pytest

from peereval import __version__
from peereval.cli import app


def test_version(cli):
    assert cli("--version") == (0, f"peereval {__version__}\n", "")


def test_help_names_every_command(cli):
    answer = cli("--help")
    assert answer.code == 0
    for command in ("report", "demo", "check", "instruments", "power"):
        assert f"  {command} " in answer.out


def test_no_words_at_all_is_wrong_use_and_shows_the_help(cli):
    answer = cli()
    assert answer.code == 2
    assert answer.out == ""
    assert "Commands:" in answer.err


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["reprot"], "No such command 'reprot'. Did you mean 'report'?"),
        (["report"], "Missing argument 'data'."),
        (["report", "d.csv", "--out", "o"], "Missing option '--plan'."),
        (["report", "d.csv", "--plan", "p.toml"], "Missing option '--out'."),
        (["report", "d.csv", "--plan"], "Option '--plan' requires an argument."),
        (["demo", "--lenght", "full"], "No such option: --lenght"),
        (["demo", "--length", "short"], "'--length': 'short' is not one of"),
        (["instruments", "phq9", "gad7"], "Got unexpected extra argument"),
    ],
)
def test_wrong_use(cli, words, problem):
    answer = cli(*words)
    assert answer.code == 2
    assert answer.out == ""
    assert problem in answer.err
    assert answer.err.endswith("peereval: 'peereval --help' shows what there is.\n")


def failing(error):
    def call(_words):
        raise error

    return call


def test_ctrl_c_is_left_to_the_process(cli, monkeypatch):
    monkeypatch.setattr(app, "_call", failing(KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        cli("demo")


def test_too_little_memory(cli, monkeypatch):
    monkeypatch.setattr(app, "_call", failing(MemoryError()))
    assert cli("demo") == (2, "", "peereval: this needs more memory than there is.\n")


def test_an_error_nobody_foresaw_is_a_sentence(cli, monkeypatch):
    monkeypatch.delenv("PEEREVAL_TRACEBACK", raising=False)
    monkeypatch.setattr(app, "_call", failing(KeyError("hope")))
    answer = cli("demo")
    assert answer.code == 2
    assert answer.err.startswith("peereval: this is a mistake of peereval, not yours: KeyError in ")


def test_its_steps_can_be_had(cli, monkeypatch):
    monkeypatch.setenv("PEEREVAL_TRACEBACK", "1")
    monkeypatch.setattr(app, "_call", failing(KeyError("hope")))
    with pytest.raises(KeyError):
        cli("demo")
