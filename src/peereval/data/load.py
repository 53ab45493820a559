"""Read a data file by a plan: the way from a file to a Study."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from peereval.data import check_rows
from peereval.data.arrange import Sheet, entries_of
from peereval.data.check_answers import read_answers
from peereval.data.check_labels import check_labels
from peereval.data.check_places import places_of
from peereval.data.columns import find_columns
from peereval.data.match import pairing, people_of, refuse_unmatched, without_duplicates
from peereval.data.privacy.look import personal_finding
from peereval.data.problems import DataProblemsError
from peereval.data.read import read_table
from peereval.data.study import Study
from peereval.errors import PeerEvalError
from peereval.plan import Plan

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from peereval.data.arrange import Entries
    from peereval.data.match import People


def read_study(data: str | Path | pd.DataFrame, plan: str | Path | Plan) -> Study:
    """Read, check and match a data file as its plan says.

    Parameters
    ----------
    data : str, Path or pandas.DataFrame
        A text file (.csv, .tsv, .tab, .txt), a workbook (.xlsx, .xlsm, .xlsb, .xls, .ods) or a
        frame in memory, which stays as it is.
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
    table = read_table(data)
    columns = find_columns(plan, table.cells.columns.tolist())
    refuse_unmatched(plan)
    return _study(Sheet(table=table, plan=plan, columns=columns))


def _study(sheet: Sheet) -> Study:
    """Check and match a sheet; everything that is found is gathered before anything is refused."""
    import numpy as np

    account = check_rows.Account(np.full(sheet.n_rows, "", dtype=object))
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
    check_rows.check_wave_occurs(sheet, entries, account)
    keep, found = without_duplicates(sheet, people, entries)
    account.findings += found
    entries = _sorted(sheet, people, entries.keep(keep))
    used = np.zeros(sheet.n_rows, dtype=bool)
    used[entries.position] = True
    account.leave_out(~used, check_rows.DUPLICATE)
    account.findings += pairing(sheet, people, entries)
    region, found = places_of(sheet, people, entries, "region")
    group, found_too = places_of(sheet, people, entries, "group")
    account.findings += [*found, *found_too]
    answers, found = read_answers(sheet, people, entries)
    account.findings += found
    if any(finding.severity == "refuse" for finding in account.findings):
        raise DataProblemsError(account.findings)
    study = Study(
        plan=sheet.plan,
        source=sheet.table.source,
        rows=_rows(sheet, people, entries, region, group),
        answers=answers,
        account=_account_frame(sheet, account, used),
        findings=tuple(account.findings),
        matched=sheet.columns.participant is not None,
        items=sheet.columns.items,
    )
    verify_account(study)
    return study


def _used(sheet: Sheet) -> set[str | None]:
    """Columns of the file that the plan uses."""
    columns = sheet.columns
    answers = (a for wave in sheet.plan.waves.order for a in columns.answers(wave))
    return {columns.participant, columns.wave, columns.region, columns.group, *answers}


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
    return pd.DataFrame(
        {
            "participant": pd.Series(names, dtype="str"),
            "wave": pd.Series(waves, dtype="str"),
            "region": pd.Series(region, dtype="str").where(pd.notna(region)),
            "group": pd.Series(group, dtype="str").where(pd.notna(group)),
            "row": sheet.table.row_numbers[entries.position],
        }
    )


def _account_frame(sheet: Sheet, account: check_rows.Account, used: Any) -> pd.DataFrame:
    """The account of every input row."""
    import pandas as pd

    return pd.DataFrame(
        {
            "row": sheet.table.row_numbers,
            "used": used,
            "reason": pd.Series(account.reason, dtype="str"),
        }
    )


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
        and set(account.loc[used, "row"]) == set(study.rows["row"])
        and all(len(frame) == len(study.rows) for frame in study.answers.values())
        and not study.rows.duplicated(["participant", "wave"]).any()
    )
    if not adds_up:
        raise PeerEvalError(
            "The account of rows read, used and left out does not add up.",
            expected="rows read = rows used + rows left out",
            fix="report this to the authors of peereval; the results must not be used.",
        )
