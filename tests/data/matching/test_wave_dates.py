"""Waves from dates: which survey stands for which wave, and what is left out."""

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peereval.data.load import read_study
from peereval.data.problems import DataProblemsError
from peereval.plan import Plan

FIRST = "rule = 'first_last'"
WINDOWS = 'windows = { "12 weeks" = [56, 126], "6 months" = [150, 210] }'
OUTCOME = '[[outcome]]\nname = "y"\ndomain = "d"\ncolumn = "y"\nhigher_is = "better"'


def plan(rule, data=""):
    return Plan.from_toml(
        f'[data]\nparticipant = "id"\n{data}\n[waves]\ndate = "on"\n{rule}\n{OUTCOME}'
    )


def frame(*people, start=dt.date(2025, 1, 20)):
    """People a, b, ... with surveys so many days after a start."""
    rows = [
        ("abcdefgh"[k] * 4, (start + dt.timedelta(days=day)).isoformat(), i)
        for k, days in enumerate(people)
        for i, day in enumerate(days)
    ]
    return pd.DataFrame(rows, columns=["id", "on", "y"])


def waves(study):
    return study.rows[["participant", "wave", "row"]].to_numpy().tolist()


def left_out(study):
    account = study.account[~study.account["used"]]
    return dict(zip(account["row"], account["reason"], strict=True))


def test_first_and_last():
    study = read_study(frame([0, 40, 90], [5, 6], [3]), plan(FIRST))
    assert waves(study) == [
        ["aaaa", "the first survey", 2],
        ["aaaa", "the last survey", 4],
        ["bbbb", "the first survey", 5],
        ["bbbb", "the last survey", 6],
        ["cccc", "the first survey", 7],
    ]
    assert left_out(study) == {3: "between the first and the last survey of the person"}


def test_rows_need_not_stand_in_order_of_time():
    study = read_study(frame([90, 0, 40]), plan(FIRST))
    assert waves(study) == [["aaaa", "the first survey", 3], ["aaaa", "the last survey", 2]]


def test_windows_count_from_the_persons_own_first_survey():
    # The limits belong to the window; of 60, 90 and 92 the nearest to the middle, 91, is 90.
    study = read_study(
        frame([100, 156, 310], [0, 55, 126], [0, 60, 90, 92], [0, 127, 210]), plan(WINDOWS)
    )
    assert waves(study) == [
        ["aaaa", "the first survey", 2],
        ["aaaa", "12 weeks", 3],
        ["aaaa", "6 months", 4],
        ["bbbb", "the first survey", 5],
        ["bbbb", "12 weeks", 7],
        ["cccc", "the first survey", 8],
        ["cccc", "12 weeks", 10],
        ["dddd", "the first survey", 12],
        ["dddd", "6 months", 14],
    ]
    assert left_out(study) == {
        6: "outside every window after the person's first survey",
        9: "another survey of the person lies nearer the middle of the window",
        11: "another survey of the person lies nearer the middle of the window",
        13: "outside every window after the person's first survey",
    }
    assert study.surveys["days"].tolist() == [55, 56, 60, 90, 92, 126, 127, 210, 210]


def test_of_two_rows_of_one_day_the_rule_for_duplicates_chooses():
    data = frame([0, 90, 90])
    with pytest.raises(DataProblemsError, match="more than one row for the same wave"):
        read_study(data, plan(WINDOWS.split(",  ", maxsplit=1)[0]))
    study = read_study(data, plan('windows = { "12 weeks" = [56, 126] }', 'duplicates = "last"'))
    assert waves(study)[1] == ["aaaa", "12 weeks", 4]
    assert len(study.surveys) == 1


def test_an_order_may_name_the_waves():
    study = read_study(frame([0, 90]), plan(FIRST + '\norder = ["start", "end"]'))
    assert study.rows["wave"].tolist() == ["start", "end"]


def test_a_form_without_answers_is_no_first_survey():
    data = frame([0, 30, 120]).astype({"y": object})
    data.loc[0, "y"] = None
    study = read_study(data, plan('windows = { "12 weeks" = [56, 126] }'))
    assert study.rows["row"].tolist() == [3, 4]


def test_a_row_without_a_date_is_left_out():
    data = frame([0, 90], [0, 90])
    data.loc[1, "on"] = ""
    study = read_study(data, plan(FIRST))
    assert left_out(study) == {3: "no date"}
    assert [f.code for f in study.findings] == ["no_date"]


@pytest.mark.parametrize(
    ("text", "code"), [("next week", "date_unreadable"), ("1925-04-20", "date_implausible")]
)
def test_a_wrong_date_is_refused_or_left_out_as_the_plan_says(text, code):
    data = frame([0, 90], [0, 90])
    data.loc[1, "on"] = text
    with pytest.raises(DataProblemsError) as caught:
        read_study(data, plan(FIRST))
    (finding,) = [f for f in caught.value.findings if f.severity == "refuse"]
    assert (finding.code, finding.n, finding.cells[0].row) == (code, 1, 3)
    study = read_study(data, plan(FIRST, 'out_of_range = "missing"'))
    assert left_out(study) == {3: "no usable date"}


def british(data, form="%d/%m/%Y"):
    return data.assign(on=pd.to_datetime(data["on"]).dt.strftime(form))


def test_dates_that_can_be_read_in_two_ways_are_refused_until_the_plan_decides():
    data = british(frame([0, 90], start=dt.date(2025, 1, 2)))
    assert data["on"].tolist() == ["02/01/2025", "02/04/2025"]
    with pytest.raises(DataProblemsError, match="can be read in two ways") as caught:
        read_study(data, plan(FIRST))
    assert 'date_order = "dmy"' in caught.value.findings[0].fix
    by = {o: read_study(data, plan(f'{FIRST}\ndate_order = "{o}"')) for o in ("dmy", "mdy")}
    assert by["dmy"].surveys["days"].tolist() == [90]
    assert by["mdy"].surveys["days"].tolist() == [3]


def test_one_day_after_the_twelfth_decides():
    study = read_study(british(frame([0, 90], start=dt.date(2025, 1, 20))), plan(FIRST))
    assert study.surveys["days"].tolist() == [90]


def test_a_wrong_year_is_warned_of():
    data = frame(*([k, k + 90] for k in range(8)))
    data.loc[3, "on"] = "2052-04-21"
    study = read_study(data, plan(FIRST))
    (warning,) = study.findings
    assert (warning.code, warning.n, warning.cells[0].row) == ("date_far", 1, 5)


def test_days_that_a_spreadsheet_took_for_months_are_warned_of():
    # 5 February stands as 2 May, and 20 January stayed text.
    data = frame([0, 90], [0, 90])
    data["on"] = ["20/01/2025", "2025-05-02", "21/01/2025", "2025-04-03"]
    study = read_study(data, plan(FIRST))
    assert [f.code for f in study.findings] == ["dates_turned"]


def test_named_waves_with_dates_are_checked_and_stay_as_they_are():
    data = frame([0, 90], [90, 0]).assign(wave=["before", "after"] * 2)
    named = Plan.from_toml(
        '[data]\nparticipant = "id"\nwave = "wave"\n[waves]\norder = ["before", "after"]\n'
        f'date = "on"\n{OUTCOME}'
    )
    study = read_study(data, named)
    (warning,) = study.findings
    assert (warning.code, warning.n) == ("interval_negative", 1)
    assert {cell.row for cell in warning.cells} == {4, 5}
    assert study.n_rows_used == 4
    assert study.surveys is None


surveys = st.lists(
    st.tuples(st.sampled_from("abcde"), st.integers(0, 300), st.sampled_from(["3", "", "1"])),
    min_size=2,
    max_size=30,
)


@settings(max_examples=60, deadline=None)
@given(
    rows=surveys, order=st.randoms(use_true_random=False), rule=st.sampled_from([FIRST, WINDOWS])
)
def test_read_is_used_and_left_out_in_any_order_of_rows(rows, order, rule):
    start = dt.date(2025, 1, 20)
    # One row per person and day: among rows of one day their order counts.
    rows = list({(who, day): (who, day, y) for who, day, y in rows}.values())
    data = pd.DataFrame(
        [(who * 4, (start + dt.timedelta(days=day)).isoformat(), y) for who, day, y in rows],
        columns=["id", "on", "y"],
    )
    shuffled = data.sample(frac=1, random_state=order.randrange(2**32))
    found = []
    for table in (data, shuffled):
        try:
            study = read_study(table, plan(rule))
        except DataProblemsError as err:
            found.append(sorted(f.code for f in err.findings))
            continue
        account = study.account
        assert len(account) == len(data) == study.n_rows_used + study.n_rows_left_out
        assert ((account["reason"] == "") == account["used"]).all()
        first = study.rows.groupby("participant")["wave"].first()
        assert (first == "the first survey").all()
        found.append(
            (
                study.rows[["participant", "wave", "spelling"]].to_dict("list"),
                study.surveys.to_dict("list"),
            )
        )
    assert found[0] == found[1]
