"""The command `peereval`: every command parses, calls, prints and exits, nothing else."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

app = typer.Typer(
    name="peereval",
    help="Turn before-and-after questionnaires into an evaluation one can defend.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

Data = Annotated[Path, typer.Argument(help="The data file: CSV, TSV or Excel.")]
PlanFile = Annotated[Path, typer.Option("--plan", help="The plan, a TOML file.")]
Out = Annotated[Path, typer.Option("--out", help="Folder for the report.")]
Length = Annotated[
    Literal["summary", "full", "technical"] | None,
    typer.Option("--length", help="How much of the report; the plan's length by default."),
]
Formats = Annotated[str, typer.Option("--format", help="Formats, joined by commas.")]
Raw = Annotated[bool, typer.Option("--raw-ledger", help="Write ledger.csv with nothing hidden.")]
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
def instruments(
    id: Annotated[  # noqa: A002 - shown to the user as ID
        str | None, typer.Argument(metavar="[ID]", help="A questionnaire to show.")
    ] = None,
) -> None:
    """List the questionnaires, or show one with its sources and grade."""
    from peereval.cli.instruments import print_instruments

    print_instruments(id)


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
    """Run one command; every expected failure becomes a sentence and an exit code.

    Parameters
    ----------
    arguments : list of str, optional
        Words after ``peereval``; those of the process by default.

    Returns
    -------
    int
        0 done, 1 the data cannot support what was asked, 2 wrong use or unreadable input.
    """
    from peereval.errors import PeerEvalError

    try:
        code = app(args=arguments, standalone_mode=False)
    except PeerEvalError as err:
        print(f"peereval: {err}", file=sys.stderr)
        return err.exit_code
    except typer.TyperException as err:
        print(f"peereval: {err.format_message()}", file=sys.stderr)
        print("Run 'peereval --help' for what there is.", file=sys.stderr)
        return 2
    except (KeyboardInterrupt, typer.Abort):
        print("peereval: stopped; nothing was written.", file=sys.stderr)
        return 2
    except BrokenPipeError:
        return 0
    except MemoryError:
        print("peereval: this needs more memory than there is.", file=sys.stderr)
        return 2
    return code if isinstance(code, int) else 0
