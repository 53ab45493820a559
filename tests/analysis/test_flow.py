"""Who took part and who stayed: rows and people, each counted once."""

import pytest

from .studies import one


def people_row(evaluation, statistic, group="all", **more):
    return one(evaluation, statistic, "flow", outcome="study", group=group, **more).value


def test_rows_read_are_used_or_left_out(two_regions):
    read, used = (people_row(two_regions, f"rows_{word}") for word in ("read", "used"))
    left_out = two_regions.rows.where(outcome="study", statistic="rows_left_out")
    total = next(row.value for row in left_out if not row.level)
    assert read == used + total
    assert total == sum(row.value for row in left_out if row.level)


@pytest.mark.parametrize("group", ["all", "region=North", "region=South"])
def test_everybody_is_at_both_waves_or_at_one(people, evaluated, group):
    frame = people(20)
    gone = (frame["id"] < "P004") & (frame["wave"] == "after")
    late = (frame["id"] > "P017") & (frame["wave"] == "before")
    found = evaluated(frame[~gone & ~late])
    both, first, last = (
        people_row(found, f"people_{word}", group)
        for word in ("at_both", "only_first", "only_last")
    )
    assert people_row(found, "people", group) == both + first + last
    assert people_row(found, "people_at_wave", group, level="before") == both + first
    assert people_row(found, "people_at_wave", group, level="after") == both + last
    assert (both, first, last) == ((14, 4, 2) if group == "all" else (7, 2, 1))


def test_peer_groups_are_counted(people, evaluated):
    frame = people(20)
    frame["peers"] = frame["region"].str[0] + frame["id"].str[-1].map(lambda d: str(int(d) // 5))
    found = evaluated(frame, data='group = "peers"')
    assert people_row(found, "peer_groups") == 4
    assert people_row(found, "peer_groups", "region=North") == 2


def test_without_matching_nobody_is_followed(people, evaluated):
    found = evaluated(people(20), participant="unmatched = true")
    assert people_row(found, "people_at_wave", level="before") == 20
    for statistic in ("people", "people_at_both", "people_only_first"):
        assert not found.rows.where(outcome="study", statistic=statistic)
