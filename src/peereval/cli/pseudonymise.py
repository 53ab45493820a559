"""`peereval pseudonymise`: a copy of the data in which nobody can be found without the key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from peereval.cli.console import say
from peereval.errors import OutputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from pathlib import Path

    from peereval.data.privacy.pseudonymise import Pseudonymised
    from peereval.plan import Plan

_ENDINGS = (".csv", ".xlsx")


def write_copy(
    data: Path,
    out: Path,
    *,
    key: Path | None,
    participant: str | None,
    plan: Path | None,
    keep: Collection[str],
    drop: Collection[str],
) -> None:
    """Write the copy, and print what became of each column; never a value.

    Raises
    ------
    PeerEvalError
        If the data cannot be read, a column is not there, the key would lie with the output, or
        the output exists.
    """
    from peereval.data.numbers import MissingCodes
    from peereval.data.privacy.keys import read_or_make_key, usual_key
    from peereval.data.privacy.pseudonymise import pseudonymise
    from peereval.data.privacy.pseudonyms import Pseudonyms
    from peereval.data.privacy.table_file import csv_bytes, xlsx_bytes
    from peereval.data.read import read_table
    from peereval.plan import Plan
    from peereval.report.write import write_file

    _refuse_output(out)
    promised = Plan.from_file(plan) if plan else None
    identities = _identities(participant, promised)
    cells = read_table(data, sheet=promised.data.sheet if promised else None).cells
    used = _used(promised, [str(c) for c in cells.columns]) if promised else {}
    place = key or usual_key()
    secret, new = read_or_make_key(place, apart_from=out.absolute().parent)
    done = pseudonymise(
        cells,
        identities=identities,
        pseudonyms=Pseudonyms(secret, _spelling(promised)),
        used=used,
        no_id=MissingCodes(promised.data.missing if promised else ()).covers,
        keep=keep,
        drop=drop,
    )
    write_file(out, (xlsx_bytes if out.suffix.lower() == ".xlsx" else csv_bytes)(done.cells))
    _print_decisions(done)
    made = "A new key was made" if new else "The key"
    say(f"{made}: {place}. Keep it apart from the copy; later waves need it to match.")
    say(f"Copy: {out}")


def _refuse_output(out: Path) -> None:
    """Refuse what is no table by its name, and what is there already: the input above all."""
    if out.suffix.lower() not in _ENDINGS:
        raise OutputError(
            f"'{out.name}' does not say how it is to be written.",
            expected=f"a name that ends in {' or '.join(_ENDINGS)}",
        )
    if out.exists() or out.is_symlink():
        raise OutputError(
            f"'{out}' is there already, and nothing is overwritten.", fix="name a new file."
        )


def _identities(participant: str | None, plan: Plan | None) -> tuple[str, ...]:
    """Columns that are hashed; none only where a plan says that nobody is matched."""
    if plan is not None and plan.waves.parts:
        raise UsageError(
            f"The plan has {plan.waves.parts_key}, and a copy is made of one table.",
            fix="save each survey as a file of its own, and use --participant instead of --plan; "
            "with one key their pseudonyms match.",
        )
    if participant is not None:
        return (participant,)
    if plan is not None and (plan.data.participant or plan.data.sgic or plan.data.unmatched):
        return (plan.data.participant,) if plan.data.participant else plan.data.sgic
    raise UsageError(
        "Nothing says which column holds the IDs of participants.",
        fix="name it with --participant, or give a plan with --plan.",
    )


def _spelling(plan: Plan | None) -> Callable[[str], str]:
    """What all spellings of an ID have in common, by the plan where there is one."""
    from peereval.data.matching.same_ids import Consent
    from peereval.data.privacy.pseudonyms import plain_spelling

    return Consent(plan.data).key if plan is not None else plain_spelling


def _used(plan: Plan, header: Sequence[str]) -> dict[str, str]:
    """Columns of a plan and what they are for."""
    from peereval.data.columns import find_columns

    columns = find_columns(plan, header)
    roles = {"wave": columns.wave, "region": columns.region, "group": columns.group}
    if plan.waves.dated:
        # Windows are counted in days.
        roles["date"] = columns.date
    used = {column: f"the plan's {role}" for role, column in roles.items() if column}
    for wave in plan.waves.order:
        used |= dict.fromkeys(columns.answers(wave), "answers, by the plan")
    return used


def _print_decisions(done: Pseudonymised) -> None:
    """One line per column, then what to look at."""
    from peereval.results.format import plural

    width = max(len(d.column) for d in done.decisions)
    for d in done.decisions:
        n = f"{plural(d.n_filled, 'row')}, {d.n_different:,} different"
        say(f"  {d.action:<9}  {d.column:<{width}}  {n}  ({d.reason})")
    actions = [d.action for d in done.decisions]
    counts = [f"{actions.count(a)} {a}" for a in ("hashed", "dropped", "coarsened", "kept")]
    say(f"{plural(len(actions), 'column')}: {', '.join(counts)}.")
    if done.n_without_month:
        say(f"{plural(done.n_without_month, 'cell')} held no date that can be read: empty now.")
    if done.n_alike:
        say(
            f"{plural(done.n_alike, 'ID')} differ from another one only by case or spaces; after "
            'hashing nobody can see that. Correct them first, or give a plan with ids = "trim".'
        )
    if done.cells.shape[1] and "kept" in actions:
        say("Look through what was kept: no rule finds everything. --drop COLUMN drops more.")
