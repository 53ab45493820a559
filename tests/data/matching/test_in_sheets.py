"""Codes and near IDs where every wave has a sheet of its own."""

import pandas as pd
import xlsxwriter

from peereval.data.load import read_study
from peereval.plan import Plan

OUTCOME = '[[outcome]]\nname = "y"\ndomain = "d"\ncolumn = "y"\nhigher_is = "better"'
SHEETS = '[waves]\norder = ["before", "after"]\n[waves.sheets]\nbefore = "T1"\nafter = "T2"\n'


def workbook(path, **sheets):
    with xlsxwriter.Workbook(str(path)) as book:
        for name, frame in sheets.items():
            sheet = book.add_worksheet(name)
            for i, row in enumerate([frame.columns.tolist(), *frame.to_numpy().tolist()]):
                sheet.write_row(i, 0, row)
    return path


def frame(*codes):
    rows = [(*code.split(), i) for i, code in enumerate(codes)]
    return pd.DataFrame(rows, columns=["initial", "month", "town", "y"])


def test_codes_are_matched_across_sheets(tmp_path):
    path = workbook(
        tmp_path / "w.xlsx",
        T1=frame("K 11 York", "M 03 Leeds"),
        T2=frame("M 03 Leeds", "K 12 York"),
    )
    code = '[data]\nsgic = ["initial", "month", "town"]\n'
    study = read_study(path, Plan.from_toml(code + SHEETS + OUTCOME))
    (pair,) = study.doubts.near
    assert [(c.part, c.row, c.value) for c in pair.cells] == [
        ("T1", 2, "K/11/York"),
        ("T2", 3, "K/12/York"),
    ]
    joined = Plan.from_toml(code + "sgic_tolerance = 1\n" + SHEETS + OUTCOME)
    assert read_study(path, joined).n_people == 2
