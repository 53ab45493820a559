"""What may be shown, worked by hand on small ledgers, and what an attentive reader could find."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from peereval.disclosure.suppress import disclose
from peereval.results.ledger import Ledger

from .rows import FIRST, REGION, flow, row, scores


def shown(ledger, profile="charity"):
    """What stands in the disclosed ledger, by statistic, group and level."""
    return {
        (r.analysis, r.statistic, r.group, r.level): r for r in disclose(Ledger(ledger), profile)
    }


def hidden(ledger, profile="charity"):
    return {k[1:] for k, r in shown(ledger, profile).items() if r.suppressed}


def test_statistics_of_seven_people_go_with_everything_they_rest_on():
    found = disclose(Ledger(scores("all", 7, 7, 7)), "charity")
    for r in found:
        if r.unit != "people":
            assert r.suppressed
            assert math.isnan(r.value)
            assert math.isnan(r.ci_low)
            assert math.isnan(r.p_value)
            assert math.isnan(r.df)
            assert r.n is None
    verdict = found.only(analysis="verdict")
    assert (verdict.level, verdict.note) == ("", "suppressed")


@pytest.mark.parametrize(("pre", "post", "pairs"), [(50, 7, 7), (50, 30, 7), (6, 40, 6)])
def test_a_change_by_the_model_may_rest_on_few_people_at_no_wave(pre, post, pairs):
    found = shown(scores("all", pre, post, pairs))
    assert found["mixed", "mean_change", "all", ""].suppressed
    assert found["verdict", "verdict", "all", ""].suppressed


def test_eight_people_may_be_shown():
    assert hidden(scores("all", 8, 8, 8)) == set()


def test_a_small_step_of_the_flow_does_not_follow_from_the_others():
    # 33 at first, 30 at both: 33 - 30 = 3, so the first step and the number of people go too.
    assert hidden(flow("all", 30, 3, 0)) == {
        ("people_only_first", "all", ""),
        ("people_at_wave", "all", FIRST),
        ("people", "all", ""),
    }


def test_rows_of_the_file_do_not_give_the_flow_away():
    # A wide file has one row per person: 33 rows used = 33 people.
    rows = [
        row("rows_read", 33, outcome="study", analysis="flow", unit="rows"),
        row("rows_used", 33, outcome="study", analysis="flow", unit="rows"),
        row("rows_left_out", 0, outcome="study", analysis="flow", unit="rows"),
    ]
    assert ("rows_used", "all", "") in hidden([*rows, *flow("all", 30, 3, 0)])


def test_those_with_one_score_only_do_not_follow_from_the_counts():
    # 33 before, 30 with both: 3 people; nor may 33 + 31 - 30 = 34 stand beside the mixed model.
    found = shown(scores("all", 33, 40, 30))
    assert found["scores", "n_pre", "all", ""].suppressed
    assert found["paired", "n_pairs", "all", ""].value == 30
    mixed = found["mixed", "mean_change", "all", ""]
    assert (mixed.n, mixed.value) == (None, 2.0)
    # The verdict rests on the same people.
    verdict = found["verdict", "verdict", "all", "improved"]
    assert (verdict.n, verdict.value) == (None, 2.0)
    assert found["paired", "mean_change", "all", ""].n_excluded is None


@pytest.mark.parametrize(("leavers", "told"), [(0, True), (1, False), (7, False), (8, True)])
def test_two_means_that_differ_by_a_few_people_are_not_both_shown(leavers, told):
    found = shown(scores("all", 30 + leavers, 60, 30))
    assert found["scores", "mean", "all", FIRST].suppressed is not told
    assert not found["paired", "mean_change", "all", ""].suppressed


def test_a_small_region_is_hidden_with_a_second_one():
    rows = [
        *scores("all", 45, 45, 45),
        *scores(REGION("A"), 25, 25, 25),
        *scores(REGION("B"), 15, 15, 15),
        *scores(REGION("C"), 5, 5, 5),
        row("region_difference", 1, analysis="mixed", n=45, unit="scale points"),
    ]
    gone = {g for _, g, _ in hidden(rows)}
    assert gone == {"region=B", "region=C", "all"}
    assert ("region_difference", "all", "") in hidden(rows)
    assert not shown(rows)["paired", "mean_change", REGION("A"), ""].suppressed


def test_people_without_a_region_are_hidden_like_a_region():
    # 30 - 28 = 2 people without a region: everyone's mean less that of A and B would be theirs.
    rows = [
        *scores("all", 30, 30, 30),
        *scores(REGION("A"), 18, 18, 18),
        *scores(REGION("B"), 10, 10, 10),
    ]
    assert {g for _, g, _ in hidden(rows)} == {REGION("B")}


def test_people_of_a_region_stand_nowhere_else():
    rows = [
        *flow("all", 30, 10, 0),
        *flow(REGION("A"), 27, 10, 0),
        *flow(REGION("B"), 3, 0, 0),
        row(
            "peer_groups",
            1,
            outcome="study",
            group=REGION("B"),
            analysis="flow",
            n=3,
            unit="groups",
        ),
    ]
    groups = shown(rows)["flow", "peer_groups", REGION("B"), ""]
    assert (groups.value, groups.n) == (1.0, None)


def test_categories_are_hidden_so_that_none_follows():
    def people(level, value):
        return row("people", value, analysis="individual_change", level=level, n=30)

    rows = [
        *scores("all", 30, 30, 30),
        people("improved", 20),
        people("unchanged", 8),
        people("deteriorated", 2),
    ]
    gone = {level for s, _, level in hidden(rows) if s == "people"}
    # 2 + 8 = 10 people are hidden, which says nothing of either.
    assert gone == {"deteriorated", "unchanged"}


def test_two_small_categories_that_are_known_together_take_a_third():
    def people(level, value):
        return row("people", value, analysis="individual_change", level=level, n=30)

    rows = [
        *scores("all", 30, 30, 30),
        people("improved", 28),
        people("unchanged", 1),
        people("deteriorated", 1),
    ]
    # 30 - 28 = 2 hidden people in two categories with somebody in them: one each.
    assert {level for s, _, level in hidden(rows) if s == "people"} == {
        "improved",
        "unchanged",
        "deteriorated",
    }


def test_all_but_a_few_at_the_end_of_a_scale_is_a_small_number_too():
    rows = [*scores("all", 30, 30, 30), row("at_highest", 28, level=FIRST, n=30)]
    found = hidden(rows)
    assert ("at_highest", "all", FIRST) in found


def test_classes_of_seven_people_are_not_shown():
    cell = row("people", 6, analysis="distribution", level="0 to 5 | 0 to 5")
    assert ("people", "all", "0 to 5 | 0 to 5") in hidden([*scores("all", 6, 6, 6), cell])


def test_where_zeros_are_hidden_small_classes_leave_no_trace():
    cells = [
        row("people", n, analysis="distribution", level=level)
        for level, n in (("a", 3), ("b", 4), ("c", 43))
    ]
    levels = {
        r.level
        for r in disclose(Ledger([*scores("all", 50, 50, 50), *cells]), "ons")
        if r.analysis == "distribution"
    }
    # 3 + 4 = 7 hidden people are under 10 themselves, so the class of 43 goes with them.
    assert levels == set()


def test_a_yardstick_made_of_few_scores_is_hidden_and_one_of_the_plan_is_not():
    def smallest(origin):
        return row(
            "smallest_change",
            0.8,
            analysis="verdict",
            unit="scale points",
            note=f"origin:{origin}",
            n=0,
        )

    few = scores("all", 6, 6, 6)
    base = ("smallest_change", "all", "")
    assert base in hidden([*few, replace(smallest("software"), n=None)])
    assert base not in hidden([*few, replace(smallest("plan"), n=None)])


def test_words_of_a_rank_test_hold_no_small_number():
    sign = row(
        "sign_test",
        math.nan,
        analysis="rank",
        n=30,
        unit="",
        statistic_value=2.0,
        method="exact sign test, 2 up, 27 down, zeros dropped: 1",
    )
    found = shown([*scores("all", 30, 30, 30), sign])["rank", "sign_test", "all", ""]
    assert found.method == "exact sign test, zeros dropped"
    assert math.isnan(found.statistic_value)
    open_ = replace(sign, method="exact sign test, 12 up, 10 down, zeros dropped: 8")
    found = shown([*scores("all", 30, 30, 30), open_])["rank", "sign_test", "all", ""]
    assert found.method.endswith("12 up, 10 down, zeros dropped: 8")


def increase(up, down, same):
    n = up + down + same
    return row(
        "probability_of_increase",
        (1 + (up - down) / n) / 2,
        analysis="rank",
        n=n,
        unit="probability",
        ci_low=0.4,
        method=f"P(rose) + P(same) / 2, {up} up, {down} down, {same} same, Tango's score interval",
    )


@pytest.mark.parametrize("counts", [(2, 20, 8), (20, 2, 8), (14, 14, 2)])
def test_a_probability_that_tells_a_small_number_is_hidden(counts):
    found = shown([*scores("all", 30, 30, 30), increase(*counts)])
    told = found["rank", "probability_of_increase", "all", ""]
    assert told.suppressed
    assert math.isnan(told.value)
    assert math.isnan(told.ci_low)
    assert not any(f"{n} " in told.method for n in counts)


def test_a_probability_of_large_numbers_is_shown():
    found = shown([*scores("all", 30, 30, 30), increase(12, 10, 8)])
    told = found["rank", "probability_of_increase", "all", ""]
    assert told.value == pytest.approx(16 / 30)
    assert "12 up, 10 down, 8 same" in told.method


@pytest.mark.parametrize(("profile", "words"), [("charity", ", level 0.9502"), ("nhs_hes", "")])
def test_the_level_that_an_exact_interval_reaches_is_as_good_as_n(profile, words):
    typical = row(
        "hodges_lehmann",
        1.5,
        analysis="rank",
        n=31,
        unit="scale points",
        method="median of all Walsh averages; exact signed-rank interval, level 0.9502",
    )
    found = shown([*scores("all", 31, 31, 31), typical], profile)
    told = found["rank", "hodges_lehmann", "all", ""]
    assert told.value == 1.5
    assert told.method == f"median of all Walsh averages; exact signed-rank interval{words}"


@pytest.mark.parametrize(("n", "is_hidden"), [(8, True), (19, True), (20, False), (40, False)])
def test_trimmed_means_beside_whole_ones_tell_of_the_few_at_the_ends(n, is_hidden):
    trimmed = row(
        "yuen", 2.0, analysis="trimmed", n=n, unit="scale points", df=n - 2 * (n // 5) - 1
    )
    found = shown([*scores("all", n, n, n), trimmed])["trimmed", "yuen", "all", ""]
    assert found.suppressed == is_hidden


def test_a_hidden_rank_test_keeps_its_counts_in_words_no_more_than_in_numbers():
    sign = row(
        "sign_test",
        math.nan,
        analysis="rank",
        n=6,
        unit="",
        method="exact sign test, 2 up, 3 down, zeros dropped: 1",
    )
    found = shown([*scores("all", 6, 6, 6), sign])["rank", "sign_test", "all", ""]
    assert (found.note, found.method) == ("suppressed", "")


@pytest.mark.parametrize("profile", ["nhs_mhsds", "nhs_hes"])
def test_rounding_profiles_round_every_n_and_hide_what_gives_it_away(profile):
    for r in disclose(Ledger([*flow("all", 31, 12, 9), *scores("all", 43, 40, 31)]), profile):
        assert r.n is None or r.n % 5 == 0
        assert r.n_excluded is None or r.n_excluded % 5 == 0
        assert math.isnan(r.df)
        assert math.isnan(r.statistic_value)
        assert r.unit != "people" or r.suppressed or r.value % 5 == 0


def test_a_zero_is_hidden_with_its_statistics_where_the_profile_says():
    rows = scores("all", 20, 0, 0)
    assert all(
        r.suppressed for r in disclose(Ledger(rows), "ons") if r.analysis in ("paired", "verdict")
    )


def test_nothing_is_hidden_for_the_evaluators_own_eyes():
    ledger = Ledger(scores("all", 2, 2, 2))
    assert disclose(ledger, "none") is ledger
