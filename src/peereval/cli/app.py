"""The command `peereval`: every command parses, calls, prints and exits, nothing else."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

app = typer.Typer(
    name="peereval",
    help="Turn before-and-after questionnaires into an evaluation one can defend.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

Data = Annotated[Path, typer.Argument(help="The data file, or the folder of [waves.files].")]
PlanFile = Annotated[Path, typer.Option("--plan", help="The plan, a TOML file.")]
Out = Annotated[Path, typer.Option("--out", help="Folder for the report.")]
Length = Annotated[
    Literal["summary", "full", "technical"] | None,
    typer.Option("--length", help="How much of the report; the plan's length by default."),
]
Formats = Annotated[str, typer.Option("--format", help="Formats, joined by commas.")]
Raw = Annotated[bool, typer.Option("--raw-ledger", help="Write ledger.csv with nothing hidden.")]
Figure = Annotated[
    Path | None, typer.Option("--figure", help="Draw power curves to FILE.svg or FILE.png.")
]
Engine = Annotated[str, typer.Option("--engine", help="Where the data are worked on.")]


@app.command()
def report(
    data: Data,
    plan: PlanFile,
    out: Out,
    length: Length = None,
    formats: Formats = "html",
    raw_ledger: Raw = False,
    engine: Engine = "memory",
) -> None:
    """Write the report: report.html, ledger.csv, manifest.json and figures."""
    from peereval.cli.report import write

    write(data, plan, out, length=length, formats=formats, raw_ledger=raw_ledger, engine=engine)


@app.command()
def demo(
    out: Out = Path("peereval-demo"), length: Length = None, formats: Formats = "html"
) -> None:
    """Write the report on the synthetic sample data; no arguments needed."""
    from peereval.cli.report import write
    from peereval.data.examples import sample

    data, plan = sample("two_regions")
    write(data, plan, out, length=length, formats=formats)


@app.command()
def check(data: Data, plan: PlanFile) -> None:
    """List every problem in the data; exit 1 when an analysis cannot be trusted."""
    from peereval.cli.check import print_check

    raise typer.Exit(print_check(data, plan))


@app.command()
def pseudonymise(
    data: Data,
    out: Annotated[Path, typer.Option("--out", help="The copy: a new .csv or .xlsx file.")],
    key: Annotated[
        Path | None, typer.Option("--key", help="The key file; made when it is not there.")
    ] = None,
    participant: Annotated[
        str | None, typer.Option("--participant", help="The column of IDs.")
    ] = None,
    plan: Annotated[
        Path | None, typer.Option("--plan", help="The plan, which names the columns it uses.")
    ] = None,
    keep: Annotated[
        list[str] | None, typer.Option("--keep", help="A column to be kept as it is.")
    ] = None,
    drop: Annotated[
        list[str] | None, typer.Option("--drop", help="A column to be dropped.")
    ] = None,
) -> None:
    """Write a copy without names, addresses and free text, and with pseudonyms for IDs."""
    from peereval.cli.pseudonymise import write_copy

    write_copy(
        data,
        out,
        key=key,
        participant=participant,
        plan=plan,
        keep=keep or (),
        drop=drop or (),
    )


@app.command()
def instruments(
    id: Annotated[  # noqa: A002 - shown to the user as ID
        str | None, typer.Argument(metavar="[ID]", help="A questionnaire to show.")
    ] = None,
) -> None:
    """List the questionnaires, or show one with its sources and grade."""
    from peereval.cli.instruments import print_instruments

    print_instruments(id)


@app.command()
def power(
    data: Annotated[
        Path | None, typer.Argument(help="Scores that are there already, for their SD of change.")
    ] = None,
    plan: Annotated[Path | None, typer.Option("--plan", help="The plan of that file.")] = None,
    change: Annotated[
        float | None, typer.Option("--change", help="A mean change to be found, in scale points.")
    ] = None,
    sd_change: Annotated[
        float | None, typer.Option("--sd-change", help="The SD of change, in scale points.")
    ] = None,
    equivalence: Annotated[
        float | None,
        typer.Option("--equivalence", help="Show that there is no change of so many points."),
    ] = None,
    n: Annotated[
        int | None, typer.Option("--n", help="What can so many people with both scores show?")
    ] = None,
    wanted: Annotated[float, typer.Option("--power", help="The power wanted.")] = 0.8,
    alpha: Annotated[float, typer.Option("--alpha", help="The level of the tests.")] = 0.05,
    lost: Annotated[
        float, typer.Option("--lost", help="Share of people who do not come back, e.g. 0.3.")
    ] = 0.0,
    group_size: Annotated[
        int | None, typer.Option("--group-size", help="People of a peer group who start.")
    ] = None,
    icc: Annotated[
        float | None, typer.Option("--icc", help="Share of the variance of change between groups.")
    ] = None,
    cv: Annotated[
        float, typer.Option("--cv", help="SD of the group sizes divided by their mean.")
    ] = 0.0,
    groups: Annotated[
        int | None, typer.Option("--groups", help="Peer groups in each region, if that is fixed.")
    ] = None,
    regions: Annotated[int, typer.Option("--regions", help="Regions.")] = 1,
    difference: Annotated[
        float | None,
        typer.Option("--difference", help="By how much more one region changes than the others."),
    ] = None,
    correlation: Annotated[
        float,
        typer.Option("--correlation", help="Of scores before and after, to compare regions."),
    ] = 0.5,
    figure: Figure = None,
) -> None:
    """Say how many people it takes to find a change, or what so many can show."""
    from peereval.cli.power import PowerOptions, print_power

    print_power(
        PowerOptions(
            data=data,
            plan=plan,
            change=change,
            sd_change=sd_change,
            equivalence=equivalence,
            n=n,
            power=wanted,
            alpha=alpha,
            lost=lost,
            group_size=group_size,
            icc=icc,
            cv=cv,
            groups=groups,
            regions=regions,
            difference=difference,
            correlation=correlation,
            figure=figure,
        )
    )


def _version(value: bool) -> None:
    """Print the version and end."""
    if value:
        from peereval import __version__

        typer.echo(f"peereval {__version__}")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[
        bool,
        typer.Option("--version", help="Print the version.", callback=_version, is_eager=True),
    ] = False,
) -> None:
    """Turn before-and-after questionnaires into an evaluation one can defend."""


def run(arguments: list[str] | None = None) -> int:
    """Run one command; every failure becomes a sentence on standard error and an exit code.

    Parameters
    ----------
    arguments : list of str, optional
        Words after ``peereval``; those of the process by default.

    Returns
    -------
    int
        0 done, 1 the data cannot support what was asked, 2 wrong use or unreadable input.

    Raises
    ------
    KeyboardInterrupt
        If it was stopped; no file is left half-written.
    """
    from peereval.cli.console import complain
    from peereval.errors import PeerEvalError

    words = sys.argv[1:] if arguments is None else arguments
    try:
        return _call(words)
    except PeerEvalError as err:
        return complain(str(err), err.exit_code)
    except typer.TyperException as err:
        complain(err.format_message().replace("Value error, ", ""))
        return complain("'peereval --help' shows what there is.")
    except typer.Abort as err:
        raise KeyboardInterrupt from err
    except MemoryError:
        return complain("this needs more memory than there is.")
    except Exception as err:
        if os.environ.get("PEEREVAL_TRACEBACK"):
            raise
        return complain(_mistake(err))


def _call(words: list[str]) -> int:
    """The exit code of one command."""
    if not words:
        with contextlib.redirect_stdout(sys.stderr):
            _call(["--help"])
        return 2
    try:
        code = app(args=words, standalone_mode=False)
    except SystemExit:
        # The one way typer ends a process itself: the reader of a help text has gone away.
        return 0
    # The code by which typer says that Ctrl-C was pressed.
    if code == 130:
        raise KeyboardInterrupt
    return code if isinstance(code, int) else 0


def _mistake(err: Exception) -> str:
    """What to say of an error that nobody foresaw: what it was, and whose it is."""
    import traceback

    last = traceback.extract_tb(err.__traceback__)[-1]
    where = f"{Path(last.filename).name}, line {last.lineno}"
    return (
        f"this is a mistake of peereval, not yours: {type(err).__name__} in {where}: {err}. "
        "No file was left half-written. Please report it; with PEEREVAL_TRACEBACK=1 set, the same "
        "command shows every step."
    )
