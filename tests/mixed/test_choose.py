"""The choice of a model by the facts of a design, and the ladder it steps down."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from peereval.errors import StatisticsError
from peereval.mixed import DesignFacts, choose_model, fit_chosen, repeated
from peereval.mixed.likelihood.optimise import NotConvergedError

WAVES = ("before", "middle", "after")


def design(*, regions=2, waves=2, per_cell=30, **changed):
    """A design with the same number of people in every cell."""
    names = (WAVES[0], WAVES[-1]) if waves == 2 else WAVES
    facts = {
        "waves": names,
        "before": "before",
        "after": "after",
        "people": tuple((per_cell,) * waves for _ in range(regions)),
    }
    return DesignFacts(**{**facts, **changed})


@pytest.mark.parametrize(
    ("regions", "groups", "written"),
    [
        (1, 0, "score ~ wave + us(wave | participant)"),
        (2, 0, "score ~ wave * region + us(wave | participant)"),
        (2, 4, "score ~ wave * region + us(wave | participant)"),
        (2, 5, "score ~ wave * region + (1 + wave | group) + us(wave | participant)"),
        (9, 20, "score ~ wave * region + (1 + wave | group) + us(wave | participant)"),
        (10, 0, "score ~ wave + (1 + wave | region) + us(wave | participant)"),
        (
            10,
            20,
            "score ~ wave + (1 + wave | region) + (1 + wave | group) + us(wave | participant)",
        ),
    ],
)
def test_regions_are_random_from_ten_and_groups_from_five(regions, groups, written):
    assert choose_model(design(regions=regions, n_groups=groups)).written == written


def test_the_test_of_regions_keeps_them_fixed():
    chosen = choose_model(design(regions=12, n_groups=30), compare_regions=True)
    assert chosen.formula == "score ~ C(wave) * C(region)"
    assert chosen.random == "(1 + wave | group)"


@pytest.mark.parametrize(
    ("regions", "groups", "codes"),
    [
        (2, 0, ()),
        (2, 1, ()),
        (2, 4, ("ignores_clusters",)),
        (2, 10, ()),
        (6, 6, ("ignores_clusters",)),  # a group a region: the fixed regions hide the groups
        (12, 12, ()),  # a group a region: the random regions stand for them
        (9, 9, ("ignores_clusters",)),
    ],
)
def test_whether_the_intervals_allow_for_groups(regions, groups, codes):
    chosen = choose_model(design(regions=regions, n_groups=groups))
    assert chosen.notes == codes
    narrow = any("may be too narrow" in reason for reason in chosen.reasons)
    assert narrow is bool(codes)


def test_more_groups_than_rows_can_carry_lose_their_level_and_then_all():
    # 60 rows: 40 groups of 2 effects are too many, 40 changes are not; 60 are.
    own = choose_model(design(regions=1, per_cell=30, n_groups=10, n_alone=30))
    assert own.random == "(0 + wave | group)"
    assert "People without a group count as a group of their own." in " ".join(own.reasons)
    none = choose_model(design(regions=1, per_cell=30, n_groups=10, n_alone=50))
    assert (none.random, none.notes) == (None, ("ignores_clusters",))
    assert "cannot be told from their regions or from the people" in " ".join(none.reasons)


def test_people_without_a_region_are_no_tenth_region():
    nine = design(regions=10, some_without_region=True)
    assert choose_model(nine).written == "score ~ wave * region + us(wave | participant)"
    assert (
        "There are 9 regions (people without one form another), too few"
        in (choose_model(nine).reasons[0])
    )
    assert choose_model(design(regions=11, some_without_region=True)).regions_vary


@pytest.mark.parametrize(
    ("groups", "alone", "people", "code", "words"),
    [
        (40, 0, 40, False, "No two people with a score share a peer group"),
        (8, 32, 40, False, "No two people with a score share a peer group"),
        (1, 0, 40, False, "There is one peer group, so its change is that of everyone."),
        (1, 20, 40, True, "There is 1 peer group, too few to estimate"),
        (0, 0, 40, False, "No peer groups are named"),
    ],
)
def test_groups_in_which_nobody_or_everybody_meets_have_no_part(groups, alone, people, code, words):
    chosen = choose_model(
        design(regions=1, per_cell=40, n_groups=groups, n_alone=alone, n_people=people)
    )
    assert chosen.random is None
    assert ("ignores_clusters" in chosen.notes) is code
    assert any(words in reason for reason in chosen.reasons)


def test_with_three_waves_the_change_has_a_variance_of_its_own():
    chosen = choose_model(design(waves=3, n_groups=8))
    assert chosen.random == "(1 + is_after + is_other | group)"
    assert [s.covariance for s in chosen.ladder[::3]][:4] == ["us", "toeph", "csh", "cs"]
    assert [s.random for s in chosen.ladder[:3]] == [
        "(1 + is_after + is_other | group)",
        "(1 + is_after | group)",
        "(0 + is_after | group)",
    ]
    assert "a change of its own at after (is_after)" in chosen.reasons[1]


def test_the_ladder_of_two_waves_ends_without_groups():
    ladder = choose_model(design(n_groups=8)).ladder
    assert [(s.covariance, s.random) for s in ladder] == [
        ("us", "(1 + wave | group)"),
        ("us", "(0 + wave | group)"),
        ("cs", "(1 + wave | group)"),
        ("cs", "(0 + wave | group)"),
        ("us", None),
        ("cs", None),
    ]


def test_random_regions_outlast_the_groups():
    ladder = choose_model(design(regions=12, n_groups=30)).ladder
    assert ladder[-1].random == "(0 + wave | region)"
    assert not ladder[-1].clusters


@pytest.mark.parametrize(("n", "kept"), [(9, ("before", "after")), (10, WAVES)])
def test_a_wave_that_is_not_compared_needs_ten_people(n, kept):
    chosen = choose_model(design(waves=3, regions=1, people=((40, n, 30),)))
    assert chosen.waves == kept
    told = "Fewer than 10 people have a score at middle, too few to take part in the model."
    assert (told in chosen.reasons) is (n < 10)


def test_the_wave_compared_may_have_few_people_and_lie_in_the_middle():
    chosen = choose_model(design(waves=3, regions=1, people=((40, 3, 30),), after="middle"))
    assert chosen.waves == WAVES


def test_the_reasons_of_a_common_design():
    reasons = choose_model(design(regions=3, n_groups=12, some_without_region=True)).reasons
    assert reasons == (
        (
            "There are 2 regions (people without one form another), too few to estimate how much "
            "regions vary (that takes 10), so each has a mean of its own at every survey, and "
            "with it a change of its own."
        ),
        (
            "People of one peer group may change together, so each of the 12 groups has a level "
            "and a change of its own; a level alone would cancel out of the change."
        ),
        (
            "Scores of one person belong together, and everyone with any score counts: both "
            "surveys have their own SD and correlate freely within the person. One SD for all "
            "could bias the change when people leave because of how they scored."
        ),
    )


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"after": "before"}, "two different waves"),
        ({"after": "later"}, "two different waves"),
        ({"people": ((3,),)}, "do not fit the waves"),
        ({"people": ()}, "do not fit the waves"),
    ],
)
def test_facts_of_no_comparison_are_refused(changed, words):
    with pytest.raises(StatisticsError, match=words):
        choose_model(design(**changed))


def drawn(n=60, groups=10, seed=1):
    """Two complete waves of people in groups."""
    rng = np.random.default_rng(seed)
    group = np.arange(n) % groups
    start = rng.normal(10, 3, n)
    end = 5 + 0.5 * start + rng.normal(0, 1, groups)[group] + rng.normal(0, 2, n)
    return pd.DataFrame(
        {
            "participant": np.tile(np.arange(n), 2),
            "wave": np.repeat([0, 1], n),
            "group": np.tile(group, 2),
            "score": np.concatenate([start, end]),
        }
    )


def test_a_step_down_is_taken_and_told(monkeypatch):
    chosen = choose_model(design(regions=1, per_cell=60, n_groups=10))
    real, tried = repeated.fit_repeated, []

    def failing(*args, **options):
        tried.append((options["covariance"], options["random"]))
        if options["covariance"] == "us" and options["random"]:
            raise NotConvergedError("no")
        return real(*args, **options)

    monkeypatch.setattr(repeated, "fit_repeated", failing)
    found = fit_chosen(chosen, drawn())
    assert tried[-1] == ("cs", "(1 + wave | group)")
    assert "simplified" in found.notes
    assert found.written == "score ~ wave + (1 + wave | group) + cs(wave | participant)"
    assert found.reasons[-1] == (
        "That model did not settle on an answer, so a simpler one stands in its place, "
        f"{found.written}: within the person all surveys share one SD and any two correlate alike, "
        "which can bias the change when people leave because of how they scored."
    )
    assert found.change_weights == (0.0, 1.0)


def test_a_step_down_that_ignores_groups_says_so(monkeypatch):
    real = repeated.fit_repeated

    def failing(*args, **options):
        if options["random"]:
            raise NotConvergedError("no")
        return real(*args, **options)

    monkeypatch.setattr(repeated, "fit_repeated", failing)
    found = fit_chosen(choose_model(design(regions=1, per_cell=60, n_groups=10)), drawn())
    assert found.notes == ("ignores_clusters", "simplified")
    assert "do not allow for people of one group changing together" in found.reasons[-1]
    assert found.change_weights == ()


def test_what_no_model_can_fit_is_refused():
    data = drawn()
    data["score"] = 5.0
    with pytest.raises(StatisticsError, match="the same in all"):
        fit_chosen(choose_model(design(regions=1, per_cell=60)), data)


def test_groups_that_change_together_widen_the_interval():
    data = drawn(seed=3)
    with_groups = fit_chosen(choose_model(design(regions=1, per_cell=60, n_groups=10)), data)
    without = fit_chosen(choose_model(design(regions=1, per_cell=60)), data)
    wide, narrow = (f.fit.coefficients.iloc[1] for f in (with_groups, without))
    # Balanced: the estimate is the same, and groups of equal size are compared as 10 numbers.
    assert wide["estimate"] == pytest.approx(narrow["estimate"])
    assert wide["std_error"] > 1.1 * narrow["std_error"]
    assert wide["df"] == pytest.approx(9, abs=1.5)
