"""Read a data file by a plan: the way from a file to a Study."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from peereval.data import check_rows
from peereval.data.account import Account
from peereval.data.arrange import Sheet, entries_of
from peereval.data.check_answers import read_answers
from peereval.data.check_labels import check_labels
from peereval.data.check_places import places_of
from peereval.data.gather import gather
from peereval.data.matching.check_dates import check_dates, check_intervals
from peereval.data.matching.codes import with_codes
from peereval.data.matching.doubts import settle_doubts
from peereval.data.matching.duplicates import pairing, without_duplicates
from peereval.data.matching.people import people_of, refuse_unmatched
from peereval.data.matching.wave_dates import waves_from_dates
from peereval.data.parts import cells_in_parts, in_part, rows_in_parts
from peereval.data.privacy.look import personal_finding
from peereval.data.problems import DataProblemsError
from peereval.data.study import Study
from peereval.errors import PeerEvalError
from peereval.plan import Plan

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pandas as pd

    from peereval.data.arrange import Entries
    from peereval.data.people import Doubts, People
    from peereval.data.read import Part
    from peereval.notes import Finding


def read_study(data: str | Path | Any, plan: str | Path | Plan) -> Study:
    """Read, check and match a data file as its plan says.

    Parameters
    ----------
    data : str, Path or data frame
        A file that `peereval.data.read.read_table` can read, or a table of pandas, polars or
        Arrow in memory, which stays as it is; a folder where the plan has [waves.files].
    plan : str, Path or Plan
        The plan, or the path of its TOML file.

    Returns
    -------
    Study
        Tidy answers, and an account of every input row.

    Raises
    ------
    InputFileError
        If the data cannot be read.
    PlanError
        If the plan cannot be used, or names a column that the data do not have.
    DataProblemsError
        If the data have problems for which the plan gives no rule; its `findings` list all.
    DataError
        If the plan names no participant column and does not say ``unmatched = true``.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame(
    ...     {"id": ["001", "001", "002"], "when": ["before", "after", "before"], "mood": [3, 5, 4]}
    ... )
    >>> plan = Plan.from_toml('''
    ... [data]
    ... participant = "id"
    ... wave = "when"
    ... [waves]
    ... order = ["before", "after"]
    ... [[outcome]]
    ... name = "mood"
    ... domain = "clinical"
    ... column = "mood"
    ... higher_is = "better"
    ... ''')
    >>> study = read_study(frame, plan)
    >>> study.n_people, study.answers["mood"]["mood"].tolist()
    (2, [3.0, 5.0, 4.0])
    """
    if not isinstance(plan, Plan):
        plan = Plan.from_file(plan)
    gathered = gather(data, plan)
    refuse_unmatched(plan)
    table = with_codes(gathered.table, plan, gathered.columns)
    return _study(Sheet(table=table, plan=plan, columns=gathered.columns), gathered.findings)


def _study(sheet: Sheet, of_files: list[Finding]) -> Study:
    """Check and match a sheet; everything that is found is gathered before anything is refused."""
    import numpy as np

    account = Account(np.full(sheet.n_rows, "", dtype=object), list(of_files))
    check_rows.check_empty(sheet, account)
    check_labels(sheet, account)
    account.findings += personal_finding(sheet.table.cells, _used(sheet), sheet.columns.participant)
    people, found = people_of(sheet, account.open)
    account.findings += found
    check_rows.check_participants(sheet, people, account)
    entries = entries_of(sheet)
    check_rows.check_waves(sheet, people, entries, account)
    check_rows.check_answered(sheet, people, entries, account)
    usable = account.open[entries.position] & (entries.wave >= 0) & (entries.n_answered > 0)
    entries = entries.keep(usable)
    dates = surveys = None
    if sheet.columns.date is not None:
        dates = check_dates(sheet, people, entries, account)
        entries = entries.keep(account.open[entries.position])
    days = dates if sheet.plan.waves.dated else None
    people, doubts, found = settle_doubts(sheet, people, entries, days)
    account.findings += found
    if days is not None:
        entries, surveys = waves_from_dates(sheet, people, entries, days, account)
    check_rows.check_wave_occurs(sheet, entries, account)
    keep, found = without_duplicates(sheet, people, entries)
    account.findings += found
    entries = _sorted(sheet, people, entries.keep(keep))
    used = np.zeros(sheet.n_rows, dtype=bool)
    used[entries.position] = True
    account.leave_out(~used, check_rows.DUPLICATE)
    account.findings += pairing(sheet, people, entries)
    if dates is not None:
        account.findings += check_intervals(sheet, people, entries, dates)
    region, found = places_of(sheet, people, entries, "region")
    group, found_too = places_of(sheet, people, entries, "group")
    account.findings += [*found, *found_too]
    answers, found = read_answers(sheet, people, entries)
    account.findings += found
    findings = cells_in_parts(account.findings, sheet.table.parts)
    if any(finding.severity == "refuse" for finding in findings):
        raise DataProblemsError(findings)
    study = Study(
        plan=sheet.plan,
        source=sheet.table.source,
        rows=_rows(sheet, people, entries, region, group),
        answers=answers,
        account=_account_frame(sheet, account, used),
        findings=tuple(findings),
        matched=sheet.columns.participant is not None,
        items=sheet.columns.items,
        surveys=surveys,
        doubts=_in_parts(doubts, sheet.table.parts),
    )
    verify_account(study)
    return study


def _used(sheet: Sheet) -> set[str | None]:
    """Columns of the file that the plan uses."""
    columns = sheet.columns
    answers = (a for wave in sheet.plan.waves.order for a in columns.answers(wave))
    roles = (columns.participant, columns.wave, columns.region, columns.group, columns.date)
    return {*roles, *columns.elements, *answers}


def _sorted(sheet: Sheet, people: People, entries: Entries) -> Entries:
    """Entries by person and wave, so that results do not depend on the order of the file."""
    import numpy as np
    import pandas as pd

    person = people.of_row[entries.position]
    # Without matching a person is a row, and rows stay in their order.
    rank = np.arange(len(people.names))
    if sheet.columns.participant is not None:
        order = pd.Series(people.names, dtype=object).argsort(kind="stable")
        rank[order.to_numpy()] = np.arange(len(rank))
    return entries.keep(np.lexsort((entries.wave, rank[person])))


def _rows(sheet: Sheet, people: People, entries: Entries, region: Any, group: Any) -> pd.DataFrame:
    """The tidy rows of a study."""
    import numpy as np
    import pandas as pd

    waves = np.array(sheet.plan.waves.order, dtype=object)[entries.wave]
    names = people.names[people.of_row[entries.position]]
    if sheet.columns.participant is None and sheet.plan.data.layout == "wide":
        # One row holds several waves, which must not look like pairs either.
        names = np.array([f"{n}, {w}" for n, w in zip(names, waves, strict=True)], dtype=object)
    spelling = names
    if sheet.columns.participant is not None:
        texts = sheet.texts(sheet.columns.participant)
        spelling = np.array(texts.different, dtype=object)[texts.codes[entries.position]]
    rows = pd.DataFrame(
        {
            "participant": pd.Series(names, dtype="str"),
            "wave": pd.Series(waves, dtype="str"),
            "region": pd.Series(region, dtype="str").where(pd.notna(region)),
            "group": pd.Series(group, dtype="str").where(pd.notna(group)),
            "row": sheet.table.row_numbers[entries.position],
            "spelling": pd.Series(spelling, dtype="str"),
        }
    )
    return rows_in_parts(rows, sheet.table.parts)


def _account_frame(sheet: Sheet, account: Account, used: Any) -> pd.DataFrame:
    """The account of every input row."""
    import pandas as pd

    frame = pd.DataFrame(
        {
            "row": sheet.table.row_numbers,
            "used": used,
            "reason": pd.Series(account.reason, dtype="str"),
        }
    )
    return rows_in_parts(frame, sheet.table.parts)


def _same_rows(used: pd.DataFrame, rows: pd.DataFrame) -> bool:
    """Whether the rows said to be used are those that the study holds."""
    where = [name for name in ("part", "row") if name in used]
    held = rows[where].drop_duplicates()
    return len(used) == len(held) == len(used[where].merge(held))


def _in_parts(doubts: Doubts, parts: Sequence[Part]) -> Doubts:
    """The doubts with the sheet or file of each row, where there are several."""
    near = [
        replace(pair, cells=(in_part(pair.cells[0], parts), in_part(pair.cells[1], parts)))
        for pair in doubts.near
    ]
    return replace(doubts, near=tuple(near))


def verify_account(study: Study) -> None:
    """Make sure that every input row is used or left out with a reason, never both.

    Parameters
    ----------
    study : Study
        Any study.

    Raises
    ------
    PeerEvalError
        If the account does not add up, which is a mistake of peereval.
    """
    account = study.account
    used, reason = account["used"], account["reason"]
    adds_up = (
        len(account) == study.source.n_rows
        and bool(((reason == "") == used).all())
        and _same_rows(account[used], study.rows)
        and all(len(frame) == len(study.rows) for frame in study.answers.values())
        and not study.rows.duplicated(["participant", "wave"]).any()
    )
    if not adds_up:
        raise PeerEvalError(
            "The account of rows read, used and left out does not add up.",
            expected="rows read = rows used + rows left out",
            fix="report this to the authors of peereval; the results must not be used.",
        )
