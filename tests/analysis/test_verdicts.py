"""Verdicts end to end: families, the gate, exploratory marks, and whose m it is."""

import numpy as np
import pandas as pd
import pytest

from .studies import one, plan_text, verdict

# With a change of d on average, half of the people change by 1 more and half by 1 less.
WOBBLE = np.tile([1.0, -1.0], 10)


def study(**changes):
    """A frame of 20 people in two regions whose scores change by a known average."""
    start = np.linspace(10, 29, 20)
    parts = []
    for wave, sign in (("before", 0), ("after", 1)):
        columns = {name: start + sign * (d + WOBBLE) for name, d in changes.items()}
        ids = [f"P{i:02d}" for i in range(20)]
        region = np.repeat(["North", "South"], 10)
        parts.append(pd.DataFrame({"id": ids, "wave": wave, "region": region, **columns}))
    return pd.concat(parts, ignore_index=True)


def outcome(name, domain="clinical", *, higher="better", more="smallest_change = 1"):
    return (
        f'[[outcome]]\nname = "{name}"\ndomain = "{domain}"\ncolumn = "{name}"\n'
        f'higher_is = "{higher}"\n{more}\n'
    )


PRIMARY = "primary = true\nsmallest_change = 1"
# Standard error of the change: SD 1.026 over the root of 20, 0.229; t(19) for 95%: 2.093.
CHANGES = {
    3.0: "improved_meaningfully",
    1.2: "improved",
    0.55: "improved_trivially",
    0.1: "no_meaningful_change",
    -0.55: "worsened_trivially",
    -1.2: "worsened",
    -3.0: "worsened_meaningfully",
}


@pytest.mark.parametrize(("change", "code"), CHANGES.items())
def test_every_verdict(evaluated, change, code):
    found = evaluated(study(m=change), outcomes=outcome("m", more=PRIMARY))
    row = verdict(found, "m")
    assert row.level == code
    assert row.value == pytest.approx(change)
    assert row.note == ""
    # With the scale turned round the same rise is the mirror verdict, and the sign stays raw.
    turned = evaluated(study(m=change), outcomes=outcome("m", higher="worse", more=PRIMARY))
    mirror = {"improved": "worsened", "worsened": "improved"}
    head, _, tail = code.partition("_")
    assert verdict(turned, "m").level == "_".join(
        [mirror.get(head, head), *([tail] if tail else [])]
    )
    assert verdict(turned, "m").value == pytest.approx(change)


def test_too_wide_an_interval_is_inconclusive(evaluated):
    found = evaluated(study(m=0.1), outcomes=outcome("m", more="smallest_change = 0.2"))
    assert verdict(found, "m").level == "inconclusive"
    # Nothing was claimed, so there is nothing to call exploratory.
    assert verdict(found, "m").note == ""


def test_verdicts_use_95_and_90_whatever_is_printed(evaluated):
    narrow = evaluated(study(m=1.2), outcomes=outcome("m"), end="[report]\nci_level = 0.5")
    row = verdict(narrow, "m")
    assert (row.level, row.ci_level) == ("improved", 0.95)
    assert one(narrow, "mean_change", outcome="m").ci_level == 0.5
    assert one(narrow, "change_with_90_interval", "verdict", outcome="m").ci_level == pytest.approx(
        0.9
    )


def test_a_plan_without_a_primary_makes_every_claim_exploratory(evaluated):
    found = evaluated(study(a=3, b=0.1), outcomes=outcome("a") + outcome("b"))
    assert verdict(found, "a").notes == ("exploratory",)
    assert verdict(found, "b").notes == ("exploratory",)
    assert one(found, "tests_in_family", "verdict", outcome="a").note == "gate_closed"


def test_a_primary_that_is_shown_opens_the_gate(evaluated):
    plan = outcome("a", "hope", more=PRIMARY) + outcome("b") + outcome("c")
    found = evaluated(study(a=3, b=3, c=0.05), outcomes=plan)
    assert [verdict(found, name).note for name in "abc"] == ["", "", ""]
    assert one(found, "tests_in_family", "verdict", outcome="a").level == "primary"
    b = one(found, "tests_in_family", "verdict", outcome="b")
    assert (b.level, b.value, b.note) == ("domain:clinical", 2, "gate_open")


def test_a_primary_that_is_not_shown_closes_the_gate(evaluated):
    plan = outcome("a", "hope", more="primary = true\nsmallest_change = 0.2") + outcome("b")
    found = evaluated(study(a=0.05, b=3), outcomes=plan)
    assert verdict(found, "a").level == "inconclusive"
    assert verdict(found, "b").level == "improved_meaningfully"
    assert verdict(found, "b").notes == ("exploratory",)
    assert one(found, "p_adjusted", "verdict", outcome="b").p_value < 0.05


def test_holm_within_the_family(evaluated):
    # 0.55 is significant alone (p about .026) and not as the smallest of two by Holm.
    alone = evaluated(study(a=0.55), outcomes=outcome("a", more=PRIMARY))
    both = evaluated(
        study(a=0.55, b=0.5), outcomes=outcome("a", more=PRIMARY) + outcome("b", more=PRIMARY)
    )
    assert verdict(alone, "a").note == ""
    assert verdict(both, "a").note == "exploratory"
    p = one(alone, "mean_change", "mixed", outcome="a").p_value
    adjusted = one(both, "p_adjusted", "verdict", outcome="a")
    assert adjusted.p_value == pytest.approx(2 * p)
    assert adjusted.method == "Holm within the family 'primary'"
    assert one(both, "tests_in_family", "verdict", outcome="b").value == 2


def test_the_plans_own_families(evaluated):
    plan = outcome("a", more=PRIMARY) + outcome("b") + outcome("c", "social")
    found = evaluated(study(a=3, b=3, c=3), outcomes=plan, end='[families]\nboth = ["b", "c"]')
    for name in "bc":
        row = one(found, "tests_in_family", "verdict", outcome=name)
        assert (row.level, row.value) == ("both", 2)
    assert one(found, "tests_in_family", "verdict", outcome="a").level == "primary"


def test_equivalence_tests_are_families_of_their_own(evaluated):
    plan = outcome("a", "hope", more=PRIMARY) + outcome("b") + outcome("c")
    found = evaluated(study(a=3, b=0.05, c=0.35), outcomes=plan)
    # The primary improved, so its own equivalence test fails; that must not silence the others.
    assert one(found, "equivalence", "mixed", outcome="a").p_value > 0.5
    assert (verdict(found, "b").level, verdict(found, "b").note) == ("no_meaningful_change", "")
    row = one(found, "equivalence_tests_in_family", "verdict", outcome="b")
    assert (row.level, row.value) == ("domain:clinical", 2)
    assert one(found, "equivalence_p_adjusted", "verdict", outcome="b").p_value < 0.05


def test_every_verdict_on_one_region_is_exploratory(evaluated):
    found = evaluated(study(m=3), outcomes=outcome("m", more=PRIMARY))
    for region in ("North", "South"):
        assert verdict(found, "m", f"region={region}").notes == ("exploratory",)


@pytest.mark.parametrize(
    ("more", "origin", "value"),
    [("smallest_change = 1.5", "plan", 1.5), ("", "software", None)],
)
def test_whose_smallest_change_it_is(evaluated, more, origin, value):
    frame = study(m=1)
    row = one(
        evaluated(frame, outcomes=outcome("m", more=more)),
        "smallest_change",
        "verdict",
        outcome="m",
    )
    assert row.note == f"origin:{origin}"
    sd = frame.loc[frame["wave"] == "before", "m"].std()
    assert row.value == pytest.approx(value or 0.2 * sd)


def test_a_questionnaires_smallest_change_is_never_above_half_an_sd(evaluated):
    frame = study(m=0.5)
    frame["m"] = (frame["m"] / 3).round()
    plan = outcome("m", more='instrument = "gad7"').replace('higher_is = "better"\n', "")
    row = one(evaluated(frame, outcomes=plan), "smallest_change", "verdict", outcome="m")
    sd = frame.loc[frame["wave"] == "before", "m"].std()
    assert row.note == "origin:questionnaire;capped"
    # The threshold for one person has another source.
    assert row.source.startswith("Toussaint A et al. (2020)")
    assert row.value == pytest.approx(min(4, sd / 2))


def test_changes_in_multiples_of_what_matters(evaluated):
    found = evaluated(study(m=3), outcomes=outcome("m", more="smallest_change = 1.5"))
    row = one(found, "change_in_smallest_changes", "verdict", outcome="m")
    assert row.value == pytest.approx(2)
    assert row.unit == "smallest changes that matter"
    assert plan_text().count("[[outcome]]") == 1
