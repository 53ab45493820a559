"""The plan of a small study, and what its ledger must hold."""

from __future__ import annotations

MOOD = """
[[outcome]]
name = "mood"
domain = "clinical"
column = "mood"
higher_is = "better"
"""

ALWAYS = {
    "n_pre": "scores",
    "n_post": "scores",
    "n_pairs": "paired",
    "mean_pre": "paired",
    "sd_pre": "paired",
    "mean_post": "paired",
    "sd_post": "paired",
    "mean_change": "paired",
    "d_z": "effect_size",
    "d_av": "effect_size",
    "g_av": "effect_size",
    "equivalence": "equivalence",
    "verdict": "verdict",
}
"""Statistics that every outcome has, for all and for each region, and their analysis."""


def plan_text(
    *,
    data="",
    participant='participant = "id"',
    region='region = "region"',
    order='order = ["before", "after"]',
    outcomes=MOOD,
    more="",
    end="",
):
    """A plan of one outcome, "mood", with some lines changed."""
    return (
        f'[data]\nwave = "wave"\n{participant}\n{region}\n{data}\n[waves]\n{order}\n'
        f"{outcomes}{more}\n{end}\n"
    )


def verdict(evaluation, outcome="mood", group="all"):
    """The verdict row of an outcome in a group."""
    return evaluation.rows.only(
        outcome=outcome, group=group, analysis="verdict", statistic="verdict"
    )


def one(evaluation, statistic, analysis="paired", *, outcome="mood", group="all", **more):
    """The one row of that name."""
    found = evaluation.rows.only(
        outcome=outcome, group=group, analysis=analysis, statistic=statistic, **more
    )
    assert found is not None, (statistic, analysis, group)
    return found
