"""The match report, what windows keep, and the change without joined IDs."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from peereval import Plan, evaluate, read_study

from .studies import MOOD, one, plan_text


def row(evaluation, statistic, level="", analysis="matching"):
    return one(evaluation, statistic, analysis, outcome="study", level=level).value


TRIM = 'ids = "trim"'


@pytest.fixture
def spelt(people):
    """24 people with both surveys; 9 wrote their ID in small letters at the second."""
    frame = people(24)
    late = (frame["wave"] == "after") & (frame["id"] < "P009")
    frame.loc[late, "id"] = frame.loc[late, "id"].str.lower()
    return frame


def test_people_are_counted_by_how_they_were_matched(spelt, evaluated):
    gone = spelt[~((spelt["id"] > "P020") & (spelt["id"] < "p") & (spelt["wave"] == "after"))]
    found = evaluated(gone, data=TRIM)
    assert row(found, "people_matched", "exact") == 12
    assert row(found, "people_matched", "case_or_spaces") == 9
    assert row(found, "people_not_matched") == 3
    assert row(found, "people_at_both", analysis="flow") == 12 + 9


def test_consent_and_doubt_are_counted(evaluated, people):
    frame = people(24)
    frame["id"] = frame["id"].str.replace("P", "QWZX")
    frame.loc[(frame["wave"] == "after") & (frame["id"] == "QWZX003"), "id"] = "QW-ZX003"
    found = evaluated(frame)
    assert row(found, "near_matches") == 1
    assert row(found, "people_not_matched") == 2
    found = evaluated(frame, data='same = { "QWZX003" = ["QW-ZX003"] }')
    assert row(found, "people_matched", "by_consent") == 1
    assert row(found, "people_matched", "exact") == 23
    assert row(found, "near_matches") == 0


def test_the_change_with_exact_matches_only_is_that_of_a_plan_that_joins_nothing(spelt, evaluated):
    joined = evaluated(spelt, data=TRIM)
    apart = evaluated(spelt, data='ids = "exact"')
    exact = one(joined, "mean_change", "sensitivity", level="exact_matches")
    main = one(apart, "mean_change", "mixed")
    assert (exact.value, exact.ci_low, exact.p_value) == pytest.approx(
        (main.value, main.ci_low, main.p_value), rel=1e-6
    )
    assert exact.n == main.n == 24 + 9
    assert not apart.rows.where(analysis="sensitivity")


def test_no_id_reaches_ledger_or_report(spelt, tmp_path):
    frame = spelt.replace("p003", "P-003")
    plan = Plan.from_toml(plan_text(data='ids = "trim"', end='[data.same]\n"P003" = ["P-003"]'))
    found = evaluate(read_study(frame, plan))
    assert row(found, "people_matched", "by_consent") == 1
    found.write_folder(tmp_path / "report", raw_ledger=True)
    for path in (tmp_path / "report").rglob("*"):
        if path.is_file() and path.suffix != ".png":
            assert "P-003" not in path.read_text("utf-8"), path.name
            assert "P003" not in path.read_text("utf-8"), path.name
    html = (tmp_path / "report" / "report.html").read_text("utf-8")
    assert "[data.same] joins IDs, which are not printed" in html
    assert "How the surveys of a person were found" in html
    assert "The change had no ID been joined" in html


def dated(n=60, seed=1):
    """People with a first survey and up to three later ones."""
    rng = np.random.default_rng(seed)
    rows = []
    for i in range(n):
        start = dt.date(2025, 1, 20) + dt.timedelta(days=int(rng.integers(0, 100)))
        for day in (0, *sorted(set(rng.integers(1, 260, rng.integers(0, 4)).tolist()))):
            on = (start + dt.timedelta(days=day)).strftime("%d/%m/%Y")
            rows.append((f"K{i * 7919:07d}", on, round(rng.normal(10 + day / 50, 3), 1)))
    return pd.DataFrame(rows, columns=["id", "on", "mood"])


@pytest.fixture(scope="module")
def windowed():
    text = (
        '[data]\nparticipant = "id"\n[waves]\ndate = "on"\n'
        f'windows = {{ "12 weeks" = [56, 126], "6 months" = [150, 210] }}\n{MOOD}'
    )
    return evaluate(read_study(dated(), Plan.from_toml(text)))


def test_classes_of_days_add_up(windowed):
    classes = windowed.rows.where(statistic="surveys_by_days")
    total = row(windowed, "surveys_after_first", analysis="windows")
    assert sum(r.value for r in classes) == total
    outside = sum(r.value for r in classes if " | " not in r.level)
    left_out = {r.level: r.value for r in windowed.rows.where(statistic="rows_left_out") if r.level}
    assert left_out["outside every window after the person's first survey"] == outside
    unused = 0
    for wave in ("12 weeks", "6 months"):
        inside = sum(r.value for r in classes if r.level.endswith(f" | {wave}"))
        assert row(windowed, "surveys_in_window", wave, "windows") == inside
        unused += inside - row(windowed, "people_at_wave", wave, "flow")
    (nearer,) = (n for reason, n in left_out.items() if "nearer" in reason)
    assert nearer == unused


def test_windows_have_a_figure_and_a_rule_in_the_report(windowed, tmp_path):
    picture = windowed.figure("windows")
    assert picture.axes[0].get_xlabel() == "Days since the person's first survey"
    windowed.write_folder(tmp_path / "report")
    html = (tmp_path / "report" / "report.html").read_text("utf-8")
    assert "the survey nearest the middle of day 56 to 126" in html
    assert "When people answered again" in html
    assert (tmp_path / "report" / "figures" / "windows.svg").exists()


def test_first_and_last_surveys_count_each_person_once():
    text = f'[data]\nparticipant = "id"\n[waves]\ndate = "on"\nrule = "first_last"\n{MOOD}'
    found = evaluate(read_study(dated(), Plan.from_toml(text)))
    both = row(found, "people_at_both", analysis="flow")
    assert row(found, "surveys_after_first", analysis="windows") == both
    assert found.facts.contrast == "the last survey - the first survey"
    assert not found.rows.where(statistic="surveys_in_window")


def test_named_waves_have_no_windows(people, evaluated):
    found = evaluated(people(12))
    assert not found.rows.where(analysis="windows")
    with pytest.raises(ValueError, match="nothing to show in the figure 'windows'"):
        found.figure("windows")
