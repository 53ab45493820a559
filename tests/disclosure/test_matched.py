"""Counts of matched people and of surveys by days: no small one is shown, and none follows."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peereval.disclosure.rules import PROFILES
from peereval.disclosure.sums import determined
from peereval.disclosure.suppress import disclose
from peereval.disclosure.ties import counts_by_outcome
from peereval.results.ledger import Ledger

from .rows import flow, row, scores

STRICT = sorted(set(PROFILES) - {"none"})


def study(statistic, n, level="", *, analysis="matching", unit="people"):
    return row(statistic, n, outcome="study", analysis=analysis, level=level, unit=unit)


def matched(exact, trim, only_first, only_last=0):
    return [
        *flow("all", exact + trim, only_first, only_last),
        study("people_matched", exact, "exact"),
        study("people_matched", trim, "case_or_spaces"),
        study("people_not_matched", only_first + only_last),
        study("near_matches", 2, unit="pairs of IDs"),
    ]


def by_days(outside, inside, chosen, beyond):
    """Surveys in classes before, within and after one window; of those within some are used."""
    total = sum(outside) + sum(inside) + sum(beyond)
    left = sum(outside) + sum(beyond)
    base = {"analysis": "windows", "unit": "surveys"}
    names = [
        *(f"{i} days" for i in range(len(outside))),
        *(f"{100 + i} days | after" for i in range(len(inside))),
        *(f"{200 + i} days" for i in range(len(beyond))),
    ]
    rows = {"analysis": "flow", "unit": "rows"}
    return [
        study("rows_read", 50 + total, **rows),
        study("rows_used", 50 + chosen, **rows),
        study("rows_left_out", total - chosen, **rows),
        study("rows_left_out", left, "outside", **rows),
        study("rows_left_out", sum(inside) - chosen, "not the nearest", **rows),
        *flow("all", chosen, 50 - chosen, 0),
        study("surveys_after_first", total, **base),
        study("surveys_in_window", sum(inside), "after", **base),
        *(
            study("surveys_by_days", n, name, **base)
            for name, n in zip(names, (*outside, *inside, *beyond), strict=True)
        ),
    ]


def follows(rows, profile):
    """Small counts of people that follow from what is shown."""
    shown = disclose(Ledger(rows), profile)
    hidden = {r.key for r in rows} - {r.key for r in shown if not r.suppressed}
    counts = counts_by_outcome(rows)["study"]
    rule = PROFILES[profile]
    units = {r.key: r.unit for r in rows}
    return {
        name
        for name in determined(counts, hidden)
        if counts.values[name] > 0
        and rule.hides_count(round(counts.values[name]))
        and units.get(name) != "rows"
    }


def test_a_few_joined_people_do_not_follow_from_those_at_both_surveys():
    shown = disclose(Ledger(matched(20, 3, 12)), "charity")
    ways = [r for r in shown if r.statistic == "people_matched"]
    assert [r.suppressed for r in ways] == [True, True]
    assert next(r for r in shown if r.statistic == "people_at_both").value == 23
    assert next(r for r in shown if r.statistic == "near_matches").suppressed


def test_a_class_with_few_surveys_does_not_follow_from_the_rows_left_out():
    rows = by_days((0, 3), (10, 9), 19, (0,))
    shown = disclose(Ledger(rows), "charity")
    few = next(r for r in shown if r.level == "1 days")
    outside = next(r for r in shown if r.level == "outside")
    assert few.suppressed
    assert outside.suppressed or sum(r.suppressed for r in shown if " days" in r.level) > 1
    assert not follows(rows, "charity")


@settings(max_examples=150, deadline=None)
@given(
    outside=st.lists(st.integers(0, 12), min_size=1, max_size=3),
    inside=st.lists(st.integers(0, 12), min_size=1, max_size=3),
    beyond=st.lists(st.integers(0, 12), min_size=1, max_size=3),
    unused=st.integers(0, 12),
    profile=st.sampled_from(["charity", "ons"]),
)
def test_no_small_count_of_surveys_follows(outside, inside, beyond, unused, profile):
    chosen = max(0, sum(inside) - unused)
    rows = by_days(outside, inside, chosen, beyond)
    for found in disclose(Ledger(rows), profile):
        if found.unit in ("people", "surveys") and not found.suppressed:
            assert not PROFILES[profile].hides_count(round(found.value))
    assert not follows(rows, profile)


@settings(max_examples=150, deadline=None)
@given(
    exact=st.integers(0, 30),
    trim=st.integers(0, 12),
    only_first=st.integers(0, 12),
    only_last=st.integers(0, 12),
    profile=st.sampled_from(["charity", "ons"]),
)
def test_no_small_count_of_matches_follows(exact, trim, only_first, only_last, profile):
    assert not follows(matched(exact, trim, only_first, only_last), profile)


def with_sensitivity(n_joined, **changed):
    rows = scores("all", 40, 34, 30, **changed)
    main = next(r for r in rows if r.analysis == "mixed")
    rows = [replace(r, contrast="after - before") if r is main else r for r in rows]
    exact = replace(
        main,
        analysis="sensitivity",
        contrast="after - before",
        level="exact_matches",
        n=main.n + n_joined,
        value=1.9,
    )
    return [*rows, exact]


@pytest.mark.parametrize("profile", STRICT)
@pytest.mark.parametrize("n_joined", [1, 3, 4])
def test_the_change_without_few_joins_is_hidden(profile, n_joined):
    shown = disclose(Ledger(with_sensitivity(n_joined)), profile)
    (exact,) = shown.where(analysis="sensitivity")
    assert exact.suppressed


@pytest.mark.parametrize("profile", STRICT)
@pytest.mark.parametrize("n_joined", [0, 10])
def test_with_many_or_none_it_is_shown_like_the_main_change(profile, n_joined):
    shown = disclose(Ledger(with_sensitivity(n_joined)), profile)
    (exact,) = shown.where(analysis="sensitivity")
    (main,) = shown.where(analysis="mixed")
    hidden_n = main.n is None
    assert exact.suppressed == (main.suppressed or hidden_n)
