"""Percentages, bands and rates: hidden with the counts they rest on, and tied to each other."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peereval.disclosure.rules import PROFILES
from peereval.disclosure.shares import without_denominator
from peereval.disclosure.sums import determined
from peereval.disclosure.suppress import disclose
from peereval.disclosure.ties import any_name, counts_by_outcome
from peereval.results.ledger import Ledger, with_estimate
from peereval.stats import wilson_interval
from peereval.stats.basics.proportions import percentage
from peereval.stats.categories.shifts import shift_of_codes

from .rows import FIRST, LAST, REGION, row, scores

BANDS = ("minimal (0 to 4)", "mild (5 to 9)", "severe (10 to 27)")


def shown(rows, profile="charity"):
    return {(r.statistic, r.group, r.level): r for r in disclose(Ledger(rows), profile)}


def counted(counts, *, group="all", statistic="people", share="percent", analysis, n):
    """A count and a percentage for each level."""
    base = row("", 0, analysis=analysis, group=group, n=n)
    found = []
    for level, k in counts.items():
        found.append(replace(base, statistic=statistic, level=level, value=float(k)))
        found.append(
            with_estimate(replace(base, statistic=share, level=level), percentage("", k, n))
        )
    return found


def categories(counts, **more):
    return counted(counts, analysis="individual_change", n=sum(counts.values()), **more)


def shifts(table, *, group="all", analysis="bands", names=BANDS):
    """Rows of one table of bands, as the analysis writes them."""
    counts = np.array(table)
    codes = np.repeat(np.argwhere(np.ones_like(counts, bool)), counts.ravel(), axis=0)
    found = shift_of_codes(codes[:, 0], codes[:, 1], tuple(names))
    base = row("", 0, analysis=analysis, group=group, n=found.n)
    rows = [
        replace(
            base, statistic="people", level=f"{names[i]} | {names[j]}", value=float(k), n=int(k)
        )
        for (i, j), k in np.ndenumerate(counts)
        if k and group == "all"
    ]
    for statistic, margin in (("people_pre", found.before), ("people_post", found.after)):
        rows += [
            replace(base, statistic=statistic, level=name, value=float(k))
            for name, k in zip(names, margin, strict=True)
        ]
    rows += counted(
        found.moves,
        group=group,
        statistic="people_moved",
        share="percent_moved",
        analysis=analysis,
        n=found.n,
    )
    for estimate in (found.net_up(), *found.homogeneity().tests):
        rows.append(with_estimate(replace(base, statistic=estimate.name), estimate))
    return rows


def test_a_percentage_goes_with_its_count_and_with_those_it_could_be_had_from():
    found = shown([*scores("all", 30, 30, 30), *categories({"up": 20, "same": 8, "down": 2})])
    gone = {level for (s, _, level), r in found.items() if s == "percent" and r.suppressed}
    # 30 - 20 - 2 = 8: the count of 8 goes with that of 2, and so do both percentages.
    assert gone == {"same", "down"}
    assert found["percent", "all", "up"].value == pytest.approx(200 / 3)
    hidden = found["percent", "all", "down"]
    assert math.isnan(hidden.ci_low)
    assert hidden.n is None


def test_a_percentage_of_few_people_is_hidden_whatever_its_count():
    found = shown([*scores("all", 7, 7, 7), *categories({"up": 7, "same": 0, "down": 0})])
    assert found["percent", "all", "up"].suppressed


@pytest.mark.parametrize("profile", ["nhs_mhsds", "nhs_hes"])
def test_rounded_counts_have_percentages_that_tell_no_more(profile):
    rows = [*scores("all", 43, 43, 43), *categories({"up": 22, "same": 12, "down": 9})]
    found = shown(rows, profile)
    up = found["percent", "all", "up"]
    assert (found["people", "all", "up"].value, up.n) == (20, 45)
    assert up.value == pytest.approx(100 * 20 / 45)
    assert (up.ci_low, up.ci_high) == pytest.approx([100 * x for x in wilson_interval(20, 45)])


def test_a_region_does_not_follow_from_everyone_and_the_other_region():
    rows = [
        *scores("all", 60, 60, 60),
        *scores(REGION("A"), 30, 30, 30),
        *scores(REGION("B"), 30, 30, 30),
        *categories({"up": 25, "same": 25, "down": 10}),
        *categories({"up": 12, "same": 11, "down": 7}, group=REGION("A")),
        *categories({"up": 13, "same": 14, "down": 3}, group=REGION("B")),
    ]
    found = shown(rows)
    assert found["percent", REGION("B"), "down"].suppressed
    # 10 - 7 = 3: the other region's percentage, or everyone's, goes as well.
    assert (
        found["percent", REGION("A"), "down"].suppressed
        or found["percent", "all", "down"].suppressed
    )


TABLE = [[9, 6, 0], [8, 20, 6], [0, 7, 14]]


def test_a_table_without_small_counts_is_shown_whole():
    found = shown([*scores("all", 70, 70, 70), *shifts(TABLE)])
    assert not any(r.suppressed for r in found.values())
    assert found["stuart_maxwell", "all", ""].p_value < 1
    assert not math.isnan(found["ordered_shift", "all", ""].statistic_value)


def test_a_small_cell_hides_others_and_takes_the_digits_from_the_tests():
    found = shown([*scores("all", 72, 72, 72), *shifts([[9, 6, 2], [8, 20, 6], [0, 7, 14]])])
    assert found["people", "all", f"{BANDS[0]} | {BANDS[2]}"].suppressed
    test = found["ordered_shift", "all", ""]
    assert (math.isnan(test.statistic_value), math.isnan(test.value)) == (True, True)
    # Still of use: three decimals, rounded up.
    assert test.p_value == math.ceil(test.p_value * 1000) / 1000 > 0


def test_few_people_who_moved_take_the_tests_with_them():
    found = shown([*scores("all", 50, 50, 50), *shifts([[20, 3, 0], [0, 27, 0], [0, 0, 0]])])
    assert found["people_moved", "all", "up"].suppressed
    for statistic in ("net_moved_up", "stuart_maxwell", "bhapkar", "ordered_shift"):
        assert found[statistic, "all", ""].suppressed
    assert found["percent_moved", "all", "up"].suppressed


def test_bands_of_seven_people_are_not_shown():
    found = shown([*scores("all", 7, 7, 7), *shifts([[0, 0, 0], [0, 7, 0], [0, 0, 0]])])
    assert all(r.suppressed for (s, _, _), r in found.items() if s.startswith("people_"))


def test_where_zeros_are_hidden_small_cells_leave_no_trace():
    levels = {
        r.level
        for r in disclose(Ledger([*scores("all", 70, 70, 70), *shifts(TABLE)]), "ons")
        if r.statistic == "people"
    }
    assert f"{BANDS[0]} | {BANDS[1]}" not in levels


def test_in_rounding_profiles_a_net_share_has_no_interval_and_tests_no_digits():
    found = shown([*scores("all", 70, 70, 70), *shifts(TABLE)], "nhs_mhsds")
    net = found["net_moved_up", "all", ""]
    assert net.suppressed or (net.value == round(net.value) and math.isnan(net.ci_low))
    test = found["stuart_maxwell", "all", ""]
    assert test.suppressed or math.isnan(test.statistic_value)


def test_classes_and_bands_with_the_same_limits_are_hidden_together():
    # Classes of 5 points; the bands start at 0, 5 and 10, so 0 to 5 is the first band.
    cells = {
        "0 to 5 | 0 to 5": 9,
        "0 to 5 | 5 to 10": 2,
        "5 to 10 | 0 to 5": 6,
        "5 to 10 | 5 to 10": 20,
        "10 to 15 | 10 to 15": 5,
        "10 to 15 | 15 to 20": 8,
    }
    classes = [row("people", k, analysis="distribution", level=level) for level, k in cells.items()]
    table = [[9, 2, 0], [6, 20, 0], [0, 0, 13]]
    found = disclose(Ledger([*scores("all", 50, 50, 50), *classes, *shifts(table)]), "charity")
    by_key = {(r.analysis, r.level): r for r in found}
    pair = ("distribution", "0 to 5 | 5 to 10"), ("bands", f"{BANDS[0]} | {BANDS[1]}")
    assert by_key[pair[0]].suppressed
    assert by_key[pair[1]].suppressed
    # 6 of the classes 5 to 10 | 0 to 5 are the 6 of the bands: both or neither.
    for cell, band in (("5 to 10 | 0 to 5", (1, 0)), ("0 to 5 | 0 to 5", (0, 0))):
        one = by_key["distribution", cell].suppressed
        other = by_key["bands", f"{BANDS[band[0]]} | {BANDS[band[1]]}"].suppressed
        assert one == other


def test_the_lowest_answer_of_pairs_follows_from_everyone_at_the_end_of_the_scale():
    # 33 before of whom 30 have both; 8 at the lowest before, of whom 6 have both: 8 - 6 = 2.
    names = ("1", "2", "3")
    rows = [
        *scores("all", 60, 60, 30),
        row("at_lowest", 8, level=FIRST, n=60),
        row("at_lowest", 20, level=LAST, n=60),
        *shifts([[6, 0, 0], [0, 14, 0], [0, 0, 10]], analysis="categories", names=names),
    ]
    found = shown(rows)
    assert found["people_pre", "all", "1"].suppressed or found["at_lowest", "all", FIRST].suppressed


def test_a_sign_test_does_not_name_the_people_a_table_hides():
    names = ("1", "2", "3")
    sign = row(
        "sign_test",
        math.nan,
        analysis="rank",
        n=40,
        unit="",
        statistic_value=9.0,
        p_value=0.0123456,
        method="exact sign test, 9 up, 2 down, zeros dropped: 29",
    )
    table = [[10, 9, 0], [2, 9, 0], [0, 0, 10]]
    found = shown(
        [*scores("all", 40, 40, 40), sign, *shifts(table, analysis="categories", names=names)]
    )
    assert found["people_moved", "all", "down"].suppressed
    words = found["sign_test", "all", ""]
    assert words.method == "exact sign test, zeros dropped"
    assert (math.isnan(words.statistic_value), words.p_value) == (True, 0.013)


def test_a_sign_test_of_one_region_does_not_tell_the_other():
    def sign(group, up, down, zero):
        return row(
            "sign_test",
            math.nan,
            analysis="rank",
            group=group,
            n=up + down + zero,
            unit="",
            method=f"exact sign test, {up} up, {down} down, zeros dropped: {zero}",
        )

    rows = [
        *scores("all", 60, 60, 60),
        *scores(REGION("A"), 30, 30, 30),
        *scores(REGION("B"), 30, 30, 30),
        sign("all", 25, 10, 25),
        sign(REGION("A"), 12, 7, 11),
        sign(REGION("B"), 13, 3, 14),
    ]
    found = shown(rows)
    told = [g for g in ("all", REGION("A")) if "down" in found["sign_test", g, ""].method]
    # 10 - 7 = 3: one of the two may name its people, not both.
    assert len(told) < 2
    assert "down" not in found["sign_test", REGION("B"), ""].method


def measures(counts, *, group="all"):
    base = row("people", 0, outcome="study", analysis="individual_change", group=group)
    of = {"recovery": "at_caseness", "reliable_recovery": "at_caseness"}
    rows = []
    for level, k in counts.items():
        n = counts[of.get(level, "with_measures")]
        rows.append(replace(base, level=level, value=float(k), n=n))
        if level not in ("with_measures", "at_caseness"):
            rows.append(with_estimate(replace(base, statistic=level), percentage("", k, n)))
    return rows


RATES = {
    "with_measures": 60,
    "at_caseness": 40,
    "recovery": 20,
    "reliable_improvement": 25,
    "reliable_recovery": 14,
    "reliable_deterioration": 9,
    "no_reliable_change": 26,
}


def rates_hidden(counts, **more):
    return {
        s
        for (s, _, level), r in shown(measures(counts), **more).items()
        if r.suppressed and not level
    }


def test_rates_over_several_measures_are_shown_when_nothing_is_small():
    assert rates_hidden(RATES) == set()


def test_few_who_recovered_but_not_reliably_do_not_follow():
    # 20 recovered, 18 of them reliably: 2 did not.
    gone = rates_hidden({**RATES, "reliable_recovery": 18})
    assert gone & {"recovery", "reliable_recovery"}


def test_few_who_were_no_case_do_not_follow():
    gone = rates_hidden({**RATES, "at_caseness": 58, "recovery": 30})
    assert {"recovery", "reliable_recovery"} <= gone


def test_a_hidden_denominator_stands_in_no_other_row():
    # 60 with measures and 58 cases: 2 were none, so that the n of the recovered is hidden too.
    cases = shown(measures({**RATES, "at_caseness": 58, "recovery": 30}))
    assert cases["people", "all", "at_caseness"].suppressed
    assert cases["people", "all", "recovery"].value == 30
    assert cases["people", "all", "recovery"].n is None
    assert cases["people", "all", "reliable_improvement"].n == 60


def test_those_left_out_do_not_tell_a_hidden_number_with_measures():
    rows = [replace(r, n_excluded=7) for r in measures({**RATES, "no_reliable_change": 3})]
    everyone = ("study", "all", "individual_change", "people", "", "with_measures")
    counted = [without_denominator(r, {everyone}) for r in rows]
    assert {r.n_excluded for r in counted} == {None}
    assert {r.level for r in counted if r.n is not None} == {"recovery", "reliable_recovery", ""}


def test_a_small_rate_goes_with_a_second_one():
    gone = rates_hidden({**RATES, "reliable_deterioration": 3, "no_reliable_change": 32})
    assert "reliable_deterioration" in gone
    assert len(gone) > 1


def test_rates_do_not_touch_the_flow():
    from .rows import flow

    rows = [*flow("all", 40, 10, 10), *measures(RATES)]
    assert not any(r.suppressed for r in disclose(Ledger(rows), "charity"))


tables = st.lists(st.lists(st.integers(0, 14), min_size=3, max_size=3), min_size=3, max_size=3)


@settings(max_examples=60)
@given(tables, tables)
def test_no_small_count_follows_from_what_is_shown(one, two):
    both = (np.array(one) + np.array(two)).tolist()
    n = [int(np.sum(t)) for t in (both, one, two)]
    rows = [
        r
        for group, table, people in zip(
            ("all", REGION("A"), REGION("B")), (both, one, two), n, strict=True
        )
        for r in (*scores(group, people, people, people), *shifts(table, group=group))
    ]
    found = disclose(Ledger(rows), "charity")
    hidden = {r.key for r in found if r.suppressed}
    hidden |= {any_name(r) for r in found if r.analysis == "mixed" and r.n is None}
    profile = PROFILES["charity"]
    for counts in counts_by_outcome(rows).values():
        for name in determined(counts, hidden.intersection(counts.values)):
            small = profile.hides_count(round(counts.values[name])) and counts.values[name] > 0
            assert not small, name
    for r in found:
        if r.unit == "percent" and not r.suppressed:
            assert not profile.hides_count(round(r.value * r.n / 100))
