from __future__ import annotations

import pytest

from peereval.disclosure.rules import PROFILES

# Worked by hand from the published rules: what each profile does to a count.
SHOWN = {
    "charity": {0: 0, 1: None, 4: None, 5: 5, 8: 8},
    "nhs_mhsds": {0: None, 4: None, 5: 5, 7: 5, 8: 10, 12: 10, 13: 15},
    "nhs_hes": {0: 0, 1: None, 7: None, 8: 10, 12: 10, 13: 15},
    "ons": {0: None, 9: None, 10: 10, 11: 11},
    "none": {0: 0, 1: 1, 7: 7},
}


@pytest.mark.parametrize(
    ("profile", "count", "shown"),
    [(p, count, shown) for p, cases in SHOWN.items() for count, shown in cases.items()],
)
def test_counts(profile, count, shown):
    rule = PROFILES[profile]
    assert (None if rule.hides_count(count) else rule.rounded(count)) == shown


@pytest.mark.parametrize(
    ("profile", "last_hidden"),
    [("charity", 7), ("nhs_mhsds", 4), ("nhs_hes", 7), ("ons", 9)],
)
def test_statistics(profile, last_hidden):
    rule = PROFILES[profile]
    assert rule.hides_statistic(last_hidden)
    assert not rule.hides_statistic(last_hidden + 1)


def test_the_own_eyes_profile_hides_nothing():
    rule = PROFILES["none"]
    assert not any(rule.hides_statistic(n) or rule.hides_count(n) for n in range(20))
